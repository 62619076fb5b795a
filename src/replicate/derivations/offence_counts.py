"""What notebooks 01 and 05 ask of the tables: a published total, areas, and one among the others."""

from dataclasses import dataclass

import pandas as pd

from replicate.analysis import counting as analysis
from replicate.analysis import rates, revisions
from replicate.derivations import counting
from replicate.derivations.counting import AGE, evidence
from replicate.derivations.kinds.recorded import RecordedTotal
from replicate.derivations.kinds.registry import derivations
from replicate.derivations.verification import Verification, frame, verify, verify_by
from replicate.ledger import find_claim
from replicate.sources import tables
from replicate.vocabulary.definitions import definitions, kinds
from replicate.vocabulary.errors import unknown
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.parameters import ForceReport, OffenceCounts
from replicate.vocabulary.periods import Period
from replicate.vocabulary.runs import cached_with_reads
from replicate.vocabulary.uncertainty import SamplingInterval

AGES = (0, 17)
"""The ages that count as children here: those that both the estimates of all areas and the series hold."""

YEAR = 2024
"""The mid-year estimate that all 43 areas have."""

TOTALS = ("C01", "S05", "S06", "S09")
"""The published totals of recorded child sexual offences that recorded crime could give."""

Asked = OffenceCounts | ForceReport
"""A count of all forces, or of one."""


# A published total, and the ways of counting that were tried.


def derivation_of(parameters: OffenceCounts) -> RecordedTotal:
    """Return how the claim is recomputed, the reader's own definitions among those tried.

    Raises
    ------
    InputError
        When the claim is not a total of recorded offences, which is what notebook 01 can recompute.
    """
    claim, own = find_claim(parameters.claim, where="claim"), tuple(parameters.own().values())
    found = derivations().get(claim.id)
    if not isinstance(found, RecordedTotal):
        totals = [name for name, one in derivations().items() if isinstance(one, RecordedTotal)]
        raise unknown("total of recorded offences", claim.id, totals, where="claim")
    listed = found.definitions or tuple(counting.reasons()["definitions"])
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
    """

    result: Verification
    curve: pd.DataFrame

    @property
    def published(self) -> float:
        """The published figure."""
        return float(self.result.claim.value or 0)

    @property
    def band(self) -> tuple[float, float]:
        """What revision could have made of the figure, for the nearest specification."""
        nearest = self.curve.iloc[0]
        return self.published * (1 + nearest["lower"]), self.published * (1 + nearest["upper"])


def examine(parameters: OffenceCounts) -> Examination:
    """Count every specification and compare the nearest with the claim."""
    derivation = derivation_of(parameters)
    result = verify_by(derivation, find_claim(parameters.claim))
    return Examination(result, derivation.evidence(result.claim))


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
        "definitions": (parameters.chosen(),),
        "periods": (parameters.period,),
        "territories": (parameters.territory,),
        "releases": (tables.resolve_vintage(parameters.vintage),),
    }
    derivation = derivation_of(parameters).model_copy(update=alone)
    return verify_by(derivation, find_claim(parameters.claim))


def choices_listed(parameters: OffenceCounts) -> pd.DataFrame:
    """Return each choice that specifications are made of, with its reason: choice, kind, reason."""
    tried, why = derivation_of(parameters).values(), counting.reasons()
    own = {name: definition.rationale for name, definition in parameters.own().items()}
    fetched = dict.fromkeys(tried["vintage"], "A release that was fetched.")
    given = own | fetched | why["definitions"] | why["periods"] | why["vintages"]
    rows = [
        (str(choice), kind, (given | why["territories"])[str(choice)])
        for kind in ("definition", "period", "territory", "vintage")
        for choice in tried[kind].unique()
    ]
    return pd.DataFrame(rows, columns=["choice", "kind", "reason"])


def definitions_listed(parameters: OffenceCounts) -> pd.DataFrame:
    """Return the definitions, the reader's own last: title, codes, rationale, caveat."""
    listed = (definitions() | parameters.own()).values()
    rows = [(one.title, ", ".join(one.codes), one.rationale, one.caveat) for one in listed]
    return pd.DataFrame(rows, columns=["title", "codes", "rationale", "caveat"])


def agreement() -> pd.DataFrame:
    """Return the published totals beside the nearest count of each."""
    said = ("claim", "report", "period", "counted", "published", "computed", "relative")
    return frame(verify(TOTALS), (*said, "how", "verdict"))


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


# Counts, of one force or of all.


def recorded_table(parameters: Asked) -> str:
    """Return the name of the release's table, which wholly covers the period."""
    resolved = tables.resolve_vintage(parameters.vintage)
    counting.refuse_uncovered(Period.parse(parameters.period), resolved)
    return f"recorded_crime_{resolved}"


def series(parameters: Asked) -> pd.DataFrame:
    """Return recorded offences by whole calendar year and kind.

    Returns
    -------
    pandas.DataFrame
        year, kind, count, missing_cells, complete.
    """
    found = analysis.series(_cells(parameters), kinds())
    return found.query("complete").reset_index(drop=True)


def by_offence(parameters: Asked) -> pd.DataFrame:
    """Return the offences in the period: code, description, kind, count, missing_cells."""
    period, forces = Period.parse(parameters.period), _forces(parameters)
    found = counting.count(
        parameters.chosen(), period, vintage=parameters.vintage, forces=forces, by="code"
    )
    rows, titles = found.rows, tables.offences().set_index("code")["description"]
    rows.insert(1, "description", rows["code"].map(titles))
    rows.insert(2, "kind", rows["code"].map(kinds()))
    return rows


