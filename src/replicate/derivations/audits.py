"""HMICFRS's audits of forces by the definition that it states: every printed number, recomputed.

The rule is `ledger.audits`; a number's verdict is that of its claim. What stands here is for all
of them together: how many agree, how many would by chance, and what another reading would give.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from math import inf
from typing import Any

import pandas as pd

from replicate.derivations.kinds.audits import Unrecorded
from replicate.derivations.kinds.registry import derivations
from replicate.derivations.verification import verify
from replicate.ledger import Claim, Verdict, find_claim
from replicate.ledger.audits import (
    ForceAudit,
    Judged,
    Population,
    audits,
    judge,
    of_records,
    over,
    rates_printed,
)
from replicate.ledger.lists import number as limit
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.models import territorial_force
from replicate.vocabulary.parameters import ForceReport
from replicate.vocabulary.periods import Window

BBC_RATE = "85.49"
"""Greater Manchester's rate of 2016 in the BBC's table; HMICFRS's own words are "around 85"."""

AGREED = [Verdict.WITHIN_ROUNDING, Verdict.WITHIN_RESOLUTION, Verdict.WITHIN_REVISION]
"""The agreements that the rule knows, closest first."""


@dataclass(frozen=True)
class AuditResult:
    """One printed number: what the ledger has of the audit, and how the number was judged."""

    audit: ForceAudit
    claim: Claim
    derivation: Unrecorded
    judged: Judged

    def again(self, release: str = "", **choices: Any) -> Judged:
        """Judge the number with other choices (those of `Unrecorded.recompute`)."""
        return self.derivation.judged(self.claim, release, **choices)


@cache
def audit_results() -> tuple[AuditResult, ...]:
    """Return every printed number that twelve months are known for, in the ledger's order."""
    found = []
    for audit in audits():
        derivation = derivations().get(audit.number_in)
        if audit.window and isinstance(derivation, Unrecorded):
            claim = find_claim(audit.number_in)
            found.append(AuditResult(audit, claim, derivation, derivation.judged(claim)))
    return tuple(found)


def audit_table() -> pd.DataFrame:
    """Return the printed numbers of crimes left unrecorded, each recomputed and judged.

    Returns
    -------
    pandas.DataFrame
        claim, force, inspection (`first` or `re-inspection`), population, rate (as printed, in
        percent), printed (as printed, "over 13,700"), number, window, release, value (unrecorded,
        at the rate as printed), bracket_lower, bracket_upper, region_lower, region_upper, width
        (percent of the number), placebo_share (percent), agreement (the region's width left
        aside), verdict, missed (crimes between the region and the printed range, 0 where they
        meet); in the order of the forces' names. The 40 of all recorded crime have the population
        `all_crime`.

    Examples
    --------
    >>> table = audit_table()
    >>> int(table["population"].eq("all_crime").sum()), table["force"].nunique()
    (40, 39)
    """
    return pd.DataFrame([_row(result) for result in audit_results()])


def audit_placebo() -> pd.DataFrame:
    """Return how many of the 40 numbers agree, and how many made-up ones would.

    Returns
    -------
    pandas.DataFrame
        of (`all`, or `narrow enough to tell`: those that pass the width gate), numbers, agree,
        expected (the sum of the shares of made-up numbers that would have been accepted). Both
        leave the gate aside otherwise.
    """
    every = audit_table().query("population == 'all_crime'")
    narrow = every[every["width"] <= 100 * limit("wide_region")]
    rows = []
    for name, part in {"all": every, "narrow enough to tell": narrow}.items():
        agree = int(part["agreement"].ne(Verdict.DIFFERS.value).sum())
        rows.append((name, len(part), agree, part["placebo_share"].sum() / 100))
    return pd.DataFrame(rows, columns=["of", "numbers", "agree", "expected"])


def audit_rivals() -> pd.DataFrame:
    """Return what other readings of the rule would make of the 40 numbers: no verdict rests on it.

    Returns
    -------
    pandas.DataFrame
        rule, matches (how many agree within a region narrow enough), a column a verdict
        (within_rounding, within_resolution, within_revision, inconclusive, differs), and median (of
        the values' differences from the printed numbers, percent).
    """
    tried = _tried(_RIVALS, _all_crime())
    shown = [verdict.value for verdict in (*AGREED, Verdict.INCONCLUSIVE, Verdict.DIFFERS)]
    counted = pd.crosstab(tried["rule"], tried["verdict"])
    counted = counted.reindex(index=list(_RIVALS), columns=shown, fill_value=0)
    counted.insert(0, "matches", counted[shown[: len(AGREED)]].sum(axis=1))
    counted["median"] = tried.groupby("rule")["away"].median()
    return counted.rename_axis(columns=None).reset_index()


