"""The offence codes of all held releases, one row each.

Traps resolved here: titles and subgroups that change over the years, one row whose title belongs to another code, and
codes that say less, or more, about children than their title suggests.
"""

from collections.abc import Mapping

import pandas as pd

_ADULTS_AND_CHILDREN = "Sexual assault of a child aged 13 to 15 has no code of its own: it is counted here, together with adults, and can't be told apart."
_NOT_CHILD_ONLY = "Not child-only by title"
NOTES = {
    "17A": _ADULTS_AND_CHILDREN,
    "20A": _ADULTS_AND_CHILDREN,
    "19J": f"{_NOT_CHILD_ONLY}: the age of the victim is not stated.",
    "19K": f"{_NOT_CHILD_ONLY}: the age of the victim is not stated.",
    "23": f"{_NOT_CHILD_ONLY}: includes sexual activity between adult relatives.",
    "86": f"{_NOT_CHILD_ONLY}: holds indecent images of children together with other obscene publications; in the group of miscellaneous "
    "crimes, not of sexual offences.",
    "88C": "Counts rise many times over in the first half of 2024, for a reason other than offences against children (the title names "
    "none); the tables held here do not establish which.",
}
"""What a reader must know before counting a code; the house's own words, beside what the releases say."""


def build(releases: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put the titles of several releases together, one row a code.

    Parameters
    ----------
    releases
        What `recorded_crime.offence_rows` lists, by vintage.

    Returns
    -------
    pandas.DataFrame
        code, description, group, subgroup (each as the latest quarter of the latest release has it), first_quarter and
        last_quarter over all releases, and note: `NOTES`, then other titles and subgroups with their quarters.
    """
    said = [
        _without_strays(releases[vintage]).assign(release=vintage) for vintage in sorted(releases)
    ]
    rows = pd.concat(said, ignore_index=True).sort_values(["code", "release", "quarter"])
    return pd.DataFrame([_summary(str(code), held) for code, held in rows.groupby("code")])


def _summary(code: str, held: pd.DataFrame) -> dict[str, str]:
    now = held.iloc[-1]
    changes = [
        *_changes(held, "description", "Titled"),
        *_changes(held, "subgroup", "In the subgroup"),
    ]
    return {
        "code": code,
        **{name: now[name] for name in ("description", "group", "subgroup")},
        "first_quarter": held["quarter"].min(),
        "last_quarter": held["quarter"].max(),
        "note": " ".join([*([NOTES[code]] if code in NOTES else []), *changes]),
    }


def _without_strays(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep, for each code and quarter, what most rows say.

    In the release of April 2026 one row (Bedfordshire, 2014-Q2) has the code, group and subgroup of 72, trafficking for
    sexual exploitation, and the title "Threats to kill". Only the title is wrong: the release of October 2023 has the
    same row, with the same count of 1, under 72's own title; and Bedfordshire's row of code 3B for that quarter stands
    beside it in both releases, with the same 16. So the count stays with code 72, and the title is passed over.
    """
    return (
        rows.sort_values("rows")
        .groupby(["code", "quarter"], as_index=False)
        .last()
        .drop(columns="rows")
    )


def _changes(held: pd.DataFrame, column: str, words: str) -> list[str]:
    """Say which other titles, or subgroups, a code had: when, by the latest release that has them.

    A release may rename a code's whole past, so an older release's word is given as that release's. A difference of
    capitals or spaces is none.
    """
    latest = held["release"].iloc[-1]
    others = held[held[column].map(_plain) != _plain(held[column].iloc[-1])]
    said = []
    for old, rows in others.groupby(column, sort=False):
        release = rows["release"].iloc[-1]
        span = rows.loc[rows["release"] == release, "quarter"]
        when = (
            f"from {span.min()} to {span.max()}"
            if release == latest
            else f"in the release of {release}"
        )
        said.append(f"{words} '{old}' {when}.")
    return said


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
