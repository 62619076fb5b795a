from math import exp, log, sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import chi2, nbinom, norm, poisson

from replicate.analysis import rates
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import BTP, CITY_OF_LONDON

# McCullagh and Nelder (1989), Generalized Linear Models, 2nd edition, table 6.2: wave damage to
# cargo ships, as
# type, year built, period of operation, months of service, incidents (the empty cells have no
# months).
SHIPS = """
A 60 60 127 0   A 60 75 63 0   A 65 60 1095 3   A 65 75 1095 4
A 70 60 1512 6   A 70 75 3353 18   A 75 75 2244 11
B 60 60 44882 39   B 60 75 17176 29   B 65 60 28609 58   B 65 75 20370 53
B 70 60 7064 12   B 70 75 13099 44   B 75 75 7117 18
C 60 60 1179 1   C 60 75 552 1   C 65 60 781 0   C 65 75 676 1
C 70 60 783 6   C 70 75 1948 2   C 75 75 274 1
D 60 60 251 0   D 60 75 105 0   D 65 60 288 0   D 65 75 192 0
D 70 60 349 2   D 70 75 1208 11   D 75 75 2051 4
E 60 60 45 0   E 65 60 789 7   E 65 75 437 7   E 70 60 1157 5
E 70 75 2161 12   E 75 75 542 1
"""

# Bliss and Fisher (1953), Biometrics 9:176-200, table 1: European red mites on 150 apple leaves.
MITES = [70, 38, 17, 10, 9, 3, 2, 1]


def ships() -> pd.DataFrame:
    cells = SHIPS.split()
    rows = [cells[start : start + 5] for start in range(0, len(cells), 5)]
    return pd.DataFrame(rows, columns=["type", "built", "operated", "months", "count"]).astype(
        {"months": int, "count": int}
    )


def counts(*rows: tuple[str, int | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["force", "count"]).astype({"count": "Int64"})


def children(*rows: tuple[str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["force", "children"])


def test_the_dispersion_of_ship_damage_is_the_published_1_69() -> None:
    """McCullagh and Nelder (1989), section 6.3.2: X squared over 25 degrees of freedom is 1.69.

    Main effects, log months as offset. The rows and the answer were entered from memory before
    computing; the printed pages were not seen.
    """
    frame = ships()
    assert len(frame) == 34
    assert round(rates.dispersion(frame, ("type", "built", "operated"), "months"), 2) == 1.69


def test_counts_in_proportion_have_no_dispersion() -> None:
    panel = pd.DataFrame(
        [
            (force, year, base * step, 1000)
            for force, base in (("A", 10), ("B", 20))
            for year, step in ((2013, 1), (2014, 3))
        ],
        columns=["force", "year", "count", "children"],
    )
    assert rates.dispersion(panel) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("A", 2013, 0), ("A", 2014, 0), ("B", 2013, 5), ("B", 2014, 5)], "0 offences: A"),
        ([("A", 2013, 0), ("A", 2014, 1), ("B", 2013, 0), ("B", 2014, 5)], "0 offences: 2013"),
        ([("A", 2013, 4), ("A", 2014, 1), ("B", 2013, -1)], "1 force"),
        ([("A", 2013, 4), ("B", 2013, 1)], "1 year"),
    ],
)
def test_a_panel_without_an_effect_is_refused(
    rows: list[tuple[str, int, int]], message: str
) -> None:
    panel = pd.DataFrame(rows, columns=["force", "year", "count"])
    if message == "1 force":
        panel = panel[panel["force"] == "A"]
    with pytest.raises(InputError, match=message):
        rates.dispersion(panel.assign(children=100))


def test_the_panel_has_whole_years_and_areas_with_children() -> None:
    quarters = [
        "2012-Q4",
        *(f"{year}-Q{number}" for year in (2013, 2014) for number in (1, 2, 3, 4)),
    ]
    recorded = pd.DataFrame(
        [
            (force, quarter, 2)
            for force in ("Kent", "Essex", "Gwent", BTP, CITY_OF_LONDON)
            for quarter in quarters
        ],
        columns=["force", "quarter", "count"],
    ).astype({"count": "Int64"})
    recorded.loc[(recorded["force"] == "Essex") & (recorded["quarter"] == "2014-Q2"), "count"] = (
        pd.NA
    )
    residents = pd.DataFrame(
        [
            (force, year, 100)
            for force in ("Kent", "Essex", CITY_OF_LONDON)
            for year in (2012, 2013, 2014)
        ],
        columns=["force", "year", "children"],
    )
    found = rates.panel(recorded, residents)
    assert found.values.tolist() == [
        ["Essex", 2013, 8, 100],
        ["Kent", 2013, 8, 100],
        ["Kent", 2014, 8, 100],
    ]


