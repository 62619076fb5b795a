"""The small pieces of HTML that figures, tables and verdicts share."""

import csv
import io
import re
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import quote

SHOWN = "application/vnd.replicate.shown+json"
"""The media type of what an output says of itself (see `replicate.display.bundle`)."""

_NAME = re.compile(r"[a-z][a-z0-9_-]*")


@dataclass(frozen=True)
class Shown:
    """Something a notebook shows: HTML, plain text where there is no HTML, and what it is as data."""

    html: str = field(repr=False)
    text: str
    bundle: dict[str, Any] = field(default_factory=dict, repr=False, compare=False, kw_only=True)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        shown = {"text/html": self.html, "text/plain": self.text}
        return shown | ({SHOWN: self.bundle} if self.bundle else {})

    def __str__(self) -> str:
        return self.text


def required(piece: str, value: str) -> str:
    """Return a piece of text without outer blanks, or refuse it when nothing is left.

    Raises
    ------
    ValueError
        When the piece is empty; the message names it.
    """
    if not value.strip():
        raise ValueError(f"{piece} is empty: every figure and table needs one")
    return value.strip()


def identifier(name: str) -> str:
    """Return a name that can stand in an id, a file name and a link, or refuse it.

    Raises
    ------
    ValueError
        When the name is not small letters, digits, hyphens and underscores, beginning with a letter.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"name {name!r}: expected small letters, digits, '-' and '_', beginning with a letter, such as 'offences-by-year'"
        )
    return name


def element(tag: str, *children: str, **attributes: str | None) -> str:
    """Build an HTML element from children that are HTML already; attributes are escaped, those that are None left out.

    A trailing underscore lets Python's own words name attributes, and other underscores are hyphens.

    Examples
    --------
    >>> element("p", escape("1 < 2"), class_="note", aria_label='"quoted"', hidden=None)
    '<p class="note" aria-label="&quot;quoted&quot;">1 &lt; 2</p>'
    """
    named = {
        name.rstrip("_").replace("_", "-"): value
        for name, value in attributes.items()
        if value is not None
    }
    opening = " ".join([tag, *(f'{name}="{escape(value)}"' for name, value in named.items())])
    return f"<{opening}>{''.join(children)}</{tag}>"


def csv_link(text: str, name: str) -> str:
    """Build the link that saves a CSV file as `<name>.csv`."""
    count = sum(1 for _ in csv.reader(io.StringIO(text))) - 1
    rows = f"{count} row" + ("" if count == 1 else "s")
    address = "data:text/csv;charset=utf-8," + quote(text, safe="/:,;()*'!~")
    return element(
        "p",
        element("a", f"Download {name}.csv ({rows})", href=address, download=f"{name}.csv"),
        class_="download",
    )
