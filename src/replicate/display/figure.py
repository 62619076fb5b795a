"""A figure with everything it needs beside it: message, measure, source, words for those who cannot see it, data."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from html import escape, unescape
from typing import TYPE_CHECKING, Any

from replicate.display.cells import Column, grid, heading, is_numeric, written
from replicate.display.markup import Shown, csv_link, element, identifier, required
from replicate.display.picture import in_batch, picture
from replicate.display.svg import HOUSE_COLOURS, colours, render
from replicate.vocabulary.numbers import number

if TYPE_CHECKING:
    import matplotlib.figure
    from pandas import DataFrame

MOST_ROWS = 60
"""Rows of data shown beside a figure; all of them are in the CSV."""

PLACEHOLDER = "no description has been provided for this image"
"""What nbconvert writes where an alternative text is missing."""


@dataclass(frozen=True)
class Figure(Shown):
    """A figure ready to be shown; `svg` stands alone as a document, `data` is what it draws, `png` the same as a picture."""

    name: str
    svg: str = field(repr=False)
    data: "DataFrame" = field(repr=False, compare=False)
    png: bytes | None = field(default=None, repr=False)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        shown = super()._repr_mimebundle_()
        return shown if self.png is None else shown | {"image/png": b64encode(self.png).decode()}


def figure(
    fig: "matplotlib.figure.Figure",
    *,
    title: str,
    subtitle: str,
    source: str,
    data: "DataFrame",
    name: str,
    alt: str | None = None,
    note: str | None = None,
    png: bool | None = None,
) -> Figure:
    """Put a matplotlib figure together with its words and its data, and close it.

    Parameters
    ----------
    fig
        The drawing, without a title of its own.
    title
        The message: what the reader should take from it.
    subtitle
        Measure, place and period.
    source
        Publisher, publication and release.
    data
        What is drawn, given as a table and as `<name>.csv`.
    name
        Its name on the page: small letters, digits, hyphens.
    alt
        What the figure shows, in words; not its title again. A plot of ours brings its own.
    note
        What a reader must know to read it rightly.
    png
        Whether it is also drawn as a picture, from which a site makes a file; when not said, in a batch only.

    Returns
    -------
    Figure
        Shown by a notebook as `<figure class="figure" id="fig-<name>">`.

    Raises
    ------
    ValueError
        When a piece is missing, the alternative text is a placeholder or repeats the title, or there are no data.
    """
    words = {"title": title, "subtitle": subtitle, "source": source}
    words = {piece: required(piece, text) for piece, text in words.items()} | {"note": note or ""}
    alt, name = _described(alt or str(fig.get_label()), title), identifier(name)
    if data.empty:
        raise ValueError("data is empty: a figure gives what it draws")
    svg = render(fig, name=name, alt=alt)
    drawn = None
    if in_batch() if png is None else png:
        drawn = picture(fig, title=title, subtitle=subtitle, source=source)
    _close(fig)
    bundle = {"kind": "figure", "name": name, "claims": [], "alt": alt, **words}
    bundle |= _of_data(data) | {"drawing": _digest(svg)}
    lines = [title, subtitle, alt, f"Source: {source}", *([f"Note: {note}"] if note else [])]
    html, text = figure_html(bundle, svg), "\n".join(lines)
    return Figure(html, text, name, svg, data, drawn, bundle=bundle)


def _of_data(data: "DataFrame") -> dict[str, Any]:
    """Return the data of a figure for its bundle: the first rows as texts, all as a CSV file."""
    columns = [
        Column(name, heading(name), is_number=is_numeric(data[name]))
        for name in map(str, data.columns)
    ]
    shown = data.head(MOST_ROWS)
    return {
        "columns": [asdict(column) for column in columns],
        "rows": written(shown, columns),
        "cut": len(data) if len(shown) < len(data) else None,
        "data": data.to_csv(index=False, lineterminator="\n"),
    }


def figure_html(bundle: Mapping[str, Any], svg: str) -> str:
    """Render the bundle of a figure around its drawing.

    Raises
    ------
    ValueError
        When the drawing is not the one that the bundle describes.
    """
    named = unescape(svg.partition(">")[0])
    if _digest(svg) != bundle["drawing"] or f'aria-label="{bundle["alt"]}"' not in named:
        raise ValueError("another drawing than its bundle describes")
    name, title = bundle["name"], bundle["title"]
    # a colour of the author's own may not stand out from a dark page, so that figure keeps a light ground
    panel = "figure-panel" if colours(svg) <= HOUSE_COLOURS else "figure-panel figure-panel-light"
    return element(
        "figure",
        element(
            "figcaption",
            element("h3", escape(title), class_="figure-title"),
            element("p", escape(bundle["subtitle"]), class_="figure-subtitle"),
        ),
        element("div", svg, class_=panel),
        element("p", f"Source: {escape(bundle['source'])}", class_="figure-source"),
        element("p", f"Note: {escape(bundle['note'])}", class_="figure-note")
        if bundle["note"]
        else "",
        element(
            "details",
            element("summary", "Data of this figure"),
            _data_table(bundle),
            class_="figure-data",
        ),
        csv_link(bundle["data"], name),
        class_="figure",
        id=f"fig-{name}",
    )


def _data_table(bundle: Mapping[str, Any]) -> str:
    rows, columns = bundle["rows"], [Column(**column) for column in bundle["columns"]]
    cut = (
        f" (the first {number(len(rows))} of {number(bundle['cut'])} rows; the CSV file has them all)"
        if bundle["cut"]
        else ""
    )
    return grid(
        rows,
        columns,
        caption=f"Data: {bundle['title']}{cut}",
        row_header=columns[0].name,
        name=f"fig-{bundle['name']}-data",
    )


def _digest(svg: str) -> str:
    return sha256(svg.encode()).hexdigest()


def _described(alt: str, title: str) -> str:
    alt = required("alt", alt)
    plain = alt.casefold().rstrip(". ")
    if plain == PLACEHOLDER:
        raise ValueError("alt is the placeholder of nbconvert: say what the figure shows")
    if plain == title.casefold().rstrip(". "):
        raise ValueError("alt repeats the title: say what the figure shows")
    return alt


def _close(fig: "matplotlib.figure.Figure") -> None:
    """Take the figure from pyplot, whose inline backend would draw it a second time."""
    import matplotlib.pyplot as plt

    plt.close(fig)