def by_offence_and_year(parameters: Asked) -> pd.DataFrame:
    """Return the offences by whole calendar year: code, description, and a column for each year.

    A year is missing for an offence that the release has no cell of.
    """
    codes = {code: code for code in parameters.chosen().codes}
    rows = analysis.series(_cells(parameters), codes).query("complete").astype({"year": str})
    wide = rows.pivot(index="kind", columns="year", values="count").rename_axis("code")
    wide.insert(0, "description", tables.offences().set_index("code")["description"])
    return wide.rename_axis(columns=None).reset_index()


def by_definition(parameters: OffenceCounts) -> pd.DataFrame:
    """Return every definition's count in every release that covers it: title, vintage, count."""
    named = (*definitions().values(), *parameters.own().values())
    ways = counting.specifications([parameters.period], named, territories=[parameters.territory])
    rows = [(way.definition.title, way.vintage, way.total()) for way in ways]
    return pd.DataFrame(rows, columns=["title", "vintage", "count"])


def _cells(parameters: Asked) -> pd.DataFrame:
    forces = _forces(parameters)
    return counting.cells(parameters.chosen(), vintage=parameters.vintage, forces=forces)


def _forces(parameters: Asked) -> tuple[str, ...]:
    if isinstance(parameters, ForceReport):
        return (parameters.force,)
    return counting.forces_of(parameters.territory)


# Areas.


@dataclass(frozen=True)
class Areas:
    """Recorded offences by police force area.

    Attributes
    ----------
    rates
        force, count, children, rate, lower, upper (per 1,000 children a year), se_log, rank,
        rank_lower, rank_upper.
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
    """Return the English areas by whole calendar year: force, year, count, children.

    Welsh years of other editions make no series.
    """
    rows = rates.panel(_cells(parameters), _children())
    return rows[rows["force"].isin(counting.forces_of("England"))]


def areas(parameters: OffenceCounts) -> Areas:
    """Return counts and rates of the 43 areas, with intervals that allow for over-dispersion."""
    period, rows = Period.parse(parameters.period), panel(parameters)
    found = counting.count(
        parameters.chosen(), period, vintage=parameters.vintage, forces=TERRITORIAL, by="force"
    )
    children = _children().query("year == @YEAR")
    exposure = children.assign(children=children["children"] * len(period.quarters) / 4)
    dispersion, level = rates.dispersion(rows), parameters.level
    rated = rates.rates(found.rows, exposure, dispersion=dispersion, level=level)
    ranked = rates.rank_ranges(rated)
    years = int(rows["year"].min()), int(rows["year"].max())
    shown = ranked[ranked["force"].isin(parameters.forces or TERRITORIAL)]
    return Areas(shown, dispersion, years, ranked=int(ranked["rate"].notna().sum()))


def model(parameters: OffenceCounts) -> rates.AreaYearModel:
    """Fit the negative-binomial model of area and year, with children as exposure."""
    return rates.area_year_model(panel(parameters), level=parameters.level)


def _children() -> pd.DataFrame:
    children = tables.load("children")
    return children[children["age_from"].eq(AGES[0]) & children["age_to"].eq(AGES[1])]


# One area among the others.

METHOD = "over-dispersed Poisson counts, on the log scale"


@dataclass(frozen=True)
class Standing:
    """Where a force stands.

    Attributes
    ----------
    areas
        All 43 areas: their rates, their scatter, and how many share the ranks.
    force, count, children
        Its name, offences recorded in the period (non-recent included), and children aged under
        18, mid-2024.
    rate, interval
        Per 1,000 children a year; none where the count is too small, or the area is the City of
        London.
    ranks
        The highest and lowest rank that the area could hold, all pairs of areas compared at once;
        none without a rate.
    """

    areas: Areas
    force: str
    count: int
    children: int
    rate: float | None = None
    interval: SamplingInterval | None = None
    ranks: tuple[int, int] | None = None

    @property
    def national(self) -> float:
        """The rate of all 43 areas together, per 1,000 children a year."""
        sums = self.areas.rates[["count", "children"]].sum()
        return float(1000 * sums["count"] / sums["children"])


def standing(parameters: ForceReport) -> Standing:
    """Return where the force stands among all areas, by the rates and intervals of notebook 01."""
    vintage = tables.resolve_vintage(parameters.vintage)
    areas = _areas(parameters.definition, parameters.period, vintage, parameters.level)
    (row,) = areas.rates.query("force == @parameters.force").to_dict("records")
    known = areas, parameters.force, int(row["count"]), int(row["children"])
    if pd.isna(row["rate"]):
        return Standing(*known)
    interval = SamplingInterval(row["lower"], row["upper"], parameters.level, METHOD)
    ranks = int(row["rank_lower"]), int(row["rank_upper"])
    return Standing(*known, float(row["rate"]), interval, ranks)


@cached_with_reads
def _areas(definition: str, period: str, vintage: str, level: float) -> Areas:
    """Return all 43 areas: the same for every force, so found once in a process."""
    return areas(OffenceCounts(definition=definition, period=period, vintage=vintage, level=level))
