"""How far recorded figures can fall short: reporting chains, and lists of people that overlap.

A chain multiplies published shares, each measured on other people, under the assumptions that
bridge them. Overlapping lists say something of people on none. No overlap was published for child
sexual exploitation, so the method is shown on other people's lists, and not applied.
"""

import csv
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from replicate.analysis import systems
from replicate.analysis.chain import Chain, Evidence, Link, RangeOfIntervals, compose, span
from replicate.analysis.systems import Estimate, ListTable, read_lists
from replicate.ledger import find_claim
from replicate.ledger.claims import inputs
from replicate.vocabulary.errors import InputError, unknown
from replicate.vocabulary.files import shipped_yaml
from replicate.vocabulary.parameters import UnderReporting
from replicate.vocabulary.uncertainty import (
    RoundingRange,
    SamplingInterval,
    ScenarioRange,
    Uncertainty,
)

WRITTEN = shipped_yaml("derivations", "chain.yaml")
"""Links, bridges and chains by name; the head of the file says what each holds."""

EXAMPLES: dict[str, dict[str, Any]] = shipped_yaml("derivations.examples", "examples.yaml")
"""Published tables of lists that are shipped to show the method, by name."""

KINDS: dict[type, str] = {
    RoundingRange: "published, rounded",
    SamplingInterval: "sampling interval",
    ScenarioRange: "range under assumptions",
    RangeOfIntervals: "range of intervals",
    type(None): "no published input",
}
"""What a probability rests on → what tables call it."""

NONE = KINDS[type(None)]

SEEDS = 5
"""Seeds whose intervals are compared."""


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
    if name not in WRITTEN["links"]:
        raise unknown("link", name, WRITTEN["links"], where="links")
    data = WRITTEN["links"][name]
    if "spans" in data:
        return span(list(map(link, data["spans"])), name=name, assumption=data["assumption"])
    asked = {field: data[field] for field in ("given", "gives", "question", "unit")}
    if "claim" not in data:
        return Link(name=name, population=NONE, **asked)
    claim = find_claim(data["claim"])
    value, ends = float(claim.value or 0), (claim.range().lower, claim.range().upper)
    if "level" in data:
        ends = float(claim.lower or 0), float(claim.upper or 0)
    if "complement" in data:
        value, ends = 100 - value, (100 - ends[1], 100 - ends[0])
    lower, upper = (end / 100 for end in ends)
    return Link(
        name=name,
        population=claim.population,
        period=claim.period,
        source=claim.id,
        value=value / 100,
        evidence=SamplingInterval(lower, upper, data["level"], "the published half-width")
        if "level" in data
        else RoundingRange(lower, upper),
        **asked,
    )


def chains(parameters: UnderReporting) -> list[tuple[str, str, Chain]]:
    """Return name, title and chain of the set asked for, and the reader's own last.

    Raises
    ------
    InputError
        For an unknown link, or what `analysis.chain.compose` refuses of the reader's own chain.
    """
    asked = {
        name: one
        for name, one in WRITTEN["chains"].items()
        if parameters.scenarios in (*one["sets"], "all")
    }
    if parameters.links:
        own = {"links": parameters.links, "bridges": parameters.bridges}
        asked["own"] = {"title": "A chain of your own", **own}
    return [
        (name, one["title"], _composed(map(link, one["links"]), parameters, one["bridges"]))
        for name, one in asked.items()
    ]


def _composed(
    links: Iterable[Link], parameters: UnderReporting, bridges: dict[str, str] | None = None
) -> Chain:
    """Compose links, with a bridge by name, or in the reader's own words, where one has it."""
    options = parameters.model_dump(include={"draws", "seed", "level"})
    named = {
        name: WRITTEN["bridges"].get(text, {"assumption": text})
        for name, text in (bridges or {}).items()
    }
    return compose((replace(one, **named.get(one.name, {})) for one in links), **options)


