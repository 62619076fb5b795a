"""All recorded crime, and what a recording rate leaves unrecorded, against the publisher's own files or Arrow alone in the shipped ones."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from replicate.derivations.all_crime import FRAUD
from replicate.derivations.kinds.audits import AllCrime, Unrecorded
from replicate.derivations.kinds.registry import derivations
from replicate.derivations.verification import Verification
from replicate.ledger import Computed, Verdict, find_claim
from replicate.sources import tables
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import BTP, TERRITORIAL
from replicate.vocabulary.uncertainty import RoundingRange

Counter = Callable[..., int]
Results = dict[str, Verification]


def computed_for(results: Results, claim: str) -> Computed:
    found = results[claim].comparison.computed
    assert found is not None
    return found


def all_crime(raw: pd.DataFrame, *quarters: tuple[str, int], force: str | None = None) -> float:
    """Add up the publisher's file: all but fraud, in the 43 territorial forces or one of them."""
    rows = raw[(raw["Group"] != "Fraud offences") & raw["territorial"]]
    rows = rows if force is None else rows[rows["Force"] == force]
    return float(
        sum(
            rows.loc[(rows["year"] == year) & (rows["quarter"] == quarter), "n"].sum()
            for year, quarter in quarters
        )
    )


def test_the_total_of_recorded_crime_is_that_of_the_publishers_table_of_outcomes(
    results: Results, source_data: Path
) -> None:
    """The Home Office's outcomes of 2024/25 are of the same offences, in another table: all forces, no fraud."""
    outcomes = pd.read_parquet(source_data / "outcomes" / "outcomes_2024_25.parquet")
    assert computed_for(results, "R08b").value == outcomes["n"].sum()
    assert results["R08b"].comparison.verdict is Verdict.COMPATIBLE
    assert "with British Transport Police" in computed_for(results, "R08b").description


def test_crimes_left_unrecorded_nationally(results: Results, raw: pd.DataFrame) -> None:
    """94.8 % recorded (printed to a tenth), year ending March 2025: 'an estimated 285,000' were not."""
    recorded = all_crime(raw, *(("2024/25", quarter) for quarter in (1, 2, 3, 4)))
    found = computed_for(results, "R08a")
    assert found.value == pytest.approx(recorded * 5.2 / 94.8, rel=1e-12)
    assert isinstance(found.uncertainty, RoundingRange)
    assert found.uncertainty.lower == pytest.approx(recorded * 5.15 / 94.85, rel=1e-12)
    assert found.uncertainty.upper == pytest.approx(recorded * 5.25 / 94.75, rel=1e-12)
    assert found.uncertainty.lower < 285_500
    assert results["R08a"].comparison.verdict is Verdict.COMPATIBLE


def test_crimes_left_unrecorded_in_2013(results: Results, raw: pd.DataFrame) -> None:
    """80.5 % recorded, audits of November 2012 to October 2013: 'over 800,000' were not."""
    recorded = all_crime(raw, ("2012/13", 3), ("2012/13", 4), ("2013/14", 1), ("2013/14", 2))
    found = computed_for(results, "R02a")
    assert found.value == pytest.approx(recorded * 19.5 / 80.5, rel=1e-12)
    assert 800_000 < recorded * 19.5 / 80.5 < 900_000
    assert results["R02a"].comparison.verdict is Verdict.COMPATIBLE


def test_crimes_left_unrecorded_in_one_force(results: Results, raw: pd.DataFrame) -> None:
    """89.5 % recorded in South Yorkshire, give or take 1.64 points, June to November 2017: 'over 17,000' a year were not."""
    year = (("2016/17", 3), ("2016/17", 4), ("2017/18", 1), ("2017/18", 2))
    recorded = all_crime(raw, *year, force="South Yorkshire")
    found = computed_for(results, "R09a")
    assert found.value == pytest.approx(recorded * 10.5 / 89.5, rel=1e-12)
    assert isinstance(found.uncertainty, RoundingRange)
    assert found.uncertainty.lower == pytest.approx(recorded * (100 - 89.55) / 89.55, rel=1e-12)
    assert found.uncertainty.upper == pytest.approx(recorded * (100 - 89.45) / 89.45, rel=1e-12)
    ends = (recorded * (100 - 91.14) / 91.14, recorded * (100 - 87.86) / 87.86)
    assert found.context.startswith(
        f"By the sampling error of the rate alone the true number could be {ends[0]:,.0f} to {ends[1]:,.0f} ("
    )
    assert found.description.startswith(
        "recorded crime without fraud, South Yorkshire, YE 2017-09, vintage 2026-04"
    )
    assert recorded * 10.55 / 89.45 < 17_000
    assert results["R09a"].comparison.verdict is Verdict.INCONCLUSIVE


UNRECORDED = {name: found for name, found in derivations().items() if isinstance(found, Unrecorded)}

WINDOWS: dict[date, tuple[int, int]] = {
    date(2013, 10, 31): (2013, 9),
    date(2017, 1, 31): (2016, 12),
    date(2017, 3, 31): (2017, 3),
    date(2017, 7, 31): (2017, 6),
    date(2017, 10, 31): (2017, 9),
    date(2017, 11, 30): (2017, 9),
    date(2017, 12, 6): (2017, 9),
    date(2017, 12, 31): (2017, 12),
    date(2018, 1, 31): (2017, 12),
    date(2018, 3, 31): (2018, 3),
    date(2018, 4, 30): (2018, 3),
    date(2018, 7, 31): (2018, 6),
    date(2018, 8, 31): (2018, 6),
    date(2019, 1, 31): (2018, 12),
    date(2019, 3, 31): (2019, 3),
    date(2019, 8, 31): (2019, 6),
    date(2019, 11, 30): (2019, 9),
    date(2025, 3, 31): (2025, 3),
}
"""The last day of an audit → the year and month that its twelve months end with, from the calendar, by hand."""


