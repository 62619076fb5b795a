"""What functions of analysis refuse."""

from collections.abc import Sequence
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
    value: float, what: str, *, where: str, low: float = 0.0, high: float = 1.0
) -> None:
    """Refuse a value that does not lie between two others, both left out; what is no number never does."""
    expected = f"a number between {low:g} and {high:g}"
    refuse_unless(
        low < value < high, f"{what} out of range", where=where, got=value, expected=expected
    )


def positive(values: Numbers, what: str, *, where: str) -> "pd.Series[float]":
    """Return numbers as a series; one that is not above 0 is refused."""
    series = pd.Series(values, dtype="float64")
    refuse_unless(
        bool(series.gt(0).all()),
        f"{what} that are not all above 0",
        where=where,
        got=series.min(),
        expected="numbers above 0",
    )
    return series
