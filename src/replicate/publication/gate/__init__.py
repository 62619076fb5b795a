"""What may not be published: each refusal says what, where, and what to do.

A page is refused for what `replicate.publication.refusals` finds in it; a site also for a run that is stale, for a claim that nobody
checked, and for a file of data that shows what its publisher suppressed.
"""

from replicate.publication.gate.ethnicity import refuse_shares
from replicate.publication.gate.private import refuse_private
from replicate.publication.gate.runs import refuse_stale
from replicate.publication.gate.small_counts import refuse_csv, refuse_small_counts
from replicate.publication.gate.verdicts import refuse_verdicts

__all__ = [
    "refuse_csv",
    "refuse_private",
    "refuse_shares",
    "refuse_small_counts",
    "refuse_stale",
    "refuse_verdicts",
]
