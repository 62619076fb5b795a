"""The whole: from a table to an estimate with others beside it."""

import json
import math
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import linprog
from scipy.stats import bootstrap as scipy_bootstrap
from scipy.stats import chi2, norm, poisson

from replicate.analysis.systems import Estimate, Fault, ListTable, estimate, fault
from replicate.analysis.systems.fits import solve
from replicate.analysis.systems.lists import Array, hierarchical, interactions, terms, within
from replicate.vocabulary.errors import InputError, RunError

# Rome, four centres (Abeni, Brancato and Perucci 1994), as in tests/cases/rcapture_hiv_rome.
HIV = [403, 545, 33, 621, 20, 35, 3, 205, 6, 10, 1, 11, 0, 3, 0]
CODES = {"A:B": 3, "A:C": 5, "A:D": 9, "B:C": 6, "B:D": 10, "C:D": 12}
PAIRS = list(CODES)


def table(*counts: float) -> ListTable:
    """Return a table by the counts of A, B, A and B, C, A and C, and so on."""
    names = tuple("ABCDEFGHIJ"[: (len(counts) + 1).bit_length() - 1])
    return ListTable(names, np.array([0, *counts], dtype=float))


@pytest.fixture(scope="module")
def rome() -> ListTable:
    return table(*HIV)


@pytest.fixture(scope="module")
def each(rome: ListTable) -> dict[tuple[str, ...], Estimate]:
    """Fit every model of pairs, one at a time; order 1 spares the models beside it."""
    chosen = [[pair for at, pair in enumerate(PAIRS) if which >> at & 1] for which in range(64)]
    return {tuple(some): estimate(rome, terms=some, order=1) for some in chosen}


@pytest.fixture(scope="module")
def resampled(rome: ListTable) -> Estimate:
    return estimate(rome, select="bic", bootstrap=300, seed=7)


def drawn(found: Estimate) -> Array:
    assert found.resampled is not None
    return found.resampled.estimates


# What is said.


def test_the_object_can_be_printed_and_names_its_intervals(resampled: Estimate) -> None:
    found = resampled.as_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    counted = ("n_observed", "models_considered", "resamples", "resamples_without_model")
    assert [found[name] for name in counted] == [1896, 64, 300, 0]
    assert found["interval"] == "BCa bootstrap"
    assert found["lower"] < found["estimate"] < found["upper"]
    methods = ["log-normal", "multinomial profile likelihood", "BCa bootstrap"]
    assert [one["method"] for one in found["intervals"]] == methods
    kinds = [view["kind"] for view in found["alternatives"]]
    assert kinds[0] == "best by BIC"
    averages = {f"average over 64 models by {name}" for name in ("AIC", "BIC")}
    assert set(kinds) >= {*averages, "best by AIC", "stepwise below 0.02", "no interactions"}


def test_an_open_upper_end_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """One person is on both lists: the likelihood falls twenty times as far out as the estimate,
    here past what is looked at.
    """
    monkeypatch.setattr("replicate.analysis.systems.intervals.FARTHEST", 10.0)
    assert estimate(table(900, 900, 1)).as_dict()["intervals"][1]["upper"] is None


# Which model.


@pytest.mark.parametrize("criterion", ["aic", "bic"])
def test_a_criterion_takes_the_least_and_shows_those_near_it(
    rome: ListTable, each: dict[tuple[str, ...], Estimate], criterion: Any
) -> None:
    found = estimate(rome, select=criterion)
    values = {model: getattr(one.fit, criterion) for model, one in each.items()}
    assert values[tuple(found.model)] == min(values.values())
    near = {model for model, value in values.items() if value - min(values.values()) <= 2}
    shown = {
        tuple(found.names(view.model)): view.difference
        for view in found.alternatives
        if view.model is not None and view.kind.endswith(f"by {criterion.upper()}")
    }
    assert set(shown) == near
    assert all(
        difference == pytest.approx(values[model] - min(values.values()), abs=1e-8)
        for model, difference in shown.items()
    )


