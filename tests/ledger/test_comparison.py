import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.ledger import Claim, Computed, Verdict, claims, compare
from replicate.ledger.comparison import Chance
from replicate.ledger.lists import number, rules
from replicate.vocabulary.uncertainty import (
    RevisionBand,
    RoundingRange,
    SamplingInterval,
    ScenarioRange,
    WorstCaseBounds,
)

MakeClaim = Callable[..., Claim]

COUNT = {"value": "1000", "unit": "offences"}
SHARE = {"value": "26", "unit": "percent"}
OVER = {"value": "550", "unit": "arrests", "wording": "over", "rounded_to": "10"}
UNDER = {"value": "20", "unit": "percent", "wording": "under"}
AROUND = {"value": "700", "unit": "offences", "wording": "around", "rounded_to": "100"}
RANGE = {"value": None, "lower": "78", "upper": "79", "interval_kind": "range", "unit": "percent"}
ARITHMETIC = {"basis": "arithmetic"}
BAND = RevisionBand(-0.02, 0.01, evidence="one pair of releases, by code")


def sampled(lower: float, upper: float) -> SamplingInterval:
    return SamplingInterval(lower, upper, level=0.95, method="Wilson")


CASES: list[tuple[str, dict[str, Any], float | None, dict[str, Any], Verdict]] = [
    ("a count to the digit", COUNT, 1000, {}, Verdict.EXACT),
    (
        "a way of counting that would reach many other figures",
        COUNT,
        1000,
        {"definition_stated": False, "tried": 24, "chance": Chance(0.3, 0.5, 0.1)},
        Verdict.INCONCLUSIVE,
    ),
    ("one offence too many", COUNT, 1001, {}, Verdict.DIFFERS),
    ("a whole point hit to the digit", SHARE, 26, {}, Verdict.EXACT),
    ("rounds to the whole point", SHARE, 26.49, {}, Verdict.WITHIN_ROUNDING),
    ("just rounds to the next", SHARE, 26.51, {}, Verdict.DIFFERS),
    ("half a point, which rounds either way", SHARE, 26.5, {}, Verdict.WITHIN_ROUNDING),
    ("around 700", AROUND, 717, {}, Verdict.WITHIN_ROUNDING),
    ("over 550 reaches 560", OVER, 560, {}, Verdict.WITHIN_ROUNDING),
    ("over 550 does not reach 561", OVER, 561, {}, Verdict.DIFFERS),
    ("over 550 is not 549", OVER, 549, {}, Verdict.DIFFERS),
    ("under 20 reaches down, 19 itself left out", UNDER, 19.435, {}, Verdict.WITHIN_ROUNDING),
    ("under 20 is not 19", UNDER, 19, {}, Verdict.DIFFERS),
    ("inside a printed range", RANGE, 78.4, {}, Verdict.WITHIN_ROUNDING),
    ("outside a printed range", RANGE, 80, {}, Verdict.DIFFERS),
    (
        "rests on rounded figures",
        COUNT,
        1003,
        {"uncertainty": RoundingRange(998, 1008)},
        Verdict.WITHIN_ROUNDING,
    ),
    (
        "equal, but resting on rounded figures",
        COUNT,
        1000,
        {"uncertainty": RoundingRange(995, 1005)},
        Verdict.WITHIN_ROUNDING,
    ),
    (
        "rests on figures not rounded enough",
        COUNT,
        1009,
        {"uncertainty": RoundingRange(1001, 1017)},
        Verdict.DIFFERS,
    ),
    ("revised down by two percent", COUNT, 980, {"revision": BAND}, Verdict.WITHIN_REVISION),
    ("revised up by one percent", COUNT, 1010, {"revision": BAND}, Verdict.WITHIN_REVISION),
    ("further down than any revision", COUNT, 979, {"revision": BAND}, Verdict.DIFFERS),
    (
        "further up than any revision: the signs matter",
        COUNT,
        1011,
        {"revision": BAND},
        Verdict.DIFFERS,
    ),
    (
        "revised from either end of the rounding",
        AROUND | {"value": "7000"},
        7120,
        {"revision": BAND},
        Verdict.WITHIN_REVISION,
    ),
    (
        "revised, but rounded so coarsely that figures from 697 to 822 would match as well",
        AROUND,
        757,
        {"revision": BAND},
        Verdict.INCONCLUSIVE,
    ),
    (
        "an inferred definition of what is rounded to a quarter of itself",
        {"value": "4", "unit": "percent"},
        3.76,
        {"definition_stated": False},
        Verdict.INCONCLUSIVE,
    ),
    (
        "arithmetic that rounds to it, however coarse",
        {"value": "4", "unit": "percent"} | ARITHMETIC,
        3.76,
        {},
        Verdict.WITHIN_ROUNDING,
    ),
    (
        "a narrow interval holds it",
        COUNT,
        1040,
        {"uncertainty": sampled(990, 1090)},
        Verdict.WITHIN_UNCERTAINTY,
    ),
    (
        "a narrow interval leaves it out",
        COUNT,
        1100,
        {"uncertainty": sampled(1001, 1199)},
        Verdict.DIFFERS,
    ),
    (
        "an interval wider than a tenth of the figure",
        COUNT,
        1041,
        {"uncertainty": sampled(990, 1091)},
        Verdict.INCONCLUSIVE,
    ),
    (
        "half-width above a quarter",
        COUNT,
        1200,
        {"uncertainty": sampled(890, 1510)},
        Verdict.INCONCLUSIVE,
    ),
    (
        "an interval around nothing",
        {"value": "1", "unit": "percent"},
        0,
        {"uncertainty": sampled(-3, 3)},
        Verdict.INCONCLUSIVE,
    ),
    (
        "inside worst-case bounds",
        SHARE,
        None,
        {"uncertainty": WorstCaseBounds(2.38, 68.38)},
        Verdict.INCONCLUSIVE,
    ),
    (
        "outside worst-case bounds",
        SHARE,
        None,
        {"uncertainty": WorstCaseBounds(28.2, 94.2)},
        Verdict.DIFFERS,
    ),
    (
        "a scenario that holds it",
        SHARE,
        None,
        {"uncertainty": ScenarioRange(20, 30, assumptions=("half told",))},
        Verdict.INCONCLUSIVE,
    ),
    (
        "a scenario that hits it",
        SHARE,
        26,
        {"uncertainty": ScenarioRange(20, 30, assumptions=("half told",))},
        Verdict.INCONCLUSIVE,
    ),
    (
        "a scenario that leaves it out",
        SHARE,
        None,
        {"uncertainty": ScenarioRange(30, 40, assumptions=("all told",))},
        Verdict.DIFFERS,
    ),
    (
        "an inferred definition to the digit",
        COUNT,
        1000,
        {"definition_stated": False},
        Verdict.COMPATIBLE,
    ),
    (
        "an inferred definition within revision",
        COUNT,
        990,
        {"definition_stated": False, "revision": BAND},
        Verdict.COMPATIBLE,
    ),
    (
        "no inferred definition reaches it",
        COUNT,
        900,
        {"definition_stated": False, "revision": BAND, "tried": 2},
        Verdict.DIFFERS,
    ),
    (
        "the one definition inferred does not reach it",
        COUNT,
        900,
        {"definition_stated": False},
        Verdict.DIFFERS,
    ),
    (
        "an inferred definition within sampling error only",
        COUNT,
        1100,
        {"definition_stated": False, "uncertainty": sampled(990, 1210)},
        Verdict.INCONCLUSIVE,
    ),
    (
        "an inferred definition within bounds",
        SHARE,
        None,
        {"definition_stated": False, "uncertainty": WorstCaseBounds(2, 68)},
        Verdict.INCONCLUSIVE,
    ),
    ("arithmetic that agrees", SHARE | ARITHMETIC, 26.2, {}, Verdict.WITHIN_ROUNDING),
    ("arithmetic that contradicts", SHARE | ARITHMETIC, 26.608, {}, Verdict.INCONSISTENT),
]


