"""What Chromium makes of the style sheet: the only judge of what CSS reaches inside an SVG."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

from replicate.display.figure import figure
from replicate.display.plots.series import series_plot
from replicate.display.theme import PALETTE, stylesheet

CHROMIUM = shutil.which("chromium")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")]

Seen = Callable[[str], set[str]]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """The colours that a good many pixels of a page with one figure have, in a colour scheme."""
    kinds = ["contact", "grooming", "images", "other"]
    frame = pd.DataFrame([{"year": 2020 + year, "kind": kind, "count": 10, "complete": True} for year in range(3) for kind in kinds])
    drawn = series_plot(frame, label="Offences", style="stacked")
    words = {"title": "Nothing changes", "subtitle": "Counts", "source": "Made up", "alt": "Columns.", "name": "columns"}
    html = figure(drawn, **words, data=frame).html

    def colours(scheme: str) -> set[str]:
        folder = tmp_path_factory.mktemp(scheme)
        page = folder / "page.html"
        style = f":root {{ color-scheme: {scheme} }} {stylesheet()}"
        page.write_text(
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>x</title><style>{style}</style>{html}', encoding="utf-8"
        )
        return _pixels(page, folder / "page.png")

    return colours


def _pixels(page: Path, picture: Path) -> set[str]:
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=800,700", f"--screenshot={picture}"]
    subprocess.run([str(CHROMIUM), *options, page.as_uri()], check=True, capture_output=True, timeout=60)
    rgb = np.round(imread(picture)[:, :, :3] * 255).astype(int).reshape(-1, 3)
    found, counts = np.unique(rgb, axis=0, return_counts=True)
    return {f"#{red:02x}{green:02x}{blue:02x}" for (red, green, blue), count in zip(found, counts, strict=True) if count > 500}


def test_a_light_page_shows_the_palette(seen: Seen) -> None:
    assert {colour.lower() for colour in PALETTE[:4]} <= seen("light")


def test_a_dark_page_shows_none_of_the_colours_that_would_not_stand_out(seen: Seen) -> None:
    colours = seen("dark")
    assert {"#6bace6", "#28a197", "#e569a5", "#f46a25"} <= colours
    assert not {"#12436d", "#801650", "#ffffff"} & colours
