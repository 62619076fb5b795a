"""What Chromium makes of a figure and its style sheet: the only judge of what CSS reaches inside an SVG."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from playwright.sync_api import Browser, Page

from replicate.display.figure import figure
from replicate.display.theme import PALETTE, PAPER, context, stylesheet

pytestmark = pytest.mark.browser
Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def html() -> str:
    """One figure with the style sheet of every page."""
    kinds = ["contact", "grooming", "images", "other"]
    frame = pd.DataFrame({"kind": kinds, "count": 10})
    with context():
        drawn = Figure()
        drawn.subplots().barh(kinds, frame["count"], color=PALETTE[:4], edgecolor=PAPER)
    words: dict[str, Any] = {
        "title": "Nothing changes",
        "subtitle": "Counts",
        "source": "Made up",
        "alt": "Columns.",
        "name": "columns",
    }
    shown = figure(drawn, **words, data=frame).html
    head = '<meta name="viewport" content="width=device-width"><title>x</title>'
    style = f":root {{ color-scheme: light dark }} {stylesheet()}"
    return f'<!doctype html><html lang="en">{head}<style>{style}</style>{shown}'


@pytest.fixture
def opened(chromium: Browser, html: str) -> Iterator[Callable[..., Page]]:
    """Show the figure at a width, in a colour scheme."""
    pages: list[Page] = []

    def page(width: int = 800, scheme: Scheme = "light") -> Page:
        viewport: Any = {"width": width, "height": 700}
        pages.append(chromium.new_page(viewport=viewport, color_scheme=scheme))
        pages[-1].set_content(html)
        return pages[-1]

    yield page
    for one in pages:
        one.close()


def colours(page: Page, picture: Path) -> set[str]:
    """Return the colours that a good many pixels of a page have."""
    page.screenshot(path=picture)
    rgb = np.round(imread(picture)[:, :, :3] * 255).astype(int).reshape(-1, 3)
    found, counts = np.unique(rgb, axis=0, return_counts=True)
    return {"#" + bytes(one.tolist()).hex() for one in found[counts > 500]}


def test_a_light_page_shows_the_palette(opened: Callable[..., Page], tmp_path: Path) -> None:
    seen = colours(opened(), tmp_path / "page.png")
    assert {colour.lower() for colour in PALETTE[:4]} <= seen


def test_a_dark_page_shows_none_of_the_colours_that_would_not_stand_out(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    seen = colours(opened(scheme="dark"), tmp_path / "page.png")
    assert {"#6bace6", "#28a197", "#e569a5", "#f46a25"} <= seen
    assert not {"#12436d", "#801650", "#ffffff"} & seen


WIDTHS = """() => {
  const svg = document.querySelector('.figure-panel svg'), box = svg.getBoundingClientRect();
  const scale = box.width / svg.viewBox.baseVal.width;
  const sizes = [...svg.querySelectorAll('text')].map(text => parseFloat(getComputedStyle(text).fontSize) * scale);
  return {text: Math.min(...sizes), right: box.right, page: document.documentElement.scrollWidth};
}"""


@pytest.mark.parametrize(("width", "least"), [(390, 11), (1280, 16)], ids=["telephone", "desk"])
def test_a_figure_is_scaled_to_the_screen_and_its_text_can_still_be_read(
    opened: Callable[..., Page], width: int, least: float
) -> None:
    found = opened(width).evaluate(WIDTHS)
    assert found["text"] >= least
    assert found["right"] <= width
    assert found["page"] <= width
