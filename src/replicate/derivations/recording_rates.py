"""What notebook 02 asks: how much of what is reported the police record, and how sure that is.

HMICFRS audited each force once in 2016 to 2020, and some again. A half-width is published for most
first audits, the number of reports read for hardly any: the sample that a half-width implies stands
for it. The numbers of crimes left unrecorded are in `derivations.audits`.
"""

import re
from dataclasses import dataclass
from datetime import date
from math import inf, nan
from typing import Any

import numpy as np
import pandas as pd

from replicate.analysis import funnel as analysis
from replicate.analysis import intervals
from replicate.derivations.audits import audit_results
from replicate.derivations.kinds.audits import PUBLISHED
from replicate.ledger import find_claim
from replicate.ledger.audits import ForceAudit, audits
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

KINDS = {"95 % limits": 0.95, "99.8 % limits": 0.998, "99.8 % limits with over-dispersion": 0.998}
"""Limits → their level: two standard errors for a first look and three for what is unusual, as is
the custom of funnel plots (Spiegelhalter 2005), then with room for how forces differ anyway."""


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
        published (as printed), half_width (points), lower, upper (percent, by the method, for a
        simple sample of the implied size), implied (that size; never the reports read), seen,
        remark; and year (as a number, missing where no date was seen) and rate, to draw.
    """
    asked = parameters or RecordingRates()
    kept = [audit for audit in audits() if audit.force in (asked.forces or {audit.force})]
    return pd.DataFrame([_rate(audit, asked) for audit in kept])


def _rate(audit: ForceAudit, asked: RecordingRates) -> dict[str, object]:
    rate, implied = float(re.sub(r"[^\d.]", "", audit.rate)), nan
    ends = {"lower": nan, "upper": nan}
    if audit.half_width:
        implied = intervals.implied_sample(rate / 100, float(audit.half_width) / 100, LEVEL)
        right = implied * rate / 100
        ends = _ends(intervals.interval(right, implied, method=asked.method, level=asked.level))
    day = audit.last_day
    if day and "-" not in audit.window:
        day = date(day.year, 7, 2)  # where only a year is known, its middle
    return {
        "force": audit.force,
        "of": OF[audit.population],
        "inspection": audit.inspection,
        "window": audit.window.removeprefix("12 months to ") or "not seen",
        "published": audit.rate,
        "half_width": float(audit.half_width or nan),
        **ends,
        "implied": implied,
        "seen": audit.seen.meaning,
        "remark": audit.remark or "none",
        "year": _as_year(day) if day else nan,
        "rate": rate,
    }


def _as_year(day: date) -> float:
    return round(day.year + (day - date(day.year, 1, 1)).days / 365.25, 2)


def over_time() -> pd.DataFrame:
    """Return the rates of all crime by date: inspection, force, year, rate, lower, upper.

    The inspection is `national` (no interval was seen), `first` or `again`; ends are missing.
    """
    held = rates().query("of == 'all crime'").dropna(subset="year")
    dated = held.assign(inspection=held["inspection"].replace("re-inspection", "again"))
    nation = [
        ("national", "England and Wales", _as_year(day), float(find_claim(name).value or 0))
        for name, day in NATIONAL.items()
    ]
    columns = ["inspection", "force", "year", "rate"]
    rows = pd.concat([pd.DataFrame(nation, columns=columns), dated[columns]], ignore_index=True)
    return rows.assign(lower=nan, upper=nan)


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
    held = rates().sort_values(["force", "of", "year"], na_position="first")
    first = held["inspection"].eq("first")
    both = held[~first].merge(held[first], on=["force", "of"], suffixes=("", "_first"))
    both["change"] = (both["rate"] - both["rate_first"]).round(2)
    shown = {"force": "force", "of": "of", "window_first": "first_window"}
    shown |= {"published_first": "first", "window": "window", "published": "again"}
    shown |= {"change": "change", "half_width_first": "half_width"}
    return both[list(shown)].rename(columns=shown)


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
    found: analysis.OverDispersion
    beyond: dict[str, int]


def funnel() -> Funnel:
    """Compare the first audits of all forces; never of some, and never as a national rate.

    A force's weight is the sample that its half-width implies, so a force counts for how precisely
    it was measured, not for its crimes. Limits are exact binomial ones; scores are winsorised by a
    tenth at each end before the over-dispersion is found, and the variance between forces is added
    to each force's own (Spiegelhalter 2005, Qual. Saf. Health Care 14:347-351).
    """
    held = rates().query("of == 'all crime' and inspection == 'first'").dropna(subset="implied")
    rows = held[["force", "window"]].assign(rate=held["rate"] / 100, size=held["implied"])
    rows = rows.reset_index(drop=True)
    target = float(np.average(rows["rate"], weights=rows["size"]))
    curve = pd.Series(np.linspace(rows["size"].min() * 0.6, rows["size"].max() * 1.05, 60))
    sizes = pd.concat([rows["size"], curve], ignore_index=True)
    errors = np.sqrt(target * (1 - target) / sizes)
    rows["error"] = errors[: len(rows)]
    rows["score"] = (rows["rate"] - target) / rows["error"]
    found = analysis.over_dispersion(rows["score"], rows["error"])
    rows["outside"], beyond, curves = "", {}, []
    for kind, level in KINDS.items():
        ends = analysis.binomial_limits(target, sizes, level=level)
        if kind.endswith("over-dispersion"):
            ends = analysis.widened_limits(target, errors, found, level=level)
        outside = ~rows["rate"].between(ends["lower"][: len(rows)], ends["upper"][: len(rows)])
        rows.loc[outside, "outside"] = kind
        beyond[kind] = int(outside.sum())
        curves.append(ends[len(rows) :].assign(kind=kind, size=curve.to_numpy()))
    return Funnel(rows, pd.concat(curves, ignore_index=True), target, found, beyond)


def gaps() -> pd.DataFrame:
    """Return years of which a force has no first-published total, so that revision can't be seen.

    Returns
    -------
    pandas.DataFrame
        force, period, release (which lacks the total), held_in (the full releases that have the
        force's crimes of every quarter of it, the oldest first).
    """
    totals = tables.load("recorded_groups").rename(columns={"area": "force"})
    total = totals["group"].eq(PUBLISHED["all_crime"]) & totals["force"].isin(TERRITORIAL)
    rows = totals.loc[total & totals["count"].isna(), ["force", "period", "release"]]
    crimes, held = [(name, tables.recorded_crime(name)) for name in tables.vintages()], []
    for force, label, _ in rows.to_numpy():
        quarters = {quarter.label for quarter in Period.parse(label).quarters}
        had = [(name, set(every.loc[every["force"] == force, "quarter"])) for name, every in crimes]
        held.append(", ".join(name for name, some in had if quarters <= some))
    return rows.assign(held_in=held).reset_index(drop=True)


def tables_used() -> tuple[str, ...]:
    """Return the tables that the numbers left unrecorded rest on."""
    releases = dict.fromkeys(name for one in audit_results() for name in one.derivation.releases)
    return (*map("recorded_crime_{}".format, releases), "offences", "recorded_groups")


def _sample(
    successes: int | None,
    trials: int | None,
    rate: str | None,
    half_width: str | None,
    level: float,
) -> tuple[float, float, dict[str, float] | None]:
    """Return the cases found right, the cases, and the published interval of a half-width."""
    given = {"successes": successes, "trials": trials, "rate": rate, "half-width": half_width}
    named = [name for name, value in given.items() if value is not None]
    if successes is not None and trials is not None and len(named) == 2:
        return successes, trials, None
    if rate is not None and half_width is not None and len(named) == 2:
        share, half = _share(rate), _points(half_width, "--half-width")
        sample = intervals.implied_sample(share, half, level)
        return sample * share, sample, _ends(intervals.published_interval(share, half, level))
    raise InputError(
        "one way of giving a sample is needed",
        where="--successes, --trials, --rate, --half-width",
        got=", ".join(f"--{name}" for name in named) or "none",
        expected="--successes K --trials N, or --rate P --half-width H",
    )


def given_sample(
    successes: int | None = None,
    trials: int | None = None,
    rate: str | None = None,
    half_width: str | None = None,
    *,
    method: str = "wilson",
    level: float = 0.95,
) -> dict[str, Any]:
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

    Returns
    -------
    dict
        What `replicate interval --json` prints, in percent: rate, sample (the cases), implied
        (whether a half-width implies them), method, level (a part of one), lower, upper, others
        (method → lower, upper), published (the rate less and plus its half-width, or None).

    Raises
    ------
    InputError
        When neither or both are given, one is incomplete, or a number is out of range.

    Examples
    --------
    >>> found = given_sample(rate="89.5", half_width="1.64")
    >>> round(found["sample"]), sample_title(found)[:26]
    (1342, '89.5 % of about 1,342 case')
    """
    right, sample, published = _sample(successes, trials, rate, half_width, level)
    found = {}
    for name in dict.fromkeys((method, *intervals.METHODS)):
        found[name] = _ends(intervals.interval(right, sample, method=name, level=level))
    return {
        "rate": 100 * right / sample,
        "sample": float(sample),
        "implied": published is not None,
        "method": method,
        "level": level,
        **found.pop(method),
        "others": found,
        "published": published,
    }


def sample_title(found: dict[str, Any]) -> str:
    """Say what was found, in how many cases, and where that number comes from."""
    cases = f"{found['sample']:,.0f} cases"
    if found["implied"]:
        cases = f"about {cases}, implied by the half-width, and never the number of cases examined"
    return f"{found['rate']:.4g} % of {cases}; intervals at {100 * found['level']:.6g} %"


def sample_rows(found: dict[str, Any]) -> list[dict[str, str]]:
    """Return a row an interval, the one asked for first: method, lower, upper."""
    named = {f"{found['method']} (asked for)": found, **found["others"]}
    named |= {"as published": found["published"]} if found["implied"] else {}
    return [
        {"method": name} | {end: f"{ends[end]:.2f} %" for end in ("lower", "upper")}
        for name, ends in named.items()
    ]


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
