"""What a reader's software finds in a page: checked on every piece of HTML that the room makes."""

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

from replicate.display.svg import HOUSE_COLOURS, colours, render

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


def _unseen(fig: Figure) -> set[Text]:
    """The labels of ticks beyond the ends of an axis: matplotlib keeps them and draws none."""
    ticks = [
        (tick, axis)
        for axes in fig.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
    ]
    inside = [
        min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
        for tick, axis in ticks
    ]
    return {
        label
        for (tick, _), seen in zip(ticks, inside, strict=True)
        if not seen
        for label in (tick.label1, tick.label2)
    }


def _texts(fig: Figure) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    renderer = FigureCanvasAgg(fig).get_renderer()  # type: ignore[no-untyped-call]
    unseen = _unseen(fig)
    for text in fig.findobj(Text):
        assert isinstance(text, Text)
        if text not in unseen and text.get_visible() and text.get_text().strip():
            box = text.get_window_extent(renderer)
            yield text.get_text(), (box.x0, box.y0, box.x1, box.y1)


@pytest.fixture
def laid_out() -> Callable[[Figure], None]:
    """Hold a figure to its layout and colours.

    No text over another, none outside the figure, all of 11 pt or more; the house's colours alone.
    """

    def check(fig: Figure) -> None:
        FigureCanvasAgg(fig).draw()  # type: ignore[no-untyped-call]
        texts = list(_texts(fig))
        assert texts
        for (first, a), (second, b) in combinations(texts, 2):
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, f"'{first}' and '{second}' overlap"
        width, height = fig.bbox.width, fig.bbox.height
        for words, (left, bottom, right, top) in texts:
            assert -1 <= left <= right <= width + 1, f"'{words}' leaves the figure sideways"
            assert -1 <= bottom <= top <= height + 1, f"'{words}' leaves the figure above or below"
        assert (
            min(float(text.get_fontsize()) for text in fig.findobj(Text) if isinstance(text, Text))
            >= 11
        )
        ours = HOUSE_COLOURS | {"currentcolor"}
        assert colours(render(fig, name="figure", alt="A figure.")) <= ours

    return check


@pytest.fixture
def areas() -> pd.DataFrame:
    """Forty-two areas with made-up rates, intervals and ranks; names as long as the real ones."""
    from replicate.vocabulary.forces import CITY_OF_LONDON, TERRITORIAL

    names = [name for name in TERRITORIAL if name != CITY_OF_LONDON]
    rates = np.random.default_rng(7).uniform(4, 13, len(names)).round(2)
    ranks = pd.Series(-rates).rank().astype(int)
    return pd.DataFrame(
        {
            "force": names,
            "rate": rates,
            "lower": rates * 0.85,
            "upper": rates * 1.2,
            "rank_lower": (ranks - 6).clip(lower=1),
            "rank_upper": (ranks + 6).clip(upper=len(names)),
        }
    )


@pytest.fixture(autouse=True)
def _own_settings() -> Iterator[None]:
    """Leave matplotlib's settings as they were."""
    with mpl.rc_context():
        yield
