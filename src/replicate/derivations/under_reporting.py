"""How far recorded figures can fall short: reporting chains, and lists of people that overlap.

A chain multiplies published shares, each measured on other people, under the assumptions that
bridge them. Overlapping lists say something of people on none. No overlap was published for child
sexual exploitation, so the method is shown on other people's lists, and not applied.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import inf, isfinite
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from replicate.analysis import systems
from replicate.analysis.chain import (
    Bridge,
    Chain,
    Evidence,
    Link,
    RangeOfIntervals,
    compose,
    span,
)
from replicate.analysis.systems import Estimate, ListTable, View, interactions, read_lists
from replicate.ledger import Claim, find_claim, inputs
from replicate.vocabulary.errors import InputError, unknown
from replicate.vocabulary.files import shipped_yaml
from replicate.vocabulary.parameters import UnderReporting
from replicate.vocabulary.uncertainty import (
    RoundingRange,
    SamplingInterval,
    ScenarioRange,
    Uncertainty,
    WorstCaseBounds,
)

KINDS: dict[type, str] = {
    RoundingRange: "published, rounded",
    SamplingInterval: "sampling interval",
    ScenarioRange: "range under assumptions",
    RangeOfIntervals: "range of intervals",
}
"""What a probability rests on → what tables call it."""

NONE = "no published input"

ROTHERHAM = ("L01", "L03", "L07", "L08")
"""Claims: one inquiry's estimate of children in Rotherham, and three counts of another exercise."""

SEEDS = 5
"""Seeds whose intervals are compared."""

NO_MODEL = "no model that can be fitted to this table"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LinkData(_Part):
    """A link as `chain.yaml` writes it; see the head of that file."""

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


class BridgeData(_Part):
    """An assumption that bridges, and the population that it takes a chain over to, if any."""

    assumption: str
    of: str = ""


class ChainData(_Part):
    """A chain: its links, and the name of the assumption that bridges each that needs one."""

    title: str
    sets: tuple[str, ...]
    links: tuple[str, ...]
    bridges: dict[str, str]


class Chains(_Part):
    """All of `chain.yaml`, by name."""

    links: dict[str, LinkData]
    bridges: dict[str, BridgeData]
    chains: dict[str, ChainData]


@cache
def chain_data() -> Chains:
    """Return the links, bridges and chains as they are written."""
    return Chains.model_validate(shipped_yaml("derivations", "chain.yaml"))


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
    if name not in chain_data().links:
        raise unknown("link", name, chain_data().links, where="links")
    data = chain_data().links[name]
    if data.spans:
        return span([link(part) for part in data.spans], name=name, assumption=data.assumption)
    claim = find_claim(data.claim) if data.claim else None
    value, evidence = _probability(claim, data) if claim else (None, None)
    return Link(
        name=name,
        given=data.given,
        gives=data.gives,
        question=data.question,
        population=claim.population if claim else NONE,
        unit=data.unit,
        period=claim.period if claim else "",
        value=value,
        evidence=evidence,
        source=claim.id if claim else "",
    )


def _probability(claim: Claim, data: LinkData) -> tuple[float, Evidence]:
    """Return value and evidence of a claim in percent, or of what it leaves over, as shares."""
    value, (lower, upper) = float(claim.value or 0), (claim.range().lower, claim.range().upper)
    if data.level is not None:
        lower, upper = float(claim.lower or 0), float(claim.upper or 0)
    if data.complement:
        value, lower, upper = 100 - value, 100 - upper, 100 - lower
    if data.level is None:
        return value / 100, RoundingRange(lower / 100, upper / 100)
    ends = SamplingInterval(lower / 100, upper / 100, data.level, "the published half-width")
    return value / 100, ends


@dataclass(frozen=True)
class Named:
    """A chain with its name and title, and all its links, those beyond its end among them."""

    name: str
    title: str
    links: tuple[Link, ...]
    chain: Chain


def chains(parameters: UnderReporting) -> list[Named]:
    """Return the chains of the set asked for, and the reader's own last.

    Raises
    ------
    InputError
        For an unknown link, or what `analysis.chain.compose` refuses of the reader's own chain.
    """
    written = chain_data()
    found = []
    for name, data in written.chains.items():
        if parameters.scenarios in (*data.sets, "all"):
            named = ((later, written.bridges[bridge]) for later, bridge in data.bridges.items())
            bridges = [Bridge(later, bridge.assumption, bridge.of) for later, bridge in named]
            links = tuple(map(link, data.links))
            found.append(Named(name, data.title, links, _composed(links, bridges, parameters)))
    if parameters.links:
        bridges = [Bridge(later, text) for later, text in parameters.bridges.items()]
        links = tuple(map(link, parameters.links))
        own = _composed(links, bridges, parameters)
        found.append(Named("own", "A chain of your own", links, own))
    return found


