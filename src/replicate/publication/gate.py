"""What may not be published: each refusal says what, where, and what to do.

A piece of a page is refused for pictures without words, requests to elsewhere, scripts, paths of
a machine and secrets; an output of ours for HTML that is not what its bundle renders to; a whole
page also for a share by ethnicity without what is missing, and for a count that its publisher
suppressed; a site also for a stale run and for a claim that nobody checked. Everything is parsed
as HTML, whoever made it.
"""

import csv
import io
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag

from replicate.display.bundle import SHOWN, is_true
from replicate.ledger import Claim, Verdict, claims, find_claim
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.runs import Inputs, Manifest

PLACEHOLDER = "no description has been provided for this image"
"""What nbconvert writes where an alternative text is missing."""

_SCRIPTED = {
    *("script", "iframe", "frame", "frameset", "object", "embed", "applet", "portal"),
    *("base", "link", "meta", "form"),
}
_LOADED = {"src", "srcset", "poster", "background"}
_STYLE_REQUEST = re.compile(r"@import|url\(\s*[\"']?(?!data:|#)", re.IGNORECASE)
_BLANKS = re.compile(r"[\x00-\x20\x7f-\xa0]+")
_RUN = ("javascript:", "vbscript:", "livescript:", "data:text/html", "data:application/xhtml")
"""How an address begins that a browser would run."""


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
    """Refuse a finished page for what its parts did not show alone.

    Raises
    ------
    RunError
        Naming the first fault.
    """
    body = html.partition("<body>")[2]
    refuse(body, where=where)
    refuse_small_counts(body, where=where)
    refuse_shares(body, where=where)


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
        runs = any(name.startswith("on") or _is_run(value) for name, value in attrs)
        if tag in _SCRIPTED or runs:
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
            hint = "give it role='img' and an aria-label"
            self._note("an image without a text alternative", shown, hint)
        fetched = [value for name, value in given.items() if _is_fetched(tag, name, value)]
        fetched += [given["style"]] if _STYLE_REQUEST.search(given.get("style", "")) else []
        if fetched:
            self._fetches(fetched[0])

    def handle_data(self, data: str) -> None:
        """Look into style sheets."""
        if self.in_style and _STYLE_REQUEST.search(data):
            self._fetches(data.strip()[:60])

    def _fetches(self, got: str) -> None:
        self._note("a page that would fetch something", got, "put it into the page, or link to it")

    def _note(self, what: str, got: str, hint: str) -> None:
        self.faults.append((what, got, hint))


def _is_run(value: str | None) -> bool:
    """Say whether a browser would run a value as an address; it leaves blanks in addresses out.

    An animation gives several values to the attribute of another element.
    """
    parts = _BLANKS.sub("", value or "").casefold().split(";")
    return any(part.startswith(_RUN) for part in parts)


def _is_fetched(tag: str, name: str, value: str) -> bool:
    """Say whether a browser would load the address by itself."""
    in_drawing = tag in {"image", "use", "feimage"} and name in {"href", "xlink:href"}
    here = _BLANKS.sub("", value).startswith(("data:image/", "#"))
    return (name in _LOADED or in_drawing) and not here


def _says_nothing(alt: str) -> bool:
    return not alt.strip() or alt.strip().casefold() == PLACEHOLDER


def _is_named(given: Mapping[str, str]) -> bool:
    said = not _says_nothing(given.get("aria-label", "")) or bool(given.get("aria-labelledby"))
    return said or given.get("aria-hidden") == "true"


# Paths of a machine, and secrets.

_DATA_URI = re.compile(r"data:[\w/+.;=-]+,[^\"'\s)>]*")
_MACHINE_PATH = re.compile(
    r"(?<![\w./:~-])/(?:home|root|Users)/[\w.-]+|(?<![A-Za-z])[A-Z]:\\[\w .-]+\\"
)
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


def refuse_private(html: str, *, where: str) -> None:
    """Refuse text that names a path of a machine, or looks like a secret.

    Pictures and files inside addresses are left out: chance makes anything of their letters.

    Raises
    ------
    RunError
        Naming the fault; of a secret only its first letters.
    """
    text = unescape(_DATA_URI.sub("", html))
    if found := next(_paths(text), None):
        raise RunError(
            "a page that names a path of this machine",
            where=where,
            got=found,
            hint="print the file's name without its folder",
        )
    for what, pattern in _SECRETS.items():
        if match := re.search(pattern, text):
            raise RunError(
                f"a page that holds what looks like {what}",
                where=where,
                got=f"{match[0].strip()[:8]}…",
                hint="take it out, and have it withdrawn where it was issued",
            )


