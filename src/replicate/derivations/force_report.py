"""What notebook 05 asks of the tables and the ledger: one police force area among the others."""

from dataclasses import dataclass

import pandas as pd

from replicate.derivations import offence_counts
from replicate.derivations.verification import verify
from replicate.ledger import audits
from replicate.sources import tables
from replicate.vocabulary.parameters import ForceReport, OffenceCounts
from replicate.vocabulary.runs import cached_with_reads
from replicate.vocabulary.uncertainty import SamplingInterval

METHOD = "over-dispersed Poisson counts, on the log scale"


@dataclass(frozen=True)
class Standing:
    """Where a force stands.

    Attributes
    ----------
    areas
        All 43 areas: their rates, their scatter, and how many share the ranks.
    force, count, children
        Its name, offences recorded in the period (non-recent included), and children aged under
        18, mid-2024.
    rate, interval
        Per 1,000 children a year; none where the count is too small, or the area is the City of
        London.
    ranks
        The highest and lowest rank that the area could hold, all pairs of areas compared at once;
        none without a rate.
    """

    areas: offence_counts.Areas
    force: str
    count: int
    children: int
    rate: float | None = None
    interval: SamplingInterval | None = None
    ranks: tuple[int, int] | None = None

    @property
    def national(self) -> float:
        """The rate of all 43 areas together, per 1,000 children a year."""
        sums = self.areas.rates[["count", "children"]].sum()
        return float(1000 * sums["count"] / sums["children"])


def standing(parameters: ForceReport) -> Standing:
    """Return where the force stands among all areas, by the rates and intervals of notebook 01."""
    vintage = tables.resolve_vintage(parameters.vintage)
    areas = _areas(parameters.definition, parameters.period, vintage, parameters.level)
    (row,) = areas.rates.query("force == @parameters.force").to_dict("records")
    known = areas, parameters.force, int(row["count"]), int(row["children"])
    if pd.isna(row["rate"]):
        return Standing(*known)
    interval = SamplingInterval(row["lower"], row["upper"], parameters.level, METHOD)
    ranks = int(row["rank_lower"]), int(row["rank_upper"])
    return Standing(*known, float(row["rate"]), interval, ranks)


@cached_with_reads
def _areas(definition: str, period: str, vintage: str, level: float) -> offence_counts.Areas:
    """Return all 43 areas: the same for every force, so found once in a process."""
    return offence_counts.areas(
        OffenceCounts(definition=definition, period=period, vintage=vintage, level=level)
    )


def audits_of(parameters: ForceReport) -> pd.DataFrame:
    """Return what HMICFRS's audits found of the force's recording, in the order of time.

    Returns
    -------
    pandas.DataFrame
        inspection, of (all crime, violence or sexual offences), window, rate (percent of reported
        crime that was recorded, as printed), half_width (percentage points; missing where none was
        printed), unrecorded (crimes a year, as printed), computed, verdict, source_url, remark. No
        rows where no audit was found. A number that is not judged has the verdict "not judged".
    """
    held = [audit for audit in audits() if audit.force == parameters.force]
    rows = []
    for audit in sorted(held, key=lambda one: str(one.last_day or one.window)):
        judged = verify([audit.number_in])[0] if audit.number_in else None
        rows.append(
            {
                "inspection": audit.inspection,
                "of": audit.population.replace("_", " "),
                "window": audit.window or "not stated",
                "rate": audit.rate,
                "half_width": float(audit.half_width) if audit.half_width else None,
                "unrecorded": audit.number or "not printed",
                "computed": judged.ours if judged else "not computed",
                "verdict": judged.verdict.value if judged else "not judged",
                "source_url": audit.source_url,
                "remark": audit.remark or "none",
            }
        )
    return pd.DataFrame(rows)
