"""What functions of analysis refuse."""

from collections.abc import Sequence
from math import inf
from typing import Any

import numpy as np
import pandas as pd

from replicate.vocabulary.errors import InputError

Numbers = Sequence[float] | pd.Series | np.ndarray[Any, Any]


def refuse_unless(right: bool, what: str, *, where: str, got: object, expected: str) -> None:
    """Refuse what is not right: an InputError with what, where, got and expected."""
    if not right:
        raise InputError(what, where=where, got=got, expected=expected)


def refuse_outside(
    value: float, what: str, low: float = 0, high: float = 1, *, where: str, ends: bool = False
) -> None:
    """Refuse a value that does not lie between two others; with `ends` it may be one of them.

    Neither infinity nor what is no number ever lies there.
    """
    inside = low <= value <= high and value < inf if ends else low < value < high
    expected = f"{low:,} to {high:,}" if ends else f"a number between {low:,} and {high:,}"
    if high == inf:
        expected = f"{low:,} or more" if ends else f"a number above {low:,}"
    refuse_unless(inside, f"{what} out of range", where=where, got=value, expected=expected)


def positive(values: Numbers, what: str, *, where: str) -> "pd.Series[float]":
    """Return numbers as a series; one that is not above 0 is refused."""
    series, what = pd.Series(values, dtype="float64"), f"{what} that are not all above 0"
    right = bool(series.gt(0).all())
    refuse_unless(right, what, where=where, got=series.min(), expected="numbers above 0")
    return series
