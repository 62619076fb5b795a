"""Recorded crime by offence group and area, as several releases of the ONS had it: the history of revisions.

Traps resolved here: Greater Manchester is absent from the year ending September 2019, and with it from the totals printed for
that year; the table of October 2025 leaves out British Transport Police and has no total row for the City of London; groups
and regions go by several names.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
from python_calamine import CalamineWorkbook

from replicate.sources.build.names import REGIONS, force, plain
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import TERRITORIAL

TOTAL = "Total recorded crime (excluding fraud)"
"""The total, which the ONS gives without fraud below the national level."""

GROUPS = {
    TOTAL: TOTAL,
    "Violence against the person": "Violence against the person",
    "Sexual offences": "Sexual offences",
    "Robbery": "Robbery",
    "Theft offences": "Theft offences",
    "Criminal damage and arson": "Criminal damage and arson",
    "Drug offences": "Drug offences",
    "Possession of weapons offences": "Possession of weapons offences",
    "Public order offences": "Public order offences",
    "Miscellaneous crimes": "Miscellaneous crimes against society",
    "Miscellaneous crimes against society": "Miscellaneous crimes against society",
}
"""The headings of groups, and the Home Office's name of each. Subgroups are left out."""

COLUMNS = ["release", "edition", "period", "area", "group", "count", "complete"]
_PRINTED = {
    "ENGLAND AND WALES": "England and Wales",
    "ENGLAND": "England",
    "WALES": "Wales",
    **{
        name: region for name, region in REGIONS.items() if name != "West Midlands"
    },  # by that name alone, the force
    "West Midlands Region": "West Midlands Region",
}
_ANNUAL_WITHOUT_MANCHESTER = {"England and Wales", "England", "North West Region"}


def build(*, annual: Path, april_2025: Path, october_2025: Path) -> pd.DataFrame:
    """Put the releases together.

    Parameters
    ----------
    annual
        Years ending September 2015 to 2024, each as first published (an assembly by a third party).
    april_2025
        The ONS workbook for the year ending December 2024; table P1 is that year, P4 the year before.
    october_2025
        Table C2 for the year ending June 2025.

    Returns
    -------
    pandas.DataFrame
        release, edition ("first published" or "later"), period, area, group, count, and complete: whether the count covers every
        force that the area has (for England and Wales, British Transport Police with them).
    """
    tables = [_annual(annual), _april_2025(april_2025), _october_2025(october_2025)]
    return pd.concat(tables)[COLUMNS].sort_values(
        ["release", "period", "area", "group"], ignore_index=True
    )


def _annual(path: Path) -> pd.DataFrame:
    """Read the ten years; each was released in the January after it."""
    frame = pd.read_csv(path, encoding="utf-8-sig")
    years = frame["Year ending September"]
    areas = [_area(name, str(path)) for name in frame["Area name"]]
    table = _long(frame.assign(area=areas, year=years), keep=["area", "year"], where=str(path))
    touched = (table["year"] == 2019) & table["area"].isin(_ANNUAL_WITHOUT_MANCHESTER)
    year = table["year"].astype("str")
    return table.assign(
        release=(table["year"] + 1).astype("str") + "-01",
        edition="first published",
        period="YE " + year + "-09",
        complete=~touched & table["count"].notna(),
    )


def _april_2025(path: Path) -> pd.DataFrame:
    workbook = CalamineWorkbook.from_path(path)
    sheets = {plain(name): name for name in workbook.sheet_names}
    tables = []
    for sheet, period, edition in (
        ("Table P1", "YE 2024-12", "first published"),
        ("Table P4", "YE 2023-12", "later"),
    ):
        rows = workbook.get_sheet_by_name(sheets[sheet]).to_python()
        frame = _below_headings(rows, f"{path}, {sheet}")
        region = frame["Area Code"].str.startswith("E12")
        names = [
            REGIONS[plain(name)] if is_region else _area(name, f"{path}, {sheet}")
            for name, is_region in zip(frame["Area Name"], region, strict=True)
        ]
        table = _long(frame.assign(area=names), keep=["area"], where=f"{path}, {sheet}")
        tables.append(
            table.assign(release="2025-04", edition=edition, period=period, complete=True)
        )
    return pd.concat(tables)


def _october_2025(path: Path) -> pd.DataFrame:
    """Take the rows of forces from the table of community safety partnerships, and add up England and Wales."""
    frame = _below_headings(
        pd.read_csv(path, header=None, dtype="str").to_numpy().tolist(), str(path)
    )
    areas = frame["Police Force Area name"].map(plain)
    totals = frame["Community Safety Partnership name"].isna()
    city = areas == "City of London"
    forces = frame[totals | city].assign(
        area=[force(name, str(path)) for name in areas[totals | city]]
    )
    if sorted(forces["area"]) != sorted(TERRITORIAL):
        raise InputError(
            "rows that are not one for each force",
            where=str(path),
            got=f"{len(forces)} rows",
            expected="43 forces",
        )
    table = _long(forces, keep=["area"], where=str(path))
    whole: pd.DataFrame = (
        table.groupby("group", as_index=False)["count"]
        .sum()
        .assign(area="England and Wales", complete=False)
    )
    return pd.concat([table.assign(complete=True), whole]).assign(
        release="2025-10", edition="first published", period="YE 2025-06"
    )


def _below_headings(rows: Iterable[Sequence[object]], where: str) -> pd.DataFrame:
    kept = list(rows)
    for place, row in enumerate(kept):
        headings = [plain(cell) for cell in row]
        if set(GROUPS).intersection(headings):
            return pd.DataFrame(kept[place + 1 :], columns=headings)
    raise InputError("no row of headings", where=where, expected=f"a heading such as '{TOTAL}'")


def _long(frame: pd.DataFrame, *, keep: list[str], where: str) -> pd.DataFrame:
    """One row a group; a cell that is empty in the source is missing."""
    frame = frame.rename(
        columns={heading: GROUPS[heading] for heading in frame.columns if heading in GROUPS}
    )
    groups = list(dict.fromkeys(GROUPS.values()))
    if absent := [name for name in groups if name not in frame.columns]:
        raise InputError(
            "a missing column",
            where=where,
            got=", ".join(map(str, frame.columns)),
            expected=f"a column '{absent[0]}'",
        )
    table = frame.melt(id_vars=keep, value_vars=groups, var_name="group", value_name="count")
    return table.assign(count=_counts(table["count"], where))


def _counts(cells: pd.Series, where: str) -> pd.Series:
    text = cells.astype("str").str.replace(",", "").str.strip()
    counts = pd.to_numeric(text, errors="coerce")
    strange = counts.isna() & text.notna()
    if strange.any():
        raise InputError(
            "a count that is not a number",
            where=where,
            got=repr(cells[strange].iloc[0]),
            expected="a number",
        )
    return counts.astype("Int64")


def _area(name: object, where: str) -> str:
    text = plain(name)
    return _PRINTED.get(text) or force(text, where)