def test_an_average_weighs_models_by_their_criterion(
    rome: ListTable, each: dict[tuple[str, ...], Estimate]
) -> None:
    """Weights exp(-difference / 2); the standard error adds the squared distance from the average
    to each model's variance.
    """
    views = {view.kind: view for view in estimate(rome, select="aic").alternatives}
    shown = views["average over 64 models by AIC"]
    fits = [one.fit for one in each.values()]
    weights = np.exp([-fit.aic / 2 + fits[0].aic / 2 for fit in fits])
    weights /= weights.sum()
    mean = sum(weight * fit.estimate for weight, fit in zip(weights, fits, strict=True))
    se = sum(
        weight * math.hypot(fit.se, fit.estimate - mean)
        for weight, fit in zip(weights, fits, strict=True)
    )
    assert [shown.estimate, shown.se] == pytest.approx([mean, se], rel=1e-8)


def test_stepwise_adds_the_overlap_least_likely_while_it_is_below_the_threshold(
    rome: ListTable,
) -> None:
    """Step by step from the definition, by statsmodels."""
    cells, model = np.arange(1, 16), list[str]()
    on = {pair: (cells & code == code) for pair, code in CODES.items()}
    lists = [cells >> bit & 1 for bit in range(4)]
    for _ in range(2):
        design = np.column_stack([*lists, *(on[pair] for pair in model), np.ones(15)])
        fitted = sm.GLM(rome.counts[1:], design, family=sm.families.Poisson()).fit().mu
        values = {}
        for pair in (pair for pair in PAIRS if pair not in model):
            mean, overlap = fitted[on[pair]].sum(), rome.counts[1:][on[pair]].sum()
            values[pair] = min(poisson.cdf(overlap, mean), poisson.sf(overlap - 1, mean))
        least = min(values, key=lambda pair: values[pair])
        below, above = (
            estimate(rome, select="stepwise", threshold=values[least] * by, order=1).model
            for by in (1 - 1e-6, 1 + 1e-6)
        )
        assert least not in below
        assert set(above) >= {*model, least}
        model.append(least)


def test_stepwise_passes_over_pairs_whose_model_cannot_be_fitted() -> None:
    """Chan, Silverman and Vincent (2021), Table 2: the first two lists overlap most, but their pair
    has no estimate.
    """
    found = estimate(table(40, 30, 6, 20, 0, 0, 0), select="stepwise", threshold=1)
    assert "A:B" not in found.model


def test_many_lists_are_fitted_without_trying_every_model() -> None:
    """Seven lists have two million models of pairs; with independent lists the number in all comes
    back.
    """
    rng = np.random.default_rng(8)
    on = rng.random((4000, 7)) < np.linspace(0.1, 0.3, 7)
    counts = np.bincount((on * 2 ** np.arange(7)).sum(axis=1), minlength=128)
    found = estimate(table(*counts[1:]))
    assert [view.kind for view in found.alternatives] == ["stepwise below 0.02", "no interactions"]
    assert abs(found.estimate - 4000) < 4 * found.fit.se
    with pytest.raises(InputError, match="select stepwise"):
        estimate(table(*counts[1:]), select="bic")


@pytest.mark.parametrize(
    ("lists", "order", "models"),
    # Simplicial complexes on labelled vertices that hold every vertex: OEIS A006126 for n = 3, 4, 5
    # is 9, 114, 6894, the full one among them; pairs alone give 2 to the number of pairs.
    [(3, 2, 8), (3, 3, 9), (4, 3, 113), (4, 4, 114), (5, 4, 6893), (5, 2, 1024), (2, 1, 1)],
)
def test_every_hierarchical_model_is_there_once(lists: int, order: int, models: int) -> None:
    found = hierarchical(lists, order)
    assert len(set(found)) == len(found) == models
    assert all(within(code) & ~model == 0 for model in found for code in interactions(model))


# Existence.


