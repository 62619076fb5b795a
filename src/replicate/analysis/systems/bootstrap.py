"""Resampling people with the choice of the model made anew each time."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from replicate.analysis.systems.exhaustive import Choice
from replicate.analysis.systems.fits import Tables
from replicate.analysis.systems.intervals import LEVEL, bca
from replicate.analysis.systems.lattice import Array
from replicate.vocabulary.uncertainty import SamplingInterval

Rule = Callable[[Tables], Choice]
"""How a model is chosen for each of many tables."""


@dataclass(frozen=True)
class Bootstrap:
    """What resampling found.

    Attributes
    ----------
    interval
        BCa; None where it cannot be had.
    estimates
        One a resample, in the order drawn; not a number where no model could be fitted.
    models
        The model chosen for each resample.
    """

    interval: SamplingInterval | None
    estimates: Array
    models: list[int | None]

    @property
    def without_model(self) -> int:
        """Resamples to which no model could be fitted."""
        return int(np.isnan(self.estimates).sum())


def bootstrap(
    lists: int,
    counts: Array,
    rule: Rule,
    estimate: float,
    *,
    resamples: int,
    seed: int,
    level: float = LEVEL,
) -> Bootstrap:
    """Draw as many people as were observed, over and over, and choose and fit a model each time.

    An interval given the model chosen takes no account of the choice; this one does (Silverman, Chan and Vincent 2024, Statistics
    and Computing 34:44). Existence is checked for each resample, by its pattern of zeros.

    Parameters
    ----------
    lists
        How many.
    counts
        The observed table.
    rule
        How the model is chosen.
    estimate
        From the observed table, by the same rule.
    resamples
        How many.
    seed
        The same seed draws the same resamples.
    level
        Of the interval.
    """
    total = int(counts.sum())
    drawn = (
        np.random.default_rng(seed)
        .multinomial(total, counts / total, size=resamples)
        .T.astype(float)
    )
    held = np.flatnonzero(counts)
    left_out = np.repeat(counts[:, None], len(held), axis=1)
    left_out[held, np.arange(len(held))] -= 1
    choice = rule(Tables(lists, np.hstack([drawn, left_out])))
    interval = bca(
        estimate, choice.estimates[:resamples], choice.estimates[resamples:], counts[held], level
    )
    return Bootstrap(interval, choice.estimates[:resamples], choice.models[:resamples])
