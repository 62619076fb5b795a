"""What a reader's software finds in a page: checked on every piece of HTML that the room makes."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from replicate.display.figure import HOUSE_COLOURS, render

VOID = {"br", "hr", "img", "input", "link", "meta"}


class Page(HTMLParser):
    """A page read tag by tag; `faults` says what a screen reader would stumble over."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.faults: list[str] = []
        self._open: list[tuple[str, list[str]]] = []
        self.feed(html)
        self.close()
        self.faults += [f"never closed: {tag}" for tag, _ in self._open]
        self.faults += [
            f"id {name} stands {count} times"
            for name, count in Counter(self.ids).items()
            if count > 1
        ]
        self.faults += [
            f"no element has the id {name}" for name in self.references if name not in self.ids
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append((tag, given))
        self.ids += [value for key, value in attrs if key == "id" and value]
        self.references += (given.get("aria-labelledby") or "").split()
        if tag == "svg" and not (
            given.get("role") == "img" and (given.get("aria-label") or "").strip()
        ):
            self.faults.append("svg without a role or a name")
        if tag == "th" and given.get("scope") not in ("col", "row"):
            self.faults.append("th without a scope")
        if "colspan" in given or "rowspan" in given:
            self.faults.append("merged cells")
        if tag not in VOID:
            self._open.append((tag, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        for _, texts in self._open:
            texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        opened, texts = self._open.pop() if self._open else ("nothing", [])
        if opened != tag:
            self.faults.append(f"</{tag}> closes {opened}")
        text = "".join(texts).strip()
        self.texts.append((tag, text))
        if tag in ("th", "td", "caption", "h3", "figcaption", "summary", "a") and not text:
            self.faults.append(f"empty {tag}")

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)

    def all_text(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]

    def one(self, tag: str) -> dict[str, str | None]:
        (found,) = (attributes for name, attributes in self.elements if name == tag)
        return found


@pytest.fixture
def read() -> Callable[[str], Page]:
    """Read HTML and hold it to the rules that every piece keeps."""

    def checked(html: str) -> Page:
        page = Page(html)
        assert page.faults == []
        assert page.count("caption") == page.count("table")
        return page

    return checked


def _texts(fig: Figure) -> list[tuple[str, tuple[float, float, float, float]]]:
    """The texts that are drawn, with their boxes; labels of ticks beyond an axis's ends are not."""
    axes = [axis for one in fig.axes for axis in (one.xaxis, one.yaxis)]
    beyond = {
        label
        for axis in axes
        for tick in axis.get_major_ticks()
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
        for label in (tick.label1, tick.label2)
    }
    shown = [one for one in fig.findobj(Text) if one not in beyond and one.get_visible()]
    texts = [one for one in shown if isinstance(one, Text) and one.get_text().strip()]
    return [(one.get_text(), one.get_window_extent().extents) for one in texts]


@pytest.fixture
def laid_out() -> Callable[[Figure], None]:
    """Hold a figure to its layout and colours.

    No text over another, none outside the figure, all of 11 pt or more; the house's colours alone.
    """

    def check(fig: Figure) -> None:
        FigureCanvasAgg(fig).draw()  # type: ignore[no-untyped-call]
        texts = _texts(fig)
        assert texts
        for (first, a), (second, b) in combinations(texts, 2):
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, f"'{first}' and '{second}' overlap"
        width, height = fig.bbox.width, fig.bbox.height
        for words, (left, bottom, right, top) in texts:
            assert -1 <= left <= right <= width + 1, f"'{words}' leaves the figure sideways"
            assert -1 <= bottom <= top <= height + 1, f"'{words}' leaves the figure above or below"
        sizes = [one.get_fontsize() for one in fig.findobj(Text) if isinstance(one, Text)]
        assert min(map(float, sizes)) >= 11
        svg = render(fig, name="figure", alt="A figure.")
        assert set(re.findall(r' (?:fill|stroke)="(#[^"]+)"', svg)) <= HOUSE_COLOURS

    return check


@pytest.fixture
def areas() -> pd.DataFrame:
    """Forty-two areas with made-up rates and intervals; names as long as the real ones."""
    from replicate.vocabulary.forces import CITY_OF_LONDON, TERRITORIAL

    names = [name for name in TERRITORIAL if name != CITY_OF_LONDON]
    rates = np.random.default_rng(7).uniform(4, 13, len(names)).round(2)
    return pd.DataFrame(
        {
            "force": names,
            "rate": rates,
            "lower": rates * 0.85,
            "upper": rates * 1.2,
        }
    )


@pytest.fixture(autouse=True)
def _own_settings() -> Iterator[None]:
    """Leave matplotlib's settings as they were."""
    with mpl.rc_context():
        yield
