"""Recomputed from recorded crime: totals, shares and changes, by every specification listed beforehand."""

from abc import abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import pandas as pd

from replicate.analysis import specification as analysis
from replicate.analysis.revisions import Band
from replicate.derivations.kinds.base import Derivation
from replicate.derivations.revision_bands import REVISIONS_SEEN_IN, revision_band
from replicate.derivations.specifications import Specification, frame, in_words, specifications
from replicate.ledger import Chance, Claim, Computed, around
from replicate.ledger.comparison import NEAR
from replicate.vocabulary.definitions import Definition
from replicate.vocabulary.numbers import digits, gap, with_unit
from replicate.vocabulary.periods import Period
from replicate.vocabulary.uncertainty import RevisionBand, ScenarioRange


class Specified(Derivation):
    """A figure whose definition the report does not state: every specification is tried and shown, the nearest is compared.

    Attributes
    ----------
    periods, definitions, territories
        What to try; no definitions means all that `specifications.yaml` gives a reason for.
    releases
        The releases to count in; none means every one that is held and covers a period.
    collection
        Whose own collection the figure is of: recorded crime is then context, and not compared.
    undecided
        Why nothing computed settles the claim.
    """

    periods: tuple[str, ...]
    definitions: tuple[str | Definition, ...] = ()
    territories: tuple[str, ...] = ("all", "without_btp")
    releases: tuple[str, ...] = ()
    collection: str = ""
    undecided: str = ""

    def specifications(self) -> tuple[Specification, ...]:
        """Return what is tried, before anything is computed."""
        tried = specifications(self.periods, self.definitions, territories=self.territories)
        return tuple(spec for spec in tried if spec.vintage in (self.releases or (spec.vintage,)))

    def tables(self) -> tuple[str, ...]:
        """Return the releases that the specifications count in."""
        return tuple(
            dict.fromkeys(f"recorded_crime_{spec.vintage}" for spec in self.specifications())
        )

    @abstractmethod
    def values(self) -> pd.DataFrame:
        """Return what is tried, the reason for each, and what it gives as `total`."""

    @abstractmethod
    def words(self) -> str:
        """Say what is computed."""

    def revised(self) -> list[Band | None]:
        """Return how far releases have moved each value; of shares and changes nothing is known."""
        return [None] * len(self.values())

    def bands(self, claim: Claim) -> list[Band]:
        """Return what each value may differ by: its revisions, from either end of the values that print as the published figure."""
        rounding = _rounding(claim)
        return [_widened(band, rounding) if band else rounding for band in self.revised()]

    def evidence(self, claim: Claim) -> pd.DataFrame:
        """Return every specification with its value, nearest first, and whether it reaches the published figure."""
        values = self.values()
        return (
            analysis.curve(values, float(claim.value), self.bands(claim))
            if claim.value is not None
            else values
        )

    def chance(self, claim: Claim) -> Chance | None:
        """Return how often one of the specifications would reach a made-up figure."""
        published, totals = float(claim.value or 0), self.values()["total"]
        size, near = around(published)
        away = min(float((totals / published - 1).abs().min()), NEAR)
        shares = (
            analysis.chance(totals.tolist(), band, *ends)
            for band, ends in (
                (self.bands(claim), size),
                (self.bands(claim), near),
                (Band(-away, away, ()), near),
            )
        )
        return Chance(*shares)

    def compute(self, claim: Claim) -> Computed:
        """Return the value nearest to the published figure; without one, the range over the specifications."""
        rows = self.values()
        common: dict[str, Any] = {
            "unit": claim.unit,
            "definition_stated": False,
            "tables": self.tables(),
            "tried": len(rows),
        }
        if claim.number is None:
            span = ScenarioRange(
                float(rows["total"].min()),
                float(rows["total"].max()),
                tuple(rows["definition"].unique()),
            )
            return Computed(None, uncertainty=span, description=self.words(), **common)
        if self.collection:
            return Computed(
                None,
                claim.unit,
                context=self._beside(claim),
                tables=self.tables(),
                definition_stated=False,
            )
        nearest = int((rows["total"] - claim.number).abs().argmin())
        best, band = rows.iloc[nearest], self.revised()[nearest]
        seen = (
            RevisionBand(
                band.lower, band.upper, f"{band.n} pairs of releases, by offence group or code"
            )
            if band
            else None
        )
        return Computed(
            float(best["total"]),
            revision=seen,
            description=f"{self.words()}: {in_words(best)}",
            chance=self.chance(claim),
            undecided=self.undecided,
            **common,
        )

    def _beside(self, claim: Claim) -> str:
        """Say how large the gap to another collection is, by the nearest way of counting."""
        best, published = self.evidence(claim).iloc[0], claim.number or 0.0
        value = float(best["total"])
        away = gap(value - published, 100 * (value / published - 1), claim.unit)
        shown = with_unit(digits(value), claim.unit)
        return (
            f"Recorded crime gives {shown}, {away} {self.collection}'s own figure, at the nearest "
            f"({self.words()}: {in_words(best)}): another collection, so the two are not compared."
        )

    def arguments(self) -> dict[str, object]:
        """Return what the kind was given, with the definitions that are tried where none was named."""
        return super().arguments() | {
            "definitions": list(
                dict.fromkeys(spec.definition.name for spec in self.specifications())
            )
        }