@pytest.mark.parametrize(
    ("claim", "value", "computed", "verdict"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_each_verdict(
    make_claim: MakeClaim,
    claim: dict[str, Any],
    value: float | None,
    computed: dict[str, Any],
    verdict: Verdict,
) -> None:
    published = make_claim(**claim)
    found = compare(
        published, Computed(value, published.unit, **({"definition_stated": True} | computed))
    )
    assert found.verdict is verdict
    assert found.reason.endswith(".")


@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        (
            {"basis": "text", "availability": "none"},
            Verdict.NOT_A_STATISTIC,
            "No table could reproduce",
        ),
        (
            {
                "availability": "not_held",
                "table": "ONS, table 24",
                "table_url": "https://www.ons.gov.uk/",
                "access_note": "By force.",
            },
            Verdict.NOT_HELD,
            "no copy could be had of: ONS, table 24 (https://www.ons.gov.uk/). By force.",
        ),
        (
            {"availability": "not_public", "table": "the counts by force"},
            Verdict.NOT_PUBLIC,
            "needed: the counts by force.",
        ),
        ({}, Verdict.NOT_CHECKED, "No derivation"),
    ],
)
@pytest.mark.parametrize(
    "computed",
    [None, Computed(None, "percent", definition_stated=True, context="a series held beside it")],
)
def test_without_a_value_the_row_says_what_is_missing(
    make_claim: MakeClaim,
    changes: dict[str, str],
    verdict: Verdict,
    reason: str,
    computed: Computed | None,
) -> None:
    found = compare(make_claim(**changes), computed)
    assert (found.verdict, found.difference, found.relative, found.computed) == (
        verdict,
        None,
        None,
        computed,
    )
    assert reason in found.reason


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"availability": "not_public", "table": "the counts"}, Verdict.EXACT),
        ({"basis": "text", "availability": "none"}, Verdict.NOT_A_STATISTIC),
    ],
)
def test_a_value_settles_what_is_not_public_and_text_never(
    make_claim: MakeClaim, changes: dict[str, str], verdict: Verdict
) -> None:
    computed = Computed(100, "percent", definition_stated=True)
    assert compare(make_claim(**changes), computed).verdict is verdict


