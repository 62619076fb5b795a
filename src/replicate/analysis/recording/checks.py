"""What every function on recording rates refuses."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from replicate.vocabulary.errors import InputError

Numbers = Sequence[float] | pd.Series | np.ndarray[Any, Any]


def refuse_unless(right: bool, what: str, *, where: str, got: object, expected: str) -> None:
    """Refuse what is not right.

    Raises
    ------
    InputError
        With what, where, got and expected.
    """
    if not right:
        raise InputError(what, where=where, got=got, expected=expected)


def refuse_level(level: float, *, where: str) -> None:
    """Refuse a level that is not between 0 and 1.

    Raises
    ------
    InputError
        Naming the level.
    """
    refuse_unless(
        0 < level < 1,
        "a level out of range",
        where=where,
        got=level,
        expected="a number between 0 and 1",
    )


def positive(values: Numbers, what: str, *, where: str) -> "pd.Series[float]":
    """Return numbers as a series, or refuse one that is not above 0.

    Raises
    ------
    InputError
        Naming the smallest.
    """
    series = pd.Series(values, dtype="float64")
    refuse_unless(
        bool(series.gt(0).all()),
        f"{what} that are not all above 0",
        where=where,
        got=series.min(),
        expected="numbers above 0",
    )
    return series
