"""Police force areas: what they are, which authorities each holds, and who lives there.

Traps resolved here: 17 districts of the census of 2021 that no longer exist, each within one force
area; the census's category "Does not apply", which is empty, and its counts perturbed against
disclosure, which therefore sum to slightly other totals than coarser tables; Dorset's children
before 2019, known by difference only; Wales, of which one edition alone (mid-2024) is comparable,
so that its other years are left out; and two editions that agree where they overlap, which is
checked.
"""

import json
from pathlib import Path

import pandas as pd

from replicate.sources.build.cells import PUBLISHERS, Files, force, refuse
from replicate.vocabulary.forces import FORCES, TERRITORIAL

MID_2024 = "mid-2024"
"""ONS estimates for mid-2024 by single year of age, England and Wales."""

SERIES = "mid-2012 to mid-2024"
"""ONS estimates for English authorities as DfE publishes them, rebased to the Census of 2021."""

_AUTHORITIES = (
    "Unitary Authority",
    "Non-metropolitan District",
    "Metropolitan District",
    "London Borough",
)


def forces(files: Files) -> pd.DataFrame:
    """List every force and body that records crime.

    Returns
    -------
    pandas.DataFrame
        name, code (the ONS's), country, region (in the Home Office's words), territorial. British
        Transport Police and the fraud bodies have no code, country or region.
    """
    path = files["ons-boundaries-pfa-2023"]
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    areas = [feature["properties"] for feature in features]
    codes = {force(area["PFA23NM"], str(path)): area["PFA23CD"] for area in areas}
    path = files["home-office-geography"]
    places = pd.read_csv(path, encoding="latin-1")[["Force Name", "Region"]].to_numpy()
    regions = {force(name, str(path)): region for name, region in places}
    names = pd.Series(FORCES, dtype="str")
    return pd.DataFrame(
        {
            "name": names,
            "code": names.map(codes).astype("str"),
            "country": names.map(codes).str[0].map({"E": "England", "W": "Wales"}).astype("str"),
            "region": names.map(regions).astype("str"),
            "territorial": names.isin(TERRITORIAL),
        }
    )


def by_authority(files: Files) -> "pd.Series[str]":
    """Map the codes of authorities to forces: lower and upper tier, today's and abolished ones."""
    path = files["ons-lookup-ltla24-pfa24"]
    pairs = pd.read_csv(path)[["ltla24_code", "pfa24_name"]].drop_duplicates()
    lower = pairs.set_index("ltla24_code")["pfa24_name"]
    tiers = pd.read_csv(files["ons-lookup-ltla23-utla23"], encoding="utf-8-sig")
    upper = tiers.set_index("UTLA23CD")["LTLA23CD"].map(lower).dropna()
    abolished = PUBLISHERS["abolished"].items()
    parts = [lower, upper, *(pd.Series(name, index=codes) for name, codes in abolished)]
    known = pd.concat(parts).map(lambda name: force(name, str(path))).rename_axis("code")
    forces: pd.DataFrame = known.reset_index(name="force").drop_duplicates()
    return forces.set_index("code")["force"]  # an authority in two areas could not be looked up


def census(files: Files) -> pd.DataFrame:
    """Count residents by lower-tier authority of 2021 and ethnic group (ONS table TS021).

    Returns
    -------
    pandas.DataFrame
        area_code, area, force, ethnic_group, broad_group, residents.
    """
    path = files["ons-census-ts021"]
    frame = pd.read_csv(path).rename(
        columns={
            "Lower Tier Local Authorities Code": "area_code",
            "Lower Tier Local Authorities": "area",
            "Ethnic group (20 categories)": "ethnic_group",
            "Observation": "residents",
        }
    )
    nobody, residents = frame["ethnic_group"] == "Does not apply", frame["residents"]
    what = "residents in no ethnic group"
    refuse(nobody & (residents != 0), residents, what, where=str(path), expected="0")
    table = frame[~nobody]
    prefixes = table["ethnic_group"].str.split(":").str[0]
    table = table.assign(
        force=table["area_code"].map(by_authority(files)),
        broad_group=prefixes.map(PUBLISHERS["broad_groups"]),
        residents=table["residents"].astype("Int64"),
    )
    columns = ["area_code", "area", "force", "ethnic_group", "broad_group", "residents"]
    return table[columns].sort_values(["area_code", "ethnic_group"], ignore_index=True)


