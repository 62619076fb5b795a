"""Which link of a reporting chain adds most of its width."""

import pandas as pd

from replicate.analysis.chain import Link
from replicate.derivations.under_reporting.chain import KINDS, NONE, chains
from replicate.vocabulary.parameters import UnderReporting


def widths(parameters: UnderReporting) -> pd.DataFrame:
    """Return the links of all chains once, the widest first; those without a published input before them.

    Returns
    -------
    pandas.DataFrame
        name (the link's question), link, lower, upper (percent), factor (upper over lower), log_width and kind.
    """
    ranked = sorted(_composed(parameters), key=lambda one: (-one.log_width, one.name))
    return pd.DataFrame(
        [
            {
                "name": one.question
                if one.evidence is None
                else f"{one.question}: {one.population}, {one.period or 'no period stated'}",
                "link": one.name,
                "lower": None if one.evidence is None else 100 * one.evidence.lower,
                "upper": None if one.evidence is None else 100 * one.evidence.upper,
                "factor": None if one.evidence is None else one.evidence.upper / one.evidence.lower,
                "log_width": None if one.evidence is None else one.log_width,
                "kind": NONE if one.evidence is None else KINDS[type(one.evidence)],
            }
            for one in ranked
        ]
    )


def _composed(parameters: UnderReporting) -> list[Link]:
    return list({one.name: one for found in chains(parameters) for one in found.links}.values())


def shares(parameters: UnderReporting) -> pd.DataFrame:
    """Return what part of each chain's width each link adds, on a log scale: chain, link, factor, share (percent), the widest first."""
    return pd.DataFrame(
        [
            {
                "chain": found.title,
                "link": width.link,
                "factor": width.factor,
                "share": 100 * width.share,
            }
            for found in chains(parameters)
            for width in found.chain.widths()
        ]
    )