def _paths(text: str) -> Iterator[str]:
    yield from (match[0] for match in _MACHINE_PATH.finditer(text))
    for place in _places():
        found = rf"(?<![\w./:~-]){re.escape(place)}(?=[/\\][\w.-])[^\s<>\"']*"
        yield from (match[0] for match in re.finditer(found, text))


def _places() -> list[str]:
    """Return the folders of this machine that a page could give away."""
    places = {Path.home(), Path.cwd(), Path(sys.prefix), Path(tempfile.gettempdir())}
    return sorted(str(place) for place in places if len(place.parts) > 1)


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
_PERCENT = re.compile(r"\d\s*(?:%|per ?cent\b)")
_MISSING = re.compile(r"\b(?:missing|unrecorded|not recorded|unknown)\b", re.IGNORECASE)
_BOUNDS = re.compile(r"\b(?:cannot be bounded|bounds?|could be|at least|at most)\b", re.IGNORECASE)

_UNITS = "tr, p, li, dd, figcaption, caption, summary, h1, h2, h3, h4"
"""What a reader takes in as one: nothing beside it makes a share in it complete."""


def is_share_by_ethnicity(claim: Claim) -> bool:
    """Say whether a claim is a share of suspects, or of perpetrators, who are of an ethnic group.

    Examples
    --------
    >>> is_share_by_ethnicity(claims()["C08"]), is_share_by_ethnicity(claims()["C12a"])
    (True, False)
    """
    said = claim.statement
    named = bool(_GROUP.search(said) and _SUSPECTS.search(said))
    return claim.unit == "percent" and named and not said.startswith("Residents")


def refuse_shares(html: str, *, where: str) -> None:
    """Refuse a page with a share of suspects by ethnicity without its missing share and bounds.

    A share is found by what is said of it (a group, suspects and a percentage in one row,
    sentence or heading), or by the id of its claim beside its figure. It is complete where the
    same row or sentence says how much is missing and what that leaves open, or that it cannot be
    bounded; in a verdict, where the verdict says so.

    Raises
    ------
    RunError
        Naming the first such share.
    """
    if not _GROUP.search(html) and not any(name in html for name in _shares()):
        return
    for text in _units(BeautifulSoup(html, "html.parser")):
        if _is_share(text) and not (_MISSING.search(text) and _BOUNDS.search(text)):
            raise RunError(
                "a share by ethnicity without its missing share and bounds",
                where=where,
                got=text[:120],
                hint="print how much is missing and the bounds, or that it cannot be bounded, "
                "beside the share",
            )


def _units(soup: BeautifulSoup) -> Iterator[str]:
    for tag in soup.select("section.verdict"):
        yield _text(tag)
        tag.decompose()
    yield from (_text(tag) for tag in soup.select(_UNITS) if not tag.select_one(_UNITS))
    yield from (str(tag["aria-label"]) for tag in soup.select("svg[aria-label]"))


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def _is_share(text: str) -> bool:
    said = _GROUP.search(text) and _SUSPECTS.search(text) and _PERCENT.search(text)
    return bool(said and not _RESIDENTS.search(text)) or any(
        re.search(rf"\b{name}\b", text) and figure.search(text)
        for name, figure in _shares().items()
    )


@cache
def _shares() -> dict[str, re.Pattern[str]]:
    """Return the claims that are such shares, each with its figure as it would be printed."""
    found = (claim for claim in claims().values() if is_share_by_ethnicity(claim))
    return {
        claim.id: re.compile(rf"(?<![\d.,]){re.escape(f'{claim.value:f}')}\s*(?:%|per ?cent\b)")
        for claim in found
    }


# Counts that their publisher suppressed.

KEY = ("year", "area", "factor")
"""The columns that name a cell of the table of assessment factors."""

_NO_VALUES = re.compile(
    r"(?:.*_)?(?:lower|upper)|.*code|year|state|count_?suppressed|suppressed(?:_cells)?"
)
"""Columns that hold no count: bounds, codes, years, and how many cells are suppressed."""

_NUMBER = re.compile(r"[-+−]?[\d,]*\d(?:\.\d+)?")
_FILE = re.compile(r'href="data:text/csv[^,"]*,([^"]*)"')
_SUPPRESSED = ("suppressed", "suppressed by the publisher", "c")


