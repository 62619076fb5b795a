"""Words of better recording or more reports: what may be said of it, and in which order.

The order, and what may not be said without what, were settled before any number was computed: the
equal rate's share is never given without the answer that needs no such assumption; ends of bounds
are rounded outwards.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from math import ceil, floor, log

import pandas as pd

from replicate.analysis.trend import APART, ASSUMPTIONS, AUDITED, CURVE, Change, nation
from replicate.derivations.trend import (
    CANCELLED,
    PLANS,
    RAPE,
    UNRECORDED,
    WORDS,
    ForceUnrecorded,
    Trend,
)
from replicate.display.labels import area_name
from replicate.ledger import find_claim
from replicate.vocabulary.numbers import number
from replicate.vocabulary.periods import Window
from replicate.vocabulary.uncertainty import RoundingRange, ScenarioRange, WorstCaseBounds

Ends = RoundingRange | ScenarioRange | WorstCaseBounds

NEARLY = 0.99
"""The part of a rise that counts as nearly all of it."""

RESULTS = {
    "equal_rate": "Recorded at the rate of all sexual offences",
    "monotone": "Recording did not get worse",
    "worst_case": "Worst case",
}


def outward(found: Ends, decimals: int = 0, *, scale: float = 1, sign: str = "") -> str:
    """Write two ends, the lower rounded down and the upper up.

    Examples
    --------
    >>> outward(ScenarioRange(1.7665, 1.9854, ()), 2, sign="×")
    '×1.76 to ×1.99'
    """
    step = 10**decimals
    low = floor(found.lower * scale * step) / step
    high = ceil(found.upper * scale * step) / step
    return " to ".join(f"{sign}{number(end, decimals=decimals)}" for end in (low, high))


def _times(found: Change) -> str:
    return outward(found.times, 2, sign="×")


def _share(found: Ends) -> str:
    return f"{outward(found, scale=100)} %"


def _named(window: Window) -> str:
    return f"the {window.label}" if window.label.startswith("12") else window.label


KINDS = {
    "recorded": "recorded",
    "equal_rate": "reports, at the rate of all",
    "monotone": "reports, if no worse",
    "worst_case": "reports, at worst",
}
"""What the figure's lines and bars are called."""

TREND_NOTE = (
    "Reports are known as a range, in the last year only: no year between has a recording rate. "
    "This does not measure abuse."
)


def trend_title(found: Trend) -> str:
    """Return the message: the rise in records, and what it leaves of reports."""
    compared = found.comparison
    return (
        f"Recorded offences rose ×{compared.ratio:.2f}; reports rose {_times(compared.equal_rate())} "
        f"if recorded at the rate of all sexual offences, {_times(compared.worst_case())} at worst"
    )


def trend_alt(found: Trend) -> str:
    """Say where the line of records begins, peaks and ends, and what the bars beside it span."""
    yearly, compared = found.yearly(), found.comparison
    peak = max(yearly, key=yearly.__getitem__)
    counts = "; ".join(f"{year}: {yearly[year]:,}" for year in (min(yearly), peak, max(yearly)))
    bars = "; ".join(
        f"{KINDS[name]}: {_times(getattr(compared, name)())}"
        for name in ("equal_rate", "monotone", "worst_case")
    )
    return f"A line of recorded offences by year ({counts}). Bars at the last year: {bars}."


def bars(indexed: pd.DataFrame) -> pd.DataFrame:
    """Return an index to be drawn: ranges of the last year become bars, each inside the next."""
    ranges = indexed[indexed["value"].isna()]
    half = pd.Series([0.15 * (at + 1) for at in range(len(ranges))], index=ranges.index)
    ends = [ranges.assign(year=ranges["year"] + 0.5 + side * half) for side in (-1, 1)]
    return pd.concat([indexed[indexed["value"].notna()], *ends], ignore_index=True)


def growth_sentence(rows: pd.DataFrame) -> str:
    """Say what a rise since 2013 counts, with and without the two codes unlike the others."""
    ratio, share = (
        dict(zip(rows["counted"], rows[name], strict=True)) for name in ("ratio", "share")
    )
    return (
        f"Offences under the codes that notebook 01 counts rose ×{ratio['every code']:.1f} from 2013 "
        f"to {rows['last_year'].iloc[0]}. Code 86 (images, outside the group of sexual offences) is "
        f"{share['code 86']:.0f} % of that rise; without it ×{ratio['without code 86']:.1f}, without "
        f"88A (sexual communication with a child joined it in April 2017) "
        f"×{ratio['without 88A']:.1f}, without either ×{ratio['without either']:.1f}."
    )


