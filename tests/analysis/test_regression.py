from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit, logit
from scipy.stats import betabinom, norm, t

from replicate.analysis import regression
from replicate.analysis.regression import beta_binomial, quasi_binomial
from replicate.vocabulary.errors import InputError, RunError

CASE = Path(__file__).parents[1] / "cases/betabinomial_seeds"
SEEDS = pd.read_csv(CASE / "seeds.csv")
DESIGN = pd.DataFrame(
    {"const": 1.0, "O75": SEEDS["seed"].eq("O75"), "cucumber": SEEDS["root"].eq("CUCUMBER")}
).astype(float)
DESIGN["O75 x cucumber"] = DESIGN["O75"] * DESIGN["cucumber"]
ONE = pd.DataFrame({"const": 1.0}, index=SEEDS.index)


def published(quantity: str) -> list[float]:
    expected = pd.read_csv(CASE / "expected.csv").set_index("quantity")
    return [float(number) for number in str(expected.loc[quantity, "published"]).split(",")]


def test_quasi_binomial_gives_the_published_coefficients_and_standard_errors() -> None:
    effects = quasi_binomial(SEEDS["y"], SEEDS["n"], DESIGN).effects
    assert effects["term"].tolist() == ["const", "O75", "cucumber", "O75 x cucumber"]
    assert effects["coefficient"].round(2).tolist() == published(
        "quasi-binomial coef (int, O75, cucumber, O75:cucumber)"
    )
    assert effects["standard_error"].round(2).tolist() == published("quasi-binomial SE")


def test_beta_binomial_gives_the_published_coefficients_and_standard_errors() -> None:
    effects = beta_binomial(SEEDS["y"], SEEDS["n"], DESIGN).effects
    assert effects["coefficient"].round(2).tolist() == published("beta-binomial (aods3) coef")
    assert effects["standard_error"].round(2).tolist() == published("beta-binomial SE")


def test_the_dispersion_is_pearsons_and_not_what_counts_given_to_statsmodels_make_it() -> None:
    """The trap: successes and failures with scale="X2" give a twentieth of the dispersion, and
    standard errors four times too small."""
    fit = quasi_binomial(SEEDS["y"], SEEDS["n"], DESIGN)
    mean = 1 / (1 + np.exp(-(DESIGN.to_numpy() @ fit.effects["coefficient"].to_numpy())))
    pearson = float(
        np.sum((SEEDS["y"] - SEEDS["n"] * mean) ** 2 / (SEEDS["n"] * mean * (1 - mean)))
    )
    assert fit.dispersion == pytest.approx(pearson / (21 - 4))
    assert round(fit.dispersion, 3) == 1.862
    counts = np.column_stack([SEEDS["y"], SEEDS["n"] - SEEDS["y"]])
    trap = sm.GLM(counts, DESIGN.to_numpy(), family=sm.families.Binomial()).fit(scale="X2")
    assert trap.scale < fit.dispersion / 10
    assert (trap.bse * 4 < fit.effects["standard_error"].to_numpy()).all()


def test_intervals_are_students_or_normal() -> None:
    quasi, beta = (
        quasi_binomial(SEEDS["y"], SEEDS["n"], DESIGN, level=0.9),
        beta_binomial(SEEDS["y"], SEEDS["n"], DESIGN, level=0.9),
    )
    for fit, times in ((quasi, t.ppf(0.95, 17)), (beta, norm.ppf(0.95))):
        effects = fit.effects
        assert (
            (effects["upper"] - effects["lower"]) / 2 / effects["standard_error"]
        ).tolist() == pytest.approx([times] * 4)
        assert fit.level == 0.9


def test_the_fit_is_where_scipys_likelihood_is_greatest() -> None:
    """No step of a thousandth, of an effect or of the logit of the correlation, gains any
    likelihood."""
    fit = beta_binomial(SEEDS["y"], SEEDS["n"], DESIGN)
    y, n = SEEDS["y"].to_numpy(), SEEDS["n"].to_numpy()

    def likelihood(effects: np.ndarray, correlation: float) -> float:
        mean, theta = expit(DESIGN.to_numpy() @ effects), 1 / correlation - 1
        return float(np.sum(betabinom.logpmf(y, n, mean * theta, (1 - mean) * theta)))

    found = fit.effects["coefficient"].to_numpy()
    best = likelihood(found, fit.correlation)
    for step in (-1e-3, 1e-3):
        assert likelihood(found, float(expit(logit(fit.correlation) + step))) < best
        for effect in np.eye(4):
            assert likelihood(found + step * effect, fit.correlation) < best


def test_a_known_correlation_and_share_are_found_again() -> None:
    """Four hundred units of 50 cases, share 0.9, correlation 0.05: within four standard errors; the
    correlation, whose estimates from two hundred such samples have a standard deviation of 0.005,
    within three of these."""
    random = np.random.default_rng(18)
    theta = 1 / 0.05 - 1
    y = pd.Series(random.binomial(50, random.beta(0.9 * theta, 0.1 * theta, size=400)))
    fit = beta_binomial(
        y, pd.Series(50, index=y.index), pd.DataFrame({"const": 1.0}, index=y.index)
    )
    assert fit.effects["coefficient"][0] == pytest.approx(
        np.log(9), abs=4 * fit.effects["standard_error"][0]
    )
    assert fit.correlation == pytest.approx(0.05, abs=0.015)


def test_counts_no_more_scattered_than_binomial_have_no_correlation() -> None:
    y, n = pd.Series([5, 5, 5, 5, 5, 5]), pd.Series([10] * 6)
    fit = beta_binomial(y, n, ONE.iloc[:6])
    assert fit.correlation == 0
    assert fit.effects["standard_error"][0] == pytest.approx(1 / np.sqrt(60 * 0.25))


def test_an_effective_sample_need_not_be_whole() -> None:
    whole = quasi_binomial(SEEDS["y"], SEEDS["n"], DESIGN).effects["coefficient"]
    scaled = quasi_binomial(SEEDS["y"] * 1.5, SEEDS["n"] * 1.5, DESIGN).effects["coefficient"]
    assert scaled.tolist() == pytest.approx(whole.tolist())


def test_a_maximum_that_is_not_found_is_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regression, "STEPS", 1)
    with pytest.raises(RunError, match="maximum was not found"):
        beta_binomial(SEEDS["y"], SEEDS["n"], DESIGN)


def test_an_effect_that_tells_successes_from_failures_is_refused() -> None:
    y, n = pd.Series([0, 0, 7, 9]), pd.Series([8, 9, 7, 9])
    design = pd.DataFrame({"const": 1.0, "later": [0.0, 0.0, 1.0, 1.0]})
    for fit in (quasi_binomial, beta_binomial):
        with pytest.raises(InputError, match="tells all successes"):
            fit(y, n, design)


@pytest.mark.parametrize(
    ("successes", "trials", "units", "level"),
    [
        ([1], [2], 1, 0.95),
        ([1, 2], [2, 3, 4], 3, 0.95),
        ([1, 0], [2, 0], 2, 0.95),
        ([3, 1], [2, 2], 2, 0.95),
        ([0, 0], [2, 2], 2, 0.95),
        ([2, 2], [2, 2], 2, 0.95),
        ([1, 2], [3, 3], 2, 1.0),
    ],
)
def test_what_no_regression_can_use_is_refused(
    successes: list[int], trials: list[int], units: int, level: float
) -> None:
    for fit in (quasi_binomial, beta_binomial):
        with pytest.raises(InputError):
            fit(pd.Series(successes), pd.Series(trials), ONE.iloc[:units], level=level)
