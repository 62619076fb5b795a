"""Recomputed from recorded crime: totals, shares and changes, by every way of counting listed."""

from abc import abstractmethod
from dataclasses import replace
from typing import Any

import pandas as pd

from replicate.analysis import specification as analysis
from replicate.analysis.revisions import Band
from replicate.derivations.counting import (
    REVISIONS_SEEN_IN,
    Specification,
    in_words,
    listed,
    refuse_uncovered,
    revision_band,
    specifications,
)
from replicate.derivations.kinds.registry import Derivation
from replicate.ledger import Claim, Computed
from replicate.ledger.comparison import NEAR, Chance, around
from replicate.vocabulary.definitions import Definition
from replicate.vocabulary.numbers import digits, gap, with_unit
from replicate.vocabulary.periods import Period
from replicate.vocabulary.uncertainty import RevisionBand, ScenarioRange


class Specified(Derivation):
    """A figure whose definition the report does not state.

    Every specification is tried and shown, and the nearest is compared.

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

    @abstractmethod
    def value(self, spec: Specification) -> float:
        """Return what a specification gives."""

    @abstractmethod
    def words(self) -> str:
        """Say what is computed."""

    def specifications(self) -> tuple[Specification, ...]:
        """Return what is tried, before anything is computed."""
        tried = specifications(self.periods, self.definitions, territories=self.territories)
        return tuple(spec for spec in tried if spec.vintage in (self.releases or (spec.vintage,)))

    def in_release(self, release: str) -> Derivation:
        """Return the same, counted in one release alone."""
        return self.model_copy(update={"releases": (release,)})

    def tables(self) -> tuple[str, ...]:
        """Return the releases that the specifications count in."""
        counted = (f"recorded_crime_{spec.vintage}" for spec in self.specifications())
        return tuple(dict.fromkeys(counted))

    def values(self) -> pd.DataFrame:
        """Return what is tried, and what it gives as `total`."""
        tried = self.specifications()
        return listed(tried).assign(total=[self.value(spec) for spec in tried])

    def revised(self) -> list[Band | None]:
        """Return how far releases have moved each value; of shares and changes nothing is known."""
        return [None] * len(self.values())

    def bands(self, claim: Claim) -> list[Band]:
        """Return what each value may differ by.

        Its revisions, from either end of the values that print as the published figure.
        """
        published, printed = float(claim.value or 1), claim.range()
        least, most = printed.lower / published - 1, printed.upper / published - 1
        return [
            Band(
                (1 + band.lower) * (1 + least) - 1, (1 + band.upper) * (1 + most) - 1, band.periods
            )
            if band
            else Band(least, most, ("rounding",))
            for band in self.revised()
        ]

    def evidence(self, claim: Claim) -> pd.DataFrame:
        """Return every specification with its value, nearest first, as `curve` compares them."""
        if claim.number is None:
            return self.values()
        return analysis.curve(self.values(), claim.number, self.bands(claim))

    def chance(self, claim: Claim) -> Chance | None:
        """Return how often one of the specifications would reach a made-up figure.

        None where a value is not above 0: a fall has no place on a scale of sizes.
        """
        published, totals = float(claim.value or 0), self.values()["total"]
        if (totals <= 0).any():
            return None
        size, near = around(published)
        away = min(float((totals / published - 1).abs().min()), NEAR)
        bands, every = self.bands(claim), totals.tolist()
        return Chance(
            analysis.chance(every, bands, *size),
            analysis.chance(every, bands, *near),
            analysis.chance(every, Band(-away, away, ()), *near),
        )

    def compute(self, claim: Claim) -> Computed:
        """Return the value nearest to the published figure; without one, the range of all.

        Raises
        ------
        InputError
            When the releases to count in cover none of the periods.
        """
        if not self.specifications():
            refuse_uncovered(Period.parse(self.periods[0]), self.releases[0])
        rows, words = self.values(), self.words()
        made: dict[str, Any] = {"definition_stated": False, "tables": self.tables()}
        made |= {"tried": len(rows) if len(rows) > 1 else None}
        if claim.number is None:
            totals, names = rows["total"].tolist(), tuple(rows["definition"].unique())
            span = ScenarioRange(min(totals), max(totals), names)
            made |= {"uncertainty": span, "description": words}
            return Computed(None, claim.unit, **made)
        nearest = int((rows["total"] - claim.number).abs().argmin())
        value, words = (
            float(rows["total"].iloc[nearest]),
            f"{words}: {in_words(rows.iloc[nearest])}",
        )
        if self.collection:
            beside = self._beside(claim, value, words)
            return Computed(None, claim.unit, context=beside, **made)
        if band := self.revised()[nearest]:
            seen = f"{band.n} pairs of releases, by offence group or code"
            made |= {"revision": RevisionBand(band.lower, band.upper, seen)}
        made |= {"chance": self.chance(claim), "undecided": self.undecided}
        return Computed(value, claim.unit, description=words, **made)

    def _beside(self, claim: Claim, value: float, words: str) -> str:
        """Say how large the gap to another collection is, by the nearest way of counting."""
        published = claim.number or 0.0
        away = gap(value - published, 100 * (value / published - 1), claim.unit)
        return (
            f"Recorded crime gives {with_unit(digits(value), claim.unit)}, {away} "
            f"{self.collection}'s own figure, at the nearest ({words}): another collection, so the "
            "two are not compared."
        )

    def arguments(self) -> dict[str, object]:
        """Return what the kind was given, with the definitions tried where none was named."""
        tried = dict.fromkeys(spec.definition.name for spec in self.specifications())
        return super().arguments() | {"definitions": list(tried)}


class RecordedTotal(Specified, kind="recorded_total"):
    """Offences recorded in a period."""

    def value(self, spec: Specification) -> float:
        """Count the offences."""
        return float(spec.total())

    def words(self) -> str:
        """Say what is computed."""
        return "offences recorded, non-recent included"

    def tables(self) -> tuple[str, ...]:
        """Return the releases counted in, and what their revisions are seen in."""
        return tuple(dict.fromkeys((*super().tables(), *REVISIONS_SEEN_IN)))

    def revised(self) -> list[Band | None]:
        """Return each one's revisions since the first release of its period."""
        return [
            revision_band(spec.definition, spec.period, spec.vintage)
            for spec in self.specifications()
        ]


class RecordedChange(Specified, kind="recorded_change"):
    """The change from one period to another, in percent."""

    base: str

    def value(self, spec: Specification) -> float:
        """Compare the count with the same one in the base period."""
        return 100 * (spec.total() / replace(spec, period=Period.parse(self.base)).total() - 1)

    def words(self) -> str:
        """Say what is computed."""
        return f"change of recorded offences since {self.base}"


class RecordedShare(Specified, kind="recorded_share"):
    """The share of some offence codes among all of a definition, in percent.

    Attributes
    ----------
    parts
        Name → offence codes; each is tried with every definition.
    """

    parts: dict[str, tuple[str, ...]]

    def value(self, spec: Specification) -> float:
        """Count the whole that parts are shares of."""
        return float(spec.total())

    def values(self) -> pd.DataFrame:
        """Return every part of every specification, such as "images of child_specific_images"."""
        rows, tried, found = super().values(), self.specifications(), []
        for name, codes in self.parts.items():
            inside = [spec.within(codes).total() for spec in tried]
            named = rows.assign(definition=f"{name} of " + rows["definition"])
            found.append(named.assign(total=100 * pd.Series(inside) / rows["total"]))
        return pd.concat(found, ignore_index=True)

    def words(self) -> str:
        """Say what is computed."""
        return "offences of some codes as a share of a definition"