def test_different_units_are_a_fault_of_the_derivation(make_claim: MakeClaim) -> None:
    with pytest.raises(ValueError, match="claim C01 is in percent, what was computed in offences"):
        compare(make_claim(), Computed(100, "offences", definition_stated=True))


@pytest.mark.parametrize(
    ("value", "uncertainty", "shown"),
    [
        (58.0, None, "58 %"),
        (None, ScenarioRange(55, 61.5, assumptions=("some codes",)), "55 to 61.5 %"),
    ],
)
def test_a_figure_that_nobody_saw_cannot_be_told(
    value: float | None, uncertainty: ScenarioRange | None, shown: str
) -> None:
    found = compare(
        claims()["C03"],
        Computed(value, "percent", definition_stated=False, uncertainty=uncertainty),
    )
    assert (found.verdict, found.difference) == (Verdict.INCONCLUSIVE, None)
    assert (
        found.reason == f"No source seen prints the published figure; what was computed is {shown}."
    )


@pytest.mark.parametrize(
    ("claim", "value", "difference", "relative"),
    [
        (COUNT | {"value": "200"}, 150.0, -50, -25),
        (COUNT | {"value": "0"}, 3.0, 3, None),
        (RANGE, 81.0, 2, 200 / 79),  # from the nearer end
        (RANGE, 70.2, -7.8, -10),
        (RANGE, 78.5, 0, 0),
    ],
)
def test_the_difference_is_computed_less_published(
    make_claim: MakeClaim,
    claim: dict[str, Any],
    value: float,
    difference: float,
    relative: float | None,
) -> None:
    published = make_claim(**claim)
    found = compare(published, Computed(value, published.unit, definition_stated=True))
    assert found.difference == pytest.approx(difference)
    assert found.relative == (None if relative is None else pytest.approx(relative))


