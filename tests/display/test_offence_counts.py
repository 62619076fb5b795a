"""What notebooks 01 and 05 say and draw of counts, rates and audits."""

from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from replicate.analysis.rates import AreaYearModel, NegativeBinomialFit
from replicate.derivations.offence_counts import Areas, Standing, by_definition, examine
from replicate.derivations.verification import verify
from replicate.display import force_report, offence_counts
from replicate.sources import tables
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import CITY_OF_LONDON, TERRITORIAL
from replicate.vocabulary.parameters import ForceReport, OffenceCounts
from replicate.vocabulary.uncertainty import SamplingInterval

NBSP = "\N{NO-BREAK SPACE}"
KENT = ForceReport(force="Kent")


# A published total.


def test_the_answer_has_the_verdict_both_numbers_and_the_gap() -> None:
    """The audit's 102,878 against 102,834 in the table: 44 fewer, 0.0428 %, to two digits."""
    said = offence_counts.answer(verify(["C01"])[0])
    assert said == (
        "Matches, if our method is theirs: the published 102,878 offences, our count 102,834, "
        "which is 44 fewer (0.043 %)."
    )
    assert "which is 0.608 more" in offence_counts.answer(verify(["H05"])[0])
    assert offence_counts.answer(verify(["C02"])[0]).endswith("not available, the same.")


def test_main_points_say_chance_and_spread() -> None:
    said = offence_counts.chance_sentence(examine(OffenceCounts()))
    assert f"one within 5{NBSP}% of the figure in 29{NBSP}%" in said
    assert "30 ways of counting" in said
    other = examine(OffenceCounts(claim="V01"))  # another collection, which is not compared
    assert "can't be said" in offence_counts.chance_sentence(other)
    frame = by_definition(OffenceCounts())
    low, high = f"{frame['count'].min():,}", f"{frame['count'].max():,}"
    said = offence_counts.definitions_sentence(frame, "2024")
    assert said.startswith(f"By definition, the count for 2024 runs from {low} (")
    assert f" to {high} (" in said


def test_the_curve_counts_the_ways_that_reach_the_figure() -> None:
    examined = examine(OffenceCounts())
    drawn = offence_counts.curve(examined)
    reached = int(examined.curve["reaches"].sum())
    assert f"reach the published 102,878: {reached} of 30" in drawn.text
    assert len(drawn.data) == 30


# Series.


@pytest.mark.parametrize(
    ("asked", "code", "place"),
    [
        (OffenceCounts(definitions={"mine": ["71"]}, definition="mine"), "71", "with British"),
        (ForceReport(force="Kent", definition="child_exploitation"), "71", "Kent"),
        (OffenceCounts(definition="images", territory="without_btp"), "86", "without British"),
    ],
)
def test_a_series_is_drawn_with_its_data(
    asked: OffenceCounts | ForceReport, code: str, place: str
) -> None:
    drawn = offence_counts.recorded_series(asked, name="own")
    held = pq.read_table(tables.table_path("recorded_crime_2026-04"))
    keep = (pc.field("offence_code") == code) & pc.starts_with(pc.field("quarter"), "2024")
    if isinstance(asked, ForceReport):
        keep &= pc.field("force") == asked.force
    elif asked.territory == "without_btp":
        keep &= pc.field("force").isin(TERRITORIAL)
    (shown,) = drawn.data.query("year == 2024")["count"]
    assert shown == pc.sum(held.filter(keep)["count"]).as_py()
    assert place in drawn.text
    assert "2013 to 2025" in drawn.text
    assert offence_counts.GROWTH_NOTE not in drawn.text


def test_a_series_with_88a_says_that_it_grew_by_law_and_an_uncovered_period_is_refused() -> None:
    assert offence_counts.GROWTH_NOTE in offence_counts.recorded_series(OffenceCounts()).text
    with pytest.raises(InputError, match="2023-10"):
        offence_counts.recorded_series(OffenceCounts(vintage="2023-10"))


# Areas.


def areas(*rows: tuple[str, float | None, int | None, int | None], dispersion: float) -> Areas:
    frame = pd.DataFrame(list(rows), columns=["force", "rate", "rank_lower", "rank_upper"])
    typed = frame.astype({"rate": "float64", "rank_lower": "Int64", "rank_upper": "Int64"})
    counts = [1200, *[800] * (len(rows) - 1)]
    ends = {"lower": typed["rate"] - 1, "upper": typed["rate"] + 1}
    typed = typed.assign(count=counts, children=100_000, **ends)
    return Areas(typed, dispersion=dispersion, years=(2013, 2024), ranked=42)


