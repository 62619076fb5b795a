"""The small pieces that figures, tables and verdicts share: HTML, and what an output says of itself."""

import re
import sys
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import quote

SHOWN = "application/vnd.replicate.shown+json"
"""The media type of the JSON bundle beside the HTML of a table, a figure or a verdict.

It holds kind, name, title, claims, data (a CSV file), columns, alternative text and suppression,
for whoever reads outputs: publication, manifests, the search. `figure.is_true` checks it.
"""


@dataclass(frozen=True)
class Shown:
    """Something a notebook shows: HTML, plain text in its place, and what it is as data."""

    html: str = field(repr=False)
    text: str
    bundle: dict[str, Any] = field(default_factory=dict, repr=False, compare=False, kw_only=True)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        shown = {"text/html": self.html, "text/plain": self.text}
        return shown | ({SHOWN: self.bundle} if self.bundle else {})

    def __str__(self) -> str:
        return self.text


def shell() -> Any:
    """Return the IPython shell that runs this, or None."""
    ipython = sys.modules.get("IPython")
    return ipython and ipython.get_ipython()


def cell_id() -> str | None:
    """Return the id of the cell that runs: empty in a batch, which names none; None outside kernels."""
    kernel = getattr(shell(), "kernel", None)
    return kernel and kernel.get_parent().get("metadata", {}).get("cellId", "")


def required(piece: str, value: str) -> str:
    """Return a text without outer blanks, or refuse an empty one by the name of the piece."""
    if not value.strip():
        raise ValueError(f"{piece} is empty: every figure and table needs one")
    return value.strip()


def identifier(name: str) -> str:
    """Return a name that can stand in an id, a file name and a link, or refuse it."""
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
        raise ValueError(
            f"name {name!r}: expected small letters, digits, '-' and '_', beginning with a letter, "
            "such as 'offences-by-year'"
        )
    return name


def element(tag: str, *children: str, **attributes: str | None) -> str:
    """Build an HTML element from children that are HTML already; attributes are escaped.

    Those that are None are left out. A trailing underscore lets Python's own words name attributes,
    and other underscores are hyphens.

    Examples
    --------
    >>> element("p", escape("1 < 2"), class_="note", aria_label='"quoted"', hidden=None)
    '<p class="note" aria-label="&quot;quoted&quot;">1 &lt; 2</p>'
    """
    given = {name: value for name, value in attributes.items() if value is not None}
    named = (
        f'{key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in given.items()
    )
    return f"<{' '.join([tag, *named])}>{''.join(children)}</{tag}>"


def csv_link(text: str, name: str, count: int) -> str:
    """Build the link that saves a CSV file of so many rows as `<name>.csv`."""
    said = f"Download {name}.csv ({count} {'row' if count == 1 else 'rows'})"
    address = "data:text/csv;charset=utf-8," + quote(text, safe="/:,;()*'!~")
    return element("p", element("a", said, href=address, download=f"{name}.csv"), class_="download")
