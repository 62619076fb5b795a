from math import exp, log, sqrt

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import chi2, nbinom, poisson

from replicate.analysis import rates
from replicate.analysis.rates.glm import fitted
from replicate.analysis.rates.nb2 import SMALLEST
from replicate.analysis.rates.panels import design
from replicate.vocabulary.errors import InputError

# Bliss and Fisher (1953), Biometrics 9:176-200, table 1: European red mites on 150 apple leaves.
MITES = [70, 38, 17, 10, 9, 3, 2, 1]


def constant(counts: list[int], level: float = 0.95) -> rates.NegativeBinomialFit:
    return rates.negative_binomial(
        pd.Series(counts),
        pd.DataFrame({"const": 1.0}, index=range(len(counts))),
        pd.Series(1.0, index=range(len(counts))),
        level=level,
    )


def simulated(
    areas: int, years: list[int], alpha: float, seed: int
) -> tuple[pd.DataFrame, dict[int, float]]:
    random = np.random.default_rng(seed)
    effect = {year: 1 + 0.3 * place for place, year in enumerate(years)}
    rows = []
    for area in range(areas):
        rate, children = random.uniform(0.002, 0.008), int(random.integers(100_000, 500_000))
        for year in years:
            mean = rate * children * effect[year]
            rows.append(
                (
                    f"area {area}",
                    year,
                    int(random.poisson(mean * random.gamma(1 / alpha, alpha))),
                    children,
                )
            )
    return pd.DataFrame(rows, columns=["force", "year", "count", "children"]), effect


def test_mites_have_the_published_k() -> None:
    """Bliss and Fisher's maximum-likelihood k is 1.02459; alpha is 1 / k."""
    fit = constant([mites for mites, leaves in enumerate(MITES) for _ in range(leaves)])
    assert 1 / fit.alpha == pytest.approx(1.02459, abs=5e-6)
    assert fit.alpha in fit.alpha_interval
    assert fit.p_value == pytest.approx(chi2.sf(fit.likelihood_ratio, 1) / 2)


def test_the_likelihoods_are_those_of_scipy() -> None:
    counts = np.repeat(np.arange(8), MITES)
    fit, mean = constant(counts.tolist()), counts.mean()
    assert fit.poisson_log_likelihood == pytest.approx(np.sum(poisson.logpmf(counts, mean)))
    assert fit.log_likelihood == pytest.approx(
        np.sum(nbinom.logpmf(counts, 1 / fit.alpha, 1 / (1 + fit.alpha * mean)))
    )
    assert fit.likelihood_ratio == pytest.approx(
        2 * (fit.log_likelihood - fit.poisson_log_likelihood)
    )


def test_the_profile_interval_ends_where_the_likelihood_has_fallen_by_half_of_chi_squared() -> None:
    """An independent likelihood: with a constant alone the mean is the sample mean for every alpha."""
    counts = np.repeat(np.arange(8), MITES)
    fit = constant(counts.tolist(), level=0.9)

    def log_likelihood(alpha: float) -> float:
        return float(np.sum(nbinom.logpmf(counts, 1 / alpha, 1 / (1 + alpha * counts.mean()))))

    assert fit.log_likelihood == pytest.approx(log_likelihood(fit.alpha))
    for end in (fit.alpha_interval.lower, fit.alpha_interval.upper):
        assert fit.log_likelihood - log_likelihood(end) == pytest.approx(
            chi2.ppf(0.9, 1) / 2, abs=1e-4
        )


@pytest.mark.parametrize("counts", [[5, 5, 5, 5], [100, 101, 99, 100, 100]])
def test_counts_less_scattered_than_poisson_have_no_over_dispersion(counts: list[int]) -> None:
    fit = constant(counts)
    assert (fit.alpha, fit.alpha_interval.lower, fit.likelihood_ratio, fit.p_value) == (0, 0, 0, 1)
    assert fit.log_likelihood == fit.poisson_log_likelihood
    assert fit.alpha_interval.upper > SMALLEST


def test_an_interval_that_the_data_can_t_close_is_open() -> None:
    assert constant([0] * 30 + [9]).alpha_interval.upper == float("inf")


def test_the_interval_for_alpha_covers_a_known_truth() -> None:
    """Sixty samples of 80 counts, mean 20, alpha 0.3: coverage within three standard errors of 95 %."""
    random = np.random.default_rng(4)
    covered = 0
    for _ in range(60):
        counts = random.poisson(20 * random.gamma(1 / 0.3, 0.3, size=80))
        covered += 0.3 in constant(counts.tolist()).alpha_interval
    assert covered / 60 >= 0.95 - 3 * sqrt(0.95 * 0.05 / 60)