def test_a_rate_and_its_interval_by_hand() -> None:
    """400 offences, 100,000 children, dispersion 4: standard error 0.1, so 4 per 1,000, times exp(±
    0.196)."""
    found = rates.rates(
        counts(("Kent", 400)), children(("Kent", 100_000)), dispersion=4, level=0.95
    ).iloc[0]
    assert found["rate"] == pytest.approx(4)
    assert found["se_log"] == pytest.approx(0.1)
    assert found["lower"] == pytest.approx(4 * exp(-0.1959964), rel=1e-6)
    assert found["upper"] == pytest.approx(4 * exp(0.1959964), rel=1e-6)


def test_few_offences_the_city_and_bodies_without_children_get_a_count_and_no_rate() -> None:
    given_counts = counts(
        ("Kent", 50),
        ("Essex", 49),
        (CITY_OF_LONDON, 60),
        (BTP, 80),
        ("Surrey", None),
        ("Dorset", 70),
    )
    residents = children(
        ("Kent", 1000), ("Essex", 1000), (CITY_OF_LONDON, 847), ("Surrey", 1000), ("Dorset", 0)
    )
    found = rates.rates(given_counts, residents, dispersion=1, level=0.95).set_index("force")
    assert found["count"].tolist() == [50, 49, 60, 80, pd.NA, 70]
    assert found.index[found["rate"].notna()].tolist() == ["Kent"]
    assert found.loc[found["rate"].isna(), ["lower", "upper", "se_log"]].isna().all(axis=None)
    assert rates.MINIMUM == 50


def test_a_dispersion_below_one_is_taken_as_one() -> None:
    low, one = (
        rates.rates(counts(("Kent", 400)), children(("Kent", 10**5)), dispersion=value, level=0.95)
        for value in (0.3, 1.0)
    )
    pd.testing.assert_frame_equal(low, one)


@pytest.mark.parametrize("dispersion", [1, 2, 7, 19])
@pytest.mark.parametrize("mean", [50, 75, 150, 600])
def test_from_the_minimum_on_the_interval_covers_what_it_says(mean: int, dispersion: int) -> None:
    """Exact coverage of a 95 % interval, by summing Poisson or negative-binomial probabilities with
    that dispersion."""
    possible = np.arange(1, 40 * mean)
    chances = (
        poisson.pmf(possible, mean)
        if dispersion == 1
        else nbinom.pmf(possible, mean / (dispersion - 1), 1 / dispersion)
    )
    scale = np.exp(norm.ppf(0.975) * np.sqrt(dispersion / possible))
    kept = (possible / scale <= mean) & (mean <= possible * scale)
    assert 0.94 <= chances[kept].sum() <= 0.97


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_out_of_range_is_refused(level: float) -> None:
    with pytest.raises(InputError, match="a level out of range"):
        rates.rates(counts(("Kent", 400)), children(("Kent", 10**5)), dispersion=1, level=level)
    with pytest.raises(InputError, match="a level out of range"):
        rates.rank_ranges(
            pd.DataFrame({"force": ["Kent"], "rate": [1.0], "se_log": [0.1]}), level=level
        )


def test_rank_ranges_by_hand() -> None:
    """Three areas, three pairs: z is 2.394 (two-sided, 5 % shared by three), times 0.1 and the root
    of 2 is 0.3386 on the log scale.

    The first two are 0.2 apart and can't be told apart; the third is 0.4 below the second.
    """
    frame = pd.DataFrame(
        {
            "force": ["A", "B", "C", "City"],
            "rate": [exp(1.0), exp(0.8), exp(0.4), np.nan],
            "se_log": [0.1, 0.1, 0.1, np.nan],
        }
    )
    found = rates.rank_ranges(frame)
    assert found["rank"].tolist() == [1, 2, 3, pd.NA]
    assert found["rank_lower"].tolist() == [1, 1, 3, pd.NA]
    assert found["rank_upper"].tolist() == [2, 2, 3, pd.NA]