def test_reasons_are_made_from_the_numbers(make_claim: MakeClaim) -> None:
    def reason(claim: dict[str, Any], value: float | None, **computed: Any) -> str:
        published = make_claim(**claim)
        return compare(
            published, Computed(value, published.unit, **({"definition_stated": True} | computed))
        ).reason

    assert (
        reason(SHARE | ARITHMETIC, 26.608)
        == "Published figures give 26.61 %, 0.608 percentage points above the published 26 %."
    )
    assert reason(COUNT, 990, revision=BAND) == (
        "Computed 990 offences, 10 offences (1 %) below the published 1,000 offences; "
        "later releases moved such figures by "
        "-2 % to +1 % (one pair of releases, by code)."
    )
    assert reason(COUNT, 1040, uncertainty=sampled(990, 1090)) == (
        "The 95 % interval (Wilson) from 990 to 1,090 holds the published 1,000 offences; "
        "its half-width is 4.8 % of the value."
    )
    assert reason(COUNT, 1100, uncertainty=sampled(990, 1210)).endswith(
        "But figures from 990 to 1,210 would match as well, a span of 22 % of it, "
        "more than the limit of 10 %: too wide to tell."
    )
    assert reason(SHARE | ARITHMETIC, 26.4).endswith(
        "Figures from 25.9 to 26.9 would match as well, a span of 3.8 % of it."
    )
    assert (
        reason(SHARE, None, uncertainty=WorstCaseBounds(28.2, 94.2))
        == "Computed 28.2 to 94.2 %, which leaves out the published 26 %."
    )
    assert "(half told; half written down)" in reason(
        SHARE,
        None,
        uncertainty=ScenarioRange(20, 30, assumptions=("half told", "half written down")),
    )
    assert reason(
        COUNT, 900, definition_stated=False, tried=24, chance=Chance(0.125, 0.3, 0.1)
    ) == (
        "The nearest of 24 definitions tried does not reach it: "
        "it gives 900 offences, 100 offences (10 %) below the published 1,000 offences."
    )
    assert reason(
        COUNT, 1000, definition_stated=False, tried=24, chance=Chance(0.125, 0.3, 0.1)
    ).startswith("A definition among 24 tried that the report does not state reaches it.")
    none = reason(COUNT | {"value": "0"}, 0, definition_stated=False, tried=24)
    assert "made-up" not in none  # no figure is within a share of nought
    alone = reason(COUNT, 1010, definition_stated=False, revision=BAND)
    # Figures from 1,000 to 1,030.6 match; those within 1 % of the value do so as closely.
    shares = [
        math.log((1010 / 0.98) / (1010 / 1.01)) / math.log(ends[1] / ends[0])
        for ends in ((800, 1250), (950, 1050))
    ]
    closest = math.log((1010 / 0.99) / (1010 / 1.01)) / math.log(1050 / 950)
    assert [round(100 * share) for share in (*shares, closest)] == [7, 30, 20]
    assert all(f" {100 * share:.2g} %" in alone for share in (*shares, closest))


RANK = [
    Verdict.EXACT,
    Verdict.WITHIN_ROUNDING,
    Verdict.WITHIN_REVISION,
    Verdict.WITHIN_UNCERTAINTY,
    Verdict.COMPATIBLE,
    Verdict.INCONCLUSIVE,
    Verdict.DIFFERS,
]
published_value = st.integers(1, 10_000)
computed_value = st.floats(0, 20_000)
part = st.floats(-0.5, 0.5)


@given(published_value, computed_value)
def test_exact_lies_within_rounding_and_an_inferred_definition_below_both(
    make_claim: MakeClaim, published: int, value: float
) -> None:
    claim = make_claim(value=str(published))
    for tried in (value, float(published)):
        stated, inferred = (
            compare(claim, Computed(tried, "percent", definition_stated=known, revision=BAND))
            for known in (True, False)
        )
        printed = stated.verdict in {Verdict.EXACT, Verdict.WITHIN_ROUNDING}
        assert printed is (tried in claim.range())
        assert RANK.index(inferred.verdict) >= RANK.index(Verdict.COMPATIBLE)


