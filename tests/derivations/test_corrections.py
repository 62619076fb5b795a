"""Figures of the ledger that were read again: the corrected value, verdict or attribution of each.

The expected values are those noted when the sources were read again, or arithmetic on what they
print; counts of recorded crime are made with Arrow alone.
"""

from collections.abc import Callable

import pytest

from replicate.derivations.verification import Verification
from replicate.ledger import Verdict, claims
from replicate.ledger.arithmetic import check, identities
from replicate.ledger.claims import inputs
from replicate.ledger.terms import Basis, Seen

Counter = Callable[..., int]
Results = dict[str, Verification]
ELEVEN = ("17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A")
YEAR_2016 = ("2016-Q1", "2016-Q2", "2016-Q3", "2016-Q4")
YEAR_2024 = ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")


def test_the_only_national_figure_is_confirmed(results: Results) -> None:
    """C04: "around 700 recorded offences of group-based child sexual exploitation in 2023"."""
    assert results["C04"].claim.published == "around 700"
    assert results["C04"].comparison.verdict is Verdict.WITHIN_ROUNDING
    assert results["C04"].claim.quoted_by.startswith("BBC")


def test_the_shares_of_cocad_multiply_to_the_audits_share(results: Results) -> None:
    """34 % recorded, of whom 83 % White: 28.2 % of all, printed as "just 28 percent"."""
    found = results["C06a"]
    assert found.comparison.computed
    assert found.comparison.computed.value == pytest.approx(28.22)
    assert found.comparison.verdict is Verdict.WITHIN_ROUNDING
    assert "missing for 66 % of suspects" in found.missing
    assert not found.claim.is_headline  # arithmetic


def test_what_the_home_secretary_said_is_not_put_down_to_the_audit() -> None:
    assert claims()["C07"].report == "Home Office"
    assert not claims()["C07"].is_headline


def test_suspects_and_residents_in_rotherham_are_of_one_heritage() -> None:
    for name in ("C14", "C14a"):
        assert "Pakistani heritage" in claims()[name].statement
        assert "Asian" not in claims()[name].statement
        assert claims()[name].seen is Seen.SECONDARY


def test_a_definition_chosen_after_its_result_settles_nothing(
    results: Results, arrow: Counter
) -> None:
    """C25: images alone are 39.5 % of the sum for 2024, and were taken out when that was seen."""
    found = results["C25"]
    images, whole = (
        arrow("2026-04", codes, YEAR_2024) for codes in (("86",), (*ELEVEN, "23", "86"))
    )
    assert round(100 * images / whole, 1) == 39.5
    assert found.comparison.verdict is Verdict.INCONCLUSIVE
    assert "23 November 2026" in found.comparison.reason
    assert not found.claim.is_headline


def test_all_but_images_is_among_the_definitions_of_contact(
    results: Results, arrow: Counter
) -> None:
    """C03: 62,259 of 102,941 are 60.5 %."""
    rest, whole = (arrow("2026-04", (*ELEVEN, "23", *more), YEAR_2024) for more in ((), ("86",)))
    assert (rest, whole) == (62_259, 102_941)
    computed = results["C03"].comparison.computed
    assert computed
    assert computed.uncertainty
    assert computed.uncertainty.upper == pytest.approx(100 * rest / whole)


@pytest.mark.parametrize("name", ["V01", "V02", "V05", "V06a", "V09", "V10"])
def test_another_collection_is_context_and_not_compared(results: Results, name: str) -> None:
    found = results[name].comparison
    assert found.verdict is Verdict.NOT_PUBLIC
    assert found.computed
    assert (found.computed.value, found.difference) == (None, None)
    assert "below VKPP's own figure" in found.computed.context


def test_the_gap_to_another_collection_is_sized(results: Results, arrow: Counter) -> None:
    """V09: 122,768, beside 102,941 by the widest definition."""
    counted = arrow("2026-04", (*ELEVEN, "23", "86"), YEAR_2024)
    assert results["V09"].comparison.computed
    assert f"{122_768 - counted:,} offences" in results["V09"].comparison.computed.context
    assert results["V09a"].comparison.verdict is Verdict.WITHIN_ROUNDING


def test_the_number_of_2025_has_one_verdict(results: Results) -> None:
    """94.8 % of 5.3 million leaves 290,717; 285,000 was printed; 286,630 without transport police."""
    implied = check(identities()["R08_unrecorded"])
    assert round(implied.value) == 290_717
    assert implied.verdict is None
    assert "British Transport Police" in implied.reason
    computed = results["R08a"].comparison.computed
    assert computed
    assert round(computed.value or 0) == 286_630
    assert results["R08a"].comparison.verdict is Verdict.COMPATIBLE


def test_plans_are_checked_against_the_departments_own_counts(results: Results) -> None:
    """2,230 of 52,260 at 31 March 2019; 63,870 plans started in 2022/23, 62,110 in 2023/24."""
    assert results["S12a"].comparison.verdict is Verdict.EXACT
    assert inputs()["dfe_plans_all_2019"].value == 52_260
    for name, share in (("S13b", 229_000 / 63_870), ("S14b", 216_000 / 62_110)):
        found = results[name].comparison
        assert found.computed
        assert found.computed.value == pytest.approx(share)
        assert found.verdict is Verdict.WITHIN_ROUNDING
        assert found.claim.basis is Basis.ARITHMETIC


def test_the_rise_fits_one_of_two_counts(results: Results) -> None:
    """ "4 % from 4,287": 4,441 is 3.6 % more, 4,411 is 2.9 % more."""
    assert {name: claims()[name].number for name in ("S23", "S23a", "S23c", "S23d", "S23e")} == {
        "S23": 19_125,
        "S23a": 16_990,
        "S23c": 4_411,
        "S23d": 4_441,
        "S23e": 4_287,
    }
    assert results["S23f"].comparison.verdict is Verdict.WITHIN_ROUNDING
    first = check(identities()["S23_uk_rise_first"])
    assert first.value == pytest.approx(100 * (4_411 / 4_287 - 1))
    assert round(first.value) == 3


def test_a_charitys_count_is_missed_by_three_percent(results: Results, arrow: Counter) -> None:
    """S25: 45,411 sexual crimes against children in 2016; the held tables give 46,858."""
    assert arrow("2026-04", (*ELEVEN, "23"), YEAR_2016) == 46_858
    found = results["S25"].comparison
    assert found.verdict is Verdict.DIFFERS
    assert found.relative == pytest.approx(3.1, abs=0.05)
    assert not found.claim.is_headline
