"""What notebook 05 asks of the tables and the ledger: one police force area among the others."""

from dataclasses import dataclass

import pandas as pd

from replicate.analysis.assessments import SUPPRESSED
from replicate.derivations import counting, offence_counts
from replicate.derivations.verification import Verification, verify
from replicate.ledger import Claim, Report, Verdict, claims
from replicate.sources import tables
from replicate.vocabulary.forces import CITY_OF_LONDON
from replicate.vocabulary.parameters import ForceReport, OffenceCounts
from replicate.vocabulary.periods import Period
from replicate.vocabulary.runs import cached_with_reads
from replicate.vocabulary.uncertainty import SamplingInterval


def recorded_table(parameters: ForceReport) -> str:
    """Return the name of the release's table; one that doesn't wholly cover the period is refused."""
    return counting.recorded_table(parameters.period, parameters.vintage)


def series(parameters: ForceReport) -> pd.DataFrame:
    """Return what the force recorded by whole calendar year and kind, as `counting.series` does."""
    found = counting.series(
        parameters.chosen(), vintage=parameters.vintage, forces=[parameters.force]
    )
    return found.query("complete").reset_index(drop=True)


def by_offence(parameters: ForceReport) -> pd.DataFrame:
    """Return the force's offences of the definition in the period, as `counting.by_offence` does."""
    return counting.by_offence(
        parameters.chosen(),
        Period.parse(parameters.period),
        vintage=parameters.vintage,
        forces=[parameters.force],
    )


ALL_AREAS = "All 43 areas"
METHOD = "over-dispersed Poisson counts, on the log scale"
_ENDS = ["lower", "upper", "rank_lower", "rank_upper"]


@dataclass(frozen=True)
class Standing:
    """Where a force stands.

    Attributes
    ----------
    force, count, children
        Its name, offences recorded in the period (non-recent included), and children aged under 18, mid-2024.
    rate, interval
        Per 1,000 children a year; none where the count is too small, or the area is the City of London.
    ranks, ranked
        The highest and lowest rank that the area could hold, all pairs of areas compared at once (none without a rate), and how many
        areas share the ranks.
    why_none
        Why there is no rate; empty where there is one.
    dispersion, years
        How many times as much as Poisson counts the areas' counts vary, and the first and last year it was found in.
    table
        The force beside all areas together: area, count, children, rate, lower, upper, rank_lower, rank_upper, why.
    """

    force: str
    count: int
    children: int
    rate: float | None
    interval: SamplingInterval | None
    ranks: tuple[int, int] | None
    ranked: int
    why_none: str
    dispersion: float
    years: tuple[int, int]
    table: pd.DataFrame


def standing(parameters: ForceReport) -> Standing:
    """Return where the force stands among all areas, by the rates and intervals of notebook 01."""
    vintage = tables.resolve_vintage(parameters.vintage)
    areas = _areas(parameters.definition, parameters.period, vintage, parameters.level)
    row = areas.rates[areas.rates["force"] == parameters.force].iloc[0]
    given = bool(pd.notna(row["rate"]))
    why = "" if given else _reason(parameters.force)
    return Standing(
        force=parameters.force,
        count=int(row["count"]),
        children=int(row["children"]),
        rate=float(row["rate"]) if given else None,
        interval=SamplingInterval(
            float(row["lower"]), float(row["upper"]), parameters.level, METHOD
        )
        if given
        else None,
        ranks=(int(row["rank_lower"]), int(row["rank_upper"])) if given else None,
        ranked=areas.ranked,
        why_none=why,
        dispersion=areas.dispersion,
        years=areas.years,
        table=_beside(areas.rates, parameters.force, why),
    )


@cached_with_reads
def _areas(definition: str, period: str, vintage: str, level: float) -> offence_counts.Areas:
    """Return all 43 areas: the same for every force, so found once in a process."""
    return offence_counts.areas(
        OffenceCounts(definition=definition, period=period, vintage=vintage, level=level)
    )


def _beside(rates: pd.DataFrame, force: str, why: str) -> pd.DataFrame:
    count, children = rates["count"].sum(), rates["children"].sum()
    whole = pd.DataFrame(
        [
            {
                "force": ALL_AREAS,
                "count": count,
                "children": children,
                "rate": 1000 * count / children,
            }
        ]
    )
    rows = pd.concat(
        [rates[rates["force"] == force], whole.reindex(columns=rates.columns).astype(rates.dtypes)],
        ignore_index=True,
    )
    return rows[["force", "count", "children", "rate", *_ENDS]].assign(
        why=[why, "not given for the total"]
    )


