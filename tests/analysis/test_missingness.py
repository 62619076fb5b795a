import csv
from fractions import Fraction
from math import inf
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from replicate.analysis.missingness import (
    UNBOUNDED,
    sensitivity,
    under_odds_ratio,
    worst_case,
)
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange, ScenarioRange, WorstCaseBounds

with (Path(__file__).parents[1] / "cases/manski_bounds_ethnicity/inputs.csv").open(
    encoding="utf-8"
) as file:
    (MISSING,) = [float(row["value"]) for row in csv.DictReader(file)]

SHARES = st.floats(0, 1)
INSIDE = st.floats(0.01, 0.99)
NOISE = 1e-12
"""The rounding of the machine, for sums of shares."""


def bounds(*args: object, **options: object) -> WorstCaseBounds:
    found = worst_case(*args, **options).bounds  # type: ignore[arg-type]
    assert found is not None
    return found


@given(SHARES)
def test_two_thirds_missing_leave_bounds_two_thirds_wide_whatever_the_share(share: float) -> None:
    assert bounds(share, MISSING).width == pytest.approx(MISSING, abs=NOISE)


@given(SHARES, SHARES)
def test_the_width_is_the_share_missing(share: float, missing: float) -> None:
    assert bounds(share, missing).width == pytest.approx(missing, abs=NOISE)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.data())
def test_bounds_hold_every_completion(
    group: int, others: int, missing: int, data: st.DataObject
) -> None:
    """People counted one by one, some of the missing put in the group."""
    assume(group + others)
    everyone = group + others + missing
    completed = group + data.draw(st.integers(0, missing))
    found = bounds(group / (group + others), missing / everyone)
    assert found.lower - NOISE <= completed / everyone <= found.upper + NOISE
    of_all = bounds(group / everyone, missing / everyone, of="all")
    assert (of_all.lower, of_all.upper) == pytest.approx((found.lower, found.upper), abs=NOISE)


def test_all_of_the_known_in_the_group_are_no_more_than_the_known() -> None:
    """One of five, and four missing: 1 - 4/5 is a little less than 1/5 in the machine."""
    assert 1 - 4 / 5 < 1 / 5
    found = bounds(1 / 5, 4 / 5, of="all")
    assert (found.lower, found.upper) == (1 / 5, 1)


@pytest.mark.parametrize(
    ("share", "missing", "of", "lower", "upper"),
    [
        (
            0.07,
            0.66,
            "known",
            0.0238,
            0.6838,
        ),  # group-based offences of 2023, by hand: 0.07 x 0.34, and 0.66 more
        (0.83, 0.66, "known", 0.2822, 0.9422),
        (0.16, 0.32, "all", 0.16, 0.48),
        (0.4, 0.0, "known", 0.4, 0.4),
        (0.4, 1.0, "known", 0.0, 1.0),
    ],
)
def test_published_shares_by_hand(
    share: float, missing: float, of: str, lower: float, upper: float
) -> None:
    found = bounds(share, missing, of=of)
    assert (found.lower, found.upper) == pytest.approx((lower, upper))


def test_rounding_is_carried_to_the_bounds() -> None:
    """By hand: 6.5 to 7.5 % of the 33 to 35 % known; the ends are 0.065 x 0.335 and 0.075 + 0.665 x
    0.925."""
    found = bounds(RoundingRange(0.065, 0.075), RoundingRange(0.655, 0.665))
    assert (found.lower, found.upper) == pytest.approx((0.065 * 0.335, 0.075 + 0.665 * 0.925))
    of_all = bounds(RoundingRange(0.155, 0.165), RoundingRange(0.315, 0.325), of="all")
    assert (of_all.lower, of_all.upper) == pytest.approx((0.155, 0.49))


@given(INSIDE, INSIDE, st.floats(0, 0.01), st.floats(0, 0.01), st.floats(0, 1), st.floats(0, 1))
def test_bounds_of_rounded_shares_hold_those_of_every_share_they_stand_for(
    share: float, missing: float, wide: float, long: float, at: float, by: float
) -> None:
    rounded = bounds(
        RoundingRange(share - wide, share + wide), RoundingRange(missing - long, missing + long)
    )
    within = bounds(share - wide + 2 * wide * at, missing - long + 2 * long * by)
    assert rounded.lower - NOISE <= within.lower
    assert within.upper <= rounded.upper + NOISE


def test_rounding_beyond_what_a_share_can_be_is_cut_off() -> None:
    found = bounds(RoundingRange(-0.005, 0.005), RoundingRange(0.995, 1.005))
    assert (found.lower, found.upper) == (0, 1)


def test_without_a_published_missing_share_there_are_no_bounds() -> None:
    found = worst_case(0.44, None)
    assert (found.bounds, found.reason) == (None, UNBOUNDED)


