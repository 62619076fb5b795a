"""Published answers, row by row: what `expected.csv` of each case records as published, against
what comes out here.
"""

import csv
import math
import re
from collections.abc import Callable
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from replicate.analysis import systems
from replicate.analysis.systems.fits import Tables, fit
from replicate.analysis.systems.intervals import resample
from replicate.analysis.systems.lists import Array, hierarchical, terms
from replicate.analysis.systems.selection import Family, Rule
from replicate.vocabulary.errors import InputError

CASES = Path(__file__).parents[2] / "cases"
UK, ROME, PAPERS = "mse_uk_modern_slavery_2013", "rcapture_hiv_rome", "loglinear_published_tables"
EXISTENCE, TWO = "mse_artificial3_existence", "two_list_epir"
ALL_PAIRS = tuple(f"{a}{b}" for a, b in combinations(range(1, 5), 2))


@cache
def rows(case: str) -> dict[str, str]:
    with (CASES / case / "expected.csv").open(encoding="utf-8") as text:
        return {row["quantity"]: row["published"] for row in csv.DictReader(text)}


def numbers(case: str, quantity: str) -> list[float]:
    """Return the numbers published for a quantity; a hyphen between two is a range."""
    return [
        float(text.replace(",", "")) for text in re.findall(r"\d[\d,]*\.?\d*", rows(case)[quantity])
    ]


@cache
def lists(case: str, name: str) -> systems.ListTable:
    return systems.read_lists(pd.read_csv(CASES / case / name))


@cache
def fitted(case: str, name: str, *pairs: str) -> systems.Estimate:
    """Fit the model with these pairs of lists, by number from 1; order 1 spares the models beside
    it.
    """
    table = lists(case, name)
    named = [":".join(table.lists[int(digit) - 1] for digit in pair) for pair in pairs]
    return systems.estimate(table, terms=named, order=1)


@cache
def chosen(order: int) -> systems.Estimate:
    """Choose by BIC among all models of the five lists of the United Kingdom."""
    return systems.estimate(lists(UK, "UKdat_5.csv"), select="bic", order=order)


# UK 2013. Tolerances as the case states: 1 for a point.


def uk_range() -> None:
    lowest, highest = numbers(UK, "total potential victims UK 2013, range")
    for name in ("UKdat_4.csv", "UKdat_5.csv", "UKdat.csv"):
        found = systems.estimate(lists(UK, name), select="stepwise", order=1)
        ends = [round(found.interval.lower, -3), round(found.interval.upper, -3)]
        assert lowest <= found.estimate <= highest
        assert ends == [lowest, highest]


def uk_point(order: int, quantity: str, models: int) -> None:
    assert chosen(order).estimate == pytest.approx(numbers(UK, quantity)[0], abs=1)
    assert chosen(order).models_considered == models


def uk_second() -> None:
    """The model at which the published search stopped is second by BIC, as the case says."""
    published = numbers(UK, "five lists, downhill BIC, point")[0]
    assert chosen(2).alternatives[1].estimate == pytest.approx(published, abs=1)


# Rome. Tolerances as the case states.


def rome(quantity: str, value: float, tolerance: float) -> None:
    assert value == pytest.approx(numbers(ROME, quantity)[0], abs=tolerance)


def rome_fit(quantity: str, *pairs: str) -> None:
    found = fitted(ROME, "HIV.csv", *pairs).fit
    deviance, df, aic = numbers(ROME, quantity)
    assert [found.deviance, found.aic] == pytest.approx([deviance, aic], abs=1e-5)
    assert found.df == df


def rome_constant() -> None:
    """The number unseen is the exponential of the constant, and its variance that plus its square
    times the constant's.
    """
    found = fitted(ROME, "HIV.csv", *ALL_PAIRS).fit
    se = math.sqrt(found.se**2 - found.unseen) / found.unseen
    published = numbers(ROME, "all pairs: intercept (SE)")
    assert [math.log(found.unseen), se] == pytest.approx(published, abs=1e-6)


