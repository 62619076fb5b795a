"""Shares of residents by ethnic group from the census table of local authorities (Census 2021, TS021)."""

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from replicate.vocabulary.errors import unknown

GREATER_MANCHESTER = (
    "Bolton",
    "Bury",
    "Manchester",
    "Oldham",
    "Rochdale",
    "Salford",
    "Stockport",
    "Tameside",
    "Trafford",
    "Wigan",
)
"""The ten metropolitan districts of the county (Local Government Act 1972, schedule 1, part I): the city of Manchester is one of them."""


class Share(NamedTuple):
    """Residents of a group among all residents of some authorities; percent is 0 to 100."""

    residents: int
    total: int
    percent: float


def share(frame: pd.DataFrame, areas: Iterable[str], broad_group: str) -> Share:
    """Return the share of a broad ethnic group among the residents of some authorities, taken together.

    Counts of small areas are perturbed by the publisher so that no resident can be told from them: a sum over
    authorities can differ by a few from the figure published for the county.

    Parameters
    ----------
    frame
        Census residents: area (lower-tier authority), broad_group, residents.
    areas
        Names of authorities; a county is the sum of its own.
    broad_group
        Asian, Black, Mixed, White or Other.

    Raises
    ------
    InputError
        For an authority or a broad group that the frame doesn't hold.

    Examples
    --------
    >>> frame = pd.DataFrame({"area": ["Bury", "Bury"], "broad_group": ["White", "Mixed"], "residents": [90, 10]})
    >>> share(frame, ["Bury"], "White")
    Share(residents=90, total=100, percent=90.0)
    """
    named = tuple(areas)
    for column, names in (("area", named), ("broad_group", (broad_group,))):
        held = set(frame[column])
        for name in names:
            if name not in held:
                raise unknown(column.replace("_", " "), name, held, where="census")
    rows = frame[frame["area"].isin(named)]
    total = int(rows["residents"].sum())
    residents = int(rows.loc[rows["broad_group"] == broad_group, "residents"].sum())
    return Share(residents, total, 100 * residents / total)