@given(INSIDE, INSIDE)
def test_an_odds_ratio_of_one_gives_the_share_among_those_known(
    share: float, missing: float
) -> None:
    found = under_odds_ratio(share, missing, 1, 1)
    assert (found.lower, found.upper) == pytest.approx((share, share))


@given(INSIDE, INSIDE, st.floats(1, 1e4), st.floats(1, 10))
def test_a_wider_range_of_odds_ratios_gives_a_wider_range_within_the_worst_case(
    share: float, missing: float, ratio: float, further: float
) -> None:
    narrow, wide = (
        under_odds_ratio(share, missing, 1 / top, top) for top in (ratio, ratio * further)
    )
    worst = bounds(share, missing)
    assert worst.lower - NOISE <= wide.lower <= narrow.lower + NOISE
    assert narrow.upper - NOISE <= wide.upper <= worst.upper + NOISE
    if ratio > 1.001:
        assert narrow.lower < share < narrow.upper


@given(INSIDE, INSIDE)
def test_the_range_tends_to_the_worst_case(share: float, missing: float) -> None:
    found, worst = under_odds_ratio(share, missing, 1e-12, 1e12), bounds(share, missing)
    assert (found.lower, found.upper) == pytest.approx((worst.lower, worst.upper), abs=1e-9)


@given(st.integers(1, 400), st.integers(1, 400), st.integers(1, 400), st.integers(1, 400))
def test_the_odds_ratio_is_that_of_the_people_counted(
    group_known: int, others_known: int, group_lost: int, others_lost: int
) -> None:
    """Four kinds of people counted: from what is known and the odds ratio of being recorded, the
    whole share comes back."""
    ratio = Fraction(group_known, group_lost) / Fraction(others_known, others_lost)
    everyone = group_known + others_known + group_lost + others_lost
    share, missing = (
        group_known / (group_known + others_known),
        (group_lost + others_lost) / everyone,
    )
    found = under_odds_ratio(share, missing, float(ratio), float(ratio))
    assert (found.lower, found.upper) == pytest.approx(((group_known + group_lost) / everyone,) * 2)


@given(
    INSIDE,
    INSIDE,
    st.floats(0.05, 20),
    st.floats(0, 0.01),
    st.floats(0, 0.01),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_rounding_is_carried_through_an_odds_ratio(
    share: float, missing: float, ratio: float, wide: float, long: float, at: float, by: float
) -> None:
    rounded = under_odds_ratio(
        RoundingRange(share - wide, share + wide),
        RoundingRange(missing - long, missing + long),
        ratio,
        ratio,
    )
    within = under_odds_ratio(
        share - wide + 2 * wide * at, missing - long + 2 * long * by, ratio, ratio
    )
    assert rounded.lower - NOISE <= within.lower
    assert within.upper <= rounded.upper + NOISE


@pytest.mark.parametrize("share", [0, 1])
def test_a_group_of_nobody_or_everybody_stays_so_under_any_odds_ratio(share: float) -> None:
    assert under_odds_ratio(share, 0.5, 0.01, 100).width == 0


def test_an_assumption_is_printed_with_the_range() -> None:
    found = under_odds_ratio(0.07, 0.66, 0.5, 2)
    assert isinstance(found, ScenarioRange)
    assert "0.5 to 2 times" in found.assumptions[0]


def test_the_curve_falls_as_the_group_is_recorded_more_readily() -> None:
    """By hand, for odds of 4: 0.5 / (0.5 + 4 x 0.5) is 0.2, and 0.5 x 0.6 + 0.2 x 0.4 is 0.38."""
    curve = sensitivity(0.5, 0.4, [0.25, 1, 4])
    assert curve["odds_ratio"].tolist() == [0.25, 1, 4]
    assert curve["lower"].tolist() == curve["upper"].tolist() == pytest.approx([0.62, 0.5, 0.38])


@pytest.mark.parametrize(("lowest", "highest"), [(0, 1), (2, 1), (1, inf), (-1, 1)])
def test_a_range_of_odds_ratios_that_is_none_is_refused(lowest: float, highest: float) -> None:
    with pytest.raises(InputError, match="odds ratios"):
        under_odds_ratio(0.5, 0.5, lowest, highest)


@pytest.mark.parametrize(
    ("share", "missing", "of"),
    [
        (1.2, 0.5, "known"),
        (-0.1, 0.5, "known"),
        (0.5, 66, "known"),
        (RoundingRange(6.5, 7.5), 0.5, "known"),
        (0.7, 0.5, "all"),
    ],
)
def test_what_is_no_share_is_refused(share: float | RoundingRange, missing: float, of: str) -> None:
    with pytest.raises(InputError):
        worst_case(share, missing, of=of)  # type: ignore[arg-type]  # the two by turns
