"""`replicate interval`: published and independently computed ends, and implied samples."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from scipy.stats import beta, binomtest, norm

Call = Callable[..., Any]
KEYS = {"rate", "sample", "implied", "method", "level", "lower", "upper", "others", "published"}

# Entered from memory; the printed table was not seen. Newcombe (1998) Statistics in Medicine
# 17:857-872, table I: methods 1 (Wald), 3 (Wilson) and 5 (Clopper-Pearson), 95 %.
NEWCOMBE = {
    (81, 263): {
        "wald": (25.22, 36.38),
        "wilson": (25.53, 36.62),
        "clopper-pearson": (25.27, 36.76),
    },
    (15, 148): {"wald": (5.27, 15.00), "wilson": (6.24, 16.05), "clopper-pearson": (5.78, 16.17)},
    (0, 20): {"wald": (0.0, 0.0), "wilson": (0.0, 16.11), "clopper-pearson": (0.0, 16.84)},
}


def asked(call: Call, *words: object) -> dict[str, Any]:
    done = call("interval", *words, "--json")
    assert (done.status, done.err) == (0, "")
    found: dict[str, Any] = json.loads(done.out)
    assert set(found) == KEYS
    return found


@pytest.mark.parametrize("method", ["wald", "wilson", "clopper-pearson"])
@pytest.mark.parametrize("counts", NEWCOMBE)
def test_newcombes_examples_by_the_method_asked_for_and_the_others(
    call: Call, counts: tuple[int, int], method: str
) -> None:
    successes, trials = counts
    found = asked(call, "--successes", successes, "--trials", trials, "--method", method)
    ends = {method: (found["lower"], found["upper"])} | {
        name: (end["lower"], end["upper"]) for name, end in found["others"].items()
    }
    assert {
        name: (round(low, 2), round(high, 2)) for name, (low, high) in ends.items()
    } == NEWCOMBE[counts]
    assert found["rate"] == pytest.approx(100 * successes / trials)
    assert (found["sample"], found["implied"], found["method"], found["published"]) == (
        trials,
        False,
        method,
        None,
    )


@pytest.mark.parametrize("level", [0.9, 0.998])
def test_ends_at_other_levels_are_those_of_scipy(call: Call, level: float) -> None:
    found = asked(call, "--successes", 812, "--trials", 1000, "--level", level)
    test = binomtest(812, 1000)
    for name, ends in {"wilson": found, **found["others"]}.items():
        if name == "wald":
            half = norm.isf((1 - level) / 2) * (0.812 * 0.188 / 1000) ** 0.5
            low, high = 0.812 - half, 0.812 + half
        else:
            low, high = test.proportion_ci(level, "wilson" if name == "wilson" else "exact")
        assert (ends["lower"], ends["upper"]) == pytest.approx((100 * low, 100 * high))
    assert found["level"] == level


def test_a_published_rate_and_half_width_give_the_sample_they_imply(call: Call) -> None:
    """South Yorkshire, 2018: 1.959964^2 x 0.895 x 0.105 / 0.0164^2 = 1342.2 by hand."""
    found = asked(call, "--rate", "89.5", "--half-width", "1.64")
    assert found["sample"] == pytest.approx(1.959964**2 * 0.895 * 0.105 / 0.0164**2, rel=1e-6)
    assert round(found["sample"]) == 1342
    assert (found["rate"], found["implied"]) == (pytest.approx(89.5), True)
    assert found["published"] == {"lower": pytest.approx(87.86), "upper": pytest.approx(91.14)}
    assert found["others"]["wald"] == {"lower": pytest.approx(87.86), "upper": pytest.approx(91.14)}
    right, wrong = 0.895 * found["sample"], 0.105 * found["sample"]
    exact = {
        "lower": 100 * beta.ppf(0.025, right, wrong + 1),
        "upper": 100 * beta.ppf(0.975, right + 1, wrong),
    }
    assert found["others"]["clopper-pearson"] == pytest.approx(exact)
    assert asked(call, "--rate", "89.5 %", "--half-width", "1.64%") == found
    small = asked(call, "--rate", "0.8%", "--half-width", "0.5")  # 1 or less with its sign
    assert (small["rate"], small["published"]["lower"]) == pytest.approx((0.8, 0.3))


def test_the_table_puts_the_method_asked_for_first_and_the_others_beside_it(call: Call) -> None:
    done = call("interval", "--successes", 81, "--trials", 263, "--method", "clopper-pearson")
    lines = done.out.splitlines()
    assert lines[0] == "30.8 % of 263 cases; intervals at 95 %"
    rows = [
        [cell.strip() for cell in line.strip("│").split("│")]
        for line in lines
        if line.startswith("│")
    ]
    assert rows == [
        ["clopper-pearson (asked for)", "25.27 %", "36.76 %"],
        ["wilson", "25.53 %", "36.62 %"],
        ["wald", "25.22 %", "36.38 %"],
    ]
    assert (done.status, done.err) == (0, "")


def test_the_table_says_that_a_sample_is_implied(call: Call) -> None:
    first, *lines = call("interval", "--rate", "89.5", "--half-width", "1.64").out.splitlines()
    implied = "of about 1,342 cases, implied by the half-width, and never the number of cases"
    assert first == f"89.5 % {implied} examined; intervals at 95 %"
    (published,) = [line for line in lines if "as published" in line]
    assert ("87.86 %" in published, "91.14 %" in published) == (True, True)


@pytest.mark.parametrize("method", ["wilson", "clopper-pearson", "wald"])
@pytest.mark.parametrize(("successes", "end", "value"), [(38, "upper", 100), (0, "lower", 0)])
def test_all_and_none_are_in_their_own_interval(
    call: Call, method: str, successes: int, end: str, value: float
) -> None:
    found = asked(call, "--successes", successes, "--trials", 38, "--method", method)
    assert found[end] == found["rate"] == value
    assert all(other[end] == value for other in found["others"].values())
