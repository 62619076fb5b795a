"""HMICFRS's audits of forces by the definition that it states: every printed number, recomputed.

The rule is `ledger.audits`; a number's verdict is that of its claim. What stands here is for all
of them together: how many agree, how many would by chance, and what another reading would give.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from math import inf
from typing import Any

import pandas as pd

from replicate.derivations.kinds.audits import Unrecorded
from replicate.derivations.verification import verify
from replicate.ledger import Claim, ForceAudit, Verdict, audits
from replicate.ledger.audits import Judged, Population, judge, of_records, over, rates_printed
from replicate.ledger.rules import number
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.models import territorial_force
from replicate.vocabulary.periods import Window

BBC_RATE = "85.49"
"""Greater Manchester's rate of 2016 in the BBC's table; HMICFRS's own words are "around 85"."""


@dataclass(frozen=True)
class AuditResult:
    """One printed number: what the ledger has of the audit, and how the number was judged."""

    audit: ForceAudit
    claim: Claim
    derivation: Unrecorded
    judged: Judged

    def again(self, release: str = "", *, rate: str = "", **choices: Any) -> Judged:
        """Judge the number with other choices (those of `Unrecorded.recompute`)."""
        other = self.derivation.model_copy(update={"rate": rate} if rate else {})
        found = other.recompute(release, **choices)
        return judge(found, self.claim.number or 0.0, self.judged.printed)

    def away(self, judged: Judged) -> float:
        """Return how far a value lies from the printed number, in percent of it."""
        return 100 * (judged.found.value / (self.claim.number or 1.0) - 1)


@cache
def audit_results() -> tuple[AuditResult, ...]:
    """Return every printed number that twelve months are known for, in the ledger's order."""
    found = []
    for audit in audits():
        if audit.number_in and audit.window:
            (result,) = verify([audit.number_in])
            derivation, computed = result.derivation, result.comparison.computed
            assert isinstance(derivation, Unrecorded)  # noqa: S101 (so the registry makes them)
            assert computed  # noqa: S101
            assert computed.audit  # noqa: S101
            found.append(AuditResult(audit, result.claim, derivation, computed.audit))
    return tuple(found)


def audit_table() -> pd.DataFrame:
    """Return the printed numbers of crimes left unrecorded, each recomputed and judged.

    Returns
    -------
    pandas.DataFrame
        claim, force, inspection (`first` or `re-inspection`), population, rate (as printed, in
        percent), printed (as printed, "over 13,700"), number, window, release, recorded (crimes,
        weighted by days), value (unrecorded, at the rate as printed), rounding_lower,
        rounding_upper, bracket_lower, bracket_upper, region_lower, region_upper, width (percent of
        the number), placebo_share (percent), agreement (the region's width left aside), verdict,
        missed (crimes between the region and the printed range, 0 where they meet), newer (value by
        the newest release), seen, remark; in the order of the forces' names. The 40 of all recorded
        crime have the population `all_crime`.

    Examples
    --------
    >>> table = audit_table()
    >>> int(table["population"].eq("all_crime").sum()), table["force"].nunique()
    (40, 39)
    """
    return pd.DataFrame([_row(result) for result in audit_results()])


def audit_verdicts() -> pd.DataFrame:
    """Count verdicts, closest first: verdict, all_crime (of the 40), violence, sexual_offences."""
    table = audit_table()
    counted = pd.crosstab(table["verdict"], table["population"])
    order = [verdict.value for verdict in Verdict if verdict.value in counted.index]
    columns = ["all_crime", "violence", "sexual_offences"]
    return counted.reindex(index=order, columns=columns).rename_axis(columns=None).reset_index()


def audit_placebo() -> pd.DataFrame:
    """Return how many of the 40 numbers agree, and how many made-up ones would.

    Returns
    -------
    pandas.DataFrame
        of (`all`, or `narrow enough to tell`: those that pass the width gate), numbers, agree,
        expected (the sum of the shares of made-up numbers that would have been accepted). Both
        leave the gate aside otherwise.
    """
    every = _all_crime()
    narrow = [one for one in every if one.judged.width <= number("wide_region")]
    return pd.DataFrame(
        [
            {
                "of": name,
                "numbers": len(part),
                "agree": sum(one.judged.agreement is not Verdict.DIFFERS for one in part),
                "expected": sum(one.judged.chance for one in part),
            }
            for name, part in {"all": every, "narrow enough to tell": narrow}.items()
        ]
    )


