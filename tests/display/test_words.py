"""Sentences beside figures, from frames small enough to check by hand."""

from dataclasses import dataclass
from math import inf, nan
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from replicate.analysis.rates import AreaYearModel, NegativeBinomialFit
from replicate.derivations.offence_counts import Areas, Examination, by_definition, examine
from replicate.derivations.verification import verify
from replicate.display import words
from replicate.vocabulary.definitions import definitions
from replicate.vocabulary.parameters import OffenceCounts
from replicate.vocabulary.uncertainty import SamplingInterval

NBSP = "\N{NO-BREAK SPACE}"


def parameters(**values: Any) -> OffenceCounts:
    return OffenceCounts.checked(
        {"definition": "mine", "definitions": {"mine": ["71"]}, "period": "2024", **values}
    )


@pytest.mark.parametrize(
    ("territory", "place"),
    [
        ("all", "England and Wales, with British Transport Police"),
        ("without_btp", "England and Wales, without British Transport Police"),
    ],
)
def test_a_subtitle_has_measure_place_and_period(territory: str, place: str) -> None:
    start = "Offences recorded, non-recent included: Offence codes 71"
    assert words.subtitle(parameters(territory=territory)) == f"{start}; {place}; 2024"
    assert (
        words.subtitle(parameters(territory=territory), period="2013 to 2025")
        == f"{start}; {place}; 2013 to 2025"
    )
    assert (
        words.areas_subtitle(parameters(territory=territory))
        == f"{start}; police force areas of England and Wales; 2024"
    )


def test_every_choice_of_a_specification_has_words() -> None:
    said = words.choices()
    assert set(definitions()) < set(said)
    assert (said["all"], said["without_btp"]) == (
        "with British Transport Police",
        "without British Transport Police",
    )


def series(*rows: tuple[int, str, int | None]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["year", "kind", "count"])
    return frame.astype({"year": "int64", "kind": "str", "count": "Int64"})


TWO = series(
    (2013, "Contact", 100),
    (2013, "Images", 20),
    (2014, "Contact", 320),
    (2014, "Images", 10),
    (2015, "Contact", 290),
)


def test_a_series_compares_its_last_year_with_its_first() -> None:
    assert words.years(TWO) == "2013 to 2015"
    assert (
        words.series_title(TWO) == "Recorded offences in 2015 were 2.4 times those in 2013"
    )  # 290 / 120
    assert words.series_alt(TWO) == (
        "Lines of recorded offences by calendar year. Contact: 100 in 2013, 290 in 2015, highest in 2014 at 320. "
        "Images: 20 in 2013, 10 in 2014, highest in 2013 at 20."
    )


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([(2013, "Contact", 0), (2014, "Contact", 1200)], "1,200 offences were recorded in 2014"),
        ([(2013, "Contact", -2), (2014, "Contact", 3)], "3 offences were recorded in 2014"),
        ([(2013, "Contact", 5), (2014, "Contact", 0)], "0 offences were recorded in 2014"),
        ([(2013, "Contact", 5), (2014, "Contact", -4)], "−4 offences were recorded in 2014"),
        ([(2013, "Contact", None), (2014, "Contact", 1)], "1 offence was recorded in 2014"),
        ([(2014, "Contact", 7)], "7 offences were recorded in 2014"),
    ],
    ids=["from none", "from below none", "to none", "to below none", "from no number", "one year"],
)
def test_nothing_is_a_multiple_of_none_or_of_itself(
    rows: list[tuple[int, str, int | None]], title: str
) -> None:
    assert words.series_title(series(*rows)) == title


def test_few_offences_are_given_as_counts_and_not_as_a_ratio() -> None:
    few, enough = (series((2013, "Contact", count), (2025, "Contact", 200)) for count in (99, 100))
    assert words.series_title(few) == "200 offences were recorded in 2025, 99 in 2013"
    assert words.series_title(enough) == "Recorded offences in 2025 were 2.0 times those in 2013"


def test_a_rise_with_images_in_it_is_said_without_them_too() -> None:
    """By hand: 1,000 of 400, and 600 of 300 without images; no ratio on fewer than a hundred."""
    rise = [(2013, "contact", 300), (2013, "images", 100), (2025, "contact", 600)]
    title = words.series_title(series(*rise, (2025, "images", 400)))
    assert title.endswith("2.5 times those in 2013, and 2.0 times without images (code 86)")
    few = [(2013, "contact", 30), (2013, "images", 100), (2025, "images", 400)]
    assert "without" not in words.series_title(series(*few))


