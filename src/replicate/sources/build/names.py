"""Names of areas as the publishers write them, taken to the project's own."""

import re

from replicate.vocabulary.errors import unknown
from replicate.vocabulary.forces import FORCES, canonical_force

COUNTRIES = {"E": "England", "W": "Wales"}
"""The first letter of an ONS code."""

REGIONS = {
    "North East": "North East Region",
    "North West": "North West Region",
    "Yorkshire and The Humber": "Yorkshire and the Humber",
    "East Midlands": "East Midlands Region",
    "West Midlands": "West Midlands Region",
    "East": "Eastern Region",
    "London": "London Region",
    "South East": "South East Region",
    "South West": "South West Region",
}
"""The ONS's names of regions, and the Home Office's, which can't be taken for a force's (West Midlands is both)."""

_NOTE = re.compile(r"\s*\[note \d+\]", re.IGNORECASE)


def plain(text: object) -> str:
    r"""Take the marks of notes and spare spaces out of a name.

    Examples
    --------
    >>> plain("Leicestershire [note 4]"), plain(" Total recorded crime\n (excluding fraud)\n [note 2]")
    ('Leicestershire', 'Total recorded crime (excluding fraud)')
    """
    return " ".join(_NOTE.sub("", str(text)).split())


def force(name: object, where: str) -> str:
    """Return a force's canonical name.

    Raises
    ------
    InputError
        When the name is none of a force's; the nearest is named.
    """
    found = canonical_force(plain(name))
    if found is None:
        raise unknown("force", name, FORCES, where=where)
    return found
