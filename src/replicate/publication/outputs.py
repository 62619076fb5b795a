"""What a cell showed, as HTML for a page, or a reason to refuse it."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from markupsafe import Markup

from replicate.display.bundle import SHOWN, is_true
from replicate.publication.refusals import PLACEHOLDER
from replicate.publication.tables import accessible
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.runs import RECORD


@dataclass(frozen=True)
class Fragment:
    """A piece of a page.

    Attributes
    ----------
    kind
        `html`, `text` (as a terminal prints it), `note` (warnings), `code` or `parameters`; the template knows each.
    html
        Its content, escaped already.
    label
        A sentence that names it where it needs a name.
    """

    kind: str
    html: Markup
    label: str = ""


def fragment(
    output: Any, *, markdown: Callable[[str], Markup], table_name: Callable[[], str], where: str
) -> Fragment | None:
    """Return an output as a fragment; None where it has nothing for readers (a recorded value, a style sheet of its own).

    Parameters
    ----------
    output
        A notebook's output.
    markdown
        Renders Markdown.
    table_name
        Gives a name for the next table of the page.
    where
        The notebook and cell, for the error.

    Raises
    ------
    RunError
        When the output is an error.
    """
    if output.output_type == "error":
        raise RunError(
            "an executed notebook with an error in it",
            where=where,
            got=f"{output.ename}: {output.evalue}",
            hint="run it again",
        )
    if output.output_type == "stream":
        return Fragment(
            "note" if output.name == "stderr" else "text",
            Markup(escape(output.text.rstrip())),  # noqa: S704
        )
    data = output.data
    if SHOWN in data and not is_true(data[SHOWN], str(data.get("text/html"))):
        raise RunError(
            "an output whose HTML is not what it says of itself",
            where=where,
            got=str(data[SHOWN])[:80],
            hint="run the notebook again",
        )
    if "text/html" in data:
        return _html(str(data["text/html"]), table_name)
    if RECORD in data:
        return None
    if "text/markdown" in data:
        return Fragment("html", markdown(data["text/markdown"]))
    for mime in ("image/svg+xml", "image/png", "image/jpeg"):
        if mime in data:
            return Fragment("html", Markup(_image(mime, data[mime], output.metadata)))  # noqa: S704 - made below
    return Fragment("text", Markup(escape(data["text/plain"]))) if data.get("text/plain") else None  # noqa: S704 - escaped


def _html(html: str, table_name: Callable[[], str]) -> Fragment | None:
    text = html.strip()
    if text.startswith("<style") and text.endswith("</style>") and text.count("<style") == 1:
        return None  # the page has a style sheet of its own
    if "<table" in text and 'class="table-scroll"' not in text:
        text = accessible(text, table_name())
    return Fragment("html", Markup(text)) if text else None  # noqa: S704 - the author's own


def _image(mime: str, content: str, metadata: Any) -> str:
    """Return an image that stands in the page itself; without an alternative text it will be refused."""
    alt = metadata.get(mime, {}).get("alt") or metadata.get("alt") or PLACEHOLDER
    encoded = (
        base64.b64encode(content.encode()).decode()
        if mime == "image/svg+xml"
        else "".join(content.split())
    )
    return f'<img src="data:{mime};base64,{encoded}" alt="{escape(alt)}">'