def _reason(force: str) -> str:
    few_children = "not given: hardly any children live in the City of London"
    return few_children if force == CITY_OF_LONDON else "not given: too few offences for a rate"


INSPECTIONS = frozenset(
    {
        Report.HMIC_CDI_2016,
        Report.HMICFRS_CDI_2017,
        Report.HMICFRS_CDI_2018,
        Report.HMICFRS_CDI_2019,
        Report.HMICFRS_CDI_2020,
        Report.HMICFRS_CDI_2021,
    }
)
"""The inspections of crime recording, force by force."""

NATIONAL = ("R01", "R07")
"""The recording rates of all forces together: reported crime that was recorded, 2013 and 2025."""


def inspections() -> list[Claim]:
    """Return every claim of an inspection of one force."""
    return [claim for claim in claims().values() if claim.report in INSPECTIONS]


def inspected(parameters: ForceReport) -> bool:
    """Say whether an inspection of this force is in the ledger."""
    return any(claim.geography == parameters.force for claim in inspections())


def recording(parameters: ForceReport) -> pd.DataFrame:
    """Return what was published of the force and, beside it, of all forces together.

    Returns
    -------
    pandas.DataFrame
        claim, place, statement, published (its interval with it), computed, verdict, reason. Without an inspection of the force,
        the national rows alone.
    """
    own = [claim.id for claim in inspections() if claim.geography == parameters.force]
    return pd.DataFrame([_published_row(result) for result in verify([*own, *NATIONAL])])


def _published_row(result: Verification) -> dict[str, str]:
    claim, shown = result.claim, result.as_row()
    ends = (
        ""
        if claim.lower is None or claim.upper is None
        else f" ({claim.lower:g} to {claim.upper:g})"
    )
    return {
        "claim": claim.id,
        "place": claim.geography,
        "statement": claim.statement,
        "published": shown["published"] + ends,
        "computed": "not computed" if shown["computed"] == "—" else shown["computed"],
        "verdict": Verdict(shown["verdict"]).words,
        "reason": result.comparison.reason,
    }


FACTOR = "Child_sexual_exploitation"
"""The publisher's name of the factor."""


@dataclass(frozen=True)
class Assessed:
    """Assessment episodes of a force area.

    Attributes
    ----------
    years
        year (ending 31 March), episodes (none where one was suppressed), lower and upper (worst-case bounds: a suppressed number is
        from 1 to 5), state; no rows where the authorities can't be added up.
    authorities
        The local authorities of the area.
    reason
        Why there are no rows; empty where there are.
    """

    years: pd.DataFrame
    authorities: tuple[str, ...]
    reason: str


def assessed(parameters: ForceReport) -> Assessed:
    """Add up the episodes that found sexual exploitation over the authorities of the force area.

    The census lists the lower-tier authorities of each area; the Department for Education publishes by upper tier. They are the same
    only where there are no county councils, so only there can an area be added up. A year counts when every authority has a number, or
    one that was suppressed for being from 1 to 5.
    """
    census = tables.census_ethnic_group()
    areas = census[census["force"] == parameters.force].drop_duplicates("area_code")
    authorities = tuple(sorted(areas["area"]))
    factors = tables.assessment_factors()
    local = factors[(factors["level"] == "Local authority") & (factors["factor"] == FACTOR)]
    if not areas["area_code"].str.startswith("E").all():
        return Assessed(
            _years(local.head(0), 0),
            authorities,
            "The Department for Education publishes for England alone.",
        )
    rows = local[
        local["area_code"].isin(areas["area_code"]) & local["state"].isin(["value", "suppressed"])
    ]
    years = _years(rows, len(authorities))
    missing = "In this area county councils, or authorities that have changed since 2021, stand between the table and the districts."
    return Assessed(years, authorities, "" if len(years) else missing)


def _years(rows: pd.DataFrame, authorities: int) -> pd.DataFrame:
    hidden, episodes = rows["state"].eq("suppressed"), rows["episodes"]
    ends = {
        "lower": episodes.mask(hidden, int(SUPPRESSED.lower)),
        "upper": episodes.mask(hidden, int(SUPPRESSED.upper)),
    }
    sums = (
        rows.assign(hidden=hidden, **ends)
        .groupby("year")
        .agg({"area_code": "nunique", "hidden": "sum", "lower": "sum", "upper": "sum"})
    )
    whole = sums[sums["area_code"] == authorities].reset_index()
    some = whole["hidden"] > 0
    states = some.map({True: "suppressed", False: "value"})
    return whole.assign(episodes=whole["lower"].mask(some), state=states)[
        ["year", "episodes", "lower", "upper", "state"]
    ]