def audit_readings() -> pd.DataFrame:
    """Return both readings of how a number follows from a rate p, for all 40 together.

    Returns
    -------
    pandas.DataFrame
        reading (`R(1 - p)/p`, which the verdicts go by, and `R(1 - p)`), the columns of
        `audit_rivals`, and median (of the values' differences from the printed numbers, percent).
    """
    readings: dict[str, Callable[[AuditResult], Judged]] = {
        "R(1 - p)/p": lambda one: one.judged,
        "R(1 - p)": lambda one: one.again(reading=of_records),
    }
    return pd.DataFrame(
        [
            {"reading": name, **_tally(read), "median": _median(read)}
            for name, read in readings.items()
        ]
    )


def audit_rivals() -> pd.DataFrame:
    """Return what other readings of the rule would make of the 40 numbers: no verdict rests on it.

    Returns
    -------
    pandas.DataFrame
        rule, matches (how many agree within a region narrow enough), and a column a verdict:
        within_rounding, within_resolution, within_revision, inconclusive, differs.
    """
    return pd.DataFrame([{"rule": name, **_tally(rival)} for name, rival in _RIVALS.items()])


def audit_windows() -> pd.DataFrame:
    """Count what other twelve months reach by rounding alone, where an audit ends in a quarter.

    Returns
    -------
    pandas.DataFrame
        window, reached, of, median (of the values' differences from the printed numbers, percent).
    """
    within = [one for one in _all_crime() if one.derivation.months.weight < 1]
    return pd.DataFrame(
        [
            {
                "window": name,
                "reached": sum(choose(one).agreement is Verdict.WITHIN_ROUNDING for one in within),
                "of": len(within),
                "median": _median(choose, within),
            }
            for name, choose in _WINDOWS.items()
        ]
    )


@dataclass(frozen=True)
class OwnAudit:
    """An audit of somebody's own, put through the same rule.

    Attributes
    ----------
    derivation
        Force, twelve months, population and rate.
    number
        The printed number; none where there is nothing to judge.
    """

    derivation: Unrecorded
    number: float | None

    def judged(self, release: str) -> Judged | None:
        """Judge the number in a release; none without one."""
        if self.number is None:
            return None
        return judge(self.derivation.recompute(release), self.number, over(self.number))

    def as_json(self) -> dict[str, object]:
        """Return the object that `replicate audit --json` prints."""
        oldest, *newer = self.derivation.releases
        found = self.derivation
        return {
            "force": found.force,
            "population": found.population,
            "window": found.window,
            "rate": found.rate,
            "number": self.number,
            **self._by(oldest),
            "newer": [self._by(release) for release in newer],
        }

    def _by(self, release: str) -> dict[str, object]:
        found, judged = self.derivation.recompute(release), self.judged(release)
        seen = self.derivation.revisions(release)
        return {
            "release": release,
            "recorded": asdict(self.derivation.year(release)),
            "revisions": seen,
            "computed": found.value,
            **{name: asdict(getattr(found, name)) for name in ("rounding", "bracket", "region")},
            "width": judged and judged.width,
            "placebo_share": judged and judged.chance,
            "agreement": judged and judged.agreement.value,
            "verdict": judged and judged.verdict.value,
            "label": judged and judged.verdict.label,
            "reason": judged and judged.reason,
        }

    def as_text(self) -> str:
        """Return the same as lines for a terminal."""
        oldest, *newer = self.derivation.releases
        lines = [f"{self.derivation.described(name)}." for name in (oldest, *newer)]
        if judged := self.judged(oldest):
            lines.insert(0, f"{judged.verdict.label}: over {self.number:,.0f}. {judged.reason}")
        return "\n".join(lines)


def own_audit(
    force: str,
    to: str,
    rate: str,
    *,
    number: float | None = None,
    population: Population = "all_crime",
) -> OwnAudit:
    """Apply the rule for HMICFRS's audits to an audit of one's own.

    Parameters
    ----------
    force
        One of the 43 territorial forces.
    to
        The last day of the audit, `2016-11-30`.
    rate
        The recording rate in percent, as printed: 83.60 is more precise than 83.6.
    number
        N of "over N crimes a year unrecorded", where there is one.
    population
        What the rate is of.

    Raises
    ------
    InputError
        For a force, day, rate or number that is none, naming what is near or would do; for twelve
        months that no release covers.

    Examples
    --------
    >>> own_audit("Kent", "2016-11-30", "83.6", number=24_300).judged("2023-10").verdict.value
    'within_revision'
    """
    if number is not None and not 0 < number < inf:
        expected = "a number of crimes above 0, such as 24300"
        raise InputError("not a printed number", where="--number", got=number, expected=expected)
    printed = rate.strip().removesuffix("%").strip()
    rates_printed(printed)
    derivation = Unrecorded(
        force=territorial_force(force, where="--force"),
        window=Window.ending(_day(to)).label,
        rate=printed,
        population=population,
    )
    _ = derivation.releases  # refuses twelve months that no release covers
    return OwnAudit(derivation, number)


