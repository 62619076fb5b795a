"""Arithmetic between the published numbers that under-reporting is argued from."""

from fractions import Fraction

import pandas as pd

from replicate.ledger import (
    Identity,
    IdentityResult,
    Verdict,
    check,
    claims,
    evaluate,
    find_claim,
    identities,
)
from replicate.sources import tables
from replicate.vocabulary.uncertainty import RoundingRange

TOPICS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("S01", "S01b"): ("S01b_sum", "S01_any_kind", "S01_population"),
    ("S04d", "S04e", "S04a"): ("S04_share", "S04_per_known", "S04_implied"),
    ("V11",): ("V11_beside_told", "V11_beside_known", "V09_if_reported"),
    ("C16",): ("C16_per_offence", "C16_beside_two_years"),
}
"""The claims that a check is about → the identities of the ledger that check them."""

UNTIL = 16
"""The age before which the shares of girls and boys are of; a child has so many years to be counted in."""

YEAR = 2024
"""Of the estimate of children; the published number says 'each year'."""

YEARS = "C16 / children * years / ((S04b + S04c) / 2 / 100)"


def _by_topic() -> dict[tuple[str, ...], list[Identity]]:
    return {names: [identities()[name] for name in listed] for names, listed in TOPICS.items()}


def identities_checked() -> list[Identity]:
    """Return the identities of the ledger that are checked, in order."""
    return [identity for listed in _by_topic().values() for identity in listed]


def checks() -> pd.DataFrame:
    """Return every check with what it gives and, where two figures are of the same quantity, the verdict.

    Returns
    -------
    pandas.DataFrame
        topic, about, expression, gives, lower, upper (what rounding leaves open), unit, published, verdict and reason.
    """
    rows = [
        _row(names, check(identity)) for names, listed in _by_topic().items() for identity in listed
    ]
    return pd.DataFrame([*rows, years_abused()])


def _row(names: tuple[str, ...], found: IdentityResult) -> dict[str, object]:
    return {
        "topic": _topic(names),
        "about": found.about,
        "expression": found.expression,
        "gives": found.value,
        "lower": found.range.lower,
        "upper": found.range.upper,
        "unit": found.unit,
        "published": "none" if found.published is None else found.published.figure,
        "verdict": "none" if found.verdict is None else found.verdict.words,
        "reason": found.reason,
    }


def _topic(names: tuple[str, ...]) -> str:
    return "; ".join(f"{find_claim(name).figure} ({name})" for name in names)


def years_abused() -> dict[str, object]:
    """Hold the number of children a year against the shares of girls and boys abused before they are 16.

    If as many children were abused in every year of age, the share of children abused in a year, times the years until 16, is the share
    ever abused before 16 times the mean number of years in which a child who is abused at all is abused. That mean can't be below 1 or
    above the years there are; outside, the published figures would contradict one another.

    Returns
    -------
    dict
        A row as `checks` has them.
    """
    held = tables.children().query("year == @YEAR and age_to == @UNTIL - 1")
    constants = {"children": Fraction(int(held["children"].sum())), "years": Fraction(UNTIL)}
    value, possible = evaluate(YEARS, claims(), constants)
    verdict, words = _possible(possible)
    return {
        "topic": _topic(("C16", "S04b", "S04c")),
        "about": "mean number of years in which a child who is abused before 16 is abused, if both figures hold",
        "expression": f"{YEARS}, children under 16 in mid-{YEAR}",
        "gives": value,
        "lower": possible.lower,
        "upper": possible.upper,
        "unit": "years",
        "published": "none",
        "verdict": verdict.value,
        "reason": f"{words} It takes as many girls as boys, every age alike, and the children of the yearly number to be those under 16.",
    }


def _possible(years: RoundingRange) -> tuple[Verdict, str]:
    if years.upper < 1 or years.lower > UNTIL:
        return (
            Verdict.INCONSISTENT,
            f"A child can be abused in 1 to {UNTIL} years before {UNTIL}: the published figures contradict one another.",
        )
    return (
        Verdict.INCONCLUSIVE,
        "So many years are possible, so that the figures don't contradict one another; neither confirms the other.",
    )