def main_points(found: Trend) -> list[str]:
    """Return what leads: the counts, recording's share with its alternatives, and what it is not."""
    said = trend_sentences(found)
    return [*said[:2], said[-1]]


def caveats(found: Trend) -> list[str]:
    """Return what else must be known, in order."""
    return trend_sentences(found)[2:-1]


def trend_sentences(found: Trend) -> list[str]:
    """Return what may be said of a rise, in order: the counts, the shares, and their limits."""
    compared, setting = found.comparison, found.setting
    first, last = _named(setting.first), setting.last.label
    equal, worst = compared.equal_rate(), compared.worst_case()
    counts = number(compared.first.child, decimals=0), number(compared.last.child, decimals=0)
    later = outward(compared.at_later_rates())
    lead = (
        f"Recorded at the later rates, {first} would have shown {later} offences instead of "
        f"{counts[0]}; from there to {counts[1]} in {last} is {_times(equal)} (recorded: "
        f"×{compared.ratio:.2f})."
    )
    return [lead, *_shares(found, equal, worst), *_limits(found, counts)]


def _shares(found: Trend, equal: Change, worst: Change) -> list[str]:
    top = found.comparison.monotone().share
    if equal.share is None or worst.share is None or top is None:
        return [
            "Recorded offences did not double, so no share of the rise is given. Reports changed "
            f"{_times(equal)} if child offences were recorded at the rate of all sexual offences, "
            f"and {_times(worst)} in the worst case."
        ]
    recording, reports = found.comparison.shares_in_offences()
    log_share = log(1 / 0.99) / log(found.comparison.ratio)
    return [
        f"Better recording is {_share(equal.share)} of the log rise if child offences were "
        f"recorded at the rate of all sexual offences (counted in offences, {_share(recording)} "
        f"where recording is taken to change first, {_share(reports)} where reports are); from "
        f"none to {ceil(100 * top.upper)} % if their recording only did not get worse; and "
        f"without that not even its sign is known ({_share(worst.share)}; reports "
        f"{_times(worst)}). This is arithmetic, not cause: better recording may itself bring "
        "reports.",
        _when(found),
        "Offences that became recordable because rules changed, or came by other routes "
        "(referrals to public protection), count as reports: each 1 % of them adds about "
        f"{100 * log_share:.1f} points to recording's share.",
    ]


def _when(found: Trend) -> str:
    """Say when the rise took place, and for which years the later rates stand best."""
    yearly = found.yearly()
    first, last = yearly[min(yearly)], yearly[max(yearly)]
    reached = next(
        year for year, count in yearly.items() if count - first >= NEARLY * (last - first)
    )
    part, peak = (yearly[reached] - first) / (last - first), max(yearly, key=yearly.__getitem__)
    shown = sorted({min(yearly), 2017, 2018, peak, max(yearly)} & set(yearly))
    days = [rates[-1].last_day for rates in found.audits.values()]
    early = sum(day is not None and day.year <= 2019 for day in days)
    return (
        f"By {reached}, {100 * part:.0f} % of the rise had taken place; the highest count was that "
        f"of {peak} ({'; '.join(f'{year}: {yearly[year]:,}' for year in shown)}). {early} of the "
        f"{len(days)} later rates were measured by 2019, so the comparison is at its best for 2013 "
        "to 2017 or 2018."
    )


