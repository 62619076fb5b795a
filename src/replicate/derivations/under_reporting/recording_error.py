"""What unknown recording rates leave of notebook 01: which areas keep their order.

The bounds are the lowest and the highest rate that audits of forces published. Those are of all crime, in the years of the audits; that
no area recorded a smaller or a larger share of the reports of these offences is an assumption, and is printed with every answer.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from replicate.analysis.orders import OrderKept, order_kept
from replicate.derivations import offence_counts
from replicate.ledger import inputs
from replicate.vocabulary.errors import unknown
from replicate.vocabulary.parameters import OffenceCounts
from replicate.vocabulary.uncertainty import ScenarioRange

Evidence = Literal["with_interval", "all_held"]

WORDS: dict[Evidence, str] = {
    "with_interval": "audits of a force's recording of all crime that were published with an interval",
    "all_held": "every published rate of a force's recording of all crime that is held",
}
"""Which rates bounds are taken from."""

AUDIT, ALL_CRIME = "cdi_", "_overall"
"""What the names of inputs have that are rates of the inspectorate's audits, and those of them that are of all crime."""


def audits() -> pd.DataFrame:
    """Return the published recording rates of forces for all crime.

    Returns
    -------
    pandas.DataFrame
        input, claim, force, period, percent, lower, upper (missing where no interval was published), publisher, seen.
    """
    held = [
        one for one in inputs().values() if one.name.startswith(AUDIT) and ALL_CRIME in one.name
    ]
    return pd.DataFrame(
        [
            {
                "input": one.name,
                "claim": one.claim,
                "force": one.population,
                "period": one.period,
                "percent": float(one.value or 0),
                "lower": None if one.lower is None else float(one.lower),
                "upper": None if one.upper is None else float(one.upper),
                "publisher": one.publisher,
                "seen": str(one.seen),
            }
            for one in held
        ]
    )


def bounds(evidence: Evidence = "with_interval") -> ScenarioRange:
    """Return the lowest and the highest published rate, as shares; what is assumed of them comes along.

    Raises
    ------
    InputError
        For evidence of another name.

    Examples
    --------
    >>> found = bounds()
    >>> found.lower < 0.8 < 0.9 < found.upper
    True
    """
    if evidence not in WORDS:
        raise unknown("evidence", evidence, get_args(Evidence), where="evidence")
    rows = audits()
    chosen = rows[rows["lower"].notna()] if evidence == "with_interval" else rows
    assumed = f"every area recorded a share of reports of these offences between the lowest and the highest rate of {WORDS[evidence]}"
    return ScenarioRange(
        float(chosen["percent"].min()) / 100, float(chosen["percent"].max()) / 100, (assumed,)
    )


@dataclass(frozen=True)
class Orders:
    """Which pairs of areas keep the order of their recorded rates, for any recording rates within bounds.

    Attributes
    ----------
    kept
        Pairs, and the ranks that recording leaves open.
    recorded
        The bounds, with what is assumed.
    """

    kept: OrderKept
    recorded: ScenarioRange

    @property
    def counted(self) -> dict[str, int]:
        """How many pairs there are, keep their order, and keep it beyond what sampling error of all pairs at once allows."""
        pairs = self.kept.pairs
        return {
            "pairs": len(pairs),
            "kept": int(pairs["kept"].sum()),
            "kept_beyond_chance": int(pairs["kept_beyond_chance"].sum()),
        }


def orders(parameters: OffenceCounts | None = None, evidence: Evidence = "with_interval") -> Orders:
    """Say which pairs of areas keep the order of notebook 01's recorded rates.

    Parameters
    ----------
    parameters
        Of notebook 01; its defaults unless given.
    evidence
        Which published rates the bounds are taken from.
    """
    chosen, recorded = parameters or OffenceCounts(), bounds(evidence)
    rates = offence_counts.areas(chosen).rates
    return Orders(order_kept(rates, recorded, level=chosen.level), recorded)


def orders_by_evidence(parameters: OffenceCounts | None = None) -> pd.DataFrame:
    """Return how the answer depends on which published rates the bounds are taken from.

    Returns
    -------
    pandas.DataFrame
        evidence, lower, upper (percent), needed (the ratio of rates that a pair has to exceed), pairs, kept, kept_beyond_chance.
    """
    rows = []
    for evidence, words in WORDS.items():
        found = orders(parameters, evidence)
        ends = {
            "lower": 100 * found.recorded.lower,
            "upper": 100 * found.recorded.upper,
            "needed": found.kept.needed,
        }
        rows.append({"evidence": words} | ends | found.counted)
    return pd.DataFrame(rows)