def counted(arrow: Counter, end: tuple[int, int], forces: Iterable[str]) -> int:
    """Count all but fraud in the twelve months that end with a quarter."""
    codes = tables.offences().query("group != 'Fraud offences'")["code"].tolist()
    year, month = end
    quarters = [f"{year - (quarter > month // 3)}-Q{quarter}" for quarter in (1, 2, 3, 4)]
    return arrow("2026-04", codes, quarters, forces=forces)


@pytest.mark.parametrize("claim", UNRECORDED)
def test_what_is_left_unrecorded_follows_from_the_rate_and_what_was_recorded(
    claim: str, arrow: Counter, results: Results
) -> None:
    """Recorded and unrecorded together are what was reported, of which the published rate was recorded."""
    derivation, value = UNRECORDED[claim], computed_for(results, claim).value
    assert value is not None
    rate = find_claim(derivation.rate).value
    assert rate is not None
    recorded = counted(
        arrow, WINDOWS[derivation.audit_to], [derivation.force] if derivation.force else TERRITORIAL
    )
    assert 100 * recorded / (recorded + value) == pytest.approx(float(rate), rel=1e-12)


AUDITED = [name for name, found in UNRECORDED.items() if found.force]


def published_at_first(area: str) -> dict[tuple[int, int], int]:
    """Read all recorded crime of an area as first published, by the year and month that it ends with; no function of the package's."""
    rows = pq.read_table(
        Path(tables.__file__).with_name("tables") / "recorded_groups.parquet"
    ).to_pandas()
    total = rows[
        rows["group"].eq("Total recorded crime (excluding fraud)")
        & rows["edition"].eq("first published")
        & rows["area"].eq(area)
    ]
    ends = ((int(label[3:7]), int(label[8:])) for label in total["period"])
    return dict(zip(ends, total["count"].astype(int), strict=True))


@pytest.mark.parametrize("claim", AUDITED)
def test_the_verdict_on_an_audit_is_what_rounding_and_revision_make_it(
    claim: str, arrow: Counter, results: Results
) -> None:
    """By another route: the ends that the printed rate leaves, the next hundred as the ceiling, and the years that end within nine months
    either side of the window, as first published and as they stand now."""
    derivation, published = UNRECORDED[claim], float(find_claim(claim).value or 0)
    force, rate = str(derivation.force), float(find_claim(derivation.rate).value or 0)
    year, month = WINDOWS[derivation.audit_to]
    near = {
        end: then
        for end, then in published_at_first(force).items()
        if abs(12 * (end[0] - year) + end[1] - month) <= 9
    }
    moved = [0.0, *(counted(arrow, end, [force]) / then - 1 for end, then in near.items())]
    recorded = counted(arrow, (year, month), [force])
    lower, upper = (recorded * (100 - end) / end for end in (rate + 0.05, rate - 0.05))
    plain = lower <= published + 100 and upper >= published
    revised = lower <= (published + 100) * (1 + max(moved)) and upper >= published * (
        1 + min(moved)
    )
    found = results[claim].comparison
    assert near
    assert found.verdict is (Verdict.COMPATIBLE if plain or revised else Verdict.INCONCLUSIVE)
    assert ("later releases moved such figures" in found.reason) is not plain
    assert (
        ("which does not reach it" in found.reason)
        is ("settles nothing" in found.reason)
        is not (plain or revised)
    )


@pytest.mark.parametrize("claim", AUDITED)
def test_an_audit_ends_when_its_page_says(claim: str) -> None:
    """The claim's own words, transcribed apart from the derivation's date."""
    end = UNRECORDED[claim].audit_to
    assert find_claim(claim).period.endswith(f"to {end.day} {end:%B} {end.year}")


@pytest.mark.parametrize(("end", "window"), WINDOWS.items())
def test_the_window_is_the_year_ending_with_the_last_whole_quarter(
    end: date, window: tuple[int, int]
) -> None:
    year, month = window
    assert Unrecorded(rate="R09", audit_to=end).period().label == f"YE {year}-{month:02d}"


def test_another_window_or_release_can_be_asked_for_and_an_unknown_one_is_refused() -> None:
    audit = UNRECORDED["R09a"]
    assert audit.model_copy(update={"window": "one quarter later"}).period().label == "YE 2017-12"
    with pytest.raises(InputError, match="window") as refused:
        audit.model_copy(update={"window": "one quarter late"}).period()
    assert "one quarter later" in str(refused.value)


def test_without_a_year_first_published_near_it_nothing_is_known_of_revision(
    results: Results,
) -> None:
    assert computed_for(results, "R02a").revision is None
    assert computed_for(results, "R08a").revision is not None


def test_fraud_and_british_transport_police_are_left_out_unless_asked_for(arrow: Counter) -> None:
    codes = tables.offences().query("group != 'Fraud offences'")["code"].tolist()
    quarters = ["2024-Q1"]
    with_btp, without = (
        AllCrime(period="2024-Q1", with_btp=asked).compute(find_claim("R08b")).value
        for asked in (True, False)
    )
    assert without == arrow("2026-04", codes, quarters, forces=TERRITORIAL)
    assert with_btp == arrow("2026-04", codes, quarters, forces=[*TERRITORIAL, BTP])


def test_the_period_must_be_covered() -> None:
    with pytest.raises(InputError, match="doesn't wholly cover"):
        AllCrime(period="2026").compute(find_claim("R08b"))


def test_what_is_left_out_as_fraud_is_a_group_of_the_publishers(results: Results) -> None:
    assert FRAUD in set(tables.offences()["group"])
    assert computed_for(results, "R08b").tables == ("recorded_crime_2026-04", "offences")
