"""Flags and cases read: by hand from the published figures, and Arrow alone for counts."""

from collections.abc import Callable

import pytest

from replicate.derivations.recording_rates import cases, flags
from replicate.vocabulary.definitions import find_definition

Counter = Callable[..., int]
YEAR = [f"2024-Q{quarter}" for quarter in (1, 2, 3, 4)]


def test_both_readings_of_correctly_flagged_by_hand(arrow: Counter) -> None:
    """17,100 prints for 17,050 to 17,150 and 37 % for 36.5 to 37.5."""
    found = flags.implied()
    missed, wrong = found.scenarios[["lower", "upper"]].to_numpy().tolist()
    assert missed == pytest.approx([17_050 / 0.375, 17_150 / 0.365])
    assert wrong == pytest.approx([17_050 * 0.365, 17_150 * 0.375])
    assert (found.whole.lower, found.whole.upper) == pytest.approx((wrong[0], missed[1]))
    assert len(found.whole.assumptions) == 2 + len(flags.TAKEN_FOR_GRANTED)
    contact = arrow("2026-04", find_definition("child_contact").codes, YEAR)
    assert found.contact == contact
    assert found.share_of_contact == pytest.approx(100 * 17_150 / 0.365 / contact)


def test_the_flagged_offences_beside_each_denominator(arrow: Counter) -> None:
    """102,878 in all, and 40 % of them online by one document."""
    rows = flags.denominators()
    contact = arrow("2026-04", find_definition("child_contact").codes, YEAR)
    whole, rest, counted = rows.to_dict("records")
    assert (whole["number"], whole["share"]) == pytest.approx((102_878, 100 * 17_100 / 102_878))
    assert (rest["number"], rest["share"]) == pytest.approx(
        (102_878 * 0.6, 100 * 17_100 / (102_878 * 0.6))
    )
    assert (counted["number"], counted["share"]) == pytest.approx((contact, 100 * 17_100 / contact))
    assert (counted["lower"], counted["upper"]) == pytest.approx(
        (100 * 17_050 / contact, 100 * 17_150 / contact)
    )
    assert rows["lower"].le(rows["share"]).all()
    assert rows["share"].le(rows["upper"]).all()
    assert rows["caveat"].str.len().min() > 20


def test_sums_of_codes_are_far_from_the_flag(arrow: Counter) -> None:
    for row, name in zip(flags.stand_ins().to_dict("records"), flags.STAND_INS, strict=True):
        counted = arrow("2026-04", find_definition(name).codes, YEAR)
        assert row["count"] == counted
        assert row["times"] == pytest.approx(counted / 17_100)
        assert row["codes"] == ", ".join(find_definition(name).codes)


def test_more_than_half_of_the_forces_is_at_least_22() -> None:
    assert cases.least_forces() == 22


def test_the_fewest_cases_that_print_as_the_share_flagged() -> None:
    """3 of 8 is 37.5 %, which may print as 37 %; no part of seven or fewer lies from 36.5 to 37.5 %."""
    assert cases.least_cases() == 8
    assert not [
        (part, whole)
        for whole in range(1, 8)
        for part in range(whole + 1)
        if 36.5 <= 100 * part / whole <= 37.5
    ]


def test_cases_are_counted_and_get_no_interval() -> None:
    rows = cases.cases_read().set_index("claim")
    assert rows["counted"]["I02b"] == "27 of 52 cases read; the other 25 were not group-based"
    assert rows["counted"]["I08"].startswith("at least 22 of 43 forces")
    assert rows.loc[["I02b", "I09"], "warning"].eq(cases.PURPOSIVE).all()
    assert "not at random" not in rows["warning"]["I08"]
    assert set(rows["verdict"]) == {"not public"}
