"""What a Poisson-logistic regression is fitted to, and what is refused before it is."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, pi, sqrt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from replicate.vocabulary.errors import InputError, unknown

Array = NDArray[np.float64]
Places = NDArray[np.int64]
Numbers = Sequence[float] | pd.Series | NDArray[Any]
Labels = Sequence[Hashable] | pd.Series | NDArray[Any]

WIDEST = pi / sqrt(3)
"""The standard deviation on the logit scale of a recording rate that could be anything, all shares alike: a prior has to say more."""


@dataclass(frozen=True)
class Validation:
    """Events of which it is known whether they were recorded, and that are not among the counts.

    Attributes
    ----------
    recorded, events
        How many events of a kind were recorded, and how many there were.
    design
        Columns of the model of recording, one row a kind.
    clusters
        Which cluster each row belongs to; only where the counts have clusters.
    """

    recorded: Numbers
    events: Numbers
    design: pd.DataFrame
    clusters: Labels = ()


@dataclass(frozen=True)
class Prior:
    """What somebody stands for about recording before seeing the counts: a normal distribution a coefficient, on the logit scale.

    Attributes
    ----------
    mean, sd
        By column of the model of recording; a column left out has no prior.
    """

    mean: Mapping[str, float]
    sd: Mapping[str, float]


@dataclass(frozen=True)
class Data:
    """Counts, validation data and prior as arrays.

    Attributes
    ----------
    counts, log_exposure, events, recording
        One row a count: the count, the logarithm of what it is proportional to, and the two designs.
    valid_recorded, valid_events, valid_recording
        One row of validation data.
    prior_mean, prior_precision
        By column of the model of recording; precision 0 is no prior.
    clusters, valid_clusters
        Numbers from 0; empty without clusters.
    """

    counts: Array
    log_exposure: Array
    events: Array
    recording: Array
    valid_recorded: Array
    valid_events: Array
    valid_recording: Array
    prior_mean: Array
    prior_precision: Array
    clusters: Places
    valid_clusters: Places

    @property
    def sizes(self) -> tuple[int, int]:
        """How many coefficients the models of events and of recording have."""
        return self.events.shape[1], self.recording.shape[1]


def prepared(
    counts: Numbers,
    exposure: Numbers,
    events: pd.DataFrame,
    recording: pd.DataFrame,
    validation: Validation | None,
    prior: Prior | None,
    clusters: Labels,
) -> Data:
    """Check what is given and return it as arrays.

    Raises
    ------
    InputError
        See `pogit`.
    """
    names = [str(name) for name in recording.columns]
    if events.empty or recording.empty:
        raise refused(
            "nothing to fit", "events and recording", "no rows or no columns", "a constant at least"
        )
    seen = validation or Validation((), (), recording.iloc[:0], ())
    if [str(name) for name in seen.design.columns] != names:
        raise refused(
            "validation data for another model",
            "validation",
            list(seen.design.columns),
            f"the columns {', '.join(names)}",
        )
    mean, precision = _prior(prior, names)
    codes, valid_codes = _clusters(clusters, seen.clusters, len(events), len(seen.design))
    found = Data(
        _numbers(counts, len(events), "counts"),
        np.log(_positive(exposure, len(events))),
        _numbers(events, len(events), "events"),
        _numbers(recording, len(events), "recording"),
        _numbers(seen.recorded, len(seen.design), "validation"),
        _numbers(seen.events, len(seen.design), "validation"),
        _numbers(seen.design, len(seen.design), "validation"),
        mean,
        precision,
        codes,
        valid_codes,
    )
    _check_counts(found)
    return found


def refused(
    what: str, where: str, got: object, expected: str, hint: str | None = None
) -> InputError:
    """Return the refusal of what is given."""
    return InputError(what, where=where, got=got, expected=expected, hint=hint)


def _numbers(values: Numbers | pd.DataFrame, rows: int, where: str) -> Array:
    array = np.asarray(values, dtype=float)
    if len(array) != rows:
        raise refused(
            "rows that do not stand beside one another", where, len(array), f"{rows} rows"
        )
    if not np.isfinite(array).all():
        raise refused("values that are no numbers", where, "missing or infinite", "finite numbers")
    return array


def _positive(exposure: Numbers, rows: int) -> Array:
    array = _numbers(exposure, rows, "exposure")
    if not (array > 0).all():
        raise refused(
            "exposure that is not above 0", "exposure", float(array.min()), "numbers above 0"
        )
    return array


def _check_counts(data: Data) -> None:
    for values, where in (
        (data.counts, "counts"),
        (data.valid_recorded, "validation"),
        (data.valid_events, "validation"),
    ):
        if not ((values >= 0) & (values == np.floor(values))).all():
            raise refused(
                "counts that are no whole numbers",
                where,
                "negative or fractional",
                "whole numbers, 0 or more",
            )
    if (data.valid_recorded > data.valid_events).any():
        raise refused(
            "more recorded than there were",
            "validation",
            "recorded above events",
            "recorded, up to events",
        )


def _prior(prior: Prior | None, names: list[str]) -> tuple[Array, Array]:
    given = prior or Prior({}, {})
    for name in {*given.mean, *given.sd}:
        if name not in names:
            raise unknown("column of the model of recording", name, names, where="prior")
        if not (name in given.mean and 0 < given.sd.get(name, inf) <= WIDEST):
            got = f"{name}: mean {given.mean.get(name)}, standard deviation {given.sd.get(name)}"
            raise refused(
                "a prior that says nothing",
                "prior",
                got,
                f"a mean, and a standard deviation above 0, up to {WIDEST:.2f}",
            )
    mean = np.array([given.mean.get(name, 0.0) for name in names])
    return mean, np.array([given.sd[name] ** -2 if name in given.sd else 0.0 for name in names])


def _clusters(clusters: Labels, valid: Labels, rows: int, valid_rows: int) -> tuple[Places, Places]:
    if (len(clusters) and len(valid) != valid_rows) or len(clusters) not in (0, rows):
        got, expected = (
            f"{len(clusters)} and {len(valid)}",
            f"the clusters of {rows} counts and of {valid_rows} rows of validation data",
        )
        raise refused("clusters that do not stand beside rows", "clusters", got, expected)
    codes, _ = pd.factorize(np.array([*clusters, *(valid if len(clusters) else ())], dtype=object))
    return codes[: len(clusters)].astype(np.int64), codes[len(clusters) :].astype(np.int64)
