"""Recorded crime by offence group and area, as several releases of the ONS had it: revisions.

Traps resolved here: Greater Manchester is absent from the year ending September 2019, and with it
from the totals printed for that year; the table of October 2025 leaves out British Transport Police
and has no total row for the City of London; groups and regions go by several names.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
from python_calamine import CalamineWorkbook

from replicate.sources.build.cells import PUBLISHERS, Files, force, plain, refuse
from replicate.vocabulary.forces import canonical_force

GROUPS = PUBLISHERS["groups"]
REGIONS = PUBLISHERS["regions"]
_WIDER = PUBLISHERS["countries"] | REGIONS | {name: name for name in REGIONS.values()}
"""Names of areas that hold several forces. West Midlands, by that name alone, is the force."""

_WITHOUT_MANCHESTER = ("England and Wales", "England", "North West Region")
_P_TABLES = {"Table P1": ("YE 2024-12", "first published"), "Table P4": ("YE 2023-12", "later")}
"""Of the workbook for the year ending December 2024: that year, and the year before."""


def build(files: Files) -> pd.DataFrame:
    """Put the releases together.

    Returns
    -------
    pandas.DataFrame
        release, edition ("first published" or "later"), period, area, group, count, and complete:
        whether the count covers every force that the area has (for England and Wales, British
        Transport Police with them).
    """
    tables = [
        _annual(files["ons-pfa-first-published-2015-2024"]),
        *_april_2025(files["ons-pfa-tables-2024-12"]),
        _october_2025(files["ons-pfa-tables-2025-06"]),
    ]
    columns = ["release", "edition", "period", "area", "group", "count", "complete"]
    key = ["release", "period", "area", "group"]
    return pd.concat(tables)[columns].sort_values(key, ignore_index=True)


def _annual(path: Path) -> pd.DataFrame:
    """Read the ten years, put together by a third party; each was released in the January after."""
    frame = pd.read_csv(path, encoding="utf-8-sig")
    table = _long(frame, "Area name", where=str(path), also="Year ending September")
    year = table["Year ending September"]
    touched = (year == 2019) & table["area"].isin(_WITHOUT_MANCHESTER)
    return table.assign(
        release=(year + 1).astype("str") + "-01",
        edition="first published",
        period="YE " + year.astype("str") + "-09",
        complete=~touched & table["count"].notna(),
    )


def _april_2025(path: Path) -> Iterator[pd.DataFrame]:
    workbook = CalamineWorkbook.from_path(path)
    sheets = {plain(name): name for name in workbook.sheet_names}
    for sheet, (period, edition) in _P_TABLES.items():
        frame = _below_headings(workbook.get_sheet_by_name(sheets[sheet]).to_python())
        is_region = frame["Area Code"].str.startswith("E12")
        names = frame["Area Name"].map(plain)
        frame["Area Name"] = names.mask(is_region, names.map(REGIONS))
        table = _long(frame, "Area Name", where=f"{path}, {sheet}")
        yield table.assign(release="2025-04", edition=edition, period=period, complete=True)


def _october_2025(path: Path) -> pd.DataFrame:
    """Take the rows of forces from the table of partnerships, and add up England and Wales."""
    frame = _below_headings(pd.read_csv(path, header=None, dtype="str").to_numpy().tolist())
    city = frame["Police Force Area name"].map(plain) == "City of London"
    totals = frame[frame["Community Safety Partnership name"].isna() | city]
    table = _long(totals, "Police Force Area name", where=str(path)).assign(complete=True)
    whole = table.groupby("group", as_index=False)["count"].sum()
    both: pd.DataFrame = pd.concat([table, whole.assign(area="England and Wales", complete=False)])
    return both.assign(release="2025-10", edition="first published", period="YE 2025-06")


def _below_headings(rows: Sequence[Sequence[object]]) -> pd.DataFrame:
    """Take the rows below that of the headings, which is the first with the name of a group."""
    headings = [[plain(cell) for cell in row] for row in rows]
    at = next(place for place, row in enumerate(headings) if set(GROUPS).intersection(row))
    return pd.DataFrame(rows[at + 1 :], columns=headings[at])


def _long(frame: pd.DataFrame, names: str, *, where: str, also: str | None = None) -> pd.DataFrame:
    """One row an area and group; a cell that is empty in the source is missing."""
    frame = frame.rename(columns=GROUPS).assign(area=[_area(name, where) for name in frame[names]])
    groups, keep = list(dict.fromkeys(GROUPS.values())), ["area", *([also] if also else [])]
    table = frame.melt(id_vars=keep, value_vars=groups, var_name="group", value_name="count")
    texts = table["count"].astype("str").str.replace(",", "").str.strip()
    counts = pd.to_numeric(texts, errors="coerce")
    strange = counts.isna() & texts.notna()
    refuse(strange, texts, "a count that is not a number", where=where, expected="a number")
    return table.assign(count=counts.astype("Int64"))


def _area(name: object, where: str) -> str:
    """Return a force's name, or that of a region or country."""
    text = plain(name)
    return _WIDER[text] if text in _WIDER and not canonical_force(text) else force(text, where)
