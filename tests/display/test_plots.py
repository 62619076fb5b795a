"""What each chart says: its words, its numbers and whose they are, as a reader finds them in the page."""

import re
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from replicate import display
from replicate.display import theme
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


Draw = Callable[[], Figure]
CHARTS: dict[str, Draw] = {
    "intervals": lambda: display.rows_plot(
        RATES,
        kind="intervals",
        y="force",
        x="rate",
        order="value",
        label="Per 1,000 children a year",
        lines={"England and Wales": 8.0},
    ),
    "verdicts": lambda: display.rows_plot(VERDICTS, kind="verdicts", label="Percent", unit="%"),
    "comparison": lambda: display.rows_plot(
        COMPARED,
        kind="comparison",
        y="what",
        label="Percent",
        unit="%",
        lines={"by others": (76.36, 76.4)},
    ),
    "bounds": lambda: display.rows_plot(BOUNDS, kind="bounds", label="Share of all", unit="%"),
    "ranges": lambda: display.rows_plot(STEPS, kind="ranges", label="Share", unit="%"),
    "counts": lambda: display.rows_plot(
        COUNTS, kind="counts", y="verdict", x="figures", label="Figures"
    ),
    "series": lambda: display.series_plot(YEARS, label="Offences"),
    "indexed": lambda: display.series_plot(INDEXED, y="value", label="2013 = 100"),
    "odds": lambda: display.series_plot(
        ODDS, x="odds", hue="name", label="Share", unit="%", odds_label="Odds ratio"
    ),
    "histogram": lambda: display.histogram_plot(
        [float(n) for n in range(90)], label="People", lines=ENDS
    ),
    "rates": lambda: display.rates_plot(AUDITS, label="Percent recorded"),
    "strip": lambda: display.strip_plot(
        RATES, marked="Kent", label="Per 1,000", lines={"All": 8.0}
    ),
    "funnel": lambda: display.funnel_plot(
        SAMPLES, LIMITS, label="Share recorded", size_label="Cases", target=0.88
    ),
    "curve": lambda: display.specification_curve(
        TRIED, 102878, (102500, 103200), {"vintage": "release"}, choices=("definition", "vintage")
    ),
}


def texts(fig: Figure) -> list[str]:
    return [unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg_of(fig))]


def svg_of(fig: Figure) -> str:
    return display.figure(fig, **WORDS, data=RATES).svg


def tips(fig: Figure) -> list[str]:
    return [unescape(text) for text in re.findall(r"<title>([^<]*)</title>", svg_of(fig))]


@pytest.fixture(params=list(CHARTS))
def draw(request: pytest.FixtureRequest) -> Draw:
    return CHARTS[request.param]


def test_a_chart_fits_a_telephone_no_text_cut_off_or_over_another(
    draw: Draw, laid_out: Callable[[Figure], None]
) -> None:
    fig = draw()
    laid_out(fig)
    assert fig.get_figwidth() * 96 * 11 / 16 <= 358  # at which text of 16 px is 11 px tall
    for axis in (axis for axes in fig.axes for axis in (axes.xaxis, axes.yaxis)):
        words = [tick.get_text() for tick in axis.get_ticklabels()]
        assert len(words) == len(set(words))


def test_a_chart_describes_itself_and_is_the_same_whatever_the_settings(draw: Draw) -> None:
    words = {name: text for name, text in WORDS.items() if name != "alt"}
    first = display.figure(draw(), **words, data=RATES)
    assert re.search(r"\. .*\d", first.bundle["alt"])
    mpl.rcParams.update({"axes.grid": False, "font.size": 30, "figure.dpi": 300})
    assert display.figure(draw(), **words, data=RATES).svg == first.svg


def test_each_area_has_its_rate_the_highest_on_top_and_one_without_a_rate_is_named() -> None:
    words = texts(CHARTS["intervals"]())
    ranked = [word for word in words if word in ("Kent", "Essex", "City of London")]
    assert ranked == ["Kent", "Essex", "City of London"]
    assert {"9.20", "3.90", "England and Wales: 8.00"} <= set(words)


def test_verdicts_say_how_far_off_a_figure_is_and_what_each_mark_means() -> None:
    words = texts(CHARTS["verdicts"]())
    assert {"100.0\xa0%", "131.2\xa0%", "104.0\xa0%"} <= set(words)
    assert {"Matches", "Does not match", "Can't tell"} <= set(words)
    assert not [word for word in words if word.startswith("Published")]
    assert words.index("Kent, unrecorded") < words.index("All offences, 2024")


