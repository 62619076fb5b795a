"""What the reports say: published figures, how computed ones compare, and whether they agree.

A claim's basis says what could settle it, and is chosen by this rule, claim by claim:

- `text`: a date, a rank in words, a count of what a document itself holds or does (recommendations,
  pages, candidates), a sum promised or budgeted, a length of time fixed in advance, an expectation.
  No table could reproduce it.
- `arithmetic`: other claims of this ledger imply it: a total of published parts, a share or a
  change of published counts, a count rounded.
- `data`: everything else that was counted or measured. A table could reproduce it, whether or not
  it is held or public.

The unit of the last published digit (`rounded_to`) is chosen by this rule: digits as printed for
counts worded as exact, tens where the publisher rounds to ten, whole or tenth percentage points as
printed; for a count worded otherwise the place of its last digit that is not zero; for a share in
words the rule `words` of `rules.yaml`.
"""

from replicate.ledger.claims import Claim, claims, find_claim
from replicate.ledger.comparison import Comparison, Computed, compare
from replicate.ledger.terms import Verdict

__all__ = ["Claim", "Comparison", "Computed", "Verdict", "claims", "compare", "find_claim"]