def _day(text: str) -> date:
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text.strip(), re.ASCII)
    year, month, day = map(int, found.groups()) if found else (0, 0, 0)
    try:
        return date(year, month, day)
    except ValueError:
        last = monthrange(year, month)[1] if year and 1 <= month <= 12 and day else None
        near = f"did you mean {year}-{month:02d}-{last}?" if last else None
        expected = "the audit's last day, such as 2016-11-30"
        raise InputError(
            "not a day", where="--to", got=text, expected=expected, hint=near
        ) from None


def _without_step(one: AuditResult) -> Judged:
    width = one.judged.width - one.judged.printed.width / (one.claim.number or 1.0)
    narrow = width <= number("wide_region")
    verdict = one.judged.agreement if narrow else one.judged.verdict
    return replace(one.judged, width=width, verdict=verdict)


def _revised_inside(one: AuditResult) -> Judged:
    release = one.derivation.releases[0]
    return one.again(revised=one.derivation.revisions(release, inside=True).values())


def _by_bbc(one: AuditResult) -> Judged:
    return one.again(rate=BBC_RATE) if one.audit.rate.startswith("around") else one.judged


_RIVALS: dict[str, Callable[[AuditResult], Judged]] = {
    "the rule": lambda one: one.judged,
    "revision by quarters wholly inside the twelve months": _revised_inside,
    "no revision": lambda one: one.again(revised=()),
    "the width without the step": _without_step,
    "the newest release": lambda one: one.again(one.derivation.releases[-1]),
    f"Greater Manchester 2016 at {BBC_RATE} %, from the BBC": _by_bbc,
}
"""Readings of the rule that could have been chosen, and a rate that could have been taken."""

_WINDOWS: dict[str, Callable[[AuditResult], Judged]] = {
    "12 months to the audit's last day, weighted by days": lambda one: one.judged,
    "the last four whole quarters": lambda one: one.again(
        months=Window.parse(one.derivation.months.earlier.label)
    ),
    "the last calendar year that ended before the audit's last day": lambda one: one.again(
        months=Window.parse(str(one.derivation.months.later.last.year - 1))
    ),
}
"""The rule's twelve months, and two others that could have been meant."""


def _all_crime() -> list[AuditResult]:
    return [one for one in audit_results() if one.derivation.population == "all_crime"]


def _tally(rival: Callable[[AuditResult], Judged]) -> dict[str, int]:
    found = [rival(one).verdict for one in _all_crime()]
    agreed = (Verdict.WITHIN_ROUNDING, Verdict.WITHIN_RESOLUTION, Verdict.WITHIN_REVISION)
    shown = (*agreed, Verdict.INCONCLUSIVE, Verdict.DIFFERS)
    matches = sum(verdict in agreed for verdict in found)
    return {"matches": matches, **{verdict.value: found.count(verdict) for verdict in shown}}


def _median(
    choose: Callable[[AuditResult], Judged], results: Iterable[AuditResult] | None = None
) -> float:
    chosen = _all_crime() if results is None else results
    return float(pd.Series([one.away(choose(one)) for one in chosen]).median())


def _row(one: AuditResult) -> dict[str, object]:
    found, judged, derivation = one.judged.found, one.judged, one.derivation
    release, *_, newest = (*derivation.releases, derivation.releases[-1])
    return {
        "claim": one.claim.id,
        "force": one.audit.force,
        "inspection": one.audit.inspection,
        "population": derivation.population,
        "rate": one.audit.rate,
        "printed": one.claim.published,
        "number": one.claim.number,
        "window": derivation.window,
        "release": release,
        "recorded": derivation.year(release).value,
        "value": found.value,
        "rounding_lower": found.rounding.lower,
        "rounding_upper": found.rounding.upper,
        "bracket_lower": found.bracket.lower,
        "bracket_upper": found.bracket.upper,
        "region_lower": found.region.lower,
        "region_upper": found.region.upper,
        "width": 100 * judged.width,
        "placebo_share": 100 * judged.chance,
        "agreement": judged.agreement.value,
        "verdict": judged.verdict.value,
        "missed": judged.missed,
        "newer": derivation.recompute(newest).value,
        "seen": one.claim.seen.value,
        "remark": one.audit.remark,
    }