def test_published_and_computed_have_their_colours_and_a_point_its_rounding_only_if_it_shows() -> (
    None
):
    drawn = CHARTS["comparison"]()
    words = texts(drawn)
    assert {PUBLISHED.lower(), COMPUTED.lower()} <= set(re.findall(r"#[0-9a-f]{6}", svg_of(drawn)))
    assert {"76.4\xa0%", "76.4\xa0% or more"} <= set(words)  # and not "76.4 (76.4 to 76.4)"


def test_what_cannot_be_bounded_is_said_and_not_drawn() -> None:
    words = texts(CHARTS["bounds"]())
    assert {"43.5 to 77.0\xa0%", "1 to 90\xa0%", "Suspects, Greater Manchester"} <= set(words)
    assert "cannot be bounded: the share missing is not" in " ".join(words)
    assert {"0\xa0%", "100\xa0%"} <= set(words)


def test_ranges_compare_by_ratio_and_one_without_an_input_says_so() -> None:
    words = texts(CHARTS["ranges"]())
    assert {"30 to 40\xa0%", "0.500 to 0.700\xa0%", "no published input"} <= set(words)
    assert CHARTS["ranges"]().axes[0].get_xscale() == "log"
    wide = STEPS.assign(lower=[1e-4, 1, NAN], upper=[90.0, 2, NAN])
    far = texts(display.rows_plot(wide, kind="ranges", label="Share"))
    assert "0.01" in far
    assert "0.02" not in far
    with pytest.raises(ValueError, match="no row has a number"):
        display.rows_plot(STEPS.iloc[2:], kind="ranges", label="Share")


def test_an_interval_without_an_end_is_an_arrow_and_says_so() -> None:
    names = ["a model with a name too long to stand beside", "another", "a third"]
    lower, upper = [8, -float("inf"), 9], [float("inf"), 14, 13]
    frame = pd.DataFrame({"name": names, "value": [10.0, 12, 11], "lower": lower, "upper": upper})
    fig = display.rows_plot(frame, kind="intervals", label="People")
    assert {line.get_marker() for line in fig.axes[0].lines} == {"<", ">"}
    assert {"10 (8 or more)", "12 (up to 14)", "11 (9 to 13)"} <= set(texts(fig))


def test_a_printed_word_stands_where_a_frame_has_one() -> None:
    counts = COUNTS.assign(printed=["12 (9 + 3)", ""])
    fig = display.rows_plot(counts, kind="counts", y="verdict", x="figures", label="Figures")
    assert {"12 (9 + 3)", "62"} <= set(texts(fig))


def test_a_line_is_named_with_its_last_whole_value_and_a_missing_one_breaks_it() -> None:
    fig = display.series_plot(YEARS, label="Offences", words={"contact": "Contact"})
    drawn = [np.asarray(line.get_xdata()).tolist() for line in fig.axes[0].lines]
    words = texts(fig)
    assert words[words.index("Contact") + 1] == "170"
    assert words[words.index("grooming and") :][:3] == ["grooming and", "exploitation", "4"]
    assert [2021, 2022, 2023, 2024] in drawn
    assert [2023, 2024] in drawn
    assert "2025" not in words
    assert "Contact: 100 at 2021, 170 at 2024" in str(fig.get_label())


def test_a_kind_with_bounds_alone_is_a_band_named_by_its_ends() -> None:
    words = texts(CHARTS["indexed"]())
    assert words[words.index("reported") + 1] == "190 to 260"
    assert words[words.index("recorded") + 1] == "330"
    assert {"1/2", "1", "2", "74 to 76\xa0%"} <= set(texts(CHARTS["odds"]()))


def test_more_kinds_than_can_be_told_apart_are_refused() -> None:
    many = pd.DataFrame({"year": 2024, "kind": list("abcdefg"), "count": 1})
    with pytest.raises(ValueError, match="7 kinds: 6 can be told apart"):
        display.series_plot(many, label="Offences")


def test_national_rates_are_points_with_values_and_only_audited_again_is_a_line() -> None:
    fig = CHARTS["rates"]()
    (path,) = (line for line in fig.axes[0].lines if np.size(line.get_xdata()))
    assert np.asarray(path.get_ydata()).tolist() == [83.6, 96.6]
    assert {"80.5\xa0%", "94.8\xa0%", "The same force, inspected again"} <= set(texts(fig))
    assert "Kent: 96.6\xa0%" in tips(CHARTS["rates"]())
    alone = texts(display.rates_plot(AUDITS.iloc[:2], label="Percent recorded"))
    assert "A force, audited first" not in alone


