"""Children and residents of police force areas.

Traps resolved here: Dorset's children before 2019 are known by difference only; of Wales's, one edition alone (mid-2024)
is comparable, so other Welsh years are left out; and the two editions agree where they overlap, which is checked.
"""

from pathlib import Path

import pandas as pd

from replicate.sources.build.areas import ABOLISHED, by_authority, require_known
from replicate.sources.build.names import force
from replicate.vocabulary.errors import InputError

MID_2024 = "mid-2024"
"""ONS estimates for mid-2024 by single year of age, England and Wales."""

SERIES = "mid-2012 to mid-2024"
"""ONS estimates for English authorities as DfE publishes them with Children in Need, rebased to the Census of 2021."""

AGES = (15, 17)
"""The oldest age of the two spans, both from birth."""

_AUTHORITIES = (
    "Unitary Authority",
    "Non-metropolitan District",
    "Metropolitan District",
    "London Borough",
)


def children(*, single_years: Path, series: Path, areas: Path, upper_tier: Path) -> pd.DataFrame:
    """Count children by force area.

    Parameters
    ----------
    single_years
        ONS mid-2024 population by single year of age and authority.
    series
        ONS estimates of children aged 0 to 17 by upper-tier authority in England, 2012 to 2024, as DfE publishes them.
    areas
        The ONS lookup from lower-tier authorities of 2024 to force areas.
    upper_tier
        The ONS lookup from lower-tier to upper-tier authorities of 2023.

    Returns
    -------
    pandas.DataFrame
        force, year, age_from, age_to, children, edition, by_difference. One row a force, year and span of ages: all 43
        areas for 2024, the 39 English ones for earlier years and ages 0 to 17.
    """
    latest = _mid_2024(single_years, by_authority(areas))
    english = _series(series, by_authority(areas, upper_tier))
    _refuse_disagreement(latest, english)
    table = pd.concat([latest, english[english["year"] < 2024]], ignore_index=True)
    return table.sort_values(["year", "age_to", "force"], ignore_index=True)


def residents(*, by_force: Path) -> pd.DataFrame:
    """Give the residents of all ages by force area, mid-2024: force, year, residents, edition."""
    frame = pd.read_csv(by_force)
    return pd.DataFrame(
        {
            "force": [force(name, str(by_force)) for name in frame["PFA 2023 Name"]],
            "year": 2024,
            "residents": frame["Population"].astype("Int64"),
            "edition": MID_2024,
        }
    ).sort_values("force", ignore_index=True)


def _mid_2024(path: Path, forces: dict[str, str]) -> pd.DataFrame:
    """Sum single years of age over the authorities of each force area."""
    frame = pd.read_csv(path, encoding="utf-8-sig")
    authorities = frame[frame["Geography"].isin(_AUTHORITIES)]
    require_known(authorities["Code"], forces, str(path))
    ages = authorities.groupby(authorities["Code"].map(forces))[
        [str(age) for age in range(18)]
    ].sum()
    spans = [
        ages[[str(age) for age in range(oldest + 1)]]
        .sum(axis=1)
        .rename("children")
        .reset_index()
        .assign(age_to=oldest)
        for oldest in AGES
    ]
    table = pd.concat(spans).rename(columns={"Code": "force"})
    return _shaped(table.assign(year=2024, edition=MID_2024, by_difference=False))


def _series(path: Path, forces: dict[str, str]) -> pd.DataFrame:
    """Sum upper-tier authorities; Dorset before 2019 is what England's total leaves."""
    frame = pd.read_csv(path, dtype={"new_la_code": "str", "population_estimate": "str"})
    frame["children"] = pd.to_numeric(frame["population_estimate"], errors="coerce").astype("Int64")
    authorities = frame[frame["geographic_level"] == "Local authority"]
    require_known(authorities["new_la_code"], forces, str(path))
    _refuse_other_gaps(authorities[authorities["children"].isna()], path)
    places = authorities.assign(force=authorities["new_la_code"].map(forces))
    known = (
        places[places["children"].notna()]
        .groupby(["force", "time_period"], as_index=False)["children"]
        .sum()
    )
    england = frame[frame["geographic_level"] == "National"].set_index("time_period")["children"]
    years = sorted(set(places.loc[places["children"].isna(), "time_period"]))
    rest = england[years] - known.groupby("time_period")["children"].sum()[years]
    dorset = pd.DataFrame(
        {
            "force": "Dorset",
            "time_period": years,
            "children": rest.to_numpy(),
            "by_difference": True,
        }
    )
    table = pd.concat([known.assign(by_difference=False), dorset]).rename(
        columns={"time_period": "year"}
    )
    return _shaped(table.assign(age_to=17, edition=SERIES))


def _shaped(table: pd.DataFrame) -> pd.DataFrame:
    columns = ["force", "year", "age_from", "age_to", "children", "edition", "by_difference"]
    return table.assign(age_from=0)[columns].astype({"children": "Int64"})


def _refuse_other_gaps(gaps: pd.DataFrame, path: Path) -> None:
    others = gaps[~gaps["new_la_code"].isin(ABOLISHED["Dorset"])]
    if len(others):
        name, year, cell = others[["la_name", "time_period", "population_estimate"]].iloc[0]
        raise InputError(
            "a population that is not a number",
            where=f"{path}, {name}, {year}",
            got=repr(cell),
            expected="a number",
        )


def _refuse_disagreement(latest: pd.DataFrame, series: pd.DataFrame) -> None:
    """Refuse a series that ends with another edition of mid-2024: its earlier years would not belong beside the latest."""
    both = latest[latest["age_to"] == 17].merge(
        series[series["year"] == 2024], on="force", suffixes=("_latest", "_series")
    )
    apart = both[both["children_latest"] != both["children_series"]]
    if len(both) != 39 or len(apart):
        got = apart["force"].tolist() or f"{len(both)} areas in both"
        raise InputError(
            "two editions of mid-2024 that differ",
            where="children aged 0 to 17",
            got=got,
            expected="39 English areas with equal counts",
        )
