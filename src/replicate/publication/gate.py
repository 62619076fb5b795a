"""What may not be published: each refusal says what, where, and what to do.

A piece of a page is refused for scripts, pictures without words, requests to elsewhere, paths of a
machine and secrets; a whole page also for a count that its publisher suppressed, and for a share by
ethnicity without what is missing. Everything is parsed as HTML, whoever made it. An output of ours
is refused for HTML that is not what its bundle renders to, and a table of verdicts for a claim that
nobody checked.
"""

import csv
import io
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from html import unescape
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag

from replicate.display.figure import is_true
from replicate.display.markup import SHOWN
from replicate.ledger import claims
from replicate.vocabulary.errors import RunError

PLACEHOLDER = "no description has been provided for this image"
"""What nbconvert writes where an alternative text is missing."""


@dataclass(frozen=True)
class _Piece:
    """HTML that is to be published: as it is written, as a browser reads it, and as text."""

    html: str

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The elements; of an attribute that is given twice the first counts, as in browsers."""
        whole = f"<main>{self.html}</main>"
        return BeautifulSoup(whole, "html.parser", on_duplicate_attribute="ignore")

    @cached_property
    def text(self) -> str:
        """The text without pictures and files: chance makes anything of their letters."""
        return unescape(re.sub(r"data:[\w/+.;=-]+,[^\"'\s)>]*", "", self.html))


Faults = Iterator[tuple[str, str, str]]
"""Each fault: what it is, what was got, and what to do about it."""


def refuse(html: str, *, where: str) -> None:
    """Refuse a piece of a page that not everyone could read, or that would tell or ask elsewhere.

    Parameters
    ----------
    html
        What a cell or an output puts on the page.
    where
        The notebook, cell and heading, for the error.

    Raises
    ------
    RunError
        Naming the first fault; of a secret only its first letters.
    """
    piece = _Piece(html)
    _refuse_first(chain.from_iterable(rule(piece) for rule in _OF_A_PIECE), where)


def refuse_page(html: str, *, where: str) -> None:
    """Refuse a finished page, for what its parts did not show alone too.

    Raises
    ------
    RunError
        Naming the first fault.
    """
    piece = _Piece(html.partition("<body>")[2])
    _refuse_first(chain.from_iterable(rule(piece) for rule in _OF_A_PAGE), where)


def _refuse_first(faults: Iterable[tuple[str, str, str]], where: str) -> None:
    for what, got, hint in faults:
        raise RunError(what, where=where, got=got, hint=hint)


def refuse_untrue(data: Mapping[str, Any], *, where: str) -> None:
    """Refuse an output that describes itself and shows something else.

    Raises
    ------
    RunError
        When its HTML is not what its bundle renders to.
    """
    if SHOWN in data and not is_true(data[SHOWN], str(data.get("text/html"))):
        raise RunError(
            "an output whose HTML is not what it says of itself",
            where=where,
            got=str(data[SHOWN])[:80],
            hint="run the notebook again",
        )


# Elements.

_SCRIPTED = {
    *("script", "iframe", "frame", "frameset", "object", "embed", "applet", "portal"),
    *("base", "link", "meta", "form"),
}
_LOADED = {"src", "srcset", "poster", "background"}
_STYLE_REQUEST = re.compile(r"@import|url\(\s*[\"']?(?!data:|#)", re.IGNORECASE)
_BLANKS = re.compile(r"[\x00-\x20\x7f-\xa0]+")
_RUN = ("javascript:", "vbscript:", "livescript:", "data:text/html", "data:application/xhtml")
"""How an address begins that a browser would run."""


def _scripts(piece: _Piece) -> Faults:
    what, hint = "an element that needs a script, a frame or another file", "show a static figure"
    for tag in piece.soup.find_all(True):
        runs = (name.startswith("on") or _is_run(str(value)) for name, value in tag.attrs.items())
        if tag.name in _SCRIPTED or any(runs):
            yield what, str(tag)[:80], hint


def _is_run(value: str) -> bool:
    """Say whether a browser would run a value as an address; it leaves blanks in addresses out.

    An animation gives several values to the attribute of another element.
    """
    parts = _BLANKS.sub("", value).casefold().split(";")
    return any(part.startswith(_RUN) for part in parts)


def _pictures_without_words(piece: _Piece) -> Faults:
    hint = "use display.figure; or give a picture an alt, a drawing role='img' and an aria-label"
    for tag in piece.soup.select("img, svg:not([aria-hidden=true])"):
        names = ["alt"] if tag.name == "img" else ["aria-label", "aria-labelledby"]
        words = "".join(str(tag.get(name, "")) for name in names)
        if words.strip().casefold() in ("", PLACEHOLDER):
            yield "an image without a text alternative", str(tag)[:80], hint


def _requests(piece: _Piece) -> Faults:
    """Find the addresses that a browser would load by itself."""
    what, hint = "a page that would fetch something", "put it into the page, or link to it"
    for tag in piece.soup.find_all(True):
        drawn = {"href", "xlink:href"} if tag.name in ("image", "use", "feimage") else set()
        for name, value in tag.attrs.items():
            here = _BLANKS.sub("", str(value)).startswith(("data:image/", "#"))
            if name in _LOADED | drawn and not here:
                yield what, str(value), hint
        style = tag.get_text() if tag.name == "style" else str(tag.get("style", ""))
        if _STYLE_REQUEST.search(style):
            yield what, style.strip()[:60], hint


# Paths of a machine, and secrets.

_MACHINE_PATH = r"(?<![\w./:~-])/(?:home|root|Users)/[\w.-]+|(?<![A-Za-z])[A-Z]:\\[\w .-]+\\"
_CALLED = r"(?:password|passwd|secret|api[_-]?key|access[_-]?token|auth[_-]?token)"
_SECRETS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "an access key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token": (
        r"\b(?:gh[opsur]_\w{30,}|github_pat_\w{22,}|glpat-[\w-]{20,}"
        r"|xox[abprs]-[\w-]{10,}|hf_\w{30,})"
    ),
    "a web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "an address with a password": r"\b[a-z][a-z0-9+.-]*://[^\s/:@<>\"']+:[^\s/@<>\"']+@",
    # a name and a value as programs write them; "the secret: confidential" is a sentence
    "a value that is called a secret": (
        rf"(?im)\b{_CALLED}\b(?:[\"']\s*[=:]\s*|\s*=\s*|\s*:\s*(?=[\"'])|:(?=\S))"
        rf"[\"']?[\w+/.-]{{8,}}"
        rf"|\b{_CALLED}\b\s*:\s*(?=[\w+/.-]*\d)[\w+/.-]{{8,}}"
        rf"|^\s*\w*{_CALLED}\s*:\s*[\w+/.-]{{8,}}\s*$"
    ),
}
"""What it is → how it looks, by forms that issuers document and names that people give."""


def _paths(piece: _Piece) -> Faults:
    """Find paths as machines have them, and those of the folders of this very machine."""
    here = {Path.home(), Path.cwd(), Path(sys.prefix), Path(tempfile.gettempdir())}
    places = "|".join(re.escape(str(place)) for place in here if len(place.parts) > 1)
    found = rf"{_MACHINE_PATH}|(?<![\w./:~-])(?:{places})(?=[/\\][\w.-])[^\s<>\"']*"
    for match in re.finditer(found, piece.text):
        yield "a page that names a path of this machine", match[0], "print the file's name alone"


def _secrets(piece: _Piece) -> Faults:
    for kind, pattern in _SECRETS.items():
        for match in re.finditer(pattern, piece.text):
            got = f"{kind}, {match[0].strip()[:8]}…"
            yield "a page that holds what looks like a secret", got, "take it out, and withdraw it"


# Shares of suspects by ethnicity.

_NAMES = "White|Asian|Black|Mixed|Pakistani|Bangladeshi|Indian"
_GROUP = re.compile(
    rf"\b(?:{_NAMES})\b"
    # a name of something else: the Black Country, White City, Indian Ocean, mixed results
    rf"(?! (?!{_NAMES}|British|English|Welsh|Scottish|Irish|African|Caribbean|Chinese|European"
    r"|American|South|East|West|North|Other|Ethnic|Men|Women|Boys|Girls|People|Persons|Males?"
    r"|Females?|Suspects?|Perpetrators?|Offenders?|Or|And|Heritage|Background|Group)[A-Z])"
    r"(?<!\bMixed(?= (?:results?|picture|evidence|methods?|sex|gender|models?|effects?)\b))"
)
_SUSPECTS = re.compile(r"\b(?:suspects?|perpetrators?|offenders)\b", re.IGNORECASE)
_RESIDENTS = re.compile(r"\bresidents?\b", re.IGNORECASE)
_PERCENT = r"\s*(?:%|per ?cent\b)"
_MISSING = re.compile(r"\b(?:missing|unrecorded|not recorded|unknown)\b", re.IGNORECASE)
_BOUNDS = re.compile(r"\b(?:cannot be bounded|bounds?|could be|at least|at most)\b", re.IGNORECASE)

_UNITS = "tr, p, li, dd, figcaption, caption, summary, h1, h2, h3, h4"
"""What a reader takes in as one: nothing beside it makes a share in it complete."""


@cache
def _shares() -> dict[str, re.Pattern[str]]:
    """Return the claims that are such shares, each with its figure as it would be printed."""
    return {
        claim.id: re.compile(rf"(?<![\d.,]){re.escape(f'{claim.value:f}')}{_PERCENT}")
        for claim in claims().values()
        if claim.unit == "percent"
        and _GROUP.search(claim.statement)
        and _SUSPECTS.search(claim.statement)
        and not claim.statement.startswith("Residents")
    }


def _bare_shares(piece: _Piece) -> Faults:
    """Find shares of suspects by ethnicity without their missing share and bounds.

    A share is found by what is said of it (a group, suspects and a percentage in one row, sentence
    or heading), or by the id of its claim beside its figure. It is complete where the same row or
    sentence says how much is missing and what that leaves open, or that it cannot be bounded; in a
    verdict, where the verdict says so.
    """
    what = "a share by ethnicity without its missing share and bounds"
    hint = (
        "print how much is missing and the bounds, or that it cannot be bounded, beside the share"
    )
    if _GROUP.search(piece.html) or any(name in piece.html for name in _shares()):
        for text in _units(piece.soup):
            if _is_share(text) and not (_MISSING.search(text) and _BOUNDS.search(text)):
                yield what, text[:120], hint


def _units(soup: BeautifulSoup) -> Iterator[str]:
    boxes = soup.select("section.verdict")
    inside = {id(tag) for box in boxes for tag in box.select(_UNITS)}
    alone = (tag for tag in soup.select(_UNITS) if id(tag) not in inside)
    for tag in (*boxes, *(tag for tag in alone if not tag.select_one(_UNITS))):
        yield " ".join(tag.get_text(" ").split())
    yield from (str(tag["aria-label"]) for tag in soup.select("svg[aria-label]"))


def _is_share(text: str) -> bool:
    said = _GROUP.search(text) and _SUSPECTS.search(text) and re.search(rf"\d{_PERCENT}", text)
    return bool(said and not _RESIDENTS.search(text)) or any(
        re.search(rf"\b{name}\b", text) and figure.search(text)
        for name, figure in _shares().items()
    )


# Counts that their publisher suppressed.

_KEY = ("year", "area", "factor")
"""The columns that name a cell of the table of assessment factors."""

_NO_VALUES = re.compile(
    r"(?:.*_)?(?:lower|upper)|.*code|year|state|count_?suppressed|suppressed(?:_cells)?"
)
"""Columns that hold no count: bounds, codes, years, and how many cells are suppressed."""

_SUPPRESSED = ("suppressed", "suppressed by the publisher", "c")
_NUMBER = re.compile(r"[-+−]?[\d,]*\d(?:\.\d+)?")

Rows = Iterable[Mapping[str, str | None]]


def _suppressed_counts(piece: _Piece) -> Faults:
    """Find the numbers in suppressed cells of a page's tables and of the files of data in it."""
    for link in piece.soup.select('a[href^="data:text/csv"]'):
        yield from _filled(_csv_rows(unquote(str(link["href"]).partition(",")[2])))
    if "factor" in piece.html.casefold() or "suppressed" in piece.html:
        for table in piece.soup.select("table"):
            yield from _filled(_table_rows(table))


