"""Whether forces record at different rates: limits of what chance would make, with and without over-dispersion."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from replicate.analysis.funnel import (
    OverDispersion,
    binomial_limits,
    over_dispersion,
    widened_limits,
)
from replicate.analysis.intervals import implied_sample
from replicate.derivations.recording_rates.audits import (
    LEVEL,
    audits_of_forces,
    half_width,
    published_rates,
    share,
)

Of = Literal["all crime", "violence"]

LIMITS = (0.95, 0.998)
"""The custom of funnel plots: two standard errors for a first look, three for what is unusual (Spiegelhalter 2005)."""

POINTS = 60
"""Sizes at which the curves are drawn."""


@dataclass(frozen=True)
class Funnel:
    """Rates of forces against the limits of what chance would make.

    Attributes
    ----------
    rates
        force, audit_to, rate, size (the sample that the published half-width implies), error (of the share, by chance alone), score
        (distance from the target in such errors), outside (the widest limits that it lies beyond; empty inside all).
    limits
        kind, size, lower, upper: the curves.
    target
        The rate of all together, by size: sum of rate x size over sum of sizes.
    found
        The over-dispersion.
    beyond
        Kind of limits → how many rates lie outside them.
    """

    rates: pd.DataFrame
    limits: pd.DataFrame
    target: float
    found: OverDispersion
    beyond: dict[str, int]


def kinds() -> dict[str, str]:
    """Return what the limits are called: `first`, `unusual` and `additive`."""
    first, unusual = (f"{100 * level:.4g} % limits" for level in LIMITS)
    return {"first": first, "unusual": unusual, "additive": f"{unusual} with over-dispersion"}


def funnel(of: Of = "all crime") -> Funnel:
    """Hold the rates of all audited forces against one another; never of some of them, and never as a national rate.

    Limits are exact binomial ones, for the samples that half-widths imply; scores are winsorised by a tenth at each end before the
    over-dispersion is found, and the variance between forces is added to each force's own (Spiegelhalter 2005, Qual. Saf. Health Care
    14:347-351, as validated on the hospitals of that paper's kind in the package's tests).
    """
    rows = _rates(of)
    target = float((rows["rate"] * rows["size"]).sum() / rows["size"].sum())
    rows["error"] = np.sqrt(target * (1 - target) / rows["size"])
    rows["score"] = (rows["rate"] - target) / rows["error"]
    found = over_dispersion(rows["score"], rows["error"])
    limits = {kind: _limits(kind, rows["size"], target, found) for kind in kinds().values()}
    outside = {
        kind: (rows["rate"] < ends["lower"]) | (rows["rate"] > ends["upper"])
        for kind, ends in limits.items()
    }
    rows["outside"] = ""
    for kind, beyond in outside.items():
        rows.loc[beyond, "outside"] = kind
    sizes = pd.Series(np.linspace(rows["size"].min() * 0.6, rows["size"].max() * 1.05, POINTS))
    curves = [
        _limits(kind, sizes, target, found).assign(kind=kind, size=sizes)
        for kind in kinds().values()
    ]
    return Funnel(
        rows,
        pd.concat(curves, ignore_index=True)[["kind", "size", "lower", "upper"]],
        target,
        found,
        {kind: int(beyond.sum()) for kind, beyond in outside.items()},
    )


def in_short() -> pd.DataFrame:
    """Return what the funnels of all crime and of violence find.

    Returns
    -------
    pandas.DataFrame
        of, forces, target (percent), lowest, highest (percent), phi, between (standard deviation between forces, points), and for each
        kind of limits how many rates lie outside.
    """
    rows = []
    for of in ("all crime", "violence"):
        found = funnel(of)
        rate = 100 * found.rates["rate"]
        spread = {"phi": found.found.phi, "between": 100 * float(np.sqrt(found.found.tau_squared))}
        rows.append(
            {
                "of": of,
                "forces": len(rate),
                "target": 100 * found.target,
                "lowest": rate.min(),
                "highest": rate.max(),
            }
            | spread
            | found.beyond
        )
    return pd.DataFrame(rows)


def _rates(of: Of) -> pd.DataFrame:
    listed = [
        (audit, claim) for audit, claim, kind in published_rates(audits_of_forces()) if kind == of
    ]
    return pd.DataFrame(
        [
            {
                "force": audit.area,
                "audit_to": audit.audit_to.isoformat(),
                "rate": share(claim),
                "size": implied_sample(share(claim), half_width(claim), LEVEL),
            }
            for audit, claim in listed
        ]
    )


def _limits(
    kind: str, sizes: "pd.Series[float]", target: float, found: OverDispersion
) -> pd.DataFrame:
    first, unusual = LIMITS
    if kind == kinds()["additive"]:
        return widened_limits(target, np.sqrt(target * (1 - target) / sizes), found, level=unusual)
    return binomial_limits(target, sizes, level=first if kind == kinds()["first"] else unusual)
