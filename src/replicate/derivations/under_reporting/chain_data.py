"""The links and chains of `chain.yaml`, with their probabilities from the ledger."""

from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from replicate.analysis.chain import Evidence, Link, span
from replicate.ledger import Claim, find_claim
from replicate.vocabulary.errors import unknown
from replicate.vocabulary.files import read_yaml
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval

NOBODY = "none: no published input"
"""The population of a link that was measured on none."""


class LinkData(BaseModel):
    """A link as `chain.yaml` writes it; see the head of that file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim: str = ""
    complement: bool = False
    level: float | None = Field(default=None, gt=0.5, lt=1)
    spans: tuple[str, ...] = ()
    assumption: str = ""
    given: str
    gives: str
    question: str
    unit: str
    reason: str
    narrows: str


class BridgeData(BaseModel):
    """An assumption that bridges, and the population that it takes a chain over to, if any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    assumption: str
    of: str = ""


class ChainData(BaseModel):
    """A chain as `chain.yaml` writes it: its links, and the name of the assumption that bridges each that needs one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    sets: tuple[str, ...]
    links: tuple[str, ...]
    bridges: dict[str, str]


@cache
def _document() -> dict[str, Any]:
    text = (
        files("replicate.derivations.under_reporting")
        .joinpath("chain.yaml")
        .read_text(encoding="utf-8")
    )
    document: dict[str, Any] = read_yaml(text)
    return document


@cache
def link_data() -> dict[str, LinkData]:
    """Return every link as written, by name."""
    return {name: LinkData.model_validate(body) for name, body in _document()["links"].items()}


@cache
def chain_data() -> dict[str, ChainData]:
    """Return every chain as written, by name."""
    return {name: ChainData.model_validate(body) for name, body in _document()["chains"].items()}


@cache
def bridge_data() -> dict[str, BridgeData]:
    """Return every assumption that bridges, by name."""
    return {name: BridgeData.model_validate(body) for name, body in _document()["bridges"].items()}


@cache
def link(name: str) -> Link:
    """Return a link with its probability from the ledger.

    Raises
    ------
    InputError
        When no link has that name; the nearest is named.

    Examples
    --------
    >>> link("told_at_time").evidence
    RoundingRange(lower=0.065, upper=0.075)
    """
    if name not in link_data():
        raise unknown("link", name, link_data(), where="links")
    data = link_data()[name]
    if data.spans:
        return span([link(part) for part in data.spans], name=name, assumption=data.assumption)
    claim = find_claim(data.claim) if data.claim else None
    value, evidence = _probability(claim, data) if claim else (None, None)
    return Link(
        name=name,
        given=data.given,
        gives=data.gives,
        question=data.question,
        population=claim.population if claim else NOBODY,
        unit=data.unit,
        period=claim.period if claim else "",
        value=value,
        evidence=evidence,
        source=claim.id if claim else "",
    )


def _probability(claim: Claim, data: LinkData) -> tuple[float, Evidence]:
    """Return value and evidence of a claim in percent, or of what it leaves over, as shares."""
    printed, value = claim.range(), float(claim.value or 0)
    lower, upper = (
        (printed.lower, printed.upper)
        if data.level is None
        else (float(claim.lower or 0), float(claim.upper or 0))
    )
    if data.complement:
        value, lower, upper = 100 - value, 100 - upper, 100 - lower
    if data.level is None:
        return value / 100, RoundingRange(lower / 100, upper / 100)
    return value / 100, SamplingInterval(
        lower / 100, upper / 100, data.level, "the published half-width"
    )