FEW = areas(
    ("Kent", 9.14, 1, 30),
    (CITY_OF_LONDON, None, None, None),
    ("Essex", 4.06, 40, 42),
    ("Surrey", 5.5, 2, 23),
    dispersion=30.04,
)


def test_areas_are_drawn_with_their_ranks() -> None:
    rates = offence_counts.area_rates(FEW, OffenceCounts())
    assert "2 of 3 areas could hold more than half of all 42 ranks" in rates.text
    bare = areas((CITY_OF_LONDON, None, None, None), dispersion=1)
    assert offence_counts.area_rates(bare, OffenceCounts()).text == offence_counts.NO_RATE


@pytest.mark.parametrize(("level", "said"), [(0.95, "95"), (0.9999, "99.99")])
def test_notes_on_areas_give_level_and_scatter_as_the_intervals_take_them(
    level: float, said: str
) -> None:
    first, *_ = offence_counts.area_notes(FEW, OffenceCounts(level=level))
    assert "vary 30.0 times as much" in first
    assert f"Their level is {said}{NBSP}%" in first
    calm = areas(("Kent", 9.14, 1, 30), dispersion=0.4)
    assert "vary 1.0 times" in offence_counts.scatter_note(calm)


@pytest.mark.parametrize(("together", "said"), [(0.25, "0.25"), (float("nan"), "not known")])
def test_notes_on_a_model_give_its_scatter_and_how_its_years_hang_together(
    together: float, said: str
) -> None:
    fit = NegativeBinomialFit(0.02, SamplingInterval(0.01, 0.04, 0.95, "profile"), 100.0)
    model = SimpleNamespace(
        over_dispersion=fit, autocorrelation=together, n=468, areas=39, level=0.95
    )
    first, second, _ = offence_counts.model_notes(cast("AreaYearModel", model))
    assert f"alpha 0.0200 (95{NBSP}% interval 0.0100 to 0.0400)" in first
    assert "468 area-years of 39 English areas" in first
    assert second.endswith(f"neighbouring years: {said}).")


# One force.


def standing(**changes: Any) -> Standing:
    """Make Kent with 1,200 offences among four areas with 3,600 and 400,000 children."""
    given: dict[str, Any] = {
        "areas": FEW,
        "force": "Kent",
        "count": 1200,
        "children": 100_000,
        "rate": 12.0,
        "interval": SamplingInterval(10.0, 14.4, 0.95, "a method"),
        "ranks": (2, 30),
    }
    return Standing(**(given | changes))


@pytest.mark.parametrize(
    ("ranks", "place"),
    [
        ((2, 30), "Too uncertain to rank: it could hold rank 2 to 30 of 42"),
        ((2, 12), "It could hold rank 2 to 12 of 42"),
        ((1, 1), "It could hold rank 1 of 42"),
    ],
)
def test_the_first_line_has_count_rate_interval_and_place(
    ranks: tuple[int, int], place: str
) -> None:
    assert force_report.answer(standing(ranks=ranks), "2024") == (
        "Kent, 2024: 1,200 offences recorded, non-recent ones included; 12.0 per 1,000 children "
        f"a year (10.0 to 14.4). England and Wales: 9.0. {place}, 1 being the highest rate."
    )


def test_a_count_without_a_rate_says_why_and_has_no_rank() -> None:
    city = {"force": CITY_OF_LONDON, "count": 1, "children": 847, "rate": None}
    none = standing(**city, interval=None, ranks=None)
    said = force_report.answer(none, "2024")
    assert said.startswith("City of London, 2024: 1 offence recorded")
    assert "1 offence and 847 children are too few" in said
    assert "Not ranked" in force_report.among_areas(none, ForceReport(force=CITY_OF_LONDON)).text


FIRST = {
    "of": "all crime",
    "window": "12 months to 2017-05-31",
    "rate": "83.6",
    "unrecorded": "over 24,300",
    "computed": "24,000 offences",
    "verdict": "differs",
}


def test_an_audit_is_told_with_its_number_its_verdict_and_the_second_visit() -> None:
    second = FIRST | {"window": "2018", "rate": "96.6", "unrecorded": "not printed"}
    both = force_report.audit_sentence(pd.DataFrame([FIRST, second]), KENT)
    assert both == (
        "HMICFRS found that 83.6 % of reported crime was recorded (12 months to 2017-05-31), over "
        "24,300 crimes a year left unrecorded (our figure 24,000 offences: Does not match). "
        "Re-inspected, 96.6 % (2018)."
    )
    assert force_report.audit_sentence(pd.DataFrame([second]), KENT).endswith("recorded (2018).")
    for none in (pd.DataFrame(), pd.DataFrame([FIRST | {"of": "violence"}])):
        assert "was found" in force_report.audit_sentence(none, KENT)
