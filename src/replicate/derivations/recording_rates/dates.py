"""Whether later audits found higher rates: regression of the audits of all crime on their date."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.special import expit

from replicate.analysis.regression import (
    BetaBinomialFit,
    QuasiBinomialFit,
    beta_binomial,
    quasi_binomial,
)
from replicate.derivations.recording_rates.funnel import funnel
from replicate.vocabulary.parameters import RecordingRates
from replicate.vocabulary.uncertainty import SamplingInterval

YEAR = 365.25

SLOPE = "date"


@dataclass(frozen=True)
class ByDate:
    """How rates go with the date of the audit.

    Attributes
    ----------
    effects
        model, log_odds (change a year), log_odds_error, points_a_year (change of the rate at the mean date), standard_error, lower, upper
        (points), odds_ratio (a year), scatter (in words).
    curve
        year, rate (percent, by the quasi-binomial model).
    rates
        force, audit_to, year (as a number), rate (percent), size.
    quasi, beta
        The fits.
    """

    effects: pd.DataFrame
    curve: pd.DataFrame
    rates: pd.DataFrame
    quasi: QuasiBinomialFit
    beta: BetaBinomialFit


def by_date(parameters: RecordingRates) -> ByDate:
    """Fit the rates of all audited forces by the last day of the audit, quasi-binomial and beta-binomial.

    Sizes are the samples that half-widths imply. A slope says how rates of these forces, each audited once, go with the date: later audits
    are of other forces, so it is no change of any force.
    """
    rows = funnel().rates
    years = np.array(
        [
            (date.fromisoformat(day) - date(2000, 1, 1)).days / YEAR + 2000
            for day in rows["audit_to"]
        ]
    )
    weights = rows["size"].to_numpy()
    middle = float(np.average(years, weights=weights))
    design = pd.DataFrame({"const": 1.0, SLOPE: years - middle})
    successes = rows["rate"] * rows["size"]
    quasi = quasi_binomial(successes, rows["size"], design, level=parameters.level)
    beta = beta_binomial(successes, rows["size"], design, level=parameters.level)
    spread = {
        "quasi-binomial": f"variance {quasi.dispersion:.1f} times the binomial",
        "beta-binomial": f"two cases of one force correlate by {beta.correlation:.3f}",
    }
    found = {"quasi-binomial": quasi.effects, "beta-binomial": beta.effects}
    effects = pd.DataFrame([_slope(name, terms, spread[name]) for name, terms in found.items()])
    return ByDate(effects, _curve(quasi, years, middle), _shown(rows, years), quasi, beta)


def slope_interval(found: ByDate, model: int = 0) -> SamplingInterval:
    """Return the interval of a model's slope, in percentage points a year: 0 is quasi-binomial, 1 beta-binomial."""
    lower, upper = (float(found.effects[end][model]) for end in ("lower", "upper"))
    return SamplingInterval(
        lower, upper, found.quasi.level, f"{found.effects['model'][model]} regression"
    )


def _slope(model: str, effects: pd.DataFrame, spread: str) -> dict[str, object]:
    """Return the slope in points a year: its log odds times the derivative of the rate where it is the mean one."""
    at_mean = float(expit(effects["coefficient"][0]))
    points = 100 * at_mean * (1 - at_mean)
    slope = {
        name: float(effects[name][1])
        for name in ("coefficient", "standard_error", "lower", "upper")
    }
    return {
        "model": model,
        "log_odds": slope["coefficient"],
        "log_odds_error": slope["standard_error"],
        "points_a_year": points * slope["coefficient"],
        "standard_error": points * slope["standard_error"],
        "lower": points * slope["lower"],
        "upper": points * slope["upper"],
        "odds_ratio": np.exp(slope["coefficient"]),
        "scatter": spread,
    }


def _curve(
    quasi: QuasiBinomialFit, years: "np.ndarray[tuple[int], np.dtype[np.float64]]", middle: float
) -> pd.DataFrame:
    constant, slope = quasi.effects["coefficient"]
    at = np.linspace(years.min(), years.max(), 30)
    return pd.DataFrame({"year": at, "rate": 100 * expit(constant + slope * (at - middle))})


def _shown(
    rows: pd.DataFrame, years: "np.ndarray[tuple[int], np.dtype[np.float64]]"
) -> pd.DataFrame:
    return rows[["force", "audit_to", "size"]].assign(year=years, rate=100 * rows["rate"])
