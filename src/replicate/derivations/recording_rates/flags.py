"""The flag for child sexual exploitation: what a share correctly flagged would imply, and what the flagged offences are a part of."""

from dataclasses import dataclass

import pandas as pd

from replicate.derivations.counting import count
from replicate.ledger import Identity, check, find_claim, identities
from replicate.sources import tables
from replicate.vocabulary.definitions import find_definition
from replicate.vocabulary.periods import Period
from replicate.vocabulary.uncertainty import RoundingRange, ScenarioRange

FLAGGED = "C02"
"""The claim that gives the flagged offences."""

CORRECT = "I09"
"""The claim that gives the share of cases read that were correctly flagged."""

CONTACT = "child_contact"
"""The definition that stands nearest to contact offences."""

STAND_INS = ("child_exploitation", CONTACT, "child_specific")
"""Sums of offence codes that one could take for the flag."""

TAKEN_FOR_GRANTED = (
    "the cases that the inspectorate read, which were not chosen at random, stand for all",
    "a case read is like an offence counted, though a case can hold several",
    "the share found in 2025 held for the offences of 2024",
)
"""What both readings of the share take for granted; none of it is known."""

MISSED = "every flagged offence was rightly flagged, and the share is of all the offences that should have been"
WRONG = "no offence that should have been flagged was missed, and the share is of the offences that were"
"""The two readings of 'correctly flagged'; what was seen of the report does not say which is meant."""


@dataclass(frozen=True)
class Implied:
    """What the share correctly flagged would make of the flagged offences.

    Attributes
    ----------
    scenarios
        assumption, lower, upper (offences): the ends come from the printed precision of both figures alone.
    whole
        From the least to the greatest of the scenarios, with all assumptions; nothing inside it is likelier than another.
    contact, share_of_contact
        Contact offences recorded, by code, and the largest scenario as a percentage of them.
    """

    scenarios: pd.DataFrame
    whole: ScenarioRange
    contact: int
    share_of_contact: float


def implied() -> Implied:
    """Return what 'correctly flagged' would imply, by either reading of the words and under assumptions that are stated."""
    flagged, correct = find_claim(FLAGGED).range(), find_claim(CORRECT).range()
    part = RoundingRange(correct.lower / 100, correct.upper / 100)
    missed = RoundingRange(flagged.lower / part.upper, flagged.upper / part.lower)
    wrong = RoundingRange(flagged.lower * part.lower, flagged.upper * part.upper)
    rows = [
        {"assumption": words, "lower": ends.lower, "upper": ends.upper}
        for words, ends in ((MISSED, missed), (WRONG, wrong))
    ]
    contact = _counted(CONTACT)
    readings = (f"either {MISSED}", f"or {WRONG}")
    whole = ScenarioRange(wrong.lower, missed.upper, assumptions=(*readings, *TAKEN_FOR_GRANTED))
    return Implied(pd.DataFrame(rows), whole, contact, 100 * missed.upper / contact)


def denominators() -> pd.DataFrame:
    """Return the flagged offences beside each number that they have been given as a part of.

    Returns
    -------
    pandas.DataFrame
        denominator, given_by, number, share, lower, upper (percent; by the printed precision), caveat.
    """
    named = identities()
    rows = [
        _by_identity(named["C02_of_all"], "all recorded offences", find_claim("C01").attribution),
        _by_identity(
            named["C02_of_contact"],
            "contact offences, if they are what the online share leaves",
            "no source; from C01 and C25",
        ),
    ]
    contact, flagged = _counted(CONTACT), find_claim(FLAGGED)
    rows.append(
        {
            "denominator": "contact offences by code, as recorded",
            "given_by": f"counted here, release {tables.vintages()[-1]}",
            "number": float(contact),
            "share": 100 * float(flagged.value or 0) / contact,
            "lower": 100 * flagged.range().lower / contact,
            "upper": 100 * flagged.range().upper / contact,
            "caveat": "The report's own definition of contact offences was not seen.",
        }
    )
    return pd.DataFrame(rows)


def stand_ins() -> pd.DataFrame:
    """Return sums of offence codes beside the flagged offences.

    Returns
    -------
    pandas.DataFrame
        definition, codes, count, times (the flagged offences), caveat.
    """
    flagged = float(find_claim(FLAGGED).value or 0)
    rows = []
    for name in STAND_INS:
        definition, counted = find_definition(name), _counted(name)
        rows.append(
            {
                "definition": definition.title,
                "codes": ", ".join(definition.codes),
                "count": counted,
                "times": counted / flagged,
                "caveat": definition.caveat,
            }
        )
    return pd.DataFrame(rows)


def _by_identity(identity: Identity, denominator: str, given_by: str) -> dict[str, object]:
    """Return the share that an identity of the ledger gives, and the number that it is a share of."""
    found, flagged = check(identity), float(find_claim(FLAGGED).value or 0)
    value = float(found.value or 0)
    ends = (
        {"lower": value, "upper": value}
        if found.range is None
        else {"lower": found.range.lower, "upper": found.range.upper}
    )
    number = 100 * flagged / value
    return (
        {"denominator": denominator, "given_by": given_by, "number": number, "share": value}
        | ends
        | {"caveat": identity.caveat}
    )


def _counted(name: str) -> int:
    """Count a definition in the year of the flagged offences, in the newest release."""
    return count(find_definition(name), Period.parse(find_claim(FLAGGED).period)).count