def test_a_kind_of_one_year_has_no_course_and_a_missing_count_is_passed_over() -> None:
    frame = series((2013, "Contact", None), (2014, "Contact", 7))
    assert (
        words.series_alt(frame)
        == "Lines of recorded offences by calendar year. Contact: 7 in 2014."
    )
    assert words.years(frame.tail(1)) == "2014"


def test_a_series_without_a_whole_year_says_so() -> None:
    assert words.series_title(series()) == "No calendar year is held whole"
    assert (
        words.series_alt(series())
        == "Lines of recorded offences by calendar year. No calendar year is held whole."
    )
    assert words.years(series()) == "no whole year"


def examined(*totals: int, reached: int) -> Examination:
    curve = pd.DataFrame(
        {"total": totals, "reaches": [place < reached for place in range(len(totals))]}
    )
    named = curve.assign(
        definition=["mine", *["child_specific"] * (len(totals) - 1)],
        period="2024",
        vintage="2026-04",
    )
    return cast("Examination", SimpleNamespace(curve=named, published=1000.0))


@pytest.mark.parametrize(
    ("totals", "reached", "title"),
    [
        ((990, 900, 1300), 0, "None of 3 ways of counting reach the published 1,000"),
        ((990, 900, 1300), 1, "1 of 3 ways of counting reaches the published 1,000"),
        ((990, 900, 1300), 2, "2 of 3 ways of counting reach the published 1,000"),
        ((990,), 1, "The one way of counting reaches the published 1,000"),
        ((990,), 0, "The one way of counting does not reach the published 1,000"),
    ],
)
def test_the_title_of_a_curve_counts_what_reaches(
    totals: tuple[int, ...], reached: int, title: str
) -> None:
    assert words.curve_title(examined(*totals, reached=reached)) == title


def test_the_alternative_of_a_curve_gives_its_span_and_the_nearest() -> None:
    nearest = "The published figure is a line at 1,000. The nearest total is 990: mine, 2024, release 2026-04."
    span = "3 totals in ascending order, 900 to 1,300, above their choices."
    assert words.curve_alt(examined(990, 900, 1300, reached=0)) == f"{span} {nearest}"
    assert words.curve_alt(examined(990, reached=0)) == f"One total above its choices. {nearest}"


def test_a_definition_of_the_package_is_called_by_its_title() -> None:
    curve = examined(990, reached=0).curve.assign(definition="child_specific")
    shown = words.curve_alt(cast("Examination", SimpleNamespace(curve=curve, published=1000.0)))
    assert f"990: {definitions()['child_specific'].title}, 2024" in shown


def areas(
    *rows: tuple[str, float | None, int | None, int | None],
    ranked: int = 42,
    dispersion: float = 30.04,
) -> Areas:
    frame = pd.DataFrame(list(rows), columns=["force", "rate", "rank_lower", "rank_upper"])
    typed = frame.astype({"rate": "float64", "rank_lower": "Int64", "rank_upper": "Int64"})
    return Areas(typed, dispersion=dispersion, years=(2013, 2024), ranked=ranked)


KENT, ESSEX, SURREY = ("Kent", 9.14, 1, 30), ("Essex", 4.06, 40, 42), ("Surrey", 5.5, 2, 23)
CITY = ("London, City of", None, None, None)


def test_ranks_are_those_of_every_area_however_few_are_shown() -> None:
    shown = areas(KENT, CITY, ESSEX, SURREY)  # 30, 3 and 22 ranks: of 42, two are more than half
    assert words.ranks_title(shown) == "2 of 3 areas could hold more than half of all 42 ranks"
    assert words.ranks_alt(shown) == (
        "A dot and an interval for each of 3 areas, the highest rate on top. Half of the areas could each hold at least 22 of the 42 ranks."
    )
    assert (
        words.ranks_title(areas(ESSEX, ("Devon and Cornwall", 8.0, 1, 1)))
        == "None of 2 areas could hold more than half of all 42 ranks"
    )


def test_one_area_is_named() -> None:
    shown = areas(KENT)
    assert words.ranks_title(shown) == "Kent could hold 30 of 42 ranks"
    assert words.ranks_alt(shown) == "A dot and an interval. Kent could hold 30 of 42 ranks."