@given(
    published_value, computed_value, part, part, st.floats(0, 0.5), st.floats(0, 0.5), st.booleans()
)
def test_a_wider_revision_band_makes_agreement_no_worse_unless_it_is_too_wide_to_tell(
    make_claim: MakeClaim,
    published: int,
    value: float,
    one: float,
    other: float,
    down: float,
    up: float,
    stated: bool,
) -> None:
    narrow = RevisionBand(min(one, other), max(one, other), evidence="one pair")
    wide = RevisionBand(narrow.lower - down, narrow.upper + up, evidence="two pairs")
    claim = make_claim(value=str(published))
    first, second = (
        compare(claim, Computed(value, "percent", definition_stated=stated, revision=band))
        for band in (narrow, wide)
    )
    too_wide = "too wide to tell" in second.reason
    assert too_wide or RANK.index(second.verdict) <= RANK.index(first.verdict)


@given(
    published_value,
    st.integers(0, 20_000),
    st.sampled_from([None, BAND]),
    st.sampled_from([2, 8, 1024]),
)
def test_the_unit_of_measurement_makes_no_difference(
    make_claim: MakeClaim, published: int, value: int, revision: RevisionBand | None, scale: int
) -> None:
    """Powers of two, so that scaling is exact in floating point."""
    small = compare(
        make_claim(value=str(published)),
        Computed(value, "percent", definition_stated=True, revision=revision),
    )
    large_claim = make_claim(value=str(published * scale), rounded_to=str(scale))
    large = compare(
        large_claim, Computed(value * scale, "percent", definition_stated=True, revision=revision)
    )
    assert (small.verdict, small.relative) == (large.verdict, large.relative)


def test_what_is_known_beside_a_difference_is_in_its_reason(make_claim: MakeClaim) -> None:
    """What the figure could be of instead; where the two agree there is nothing to explain."""
    for value, told in ((40, True), (26, False)):
        computed = Computed(value, "percent", context="It is another.", definition_stated=True)
        reason = compare(make_claim(**SHARE), computed).reason
        assert reason.endswith("It is another.") is told


def test_what_cannot_be_decided_says_why_and_by_how_much_it_is_away(make_claim: MakeClaim) -> None:
    why = "The way of counting was chosen after the result."
    found = compare(
        make_claim(**COUNT), Computed(900, "offences", undecided=why, definition_stated=True)
    )
    assert (found.verdict, found.reason) == (Verdict.INCONCLUSIVE, why)
    assert (found.difference, found.relative) == (-100, -10)


def test_what_was_computed_is_empty_a_value_or_a_range() -> None:
    rounded, bounds = RoundingRange(4, 6), WorstCaseBounds(1, 5)
    told = ScenarioRange(4, 6, assumptions=("all told",))
    for value, known, span in (
        (None, None, None),
        (None, bounds, None),
        (None, told, None),
        (5.0, rounded, rounded),
        (5.0, None, RoundingRange(5, 5)),
    ):
        found = Computed(value, "percent", definition_stated=True, uncertainty=known, context="x")
        assert (found.span, found.is_empty) == (span, value is None and known is None)
    with pytest.raises(ValueError, match="without its estimate"):
        Computed(None, "percent", definition_stated=True, uncertainty=sampled(1, 2))


def test_verdicts_and_rules_explain_themselves() -> None:
    """The vocabulary is closed: that of DESIGN.md."""
    words = (
        "exact within_rounding within_resolution within_revision within_uncertainty compatible "
        "inconclusive differs inconsistent not_held not_public not_a_statistic not_checked"
    )
    assert [verdict.value for verdict in Verdict] == words.split()
    for attribute in ("meaning", "label"):
        assert len({getattr(verdict, attribute) for verdict in Verdict}) == len(Verdict)
    assert all(rule.rule and rule.reason for rule in rules().values())
    with pytest.raises(ValueError, match="the rule 'words' has no number"):
        number("words")


def test_shares_in_words_reach_half_way_to_their_neighbours() -> None:
    """Two-thirds and three-fifths are 6.7 points apart, one in eight and one in nine 1.4."""
    steps = {
        "C06": 2 / 3 - 3 / 5,
        "S04a": 1 / 8 - 1 / 9,
        "V11": 1 / 10 - 1 / 11,
        "R06": 1 / 10 - 1 / 11,
        "R05d": 1 / 5 - 1 / 6,
        "S01f": 1 / 5 - 1 / 6,
    }
    for name, step in steps.items():
        assert float(claims()[name].rounded_to or 0) == pytest.approx(100 * step, abs=0.05)
