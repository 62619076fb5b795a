"""What notebook 02 asks: how much of what is reported the police record, and how sure that is.

HMICFRS audited each force once in 2016 to 2020, and some again. A half-width is published for most
first audits, the number of reports read for hardly any: the sample that a half-width implies stands
for it. The numbers of crimes left unrecorded are in `derivations.audits`.
"""

import re
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import Any, Literal

import numpy as np
import pandas as pd

from replicate.analysis.funnel import (
    OverDispersion,
    binomial_limits,
    over_dispersion,
    widened_limits,
)
from replicate.analysis.intervals import (
    METHODS,
    coverage,
    implied_interval,
    implied_sample,
    interval,
    published_interval,
)
from replicate.derivations.audits import audit_table
from replicate.derivations.verification import Verification, verify
from replicate.ledger import ForceAudit, audits, find_claim
from replicate.sources import tables
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.parameters import RecordingRates
from replicate.vocabulary.periods import Period
from replicate.vocabulary.uncertainty import SamplingInterval

LEVEL = 0.95
"""Of the published half-widths: assumed, from the methods of 2014; no page seen states it."""

OF = {"all_crime": "all crime", "violence": "violence", "sexual_offences": "sexual offences"}
"""Population of an audit → what it is called in a table."""

NATIONAL = {"R01": date(2013, 10, 31), "R07": date(2025, 6, 30)}
"""The two published rates of England and Wales, and the day each is drawn at: the end of the first
audit's period; the middle of the second's year, since its dates were not seen."""

NUMBERS = ("R02a", "R08a")
"""The crimes left unrecorded in England and Wales that go with them."""

LIMITS = (0.95, 0.998)
"""The custom of funnel plots: two standard errors for a first look, three for what is unusual
(Spiegelhalter 2005)."""

KINDS = ("95 % limits", "99.8 % limits", "99.8 % limits with over-dispersion")
"""What the limits are called, the narrowest first."""

_POINTS = 60
"""Sizes at which the curves are drawn."""

_YEAR = 365.25


def rates(parameters: RecordingRates | None = None) -> pd.DataFrame:
    """Return every audited rate that the ledger holds, with an interval where one can be given.

    Parameters
    ----------
    parameters
        Forces, method and level; None takes all forces, and Wilson intervals at 95 %.

    Returns
    -------
    pandas.DataFrame
        force, of, inspection, window (last day of the 12 months; the year where no more is known),
        published (as printed), half_width (points), recomputed_lower, recomputed_upper (percent, by
        the method, for a simple sample of the implied size), implied (that size; never the reports
        read), seen, remark; and year (as a number, missing where no date was seen) and rate, to
        draw.
    """
    asked = parameters or RecordingRates()
    found = [
        _rate(audit, asked) for audit in audits() if audit.force in (asked.forces or {audit.force})
    ]
    numbers = ["half_width", "recomputed_lower", "recomputed_upper", "implied", "year"]
    return pd.DataFrame(found).astype(dict.fromkeys(numbers, "float64"))


def reliability(parameters: RecordingRates) -> pd.DataFrame:
    """Return how often each method's interval would hold the true rate, over all implied samples.

    The probabilities are summed, not simulated, were a published rate the true one and its sample a
    simple one: method, level, least, middle, most (percent of such samples, over the rates).
    """
    held = rates().dropna(subset="implied")
    pairs = list(zip(held["rate"] / 100, held["implied"].round().astype(int), strict=True))
    rows = []
    for method in METHODS:
        level = parameters.level
        found = [100 * coverage(rate, size, method=method, level=level) for rate, size in pairs]
        rows.append((method, 100 * level, min(found), float(np.median(found)), max(found)))
    return pd.DataFrame(rows, columns=["method", "level", "least", "middle", "most"])


def over_time() -> pd.DataFrame:
    """Return the rates of all crime by date: inspection, force, year, rate, lower, upper.

    The inspection is `national` (no interval was seen), `first` or `again`; ends are missing.
    """
    held = rates()
    dated = held[held["of"].eq(OF["all_crime"]) & held["year"].notna()]
    kind = dated["inspection"].map({"first": "first", "re-inspection": "again"})
    national = [
        ("national", "England and Wales", _as_year(day), _value(name))
        for name, day in NATIONAL.items()
    ]
    columns = ["inspection", "force", "year", "rate"]
    rows = [pd.DataFrame(national, columns=columns), dated.assign(inspection=kind)[columns]]
    return pd.concat(rows, ignore_index=True).assign(lower=np.nan, upper=np.nan)