def audit_windows() -> pd.DataFrame:
    """Count what other twelve months reach by rounding alone, where an audit ends in a quarter.

    Returns
    -------
    pandas.DataFrame
        window, reached, of, median (of the values' differences from the printed numbers, percent).
    """
    within = [one for one in _all_crime() if one.derivation.months.weight < 1]
    tried = _tried(_WINDOWS, within)
    tried["reached"] = tried["agreement"].eq(Verdict.WITHIN_ROUNDING.value)
    counted = tried.groupby("rule", sort=False).agg(
        reached=("reached", "sum"), of=("reached", "size"), median=("away", "median")
    )
    return counted.rename_axis("window").reset_index()


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
        oldest, *newer = map(self._by, self.derivation.releases)
        given = self.derivation.model_dump(include={"force", "population", "window", "rate"})
        return {**given, "number": self.number, **oldest, "newer": newer}

    def _by(self, release: str) -> dict[str, object]:
        found, judged = self.derivation.recompute(release), self.judged(release)
        return {
            "release": release,
            "recorded": asdict(self.derivation.year(release)),
            "revisions": self.derivation.revisions(release),
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
        lines = [f"{self.derivation.described(name)}." for name in self.derivation.releases]
        if judged := self.judged(self.derivation.releases[0]):
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
    try:
        months = Window.ending(date.fromisoformat(to.strip()))
    except ValueError:
        expected = "the audit's last day, one of the calendar's, such as 2016-11-30"
        raise InputError("not a day", where="--to", got=to, expected=expected) from None
    derivation = Unrecorded(
        force=territorial_force(force, where="--force"),
        window=months.label,
        rate=printed,
        population=population,
    )
    _ = derivation.releases  # refuses twelve months that no release covers
    return OwnAudit(derivation, number)


Reading = Callable[[AuditResult], Judged]


def _without_step(one: AuditResult) -> Judged:
    width = one.judged.width - one.judged.printed.width / (one.claim.number or 1.0)
    narrow = width <= limit("wide_region")
    verdict = one.judged.agreement if narrow else one.judged.verdict
    return replace(one.judged, width=width, verdict=verdict)


def _revised_inside(one: AuditResult) -> Judged:
    release = one.derivation.releases[0]
    return one.again(revised=one.derivation.revisions(release, inside=True).values())


def _by_bbc(one: AuditResult) -> Judged:
    if not one.audit.rate.startswith("around"):
        return one.judged
    other = one.derivation.model_copy(update={"rate": BBC_RATE})
    return replace(one, derivation=other).again()


_RIVALS: dict[str, Reading] = {
    "the rule": lambda one: one.judged,
    "R(1 - p) in place of R(1 - p)/p": lambda one: one.again(reading=of_records),
    "revision by quarters wholly inside the twelve months": _revised_inside,
    "no revision": lambda one: one.again(revised=()),
    "the width without the step": _without_step,
    "the newest release": lambda one: one.again(one.derivation.releases[-1]),
    f"Greater Manchester 2016 at {BBC_RATE} %, from the BBC": _by_bbc,
}
"""Readings of the rule that could have been chosen, and a rate that could have been taken."""

_WINDOWS: dict[str, Reading] = {
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


def _tried(readings: Mapping[str, Reading], results: Iterable[AuditResult]) -> pd.DataFrame:
    """Judge numbers by each reading: rule, agreement, verdict, away (from the number, percent)."""
    rows = []
    for one in results:
        for name, read in readings.items():
            judged = read(one)
            away = 100 * (judged.found.value / (one.claim.number or 1.0) - 1)
            rows.append((name, judged.agreement.value, judged.verdict.value, away))
    return pd.DataFrame(rows, columns=["rule", "agreement", "verdict", "away"])


def _row(one: AuditResult) -> dict[str, object]:
    judged, derivation, claim = one.judged, one.derivation, one.claim
    found = judged.found
    return {
        "claim": claim.id,
        "force": one.audit.force,
        "inspection": one.audit.inspection,
        "population": derivation.population,
        "rate": one.audit.rate,
        "printed": claim.published,
        "number": claim.number,
        "window": derivation.window,
        "release": derivation.releases[0],
        "value": found.value,
        "bracket_lower": found.bracket.lower,
        "bracket_upper": found.bracket.upper,
        "region_lower": found.region.lower,
        "region_upper": found.region.upper,
        "width": 100 * judged.width,
        "placebo_share": 100 * judged.chance,
        "agreement": judged.agreement.value,
        "verdict": judged.verdict.value,
        "missed": judged.missed,
    }