def test_the_threshold_of_a_pair_is_bonferroni_s() -> None:
    def told_apart(gap: float) -> bool:
        frame = pd.DataFrame(
            {"force": ["A", "B", "C"], "rate": np.exp([gap, 0.0, -9.0]), "se_log": 0.1}
        )
        return bool(rates.rank_ranges(frame)["rank_upper"].iloc[0] == 1)

    assert not told_apart(0.338)
    assert told_apart(0.339)


def test_one_area_and_none_have_ranges_too() -> None:
    frame = pd.DataFrame({"force": ["A"], "rate": [1.0], "se_log": [0.1]})
    assert rates.rank_ranges(frame)[["rank", "rank_lower", "rank_upper"]].values.tolist() == [
        [1, 1, 1]
    ]
    assert rates.rank_ranges(frame.iloc[:0]).empty


areas = st.lists(st.tuples(st.floats(0.1, 20), st.floats(0.001, 0.5)), min_size=1, max_size=12)


@given(areas, st.floats(0.5, 0.99))
@settings(max_examples=50, deadline=None)
def test_a_range_holds_the_rank_and_is_wider_at_a_higher_level(
    rows: list[tuple[float, float]], level: float
) -> None:
    frame = pd.DataFrame(rows, columns=["rate", "se_log"]).assign(
        force=[str(place) for place in range(len(rows))]
    )
    found, wider = rates.rank_ranges(frame, level=level), rates.rank_ranges(frame, level=0.999)
    assert (found["rank_lower"] <= found["rank"]).all()
    assert (found["rank"] <= found["rank_upper"]).all()
    assert found["rank_lower"].min() == 1
    assert found["rank_upper"].max() == len(rows)
    assert (wider["rank_lower"] <= found["rank_lower"]).all()
    assert (wider["rank_upper"] >= found["rank_upper"]).all()


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


def main_effects(panel: pd.DataFrame) -> pd.DataFrame:
    """A constant, and a column for each area and year but the first."""
    levels = panel[["force", "year"]].astype(str)
    return pd.get_dummies(levels, drop_first=True, dtype=float).assign(const=1.0)


def test_mites_have_the_published_k() -> None:
    """Bliss and Fisher's maximum-likelihood k is 1.02459; alpha is 1 / k."""
    fit = constant([mites for mites, leaves in enumerate(MITES) for _ in range(leaves)])
    assert 1 / fit.alpha == pytest.approx(1.02459, abs=5e-6)
    assert fit.alpha in fit.alpha_interval


def test_the_profile_interval_ends_where_the_likelihood_has_fallen_by_half_of_chi_squared() -> None:
    """By scipy's likelihoods: with a constant alone the mean is the sample mean for every alpha."""
    counts = np.repeat(np.arange(8), MITES)
    fit = constant(counts.tolist(), level=0.9)

    def log_likelihood(alpha: float) -> float:
        return float(np.sum(nbinom.logpmf(counts, 1 / alpha, 1 / (1 + alpha * counts.mean()))))

    best = log_likelihood(fit.alpha)
    assert fit.likelihood_ratio == pytest.approx(
        2 * (best - np.sum(poisson.logpmf(counts, counts.mean())))
    )
    for end in (fit.alpha_interval.lower, fit.alpha_interval.upper):
        assert best - log_likelihood(end) == pytest.approx(chi2.ppf(0.9, 1) / 2, abs=1e-4)


@pytest.mark.parametrize("counts", [[5, 5, 5, 5], [100, 101, 99, 100, 100]])
def test_counts_less_scattered_than_poisson_have_no_over_dispersion(counts: list[int]) -> None:
    fit = constant(counts)
    assert (fit.alpha, fit.alpha_interval.lower, fit.likelihood_ratio) == (0, 0, 0)
    assert fit.alpha_interval.upper > 0


def test_an_interval_that_the_data_can_t_close_is_open() -> None:
    assert constant([0] * 30 + [9]).alpha_interval.upper == float("inf")


def test_the_interval_for_alpha_covers_a_known_truth() -> None:
    """Forty samples of 80 counts, mean 20, alpha 0.3: coverage within three standard errors of 95
    %."""
    random = np.random.default_rng(4)
    covered = 0
    for _ in range(40):
        counts = random.poisson(20 * random.gamma(1 / 0.3, 0.3, size=80))
        covered += 0.3 in constant(counts.tolist()).alpha_interval
    assert covered / 40 >= 0.95 - 3 * sqrt(0.95 * 0.05 / 40)


