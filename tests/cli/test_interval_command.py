"""`replicate interval`: published and independently computed ends, the sample that a half-width implies, and what is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from scipy.stats import beta, binomtest, norm

Call = Callable[..., Any]
KEYS = {"rate", "sample", "implied", "method", "level", "lower", "upper", "others", "published"}

# Entered from memory; the printed table was not seen.
# Newcombe (1998) Statistics in Medicine 17:857-872, table I: methods 1 (Wald), 3 (Wilson) and 5 (Clopper-Pearson), 95 %.
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
    """South Yorkshire, 2018: 89.5 % plus and minus 1.64; by hand 1.959964^2 x 0.895 x 0.105 / 0.0164^2 = 1342.2."""
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
    signed = asked(call, "--rate", "89.5 %", "--half-width", "1.64%")
    assert signed == found


def test_a_rate_of_one_percent_or_less_is_read_with_its_sign(call: Call) -> None:
    found = asked(call, "--rate", "0.8%", "--half-width", "0.5")
    assert (found["rate"], found["published"]["lower"]) == (pytest.approx(0.8), pytest.approx(0.3))


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
    out = call("interval", "--rate", "89.5", "--half-width", "1.64").out
    first = "89.5 % of about 1,342 cases, implied by the half-width, and never the number of cases examined; intervals at 95 %"
    assert out.splitlines()[0] == first
    (published,) = [line for line in out.splitlines() if "as published" in line]
    assert "87.86 %" in published
    assert "91.14 %" in published


REFUSED = [
    ((), "got: none"),
    (
        ("--successes", 5),
        "got: --successes expected: --successes K --trials N, or --rate P --half-width H",
    ),
    (("--rate", "89.5", "--trials", 10), "got: --trials, --rate"),
    (
        ("--successes", 5, "--trials", 10, "--rate", "50", "--half-width", "1"),
        "one way of giving a sample is needed",
    ),
    (
        ("--successes", 5, "--trials", 10, "--half-width", "1"),
        "one way of giving a sample is needed",
    ),
    (
        ("--successes", 11, "--trials", 10),
        "a number of successes out of range where: interval got: 11 expected: 0 to 10",
    ),
    (("--successes", -1, "--trials", 10), "a number of successes out of range"),
    (("--successes", 0, "--trials", 0), "a number of trials out of range"),
    (("--successes", 0.5, "--trials", 10), "Invalid value for '--successes'"),
    (("--successes", 5, "--trials", 10, "--level", 95), "a level out of range"),
    (("--successes", 5, "--trials", 10, "--level", "nan"), "a level out of range"),
    (("--successes", 5, "--trials", 10, "--method", "wilsn"), "did you mean 'wilson'?"),
    (("--rate", "89.5", "--half-width", "1.64", "--method", "wilsn"), "did you mean 'wilson'?"),
    (("--rate", "89.5", "--half-width", "1.64", "--level", 1), "a level out of range"),
    (
        ("--rate", "0.895", "--half-width", "0.0164"),
        "a rate that could be a share or a percentage where: --rate got: 0.895",
    ),
    (("--rate", "1", "--half-width", "0.1"), "write the sign, such as 0.8%"),
    (
        ("--rate", "100", "--half-width", "1"),
        "a rate out of range where: --rate got: 100 expected: percent, above 0 and below 100",
    ),
    (("--rate", "895", "--half-width", "1"), "a rate out of range"),
    (("--rate", "-5", "--half-width", "1"), "not a number above 0"),
    (("--rate", "0%", "--half-width", "1"), "not a number above 0"),
    (("--rate", "most", "--half-width", "1"), "not a number above 0 where: --rate got: most"),
    (("--rate", "nan", "--half-width", "1"), "not a number above 0"),
    (("--rate", "89.5", "--half-width", "0"), "not a number above 0 where: --half-width got: 0"),
    (("--rate", "89.5", "--half-width", "inf"), "not a number above 0"),
    (
        ("--rate", "89.5", "--half-width", "99"),
        "a half-width that no sample gives where: half-width got: 99 percentage points",
    ),
    (
        ("--rate", "89.5", "--half-width", "1e-7"),
        "expected: 0.01901 to 60.05: samples of 10,000,000 reports to one",
    ),
    (("--rate", "89.5", "--half-width", "1e-320"), "a half-width that no sample gives"),
    (("--rate", "1e-320%", "--half-width", "1"), "a half-width that no sample gives"),
    (
        ("--successes", 1, "--trials", 10**400),
        "a number of trials out of range where: interval got: 1000",
    ),
    (("--successes", 1, "--trials", 10, "--level", "inf"), "a level out of range"),
]


@pytest.mark.parametrize(
    ("words", "said"), REFUSED, ids=[" ".join(map(str, words)) or "nothing" for words, _ in REFUSED]
)
def test_nonsense_is_refused_before_anything_is_computed(
    call: Call, words: tuple[object, ...], said: str
) -> None:
    done = call("interval", *words)
    assert (done.status, done.out) == (2, "")
    assert said in " ".join(done.err.split())
    assert "Traceback" not in done.err


@pytest.mark.parametrize("method", ["wilson", "clopper-pearson", "wald"])
@pytest.mark.parametrize(("successes", "end", "value"), [(38, "upper", 100), (0, "lower", 0)])
def test_all_and_none_are_in_their_own_interval(
    call: Call, method: str, successes: int, end: str, value: float
) -> None:
    found = asked(call, "--successes", successes, "--trials", 38, "--method", method)
    assert found[end] == found["rate"] == value
    assert all(other[end] == value for other in found["others"].values())


def test_the_help_states_the_units_and_that_a_sample_is_implied(call: Call) -> None:
    told = " ".join(call("interval", "--help").out.split())
    for words in (
        "Rates go in and come out in percent",
        "is never the number of cases examined",
        "percentage points",
    ):
        assert words in told.replace("│ ", "")