def audited_again() -> pd.DataFrame:
    """Return each force that was audited again: the later rate, less that of the first audit.

    They were chosen because the first rate was poor, so part of a rise is regression to the mean.

    Returns
    -------
    pandas.DataFrame
        force, of, first_window, first, window, again (rates as printed), change (points; at least,
        where the later rate is printed as a floor), half_width (of the first rate, points; those
        of the later ones were not seen).
    """
    held = rates()
    later = held[held["inspection"] != "first"]
    first = held.loc[held["inspection"] == "first", ["force", "of", "window", "published", "rate"]]
    first = first.join(held["half_width"])
    later = later.sort_values(["force", "of", "year"], na_position="first")
    both = later.drop(columns="half_width").merge(
        first, on=["force", "of"], suffixes=("", "_first")
    )
    change = (both["rate"] - both["rate_first"]).round(2)
    names = {"window_first": "first_window", "published_first": "first", "published": "again"}
    columns = ["force", "of", "first_window", "first", "window", "again", "change", "half_width"]
    return both.assign(change=change).rename(columns=names)[columns]


def national() -> list[Verification]:
    """Return both numbers of England and Wales, each with its verdict."""
    return verify(NUMBERS)


@dataclass(frozen=True)
class Funnel:
    """Rates of forces against the limits of what chance would make.

    Attributes
    ----------
    rates
        force, window, rate, size (the sample that the half-width implies), error (of the share, by
        chance alone), score (distance from the target in such errors), outside (the widest limits
        that it lies beyond; empty inside all).
    limits
        kind, size, lower, upper: the curves.
    target
        The rate of all together, each force weighted by its size.
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


def funnel(of: Literal["all crime", "violence"] = "all crime") -> Funnel:
    """Compare the first audits of all forces; never of some, and never as a national rate.

    A force's weight is the sample that its half-width implies, so a force counts for how precisely
    it was measured, not for its crimes. Limits are exact binomial ones; scores are winsorised by a
    tenth at each end before the over-dispersion is found, and the variance between forces is added
    to each force's own (Spiegelhalter 2005, Qual. Saf. Health Care 14:347-351).
    """
    held = rates()
    kept = held[held["of"].eq(of) & held["inspection"].eq("first") & held["implied"].notna()]
    rows = kept[["force", "window", "rate"]].assign(rate=kept["rate"] / 100, size=kept["implied"])
    rows = rows.reset_index(drop=True)
    target = float(np.average(rows["rate"], weights=rows["size"]))
    rows["error"] = np.sqrt(target * (1 - target) / rows["size"])
    rows["score"] = (rows["rate"] - target) / rows["error"]
    found = over_dispersion(rows["score"], rows["error"])
    sizes = pd.Series(np.linspace(rows["size"].min() * 0.6, rows["size"].max() * 1.05, _POINTS))
    rows["outside"], beyond, curves = "", {}, []
    for kind in KINDS:
        ends = _limits(kind, rows["size"], target, found)
        outside = (rows["rate"] < ends["lower"]) | (rows["rate"] > ends["upper"])
        rows.loc[outside, "outside"] = kind
        beyond[kind] = int(outside.sum())
        curves.append(_limits(kind, sizes, target, found).assign(kind=kind, size=sizes))
    limits = pd.concat(curves, ignore_index=True)[["kind", "size", "lower", "upper"]]
    return Funnel(rows, limits, target, found, beyond)


def funnels() -> pd.DataFrame:
    """Return what the funnels of all crime and of violence find.

    Returns
    -------
    pandas.DataFrame
        of, forces, target, lowest, highest (percent), phi (mean square of winsorised scores),
        between (standard deviation between forces, points), and for each kind of limits how many
        rates lie outside.
    """
    rows = []
    for of in ("all crime", "violence"):
        found = funnel(of)
        rate = 100 * found.rates["rate"]
        span = {"target": 100 * found.target, "lowest": rate.min(), "highest": rate.max()}
        spread = {"phi": found.found.phi, "between": 100 * found.found.tau_squared**0.5}
        rows.append({"of": of, "forces": len(rate)} | span | spread | found.beyond)
    return pd.DataFrame(rows)


def gaps() -> pd.DataFrame:
    """Return years of which a force has no first-published total, so that revision can't be seen.

    Returns
    -------
    pandas.DataFrame
        force, period, release (which lacks the total), held_in (the oldest full release that has
        the force's crimes of every quarter of it).
    """
    totals = tables.load("recorded_groups")
    total = totals["group"].eq("Total recorded crime (excluding fraud)")
    lacking = totals[total & totals["count"].isna() & totals["area"].isin(TERRITORIAL)]
    rows = lacking[["area", "period", "release"]].rename(columns={"area": "force"})
    held = [_held_in(*row) for row in zip(rows["force"], rows["period"], strict=True)]
    return rows.assign(held_in=held).reset_index(drop=True)


def tables_used() -> tuple[str, ...]:
    """Return the tables that the numbers left unrecorded rest on."""
    found = verify((*NUMBERS, *(row for row in audit_table()["claim"])))
    every = [result.comparison.computed for result in found]
    return tuple(dict.fromkeys(name for one in every if one for name in one.tables))


@dataclass(frozen=True)
class GivenSample:
    """A share with its intervals; shares are from 0 to 1.

    Attributes
    ----------
    share, sample
        The share found, and the cases it was found in: counted, or implied by a half-width.
    method
        The method asked for.
    intervals
        By every method, the one asked for first.
    published
        The published rate less and plus its half-width; None where counts were given.
    """

    share: float
    sample: float
    method: str
    intervals: dict[str, SamplingInterval]
    published: SamplingInterval | None

    def as_json(self) -> dict[str, Any]:
        """Return rate, sample, implied, method, level, lower, upper, others, published: percent."""
        asked, *_ = self.intervals.values()
        others = {name: _ends(found) for name, found in self.intervals.items()}
        others.pop(self.method)
        return {
            "rate": 100 * self.share,
            "sample": self.sample,
            "implied": self.published is not None,
            "method": self.method,
            "level": asked.level,
            **_ends(asked),
            "others": others,
            "published": self.published and _ends(self.published),
        }

    def as_rows(self) -> list[dict[str, str]]:
        """Return a row an interval, the one asked for first: method, lower, upper."""
        named = {f"{self.method} (asked for)": self.intervals[self.method], **self.intervals}
        named.pop(self.method)
        named |= {"as published": self.published} if self.published else {}
        return [
            {"method": name} | {end: f"{value:.2f} %" for end, value in _ends(found).items()}
            for name, found in named.items()
        ]

    def title(self) -> str:
        """Say what was found, in how many cases, and where that number comes from."""
        how = ", implied by the half-width, and never the number of cases examined"
        cases = f"{self.sample:,.0f} cases"
        sample = f"about {cases}{how}" if self.published else cases
        level = 100 * self.intervals[self.method].level
        return f"{100 * self.share:.4g} % of {sample}; intervals at {level:.6g} %"


def given_sample(
    successes: int | None = None,
    trials: int | None = None,
    rate: str | None = None,
    half_width: str | None = None,
    *,
    method: str = "wilson",
    level: float = 0.95,
) -> GivenSample:
    """Return intervals for a sample: by counts, or by a published rate and half-width.

    Parameters
    ----------
    successes, trials
        Cases found right, and cases examined.
    rate, half_width
        As published, in percent and percentage points, with or without a percent sign. A rate of 1
        or less without the sign could be a share, and is refused.
    method
        The one to put first: `wilson`, `clopper-pearson` or `wald`.
    level
        Between 0 and 1; a published half-width is taken to be at this level.

    Raises
    ------
    InputError
        When neither or both are given, one is incomplete, or a number is out of range.

    Examples
    --------
    >>> found = given_sample(rate="89.5", half_width="1.64")
    >>> round(found.sample), found.title()[:26]
    (1342, '89.5 % of about 1,342 case')
    """
    given = {"successes": successes, "trials": trials, "rate": rate, "half-width": half_width}
    named = {name for name, value in given.items() if value is not None}
    methods = list(dict.fromkeys((method, *METHODS)))
    if successes is not None and trials is not None and len(named) == 2:
        found = {name: interval(successes, trials, method=name, level=level) for name in methods}
        return GivenSample(successes / trials, float(trials), method, found, None)
    if rate is not None and half_width is not None and len(named) == 2:
        share, half = _share(rate), _points(half_width, "--half-width")
        size = implied_sample(share, half, level)
        found = {name: implied_interval(share, half, method=name, level=level) for name in methods}
        return GivenSample(share, size, method, found, published_interval(share, half, level))
    raise InputError(
        "one way of giving a sample is needed",
        where="--successes, --trials, --rate, --half-width",
        got=", ".join(f"--{name}" for name in given if name in named) or "none",
        expected="--successes K --trials N, or --rate P --half-width H",
    )


def _share(text: str) -> float:
    share, where = _points(text, "--rate"), "--rate"
    if share <= 0.01 and not text.strip().endswith("%"):
        what = "a rate that could be a share or a percentage"
        expected = "percent, such as 89.5; for a rate of 1 % or less write the sign, such as 0.8%"
        raise InputError(what, where=where, got=text, expected=expected)
    if share >= 1:
        expected = "percent, above 0 and below 100"
        raise InputError("a rate out of range", where=where, got=text, expected=expected)
    return share


def _points(text: str, where: str) -> float:
    """Read percent, with or without the sign, as a part of 1."""
    try:
        value = float(text.strip().removesuffix("%"))
    except ValueError:
        value = inf
    if not 0 < value < inf:
        expected = "percent, such as 89.5 or 1.64"
        raise InputError("not a number above 0", where=where, got=text, expected=expected)
    return value / 100


def _ends(found: SamplingInterval) -> dict[str, float]:
    return {"lower": 100 * found.lower, "upper": 100 * found.upper}


def _rate(audit: ForceAudit, asked: RecordingRates) -> dict[str, object]:
    rate = float(re.sub(r"[^\d.]", "", audit.rate))
    row: dict[str, object] = {
        "force": audit.force,
        "of": OF[audit.population],
        "inspection": audit.inspection,
        "window": audit.window.removeprefix("12 months to ") or "not seen",
        "published": audit.rate,
        "half_width": audit.half_width,
        "recomputed_lower": None,
        "recomputed_upper": None,
        "implied": None,
        "seen": audit.seen.meaning,
        "remark": audit.remark or "none",
        "year": _decimal(audit),
        "rate": rate,
    }
    if audit.half_width is None:
        return row
    share, half = rate / 100, float(audit.half_width) / 100
    size = implied_sample(share, half, LEVEL)
    found = interval(share * size, size, method=asked.method, level=asked.level)
    ends = {f"recomputed_{end}": value for end, value in _ends(found).items()}
    return row | ends | {"implied": size}


def _decimal(audit: ForceAudit) -> float | None:
    """Return the audit's last day as a year; the middle of the year where no more is known."""
    if audit.last_day is None:
        return None
    if "-" not in audit.window:
        return audit.last_day.year + 0.5
    return _as_year(audit.last_day)


def _as_year(day: date) -> float:
    return round(day.year + (day - date(day.year, 1, 1)).days / _YEAR, 2)


def _value(name: str) -> float:
    return float(find_claim(name).value or 0)


def _limits(
    kind: str, sizes: "pd.Series[float]", target: float, found: OverDispersion
) -> pd.DataFrame:
    if kind == KINDS[2]:
        errors = np.sqrt(target * (1 - target) / sizes)
        return widened_limits(target, errors, found, level=LIMITS[1])
    return binomial_limits(target, sizes, level=LIMITS[KINDS.index(kind)])


def _held_in(force: str, period: str) -> str:
    quarters = {quarter.label for quarter in Period.parse(period).quarters}
    holding = []
    for release in tables.vintages():
        crimes = tables.recorded_crime(release)
        held = set(crimes.loc[crimes["force"].eq(force), "quarter"])
        holding += [release] if quarters <= held else []
    return holding[0] if holding else "no full release held"