def residents(files: Files) -> pd.DataFrame:
    """Give the residents of all ages by force area, mid-2024: force, year, residents, edition."""
    path = files["ons-population-pfa-2024"]
    frame = pd.read_csv(path)
    table = pd.DataFrame(
        {
            "force": [force(name, str(path)) for name in frame["PFA 2023 Name"]],
            "year": 2024,
            "residents": frame["Population"].astype("Int64"),
            "edition": MID_2024,
        }
    )
    return table.sort_values("force", ignore_index=True)


def children(files: Files) -> pd.DataFrame:
    """Count children by force area.

    Returns
    -------
    pandas.DataFrame
        force, year, age_from, age_to, children, edition, by_difference. One row a force, year and
        span of ages: all 43 areas for 2024, the 39 English ones for earlier years and ages 0 to 17.
    """
    known = by_authority(files)
    latest = _mid_2024(files["ons-mye24-ew"], known)
    english = _series(files["dfe-ons-children-2012-2024"], known)
    ours = latest[latest["age_to"] == 17].set_index("force")["children"]
    theirs = english[english["year"] == 2024].set_index("force")["children"]
    what = "two editions of mid-2024 that differ"  # so that earlier years would not belong to it
    apart = ours.reindex(theirs.index) != theirs
    refuse(apart, theirs, what, where="ages 0 to 17", expected="equal counts")
    table = pd.concat([latest, english[english["year"] < 2024]]).assign(age_from=0)
    columns = ["force", "year", "age_from", "age_to", "children", "edition", "by_difference"]
    table = table[columns].astype({"children": "Int64"})
    return table.sort_values(["year", "age_to", "force"], ignore_index=True)


def _mid_2024(path: Path, forces: pd.Series) -> pd.DataFrame:
    """Sum single years of age, from birth to 15 and to 17, over the authorities of each area."""
    frame = pd.read_csv(path, encoding="utf-8-sig")
    authorities = frame[frame["Geography"].isin(_AUTHORITIES)]
    ages = authorities.groupby(authorities["Code"].map(forces).rename("force"), dropna=False)
    spans = [
        ages[[str(age) for age in range(oldest + 1)]].sum().sum(axis=1).rename("children")
        for oldest in (15, 17)
    ]
    table: pd.DataFrame = pd.concat(spans, keys=(15, 17), names=["age_to"]).reset_index()
    return table.assign(year=2024, edition=MID_2024, by_difference=False)


def _series(path: Path, forces: pd.Series) -> pd.DataFrame:
    """Sum upper-tier authorities; Dorset before 2019 is what England's total leaves."""
    frame = pd.read_csv(path, dtype={"population_estimate": "str"})
    frame = frame.rename(columns={"time_period": "year", "population_estimate": "cell"})
    frame["children"] = pd.to_numeric(frame["cell"], errors="coerce")
    frame["force"] = frame["new_la_code"].map(forces)
    england = frame[frame["geographic_level"] == "National"].set_index("year")["children"]
    places = frame[frame["geographic_level"] == "Local authority"]
    strange = places["children"].isna() & (places["force"] != "Dorset")
    what, expected = "a population that is not a number", "a number, except in Dorset"
    refuse(strange, places["cell"], what, where=str(path), expected=expected)
    sums = places.groupby(["force", "year"], dropna=False)["children"].sum(min_count=1)
    table: pd.DataFrame = sums.reset_index()
    rest = table["year"].map(england - table.groupby("year")["children"].sum())
    return table.assign(
        by_difference=table["children"].isna(),
        children=table["children"].fillna(rest),
        age_to=17,
        edition=SERIES,
    )
