"""The reporting chain: from what happened to what was told, recorded, flagged and identified.

The probability of the last step is the product of the steps only if each was measured on what the
step before left over. The steps that are published were not: they differ in population, unit, year
and question. So a chain is put together only with the assumption that bridges each difference
named, and it carries them. What a step rests on keeps its kind: ranges are composed by interval
arithmetic and stay ranges, sampling intervals by simulation, and a chain of both is a range of
intervals, not one interval.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise, takewhile
from math import prod
from zlib import crc32

import numpy as np
from scipy.stats import norm

from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval, ScenarioRange

Evidence = RoundingRange | SamplingInterval | ScenarioRange
"""What a probability rests on: a published value with its rounding, a sampling interval around one,
or a range under assumptions.
"""


@dataclass(frozen=True, kw_only=True)
class Link:
    """The probability of one step, given the step before.

    Attributes
    ----------
    name
        What code and parameters call it.
    given, gives
        The step before and the step itself: "told the police" and "recorded".
    question
        What was asked, and of when: told at the time, and ever told, are two questions.
    population, unit, period
        Whom or what it was measured on: who, counted in what (adults, reported crimes, cases), and
        when.
    value
        The probability as published; none with a range under assumptions, inside which no point is
        better than another.
    evidence
        What it rests on; none where nothing is published, which stops a chain.
    source
        Where it was published.
    assumption
        By which it holds for the links before it, where it was measured on others than they were;
        printed with every result that rests on it.
    of
        The population that the chain is taken to be of from here on, where that is not the
        population of its first link.

    Raises
    ------
    InputError
        When the ends are not probabilities above 0, or the value does not belong to them.
    """

    name: str
    given: str
    gives: str
    question: str
    population: str
    unit: str
    period: str = ""
    value: float | None = None
    evidence: Evidence | None = None
    source: str = ""
    assumption: str = ""
    of: str = ""

    def __post_init__(self) -> None:
        got = self.evidence if self.value is None else f"{self.value} with {self.evidence}"
        for what, broken in self._faults():
            if broken:
                raise InputError(what, where=f"link {self.name}", got=got, expected=_EXPECTED)

    def _faults(self) -> list[tuple[str, bool]]:
        found, value = self.evidence, self.value
        if found is None:
            return [("a probability that rests on nothing", value is not None)]
        needs = not isinstance(found, ScenarioRange)
        return [
            ("ends that are no probabilities above 0", not 0 < found.lower <= found.upper <= 1),
            ("a published value or an interval without the value", needs and value is None),
            ("a value inside a range under assumptions", not needs and value is not None),
            ("a value outside its own ends", value is not None and value not in found),
        ]

    @property
    def measured_on(self) -> str:
        """Population, unit and period, in words."""
        return "; ".join(
            part for part in (self.population, f"counted in {self.unit}", self.period) if part
        )


_EXPECTED = (
    "ends above 0 and up to 1, and between them a value unless the ends are a range under "
    "assumptions"
)


def span(links: Sequence[Link], *, name: str, assumption: str) -> Link:
    """Make a range, from the lowest to the highest, of several published values for one step.

    Parameters
    ----------
    links
        Published values for one step, measured by one question in one unit.
    name
        Of the link made.
    assumption
        Why what is wanted should lie between them; printed with every result that rests on it.

    Raises
    ------
    InputError
        When they answer different questions, or differ in step or unit, or one is no published
        value. Answers to two questions are never the ends of one range.

    Examples
    --------
    >>> step = dict(given="told", gives="recorded", question="Was it recorded?")
    >>> on = dict(population="reports", unit="reports")
    >>> low = Link(name="low", value=0.74, evidence=RoundingRange(0.735, 0.745), **step, **on)
    >>> high = Link(name="high", value=0.95, evidence=RoundingRange(0.945, 0.955), **step, **on)
    >>> span([low, high], name="either", assumption="between the two").evidence.upper
    0.955
    """
    first = links[0]
    for aspect in ("question", "given", "gives", "unit"):
        if len({getattr(link, aspect) for link in links}) > 1:
            what, where = f"links that differ in {aspect} as one range", f"link {name}"
            got = "; ".join(f"{link.name}: {getattr(link, aspect)}" for link in links)
            raise InputError(what, where=where, got=got, expected=f"one {aspect}")
    ends = [link.evidence for link in links if isinstance(link.evidence, RoundingRange)]
    if len(ends) < len(links):
        what, expected = "a range over what is no published value", "values with their rounding"
        raise InputError(what, where=f"link {name}", expected=expected)
    lowest, highest = min(end.lower for end in ends), max(end.upper for end in ends)
    return replace(
        first,
        name=name,
        population=_together(link.population for link in links),
        period=_together(link.period for link in links),
        value=None,
        evidence=ScenarioRange(lowest, highest, (assumption,)),
        source=_together(link.source for link in links),
    )


def _together(parts: Iterable[str]) -> str:
    return " and ".join(dict.fromkeys(part for part in parts if part))


@dataclass(frozen=True)
class RangeOfIntervals:
    """Sampling intervals at both ends of a range: what a chain of both kinds comes to.

    It is not one interval: no level belongs to it as a whole, and no end of the range is likelier
    than the other.
    """

    at_lower: SamplingInterval
    at_upper: SamplingInterval
    assumptions: tuple[str, ...] = ()

    @property
    def lower(self) -> float:
        """The lower end of the lower interval."""
        return self.at_lower.lower

    @property
    def upper(self) -> float:
        """The upper end of the upper interval."""
        return self.at_upper.upper


Composed = RoundingRange | ScenarioRange | SamplingInterval | RangeOfIntervals
"""What a chain comes to, by the kinds of its links."""


@dataclass(frozen=True)
class Chain:
    """Links put together as far as anything is published.

    Attributes
    ----------
    links
        Those composed, in order.
    beyond
        Those after them, from the first without a published input on.
    value
        The product of the published values; none where a link is a range under assumptions.
    composed
        What it comes to, of the kind that its links make.
    """

    links: tuple[Link, ...]
    beyond: tuple[Link, ...]
    value: float | None
    composed: Composed

    @property
    def population(self) -> str:
        """The population it is of: its first link's, unless one takes it over to another."""
        return [self.links[0].population, *(link.of for link in self.links if link.of)][-1]