def independent_fault(counts: Array, model: int) -> Fault:
    """Return the fault by the rank of the columns, and by the largest least cell among tables with
    the same margins.
    """
    size = len(counts).bit_length() - 1
    cells = np.arange(1, len(counts))
    codes = np.array(terms(model, size))
    held = counts[1:] > 0
    on = cells[:, None] & codes == codes
    empty = ~on[held].any(axis=0)
    kept = ~on[:, empty].any(axis=1)
    columns = on[kept][:, ~empty].astype(float)
    number = len(columns)
    found = linprog(
        [0.0] * number + [-1.0],
        A_ub=np.hstack([-np.eye(number), np.ones((number, 1))]),
        b_ub=np.zeros(number),
        A_eq=np.hstack([columns.T, np.zeros((columns.shape[1], 1))]),
        b_eq=columns.T @ held[kept],
        bounds=(0, None),
    )
    exists = Fault.NONE if np.asarray(found.x)[-1] > 1e-7 else Fault.NO_ESTIMATE
    told = np.linalg.matrix_rank(columns) == columns.shape[1]
    return exists | (Fault.NONE if told else Fault.NOT_IDENTIFIABLE)


def test_a_fault_is_found_by_zeros_alone_and_agrees_with_another_programme() -> None:
    """And batches of fits leave out just the models with a fault
    (`test_batched_fits_are_those_of_statsmodels` of the cases).
    """
    rng = np.random.default_rng(6)
    models = hierarchical(4, 4)
    seen = set()
    for _ in range(120):
        held = np.concatenate([[0.0], rng.random(15) < rng.choice([0.3, 0.5, 0.8])])
        model = models[rng.integers(len(models))]
        if held.any():
            seen.add(found := fault(held, model))
            assert found == independent_fault(held, model)
            assert found == fault(held * rng.integers(1, 500, 16), model)
    assert seen == {Fault.NONE, Fault.NO_ESTIMATE, Fault.NO_ESTIMATE | Fault.NOT_IDENTIFIABLE}
    assert fault(np.ones(16), models[-1]) is Fault.NOT_IDENTIFIABLE  # a term for every cell


@pytest.mark.parametrize("select", ["none", "bic", "stepwise"])
def test_lists_that_are_the_same_say_nothing(select: Any) -> None:
    """Everybody is on both: two terms run apart together, and with them the number unseen."""
    with pytest.raises(InputError, match="no maximum-likelihood estimate exists"):
        estimate(table(0, 0, 5), select=select)


def test_a_fit_that_nothing_stops_says_that_it_does_not_settle() -> None:
    """What asking for existence spares: the pair of the first two lists of Chan, Silverman and
    Vincent (2021), Table 2.
    """
    margins = np.array([[6.0], [46], [36], [20], [96]])
    with pytest.raises(RunError, match="does not settle"):
        solve(np.array([[3], [1], [2], [4], [0]]), margins, 8)


def test_a_fit_that_takes_long_is_not_taken_for_one_without_an_estimate() -> None:
    """Lincoln and Petersen: (100,000,000 + 1) x 2 / 1."""
    assert estimate(table(10**8, 1, 1)).estimate == pytest.approx(2 * (10**8 + 1), rel=1e-8)


# Resamples.


def test_the_same_seed_gives_the_same_bits_whatever_the_number_of_jobs(
    rome: ListTable, resampled: Estimate
) -> None:
    again = estimate(rome, select="bic", bootstrap=300, seed=7, jobs=2)
    assert np.array_equal(drawn(again), drawn(resampled))
    assert again.intervals == resampled.intervals


@pytest.mark.parametrize("options", [{"select": "aic"}, {"select": "stepwise", "threshold": 0.05}])
def test_a_model_is_chosen_for_each_resample_by_the_rule(
    rome: ListTable, options: dict[str, Any]
) -> None:
    """The first resamples, drawn here as the seed draws them, each alone."""
    found = drawn(estimate(rome, bootstrap=6, seed=11, **options))
    people = np.random.default_rng(11).multinomial(1896, rome.counts / 1896, size=6)
    alone = [estimate(table(*counts[1:]), **options).estimate for counts in people]
    assert found == pytest.approx(alone, rel=1e-8)


