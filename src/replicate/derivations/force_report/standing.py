"""A force's rate beside that of all areas, with its interval and the ranks that the interval allows."""

from dataclasses import dataclass

import pandas as pd

from replicate.derivations import offence_counts
from replicate.sources import tables
from replicate.vocabulary.forces import CITY_OF_LONDON
from replicate.vocabulary.parameters import ForceReport, OffenceCounts
from replicate.vocabulary.reads import cached_with_reads
from replicate.vocabulary.uncertainty import SamplingInterval

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