def _composed(links: tuple[Link, ...], bridges: list[Bridge], parameters: UnderReporting) -> Chain:
    return compose(
        links,
        bridges=bridges,
        draws=parameters.draws,
        seed=parameters.seed,
        level=parameters.level,
    )


def chain_records(
    parameters: UnderReporting,
) -> Iterator[tuple[str, float | None, str, Uncertainty]]:
    """Yield name, value, unit and uncertainty of each chain, as a notebook records them.

    There is no value where a range under assumptions is in a chain; a range of intervals has both.
    """
    for found in chains(parameters):
        name, unit = f"chain.{found.name}", f"share of: {found.chain.population}"
        if isinstance(found.chain.composed, RangeOfIntervals):
            yield f"{name}.at_lower", None, unit, found.chain.composed.at_lower
            yield f"{name}.at_upper", None, unit, found.chain.composed.at_upper
        else:
            yield name, found.chain.value, unit, found.chain.composed


def links_listed(parameters: UnderReporting) -> pd.DataFrame:
    """Return every link of the chains once, with those that a range spans, as they are written.

    Returns
    -------
    pandas.DataFrame
        link, asked, measured_on, published, lower, upper (percent), kind, claim, seen, reason and
        narrows (what data would narrow it most).
    """
    written = chain_data().links
    used = {one.name for found in chains(parameters) for one in found.links}
    used |= {part for name in used for part in written[name].spans}
    rows = []
    for name in sorted(used, key=list(written).index):
        one, data = link(name), written[name]
        claim = find_claim(data.claim) if data.claim else None
        rows.append(
            {"link": name, "asked": one.question, "measured_on": one.measured_on}
            | {"published": None if one.value is None else 100 * one.value}
            | _percent(one.evidence)
            | {"claim": one.source or "none", "seen": claim.seen.meaning if claim else "–"}
            | {"reason": data.reason, "narrows": data.narrows}
        )
    return pd.DataFrame(rows)


def _percent(found: Evidence | RangeOfIntervals | None) -> dict[str, object]:
    if found is None:
        return {"lower": None, "upper": None, "kind": NONE}
    return {"lower": 100 * found.lower, "upper": 100 * found.upper, "kind": KINDS[type(found)]}


def steps(parameters: UnderReporting) -> pd.DataFrame:
    """Return what each chain comes to, step by step.

    Returns
    -------
    pandas.DataFrame
        chain, up_to, lower, upper (percent of the first link's population), kind, fewest, most (how
        many for each one), asked, of (whose population) and assumed (what the step adds). A step
        without a published input has no range.
    """
    rows: list[dict[str, object]] = []
    for found in chains(parameters):
        for count, last in enumerate(found.chain.links, start=1):
            links = found.chain.links[:count]
            names = {one.name for one in links}
            bridges = [bridge for bridge in found.chain.bridges if bridge.link in names]
            part = _composed(links, bridges, parameters)
            added = [bridge.assumption for bridge in bridges if bridge.link == last.name]
            added += last.evidence.assumptions if isinstance(last.evidence, ScenarioRange) else ()
            rows.append(
                {"chain": found.title, "up_to": last.gives, **_percent(part.composed)}
                | {"fewest": 1 / part.composed.upper, "most": 1 / part.composed.lower}
                | {"asked": last.question, "of": part.population}
                | {"assumed": "; ".join(added) or "nothing"}
            )
        if stopped := found.chain.stopped:
            asked = {"asked": stopped.question, "of": stopped.population, "assumed": "nothing"}
            rows.append({"chain": found.title, "up_to": stopped.gives, **_percent(None), **asked})
    return pd.DataFrame(rows)


def widths(parameters: UnderReporting) -> pd.DataFrame:
    """Return the links of all chains once: without a published input first, then the widest.

    Returns
    -------
    pandas.DataFrame
        name (the link's question), link, lower, upper (percent), kind and factor (upper ÷ lower).
    """
    every = {one.name: one for found in chains(parameters) for one in found.links}
    rows = []
    for one in sorted(every.values(), key=lambda one: (-one.log_width, one.name)):
        of = f": {one.population}, {one.period or 'no period stated'}" if one.evidence else ""
        factor = one.evidence.upper / one.evidence.lower if one.evidence else None
        rows.append({"name": one.question + of, "link": one.name, **_percent(one.evidence)})
        rows[-1]["factor"] = factor
    return pd.DataFrame(rows)


class Example(_Part):
    """A published table of lists that is shipped to show the method.

    Attributes
    ----------
    title, unit, population
        Who was counted, where and when.
    published
        The input of the ledger that holds the estimate published from it.
    lists
        What the names of the lists stand for.
    source, criticism
        Where it was published, and who wrote against the use made of it.
    """

    title: str = Field(min_length=1)
    unit: str
    population: str
    published: str
    lists: dict[str, str]
    source: str
    criticism: str


