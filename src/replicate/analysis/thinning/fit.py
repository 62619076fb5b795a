"""Fitting a Poisson-logistic regression by maximum likelihood."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import norm

from replicate.analysis.thinning.data import Array, Labels, Numbers, Prior, Validation, prepared
from replicate.analysis.thinning.identification import refuse_unidentified
from replicate.analysis.thinning.likelihood import constant
from replicate.analysis.thinning.search import clustered_maximum, maximum
from replicate.vocabulary.errors import InputError

SPREADS = ("spread of events", "spread of recording")


@dataclass(frozen=True)
class PogitFit:
    """A fit.

    Attributes
    ----------
    coefficients
        part (events, recording, or clusters for the standard deviations of their intercepts), name, value, se, lower, upper.
    rates
        The recording rate of each row of counts; of a typical cluster where there are clusters.
    log_likelihood
        With its constants, and with the prior's density but for its constant.
    covariance
        Of the coefficients in their order; of the logarithms of standard deviations.
    level
        Of the intervals, which are Wald's; on the logarithm for standard deviations.
    """

    coefficients: pd.DataFrame
    rates: Array
    log_likelihood: float
    covariance: Array
    level: float

    def part(self, name: str) -> "pd.Series[float]":
        """Return the values of one part by name."""
        rows = self.coefficients[self.coefficients["part"] == name]
        return rows.set_index("name")["value"]


def pogit(
    counts: Numbers,
    exposure: Numbers,
    events: pd.DataFrame,
    recording: pd.DataFrame,
    *,
    validation: Validation | None = None,
    prior: Prior | None = None,
    clusters: Labels = (),
    level: float = 0.95,
) -> PogitFit:
    """Fit counts as Poisson numbers of events of which a share was recorded.

    log events are linear in the columns of `events`, the logit of the share in those of `recording`. Counts alone cannot tell events
    from recording: validation data or a prior are required, for each direction of the model of recording.

    Parameters
    ----------
    counts, exposure
        Recorded, and what the number of events is proportional to.
    events, recording
        Columns of the two models, constants among them; one row a count.
    validation
        Events of which it is known whether they were recorded.
    prior
        For coefficients of recording; the fit is then the posterior's mode with its curvature.
    clusters
        Which cluster each count belongs to, where clusters differ in both models.
    level
        Of the intervals, between 0 and 1.

    Raises
    ------
    InputError
        When rows do not match or are no numbers or counts; when columns can't be told apart; when neither validation data nor prior
        are given, or leave a direction of recording untold; for a prior that says no more than that a rate is a share; when a
        rate runs to 0 or 1, or the clusters of either model do not differ.

    Examples
    --------
    Of 40 validated events 30 were recorded; 150 were recorded in 100 areas, so that there were 200 events, 2 an area:

    >>> one = pd.DataFrame({"constant": [1.0]})
    >>> found = pogit([150], [100], one, one, validation=Validation([30], [40], one))
    >>> round(float(np.exp(found.part("events")["constant"])), 6), round(float(found.rates[0]), 6)
    (2.0, 0.75)
    """
    if not 0 < level < 1:
        raise InputError(
            "a level out of range", where="level", got=level, expected="a number between 0 and 1"
        )
    data = prepared(counts, exposure, events, recording, validation, prior, clusters)
    refuse_unidentified(data, [str(name) for name in events], [str(name) for name in recording])
    names = [("events", str(name)) for name in events] + [
        ("recording", str(name)) for name in recording
    ]
    if len(clusters):
        names += [("clusters", name) for name in SPREADS]
    theta, value, covariance = (clustered_maximum if len(clusters) else maximum)(
        data, [name for _, name in names]
    )
    rows = _rows(names, theta, np.sqrt(np.diag(covariance)), level)
    rates = np.asarray(expit(data.recording @ np.split(theta, np.cumsum(data.sizes))[1]))
    return PogitFit(rows, rates, constant(data) - value, covariance, level)


def _rows(names: list[tuple[str, str]], theta: Array, errors: Array, level: float) -> pd.DataFrame:
    rows = pd.DataFrame(names, columns=["part", "name"]).assign(value=theta, se=errors)
    half = norm.isf((1 - level) / 2) * errors
    rows = rows.assign(lower=theta - half, upper=theta + half)
    spread = rows["part"] == "clusters"
    rows.loc[spread, ["value", "lower", "upper"]] = np.exp(
        rows.loc[spread, ["value", "lower", "upper"]]
    )
    rows.loc[spread, "se"] *= rows.loc[spread, "value"]  # the delta method
    return rows