def rome_profile() -> None:
    """Two versions of the package differ by 20; ours gives the ends of the later one."""
    most, *ends = numbers(ROME, "[1,2]: multinomial profile 95%")
    found = fitted(ROME, "HIV.csv", "12").intervals[1]
    assert "v1.3" in rows(ROME)["[1,2]: multinomial profile 95%"]
    assert (round(found.lower), round(found.upper, 1)) == (ends[3], ends[4])
    assert [found.lower, found.upper] == pytest.approx(ends[:2], rel=0.01)
    assert found.lower < most < found.upper


# Tables with published log-linear answers. "Rounding": to the digits printed.


def paper(name: str, quantity: str, *pairs: str) -> None:
    """Estimate, standard error, deviance and degrees of freedom, as many as are printed, in this
    order.
    """
    found = fitted(PAPERS, name, *pairs).fit
    printed = re.findall(r"\d+(?:\.\d+)?", rows(PAPERS)[quantity])
    values = [found.estimate, found.se, found.deviance, found.df]
    shown = [f"{value:.{places(text)}f}" for value, text in zip(values, printed, strict=False)]
    assert shown == printed


def places(text: str) -> int:
    return len(text.partition(".")[2])


def cormack(quantity: str, *pairs: str) -> None:
    found = fitted(PAPERS, "cormack_injuries.csv", *pairs).fit
    estimate, deviance, df = [float(text) for text in rows(PAPERS)[quantity].split(",")]
    assert (round(found.estimate), round(found.deviance, 1), found.df) == (estimate, deviance, df)


def seber() -> None:
    found = fitted(PAPERS, "seber_two_list.csv").fit
    assert [found.estimate, found.se] == pytest.approx(numbers(PAPERS, "Seber Mt: N, SE"), abs=0.05)


# Existence, and two lists.


def existence(quantity: str, *pairs: str) -> None:
    table = lists(EXISTENCE, "Artificial_3.csv")
    published = int(re.findall(r"\((\d)\)", rows(EXISTENCE)[quantity])[0])
    found = systems.fault(table.counts, table.model(pairs))
    assert found == published
    if found:
        with pytest.raises(InputError, match="cannot be fitted") as caught:
            systems.estimate(table, terms=pairs)
        assert found.reason in str(caught.value)
    else:
        assert math.isfinite(systems.estimate(table, terms=pairs).estimate)


@cache
def two() -> systems.Estimate:
    first, second, both = pd.read_csv(CASES / TWO / "two_list.csv").iloc[0].tolist()
    counts = [both, first - both, second - both]
    return systems.estimate(
        systems.read_lists(pd.DataFrame({"T1": [1, 1, 0], "T2": [1, 0, 1], "n": counts}))
    )


def two_interval() -> None:
    """No formula is documented there; the model's intervals are within 5 %, as the case asks."""
    for interval in two().intervals:
        ends = [interval.lower, interval.upper]
        assert ends == pytest.approx(numbers(TWO, "95% CI"), rel=0.05)


def two_point() -> None:
    assert two().estimate == pytest.approx(numbers(TWO, "N")[0], abs=1e-6)


BOOTSTRAPPED = {
    (UK, "five lists, BIC, max order 2, bootstrap 95% CI"): 2,
    (UK, "five lists, BIC, all models, 95% CI"): 4,
}

