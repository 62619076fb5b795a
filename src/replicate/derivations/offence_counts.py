"""What notebook 01 asks of the tables: a published total of recorded offences, and areas."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from replicate.analysis import counting as analysis
from replicate.analysis import rates, revisions
from replicate.analysis.specification import curve
from replicate.derivations import counting
from replicate.derivations.kinds.recorded import RecordedTotal
from replicate.derivations.kinds.registry import derivations
from replicate.derivations.revision_bands import AGE, evidence
from replicate.derivations.specifications import (
    TERRITORIES,
    Specification,
    covers,
    reasons,
    titled,
)
from replicate.derivations.verification import Verification, frame, verify
from replicate.ledger import compare as compare_with
from replicate.ledger import find_claim
from replicate.sources import tables
from replicate.vocabulary.definitions import definitions, find_definition, kinds
from replicate.vocabulary.errors import unknown
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.parameters import ForceReport, OffenceCounts
from replicate.vocabulary.periods import Period

AGES = (0, 17)
"""The ages that count as children here: the range that both the estimates of all areas and the series hold."""

YEAR = 2024
"""The mid-year estimate that all 43 areas have."""

TOTALS = ("C01", "S05", "S06", "S09")
"""The published totals of recorded child sexual offences that recorded crime could give."""

THREE = ("S05", "S06", "C01")
"""Totals that the same definitions are held against: two of one publisher, and the audit's."""


# A published total, and the ways of counting that were tried.


def derivation_of(parameters: OffenceCounts) -> RecordedTotal:
    """Return how the claim is recomputed, the reader's own definitions among those tried.

    Raises
    ------
    InputError
        When the claim is not a total of recorded offences, which is what notebook 01 can recompute.
    """
    claim = find_claim(parameters.claim, where="claim")
    totals = {
        name: found for name, found in derivations().items() if isinstance(found, RecordedTotal)
    }
    if claim.id not in totals:
        raise unknown("total of recorded offences", claim.id, totals, where="claim")
    found, own = totals[claim.id], tuple(parameters.own().values())
    listed = found.definitions or tuple(reasons()["definitions"])
    return found.model_copy(update={"definitions": (*listed, *own)}) if own else found


@dataclass(frozen=True)
class Examination:
    """A claim held against every specification.

    Attributes
    ----------
    result
        How the nearest specification compares.
    curve
        Every specification with its total, nearest first, and whether it reaches the figure.
    band
        What revision since publication could have made of the figure, for the nearest
        specification: the two ends, in offences.
    """

    result: Verification
    curve: pd.DataFrame
    band: tuple[float, float]

    @property
    def published(self) -> float:
        """The published figure."""
        return float(self.result.claim.value or 0)


def examine(parameters: OffenceCounts) -> Examination:
    """Count every specification and compare the nearest with the claim."""
    derivation = derivation_of(parameters)
    result = _compared(parameters, derivation)
    found = derivation.evidence(result.claim)
    published = float(result.claim.value or 0)
    lower, upper = (published * (1 + float(found.iloc[0][end])) for end in ("lower", "upper"))
    return Examination(result, found, (lower, upper))


def compare(parameters: OffenceCounts) -> Verification:
    """Compare the claim with the count by the definition, period, territory and release chosen.

    No other is tried. The report does not state its definition, so that the verdict is never more
    than `compatible`.

    Examples
    --------
    >>> mine = OffenceCounts(definitions={"mine": ["17B", "71"]}, definition="mine")
    >>> compare(mine).verdict.value
    'differs'
    """
    alone = {
        "definitions": (parameters.own().get(parameters.definition, parameters.definition),),
        "periods": (parameters.period,),
        "territories": (parameters.territory,),
        "releases": (tables.resolve_vintage(parameters.vintage),),
    }
    return _compared(parameters, derivation_of(parameters).model_copy(update=alone))


def _compared(parameters: OffenceCounts, derivation: RecordedTotal) -> Verification:
    claim = find_claim(parameters.claim)
    return Verification(claim, derivation, compare_with(claim, derivation.compute(claim)))


def described(result: Verification) -> pd.DataFrame:
    """Return what is known of a claim: what, known."""
    names = (
        "statement",
        "published",
        "period",
        "place",
        "counted",
        "seen",
        "source",
        "data",
        "note",
    )
    row = frame([result], names).iloc[0].replace("", "not stated")
    return row.rename_axis("what").rename("known").reset_index()