def _limits(found: Trend, counts: tuple[str, str]) -> list[str]:
    cancelled, plans = find_claim(CANCELLED), find_claim(PLANS)
    ratios = found.robustness.loc[found.robustness["varied"] == "codes", "ratio"]
    equal = found.comparison.equal_rate().times
    children, setting = found.children(), found.setting
    until = min(max(children), setting.last.later.last.year)
    growth = 100 * (children[until] / children[2013] - 1)
    latest = setting.last.label
    audited = replace(setting, forces=tuple(found.audits)).year(found.counts, setting.last)
    part = audited.group / found.comparison.last.group
    return [
        '"Reported" means recorded plus what the audits imply should have been; the Home Office '
        "holds no count of reports. A rate is compliance with the rules of its own year, on the "
        "routes audited.",
        "The worst case covers failures to record inside the group of sexual offences. Records "
        f"wrongly cancelled (about {cancelled.value} % of the decisions of 2012/13 that no crime "
        "had been committed), offences under another code and reports audited under another "
        "group lie outside it and would widen it.",
        f"The later rate, {outward(setting.p1, 2, scale=100)} %, is a scenario: it spans single "
        f"forces, which recorded {100 * part:.0f} % of the sexual offences of {latest}, and is "
        "no interval for the nation. HMICFRS said in 2025 that sexual offences are usually "
        "recorded correctly, which points to its upper half. That report was not read; a "
        "national rate printed in it would replace the range.",
        f"The offences are chosen by code, a convention. {found.definition.caveat} Sexual "
        "assaults at 13 to 15 are under the codes of adults. By set of codes the recorded ratio "
        f"runs from {ratios.min():.2f} to {ratios.max():.2f}, {ratios.max() - ratios.min():.2f} "
        f"apart (reports at the rate of all: {equal.width:.2f}). It is not per child: children in "
        f"England grew by {growth:.0f} % from 2013 to {until}. Offences of any age count in the "
        "year they are recorded.",
        "In the other direction: children who started a protection plan for sexual abuse fell by "
        f"{plans.value} % ({plans.period}, England), while these records went from {counts[0]} "
        f"to {counts[1]}.",
        "This does not measure abuse. It says how far recorded offences outran the known failure "
        "to record. Nothing published tells whether the rest is more abuse, more people coming "
        "forward, some after many years, or wider rules. It says nothing of groups.",
    ]


def mix_sentence(found: Trend) -> str:
    """Say what the mix of offences implies; near the rate of all, it supports the equal rate."""
    implied, rape = found.support(), find_claim(RAPE).value
    child, rest = (
        f"{100 * ends.lower:.0f} to {100 * ends.upper:.0f} %"
        for ends in (implied.child, implied.rest)
    )
    return (
        f"With about {rape} % of reported rapes unrecorded, and therefore {rest} of the other "
        f"sexual offences, the mix of these offences implies {child} unrecorded in "
        f"{_named(found.setting.first)}, against {find_claim(UNRECORDED).value} % of all sexual "
        "offences."
    )


def change_rows(changes: Mapping[str, Change]) -> pd.DataFrame:
    """Return by case how reports changed, and recording's share of the rise."""
    return pd.DataFrame(
        {"case": case, "reports": _times(change)}
        | {"share": _share(change.share) if change.share else "none given"}
        for case, change in changes.items()
    )


def results(found: Trend) -> pd.DataFrame:
    """Return what became of reports: on the base asked for, that of the audits, and pooled."""
    rows, october, pooled = (
        change_rows({RESULTS[name]: getattr(each, name)() for name in RESULTS})
        for each in (found.comparison, found.october, found.by_pooled_rate)
    )
    return rows.assign(october=october["reports"], pooled=pooled["reports"])


def assumed(*names: str) -> list[str]:
    """Say what each result takes for granted, and what it does not show."""
    return [
        f"{RESULTS.get(name, 'Taken for granted')}: {ASSUMPTIONS[name]} It does not show: "
        f"{WORDS['does_not_show'][name]}"
        for name in names
    ]


def nation_rows(found: Trend) -> pd.DataFrame:
    """Return the nation's sexual offences recorded and reported, with and without one force."""
    gmp = "Greater Manchester"
    settings = {"43 forces": found.setting, f"without {gmp}": found.setting.without(gmp)}
    return pd.DataFrame(
        {"forces": forces, "year": year}
        | {"recorded": number(recorded, decimals=0), "reported": outward(reported)}
        for forces, setting in settings.items()
        for year, (recorded, reported) in nation(found.counts, setting).items()
    )


