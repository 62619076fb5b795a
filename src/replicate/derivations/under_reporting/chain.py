"""What notebook 03 asks of the reporting chain: its links, what they come to step by step, and what is assumed."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from replicate.analysis.chain import Bridge, Chain, Link, RangeOfIntervals, compose
from replicate.derivations.under_reporting.chain_data import (
    bridge_data,
    chain_data,
    link,
    link_data,
)
from replicate.ledger import find_claim
from replicate.vocabulary.parameters import UnderReporting
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval, ScenarioRange

KINDS: dict[type, str] = {
    RoundingRange: "published, rounded",
    SamplingInterval: "sampling interval",
    ScenarioRange: "range under assumptions",
    RangeOfIntervals: "range of intervals",
}
"""What a probability rests on → what tables call it."""

NONE = "no published input"


@dataclass(frozen=True)
class Named:
    """A chain with its name and title, and all links named for it."""

    name: str
    title: str
    links: tuple[Link, ...]
    chain: Chain


def chains(parameters: UnderReporting) -> tuple[Named, ...]:
    """Return the chains of the set asked for, and the reader's own last.

    Raises
    ------
    InputError
        For an unknown link, or what `replicate.analysis.chain.compose` refuses of the reader's own chain.
    """
    chosen = {
        name: data
        for name, data in chain_data().items()
        if parameters.scenarios in (*data.sets, "all")
    }
    made = [
        _named(name, data.title, data.links, _shared(data.bridges), parameters)
        for name, data in chosen.items()
    ]
    bridges = [Bridge(later, text) for later, text in parameters.bridges.items()]
    own = (
        [_named("own", "A chain of your own", parameters.links, bridges, parameters)]
        if parameters.links
        else []
    )
    return (*made, *own)


def _shared(names: dict[str, str]) -> list[Bridge]:
    return [
        Bridge(later, bridge_data()[name].assumption, bridge_data()[name].of)
        for later, name in names.items()
    ]


def _named(
    name: str,
    title: str,
    links: Iterable[str],
    bridges: Iterable[Bridge],
    parameters: UnderReporting,
) -> Named:
    measured = tuple(link(part) for part in links)
    chain = compose(
        measured,
        bridges=bridges,
        draws=parameters.draws,
        seed=parameters.seed,
        level=parameters.level,
    )
    return Named(name, title, measured, chain)


def links_listed(parameters: UnderReporting) -> pd.DataFrame:
    """Return the links of the chains, each with what it was measured on.

    Returns
    -------
    pandas.DataFrame
        link, step, asked, population, unit, period, published, lower, upper (percent), kind, claim, seen and reason.
    """
    return pd.DataFrame([_listed(one) for one in _used(parameters)])


def _used(parameters: UnderReporting) -> list[Link]:
    """Return every link of the chains once, with those that a range spans, in the order of `chain.yaml`."""
    named = {one.name for found in chains(parameters) for one in found.links}
    named |= {part for name in named for part in link_data()[name].spans}
    return [link(name) for name in link_data() if name in named]


def _listed(one: Link) -> dict[str, object]:
    claim = find_claim(link_data()[one.name].claim) if link_data()[one.name].claim else None
    return {
        "link": one.name,
        "step": f"{one.given} → {one.gives}",
        "asked": one.question,
        "population": one.population,
        "unit": one.unit,
        "period": one.period or "not stated",
        "published": None if one.value is None else 100 * one.value,
        "lower": None if one.evidence is None else 100 * one.evidence.lower,
        "upper": None if one.evidence is None else 100 * one.evidence.upper,
        "kind": NONE if one.evidence is None else KINDS[type(one.evidence)],
        "claim": claim.id if claim else one.source or "none",
        "seen": claim.seen.meaning
        if claim
        else "as the links it spans"
        if one.source
        else "looked for, found nowhere",
        "reason": link_data()[one.name].reason,
    }


def steps(parameters: UnderReporting) -> pd.DataFrame:
    """Return what each chain comes to, step by step.

    Returns
    -------
    pandas.DataFrame
        chain, up_to, lower, upper (percent of the first link's population), kind, fewest and most (how many for each one), asked, of
        (whose population), assumed (how many assumptions) and ends. A step without a published input has no range.
    """
    return pd.DataFrame([row for found in chains(parameters) for row in _steps(found, parameters)])


def _steps(found: Named, parameters: UnderReporting) -> Iterable[dict[str, object]]:
    for count in range(1, len(found.chain.links) + 1):
        held = found.chain.links[:count]
        bridges = [
            bridge for bridge in found.chain.bridges if bridge.link in {one.name for one in held}
        ]
        part = compose(
            held,
            bridges=bridges,
            draws=parameters.draws,
            seed=parameters.seed,
            level=parameters.level,
        )
        yield _step(found.title, held[-1], part)
    if found.chain.stopped:
        empty = dict.fromkeys(("lower", "upper", "fewest", "most"))
        asked = {"asked": found.chain.stopped.question, "of": found.chain.stopped.population}
        yield {
            "chain": found.title,
            "up_to": found.chain.stopped.gives,
            **empty,
            "kind": NONE,
            **asked,
            "assumed": None,
        }


def _step(title: str, last: Link, part: Chain) -> dict[str, object]:
    return {
        "chain": title,
        "up_to": last.gives,
        "lower": 100 * part.composed.lower,
        "upper": 100 * part.composed.upper,
        "fewest": 1 / part.composed.upper,
        "most": 1 / part.composed.lower,
        "kind": KINDS[type(part.composed)],
        "asked": part.question,
        "of": part.population,
        "assumed": len(part.assumptions),
    }


def assumptions(parameters: UnderReporting) -> pd.DataFrame:
    """Return every assumption that a chain carries: chain, at (the link), kind and assumption."""
    rows = []
    for found in chains(parameters):
        rows += [
            (found.title, bridge.link, "bridge", bridge.assumption)
            for bridge in found.chain.bridges
        ]
        for one in found.chain.links:
            ranged = one.evidence.assumptions if isinstance(one.evidence, ScenarioRange) else ()
            rows += [(found.title, one.name, "range", text) for text in ranged]
    none = (
        "every chain",
        "none",
        "none",
        "nothing is assumed: no two links differ in population or unit",
    )
    return pd.DataFrame(rows or [none], columns=["chain", "at", "kind", "assumption"])