def test_the_model_agrees_with_an_independent_maximisation() -> None:
    panel, _ = simulated(4, [2013, 2014, 2015], 0.1, seed=8)
    areas, years = pd.factorize(panel["force"])[0], pd.factorize(panel["year"])[0]
    counts, children = panel["count"].to_numpy(), panel["children"].to_numpy()

    def loss(parameters: np.ndarray) -> float:
        log_alpha, area, year = (
            parameters[0],
            parameters[1:5],
            np.concatenate([[0.0], parameters[5:]]),
        )
        mean = children * np.exp(area[areas] + year[years])
        size = exp(-log_alpha)
        return -float(np.sum(nbinom.logpmf(counts, size, size / (size + mean))))

    start = np.array([log(0.1), *[log(0.005)] * 4, 0.0, 0.0])
    options: Any = {
        "maxiter": 40_000,
        "maxfev": 40_000,
        "xatol": 1e-9,
        "fatol": 1e-11,
        "adaptive": True,
    }
    first = minimize(loss, start, method="Nelder-Mead", options=options)
    best = minimize(loss, first.x, method="Nelder-Mead", options=options)
    fit = rates.negative_binomial(
        panel["count"], main_effects(panel), panel["children"], level=0.95
    )
    poisson_fit = sm.GLM(
        panel["count"],
        main_effects(panel),
        family=sm.families.Poisson(),
        offset=np.log(panel["children"]),
    ).fit()
    assert fit.likelihood_ratio == pytest.approx(2 * (-best.fun - poisson_fit.llf), abs=2e-5)
    assert fit.alpha == pytest.approx(exp(best.x[0]), rel=1e-3)
    model = rates.area_year_model(panel)
    assert model.over_dispersion.likelihood_ratio == pytest.approx(fit.likelihood_ratio)
    assert model.over_dispersion.alpha > fit.alpha
    ratios = np.exp(best.x[5:]).tolist()
    assert model.year_effects["rate_ratio"].tolist()[1:] == pytest.approx(ratios, rel=0.01)


def test_alpha_is_not_put_too_low_by_the_effects_of_areas() -> None:
    """Six simulated panels of 10 areas and 4 years: the mean of the adjusted alpha is within
    three standard errors of the truth.

    Unadjusted it is not: a quarter of the scatter is taken for effects of areas.
    """
    found: dict[bool, list[float]] = {True: [], False: []}
    for seed in range(6):
        panel, _ = simulated(10, [2013, 2014, 2015, 2016], 0.05, seed=seed)
        for adjusted, values in found.items():
            columns = main_effects(panel)
            values.append(
                rates.negative_binomial(
                    panel["count"], columns, panel["children"], level=0.95, adjusted=adjusted
                ).alpha
            )
    distance = {
        key: (np.mean(values) - 0.05) / (np.std(values, ddof=1) / sqrt(6))
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
    assert model.over_dispersion.likelihood_ratio > 25
    assert abs(model.autocorrelation) < 0.25


def test_the_base_year_is_a_choice_of_scale() -> None:
    panel, _ = simulated(6, [2013, 2014, 2015], 0.05, seed=3)
    first, last = rates.area_year_model(panel), rates.area_year_model(panel, base_year=2015)
    ratios = first.year_effects["rate_ratio"]
    assert last.year_effects["rate_ratio"].tolist() == pytest.approx(
        (ratios / ratios.iloc[2]).tolist(), rel=1e-6
    )
    assert last.year_effects.iloc[2].tolist() == [2015, 1, 1, 1]
    assert last.over_dispersion.likelihood_ratio == pytest.approx(
        first.over_dispersion.likelihood_ratio
    )


def test_a_base_year_that_is_not_held_is_refused() -> None:
    panel, _ = simulated(3, [2013, 2014], 0.05, seed=3)
    with pytest.raises(InputError, match="unknown base year"):
        rates.area_year_model(panel, base_year=2012)


def test_a_negative_count_is_set_aside() -> None:
    panel, _ = simulated(4, [2013, 2014, 2015], 0.05, seed=5)
    panel.loc[4, "count"] = -1
    model = rates.area_year_model(panel)
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
