"""Words beside estimates of one number by many models."""

from math import isinf
from typing import TYPE_CHECKING

from replicate.vocabulary.numbers import number

if TYPE_CHECKING:
    from pandas import DataFrame


def estimates_title(frame: "DataFrame", unit: str = "people") -> str:
    """Return the message: how far the choice of a model alone moves the estimate.

    Parameters
    ----------
    frame
        A row a model: chosen_by, estimate, lower, upper.
    unit
        Of the estimates.
    """
    low, high = (_whole(frame["estimate"].agg(end)) for end in ("min", "max"))
    return (
        f"By the choice of a model alone, one table gives {low} to {high} {unit}"
        if low != high
        else f"One table gives {low} {unit}"
    )


def estimates_alt(frame: "DataFrame", published: tuple[float, float] | None = None) -> str:
    """Say which models give the lowest and the highest estimate, with their intervals, and how many lie within a published range."""
    rows = frame.sort_values("estimate", kind="stable")
    low, high = (
        f"{_whole(row['estimate'])} ({_whole(row['lower'])} to {_end(row['upper'])}), {row['chosen_by']}"
        for _, row in rows.iloc[[0, -1]].iterrows()
    )
    drawn = f"A dot and an interval for each of {number(len(rows))} models, the lowest estimate on top: {low}. The highest: {high}."
    if published is None:
        return drawn
    inside = int(rows["estimate"].between(*published).sum())
    lie = "1 estimate lies" if inside == 1 else f"{number(inside)} estimates lie"
    return f"{drawn} {lie} within the published range, {_whole(published[0])} to {_whole(published[1])}."


def _end(value: float) -> str:
    return "no limit" if isinf(value) else _whole(value)


def _whole(value: float) -> str:
    return number(float(value), decimals=0)
