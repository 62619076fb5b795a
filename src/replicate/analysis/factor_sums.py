"""What cells of the table of factors could be, what their sums could be, and whether published totals lie within them.

A suppressed cell is carried as its published range and never worked out from the totals around it: the publisher hides it so that
no child can be told from it.
"""

from collections.abc import Sequence
from math import inf

import numpy as np
import pandas as pd

from replicate.analysis.factors import ROUNDED_TO, SUPPRESSED

PARTS = {"London": ("Inner London", "Outer London")}
"""A region that the publisher gives beside its own parts."""

_KEY = ["year", "factor"]
_PUBLISHED = {"episodes": "published", "lower": "published_lower", "upper": "published_upper"}
_COLUMNS = [
    *_KEY,
    "area",
    "parts",
    *_PUBLISHED.values(),
    "suppressed",
    "not_available",
    "lower",
    "upper",
    "agrees",
]


def possible(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with what each could be.

    A number of England or of a region is rounded to ten, so it stands for five less to five more, and none below 0; one of an
    authority is as counted. A suppressed cell is taken to be 1 to 5, though a larger number may be hidden so that a small one can't be
    worked out (secondary suppression): `held_against_parts` shows where totals say so. A cell that can't apply is 0, one that was not
    supplied or is held unreliable 0 to any number. Factors that ended are left out. The rules are the publisher's (Department for
    Education, Characteristics of children in need, 2020).

    Parameters
    ----------
    frame
        Assessment factors: year, level, area, region, factor, episodes, state.

    Returns
    -------
    pandas.DataFrame
        The same with lower and upper (episodes; upper can be infinite).

    Examples
    --------
    >>> cells = pd.DataFrame({"level": "Regional", "episodes": pd.array([12340, None], dtype="Int64"), "state": ["value", "suppressed"]})
    >>> possible(cells)[["lower", "upper"]].to_numpy().tolist()
    [[12335.0, 12345.0], [1.0, 5.0]]
    """
    rows = frame[frame["state"] != "ended"]
    rounded = rows["level"].map(ROUNDED_TO).astype("float64")  # also when there are no rows
    half = (rounded / 2).where(rounded > 1, 0.0)
    episodes = rows["episodes"].astype("float64")
    states = [rows["state"] == state for state in ("value", "suppressed", "not_applicable")]
    lower = np.select(states, [(episodes - half).clip(lower=0), SUPPRESSED.lower, 0.0], default=0.0)
    upper = np.select(states, [episodes + half, SUPPRESSED.upper, 0.0], default=inf)
    return rows.assign(lower=lower, upper=upper)


def sums(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return what sums of cells could be: the sums of the ends, which are worst-case bounds.

    Parameters
    ----------
    frame
        As `possible` takes them.
    by
        The columns to add up within.

    Returns
    -------
    pandas.DataFrame
        The columns of `by`, areas (how many cells), suppressed and not_available (how many of them), lower, upper.
    """
    cells = possible(frame)
    marked = cells.assign(
        areas=1,
        suppressed=cells["state"].eq("suppressed"),
        not_available=cells["state"].eq("not_available"),
    )
    return marked.groupby(list(by), as_index=False)[
        ["areas", "suppressed", "not_available", "lower", "upper"]
    ].sum()


def held_against_parts(frame: pd.DataFrame) -> pd.DataFrame:
    """Hold every published total against what the sum of its parts could be.

    A region is held against its authorities, London and England against their regions and their authorities. A total agrees where some
    number that prints as it lies within the bounds of the sum; where a part has no number the sum has no upper end, and only a total
    too small could disagree.

    Parameters
    ----------
    frame
        Assessment factors of all levels.

    Returns
    -------
    pandas.DataFrame
        year, factor, area, parts ("authorities" or "regions"), published, published_lower, published_upper, suppressed, not_available
        (how many parts), lower, upper (of the sum), agrees.
    """
    wholes = possible(
        frame[(frame["level"] != "Local authority") & (frame["state"] == "value")]
    ).rename(columns=_PUBLISHED)
    local, regional = (frame[frame["level"] == level] for level in ("Local authority", "Regional"))
    inner = [part for parts in PARTS.values() for part in parts]
    sources = [
        ("authorities", local.assign(area=local["region"])),
        (
            "authorities",
            local[local["region"].isin(inner)].assign(area=local["region"].map(_whole())),
        ),
        ("authorities", local.assign(area="England")),
        (
            "regions",
            regional[regional["area"].isin(inner)].assign(area=regional["area"].map(_whole())),
        ),
        ("regions", regional[~regional["area"].isin(inner)].assign(area="England")),
    ]
    found = pd.concat(
        [sums(cells, [*_KEY, "area"]).assign(parts=parts) for parts, cells in sources]
    )
    both = wholes[[*_KEY, "area", *_PUBLISHED.values()]].merge(found, on=[*_KEY, "area"])
    both["agrees"] = (both["lower"] <= both["published_upper"]) & (
        both["published_lower"] <= both["upper"]
    )
    return both[_COLUMNS].sort_values([*_KEY, "area", "parts"], ignore_index=True)


def _whole() -> dict[str, str]:
    return {part: whole for whole, parts in PARTS.items() for part in parts}
