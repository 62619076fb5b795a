"""The ethnicity of suspects as a problem of missing data: how much is missing, and what that leaves open.

No share is given without the share that is missing and its bounds, and none is set against a share of residents.
"""

from itertools import combinations

import numpy as np
import pandas as pd

from replicate.analysis import missingness
from replicate.derivations.kinds.ethnicity import ShareByEthnicity, as_parts
from replicate.derivations.kinds.registry import derivations
from replicate.derivations.verification import verify
from replicate.ledger import find_claim
from replicate.vocabulary.parameters import RecordingRates
from replicate.vocabulary.uncertainty import RoundingRange

GROUPS = {
    "C08": "Asian",
    "C09": "White",
    "C10a": "Asian",
    "C10b": "White",
    "C14": "Asian or Pakistani heritage",
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

MISSING = ("C06", "C11", "L11")
"""Claims that give a share with ethnicity missing."""

RECORDED = ("C07", "H07")
"""Claims that give a share with ethnicity recorded."""

ORDERED = (("H08a", "H08b", "H08c", "H08d"), ("C10a", "C10b"), ("H11a", "H11b"))
"""Shares of the same suspects that say what they are shares of, so that two of them can be ordered."""

DENOMINATORS = {"White": ("C12a", "X01e", "X02d"), "Asian": ("C12b", "X01f", "X02e")}
"""Group → the share quoted for Greater Manchester, and those published for the county and for the city."""

_STEPS = 41
"""Points of a curve: an odd number, so that a range that is even about 1 has a point there."""


def completeness() -> pd.DataFrame:
    """Return how completely ethnicity is recorded, by source: every published share that says it, with what its rounding leaves open.

    Returns
    -------
    pandas.DataFrame
        claim, report, population, geography, period, published ("34 percent recorded"), lower, upper (shares missing, from 0 to 1),
        attribution.
    """
    rows = []
    for name in (*MISSING, *RECORDED):
        claim, kind = find_claim(name), "missing" if name in MISSING else "recorded"
        lost = ShareByEthnicity(**{kind: name}).missing_share()
        assert lost is not None  # noqa: S101 (the claim is there)
        where = {
            "population": claim.population,
            "geography": claim.geography,
            "period": claim.period or "not stated",
        }
        words = {
            "published": f"{claim.published} percent {kind}",
            "lower": lost.lower,
            "upper": lost.upper,
        }
        rows.append(
            {
                "claim": name,
                "report": claim.report.value,
                **where,
                **words,
                "attribution": claim.attribution,
            }
        )
    return pd.DataFrame(rows)


def shares() -> pd.DataFrame:
    """Return every published share of suspects by ethnicity with what is missing and its worst-case bounds, or why it has none.

    Returns
    -------
    pandas.DataFrame
        claim, group, population (that the bounds are of, where there are any), geography, period, published (the figure), of ("known" or
        "all"; empty where no missing share is published), missing_lower, missing_upper, lower, upper (shares from 0 to 1, rounding
        allowed for; missing where the share cannot be bounded), reason, attribution.
    """
    rows = []
    for name, group in GROUPS.items():
        claim, kind = find_claim(name), _kind(name)
        lost, found = kind.missing_share(), kind.bounded(claim)
        whom = find_claim(kind.missing or kind.recorded or name).population
        where = {
            "population": whom,
            "geography": claim.geography,
            "period": claim.period or "period not stated",
        }
        ends = {
            "lower": found.bounds and found.bounds.lower,
            "upper": found.bounds and found.bounds.upper,
        }
        gap = {
            "missing_lower": lost and lost.lower,
            "missing_upper": lost and lost.upper,
            **ends,
            "reason": found.reason,
        }
        of = kind.of if lost else ""
        figure = {"published": f"{claim.published} percent", "of": of}
        rows.append(
            {
                "claim": name,
                "group": group,
                **where,
                **figure,
                **gap,
                "attribution": claim.attribution,
            }
        )
    numbers = ["missing_lower", "missing_upper", "lower", "upper"]
    return pd.DataFrame(rows).astype(dict.fromkeys(numbers, "float64"))


def curve(parameters: RecordingRates, claims: tuple[str, ...] = ORDERED[0]) -> pd.DataFrame:
    """Return what shares could be of all suspects, for each odds ratio of being recorded in the range that is assumed.

    Parameters
    ----------
    parameters
        Its `odds_ratios` are the ends of the range; nothing published says what the odds ratio is.
    claims
        Shares of the same suspects, each with a published missing share.

    Returns
    -------
    pandas.DataFrame
        claim, name (of the group), odds_ratio, lower, upper (shares; they differ by the rounding of the published ones alone).
    """
    odds = [float(ratio) for ratio in np.geomspace(*parameters.odds_ratios, _STEPS)]
    return pd.concat(
        [_curve(name, odds).assign(claim=name, name=GROUPS[name]) for name in claims],
        ignore_index=True,
    )


def ordering() -> pd.DataFrame:
    """Return how complete recording would have to be to say which of two groups is larger, whatever the missing are.

    Returns
    -------
    pandas.DataFrame
        pair, claims, population, period, needed_lower, needed_upper (the share recorded above which the order is certain, by rounding;
        missing where the shares known don't order them), recorded_lower, recorded_upper (the share that is recorded; missing where it
        is not published), enough ("yes", "no" or "cannot be told"), reason.
    """
    pairs = [pair for names in ORDERED for pair in combinations(names, 2)]
    numbers = ["needed_lower", "needed_upper", "recorded_lower", "recorded_upper"]
    return pd.DataFrame([_ordered(*pair) for pair in pairs]).astype(
        dict.fromkeys(numbers, "float64")
    )


def denominators() -> pd.DataFrame:
    """Return the shares of residents quoted for Greater Manchester beside those of the county and of the city, Census 2021.

    They are shares of residents and stand by themselves: no share of suspects is set against them.

    Returns
    -------
    pandas.DataFrame
        group, claim, quoted, county, county_published, city, city_published (percent; computed from the census table, and as published),
        verdict, reason (of the quoted share as one of the county).
    """
    rows = []
    for group, names in DENOMINATORS.items():
        quoted, county, city = verify(names)
        computed = {
            place: None if result.comparison.computed is None else result.comparison.computed.value
            for place, result in (("county", county), ("city", city))
        }
        published = {"county_published": county.claim.number, "city_published": city.claim.number}
        verdict = {
            "verdict": quoted.comparison.verdict.words,
            "reason": quoted.comparison.reason,
        }
        rows.append(
            {
                "group": group,
                "claim": quoted.claim.id,
                "quoted": quoted.claim.number,
                **computed,
                **published,
                **verdict,
            }
        )
    return pd.DataFrame(rows)[
        [
            "group",
            "claim",
            "quoted",
            "county",
            "county_published",
            "city",
            "city_published",
            "verdict",
            "reason",
        ]
    ]


def _kind(name: str) -> ShareByEthnicity:
    found = derivations()[name]
    assert isinstance(found, ShareByEthnicity)  # noqa: S101 (a test holds GROUPS to the derivations of this kind)
    return found


def _known(name: str) -> RoundingRange:
    """Return the share among those known; one of all is divided by the part that is known, end by end."""
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
    # of all, a larger share and a larger part missing both raise it: the two smallest give the lower end, the two largest the upper
    low, high = (
        missingness.sensitivity(known.lower, lost.lower, odds),
        missingness.sensitivity(known.upper, lost.upper, odds),
    )
    return low.assign(upper=high["upper"])


def _ordered(one: str, other: str) -> dict[str, object]:
    found = missingness.completeness_to_order(_known(one), _known(other))
    lost, claim, needed = _kind(one).missing_share(), find_claim(one), found.needed
    enough = "cannot be told"
    if needed is not None and lost is not None:
        sure, never = 1 - lost.upper > needed.upper, 1 - lost.lower <= needed.lower
        enough = "yes" if sure else "no" if never else enough
    return {
        "pair": f"{GROUPS[one]} and {GROUPS[other]}",
        "claims": f"{one}, {other}",
        "population": claim.population,
        "period": claim.period or "period not stated",
        "needed_lower": needed and needed.lower,
        "needed_upper": needed and needed.upper,
        "recorded_lower": lost and 1 - lost.upper,
        "recorded_upper": lost and 1 - lost.lower,
        "enough": enough,
        "reason": found.reason if lost else f"{found.reason}; the share recorded is not published",
    }
