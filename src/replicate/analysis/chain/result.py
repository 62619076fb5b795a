"""What a chain comes to, with everything that must be said beside it."""

from dataclasses import dataclass
from math import exp

from replicate.analysis.chain.links import Bridge, Link
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval, ScenarioRange


@dataclass(frozen=True)
class RangeOfIntervals:
    """Sampling intervals at both ends of a range: what a chain of both kinds comes to.

    It is not one interval: no level belongs to it as a whole, and no end of the range is likelier than the other.
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
class MonteCarlo:
    """The simulation behind an interval, and its standard errors: those of another seed would differ by about so much.

    Where the chain holds ranges as well, ends and errors are of the simulated part, before the ranges multiply it.
    """

    draws: int
    seed: int
    lower: float
    upper: float
    mean: float
    error_mean: float
    error_lower: float
    error_upper: float


@dataclass(frozen=True)
class Width:
    """How much width one link adds: `factor` is its upper end over its lower, `share` its part of the chain's width on a log scale."""

    link: str
    log_width: float
    share: float

    @property
    def factor(self) -> float:
        """Upper end over lower end."""
        return exp(self.log_width)


@dataclass(frozen=True)
class Multiplier:
    """How many there would be for each one that came to the chain's end: never without its question and population.

    Examples
    --------
    >>> print(Multiplier(13.3, 15.4, question="told the police at the time", population="adults who were abused as children"))
    13.3 to 15.4 for each one (asked: told the police at the time; of: adults who were abused as children)
    """

    lower: float
    upper: float
    question: str
    population: str
    assumptions: tuple[str, ...] = ()

    def __str__(self) -> str:
        assumed = f"; assuming: {'; '.join(self.assumptions)}" if self.assumptions else ""
        return f"{self.lower:.3g} to {self.upper:.3g} for each one (asked: {self.question}; of: {self.population}{assumed})"


@dataclass(frozen=True)
class Chain:
    """Links put together as far as anything is published.

    Attributes
    ----------
    links
        Those composed, in order.
    bridges
        The assumptions that bridge them.
    value
        The product of the published values; none where a link is a range under assumptions.
    composed
        What it comes to, of the kind that its links make.
    stopped
        The link without a published input that it ends before; none where it is whole.
    left
        All links left out because of it, that one first.
    monte_carlo
        The simulation, where one was needed.
    """

    links: tuple[Link, ...]
    bridges: tuple[Bridge, ...]
    value: float | None
    composed: Composed
    left: tuple[Link, ...] = ()
    monte_carlo: MonteCarlo | None = None

    @property
    def stopped(self) -> Link | None:
        """The link without a published input that the chain ends before; none where it is whole."""
        return self.left[0] if self.left else None

    @property
    def reach(self) -> str:
        """From which step to which it reaches, and what stops it there."""
        words = f"{self.links[0].given} → {self.links[-1].gives}"
        return (
            words
            if self.stopped is None
            else f"{words}; stopped there: no published input for '{self.stopped.gives}'"
        )

    @property
    def population(self) -> str:
        """The population it is of: that of its first link, unless a bridge takes it over to another."""
        return next(
            (bridge.of for bridge in reversed(self.bridges) if bridge.of), self.links[0].population
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Everything that is assumed: the bridges, and what ranges rest on."""
        ranges = (
            text
            for link in self.links
            if isinstance(link.evidence, ScenarioRange)
            for text in link.evidence.assumptions
        )
        return tuple(dict.fromkeys([*(bridge.assumption for bridge in self.bridges), *ranges]))

    @property
    def multiplier(self) -> Multiplier:
        """One over the chain's ends, with its questions and the population that it is of."""
        question = "; then ".join(link.question for link in self.links)
        return Multiplier(
            1 / self.composed.upper,
            1 / self.composed.lower,
            question,
            self.population,
            self.assumptions,
        )

    def widths(self) -> tuple[Width, ...]:
        """Rank the links by the log-width that each adds, the widest first."""
        total = sum(link.log_width for link in self.links)
        ranked = sorted(self.links, key=lambda link: (-link.log_width, link.name))
        return tuple(
            Width(link.name, link.log_width, link.log_width / total if total else 0.0)
            for link in ranked
        )