def force_sentences(found: ForceUnrecorded) -> list[str]:
    """Say what a force's published rate implies for child sexual offences, or that it has none.

    Examples
    --------
    >>> force_sentences(ForceUnrecorded("Kent"))[0][:60]
    'No recording rate of sexual offences was published for Kent,'
    """
    name, row = area_name(found.force), force_row(found)
    if found.audit is None:
        return [
            f"No recording rate of sexual offences was published for {name}, and none is worked out "
            "from its rate of all crime."
        ]
    printed = f" For all sexual offences HMICFRS printed {row['printed']}."
    return [
        f"HMICFRS found that {name} recorded {row['rate']} % of the sexual offences reported to it "
        f"({row['of']}).",
        f"If child sexual offences were recorded at that rate, {row['unrecorded']} were reported and "
        f"not recorded, beside {row['recorded']} recorded.{printed if found.audit.number else ''}",
        f"Without that assumption: {row['worst_case']}, so at least {row['at_least']} of them were "
        "recorded. The rate is of all sexual offences; no rate of those against children was "
        "published.",
    ]


def force_rows(found: Trend) -> pd.DataFrame:
    """Return the bounds of every force asked for, in words."""
    return pd.DataFrame(map(force_row, found.forces))


def force_row(found: ForceUnrecorded) -> dict[str, str]:
    """Return a force's bounds in words, or that no rate was published."""
    audit, recorded, bounds = found.audit, found.recorded, found.bounds
    if audit is None or recorded is None or bounds is None:
        return {"force": found.force, "rate": "none published"}
    return {
        "force": found.force,
        "rate": audit.rate,
        "of": audit.window,
        "recorded": number(recorded.child, decimals=0),
        "unrecorded": outward(bounds.equal_rate),
        "worst_case": outward(bounds.worst_case),
        "at_least": f"{floor(100 * bounds.least_rate)} %",
        "printed": audit.number or "none",
    }


def by_k(found: Trend) -> pd.DataFrame:
    """Return the same where child offences went unrecorded k times as often as others."""
    first, last = found.setting.first.label, found.setting.last.label
    same = {f"k = {k}": (float(k), float(k)) for k in CURVE}
    apart = {
        f"k = {k0:g} in {first}, {k1:g} in {last}": (k0, k1)
        for k0, k1 in product(APART, APART)
        if k0 != k1
    }
    pairs = (same | apart).items()
    return change_rows({case: found.comparison.k_apart(k0, k1) for case, (k0, k1) in pairs})


def counted_sentence(found: Trend) -> str:
    """Say which offences were counted, and in which months the first rate was measured."""
    setting, audited = found.setting, found.audited
    return (
        f"Counted: {found.definition.title}, {_named(setting.first)} and {setting.last.label}, in "
        f"the 43 territorial forces; release {found.release}. The first rate was measured on "
        f"reports of the {AUDITED.label}, in which {audited.value:,.0f} were recorded, weighted "
        f"by days between {audited.lower:,} and {audited.upper:,} (a convention, no bound)."
    )


def input_rows(found: Trend) -> pd.DataFrame:
    """Return the published rates and numbers behind a trend, with their sources."""
    rows = pd.DataFrame(found.inputs())
    rows["ends"] = [
        f"{low:,.0f} to {high:,.0f}"
        if high > 100
        else f"{outward(RoundingRange(low, high), 2, scale=1 if high > 1 else 100)} %"
        for low, high in zip(rows["low"], rows["high"], strict=True)
    ]
    return rows[["input", "printed", "ends", "period", "source", "read", "remark"]].fillna("–")


def trend_text(found: Trend) -> str:
    """Return the sentences, then the tables behind them, as `replicate trend` prints them."""
    tables = {
        "Reports, last year on first": results(found),
        "Sexual offences recorded, and reported by the rates": nation_rows(found),
        "Child offences left unrecorded (eleven codes), at the group's rate and at worst": (
            force_rows(found)
        ),
        "If child offences went unrecorded k times as often as others (no bound)": by_k(found),
        "Reports, share of the log rise and worst case, one choice at a time made otherwise": (
            found.robustness.round(3)
        ),
    }
    shown = [f"{title}\n{rows.to_string(index=False, na_rep='')}" for title, rows in tables.items()]
    sources = f"{counted_sentence(found)} Sources: `--json`, under inputs."
    return "\n\n".join([*trend_sentences(found), mix_sentence(found), sources, *shown])