CHECKS: dict[tuple[str, str], Callable[[], None]] = {
    (UK, "total potential victims UK 2013, range"): uk_range,
    (UK, "five lists, BIC, max order 2, point"): lambda: uk_point(
        2, "five lists, BIC, max order 2, point", 1024
    ),
    (UK, "five lists, BIC, all models, point"): lambda: uk_point(
        4, "five lists, BIC, all models, point", 6893
    ),
    (UK, "five lists, downhill BIC, point"): uk_second,
    (ROME, "all pairs: N"): lambda: rome(
        "all pairs: N", fitted(ROME, "HIV.csv", *ALL_PAIRS).estimate, 0.01
    ),
    (ROME, "all pairs: SE"): lambda: rome(
        "all pairs: SE", fitted(ROME, "HIV.csv", *ALL_PAIRS).fit.se, 0.001
    ),
    (ROME, "all pairs: deviance / df / AIC"): lambda: rome_fit(
        "all pairs: deviance / df / AIC", *ALL_PAIRS
    ),
    (ROME, "all pairs: intercept (SE)"): rome_constant,
    (ROME, "[1,2]: N"): lambda: rome("[1,2]: N", fitted(ROME, "HIV.csv", "12").estimate, 0.01),
    (ROME, "[1,2]: SE"): lambda: rome("[1,2]: SE", fitted(ROME, "HIV.csv", "12").fit.se, 0.002),
    (ROME, "[1,2]: deviance / df / AIC"): lambda: rome_fit("[1,2]: deviance / df / AIC", "12"),
    (ROME, "[1,2]: multinomial profile 95%"): rome_profile,
    (PAPERS, "Bruno: all pairs minus 1:4: N, SE, deviance, df"): lambda: paper(
        "bruno_diabetes.csv",
        "Bruno: all pairs minus 1:4: N, SE, deviance, df",
        *("12", "13", "23", "24", "34"),
    ),
    (PAPERS, "Bruno: 13,24,34"): lambda: paper(
        "bruno_diabetes.csv", "Bruno: 13,24,34", "13", "24", "34"
    ),
    (PAPERS, "R3 saturated N, SE"): lambda: paper(
        "darroch_r3.csv", "R3 saturated N, SE", "12", "13", "23"
    ),
    (PAPERS, "R3 12,23: N, SE, dev"): lambda: paper(
        "darroch_r3.csv", "R3 12,23: N, SE, dev", "12", "23"
    ),
    (PAPERS, "Cormack a1 independence: N, deviance, df"): lambda: cormack(
        "Cormack a1 independence: N, deviance, df"
    ),
    (PAPERS, "Cormack a5 12,13,34: N, deviance, df"): lambda: cormack(
        "Cormack a5 12,13,34: N, deviance, df", "12", "13", "34"
    ),
    (PAPERS, "Seber Mt: N, SE"): seber,
    (EXISTENCE, "AB+AC+BC"): lambda: existence("AB+AC+BC", "A:B", "A:C", "B:C"),
    (EXISTENCE, "AB only"): lambda: existence("AB only", "A:B"),
    (EXISTENCE, "AC+BC"): lambda: existence("AC+BC", "A:C", "B:C"),
    (TWO, "N"): two_point,
    (TWO, "95% CI"): two_interval,
}


@pytest.mark.parametrize(("case", "quantity"), list(CHECKS))
def test_a_published_answer_comes_out(case: str, quantity: str) -> None:
    CHECKS[case, quantity]()


def test_every_published_row_is_checked() -> None:
    assert {
        (case, quantity) for case in (UK, ROME, PAPERS, EXISTENCE, TWO) for quantity in rows(case)
    } == {*CHECKS, *BOOTSTRAPPED}


@pytest.mark.parametrize(("case", "quantity"), list(BOOTSTRAPPED))
def test_a_published_bootstrap_interval_comes_out(case: str, quantity: str) -> None:
    """To 15 % at each end, as the case states for 1,000 random resamples.

    In each resample the forty models that are best by BIC in the table itself are tried; the
    benchmark tries all.
    """
    counts, order = lists(case, "UKdat_5.csv").counts, BOOTSTRAPPED[case, quantity]
    family = Family.of(Tables(counts[:, None]), hierarchical(5, order))
    top = np.argsort(family.fits.criterion("bic"), kind="stable")[:40]
    some = [family.models[place] for place in top]
    rule = Rule("bic", 0, 0.02, some, family.fits.theta[:, top])
    point = chosen(order).estimate
    found = resample(counts, rule, point, resamples=1000, seed=1).interval
    assert found is not None
    assert [found.lower, found.upper] == pytest.approx(numbers(case, quantity), rel=0.15)