def chain_records(
    parameters: UnderReporting,
) -> Iterator[tuple[str, float | None, str, Uncertainty]]:
    """Yield name, value, unit and uncertainty of each chain, as a notebook records them.

    There is no value where a range under assumptions is in a chain; a range of intervals has both.
    """
    for name, _, found in chains(parameters):
        named, unit = f"chain.{name}", f"share of: {found.population}"
        if isinstance(found.composed, RangeOfIntervals):
            yield f"{named}.at_lower", None, unit, found.composed.at_lower
            yield f"{named}.at_upper", None, unit, found.composed.at_upper
        else:
            yield named, found.value, unit, found.composed


def links_listed(parameters: UnderReporting) -> pd.DataFrame:
    """Return every link of the chains once, with those that a range spans, as they are written.

    Returns
    -------
    pandas.DataFrame
        link, asked, measured_on, published, lower, upper (percent), kind, claim, seen, reason and
        narrows (what data would narrow it most).
    """
    written = WRITTEN["links"]
    used = {one.name for *_, found in chains(parameters) for one in found.links + found.beyond}
    used |= {part for name in used for part in written[name].get("spans", ())}
    rows = []
    for name in sorted(used, key=list(written).index):
        one, data = link(name), written[name]
        rows.append(
            {"link": name, "asked": one.question, "measured_on": one.measured_on}
            | {"published": one.value and 100 * one.value, **_percent(one.evidence)}
            | {"claim": one.source or "none"}
            | {"seen": find_claim(data["claim"]).seen.meaning if "claim" in data else "–"}
            | {"reason": data["reason"], "narrows": data["narrows"]}
        )
    return pd.DataFrame(rows)


def _percent(found: Evidence | RangeOfIntervals | None) -> dict[str, Any]:
    if found is None:
        return {"lower": float("nan"), "upper": float("nan"), "kind": NONE}
    return {"lower": 100 * found.lower, "upper": 100 * found.upper, "kind": KINDS[type(found)]}


def steps(parameters: UnderReporting) -> pd.DataFrame:
    """Return what each chain comes to, step by step.

    Returns
    -------
    pandas.DataFrame
        chain, up_to, lower, upper (percent of the first link's population), kind, asked, of (whose
        population) and assumed (what the step adds). A step without a published input has no
        range.
    """
    rows = []
    for _, title, found in chains(parameters):
        for place, last in enumerate(found.links + found.beyond[:1], start=1):
            held = last.evidence is not None
            part = _composed(found.links[:place], parameters)
            assumed = [last.assumption, *getattr(last.evidence, "assumptions", ())]
            rows.append(
                {"chain": title, "up_to": last.gives}
                | _percent(part.composed if held else None)
                | {"asked": last.question, "of": part.population if held else NONE}
                | {"assumed": "; ".join(filter(None, assumed)) or "nothing"}
            )
    return pd.DataFrame(rows)


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
    if which in EXAMPLES:
        shipped = files("replicate.derivations.examples").joinpath(f"{which}.csv")
        return _table(shipped.read_text(encoding="utf-8"), which)
    if not Path(which).exists():
        raise unknown("example or file of lists", which, EXAMPLES, where="lists")
    try:
        return _table(Path(which).read_text(encoding="utf-8-sig"), which)
    except (OSError, UnicodeDecodeError) as error:
        what, got = "a file that cannot be read as text", str(error).partition(":")[0]
        expected = "a CSV file of lists, in UTF-8"
        raise InputError(what, where=which, got=got, expected=expected) from None


def _table(text: str, where: str) -> ListTable:
    try:
        header, *rows = csv.reader(text.rstrip().splitlines(), strict=True)
    except (ValueError, csv.Error) as error:
        what, expected = "a file that is no table", "a header, and a row a combination"
        got = str(error) if text.strip() else "nothing"
        raise InputError(what, where=where, got=got, expected=expected) from None
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            what, expected = "a row with cells too few or too many", f"{len(header)} cells"
            raise InputError(what, where=f"row {number}", got=len(row), expected=expected)
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


def _named(view: dict[str, Any]) -> str:
    names = view["model"]
    return str(view["kind"]) if names is None else ", ".join(names) or "no interactions"