def compose(
    links: Iterable[Link],
    *,
    draws: int = 100_000,
    seed: int = 1,
    level: float = 0.95,
) -> Chain:
    """Put links together to the probability of their last step given their first.

    Parameters
    ----------
    links
        In any order; each step follows the one that gives what it is given. One measured on another
        population, or in another unit, than the link before it has the assumption that bridges
        the two.
    draws, seed, level
        Of the simulation, where links are known by sampling.

    Returns
    -------
    Chain
        Published values with their rounding come to a rounding range; with a range under
        assumptions, or an assumption between two links, to a scenario range with all that is assumed; sampling intervals
        to a simulated interval; both together to a range of intervals. It ends before the first
        link without a published input.

    Raises
    ------
    InputError
        For links of which two are for one step or which leave a gap, for links measured on
        different populations or in different units without an assumption, an assumption that
        bridges nothing, and for a chain whose first link has no published input.

    Examples
    --------
    >>> step = dict(given="happened", gives="told", question="Were the police told?")
    >>> on = dict(population="adults", unit="adults")
    >>> told = Link(name="told", value=0.07, evidence=RoundingRange(0.065, 0.075), **step, **on)
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
    _check_bridges(held)
    composed = _composed(held, draws=draws, seed=seed, level=level)
    values = [link.value for link in held if link.value is not None]
    value = prod(values) if len(values) == len(held) else None
    return Chain(held, ordered[len(held) :], value, composed)


def _ordered(links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Put links in the order of their steps."""
    for one, other in combinations(links, 2):
        if one.given == other.given or one.gives == other.gives:
            got = f"{one.name} ({one.question}) and {other.name} ({other.question})"
            unlike = one.question != other.question
            raise InputError(
                "two links for one step",
                where=f"{one.given} → {one.gives}",
                got=got,
                expected="one link a step",
                hint="different questions make different chains" if unlike else None,
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


def _check_bridges(links: Sequence[Link]) -> None:
    """Refuse links that differ without an assumption, and an assumption that is not needed."""
    for earlier, later in pairwise([links[0], *links]):
        unlike = [
            aspect
            for aspect in ("population", "unit")
            if getattr(earlier, aspect) != getattr(later, aspect)
        ]
        if later.assumption and not unlike:
            raise InputError(
                "an assumption that bridges nothing",
                where="bridges",
                got=later.name,
                expected="no bridge to a link that shares population and unit with the one before",
            )
        if unlike and not later.assumption.strip():
            raise InputError(
                f"links that differ in {' and '.join(unlike)}",
                where=f"{earlier.name} × {later.name}",
                got=f"{earlier.name} measured on {earlier.measured_on} ('{earlier.question}'); "
                f"{later.name} on {later.measured_on} ('{later.question}')",
                expected="links measured on one population in one unit, or a bridging assumption "
                "named",
                hint=f"name the assumption by which {later.name} holds for those of {earlier.name}",
            )


def _composed(links: Sequence[Link], *, draws: int, seed: int, level: float) -> Composed:
    every = {link: link.evidence for link in links if link.evidence}
    sampled = {link: of for link, of in every.items() if isinstance(of, SamplingInterval)}
    ranges = [found for link, found in every.items() if link not in sampled]
    lower, upper = prod(found.lower for found in ranges), prod(found.upper for found in ranges)
    assumed = [link.assumption for link in links if link.assumption]
    assumed += [text for of in ranges if isinstance(of, ScenarioRange) for text in of.assumptions]
    assumptions = tuple(dict.fromkeys(assumed))
    if not sampled and not assumptions:
        return RoundingRange(lower, upper)
    if not sampled:
        return ScenarioRange(lower, upper, assumptions)
    interval = _simulated(sampled, draws=draws, seed=seed, level=level)
    if not ranges:
        return interval
    at_lower, at_upper = (
        replace(interval, lower=by * interval.lower, upper=by * interval.upper)
        for by in (lower, upper)
    )
    return RangeOfIntervals(at_lower, at_upper, assumptions)


FEWEST = 1_000
"""Draws: below it an end at the usual levels rests on some twenty draws."""


def _beta(link: Link, found: SamplingInterval) -> tuple[float, float]:
    """Return the beta distribution, by moments, that stands for a link's sampling error.

    Its mean is the published value, its standard deviation the interval's width over twice the
    normal quantile of its level. It is a choice: an interval says nothing of the shape between its
    ends. Being a distribution of probabilities, it stays between 0 and 1.
    """
    mean, deviation = link.value or 0.0, found.width / (2 * float(norm.isf((1 - found.level) / 2)))
    if not 0 < deviation**2 < mean * (1 - mean):
        raise InputError(
            "an interval that no beta distribution has",
            where=f"link {link.name}",
            got=f"{found.lower:g} to {found.upper:g} around {mean:g}",
            expected="a value below 1 and an interval wider than nothing and narrower than 0 to 1",
        )
    total = mean * (1 - mean) / deviation**2 - 1
    return mean * total, (1 - mean) * total


def _simulated(
    sampled: dict[Link, SamplingInterval], *, draws: int, seed: int, level: float
) -> SamplingInterval:
    """Simulate the product of links known by sampling, their errors independent of one another.

    Each link draws from a stream of its own, made of the seed and its name, so that the order of
    links makes no difference. The interval reaches between quantiles of the draws.
    """
    if draws < FEWEST:
        expected = f"a whole number from {FEWEST:,}"
        raise InputError("too few draws", where="draws", got=draws, expected=expected)
    product = np.ones(draws)
    for link in sorted(sampled, key=lambda link: link.name):
        stream = np.random.default_rng([seed, crc32(link.name.encode())])
        product *= stream.beta(*_beta(link, sampled[link]), size=draws)
    tail = (1 - level) / 2
    lower, upper = (float(end) for end in np.quantile(product, (tail, 1 - tail)))
    method = f"simulation of beta distributions, {draws:,} draws"
    return SamplingInterval(lower, upper, level, method)
