"""What missing ethnicity, missing flags and a fall in assessments leave open: notebook 04.

No share by ethnicity is given without the share that is missing and its bounds, and none is set
against a share of residents. The Department for Education's table counts episodes of assessment
while the published falls count children, so it stands beside them as context.
"""

from fractions import Fraction
from itertools import combinations, count
from math import ceil, floor

import numpy as np
import pandas as pd

from replicate.analysis import assessments, missingness
from replicate.derivations.counting import count as count_offences
from replicate.derivations.kinds.published import ShareByEthnicity, as_parts
from replicate.derivations.kinds.registry import derivations
from replicate.derivations.verification import frame, verify
from replicate.ledger import check, find_claim, identities
from replicate.sources import tables
from replicate.vocabulary.definitions import find_definition
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.numbers import number
from replicate.vocabulary.parameters import MissingData
from replicate.vocabulary.periods import Period
from replicate.vocabulary.uncertainty import RoundingRange, ScenarioRange, WorstCaseBounds

COMPLETENESS = {
    "C06": "missing",
    "C11": "missing",
    "L11": "missing",
    "C07": "recorded",
    "H07": "recorded",
}
"""Claims that say how completely ethnicity is recorded, and which way round."""

GROUPS = {
    "C06a": "White",
    "C08": "Asian",
    "C09": "White",
    "C10a": "Asian",
    "C10b": "White",
    "C14": "Pakistani heritage",
    "H08a": "White",
    "H08b": "Asian",
    "H08c": "Black",
    "H08d": "Mixed",
    "H11a": "White",
    "H11b": "Pakistani",
    "H12": "Pakistani",
    "L05a": "Pakistani heritage",
}
"""Published share → the group it is of, in the publication's word."""

ORDERED = (("H08a", "H08b", "H08c", "H08d"), ("C10a", "C10b"), ("H11a", "H11b"))
"""Shares of the same suspects that say what they are shares of, so that two can be ordered."""

RESIDENTS = {"White": ("C12a", "X01e", "X02d"), "Asian": ("C12b", "X01f", "X02e")}
"""Group → the share quoted for Greater Manchester, and those published for county and city."""

FLAGGED, CORRECT = "C02", "I09"
"""The offences flagged as exploitation, and the share of cases read that were correctly flagged."""

STAND_INS = ("child_contact", "child_specific", "child_exploitation")
"""Sums of offence codes that one could take for the flag."""

MISSED = (
    "every flagged offence was rightly flagged, "
    "and the share is of all the offences that should have been"
)
WRONG = (
    "no offence that should have been flagged was missed, "
    "and the share is of the offences that were"
)
"""The two readings of 'correctly flagged'; what was seen does not say which is meant."""

TAKEN_FOR_GRANTED = (
    "the cases that the inspectorate read, which were not chosen at random, stand for all",
    "a case read is like an offence counted, though a case can hold several",
    "the share found in 2025 held for the offences of 2024",
)
"""What both readings of the share take for granted; none of it is known."""

PURPOSIVE = (
    "The cases were chosen on purpose, not at random: a count is of the cases read and of no "
    "others, and no interval is drawn around it."
)

FACTOR = "Child_sexual_exploitation"
"""The publisher's name of the factor."""

YEARS = (2018, 2025)
"""The first and the last year of the table, ending 31 March."""

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

ASSESSED = ("C22", "S19", "S19a", "S20", "S20a", "S21", "S21a", "S22a", "S22b", "S22c")
"""What is published of children assessed or on plans, and the fall that one document gives."""

