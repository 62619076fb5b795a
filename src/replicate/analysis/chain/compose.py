"""Chains out of links, or the reason why they don't go together."""

from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise, takewhile
from math import prod

from replicate.analysis.chain.links import Bridge, Link
from replicate.analysis.chain.result import Chain, Composed, MonteCarlo, RangeOfIntervals
from replicate.analysis.chain.sampling import simulate
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval, ScenarioRange

DIFFERENCES = ("population", "unit")
"""What two links must share, or be bridged by an assumption."""


def compose(
    links: Iterable[Link],
    *,
    bridges: Iterable[Bridge] = (),
    draws: int = 100_000,
    seed: int = 1,
    level: float = 0.95,
) -> Chain:
    """Put links together to the probability of their last step given their first.

    Parameters
    ----------
    links
        In any order; each step follows the one that gives what it is given.
    bridges
        For each link measured on another population, or in another unit, than the link before it: the assumption that bridges the
        two. The chain carries them.
    draws, seed, level
        Of the simulation, where links are known by sampling.

    Returns
    -------
    Chain
        Published values with their rounding come to a rounding range; with a range under assumptions, or a bridge, to a scenario
        range with all that is assumed; sampling intervals to a simulated interval; both together to a range of intervals. It ends
        before the first link without a published input.

    Raises
    ------
    InputError
        For links of which two are for one step or which leave a gap, for links measured on different populations or in different
        units without a bridge, a bridge that bridges nothing, and for a chain whose first link has no published input.

    Examples
    --------
    >>> asked = dict(given="happened", gives="told", question="Were the police told?", population="adults", unit="adults")
    >>> told = Link(name="told", value=0.07, evidence=RoundingRange(0.065, 0.075), **asked)
    >>> compose([told]).composed
    RoundingRange(lower=0.065, upper=0.075)
    """
    ordered = _ordered(tuple(links))
    held = tuple(takewhile(lambda link: link.evidence is not None, ordered))
    if not held:
        raise InputError(
            "a chain that stops before it starts",
            where=f"link {ordered[0].name}" if ordered else "links",
            got="no published input" if ordered else "no link",
            expected="a first link with a published input",
        )
    used = _bridged(held, tuple(bridges))
    composed, made = _composed(held, used, draws=draws, seed=seed, level=level)
    values = [link.value for link in held if link.value is not None]
    value = prod(values) if len(values) == len(held) else None
    return Chain(held, used, value, composed, left=ordered[len(held) :], monte_carlo=made)


def _ordered(links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Put links in the order of their steps."""
    for one, other in combinations(links, 2):
        if one.given == other.given or one.gives == other.gives:
            got = f"{one.name} ({one.question}) and {other.name} ({other.question})"
            hint = (
                "different questions make different chains"
                if one.question != other.question
                else None
            )
            raise InputError(
                "two links for one step",
                where=f"{one.given} → {one.gives}",
                got=got,
                expected="one link a step",
                hint=hint,
            )
    after = {link.given: link for link in links}
    given_by_none = [link for link in links if link.given not in {other.gives for other in links}]
    found: list[Link] = given_by_none[:1]
    while found and found[-1].gives in after:
        found.append(after[found[-1].gives])
    if len(found) < len(links):
        got = ", ".join(f"{link.given} → {link.gives}" for link in links)
        raise InputError(
            "links that leave a gap",
            where="links",
            got=got,
            expected="each link given what the one before it gives",
        )
    return tuple(found)


def _bridged(links: Sequence[Link], bridges: Sequence[Bridge]) -> tuple[Bridge, ...]:
    """Refuse what differs without a bridge, and a bridge where nothing differs; return the bridges in the order of the links."""
    by_link = {bridge.link: bridge for bridge in bridges}
    differing = {
        later.name: (earlier, later)
        for earlier, later in pairwise(links)
        if _differences(earlier, later)
    }
    if idle := [name for name in by_link if name not in differing]:
        expected = (
            f"bridges for {', '.join(differing)} alone"
            if differing
            else "no bridge: the links share population and unit"
        )
        raise InputError(
            "an assumption that bridges nothing", where="bridges", got=idle[0], expected=expected
        )
    for name, (earlier, later) in differing.items():
        if name not in by_link or not by_link[name].assumption.strip():
            raise _unlike(earlier, later)
    return tuple(by_link[name] for name in differing)


def _differences(earlier: Link, later: Link) -> list[str]:
    return [aspect for aspect in DIFFERENCES if getattr(earlier, aspect) != getattr(later, aspect)]


def _unlike(earlier: Link, later: Link) -> InputError:
    return InputError(
        f"links that differ in {' and '.join(_differences(earlier, later))}",
        where=f"{earlier.name} × {later.name}",
        got=f"{earlier.name} measured on {earlier.measured_on} ('{earlier.question}'); "
        f"{later.name} on {later.measured_on} ('{later.question}')",
        expected="links measured on one population in one unit, or a bridging assumption named",
        hint=f"name the assumption by which {later.name} holds for those of {earlier.name}",
    )


def _composed(
    links: Sequence[Link], bridges: Sequence[Bridge], *, draws: int, seed: int, level: float
) -> tuple[Composed, MonteCarlo | None]:
    ranges = [
        link.evidence for link in links if isinstance(link.evidence, RoundingRange | ScenarioRange)
    ]
    sampled = [link for link in links if isinstance(link.evidence, SamplingInterval)]
    lower, upper = prod(found.lower for found in ranges), prod(found.upper for found in ranges)
    scenario = [
        text for found in ranges if isinstance(found, ScenarioRange) for text in found.assumptions
    ]
    assumptions = tuple(dict.fromkeys([*(bridge.assumption for bridge in bridges), *scenario]))
    if not sampled:
        return (
            ScenarioRange(lower, upper, assumptions) if assumptions else RoundingRange(lower, upper)
        ), None
    interval, made = simulate(sampled, draws=draws, seed=seed, level=level)
    if not ranges:
        return interval, made
    return RangeOfIntervals(_scaled(interval, lower), _scaled(interval, upper), assumptions), made


def _scaled(interval: SamplingInterval, by: float) -> SamplingInterval:
    return SamplingInterval(
        by * interval.lower, by * interval.upper, interval.level, interval.method
    )
