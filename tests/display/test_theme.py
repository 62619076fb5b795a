import re

import matplotlib as mpl
import pytest
from matplotlib.colors import to_hex

from replicate.display import theme

ANALYSIS_FUNCTION = ["#12436d", "#28a197", "#801650", "#f46a25", "#3d3d3d", "#a285d1"]
"""The categorical palette and its order, from "Data visualisation: colours in charts" (Government Analysis Function)."""

SEQUENTIAL = ["#add1f1", "#6bace6", "#2073bc", "#12436d", "#092135"]
"""Its sequential blues, from light to dark."""


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def shades(name: str) -> tuple[str, str]:
    """The light and the dark shade of a custom property of the style sheet."""
    match = re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\)", theme.stylesheet())
    assert match
    return match[1], match[2]


def on_dark(colour: str) -> str:
    """What the style sheet makes of a fill on a dark page."""
    match = re.search(
        rf'\[fill="{colour}"\] {{ fill: light-dark\({colour}, (#\w+)\)', theme.stylesheet()
    )
    return match[1] if match else colour


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(
        4.48, abs=0.005
    )  # the worked example of WCAG's understanding document 1.4.3


def test_the_palettes_are_those_of_the_guidance_in_its_order() -> None:
    assert [colour.lower() for colour in theme.PALETTE] == ANALYSIS_FUNCTION
    assert [colour.lower() for colour in theme.SEQUENTIAL] == SEQUENTIAL


@pytest.mark.parametrize("colour", ANALYSIS_FUNCTION)
def test_every_category_stands_out_from_a_light_and_from_a_dark_page(colour: str) -> None:
    light, dark = shades("paper")
    assert contrast(colour, light) >= 3
    assert contrast(on_dark(colour), dark) >= 3


def test_categories_stay_different_on_a_dark_page() -> None:
    assert len({on_dark(colour) for colour in ANALYSIS_FUNCTION}) == len(ANALYSIS_FUNCTION)


def test_the_sequential_scale_runs_from_dark_to_light_on_a_dark_page() -> None:
    assert [on_dark(colour) for colour in SEQUENTIAL] == SEQUENTIAL[::-1]


@pytest.mark.parametrize("name", ["ink", "quiet", "link"])
def test_words_can_be_read_on_both_pages(name: str) -> None:
    for text, paper in zip(shades(name), shades("paper"), strict=True):
        assert contrast(text, paper) >= 4.5


def test_use_sets_the_style_and_gives_the_style_sheet() -> None:
    shown = theme.use()
    assert shown.html == f"<style>{theme.stylesheet()}</style>"
    assert [
        to_hex(colour) for colour in mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    ] == ANALYSIS_FUNCTION
    assert mpl.rcParams["svg.fonttype"] == "none"
    assert mpl.rcParams["svg.hashsalt"]
    assert mpl.rcParams["font.sans-serif"] == ["DejaVu Sans"]
    assert mpl.rcParams["figure.figsize"] == [5.2, 3.6]
    assert (
        min(
            mpl.rcParams[key]
            for key in (
                "font.size",
                "axes.labelsize",
                "xtick.labelsize",
                "ytick.labelsize",
                "legend.fontsize",
            )
        )
        >= 11
    )
    assert not mpl.rcParams["axes.spines.top"]
    assert not mpl.rcParams["axes.spines.right"]
    assert mpl.rcParams["axes.grid.axis"] == "y"


def test_a_context_ends() -> None:
    before = mpl.rcParams["svg.hashsalt"]
    with theme.context():
        assert mpl.rcParams["svg.hashsalt"] != before
    assert mpl.rcParams["svg.hashsalt"] == before


def test_the_style_sheet_asks_nothing_of_the_network_and_cannot_end_its_element() -> None:
    assert not re.search(r"url\(|@import|https?:|</", theme.stylesheet())
