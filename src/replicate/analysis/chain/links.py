"""One step of the chain: a probability, what it rests on, and what it was measured on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, log

from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval, ScenarioRange

Evidence = RoundingRange | SamplingInterval | ScenarioRange
"""What a probability rests on: a published value with its rounding, a sampling interval around one, or a range under assumptions."""


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
        Whom or what it was measured on: who, counted in what (adults, reported crimes, cases), and when.
    value
        The probability as published; none with a range under assumptions, inside which no point is better than another.
    evidence
        What it rests on; none where nothing is published, which stops a chain.
    source
        Where it was published.

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
    def log_width(self) -> float:
        """How much of the width of a chain the link adds: log(upper / lower), without limit where nothing is published.

        Widths of links add up to the width of the chain on a log scale, so that they can be ranked.
        """
        return inf if self.evidence is None else log(self.evidence.upper / self.evidence.lower)

    @property
    def measured_on(self) -> str:
        """Population, unit and period, in words."""
        return "; ".join(
            part for part in (self.population, f"counted in {self.unit}", self.period) if part
        )


_EXPECTED = "ends above 0 and up to 1, and between them a value unless the ends are a range under assumptions"


@dataclass(frozen=True)
class Bridge:
    """The assumption by which a link is taken to hold for the links before it, though it was measured on others.

    Attributes
    ----------
    link
        The name of the later of the two links.
    assumption
        In words, printed with every result that rests on it.
    of
        The population that the chain is taken to be of from here on, where that is not the population of its first link.
    """

    link: str
    assumption: str
    of: str = ""


def span(links: Sequence[Link], *, name: str, assumption: str) -> Link:
    """Make a range under an assumption of several published values for one step: from the lowest to the highest.

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
        When they answer different questions, or differ in step or unit, or one is no published value. Answers to two questions are
        never the ends of one range.

    Examples
    --------
    >>> asked = dict(given="told", gives="recorded", question="Was it recorded?", population="reports", unit="reports")
    >>> low = Link(name="low", value=0.74, evidence=RoundingRange(0.735, 0.745), **asked)
    >>> high = Link(name="high", value=0.95, evidence=RoundingRange(0.945, 0.955), **asked)
    >>> span([low, high], name="either", assumption="between the two").evidence.upper
    0.955
    """
    first = links[0]
    for aspect in ("question", "given", "gives", "unit"):
        if len({getattr(link, aspect) for link in links}) > 1:
            kind = (
                "answers to different questions"
                if aspect == "question"
                else f"links of different kinds ({aspect})"
            )
            got = "; ".join(f"{link.name}: {getattr(link, aspect)}" for link in links)
            raise InputError(
                f"{kind} as one range", where=f"link {name}", got=got, expected=f"one {aspect}"
            )
    ends = [link.evidence for link in links if isinstance(link.evidence, RoundingRange)]
    if len(ends) < len(links):
        raise InputError(
            "a range over what is no published value",
            where=f"link {name}",
            expected="published values with their rounding",
        )
    return Link(
        name=name,
        given=first.given,
        gives=first.gives,
        question=first.question,
        population=_together(link.population for link in links),
        unit=first.unit,
        period=_together(link.period for link in links),
        evidence=ScenarioRange(
            min(end.lower for end in ends), max(end.upper for end in ends), (assumption,)
        ),
        source=_together(link.source for link in links),
    )


def _together(parts: Iterable[str]) -> str:
    return " and ".join(dict.fromkeys(part for part in parts if part))