@pytest.mark.parametrize("pairs", [ALL_PAIRS, ("12", "13", "14", "34")])
def test_models_that_ran_to_millions_elsewhere_are_refused(pairs: tuple[str, ...]) -> None:
    """Cormack's a2 and a6 gave Rcapture over 1,000,000: no estimate exists."""
    with pytest.raises(InputError, match="no maximum-likelihood estimate exists"):
        fitted(PAPERS, "cormack_injuries.csv", *pairs)


def test_cormacks_other_models() -> None:
    """The a3 and a4 of the same test file: 215 on 9; deviance 7.7 on 8."""
    third = fitted(PAPERS, "cormack_injuries.csv", "34")
    assert (round(third.estimate), third.fit.df) == (215, 9)
    fourth = fitted(PAPERS, "cormack_injuries.csv", "34", "13").fit
    assert (round(fourth.deviance, 1), fourth.df) == (7.7, 8)


def test_a_model_at_its_limit_is_marked_and_not_resampled() -> None:
    """Cormack, Chang and Smith (2000), Table 3a: nobody is on WCC but with a death certificate, so
    two terms run apart together.
    """
    found = fitted(PAPERS, "cormack_injuries.csv", "12", "13", "34")
    assert found.fit.at_limit
    assert [one.method for one in found.intervals] == ["log-normal"]
    with pytest.raises(InputError, match="cannot be fitted"):
        systems.estimate(found.table, terms=found.model, bootstrap=10)


# The batches, against statsmodels one by one.

TABLES = [
    (UK, "UKdat_4.csv", 3, 3),
    (UK, "UKdat_5.csv", 2, 23),
    (UK, "UKdat.csv", 2, 1409),
    (ROME, "HIV.csv", 3, 3),
    (PAPERS, "bruno_diabetes.csv", 3, 3),
    (PAPERS, "darroch_r3.csv", 2, 1),
    (PAPERS, "cormack_injuries.csv", 3, 3),
    (PAPERS, "seber_two_list.csv", 1, 1),
    (EXISTENCE, "Artificial_3.csv", 2, 1),
]
"""Tables with the highest order of their models, and one model in how many is compared."""


def by_statsmodels(counts: Array, model: int, size: int) -> tuple[float, float, float]:
    """Return people in all, standard error and likelihood, cells above empty overlaps and their
    terms left out.
    """
    cells = np.arange(1, len(counts))
    codes = [code for code in terms(model, size) if counts[1:][cells & code == code].any()]
    empty = set(terms(model, size)) - set(codes)
    kept = np.array([all(cell & code != code for code in empty) for cell in cells])
    design = np.array([[float(cell & code == code) for code in codes] for cell in cells[kept]])
    with np.errstate(divide="ignore", invalid="ignore"):  # a scale that is not used
        found = sm.GLM(counts[1:][kept], design, family=sm.families.Poisson()).fit(tol=1e-12)
    unseen = float(np.exp(found.params[-1]))
    se = math.sqrt(unseen + unseen**2 * found.cov_params()[-1, -1])
    return float(counts.sum()) + unseen, se, float(found.llf)


@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.PerfectSeparationWarning")
@pytest.mark.parametrize(("case", "name", "order", "every"), TABLES)
def test_batched_fits_are_those_of_statsmodels(
    case: str, name: str, order: int, every: int
) -> None:
    table = lists(case, name)
    models = hierarchical(len(table.lists), order)[::every]
    found = fit(Tables(table.counts[:, None]), models, range(len(models)), [0] * len(models))
    compared = 0
    for place, model in enumerate(models):
        fits = systems.fault(table.counts, model) is systems.Fault.NONE
        assert np.isfinite(found.unseen[place]) == fits
        if fits:
            compared += 1
            ours = [found.estimate[place], found.se[place], found.log_likelihood[place]]
            theirs = by_statsmodels(table.counts, model, len(table.lists))
            assert ours == pytest.approx(theirs, rel=1e-6)
    assert compared
