"""Batched fits against statsmodels, one by one, and against what a maximum is."""

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from replicate.analysis.systems import newton
from replicate.analysis.systems.existence import Fault, fault, pattern
from replicate.analysis.systems.fits import Tables, fit
from replicate.analysis.systems.lattice import Array, of_size, subset_sums, superset_sums
from replicate.analysis.systems.models import hierarchical, terms
from replicate.vocabulary.errors import RunError

AGREE = 1e-6
"""Relative: what the speed may not cost."""


def table(lists: int, cells: list[int]) -> Array:
    return np.array([0, *cells], dtype=float)[: 1 << lists, None]


def by_statsmodels(counts: Array, model: int, lists: int) -> Any:
    """Fit with the cells above empty overlaps, and their terms, left out."""
    cells = np.arange(1, 1 << lists)
    codes = [code for code in terms(model, lists) if counts[1:][cells & code == code].any()]
    kept = np.array(
        [
            all(cell & code != code for code in terms(model, lists) if code not in codes)
            for cell in cells
        ]
    )
    design = np.array([[float(cell & code == code) for code in codes] for cell in cells[kept]])
    return sm.GLM(counts[1:][kept], design, family=sm.families.Poisson()).fit(tol=1e-12)


four_lists = st.lists(st.one_of(st.integers(0, 3), st.integers(0, 400)), min_size=15, max_size=15)


@given(four_lists, st.integers(0, 112))
@settings(max_examples=60, deadline=None)
def test_a_fit_is_that_of_statsmodels(cells: list[int], place: int) -> None:
    """Estimate, standard error, likelihood: to a relative 1e-6."""
    counts, model = table(4, cells), hierarchical(4, 3)[place]
    if not counts.any() or fault(4, pattern(counts[:, 0]), model) is not Fault.NONE:
        return
    found, other = fit(Tables(4, counts), [model], [0]), by_statsmodels(counts[:, 0], model, 4)
    unseen = float(np.exp(other.params[-1]))
    assert float(found.unseen[0]) == pytest.approx(unseen, rel=AGREE)
    assert float(found.se[0]) == pytest.approx(
        float(np.sqrt(unseen + unseen**2 * other.cov_params()[-1, -1])), rel=AGREE
    )
    assert float(found.log_likelihood[0]) == pytest.approx(float(other.llf), rel=AGREE, abs=AGREE)


@given(four_lists, st.integers(0, 63))
@settings(max_examples=60, deadline=None)
def test_fitted_margins_are_the_observed_ones(cells: list[int], place: int) -> None:
    counts, model = table(4, cells), hierarchical(4, 2)[place]
    if not counts.any() or fault(4, pattern(counts[:, 0]), model) is not Fault.NONE:
        return
    found = fit(Tables(4, counts), [model], [0])
    codes = np.array(terms(model, 4))[:, None]
    observed = superset_sums(counts.copy())[codes[:, 0]]
    fitted = newton.margins(codes, observed, found.theta[0][:, None], 16)
    assert fitted[codes[:, 0]] == pytest.approx(observed, rel=1e-9, abs=1e-9)


def test_a_batch_gives_each_fit_what_it_gets_alone() -> None:
    """Many models and tables at once, more than a batch holds, from good starts and from none."""
    rng = np.random.default_rng(5)
    counts = np.vstack([np.zeros(300), rng.poisson(rng.gamma(1.0, 40.0, (15, 1)), (15, 300))])
    tables, models = Tables(4, counts), hierarchical(4, 2)[::9]
    rows, columns = np.nonzero(tables.admissible(models))
    assert len(rows) > 3 * newton.WIDTH
    together = fit(tables, [models[row] for row in rows], columns)
    for place in range(0, len(rows), 97):
        alone = fit(tables, [models[rows[place]]], [columns[place]])
        assert float(together.unseen[place]) == pytest.approx(float(alone.unseen[0]), rel=1e-9)
    starts = {model: fit(tables, [model], [0]).theta[0] for model in models}
    quick = fit(
        tables, [models[row] for row in rows], columns, starts=starts, tolerance=newton.QUICK
    )
    assert quick.unseen == pytest.approx(together.unseen, rel=AGREE)


def test_a_model_without_an_estimate_does_not_settle() -> None:
    """What a check of existence before a fit spares: the pair of the first two lists of Chan, Silverman and Vincent (2021), Table 2."""
    counts = np.array([0, 40, 30, 6, 20, 0, 0, 0], dtype=float)[:, None]
    with pytest.raises(RunError, match="does not settle"):
        fit(Tables(3, counts), [1 << 3], [0])


def test_sums_over_the_lattice_by_definition() -> None:
    values = np.random.default_rng(2).normal(size=(16, 3))
    for code in range(16):
        within = [other for other in range(16) if other & code == other]
        above = [other for other in range(16) if other & code == code]
        assert subset_sums(values.copy())[code] == pytest.approx(values[within].sum(axis=0))
        assert superset_sums(values.copy())[code] == pytest.approx(values[above].sum(axis=0))
    assert [len(of_size(5, size)) for size in range(6)] == [1, 5, 10, 10, 5, 1]