@cache
def examples() -> dict[str, Example]:
    """Return the shipped examples by name.

    Examples
    --------
    >>> list(examples())
    ['uk_modern_slavery_2013', 'uk_modern_slavery_2013_five']
    """
    listed = shipped_yaml("derivations.examples", "examples.yaml")
    return {name: Example.model_validate(row) for name, row in listed.items()}


def lists(which: str) -> ListTable:
    """Read a table of lists: a shipped example by name, or a CSV file by path.

    A file has a header, columns of 0 and 1, one a list, and the count last, whatever its name;
    combinations left out are zero.

    Raises
    ------
    InputError
        When there is no such example or file, the file is no CSV text, a row has more or fewer
        cells than the header, or for what `read_lists` refuses. Rows are named as in the file, the
        header being row 1.

    Examples
    --------
    >>> lists("uk_modern_slavery_2013").n_observed
    2744
    """
    if which in examples():
        shipped = files("replicate.derivations.examples").joinpath(f"{which}.csv")
        return _table(shipped.read_text(encoding="utf-8"), which)
    if not Path(which).exists():
        raise unknown("example or file of lists", which, examples(), where="lists")
    try:
        return _table(Path(which).read_text(encoding="utf-8-sig"), which)
    except (OSError, UnicodeDecodeError) as error:
        what = "cannot be read" if isinstance(error, OSError) else "is no text"
        got, expected = str(error).partition(":")[0], "a CSV file of lists, in UTF-8"
        raise InputError(f"a file that {what}", where=which, got=got, expected=expected) from None


def _table(text: str, where: str) -> ListTable:
    what, got, expected = "a file that is no table", "nothing", "a header, and a row a combination"
    try:
        header, *rows = csv.reader(text.rstrip().splitlines(), strict=True)
    except (ValueError, csv.Error) as error:
        got = str(error) if text.strip() else got
        raise InputError(what, where=where, got=got, expected=expected) from None
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            what, where = "a row with cells too few or too many", f"row {number}"
            expected = f"{len(header)} cells"
            raise InputError(what, where=where, got=len(row), expected=expected)
    return read_lists(pd.DataFrame(rows, columns=header))


def estimated(which: str, *, terms: str | None = None, **options: Any) -> Estimate:
    """Estimate how many people there are in all from an example or a file of lists.

    Parameters
    ----------
    which
        The name of an example, or the path of a file.
    terms
        Interactions of one's own model, with commas between: `A:B,A:C`.
    **options
        Of `replicate.analysis.systems.estimate`.

    Raises
    ------
    InputError
        For what `lists` and `estimate` refuse.
    """
    return systems.estimate(lists(which), terms=tuple(terms.split(",")) if terms else (), **options)


def model_rows(table: ListTable, views: Iterable[View]) -> pd.DataFrame:
    """Return models of one table, each with its estimate.

    Returns
    -------
    pandas.DataFrame
        chosen_by, model, interactions (how many; missing for an average), estimate, lower, upper
        (log-normal) and se, in people.
    """
    rows = []
    for view in views:
        codes = None if view.model is None else interactions(view.model)
        named = None if codes is None else ", ".join(map(table.name, codes)) or "no interactions"
        rows.append(
            {"chosen_by": view.kind, "model": named or view.kind}
            | {"interactions": None if codes is None else len(codes), "estimate": view.estimate}
            | {"lower": view.interval.lower, "upper": view.interval.upper, "se": view.se}
        )
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class Study:
    """What one table of lists says, by every way of choosing a model.

    Attributes
    ----------
    table, example
        The lists, and what is known of them where they are a shipped example.
    chosen
        The estimate by the way of choosing that was asked for, resampled where that was asked for.
    rows
        As `model_rows`, with the reason where a way of choosing has no model.
    intervals
        Of the chosen model: method, seed (the first that gave it), lower, upper. Only the
        bootstrap's depend on the seed.
    """

    table: ListTable
    example: Example | None
    chosen: Estimate
    rows: pd.DataFrame
    intervals: pd.DataFrame

    @property
    def published(self) -> tuple[float, float] | None:
        """The range published from the table; none for a table of the reader's own."""
        if self.example is None:
            return None
        held = inputs()[self.example.published]
        return float(held.lower or 0), float(held.upper or 0)

    @property
    def distinct(self) -> pd.DataFrame:
        """One row a model, all the ways that chose it named together; the lowest first."""
        fitted = self.rows.dropna(subset="estimate")
        ways = fitted.groupby("model")["chosen_by"].agg(lambda each: "; ".join(dict.fromkeys(each)))
        one = fitted.drop_duplicates("model").drop(columns="reason")
        return one.assign(chosen_by=one["model"].map(ways)).sort_values("estimate")

    @property
    def lists(self) -> pd.DataFrame:
        """One row a list: list, people on it, and alone (on no other list)."""
        alone = [int(self.table.counts[1 << bit]) for bit in range(len(self.table.lists))]
        return pd.DataFrame(
            {"list": self.table.lists, "people": self.table.on_each, "alone": alone}
        )


