"""What each chart says: its words, its numbers and whose they are, as a reader finds them in the page."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from replicate import display
from replicate.display.plots import histogram_plot
from replicate.display.theme import COMPUTED, PUBLISHED

NAN = float("nan")
WORDS: dict[str, Any] = {
    "title": "Kent recorded more",
    "subtitle": "Offences, England and Wales, 2024",
    "source": "Made up for a test",
    "alt": "A chart of made-up numbers.",
    "name": "chart",
}
RATES = pd.DataFrame(
    {
        "force": ["Kent", "London, City of", "Essex"],
        "count": [920, 3, 390],
        "rate": [9.2, NAN, 3.9],
        "lower": [7.8, NAN, 3.1],
        "upper": [10.7, NAN, 4.4],
    }
)
VERDICTS = pd.DataFrame(
    {
        "name": ["All offences, 2024", "Kent, unrecorded", "Essex, first audited, over 24,000"],
        "value": [99.957, 131.2, 104.0],
        "lower": [99.5, NAN, 80.0],
        "upper": [100.4, NAN, 400.0],
        "mark": ["exact", "differs", "inconclusive"],
    }
)
COMPARED = pd.DataFrame(
    {
        "what": ["Published", "Computed, by a release that a long name is given to"],
        "value": [76.4, NAN],
        "lower": [76.35, 76.37],
        "upper": [76.45, NAN],
        "kind": ["rounding", "scenario range"],
        "mark": ["published", "computed"],
    }
)
BOUNDS = pd.DataFrame(
    {
        "name": ["White: 44 percent of those known, as published", "Asian", "White"],
        "group": ["Suspects, Greater Manchester", "Suspects, Greater Manchester", "Suspects"],
        "lower": [0.435, NAN, 0.01],
        "upper": [0.77, NAN, 0.9],
        "reason": ["", "cannot be bounded: the share missing is not published", ""],
    }
)
STEPS = pd.DataFrame(
    {
        "name": ["told anybody", "told the police: adults who were asked in a survey", "flagged"],
        "lower": [30.0, 0.5, NAN],
        "upper": [40.0, 0.7, NAN],
        "kind": ["sampling interval", "range under assumptions", "no published input"],
    }
)
YEARS = pd.DataFrame(
    {
        "year": [2021, 2022, 2023, 2024, 2025] * 2,
        "kind": ["contact"] * 5 + ["grooming and exploitation"] * 5,
        "count": [100.0, 120, 150, 170, 90, 1, NAN, 3, 4, 2],
        "complete": [True, True, True, True, False] * 2,
    }
)
INDEXED = pd.DataFrame(
    {
        "year": [2013, 2024] * 2,
        "kind": ["recorded", "recorded", "reported", "reported"],
        "value": [100.0, 330, NAN, NAN],
        "lower": [NAN, NAN, 100, 190],
        "upper": [NAN, NAN, 100, 260],
    }
)
ODDS = pd.DataFrame(
    {
        "name": ["White", "White", "Asian", "Asian"],
        "odds": [0.5, 2, 0.5, 2],
        "lower": [88.0, 74, 11, 4.4],
        "upper": [89.0, 76, 12, 5.1],
    }
)
AUDITS = pd.DataFrame(
    [
        ("national", "England and Wales", 2014.0, 80.5, 78.5, 82.6),
        ("national", "England and Wales", 2025.2, 94.8, NAN, NAN),
        ("first", "Kent", 2018.4, 83.6, NAN, NAN),
        ("first", "Essex", 2017.5, 95.8, NAN, NAN),
        ("again", "Kent", 2019.6, 96.6, NAN, NAN),
    ],
    columns=["inspection", "force", "year", "rate", "lower", "upper"],
)
SAMPLES = pd.DataFrame(
    {
        "force": ["Kent", "Essex", "Surrey", "Dorset", "Gwent", "Norfolk"],
        "size": [900.0, 500, 700, 705, 890, 895],
        "rate": [0.75, 0.96, 0.88, 0.955, 0.752, 0.751],
        "outside": ["three errors", "three errors", "", "two errors", *["three errors"] * 2],
    }
)
LIMITS = pd.DataFrame(
    {
        "kind": ["two errors"] * 2 + ["three errors"] * 2,
        "size": [400, 1000] * 2,
        "lower": [0.85, 0.86, 0.83, 0.85],
        "upper": [0.91, 0.90, 0.93, 0.91],
    }
)
TRIED = pd.DataFrame(
    {
        "total": [102834, 51000, 60500],
        "reaches": [True, False, False],
        "definition": ["all", "contact", "all"],
        "vintage": ["2026-04", "2026-04", "2023-10"],
    }
)
ENDS = {"percentile": (5.0, 85.0)}
COUNTS = pd.DataFrame({"verdict": ["Matches exactly", "Data not published"], "figures": [12, 62]})


def square(x: float) -> list[list[list[float]]]:
    return [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]]


AREAS = pd.DataFrame({"force": list(RATES["force"]), "rings": [square(x) for x in range(3)]})

CHARTS: dict[str, tuple[Callable[[], Figure], pd.DataFrame]] = {
    "intervals": (
        lambda: display.rows_plot(
            RATES,
            kind="intervals",
            y="force",
            x="rate",
            order="value",
            label="Per 1,000 children a year",
            lines={"England and Wales": 8.0},
        ),
        RATES,
    ),
    "verdicts": (
        lambda: display.rows_plot(VERDICTS, kind="verdicts", label="Percent", unit="%"),
        VERDICTS,
    ),
    "comparison": (
        lambda: display.rows_plot(
            COMPARED,
            kind="comparison",
            y="what",
            label="Percent",
            unit="%",
            lines={"by others": (76.36, 76.4)},
        ),
        COMPARED,
    ),
    "bounds": (
        lambda: display.rows_plot(BOUNDS, kind="bounds", label="Share of all", unit="%"),
        BOUNDS,
    ),
    "ranges": (
        lambda: display.rows_plot(STEPS, kind="ranges", label="Share", unit="%"),
        STEPS,
    ),
    "counts": (
        lambda: display.rows_plot(COUNTS, kind="counts", y="verdict", x="figures", label="Figures"),
        COUNTS,
    ),
    "series": (lambda: display.series_plot(YEARS, label="Offences"), YEARS),
    "indexed": (lambda: display.series_plot(INDEXED, y="value", label="2013 = 100"), INDEXED),
    "odds": (
        lambda: display.series_plot(
            ODDS, x="odds", hue="name", label="Share", unit="%", odds_label="Odds ratio"
        ),
        ODDS,
    ),
    "histogram": (
        lambda: histogram_plot([float(n) for n in range(90)], label="People", lines=ENDS),
        pd.DataFrame({"people": [float(n) for n in range(90)]}),
    ),
    "rates": (lambda: display.rates_plot(AUDITS, label="Percent recorded"), AUDITS),
    "strip": (
        lambda: display.strip_plot(RATES, marked="Kent", label="Per 1,000", lines={"All": 8.0}),
        RATES,
    ),
    "funnel": (
        lambda: display.funnel_plot(
            SAMPLES, LIMITS, label="Share recorded", size_label="Cases", target=0.88
        ),
        SAMPLES,
    ),
    "curve": (
        lambda: display.specification_curve(
            TRIED,
            102878,
            (102500, 103200),
            {"vintage": "release"},
            choices=("definition", "vintage"),
        ),
        TRIED,
    ),
}


def texts(svg: str) -> list[str]:
    return [unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]


def svg_of(fig: Figure) -> str:
    return display.figure(fig, **WORDS, data=RATES).svg


def tips(fig: Figure) -> list[str]:
    return [unescape(text) for text in re.findall(r"<title>([^<]*)</title>", svg_of(fig))]


@pytest.fixture(params=list(CHARTS))
def chart(request: pytest.FixtureRequest) -> tuple[Callable[[], Figure], pd.DataFrame]:
    return CHARTS[request.param]


def test_a_chart_fits_a_telephone_no_text_cut_off_or_over_another(
    chart: tuple[Callable[[], Figure], pd.DataFrame], laid_out: Callable[[Figure], None]
) -> None:
    draw, _ = chart
    fig = draw()
    laid_out(fig)
    assert fig.get_figwidth() * 96 * 11 / 16 <= 358  # at which text of 16 px is 11 px tall


def test_a_chart_is_drawn_twice_to_the_same_bytes_whatever_the_settings(
    chart: tuple[Callable[[], Figure], pd.DataFrame],
) -> None:
    draw, _ = chart
    first = svg_of(draw())
    mpl.rcParams.update({"axes.grid": False, "font.size": 30, "figure.dpi": 300})
    assert svg_of(draw()) == first


def test_a_chart_stands_with_its_words_and_the_numbers_it_draws(
    chart: tuple[Callable[[], Figure], pd.DataFrame],
) -> None:
    draw, data = chart
    before = data.copy()
    shown = display.figure(draw(), **WORDS, data=data)
    assert all(WORDS[word] in shown.html for word in ("title", "subtitle", "source", "alt"))
    held = list(csv.DictReader(io.StringIO(shown.bundle["data"])))
    told = before.astype(object).where(before.notna(), "").astype(str)
    assert held == told.to_dict("records")


def test_a_chart_describes_itself(chart: tuple[Callable[[], Figure], pd.DataFrame]) -> None:
    draw, data = chart
    words = {name: text for name, text in WORDS.items() if name != "alt"}
    said = display.figure(draw(), **words, data=data).bundle["alt"]
    assert re.search(r": .*\d|\. .*\d", said)


def test_ticks_are_told_apart(chart: tuple[Callable[[], Figure], pd.DataFrame]) -> None:
    draw, _ = chart
    for axes in draw().axes:
        for axis in (axes.xaxis, axes.yaxis):
            words = [tick.get_text() for tick in axis.get_ticklabels()]
            assert len(words) == len(set(words))


def test_each_area_has_its_rate_the_highest_on_top_and_one_without_a_rate_is_named() -> None:
    words = texts(svg_of(CHARTS["intervals"][0]()))
    ranked = [word for word in words if word in ("Kent", "Essex", "City of London")]
    assert ranked == ["Kent", "Essex", "City of London"]
    assert {"9.20", "3.90", "England and Wales: 8.00"} <= set(words)
    rows = display.rows_plot(
        RATES, kind="intervals", y="force", x="rate", order="name", label="Rate"
    )
    alphabetic = [tick.get_text() for tick in rows.axes[0].get_yticklabels()]
    assert alphabetic == ["City of London", "Essex", "Kent"]


def test_verdicts_say_how_far_off_a_figure_is_and_what_each_mark_means() -> None:
    words = texts(svg_of(CHARTS["verdicts"][0]()))
    assert {"100.0\xa0%", "131.2\xa0%", "104.0\xa0%"} <= set(words)
    assert {"Matches exactly", "Does not match", "Can't tell"} <= set(words)
    assert "Matches after rounding" not in words
    drawn = CHARTS["verdicts"][0]().axes[0]
    names = [tick.get_text() for tick in drawn.get_yticklabels()]
    assert names == ["Kent, unrecorded", "Essex, first audited, over\n24,000", "All offences, 2024"]


def test_published_and_computed_have_their_colours_and_a_point_its_rounding_only_where_it_shows() -> (
    None
):
    svg = svg_of(CHARTS["comparison"][0]())
    assert {PUBLISHED, COMPUTED} <= set(re.findall(r"#[0-9A-Fa-f]{6}", svg.upper())) | {
        colour.upper() for colour in re.findall(r"#[0-9a-f]{6}", svg)
    }
    words = texts(svg)
    assert "76.4\xa0%" in words  # and not "76.4 (76.4 to 76.4)": its ends print alike
    assert "76.4\xa0% or more" in words
    assert "by others: 76.4 to 76.4\xa0%" not in words


def test_what_cannot_be_bounded_is_said_and_not_drawn() -> None:
    words = texts(svg_of(CHARTS["bounds"][0]()))
    assert {"43.5 to 77.0\xa0%", "1 to 90\xa0%", "Suspects, Greater Manchester"} <= set(words)
    assert "cannot be bounded: the share missing is not" in " ".join(words)
    ticks = [tick.get_text() for tick in CHARTS["bounds"][0]().axes[0].get_xticklabels()]
    assert (ticks[0], ticks[-1]) == ("0\xa0%", "100\xa0%")


def test_ranges_compare_by_ratio_and_one_without_an_input_says_so() -> None:
    words = texts(svg_of(CHARTS["ranges"][0]()))
    assert {"30 to 40\xa0%", "0.500 to 0.700\xa0%", "no published input"} <= set(words)
    assert CHARTS["ranges"][0]().axes[0].get_xscale() == "log"
    wide = STEPS.assign(lower=[1e-4, 1, NAN], upper=[90.0, 2, NAN])
    far = display.rows_plot(wide, kind="ranges", label="Share").axes[0]
    assert [tick.get_text() for tick in far.get_xticklabels()][-1] == "100"


def test_an_interval_without_an_end_is_an_arrow_and_says_so() -> None:
    frame = pd.DataFrame(
        {
            "name": ["a model with a name too long to stand beside", "another", "a third"],
            "value": [10.0, 12, 11],
            "lower": [8, -float("inf"), 9],
            "upper": [float("inf"), 14, 13],
        }
    )
    fig = display.rows_plot(frame, kind="intervals", label="People")
    assert {line.get_marker() for line in fig.axes[0].lines} == {"<", ">"}
    assert {"10 (8 or more)", "12 (up to 14)", "11 (9 to 13)"} <= set(texts(svg_of(fig)))


def test_a_printed_word_stands_where_a_frame_has_one() -> None:
    fig = display.rows_plot(
        COUNTS.assign(printed=["12 (9 + 3)", ""]),
        kind="counts",
        y="verdict",
        x="figures",
        label="Figures",
    )
    assert {"12 (9 + 3)", "62"} <= set(texts(svg_of(fig)))


def test_rows_without_a_number_are_refused() -> None:
    with pytest.raises(ValueError, match="no row has a number"):
        display.rows_plot(STEPS.iloc[2:], kind="ranges", label="Share")


def test_lines_are_named_with_their_last_value_where_they_end() -> None:
    words = texts(
        svg_of(display.series_plot(YEARS, label="Offences", words={"contact": "Contact"}))
    )
    at = words.index("Contact")
    assert words[at + 1] == "90"
    assert words[words.index("grooming and") :][:3] == ["grooming and", "exploitation", "2"]


def test_a_year_that_is_not_whole_is_a_mark_of_its_own_and_a_missing_one_breaks_the_line() -> None:
    fig = CHARTS["series"][0]()
    drawn = [np.asarray(line.get_xdata()).tolist() for line in fig.axes[0].lines]
    joined = [years for years in drawn if len(years) > 1]
    assert [2021, 2022, 2023, 2024] in joined
    assert [2023, 2024] in joined
    assert not any(2025 in years for years in joined)
    assert "(part)" in texts(svg_of(fig))


def test_a_kind_with_bounds_alone_is_a_band_named_by_its_ends() -> None:
    words = texts(svg_of(CHARTS["indexed"][0]()))
    assert words[words.index("reported") + 1] == "190 to 260"
    assert words[words.index("recorded") + 1] == "330"


def test_odds_are_fractions_below_one() -> None:
    assert {"1/2", "1", "2", "74 to 76\xa0%"} <= set(texts(svg_of(CHARTS["odds"][0]())))


def test_more_kinds_than_can_be_told_apart_are_refused() -> None:
    many = pd.DataFrame({"year": 2024, "kind": list("abcdefg"), "count": 1})
    with pytest.raises(ValueError, match="7 kinds: 6 can be told apart"):
        display.series_plot(many, label="Offences")


def test_national_rates_are_points_with_values_and_only_audited_again_is_a_line() -> None:
    fig = CHARTS["rates"][0]()
    (path,) = (line for line in fig.axes[0].lines if np.size(line.get_xdata()))
    assert np.asarray(path.get_ydata()).tolist() == [83.6, 96.6]
    words = texts(svg_of(CHARTS["rates"][0]()))
    assert {"80.5\xa0%", "94.8\xa0%", "The same force, inspected again"} <= set(words)
    assert "Kent: 96.6\xa0%" in tips(CHARTS["rates"][0]())
    alone = texts(svg_of(display.rates_plot(AUDITS.iloc[:2], label="Percent recorded")))
    assert "A force, audited first" not in alone


def test_a_strip_names_the_marked_force_and_marks_none_without_a_rate() -> None:
    assert "Kent: 9.20" in texts(svg_of(CHARTS["strip"][0]()))
    assert tips(CHARTS["strip"][0]()) == ["Essex: 3.9"]
    for marked in ("Essex", "London, City of"):
        words = texts(svg_of(display.strip_plot(RATES, marked=marked, label="Rate")))
        assert [word for word in words if ": " in word] == ["Essex: 3.90"] * (marked == "Essex")


def test_a_funnel_names_the_furthest_outside_where_there_is_room() -> None:
    words = texts(svg_of(CHARTS["funnel"][0]()))
    assert {"Essex", "Dorset", "all together: 88\xa0%"} <= set(words)
    assert {"Kent", "Norfolk", "Gwent"} - set(words) == {"Gwent"}  # it would lie over the others
    assert "Gwent: 75.2\xa0%" in tips(CHARTS["funnel"][0]())


@pytest.mark.parametrize(
    ("points", "limits"),
    [
        (SAMPLES.assign(outside="four errors"), LIMITS),
        (SAMPLES, pd.concat([LIMITS.assign(kind=kind) for kind in "abcd"])),
    ],
    ids=["a unit outside limits that are not drawn", "four kinds of limits"],
)
def test_limits_that_cannot_be_drawn_are_refused(
    points: pd.DataFrame, limits: pd.DataFrame
) -> None:
    with pytest.raises(ValueError, match=r"missing keys: \{'outside"):
        display.funnel_plot(points, limits, label="Share", size_label="Cases", target=0.9)


def test_a_curve_says_which_choice_gave_which_total() -> None:
    words = texts(svg_of(CHARTS["curve"][0]()))
    assert {"published: 102,878", "range of revision: 102,500 to 103,200", "release"} <= set(words)
    assert {"reaches the published figure", "does not reach it", "2023-10"} <= set(words)


def test_the_real_areas_fit(areas: pd.DataFrame, laid_out: Callable[[Figure], None]) -> None:
    laid_out(
        display.rows_plot(areas, kind="intervals", y="force", x="rate", order="value", label="Rate")
    )
    laid_out(display.strip_plot(areas, marked="Kent", label="Rate"))
