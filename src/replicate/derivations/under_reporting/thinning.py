"""Poisson-logistic regression: shown on counts whose truth is known, and why published rates can't bring it to child offences.

It needs a recording rate of the very offences that are counted, in the same areas and years. The audits held are of all crime or of
violence, and older: to use their rates for child offences would take a bridge that nothing published supports.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from replicate.analysis.rates.glm import fitted
from replicate.analysis.recording import implied_sample
from replicate.analysis.thinning import Prior, Validation, pogit
from replicate.analysis.thinning.data import Array
from replicate.derivations.all_crime import FRAUD, recorded_total
from replicate.derivations.counting import count
from replicate.derivations.kinds.audits import LEVEL
from replicate.derivations.recording_rates.audits import (
    Audit,
    audits_of_forces,
    half_width,
    published_rates,
    share,
)
from replicate.derivations.revision_bands import group_of_code
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import OffenceCounts
from replicate.vocabulary.periods import Period

ALL = "all crime"
"""What most audits measured the rate of, as `published_rates` calls it; the others measured that of violence."""

VIOLENT = "Violence against the person"
"""The group of offence codes that violence is."""

OBSERVED, EXPOSURE, EXAMINED = 60, 200.0, 40
"""Of the counts made up to show the method: areas, what each is exposed to, and events examined in every other area."""

TRUTH = {
    "events": {"constant": 0.5, "deprivation": 0.4},
    "recording": {"constant": 1.4, "deprivation": -0.6},
}
"""Made up: where deprivation is greater there are more events, and a smaller share of them is recorded."""

PRIOR = Prior({"constant": 1.4, "deprivation": -0.5}, {"constant": 0.3, "deprivation": 0.3})
"""Made up: what somebody could stand for who has no validation data."""


@dataclass(frozen=True)
class BridgingCheck:
    """Whether published recording rates are of what is counted.

    Attributes
    ----------
    rates
        One row a published rate of a force with its interval: claim, force, measured_on, audit_to (its last day), percent, sample (the
        simple random sample that the interval implies), share (of the offences counted in all crime of the force in the twelve months
        of the audit, percent), expected (how many of them a sample of all crime would hold), same_offences and same_period.
    counted, period
        What would be modelled.
    """

    rates: pd.DataFrame
    counted: str
    period: str

    @property
    def holds(self) -> bool:
        """Whether any rate is of the same offences in the same period."""
        return bool((self.rates["same_offences"] & self.rates["same_period"]).any())

    def refusal(self) -> InputError:
        """Return why the published rates are not used."""
        measured, newest = (
            " and ".join(self.rates["measured_on"].unique()),
            self.rates["audit_to"].max(),
        )
        low, high = self.rates["expected"].min(), self.rates["expected"].max()
        return InputError(
            "recording rates of other offences in other years",
            where=f"{self.counted}, {self.period}",
            got=f"{len(self.rates)} published rates, of {measured}, the newest to {newest:%B %Y}",
            expected="a recording rate of these offences in the same areas and years, or a prior that somebody stands for",
            hint=f"a sample of all crime as large as its interval implies would hold {low:.0f} to {high:.0f} of these offences a force",
        )

    def require(self) -> None:
        """Let the model go on only if a rate is of what is counted.

        Raises
        ------
        InputError
            See `refusal`.
        """
        if not self.holds:
            raise self.refusal()


def bridging(parameters: OffenceCounts | None = None) -> BridgingCheck:
    """Hold every published recording rate of a force against the offences that notebook 01 counts.

    Parameters
    ----------
    parameters
        Of notebook 01; its defaults unless given.
    """
    asked = parameters or OffenceCounts()
    rows = []
    for audit, claim, kind in published_rates(audits_of_forces()):
        window = audit.derivation.period()
        part = _share(asked, audit)
        sample = implied_sample(share(claim), half_width(claim), LEVEL)
        rows.append(
            {
                "claim": claim.id,
                "force": audit.area,
                "measured_on": kind,
                "audit_to": audit.audit_to,
                "percent": float(claim.value or 0),
                "sample": sample,
                "share": 100 * part,
                "expected": sample * part if kind == ALL else np.nan,
                "same_offences": set(asked.chosen().codes) == _measured(kind),
                "same_period": bool(
                    set(window.quarters) & set(Period.parse(asked.period).quarters)
                ),
            }
        )
    return BridgingCheck(pd.DataFrame(rows), asked.chosen().title, asked.period)


def _measured(kind: str) -> set[str]:
    """Return the offence codes that an audit of this kind is of."""
    groups = group_of_code().items()
    return {code for code, group in groups if (group != FRAUD if kind == ALL else group == VIOLENT)}


def _share(asked: OffenceCounts, audit: Audit) -> float:
    """Return the share of the offences counted in all crime that the force recorded in the twelve months of its audit."""
    period, vintage = audit.derivation.period(), audit.derivation.vintage
    forces = audit.derivation.forces()
    these = count(asked.chosen(), period, vintage=vintage, forces=forces).count
    return these / recorded_total(period, vintage=vintage, forces=forces)


def shown(seed: int = 1) -> pd.DataFrame:
    """Fit counts whose truth is known: as if all had been recorded, with validation data, and with a prior.

    The counts are made up, as their truth is: of areas where deprivation goes with more events and a smaller share recorded.

    Parameters
    ----------
    seed
        Of the counts: the same seed gives the same.

    Returns
    -------
    pandas.DataFrame
        model, part (events or recording), term, truth, value, lower, upper.
    """
    rng = np.random.default_rng(seed)
    columns = pd.DataFrame({"constant": 1.0, "deprivation": np.linspace(-1.5, 1.5, OBSERVED)})
    rate = expit(columns @ pd.Series(TRUTH["recording"]))
    counts = rng.poisson(EXPOSURE * np.exp(columns @ pd.Series(TRUTH["events"])) * rate)
    examined = np.full(len(columns[::2]), EXAMINED)
    validation = Validation(rng.binomial(examined, rate[::2]), examined, columns[::2])
    exposure = np.full(OBSERVED, EXPOSURE)
    fits = {
        "with validation data": pogit(counts, exposure, columns, columns, validation=validation),
        "with a prior": pogit(counts, exposure, columns, columns, prior=PRIOR),
    }
    every = [
        _as_if_all_recorded(counts, exposure, columns),
        *(fit.coefficients.assign(model=name) for name, fit in fits.items()),
    ]
    rows = pd.concat(every, ignore_index=True).rename(columns={"name": "term"})
    truth = [TRUTH[part][term] for part, term in zip(rows["part"], rows["term"], strict=True)]
    return rows.assign(truth=truth).reindex(
        columns=["model", "part", "term", "truth", "value", "lower", "upper"]
    )


def _as_if_all_recorded(counts: Array, exposure: Array, columns: pd.DataFrame) -> pd.DataFrame:
    fit = fitted(pd.Series(counts), columns, pd.Series(exposure))
    ends = fit.conf_int().set_axis(["lower", "upper"], axis=1)
    names = {"name": columns.columns, "part": "events", "model": "as if all were recorded"}
    return pd.DataFrame(
        {"value": fit.params, "lower": ends["lower"], "upper": ends["upper"]} | names
    )


def alone() -> InputError:
    """Fit counts with neither validation data nor a prior, and return why that is refused."""
    one = pd.DataFrame({"constant": [1.0, 1.0]})
    try:
        pogit([3, 4], [1, 1], one, one)
    except InputError as error:
        return error
    raise AssertionError(
        "counts alone were taken to tell recording"
    )  # pragma: no cover - would be a fault of `pogit`