def study(parameters: UnderReporting) -> Study:
    """Estimate the table asked for by every way of choosing a model.

    Raises
    ------
    InputError
        For a table that cannot be read, or a model that cannot be fitted to it.
    """
    table = lists(parameters.lists)
    options: dict[str, Any] = {"order": parameters.order, "threshold": parameters.threshold}
    asked = options | {"select": parameters.criterion, "bootstrap": parameters.resamples}
    seeds = range(parameters.seed, parameters.seed + (SEEDS if parameters.resamples else 1))
    drawn = {seed: systems.estimate(table, seed=seed, **asked) for seed in seeds}
    chosen = drawn[parameters.seed]
    stepwise = f"stepwise below {parameters.threshold:g}"
    ways = ("no interactions", stepwise, "best by AIC", "best by BIC")
    views, reasons = list(chosen.alternatives), dict.fromkeys(ways, NO_MODEL)
    for criterion in ("aic", "bic"):
        try:
            views += systems.estimate(table, select=criterion, **options).alternatives
        except InputError as error:
            reasons[f"best by {criterion.upper()}"] = f"{error.what}: {error.got}"
    rows = model_rows(table, {(view.kind, view.model): view for view in views}.values())
    missing = [
        {"chosen_by": way, "reason": reason}
        for way, reason in reasons.items()
        if way not in set(rows["chosen_by"])
    ]
    known = pd.DataFrame(
        {"method": one.method, "seed": str(seed), "lower": one.lower, "upper": one.upper}
        for seed, found in drawn.items()
        for one in found.intervals
    )
    once = known.drop_duplicates(["method", "lower", "upper"], ignore_index=True)
    listed = pd.concat([rows.assign(reason=""), pd.DataFrame(missing)], ignore_index=True)
    return Study(table, examples().get(parameters.lists), chosen, listed, once)


CHOSEN = {"none": "your own terms", "stepwise": "chosen stepwise"}


def command_rows(found: Estimate) -> list[dict[str, object]]:
    """Return the chosen model and those beside it, in people: chosen_by, model, people, lower, upper, se.

    The chosen model's interval is the bootstrap's where there is one; every other is log-normal.
    """
    own = CHOSEN.get(found.select, f"chosen by {found.select.upper()}")
    chosen = View(own, found.fit.model, found.estimate, found.fit.se, found.interval, 0)
    rows = model_rows(found.table, [chosen, *found.alternatives])
    return [
        {"chosen_by": by, "model": model, "people": round(people)}
        | {"lower": round(lower), "upper": _people(upper), "se": round(se)}
        for by, model, _, people, lower, upper, se in rows.to_numpy().tolist()
    ]


def command_words(found: Estimate) -> str:
    """Say what the estimate rests on, which interval is given, and how far other models lie."""
    every = [found.estimate, *(view.estimate for view in found.alternatives)]
    tried, lists_held = found.models_considered, len(found.table.lists)
    ends = (f"{one.method} {_people(one.lower)} to {_people(one.upper)}" for one in found.intervals)
    said = [
        f"{found.table.n_observed:,} people observed; "
        + ("1 model." if tried == 1 else f"{tried:,} models compared."),
        f"Intervals of the model: {'; '.join(ends)}.",
    ]
    if found.resampled:
        drawn, without = len(found.resampled.estimates), found.resampled.without_model
        said.append(f"Resamples: {drawn:,}, of which {without:,} without a model.")
    if found.fit.at_limit:
        said.append("Some terms of the model run to infinity; the estimate is the limit.")
    spread = f"{_people(min(every))} to {_people(max(every))}"
    two = "With two lists there is one model, that they are independent; no table can check it."
    apart = f"These models of the same table give {spread} people."
    return "\n".join([*said, two if lists_held == 2 else apart])


def _people(value: float) -> str:
    return f"{value:,.0f}" if isfinite(value) else "no limit"


def totals_alone() -> tuple[list[Claim], WorstCaseBounds]:
    """Return the totals published for Rotherham, and what they leave open without their overlap.

    If every count is right there are at least as many children as the largest, and no upper limit.
    """
    found = [find_claim(name) for name in ROTHERHAM]
    return found, WorstCaseBounds(max(float(claim.value or 0) for claim in found), inf)