def refuse_small_counts(html: str, *, where: str) -> None:
    """Refuse a page on which a table, or a file of data inside it, has a suppressed number.

    Raises
    ------
    RunError
        Naming the cell.
    """
    for address in _FILE.findall(html):
        refuse_csv(unquote(address), where=where)
    if "factor" in html.casefold() or "suppressed" in html:
        for rows in _tables(BeautifulSoup(html, "html.parser")):
            _refuse_rows(rows, where)


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
    _refuse_rows(csv.DictReader(io.StringIO(text)), where)


def _refuse_rows(rows: Iterable[Mapping[str, str | None]], where: str) -> None:
    for row in rows:
        cells = {
            str(name).casefold().partition(" (")[0]: (value or "").strip()
            for name, value in row.items()
            if not isinstance(value, list)
        }
        numbers = (
            (name, value)
            for name, value in cells.items()
            if _NUMBER.fullmatch(value) and not _NO_VALUES.fullmatch(name)
        )
        if _is_suppressed(cells) and (found := next(numbers, None)):
            told = [cells[part] for part in KEY if part in cells] or list(cells.values())
            raise RunError(
                "a count that its publisher suppressed",
                where=where,
                got=f"{found[0]} {found[1]} ({', '.join(told)[:80]})",
                hint="show it as suppressed, or as the bounds 1 and 5",
            )


def _is_suppressed(cells: Mapping[str, str]) -> bool:
    if cells.get("state") in _SUPPRESSED:
        return True
    return (
        set(KEY) <= set(cells)
        and (cells["year"], cells["area"], cells["factor"]) in suppressed_cells()
    )


@cache
def suppressed_cells() -> frozenset[tuple[str, ...]]:
    """Return year, area and factor of every cell that the Department for Education suppressed."""
    from replicate.sources import tables

    table = tables.load("assessment_factors")
    held = table.loc[table["state"] == "suppressed", list(KEY)].astype(str)
    return frozenset(held.itertuples(index=False, name=None))


def _tables(soup: BeautifulSoup) -> Iterable[list[dict[str, str | None]]]:
    for table in soup.select("table"):
        heads = [cell.get_text(" ", strip=True) for cell in table.select("thead tr:last-child > *")]
        rows = [
            [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
            for row in table.select("tbody tr")
        ]
        yield [dict(zip(heads, row, strict=True)) for row in rows if len(row) == len(heads)]


# Runs and verdicts.


def refuse_stale(runs: Mapping[Path, Manifest], project: Path) -> None:
    """Refuse runs of notebooks, code, tables or an environment that have changed since.

    Parameters
    ----------
    runs
        Executed notebooks, each with its manifest.
    project
        The folder with `notebooks/` and the lock.

    Raises
    ------
    RunError
        Naming the run and the first thing that changed.
    """
    for path, manifest in runs.items():
        if reason := next(changes(manifest, project), None):
            hint = f"run `replicate run {manifest.notebook}` again"
            raise RunError("a stale run", where=str(path), got=reason, hint=hint)


def changes(manifest: Manifest, project: Path) -> Iterator[str]:
    """Yield what has changed since a run: its notebook, the package, its tables, the lock."""
    notebook = project / "notebooks" / f"{manifest.notebook}.ipynb"
    if not notebook.is_file():
        yield f"there is no notebook {manifest.notebook}"
    else:
        yield from manifest.changes(Inputs.of(notebook, project))


def refuse_verdicts(rows: Sequence[Mapping[str, object]]) -> None:
    """Refuse verdicts that a site may not be made of.

    Parameters
    ----------
    rows
        A row a claim: id, verdict, and `missing`, which says of a share by ethnicity how much is
        missing and what bounds that leaves.

    Raises
    ------
    RunError
        When a claim was not checked, or a share by ethnicity stands without what is missing; the
        claims are named.
    """
    unchecked = [str(row["id"]) for row in rows if row["verdict"] == Verdict.NOT_CHECKED]
    bare = [str(row["id"]) for row in rows if not row["missing"] and _needs_bounds(str(row["id"]))]
    for names, what, hint in (
        (
            unchecked,
            "claims that nobody has checked",
            "write their derivations, or say in the ledger why there can be none",
        ),
        (
            bare,
            "a share by ethnicity without its missing share and bounds",
            "give them a derivation of the kind share_by_ethnicity",
        ),
    ):
        if names:
            raise RunError(what, where="the verdicts", got=", ".join(names), hint=hint)


def _needs_bounds(name: str) -> bool:
    return is_share_by_ethnicity(find_claim(find_claim(name).figure_id))
