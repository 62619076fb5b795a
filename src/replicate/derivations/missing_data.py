"""What missing ethnicity, missing flags and a fall in assessments leave open: notebook 04.

No share by ethnicity is given without the share that is missing and its bounds, and none is set
against a share of residents. The Department for Education's table counts episodes of assessment
while the published falls count children, so it stands beside them as context.
"""

import re

import numpy as np
import pandas as pd

from replicate.analysis import assessments, missingness
from replicate.derivations.kinds.published import ShareByEthnicity, as_parts
from replicate.derivations.kinds.registry import derivations
from replicate.ledger import claims, find_claim
from replicate.sources import tables
from replicate.vocabulary.numbers import number
from replicate.vocabulary.parameters import MissingData
from replicate.vocabulary.uncertainty import RoundingRange, ScenarioRange, WorstCaseBounds

COMPLETENESS = dict.fromkeys(("C06", "C11", "L11"), "missing")
COMPLETENESS |= dict.fromkeys(("C07", "H07"), "recorded")
"""Claims that say how completely ethnicity is recorded, and which way round."""

SPLIT = ("H08a", "H08b", "H08c", "H08d")
"""Shares of the same suspects, of whom H07 says how many are missing."""

FLAGGED, CORRECT = "C02", "I09"
"""The offences flagged as exploitation, and the share of cases read that were correctly flagged."""

MISSED = "every flag was right, and the share is of the offences that should have been flagged"
WRONG = "no flag was missing, and the share is of the offences that were flagged"
"""The two readings of 'correctly flagged'; what was seen does not say which is meant."""

TAKEN_FOR_GRANTED = (
    "the cases that the inspectorate read, which were not chosen at random, stand for all",
    "a case read is like an offence counted, though a case can hold several",
    "the share found in 2025 held for the offences of 2024",
)
"""What both readings of the share take for granted; none of it is known."""

FACTOR = "Child_sexual_exploitation"
"""The publisher's name of the factor."""

BESIDE = {
    FACTOR: "child sexual exploitation",
    "Sexual_Abuse_adult_on_child": "sexual abuse of a child by an adult",
    "Sexual_Abuse_child_on_child": "sexual abuse of a child by a child",
    "Sexual_Abuse_unknown": "sexual abuse, by whom not split",
    "Child_criminal_exploitation": "child criminal exploitation",
    "Going_missing": "going or being missing",
    "Episodes_with_assessment_factor": "any factor",
}
"""The factor and others to see it beside: the publisher's names, and what they are."""

_GROUP = re.compile("White|Asian|Black|Mixed|Pakistani heritage|Pakistani")


def tables_used() -> tuple[str, ...]:
    """Return the tables that notebook 04 rests on."""
    return f"recorded_crime_{tables.vintages()[-1]}", "assessment_factors", "census_ethnic_group"


def completeness() -> pd.DataFrame:
    """Return how completely ethnicity is recorded, by source.

    Returns
    -------
    pandas.DataFrame
        claim, report, population, period, published, missing (in words, rounding allowed for),
        lower, upper (the share missing, from 0 to 1).
    """
    rows = []
    for name, said in COMPLETENESS.items():
        claim, lost = find_claim(name), ShareByEthnicity(**{said: name}).missing_share()
        assert lost  # noqa: S101 (the claim is there)
        place, period = f"{claim.population}, {claim.geography}", claim.period or "not stated"
        row = (name, claim.report, place, period, f"{claim.published} percent {said}")
        rows.append((*row, span(lost), lost.lower, lost.upper))
    columns = ["claim", "report", "population", "period", "published", "missing", "lower", "upper"]
    return pd.DataFrame(rows, columns=columns)


def shares() -> pd.DataFrame:
    """Return every published share of suspects by ethnicity with what is missing and its bounds.

    Returns
    -------
    pandas.DataFrame
        claim, group (the publication's word), population, published (the figure, and of whom),
        missing and bounds (in words; why there are none), missing_lower, missing_upper, lower,
        upper (shares from 0 to 1, rounding allowed for; missing where the share cannot be bounded),
        reason, attribution.
    """
    rows = []
    for claim in claims().values():
        kind = derivations().get(claim.id)
        if not isinstance(kind, ShareByEthnicity):
            continue
        lost, found = kind.missing_share(), kind.bounded(claim)
        whom = find_claim(kind.missing or kind.recorded or claim.id).population
        place = f"{whom}, {claim.geography}, {claim.period or 'period not stated'}"
        of = {"known": "of those known", "all": "of all"}[kind.of] if lost else "as published"
        row = {
            "claim": claim.id,
            "group": _GROUP.findall(claim.statement)[0],
            "population": place[:1].upper() + place[1:],
            "published": f"{claim.published} percent {of}",
            "missing": f"{span(lost)} missing" if lost else "not published",
            "bounds": f"could be {span(found.bounds)}" if found.bounds else found.reason,
        }
        row |= _ends(lost, "missing_") | _ends(found.bounds)
        rows.append(row | {"reason": found.reason, "attribution": claim.attribution})
    return pd.DataFrame(rows)