@dataclass(frozen=True)
class Study:
    """What one table of lists says, by every way of choosing a model.

    Attributes
    ----------
    example
        What is known of the lists where they are a shipped example.
    drawn
        The estimate by the way of choosing that was asked for, as resampled from each seed tried;
        from one seed where no resamples were asked for.
    models
        One row a model, all the ways that chose it named together, the lowest estimate first:
        chosen_by, model, interactions (how many; missing for an average), estimate, lower, upper
        (log-normal) and se. A way that would fit too many models one by one has no row.
    """

    example: dict[str, Any] | None
    drawn: list[Estimate]
    models: pd.DataFrame

    @property
    def chosen(self) -> Estimate:
        """The estimate, as resampled from the seed asked for."""
        return self.drawn[0]

    @property
    def published(self) -> tuple[float, float] | None:
        """The range published from the table; none for a table of the reader's own."""
        if self.example is None:
            return None
        held = inputs()[self.example["published"]]
        return float(held.lower or 0), float(held.upper or 0)


def study(parameters: UnderReporting) -> Study:
    """Estimate the table asked for by every way of choosing a model.

    Raises
    ------
    InputError
        For a table that cannot be read, or a model that cannot be fitted to it.
    """
    table = lists(parameters.lists)
    options = parameters.model_dump(include={"order", "threshold"})
    asked = options | {"select": parameters.criterion, "bootstrap": parameters.resamples}
    seeds = range(parameters.seed, parameters.seed + (SEEDS if parameters.resamples else 1))
    drawn = [systems.estimate(table, seed=seed, **asked) for seed in seeds]
    every = [drawn[0]]
    for criterion in ("aic", "bic"):
        with suppress(InputError):
            every.append(systems.estimate(table, select=criterion, **options))
    return Study(EXAMPLES.get(parameters.lists), drawn, _models(every))


def _models(found: Iterable[Estimate]) -> pd.DataFrame:
    views = [view for one in found for view in one.as_dict()["alternatives"]]
    rows = pd.DataFrame(views).rename(columns={"kind": "chosen_by"}).drop(columns="difference")
    rows["interactions"] = rows["model"].map(len, na_action="ignore")
    rows["model"] = list(map(_named, views))
    ways = rows.groupby("model")["chosen_by"].agg(lambda each: "; ".join(dict.fromkeys(each)))
    models = rows.drop_duplicates("model").sort_values("estimate", ignore_index=True)
    return models.assign(chosen_by=models["model"].map(ways))


def command_rows(found: Estimate) -> list[dict[str, Any]]:
    """Return the chosen model and those beside it, in people, as `replicate systems` prints them.

    The chosen model's interval is the bootstrap's where there is one; every other is log-normal.
    """
    whole, ways = found.as_dict(), {"none": "your own terms", "stepwise": "chosen stepwise"}
    own = whole | {"kind": ways.get(found.select, f"chosen by {found.select.upper()}")}
    return [
        {"chosen_by": view["kind"], "model": _named(view), "people": round(view["estimate"])}
        | {"lower": round(view["lower"]), "upper": _people(view["upper"]), "se": round(view["se"])}
        for view in [own, *whole["alternatives"]]
    ]


def command_words(found: Estimate) -> str:
    """Say what the estimate rests on, which interval is given, and how far other models lie."""
    whole = found.as_dict()
    every = [view["estimate"] for view in [whole, *whole["alternatives"]]]
    ends = (
        f"{one['method']} {_people(one['lower'])} to {_people(one['upper'])}"
        for one in whole["intervals"]
    )
    limit = "Some terms of the model run to infinity; the estimate is the limit.\n"
    return (
        f"{found.table.n_observed:,} people observed; models compared: {found.models_considered:,}.\n"
        f"Intervals of the model: {'; '.join(ends)}.\n"
        f"Resamples: {whole['resamples']:,}, of which {whole['resamples_without_model']:,} without "
        f"a model.\n{limit if found.fit.at_limit else ''}"
        f"Models of the same table give {_people(min(every))} to {_people(max(every))} people. No "
        "table can check which holds; with two lists there is one model, that they are independent."
    )


def _people(value: float | None) -> str:
    return "no limit" if value is None else f"{value:,.0f}"