def test_a_strip_names_the_marked_force_and_marks_none_without_a_rate() -> None:
    assert "Kent: 9.20" in texts(CHARTS["strip"]())
    assert tips(CHARTS["strip"]()) == ["Essex: 3.9"]
    for marked in ("Essex", "London, City of"):
        words = texts(display.strip_plot(RATES, marked=marked, label="Rate"))
        assert [word for word in words if ": " in word] == ["Essex: 3.90"] * (marked == "Essex")


def test_a_funnel_names_the_lowest_and_the_highest_outside() -> None:
    words = set(texts(CHARTS["funnel"]()))
    assert {"Essex", "Kent", "all together: 88\xa0%"} <= words
    assert not {"Dorset", "Norfolk", "Gwent", "Surrey"} & words
    assert "Gwent: 75.2\xa0%" in tips(CHARTS["funnel"]())
    inside = SAMPLES.assign(outside="")
    quiet = display.funnel_plot(inside, LIMITS, label="Share", size_label="Cases", target=0.88)
    assert not set(SAMPLES["force"]) & set(texts(quiet))


def test_a_curve_says_which_choice_gave_which_total() -> None:
    words = set(texts(CHARTS["curve"]()))
    assert {"published: 102,878", "range of revision: 102,500 to 103,200"} <= words
    assert {"reaches the published figure", "does not reach it", "release 2023-10"} <= words


def test_the_real_areas_fit(areas: pd.DataFrame, laid_out: Callable[[Figure], None]) -> None:
    rows: dict[str, Any] = {
        "kind": "intervals",
        "y": "force",
        "x": "rate",
        "order": "value",
        "label": "Rate",
    }
    laid_out(display.rows_plot(areas, **rows))
    laid_out(display.strip_plot(areas, marked="Kent", label="Rate"))


def test_colours_are_those_of_the_guidance_and_stand_out_from_both_pages() -> None:
    """Government Analysis Function, "Data visualisation: colours in charts"; WCAG 2.2, 1.4.11."""
    guidance = ["#12436d", "#28a197", "#801650", "#f46a25", "#3d3d3d", "#a285d1"]
    sequential = ["#add1f1", "#6bace6", "#2073bc", "#12436d", "#092135"]
    sheet = display.stylesheet()
    assert [colour.lower() for colour in theme.PALETTE] == guidance
    assert [colour.lower() for colour in theme.SEQUENTIAL] == sequential
    dark = dict(re.findall(r'\[fill="(#\w+)"\] { fill: light-dark\(#\w+, (#\w+)\)', sheet))
    assert [dark.get(colour, colour) for colour in sequential] == sequential[::-1]
    assert len({dark.get(colour, colour) for colour in guidance}) == len(guidance)
    pages = re.findall(r"--(\w+): light-dark\((#\w+), (#\w+)\)", sheet)
    shades = {name: both for name, *both in pages}
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # WCAG's own example
    for colour in guidance:
        assert contrast(colour, shades["paper"][0]) >= 3
        assert contrast(dark.get(colour, colour), shades["paper"][1]) >= 3
    for name in ("ink", "quiet", "link"):
        for text, paper in zip(shades[name], shades["paper"], strict=True):
            assert contrast(text, paper) >= 4.5


def contrast(first: str, second: str) -> float:
    """The contrast of two colours as WCAG 2.2 defines it."""
    parts = np.array(
        [[int(one[at : at + 2], 16) / 255 for at in (1, 3, 5)] for one in (first, second)]
    )
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    darker, lighter = sorted(linear @ [0.2126, 0.7152, 0.0722])
    return float((lighter + 0.05) / (darker + 0.05))


def test_the_theme_sets_the_style_and_gives_a_style_sheet_that_asks_for_nothing() -> None:
    shown = display.use_theme()
    assert shown.html == f"<style>{display.stylesheet()}</style>"
    assert not re.search(r"url\(|@import|https?:|</", display.stylesheet())
    assert mpl.rcParams["svg.fonttype"] == "none"
    assert mpl.rcParams["axes.grid.axis"] == "y"


def test_importing_the_room_loads_nothing_heavy() -> None:
    script = (
        "import sys, replicate.display; "
        "print(*{'matplotlib', 'pandas', 'numpy', 'IPython'} & set(sys.modules))"
    )
    run = [sys.executable, "-c", script]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout == "\n"
