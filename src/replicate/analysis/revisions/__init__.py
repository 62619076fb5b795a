"""How much published counts have been revised since: signed, by age of the period, by offence code and by offence group.

A signed revision is r = later / earlier - 1 for the same codes or group, the same quarters and the same forces in two
releases. The age of a period is counted in quarters, from its end to the last quarter that the earlier release covers:
a year that had just ended has age 0. Recorded crime is published about four months after the last quarter it covers,
alike in every release, so ages of different releases compare.
"""

from replicate.analysis.revisions.bands import LONGEST_APART, RULE, Band, band, evidence
from replicate.analysis.revisions.codes import by_code, signed
from replicate.analysis.revisions.groups import (
    by_group,
    combined,
    published_totals,
    recorded_totals,
)

__all__ = [
    "LONGEST_APART",
    "RULE",
    "Band",
    "band",
    "by_code",
    "by_group",
    "combined",
    "evidence",
    "published_totals",
    "recorded_totals",
    "signed",
]
