"""Multiple systems estimation: how many people there are in all, from lists that overlap.

What an estimate rests on is overlap. Totals of lists alone cannot be used: with no overlap known,
any number of people is as likely as another. Which interactions a model has decides the answer more
than sampling does, so that an estimate never comes alone.
"""

from replicate.analysis.systems.estimate import Estimate, Select, estimate
from replicate.analysis.systems.existence import Fault, fault
from replicate.analysis.systems.lists import ListTable, interactions, read_lists
from replicate.analysis.systems.selection import View

__all__ = [
    "Estimate",
    "Fault",
    "ListTable",
    "Select",
    "View",
    "estimate",
    "fault",
    "interactions",
    "read_lists",
]