def choices_listed(parameters: OffenceCounts) -> pd.DataFrame:
    """Return each choice that specifications are made of, with its reason: choice, kind, reason."""
    kinds = {"definition": "definitions", "period": "periods", "territory": "territories"}
    tried, why = derivation_of(parameters).values(), reasons()
    own = {name: definition.rationale for name, definition in parameters.own().items()}
    fetched = dict.fromkeys(tried["vintage"], "A release that was fetched.")
    rows = [
        (str(choice), kind, (own | fetched | why[listed])[str(choice)])
        for kind, listed in (kinds | {"vintage": "vintages"}).items()
        for choice in tried[kind].unique()
    ]
    return pd.DataFrame(rows, columns=["choice", "kind", "reason"])


def definitions_listed(parameters: OffenceCounts) -> pd.DataFrame:
    """Return the definitions, the reader's own last: title, codes, rationale, caveat."""
    listed = (definitions() | parameters.own()).values()
    rows = pd.DataFrame([item.model_dump() for item in listed])
    return rows.assign(codes=rows["codes"].str.join(", "))[
        ["title", "codes", "rationale", "caveat"]
    ]


def agreement() -> pd.DataFrame:
    """Return the published totals beside the nearest count of each."""
    columns = (
        "claim",
        "report",
        "period",
        "counted",
        "published",
        "computed",
        "relative",
        "how",
        "verdict",
    )
    return frame(verify(TOTALS), columns)


def against_totals(names: Iterable[str] = THREE) -> pd.DataFrame:
    """Hold the same definitions against several published totals.

    It is not assumed that their publishers share one.

    Returns
    -------
    pandas.DataFrame
        definition, territory, and for each claim how far the count in the newest release is from
        the published figure, in percent.
    """
    vintage, chosen = tables.resolve_vintage("latest"), [find_claim(name) for name in names]
    rows = []
    for name in reasons()["definitions"]:
        definition = find_definition(name)
        for territory in ("all", "without_btp"):
            row: dict[str, object] = {
                "definition": definition.title,
                "territory": TERRITORIES[territory],
            }
            for claim in chosen:
                period, published = Period.parse(claim.period), float(claim.value or 0)
                total = Specification(definition, period, territory, vintage).total()
                row[claim.id] = 100 * (total / published - 1)
            rows.append(row)
    return pd.DataFrame(rows)


# Revisions, and what other rules for them would have made of the figure.


def revisions_seen(parameters: OffenceCounts) -> pd.DataFrame:
    """Return the revisions that the definition is judged by, and those shown beside them.

    Returns
    -------
    pandas.DataFrame
        seen_in, period, age_quarters, apart_quarters, earlier, later, revision (percent), used.
    """
    vintage = tables.resolve_vintage(parameters.vintage)
    rows = evidence(parameters.chosen(), Period.parse(parameters.period), vintage)
    used = rows["age_quarters"].eq(AGE) & rows["apart_quarters"].le(revisions.LONGEST_APART)
    return rows.assign(revision=100 * rows["revision"], used=used.map({True: "yes", False: "no"}))


_GROUPS, _CODES = "offence groups", "offence codes"
_EVER = 10_000

RULES: dict[str, tuple[tuple[str, ...], int]] = {
    "the rule: groups and codes, releases at most six years apart": (
        (_GROUPS, _CODES),
        revisions.LONGEST_APART,
    ),
    "offence groups only, at most six years apart": ((_GROUPS,), revisions.LONGEST_APART),
    "offence groups only, however far apart": ((_GROUPS,), _EVER),
    "offence codes only": ((_CODES,), revisions.LONGEST_APART),
    "no revision: the total itself": ((), revisions.LONGEST_APART),
}
"""The rule in force for revisions, and others that could have been chosen: what they are seen in,
and the longest time between releases, in quarters."""


def by_rule(parameters: OffenceCounts) -> pd.DataFrame:
    """Return what each rule for revisions would make of the claim.

    Returns
    -------
    pandas.DataFrame
        rule, reached (how many specifications), definitions (which), lower and upper (the band of
        the nearest specification, in percent).
    """
    derivation, published = (
        derivation_of(parameters),
        float(find_claim(parameters.claim).value or 0),
    )
    tried, totals = derivation.specifications(), derivation.values()
    seen = [evidence(spec.definition, spec.period, spec.vintage) for spec in tried]
    rows = []
    for words, (places, apart) in RULES.items():
        bands = [
            revisions.band(
                each[each["seen_in"].isin(places)], age_quarters=AGE, apart_quarters=apart
            )
            for each in seen
        ]
        found = curve(totals, published, bands)
        reached = found[found["reaches"]]
        titles = " and ".join(map(titled, reached["definition"].unique())) or "none"
        ends = (100 * found[["lower", "upper"]].iloc[0]).tolist()
        rows.append((words, len(reached), titles, *ends))
    return pd.DataFrame(rows, columns=["rule", "reached", "definitions", "lower", "upper"])