def test_resamples_without_a_model_are_counted() -> None:
    """Two lists that share one person: a resample leaves them apart with probability about 1/e."""
    found = estimate(table(9, 9, 1), bootstrap=300)
    assert found.resampled is not None
    assert found.resampled.without_model == pytest.approx(
        300 * (18 / 19) ** 19, abs=6 * math.sqrt(300 * 0.36 * 0.64)
    )
    assert found.interval.method == "log-normal"
    stepwise = estimate(table(9, 9, 1), select="stepwise", bootstrap=300)
    np.testing.assert_array_equal(drawn(stepwise), drawn(found))


# Intervals.


def test_a_profile_interval_of_two_lists_by_its_definition() -> None:
    """With two independent lists the profile likelihood has a closed form: both lists' shares are
    known once the number in all is.
    """
    found = estimate(table(781, 254, 167)).intervals[1]

    def log_likelihood(total: float) -> float:
        on = np.array([948.0, 421.0]) / total
        shares = sum(
            n * math.log(p) + (total - n) * math.log(1 - p)
            for n, p in zip((948, 421), on, strict=True)
        )
        return shares + math.lgamma(total + 1) - math.lgamma(total - 1202 + 1)

    grid = np.arange(1500, 4000, 0.25)
    values = np.array([log_likelihood(at) for at in grid])
    inside = grid[values >= values.max() - chi2.ppf(0.95, 1) / 2]
    assert [found.lower, found.upper] == pytest.approx([inside[0], inside[-1]], abs=0.5)


def test_a_log_normal_interval_is_that_of_its_formula(rome: ListTable) -> None:
    """Chao (1987), equation 12."""
    found = estimate(rome, terms=["A:B"], order=1)
    unseen, se = found.fit.unseen, found.fit.se
    factor = math.exp(norm.isf(0.025) * math.sqrt(math.log(1 + (se / unseen) ** 2)))
    ends = [1896 + unseen / factor, 1896 + unseen * factor]
    assert [found.interval.lower, found.interval.upper] == pytest.approx(ends)


def test_bca_is_that_of_scipy() -> None:
    """Two lists, person by person: resamples are drawn by scipy, with as much error as 4,000 of
    them have.
    """
    first, second = np.repeat([[1, 0], [0, 1], [1, 1]], [300, 200, 100], axis=0).T

    def lincoln_petersen(first: Array, second: Array, axis: int) -> Array:
        both = (first * second).sum(axis=axis)
        return np.asarray(first.sum(axis=axis) * second.sum(axis=axis) / both)

    theirs = scipy_bootstrap(
        (first, second),
        lincoln_petersen,
        paired=True,
        n_resamples=4000,
        method="BCa",
        rng=np.random.default_rng(4),
    ).confidence_interval
    ours = estimate(table(300, 200, 100), bootstrap=4000).intervals[2]
    assert [ours.lower, ours.upper] == pytest.approx([theirs.low, theirs.high], rel=0.02)


def test_bca_is_not_given_where_every_resample_falls_on_one_side() -> None:
    """One person on each list alone: with one or more in a resample no fewer are unseen, and with
    none there is no estimate.
    """
    found = estimate(table(1, 1, 60), bootstrap=100)
    assert np.nanmin(drawn(found)) >= found.estimate
    assert found.resampled is not None
    assert found.resampled.interval is None
    assert found.interval.method == "log-normal"


# Options.


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"select": "bicc"}, "did you mean 'bic'"),
        ({"select": "bic", "terms": ["A:B"]}, "terms beside a way of selecting"),
        ({"terms": ["A:E"]}, "unknown list"),
        ({"order": 0}, "order out of range"),
        ({"bootstrap": -1}, "bootstrap out of range"),
        ({"jobs": 0}, "jobs out of range"),
        ({"threshold": 0.0}, "threshold out of range"),
    ],
)
def test_options_out_of_range_are_refused(
    rome: ListTable, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        estimate(rome, **options)
