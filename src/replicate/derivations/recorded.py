"""Recomputed from recorded crime: totals, shares and changes, by every specification listed beforehand."""

from abc import abstractmethod
from dataclasses import replace
from typing import Any, Literal

import pandas as pd

from replicate.analysis import specification as analysis
from replicate.analysis.revisions import Band
from replicate.derivations.base import Derivation
from replicate.derivations.revision_bands import revision_band
from replicate.derivations.specifications import Specification, frame, specifications
from replicate.ledger import Claim, Computed
from replicate.vocabulary.definitions import Definition
from replicate.vocabulary.periods import Period
from replicate.vocabulary.uncertainty import RevisionBand, ScenarioRange

PLACEBO = (0.5, 2.0)
"""Placebo figures lie between half and twice the published one, evenly on a log scale: figures of its size."""


class Specified(Derivation):
    """A figure whose definition the report does not state: every specification is tried and shown, the nearest is compared.

    Attributes
    ----------
    periods, definitions, territories
        What to try; no definitions means all that `specifications.yaml` gives a reason for.
    """

    periods: tuple[str, ...]
    definitions: tuple[str | Definition, ...] = ()
    territories: tuple[str, ...] = ("all", "without_btp")

    def specifications(self) -> tuple[Specification, ...]:
        """Return what is tried, before anything is computed."""
        return specifications(self.periods, self.definitions, territories=self.territories)

    def tables(self) -> tuple[str, ...]:
        """Return the releases that the specifications count in."""
        return tuple(dict.fromkeys(f"recorded_crime_{spec.vintage}" for spec in self.specifications()))

    def values(self) -> pd.DataFrame:
        """Return the specifications, the reason for each, and its value as `total`."""
        tried = self.specifications()
        return frame(tried).assign(total=[self.value(spec) for spec in tried])

    def bands(self, claim: Claim) -> list[Band | None]:
        """Return what each value may differ by; for shares and changes the rounding of the published figure, and nothing else."""
        return [_rounding(claim)] * len(self.values())

    def evidence(self, claim: Claim) -> pd.DataFrame:
        """Return every specification with its value, nearest first, and whether it reaches the published figure."""
        values = self.values()
        return analysis.curve(values, float(claim.value), self.bands(claim)) if claim.value is not None else values

    def chance(self, claim: Claim) -> float | None:
        """Return the share of placebo figures of the published one's size that a specification would reach."""
        published = float(claim.value or 0)
        return analysis.chance(self.values()["total"].tolist(), self.bands(claim), PLACEBO[0] * published, PLACEBO[1] * published)

    def compute(self, claim: Claim) -> Computed:
        """Return the value nearest to the published figure; without one, the range over the specifications."""
        rows = self.evidence(claim)
        common: dict[str, Any] = {"unit": claim.unit, "definition_stated": False, "tables": self.tables(), "tried": len(rows)}
        if claim.value is None:
            span = ScenarioRange(float(rows["total"].min()), float(rows["total"].max()), tuple(rows["definition"].unique()))
            return Computed(None, uncertainty=span, description=self.words(), **common)
        best = rows.iloc[0]
        choice = ", ".join(f"{best[name]}" for name in ("definition", "period", "territory")) + f", vintage {best['vintage']}"
        words = f"{self.words()}: {choice}"
        band = RevisionBand(float(best["lower"]), float(best["upper"]), self.judged_by())
        return Computed(float(best["total"]), revision=band, description=words, chance=self.chance(claim), **common)

    def judged_by(self) -> str:
        """Say what the values may differ by."""
        return "the rounding of the published figure"

    @abstractmethod
    def value(self, spec: Specification) -> float:
        """Return what one specification gives."""

    @abstractmethod
    def words(self) -> str:
        """Say what is computed."""


class RecordedTotal(Specified):
    """Offences recorded in a period."""

    kind: Literal["recorded_total"] = "recorded_total"

    def value(self, spec: Specification) -> float:
        """Count the offences."""
        return float(spec.total())

    def words(self) -> str:
        """Say what is computed."""
        return "offences recorded, non-recent included"

    def bands(self, claim: Claim) -> list[Band | None]:
        """Return the revisions of each definition, from either end of the values that print as the published figure."""
        rounding = _rounding(claim)
        found = [revision_band(spec.definition, spec.period, spec.vintage) for spec in self.specifications()]
        return [_widened(band, rounding) if band else rounding for band in found]

    def judged_by(self) -> str:
        """Say what the values may differ by."""
        return "offence groups and codes of the same age"


class RecordedChange(Specified):
    """The change from one period to another, in percent."""

    kind: Literal["recorded_change"] = "recorded_change"
    base: str

    def chance(self, claim: Claim) -> float | None:
        """Return none: a change can be a fall, which has no place on a scale of sizes."""
        del claim
        return None

    def value(self, spec: Specification) -> float:
        """Compare with the same count in the base period."""
        return 100 * (spec.total() / replace(spec, period=Period.parse(self.base)).total() - 1)

    def words(self) -> str:
        """Say what is computed."""
        return f"change of recorded offences since {self.base}"


class RecordedShare(Specified):
    """The share of some offence codes among all of a definition, in percent.

    Attributes
    ----------
    parts
        Name → offence codes; each is tried with every definition.
    """

    kind: Literal["recorded_share"] = "recorded_share"
    parts: dict[str, tuple[str, ...]]

    def values(self) -> pd.DataFrame:
        """Return every part of every specification: its definition reads "images of child_specific_images"."""
        tried = self.specifications()
        listed = []
        for name, codes in self.parts.items():
            rows = frame(tried).assign(total=[100 * spec.total(codes=codes) / spec.total() for spec in tried])
            listed.append(rows.assign(definition=f"{name} of " + rows["definition"]))
        return pd.concat(listed, ignore_index=True)

    def value(self, spec: Specification) -> float:
        """Return the share of all the parts together."""
        return 100 * spec.total(codes=tuple(code for codes in self.parts.values() for code in codes)) / spec.total()

    def words(self) -> str:
        """Say what is computed."""
        return "offences of some codes as a share of a definition"


def _rounding(claim: Claim) -> Band:
    published, printed = float(claim.value or 1), claim.range()
    return Band(printed.lower / published - 1, printed.upper / published - 1, ("rounding",))


def _widened(band: Band, rounding: Band) -> Band:
    """Start from either end of the values that print as the published figure."""
    return Band((1 + band.lower) * (1 + rounding.lower) - 1, (1 + band.upper) * (1 + rounding.upper) - 1, band.periods)
