"""Published inputs, shown as inputs: nothing here recomputes them."""

import pandas as pd

from replicate.derivations.under_reporting.chain_data import link_data
from replicate.derivations.under_reporting.checks import YEARS, identities_checked
from replicate.ledger import Input, claims, find_claim, inputs
from replicate.ledger.expressions import names

AUDITS = "cdi_"
"""What the names of audits of single forces begin with; notebook 02 shows those."""


def _listed() -> list[Input]:
    return [
        one for one in inputs().values() if one.claim in _used() and not one.name.startswith(AUDITS)
    ]


def inputs_listed() -> pd.DataFrame:
    """Return the inputs that the chains and the checks rest on, but for the audits of single forces.

    Returns
    -------
    pandas.DataFrame
        claim, what, published, publisher, seen (one word) and note.
    """
    return pd.DataFrame([_row(one) for one in _listed()])


def intervals_seen() -> int:
    """Return how many of the inputs listed were seen with an interval."""
    return sum(one.lower is not None for one in _listed())


def _used() -> set[str]:
    expressions = [YEARS, *(identity.expression for identity in identities_checked())]
    named = {name for expression in expressions for name in names(expression)} | {
        identity.equals for identity in identities_checked()
    }
    return (named & set(claims())) | {data.claim for data in link_data().values() if data.claim}


def _row(one: Input) -> dict[str, str]:
    claim = find_claim(one.claim)
    return {
        "claim": claim.id,
        "what": claim.statement,
        "published": claim.figure,
        "publisher": one.publisher,
        "seen": one.seen.value,
        "note": one.note or "none",
    }


def left_out() -> dict[str, int]:
    """Return how many inputs are not listed: those of audits of single forces, and those that nothing here uses."""
    audits = sum(name.startswith(AUDITS) for name in inputs())
    return {"audits": audits, "others": len(inputs()) - audits - len(inputs_listed())}