# Counts, of one force or of all.

Asked = OffenceCounts | ForceReport


def recorded_table(parameters: Asked) -> str:
    """Return the name of the release's table, which wholly covers the period."""
    return counting.recorded_table(parameters.period, parameters.vintage)


def series(parameters: Asked, *, by_code: bool = False) -> pd.DataFrame:
    """Return recorded offences by whole calendar year and kind, or offence code.

    Returns
    -------
    pandas.DataFrame
        year, kind, count, missing_cells, complete.
    """
    codes = {code: code for code in parameters.chosen().codes}
    found = analysis.series(_cells(parameters), codes if by_code else kinds())
    return found.query("complete").reset_index(drop=True)


def by_offence(parameters: Asked) -> pd.DataFrame:
    """Return the offences of the definition in the period, as `counting.by_offence` does."""
    period = Period.parse(parameters.period)
    forces = _forces(parameters)
    return counting.by_offence(
        parameters.chosen(), period, vintage=parameters.vintage, forces=forces
    )


def by_offence_and_year(parameters: Asked) -> pd.DataFrame:
    """Return the offences by whole calendar year: code, description, and a column for each year.

    A year is missing for an offence that the release has no cell of.
    """
    rows = series(parameters, by_code=True).rename(columns={"kind": "code"})
    wide = rows.astype({"year": str}).pivot(index="code", columns="year", values="count")
    titles = tables.offences().set_index("code")["description"]
    wide.insert(0, "description", titles.reindex(wide.index))
    return wide.rename_axis(columns=None).reset_index()


def by_definition(parameters: OffenceCounts) -> pd.DataFrame:
    """Return every definition's count in every release that covers the period: title, vintage, count."""
    period = Period.parse(parameters.period)
    covering = [vintage for vintage in tables.vintages() if covers(vintage, period)]
    rows = [
        (
            definition.title,
            vintage,
            counting.count(definition, period, vintage=vintage, forces=_forces(parameters)).count,
        )
        for definition in (definitions() | parameters.own()).values()
        for vintage in covering
    ]
    return pd.DataFrame(rows, columns=["title", "vintage", "count"])


def _cells(parameters: Asked) -> pd.DataFrame:
    forces = _forces(parameters)
    return counting.cells(parameters.chosen(), vintage=parameters.vintage, forces=forces)


def _forces(parameters: Asked) -> tuple[str, ...]:
    if isinstance(parameters, ForceReport):
        return (parameters.force,)
    return counting.bodies(exclude_btp=parameters.territory == "without_btp")


# Areas.


@dataclass(frozen=True)
class Areas:
    """Recorded offences by police force area.

    Attributes
    ----------
    rates
        force, count, children, rate, lower, upper (per 1,000 children a year), se_log, rank, rank_lower, rank_upper.
    dispersion
        How much more than a Poisson count an area's count moves about from year to year.
    years
        The years that the dispersion was found in.
    ranked
        How many areas share the ranks: all that have a rate, shown or not.
    """

    rates: pd.DataFrame
    dispersion: float
    years: tuple[int, int]
    ranked: int


def panel(parameters: OffenceCounts) -> pd.DataFrame:
    """Return the English areas by whole calendar year: force, year, count, children. Welsh years of other editions make no series."""
    forces = tables.load("forces")
    english = set(forces.loc[forces["country"] == "England", "name"])
    rows = rates.panel(_cells(parameters), _children())
    return rows[rows["force"].isin(english)]


def areas(parameters: OffenceCounts) -> Areas:
    """Return counts and rates of the 43 areas in the period, with intervals that allow for over-dispersion."""
    period, rows = Period.parse(parameters.period), panel(parameters)
    found = counting.count(
        parameters.chosen(), period, vintage=parameters.vintage, forces=TERRITORIAL, by="force"
    ).rows
    children = _children().query("year == @YEAR")
    exposure = children.assign(children=children["children"] * len(period.quarters) / 4)
    dispersion = rates.dispersion(rows)
    ranked = rates.rank_ranges(
        rates.rates(found, exposure, dispersion=dispersion, level=parameters.level)
    )
    years = int(rows["year"].min()), int(rows["year"].max())
    shown = ranked[ranked["force"].isin(parameters.forces or TERRITORIAL)]
    return Areas(shown, dispersion, years, ranked=int(ranked["rate"].notna().sum()))


def model(parameters: OffenceCounts) -> rates.AreaYearModel:
    """Fit the negative-binomial model of area and year, with children as exposure."""
    return rates.area_year_model(panel(parameters), level=parameters.level)


def _children() -> pd.DataFrame:
    children = tables.load("children")
    return children[(children["age_from"] == AGES[0]) & (children["age_to"] == AGES[1])]
