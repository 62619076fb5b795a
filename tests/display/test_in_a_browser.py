"""What Chromium makes of the style sheet: the only judge of what CSS reaches inside an SVG."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

from replicate.display.figure import figure
from replicate.display.plots.series import series_plot
from replicate.display.theme import PALETTE, stylesheet

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]

Seen = Callable[[str], set[str]]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A page with one figure, in a colour scheme."""
    kinds = ["contact", "grooming", "images", "other"]
    frame = pd.DataFrame(
        [
            {"year": 2020 + year, "kind": kind, "count": 10, "complete": True}
            for year in range(3)
            for kind in kinds
        ]
    )
    drawn = series_plot(frame, label="Offences", style="stacked")
    words: dict[str, Any] = {
        "title": "Nothing changes",
        "subtitle": "Counts",
        "source": "Made up",
        "alt": "Columns.",
        "name": "columns",
    }
    html = figure(drawn, **words, data=frame).html
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>x</title>'
    )

    def written(scheme: str) -> Path:
        path = tmp_path_factory.mktemp(scheme) / "page.html"
        style = f":root {{ color-scheme: {scheme} }} {stylesheet()}"
        path.write_text(
            f'<!doctype html><html lang="en">{head}<style>{style}</style>{html}', encoding="utf-8"
        )
        return path

    return written


@pytest.fixture(scope="module")
def seen(page: Callable[[str], Path]) -> Seen:
    """The colours that a good many pixels of that page have, in a colour scheme."""

    def colours(scheme: str) -> set[str]:
        path = page(scheme)
        return _pixels(path, path.with_name("page.png"))

    return colours


def _pixels(page: Path, picture: Path) -> set[str]:
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--window-size=800,700",
        f"--screenshot={picture}",
    ]
    subprocess.run(
        [str(CHROMIUM), *options, page.as_uri()], check=True, capture_output=True, timeout=60
    )
    rgb = np.round(imread(picture)[:, :, :3] * 255).astype(int).reshape(-1, 3)
    found, counts = np.unique(rgb, axis=0, return_counts=True)
    return {
        f"#{red:02x}{green:02x}{blue:02x}"
        for (red, green, blue), count in zip(found, counts, strict=True)
        if count > 500
    }


def test_a_light_page_shows_the_palette(seen: Seen) -> None:
    assert {colour.lower() for colour in PALETTE[:4]} <= seen("light")


def test_a_dark_page_shows_none_of_the_colours_that_would_not_stand_out(seen: Seen) -> None:
    colours = seen("dark")
    assert {"#6bace6", "#28a197", "#e569a5", "#f46a25"} <= colours
    assert not {"#12436d", "#801650", "#ffffff"} & colours


WIDTHS = """() => {
  const panel = document.querySelector('.figure-panel'), svg = panel.querySelector('svg');
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  panel.focus();
  panel.scrollLeft = 1e6;
  return {
    page: [document.documentElement.scrollWidth, document.documentElement.clientWidth],
    text: Math.min(...[...svg.querySelectorAll('text')].map(text => parseFloat(getComputedStyle(text).fontSize) * scale)),
    hidden: panel.scrollWidth - panel.clientWidth, scrolled: panel.scrollLeft, focused: document.activeElement === panel,
    named: document.getElementById(panel.getAttribute('aria-labelledby')).textContent, role: panel.getAttribute('role'),
  };
}"""


@pytest.fixture(scope="module")
def measured(page: Callable[[str], Path]) -> Callable[[int, int], dict[str, Any]]:
    """Lay the page out at a width, with text of a size, and measure its figure."""
    from playwright.sync_api import sync_playwright

    def at(width: int, size: int) -> dict[str, Any]:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            tab = browser.new_page(viewport={"width": width, "height": 800})
            tab.goto(page("light").as_uri())
            tab.add_style_tag(content=f":root {{ font-size: {size}px }}")
            found: dict[str, Any] = tab.evaluate(WIDTHS)
            browser.close()
        return found

    return at


@pytest.mark.parametrize(
    ("width", "size", "least"),
    [(360, 16, 12), (360, 32, 24), (1280, 16, 16)],
    ids=["telephone", "text twice as large", "desk"],
)
def test_the_text_of_a_figure_is_never_shrunk_until_it_cannot_be_read(
    measured: Callable[[int, int], dict[str, Any]], width: int, size: int, least: float
) -> None:
    found = measured(width, size)
    assert found["text"] >= least
    assert found["page"][0] <= found["page"][1]  # the panel scrolls, and the page does not
    assert (found["hidden"] > 0) == (width == 360)
    assert found["scrolled"] == pytest.approx(found["hidden"], abs=1)
    assert (found["focused"], found["role"], found["named"]) == (True, "region", "Nothing changes")