_STEPS = 41
"""Points of a curve: an odd number, so that a range that is even about 1 has a point there."""


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
        assert lost is not None  # noqa: S101 (the claim is there)
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
        claim, group, population, published (the figure, and of whom), missing and bounds (in words;
        why there are none), missing_lower, missing_upper, lower, upper (shares from 0 to 1,
        rounding allowed for; missing where the share cannot be bounded), reason, attribution.
    """
    rows = []
    for name, group in GROUPS.items():
        claim, kind = find_claim(name), _kind(name)
        lost, found = kind.missing_share(), kind.bounded(claim)
        whom = find_claim(kind.missing or kind.recorded or name).population
        place = f"{whom}, {claim.geography}, {claim.period or 'period not stated'}"
        of = {"known": "of those known", "all": "of all"}[kind.of] if lost else "as published"
        rows.append(
            {
                "claim": name,
                "group": group,
                "population": place[:1].upper() + place[1:],
                "published": f"{claim.published} percent {of}",
                "missing": f"{span(lost)} missing" if lost else "not published",
                "bounds": f"could be {span(found.bounds)}" if found.bounds else found.reason,
                "missing_lower": lost and lost.lower,
                "missing_upper": lost and lost.upper,
                "lower": found.bounds and found.bounds.lower,
                "upper": found.bounds and found.bounds.upper,
                "reason": found.reason,
                "attribution": claim.attribution,
            }
        )
    numbers = ["missing_lower", "missing_upper", "lower", "upper"]
    return pd.DataFrame(rows).astype(dict.fromkeys(numbers, "float64"))


def curve(parameters: MissingData, names: tuple[str, ...] = ORDERED[0]) -> pd.DataFrame:
    """Return what shares could be of all suspects, by the odds ratio of being recorded.

    Parameters
    ----------
    parameters
        The lowest and the highest odds ratio assumed; nothing published says what it is.
    names
        Shares of the same suspects, each with a published missing share.

    Returns
    -------
    pandas.DataFrame
        claim, name (of the group), odds_ratio, lower, upper (shares; they differ by the rounding of
        the published ones alone).
    """
    odds = [
        float(ratio)
        for ratio in np.geomspace(parameters.odds_lowest, parameters.odds_highest, _STEPS)
    ]
    curves = [_curve(name, odds).assign(claim=name, name=GROUPS[name]) for name in names]
    return pd.concat(curves, ignore_index=True)


def ordering() -> pd.DataFrame:
    """Return how complete recording has to be to say which of two groups is the larger.

    Returns
    -------
    pandas.DataFrame
        pair, claims, population, needed (the share recorded above which the order is certain,
        whatever the missing are), recorded (the share that is), enough ("yes", "no" or "cannot be
        told").
    """
    pairs = [pair for names in ORDERED for pair in combinations(names, 2)]
    return pd.DataFrame([_ordered(*pair) for pair in pairs])


def residents() -> pd.DataFrame:
    """Return the shares of residents quoted for Greater Manchester beside those of the census.

    They stand by themselves: no share of suspects is set against them.

    Returns
    -------
    pandas.DataFrame
        group, claim, quoted, county, county_published, city, city_published (percent; computed from
        the census table, and as published), verdict, reason (of the quoted share as the county's).
    """
    rows = []
    for group, names in RESIDENTS.items():
        quoted, *places = verify(names)
        row: list[object] = [group, quoted.claim.id, quoted.claim.number]
        for place in places:
            computed = place.comparison.computed
            row += [computed and computed.value, place.claim.number]
        rows.append((*row, quoted.verdict.value, quoted.comparison.reason))
    figures = ["quoted", "county", "county_published", "city", "city_published"]
    return pd.DataFrame(rows, columns=["group", "claim", *figures, "verdict", "reason"])


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


def denominators() -> pd.DataFrame:
    """Return the flagged offences as a share of each number that they have been set beside.

    Returns
    -------
    pandas.DataFrame
        denominator, given_by, number, share, lower, upper (percent, by the printed precision),
        caveat. Sums of offence codes come last.
    """
    printed, newest = find_claim(FLAGGED).range(), tables.vintages()[-1]
    rest = "contact offences, if they are what the online share leaves"
    rows: list[tuple[object, ...]] = []
    for name, words, source in (
        ("C02_of_all", "all recorded offences", find_claim("C01").attribution),
        ("C02_of_contact", rest, "no source; from C01 and C25"),
    ):
        identity = identities()[name]
        found = check(identity)
        share, ends = float(found.value or 0), found.range or RoundingRange(0, 0)
        whole = 100 * _figure(FLAGGED) / share
        rows.append((words, source, whole, share, ends.lower, ends.upper, identity.caveat))
    for name in STAND_INS:
        definition, whole = find_definition(name), counted(name)
        source = f"counted here, release {newest}: codes {', '.join(definition.codes)}"
        parts = [100 * value / whole for value in (_figure(FLAGGED), printed.lower, printed.upper)]
        rows.append((definition.title, source, float(whole), *parts, definition.caveat))
    columns = ["denominator", "given_by", "number", "share", "lower", "upper", "caveat"]
    return pd.DataFrame(rows, columns=columns)


def counted(definition: str) -> int:
    """Count a definition in the year of the flagged offences, in the newest release."""
    period = Period.parse(find_claim(FLAGGED).period)
    return count_offences(find_definition(definition), period).count


def cases_read() -> pd.DataFrame:
    """Return what the inspections of 2023 and 2025 counted, and of how many.

    Returns
    -------
    pandas.DataFrame
        claim, report, what, published, counted (in words), verdict, warning.
    """
    group, read = (round(_figure(name)) for name in ("I02b", "I02a"))
    words = {
        "I02b": f"{group} of {read} cases read; the other {read - group} were not group-based",
        CORRECT: f"how many were read was not seen; the share needs {least_cases()} cases or more",
        "I08": f"at least {least_forces()} of {len(TERRITORIAL)} forces, "
        "since that is the least that is more than half",
    }
    shown = frame(verify(words), ["claim", "report", "statement", "published", "verdict"])
    warnings = shown["claim"].map({"I08": "A count of all forces, given in words alone."})
    return shown.assign(counted=shown["claim"].map(words), warning=warnings.fillna(PURPOSIVE))


def least_forces() -> int:
    """Return the smallest number of forces that is more than the share printed in words.

    Examples
    --------
    >>> least_forces()
    22
    """
    share = Fraction(str(_figure("I08"))) / 100
    return floor(share * len(TERRITORIAL)) + 1


def least_cases() -> int:
    """Return the fewest cases of which a whole number prints as the share correctly flagged."""
    printed = find_claim(CORRECT).bounds()
    lower, upper = (Fraction(str(end)) / 100 for end in printed)
    return next(cases for cases in count(1) if ceil(lower * cases) <= floor(upper * cases))


def children_assessed() -> pd.DataFrame:
    """Return what is published of children, with the verdict and the series held as context.

    Returns
    -------
    pandas.DataFrame
        claim, statement, published, verdict, context, table (what would settle it).
    """
    results = verify(ASSESSED)
    shown = frame(results, ["claim", "statement", "published", "verdict"])
    context = [result.computed.context if result.computed else "" for result in results]
    return shown.assign(context=context, table=[result.claim.table for result in results])


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
        span = {"factor": words, "since": found.start.year, "until": found.end.year}
        rows.append(span | _moved(found))
    return pd.DataFrame(rows)


def by_region() -> pd.DataFrame:
    """Return the change of the factor in England and each region: area, and as for factors."""
    factors = tables.load("assessment_factors")
    regions = sorted(set(factors.loc[factors["level"] == "Regional", "area"]))
    levels = [("National", "England"), *(("Regional", area) for area in regions)]
    return pd.DataFrame(
        [
            {"area": area}
            | _moved(assessments.change(factors, FACTOR, *YEARS, level=level, area=area))
            for level, area in levels
        ]
    )


def without_number() -> tuple[int, int]:
    """Return how many numbers of authorities are suppressed or missing, and of how many."""
    factors = tables.load("assessment_factors")
    cells = factors.loc[
        factors["level"].eq("Local authority") & factors["factor"].eq(FACTOR), "state"
    ]
    return int(cells.isin(["suppressed", "not_available"]).sum()), len(cells)


def _figure(name: str) -> float:
    return float(find_claim(name).value or 0)


def span(ends: RoundingRange | WorstCaseBounds) -> str:
    """Write a range of shares in percent."""
    lower, upper = (number(100 * end, decimals=1) for end in (ends.lower, ends.upper))
    return f"{lower} to {upper}\N{NO-BREAK SPACE}%"


def _moved(found: assessments.Change) -> dict[str, object]:
    return {
        "first": found.start.published,
        "last": found.end.published,
        "percent": found.percent,
        "lower": found.possible.lower,
        "upper": found.possible.upper,
    }


def _kind(name: str) -> ShareByEthnicity:
    found = derivations()[name]
    assert isinstance(found, ShareByEthnicity)  # noqa: S101 (a test holds GROUPS to this kind)
    return found


def _known(name: str) -> RoundingRange:
    """Return the share among those known; one of all is divided by the part that is known."""
    printed, kind = as_parts(find_claim(name).range()), _kind(name)
    lost = kind.missing_share()
    if kind.of == "known" or lost is None:
        return printed
    return RoundingRange(printed.lower / (1 - lost.lower), printed.upper / (1 - lost.upper))


def _curve(name: str, odds: list[float]) -> pd.DataFrame:
    known, kind = _known(name), _kind(name)
    lost = kind.missing_share()
    assert lost is not None  # noqa: S101 (asked for shares whose missing share is published)
    if kind.of == "known":
        return missingness.sensitivity(known, lost, odds)
    # Of all, a larger share and a larger part missing both raise it: the two smallest give the
    # lower end, the two largest the upper.
    low = missingness.sensitivity(known.lower, lost.lower, odds)
    high = missingness.sensitivity(known.upper, lost.upper, odds)
    return low.assign(upper=high["upper"])


def _ordered(one: str, other: str) -> dict[str, str]:
    found = missingness.completeness_to_order(_known(one), _known(other))
    lost, claim, needed = _kind(one).missing_share(), find_claim(one), found.needed
    recorded = "what is missing is not published, so the shares cannot be bounded"
    enough, apart = "cannot be told", "may overlap"
    if lost is not None:
        known = RoundingRange(1 - lost.upper, 1 - lost.lower)
        if needed is not None and known.lower > needed.upper:
            enough, apart = "yes", "do not overlap"
        elif needed is not None and known.upper <= needed.lower:
            enough, apart = "no", "overlap"
        recorded = f"{span(known)} ({span(lost)} missing): the bounds {apart}"
    return {
        "pair": f"{GROUPS[one]} and {GROUPS[other]}",
        "claims": f"{one}, {other}",
        "population": f"{claim.population}, {claim.period or 'period not stated'}",
        "needed": f"above {span(needed)}" if needed else found.reason,
        "recorded": recorded,
        "enough": enough,
    }