def refuse_csv(text: str, *, where: str) -> None:
    """Refuse a CSV file with a number where the publisher suppressed one.

    A row is of a suppressed cell where its state says so, or where its year, area and factor are
    those of a cell that the table of assessment factors holds as suppressed. No column of such a
    row may hold a number, but for bounds.

    Raises
    ------
    RunError
        Naming the cell.
    """
    _refuse_first(_filled(_csv_rows(text)), where)


def _csv_rows(text: str) -> Rows:
    return csv.DictReader(io.StringIO(text))


def _table_rows(table: Tag) -> Rows:
    heads = [cell.get_text(" ", strip=True) for cell in table.select("thead tr:last-child > *")]
    for row in table.select("tbody tr"):
        cells = [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
        if len(cells) == len(heads):
            yield dict(zip(heads, cells, strict=True))


def _filled(rows: Rows) -> Faults:
    """Find the numbers that stand in rows of suppressed cells, each with the cell."""
    what = "a count that its publisher suppressed"
    hint = "show it as suppressed, or as the bounds 1 and 5"
    for row in rows:
        cells = {
            str(name).casefold().partition(" (")[0]: (value or "").strip()
            for name, value in row.items()
            if not isinstance(value, list)  # cells beyond the last heading
        }
        named = tuple(cells.get(part, "") for part in _KEY)
        if cells.get("state") in _SUPPRESSED or named in _suppressed_cells():
            told = ", ".join(filter(None, named)) or ", ".join(cells.values())
            for name, value in cells.items():
                if _NUMBER.fullmatch(value) and not _NO_VALUES.fullmatch(name):
                    yield what, f"{name} {value} ({told[:80]})", hint


@cache
def _suppressed_cells() -> frozenset[tuple[str, ...]]:
    """Return year, area and factor of every cell that the Department for Education suppressed."""
    from replicate.sources import tables

    held = tables.load("assessment_factors").query("state == 'suppressed'")[list(_KEY)]
    return frozenset(held.astype(str).itertuples(index=False, name=None))


_OF_A_PIECE = (_scripts, _pictures_without_words, _requests, _paths, _secrets)
_OF_A_PAGE = (*_OF_A_PIECE, _suppressed_counts, _bare_shares)
