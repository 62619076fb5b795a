"""Published inputs, shown as inputs: nothing here recomputes them."""

import pandas as pd

from replicate.ledger import find_claim, inputs
from replicate.ledger.wording import published

AUDITS = "cdi_"
"""What the names of audits of single forces begin with; notebook 02 shows those."""


def inputs_listed() -> pd.DataFrame:
    """Return the inputs that stand in the ledger as claims, without the audits of single forces.

    Returns
    -------
    pandas.DataFrame
        claim, what, published, population, period, publisher, seen and note.
    """
    rows = []
    for one in inputs().values():
        if one.claim and not one.name.startswith(AUDITS):
            claim = find_claim(one.claim)
            rows.append(
                {
                    "claim": claim.id,
                    "what": claim.statement,
                    "published": published(claim),
                    "population": ", ".join(part for part in (claim.population, claim.geography) if part),
                    "period": claim.period or "not stated",
                    "publisher": one.publisher,
                    "seen": one.seen.meaning,
                    "note": one.note or "none",
                }
            )
    return pd.DataFrame(rows)


def left_out() -> dict[str, int]:
    """Return how many inputs are not listed: those of audits of single forces, and those that nothing here uses."""
    audits = sum(name.startswith(AUDITS) for name in inputs())
    return {"audits": audits, "others": len(inputs()) - audits - len(inputs_listed())}
