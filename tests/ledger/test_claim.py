from collections.abc import Callable
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from replicate.ledger import Claim, claims

MakeClaim = Callable[..., Claim]


@pytest.mark.parametrize(
    ("value", "unit", "wording", "rounded_to", "lower", "upper"),
    [
        ("102878", "offences", "exact", "1", 102878, 102878),
        ("17100", "offences", "estimated", "100", 17050, 17150),
        ("700", "offences", "around", "100", 650, 750),
        ("29560", "children", "exact", "10", 29555, 29565),
        ("3.7", "percent", "exact", "0.1", 3.65, 3.75),
        ("26", "percent", "exact", "1", 25.5, 26.5),
        ("123", "days", "exact", "1", 122.5, 123.5),
        ("550", "arrests", "over", "10", 550, 560),
        ("39", "convictions", "at least", "1", 39, 40),
        ("1.96", "offences a day", "exact", "0.01", 1.955, 1.965),
    ],
)
def test_what_prints_as_a_figure(
    make_claim: MakeClaim,
    value: str,
    unit: str,
    wording: str,
    rounded_to: str,
    lower: float,
    upper: float,
) -> None:
    printed = make_claim(value=value, unit=unit, wording=wording, rounded_to=rounded_to).range()
    assert (printed.lower, printed.upper) == (lower, upper)


@pytest.mark.parametrize("wording", ["under", "almost", "as many as"])
def test_under_leaves_its_lower_end_out(make_claim: MakeClaim, wording: str) -> None:
    printed = make_claim(value="20", wording=wording).range()
    assert 19 not in printed
    assert 19.000001 in printed
    assert 20 in printed
    assert 20.000001 not in printed


def test_a_printed_range_is_rounded_at_both_ends(make_claim: MakeClaim) -> None:
    claim = make_claim(value=None, lower="78", upper="79", interval_kind="range")
    assert (claim.range().lower, claim.range().upper) == (77.5, 79.5)
    assert (claim.number, claim.published, claim.has_figure) == (None, "78 to 79", True)


def test_a_sampling_interval_does_not_widen_what_prints_as_the_figure(
    make_claim: MakeClaim,
) -> None:
    claim = make_claim(
        value="89.5", rounded_to="0.1", lower="87.86", upper="91.14", interval_kind="sampling"
    )
    assert claim.published == "89.5"
    assert (claim.range().lower, claim.range().upper) == (89.45, 89.55)


def test_without_a_figure_there_is_nothing_to_round(make_claim: MakeClaim) -> None:
    claim = make_claim(value=None, wording=None, rounded_to=None)
    assert (claim.published, claim.number) == ("not seen", None)
    with pytest.raises(ValueError, match="no figure was seen for claim C01"):
        claim.range()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"unit": None}, "needs a unit"),
        ({"wording": None}, "needs a unit, a wording"),
        ({"rounded_to": None}, "unit of its last digit"),
        ({"rounded_to": "0"}, "greater than 0"),
        ({"lower": "90"}, "come together"),
        ({"lower": "90", "upper": "110"}, "come together"),
        ({"lower": "90", "upper": "110", "interval_kind": "range"}, "a printed range has no value"),
        (
            {"value": None, "lower": "90", "upper": "110", "interval_kind": "sampling"},
            "an interval has one",
        ),
        ({"part_of": "C02"}, "a part belongs"),
        ({"basis": "text"}, "text has no table"),
        ({"availability": "none"}, "nothing else is without"),
        ({"availability": "not_held", "table": "Table 24"}, "needs its name and page"),
        ({"availability": "not_public"}, "what would be needed"),
        ({"id": "C1"}, "pattern"),
        ({"wording": "about"}, "around"),
        ({"colour": "red"}, "Extra inputs"),
        ({"report": "Casy 2025"}, "is spelt otherwise"),
        ({"report": "HIMCFRS CDI 2018"}, "is spelt otherwise"),
    ],
)
def test_a_row_that_is_not_whole_is_refused(
    make_claim: MakeClaim, changes: dict[str, str | None], fault: str
) -> None:
    with pytest.raises(ValidationError, match=fault):
        make_claim(**changes)


@pytest.mark.parametrize(
    ("changes", "headline"),
    [
        ({"report": "Casey 2025"}, True),
        ({"report": "HMICFRS CDI 2018"}, True),
        ({"report": "ONS"}, False),
        ({"report": "Casey 2025", "basis": "arithmetic"}, False),
        ({"report": "Casey 2025", "shows": "C01a"}, False),
    ],
)
def test_what_headlines_count(
    make_claim: MakeClaim, changes: dict[str, str], headline: bool
) -> None:
    claim = make_claim(**changes)
    assert claim.is_headline is headline
    assert claim.figure_id == changes.get("shows", "C01")


DIGITS = [
    claim
    for claim in claims().values()
    if claim.value is not None and claim.rounded_to and not claim.value % claim.rounded_to
]


@given(st.sampled_from(DIGITS), st.fractions(min_value=-1, max_value=1))
def test_any_value_in_the_range_prints_as_the_figure(claim: Claim, share: float) -> None:
    """Rounded to the published precision, by halves up or by halves down, it gives the published
    digits; words move one step."""
    lower, upper = claim.bounds()
    assert claim.value is not None
    assert claim.rounded_to is not None
    assert float(claim.value) in claim.range()
    at = lower + (upper - lower) * (Decimal(float(share)) + 1) / 2
    steps = {
        (at / claim.rounded_to).quantize(Decimal(1), way) * claim.rounded_to
        for way in (ROUND_HALF_UP, ROUND_HALF_DOWN)
    }
    words = {"over": 1, "at least": 1, "under": -1, "almost": -1, "as many as": -1}
    one_step = words.get(str(claim.wording), 0) * claim.rounded_to
    assert steps & {claim.value, claim.value + one_step}


@pytest.mark.parametrize(
    ("known", "text"),
    [
        (
            {"report": "Casey 2025", "seen": "secondary", "quoted_by": "a newspaper"},
            "attributed to the audit by a newspaper",
        ),
        (
            {"report": "HMICFRS 2023", "seen": "start", "quoted_by": "a document"},
            "attributed to HMICFRS 2023 by a document",
        ),
        (
            {"report": "Casey 2025", "seen": "start", "quoted_by": ""},
            "attributed to the audit by others",
        ),
        (
            {"report": "IICSA", "where_in_report": "Part B.4", "quoted_by": "a newspaper"},
            "read in the publication of IICSA, Part B.4",
        ),
        ({"report": "ONS"}, "read in the publication of ONS"),
        ({"report": "Casey 2025", "seen": "none"}, "looked for and seen nowhere"),
    ],
)
def test_how_close_a_figure_was_seen_is_told(
    make_claim: MakeClaim, known: dict[str, str], text: str
) -> None:
    assert make_claim(**known).attribution == text
