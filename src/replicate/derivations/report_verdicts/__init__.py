"""What notebook 04 asks: the ledger as an analysis, from every verdict to what would open those that stay open."""

from replicate.derivations.report_verdicts.contradictions import (
    conflicts,
    contradictions,
    on_scales,
)
from replicate.derivations.report_verdicts.counts import counted, counts, crosstab
from replicate.derivations.report_verdicts.documents import (
    figures_traced,
    not_statistics,
    numbers_by_document,
)
from replicate.derivations.report_verdicts.limits import disclosure_rules
from replicate.derivations.report_verdicts.missing import openings_ranked
from replicate.derivations.report_verdicts.results import tables_used, verified

__all__ = [
    "conflicts",
    "contradictions",
    "counted",
    "counts",
    "crosstab",
    "disclosure_rules",
    "figures_traced",
    "not_statistics",
    "numbers_by_document",
    "on_scales",
    "openings_ranked",
    "tables_used",
    "verified",
]
