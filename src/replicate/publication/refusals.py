"""What no page may hold: pictures without words, requests to elsewhere, scripts, and what the gate refuses of a text."""

import re
from html.parser import HTMLParser

from replicate.publication.gate.ethnicity import refuse_shares
from replicate.publication.gate.private import refuse_private
from replicate.publication.gate.small_counts import refuse_small_counts
from replicate.vocabulary.errors import RunError

PLACEHOLDER = "no description has been provided for this image"
"""What nbconvert writes where an alternative text is missing."""

_SCRIPTED = {"script", "iframe", "object", "embed", "applet", "base", "link", "meta", "form"}
_LOADED = {"src", "srcset", "poster", "background"}
_STYLE_REQUEST = re.compile(r"@import|url\(\s*[\"']?(?!data:|#)", re.IGNORECASE)


def refuse(html: str, *, where: str) -> None:
    """Refuse a piece of a page that not everyone could read, or that would tell or ask something elsewhere.

    Parameters
    ----------
    html
        What a cell or an output puts on the page.
    where
        The notebook, cell and heading, for the error.

    Raises
    ------
    RunError
        Naming the first fault.
    """
    scan = _Scan()
    scan.feed(html)
    scan.close()
    if scan.faults:
        what, got, hint = scan.faults[0]
        raise RunError(what, where=where, got=got, hint=hint)
    refuse_private(html, where=where)


def refuse_page(html: str, *, where: str) -> None:
    """Refuse a finished page for what its parts did not show alone: a path in a parameter, a share without its bounds, a small count.

    Raises
    ------
    RunError
        Naming the first fault.
    """
    body = html.partition("<body>")[2]
    refuse(body, where=where)
    refuse_shares(body, where=where)
    refuse_small_counts(body, where=where)


class _Scan(HTMLParser):
    """Reads HTML as a browser would, and notes each fault as what, got and what to do."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[tuple[str, str, str]] = []
        self.in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        given = {name: value or "" for name, value in attrs}
        shown = f"<{tag}{''.join(f' {name}={value[:60]!r}' for name, value in given.items())}>"
        self.in_style = tag == "style"
        if (
            tag in _SCRIPTED
            or any(name.startswith("on") for name in given)
            or given.get("href", "").lower().startswith("javascript:")
        ):
            self._note(
                "an element that needs a script, a frame or another file",
                shown,
                "show a table or a static figure",
            )
        if tag == "img" and _says_nothing(given.get("alt", "")):
            self._note(
                "an image without a text alternative",
                shown,
                "use display.figure, or give the output an alt in its metadata",
            )
        if tag == "svg" and not _is_named(given):
            self._note(
                "an image without a text alternative", shown, "give it role='img' and an aria-label"
            )
        if fetched := [value for name, value in given.items() if _is_fetched(tag, name, value)]:
            self._note(
                "a page that would fetch something",
                fetched[0],
                "put it into the page, or link to it",
            )
        if _STYLE_REQUEST.search(given.get("style", "")):
            self._note("a page that would fetch something", given["style"], "put it into the page")

    def handle_data(self, data: str) -> None:
        """Look into style sheets."""
        if self.in_style and _STYLE_REQUEST.search(data):
            self._note(
                "a page that would fetch something", data.strip()[:60], "put it into the page"
            )

    def _note(self, what: str, got: str, hint: str) -> None:
        self.faults.append((what, got, hint))


def _is_fetched(tag: str, name: str, value: str) -> bool:
    """Say whether a browser would load the address by itself; inside an SVG also what an image or a use element refers to."""
    loads = name in _LOADED or (
        tag in {"image", "use", "feimage"} and name in {"href", "xlink:href"}
    )
    return loads and not value.startswith(("data:image/", "#"))


def _says_nothing(alt: str) -> bool:
    return not alt.strip() or alt.strip().casefold() == PLACEHOLDER


def _is_named(given: dict[str, str]) -> bool:
    return (
        given.get("aria-hidden") == "true"
        or not _says_nothing(given.get("aria-label", ""))
        or bool(given.get("aria-labelledby"))
    )