class RecordedTotal(Specified):
    """Offences recorded in a period."""

    kind: Literal["recorded_total"] = "recorded_total"

    def tables(self) -> tuple[str, ...]:
        """Return the releases that the specifications count in, and what their revisions are seen in."""
        return tuple(dict.fromkeys((*super().tables(), *REVISIONS_SEEN_IN)))

    def values(self) -> pd.DataFrame:
        """Count the offences of every specification."""
        return _valued(self.specifications(), lambda spec: float(spec.total()))

    def words(self) -> str:
        """Say what is computed."""
        return "offences recorded, non-recent included"

    def revised(self) -> list[Band | None]:
        """Return the revisions of each definition, for figures as old as the first release of their period."""
        return [
            revision_band(spec.definition, spec.period, spec.vintage)
            for spec in self.specifications()
        ]


class RecordedChange(Specified):
    """The change from one period to another, in percent."""

    kind: Literal["recorded_change"] = "recorded_change"
    base: str

    def chance(self, claim: Claim) -> Chance | None:
        """Return none: a change can be a fall, which has no place on a scale of sizes."""
        del claim
        return None

    def values(self) -> pd.DataFrame:
        """Compare every specification with the same count in the base period."""
        base = Period.parse(self.base)
        return _valued(
            self.specifications(),
            lambda spec: 100 * (spec.total() / replace(spec, period=base).total() - 1),
        )

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
            rows = _valued(tried, partial(_share, codes=codes))
            listed.append(rows.assign(definition=f"{name} of " + rows["definition"]))
        return pd.concat(listed, ignore_index=True)

    def words(self) -> str:
        """Say what is computed."""
        return "offences of some codes as a share of a definition"


def _valued(
    tried: Iterable[Specification], value: Callable[[Specification], float]
) -> pd.DataFrame:
    listed = tuple(tried)
    return frame(listed).assign(total=[value(spec) for spec in listed])


def _share(spec: Specification, codes: tuple[str, ...]) -> float:
    inside = tuple(code for code in codes if code in spec.definition.codes)
    return 100 * spec.total(codes=inside) / spec.total()


def _rounding(claim: Claim) -> Band:
    published, printed = float(claim.value or 1), claim.range()
    return Band(printed.lower / published - 1, printed.upper / published - 1, ("rounding",))


def _widened(band: Band, rounding: Band) -> Band:
    """Start from either end of the values that print as the published figure."""
    return Band(
        (1 + band.lower) * (1 + rounding.lower) - 1,
        (1 + band.upper) * (1 + rounding.upper) - 1,
        band.periods,
    )
