"""Shares of suspects by ethnicity: never without the share that is missing and the bounds that it leaves."""

import re
from collections.abc import Iterator
from functools import cache

from bs4 import BeautifulSoup, Tag

from replicate.ledger import Claim, Unit, claims
from replicate.vocabulary.errors import RunError

_GROUP = re.compile(r"\b(?:White|Asian|Black|Mixed|Pakistani|Bangladeshi|Indian)\b")
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
    return (
        claim.unit is Unit.PERCENT
        and bool(_GROUP.search(said) and _SUSPECTS.search(said))
        and not said.startswith("Residents")
    )


def refuse_shares(html: str, *, where: str) -> None:
    """Refuse a page with a share of suspects by ethnicity that stands without its missing share and bounds.

    A share is found by what is said of it (a group, suspects and a percentage in one row, sentence or heading), or by the id of its claim
    beside its figure. It is complete where the same row or sentence says how much is missing and what that leaves open, or that it cannot
    be bounded; in a verdict, where the verdict says so.

    Parameters
    ----------
    html
        A page.
    where
        Its name.

    Raises
    ------
    RunError
        Naming the first such share.
    """
    if not _GROUP.search(html) and not any(name in html for name in _shares()):
        return
    for text in _units(BeautifulSoup(html, "html.parser")):
        if _is_share(text) and not _is_complete(text):
            hint = "print how much is missing and the bounds, or that it cannot be bounded, beside the share"
            raise RunError(
                "a share by ethnicity without its missing share and bounds",
                where=where,
                got=text[:120],
                hint=hint,
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
    said = bool(
        _GROUP.search(text) and _SUSPECTS.search(text) and _PERCENT.search(text)
    ) and not _RESIDENTS.search(text)
    return said or any(
        re.search(rf"\b{name}\b", text) and figure.search(text)
        for name, figure in _shares().items()
    )


def _is_complete(text: str) -> bool:
    return bool(_MISSING.search(text) and _BOUNDS.search(text))


@cache
def _shares() -> dict[str, re.Pattern[str]]:
    """Return the claims that are such shares, each with its figure as it would be printed."""
    found = (claim for claim in claims().values() if is_share_by_ethnicity(claim))
    return {
        claim.id: re.compile(rf"(?<![\d.,]){re.escape(f'{claim.value:f}')}\s*(?:%|per ?cent\b)")
        for claim in found
    }