def pairs(shares: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of groups among the same suspects: claim, other, overlap (of their bounds).

    Where the bounds of two groups overlap, the missing can make either of them the larger.
    """
    bounded = shares.dropna(subset="lower")[["claim", "population", "lower", "upper"]]
    both = bounded.merge(bounded, on="population", suffixes=("", "_other"))
    both = both[both["claim"] < both["claim_other"]].rename(columns={"claim_other": "other"})
    overlap = both["lower"].le(both["upper_other"]) & both["lower_other"].le(both["upper"])
    return both.assign(overlap=overlap)[["claim", "other", "overlap"]].reset_index(drop=True)


def curve(parameters: MissingData) -> pd.DataFrame:
    """Return what shares of all suspects could be, by the odds ratio of being recorded.

    Parameters
    ----------
    parameters
        The lowest and the highest odds ratio assumed; nothing published says what it is.

    Returns
    -------
    pandas.DataFrame
        claim, name (of the group), odds_ratio, lower, upper (shares; they differ by the rounding of
        the published ones alone).
    """
    # An odd number of points, so that a range that is even about 1 has one there.
    odds = np.geomspace(parameters.odds_lowest, parameters.odds_highest, 41).tolist()
    lost, curves = ShareByEthnicity(recorded="H07").missing_share(), []
    assert lost  # noqa: S101 (the claim is there)
    for claim in map(find_claim, SPLIT):
        found = missingness.sensitivity(as_parts(claim.range()), lost, odds)
        curves.append(found.assign(claim=claim.id, name=_GROUP.findall(claim.statement)[0]))
    return pd.concat(curves, ignore_index=True)


def flag_scenarios() -> pd.DataFrame:
    """Return the offences that the flagged ones would stand for, by either reading of the share.

    Returns
    -------
    pandas.DataFrame
        assumption, lower, upper (offences): the ends come from the printed precision of both
        figures alone.
    """
    flagged, part = find_claim(FLAGGED).range(), as_parts(find_claim(CORRECT).range())
    missed = (MISSED, flagged.lower / part.upper, flagged.upper / part.lower)
    wrong = (WRONG, flagged.lower * part.lower, flagged.upper * part.upper)
    return pd.DataFrame([missed, wrong], columns=["assumption", "lower", "upper"])


def implied(scenarios: pd.DataFrame) -> ScenarioRange:
    """Return the range over both scenarios; nothing inside it is likelier than another."""
    assumed = (f"either {MISSED}", f"or {WRONG}", *TAKEN_FOR_GRANTED)
    lower, upper = float(scenarios["lower"].min()), float(scenarios["upper"].max())
    return ScenarioRange(lower, upper, assumptions=assumed)


def episodes() -> pd.DataFrame:
    """Return England's episodes with the factor: year, episodes, lower, upper (by rounding)."""
    factors = assessments.possible(tables.load("assessment_factors"))
    england = factors[factors["level"].eq("National") & factors["factor"].eq(FACTOR)]
    columns = ["year", "episodes", "lower", "upper"]
    return england.sort_values("year", ignore_index=True)[columns]


def beside_other_factors() -> pd.DataFrame:
    """Return the change of the factor in England beside that of others.

    Returns
    -------
    pandas.DataFrame
        factor, since and until (first and last year counted), first, last (episodes), percent
        (change), lower, upper (by rounding).
    """
    factors = tables.load("assessment_factors")
    england = factors[factors["level"].eq("National") & factors["state"].eq("value")]
    rows = []
    for name, words in BESIDE.items():
        years = england.loc[england["factor"] == name, "year"]
        found = assessments.change(factors, name, int(years.min()), int(years.max()))
        counted = (found.start.year, found.end.year, found.start.published, found.end.published)
        rows.append((words, *counted, found.percent, found.possible.lower, found.possible.upper))
    columns = ["factor", "since", "until", "first", "last", "percent", "lower", "upper"]
    return pd.DataFrame(rows, columns=columns)


def span(ends: RoundingRange | WorstCaseBounds) -> str:
    """Write a range of shares in percent."""
    lower, upper = (number(100 * end, decimals=1) for end in (ends.lower, ends.upper))
    return f"{lower} to {upper}\N{NO-BREAK SPACE}%"


def _ends(found: RoundingRange | WorstCaseBounds | None, prefix: str = "") -> dict[str, float]:
    return {f"{prefix}{end}": getattr(found, end, np.nan) for end in ("lower", "upper")}