def test_the_model_agrees_with_an_independent_maximisation() -> None:
    panel, _ = simulated(4, [2013, 2014, 2015], 0.1, seed=8)
    areas, years = pd.factorize(panel["force"])[0], pd.factorize(panel["year"])[0]

    def loss(parameters: np.ndarray) -> float:
        log_alpha, area, year = (
            parameters[0],
            parameters[1:5],
            np.concatenate([[0.0], parameters[5:]]),
        )
        mean = panel["children"] * np.exp(area[areas] + year[years])
        size = exp(-log_alpha)
        return -float(
            np.sum(nbinom.logpmf(panel["count"].to_numpy(), size, size / (size + mean.to_numpy())))
        )

    start = np.array([log(0.1), *[log(0.005)] * 4, 0.0, 0.0])
    best = minimize(
        loss,
        start,
        method="Nelder-Mead",
        options={
            "maxiter": 40_000,
            "maxfev": 40_000,
            "xatol": 1e-9,
            "fatol": 1e-11,
            "adaptive": True,
        },
    )
    best = minimize(
        loss,
        best.x,
        method="Nelder-Mead",
        options={
            "maxiter": 40_000,
            "maxfev": 40_000,
            "xatol": 1e-9,
            "fatol": 1e-11,
            "adaptive": True,
        },
    )
    columns = design(panel, ("force", "year"))
    fit = rates.negative_binomial(panel["count"], columns, panel["children"], level=0.95)
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-5)
    assert fit.alpha == pytest.approx(exp(best.x[0]), rel=1e-3)
    effects = fitted(panel["count"], columns, panel["children"], alpha=fit.alpha).params[
        ["year 2014", "year 2015"]
    ]
    assert effects.tolist() == pytest.approx(best.x[5:].tolist(), abs=1e-3)
    model = rates.area_year_model(panel)
    assert model.over_dispersion.log_likelihood == pytest.approx(-best.fun, abs=1e-5)
    assert model.over_dispersion.alpha > fit.alpha


def test_alpha_is_not_put_too_low_by_the_effects_of_areas() -> None:
    """Eight simulated panels of 20 areas and 4 years: the mean of the adjusted alpha is within three standard errors of the truth.

    Unadjusted it is not: a quarter of the scatter is taken for effects of areas.
    """
    found: dict[bool, list[float]] = {True: [], False: []}
    for seed in range(8):
        panel, _ = simulated(20, [2013, 2014, 2015, 2016], 0.05, seed=seed)
        for adjusted, values in found.items():
            columns = design(panel, ("force", "year"))
            values.append(
                rates.negative_binomial(
                    panel["count"], columns, panel["children"], level=0.95, adjusted=adjusted
                ).alpha
            )
    distance = {
        key: (np.mean(values) - 0.05) / (np.std(values, ddof=1) / sqrt(8))
        for key, values in found.items()
    }
    assert abs(distance[True]) < 3
    assert distance[False] < -3


def test_known_year_effects_are_recovered_within_three_standard_errors() -> None:
    panel, truth = simulated(24, [2013, 2014, 2015, 2016, 2017], 0.02, seed=2)
    model = rates.area_year_model(panel, level=0.9973)
    assert (model.n, model.areas, model.base_year) == (120, 24, 2013)
    for row in model.year_effects.to_dict("records"):
        assert row["lower"] <= truth[row["year"]] <= row["upper"]
        assert (
            row["upper"] / row["lower"] < 1.6
        )  # an interval wide enough to hold anything would prove nothing
    assert 0.02 in model.over_dispersion.alpha_interval
    assert model.over_dispersion.p_value < 1e-6
    assert abs(model.autocorrelation) < 0.25


def test_the_base_year_is_a_choice_of_scale() -> None:
    panel, _ = simulated(6, [2013, 2014, 2015], 0.05, seed=3)
    first, last = rates.area_year_model(panel), rates.area_year_model(panel, base_year=2015)
    ratios = first.year_effects["rate_ratio"]
    assert last.year_effects["rate_ratio"].tolist() == pytest.approx(
        (ratios / ratios.iloc[2]).tolist(), rel=1e-6
    )
    assert last.year_effects.iloc[2].tolist() == [2015, 1, 1, 1]
    assert last.over_dispersion.log_likelihood == pytest.approx(
        first.over_dispersion.log_likelihood
    )


def test_a_base_year_that_is_not_held_is_refused() -> None:
    panel, _ = simulated(3, [2013, 2014], 0.05, seed=3)
    with pytest.raises(InputError, match="unknown base year"):
        rates.area_year_model(panel, base_year=2012)


def test_a_negative_count_is_set_aside_and_told() -> None:
    panel, _ = simulated(4, [2013, 2014, 2015], 0.05, seed=5)
    panel.loc[4, "count"] = -1
    model = rates.area_year_model(panel)
    assert model.set_aside.values.tolist() == panel.iloc[[4]].values.tolist()
    assert (model.n, model.areas) == (11, 4)


def test_residuals_that_alternate_have_an_autocorrelation_of_minus_one() -> None:
    rows = [
        (force, year, 1000 + sign * (100 if year % 2 else -100), 10**6)
        for force, sign in (("A", 1), ("B", -1), ("C", 1), ("D", -1))
        for year in range(2013, 2023)
    ]
    model = rates.area_year_model(
        pd.DataFrame(rows, columns=["force", "year", "count", "children"])
    )
    assert model.autocorrelation == pytest.approx(-1, abs=1e-6)


def test_years_that_never_follow_one_another_have_no_autocorrelation() -> None:
    panel, _ = simulated(5, [2013, 2015, 2017], 0.05, seed=6)
    assert np.isnan(rates.area_year_model(panel).autocorrelation)


def test_poisson_counts_are_fitted_as_such() -> None:
    rows = [
        (f"area {area}", year, 10 * (area + 1) * (year - 2011), 1000)
        for area in range(4)
        for year in (2013, 2014, 2015)
    ]
    model = rates.area_year_model(
        pd.DataFrame(rows, columns=["force", "year", "count", "children"])
    )
    assert model.over_dispersion.alpha == 0
    assert model.year_effects["rate_ratio"].tolist() == pytest.approx([1, 1.5, 2], rel=1e-6)