def test_without_a_rate_nothing_is_ranked() -> None:
    shown = areas(CITY)
    assert words.ranks_title(shown) == "No area shown has a rate"
    assert words.ranks_alt(shown) == "Empty axes. No area shown has a rate."


@pytest.mark.parametrize(
    ("level", "dispersion", "said"),
    [
        (
            0.95,
            30.04,
            f"Intervals at 95{NBSP}% allow for counts of an area that vary 30.0 times as much",
        ),
        (0.999, 30.04, f"Intervals at 99.9{NBSP}% allow"),
        (0.9999, 30.04, f"Intervals at 99.99{NBSP}% allow"),
        (
            0.95,
            0.4,
            "vary 1.0 times as much from year to year as Poisson counts would (English areas, 2013 to 2024).",
        ),
    ],
    ids=["usual", "high", "higher", "less scatter than chance has"],
)
def test_notes_on_areas_give_level_and_scatter_as_the_intervals_take_them(
    level: float, dispersion: float, said: str
) -> None:
    first, *others = words.area_notes(areas(KENT, dispersion=dispersion), parameters(level=level))
    assert said in first
    assert len(others) == 2


@dataclass(frozen=True)
class Model:
    """What a model's notes are made of: Poisson's log-likelihood is -100."""

    over_dispersion: NegativeBinomialFit
    autocorrelation: float = 0.25
    n: int = 468
    areas: int = 39
    level: float = 0.95


def notes(alpha: float, upper: float, gained: float, **changes: float) -> list[str]:
    fit = NegativeBinomialFit(
        alpha,
        SamplingInterval(alpha / 2, upper, level=0.95, method="profile"),
        max(0.0, 2 * gained),
    )
    return words.model_notes(cast("AreaYearModel", Model(fit, **cast("Any", changes))))


def test_notes_on_a_model_give_its_scatter_and_how_its_years_hang_together() -> None:
    assert notes(0.02, 0.04, 50.0) == [
        "Negative-binomial model (variance = mean + alpha x mean squared), 468 area-years of 39 English areas; "
        f"alpha 0.0200 (95{NBSP}% interval 0.0100 to 0.0400).",
        "A Poisson model fits worse: the likelihood-ratio statistic is 100.",
        f"Intervals at 95{NBSP}% are robust to the years of one area hanging together (residuals of neighbouring years correlate by 0.25).",
        "A ratio describes what was recorded against the base year; it does not say why.",
    ]


def test_where_poisson_fits_as_well_the_note_says_so() -> None:
    assert notes(0.0, 0.5, 0.0)[1] == "A Poisson model fits as well."


def test_an_end_that_counts_can_not_bound_is_no_number() -> None:
    assert notes(0.02, inf, 50.0)[0].endswith(
        f"alpha 0.0200 (95{NBSP}% interval 0.0100 to no limit)."
    )


def test_years_that_do_not_follow_one_another_have_no_correlation_to_tell() -> None:
    assert (
        notes(0.02, 0.04, 50.0, autocorrelation=nan)[2]
        == f"Intervals at 95{NBSP}% are robust to the years of one area hanging together."
    )


def test_the_answer_of_notebook_01_has_the_verdict_both_numbers_and_the_gap() -> None:
    """The audit's 102,878 against 102,834 in the table: 44 fewer, 0.0428 %, to two digits."""
    said = words.counts.answer(verify(["C01"])[0])
    assert said.startswith(
        "Matches, if our method is theirs: the published 102,878 offences, our count 102,834, which is 44 fewer (0.043 %)"
    )
    more = words.counts.answer(verify(["H05"])[0])
    assert "which is 0.608 more" in more
    assert words.counts.answer(verify(["H01"])[0]).endswith(", the same.")


def test_main_points_say_chance_and_spread() -> None:
    chosen = OffenceCounts()
    said = words.counts.chance_sentence(examine(chosen))
    assert f"one within 5{NBSP}% of the figure in 29{NBSP}%" in said
    assert "30 ways of counting" in said
    alone = SimpleNamespace(result=SimpleNamespace(computed=None))
    assert "can't be said" in words.counts.chance_sentence(cast("Examination", alone))
    spread = words.counts.definitions_sentence(by_definition(chosen), "2024")
    assert spread.startswith("By definition, the count for 2024 runs from ")
