"""What notebook 03 shows: a rise in records, chains of reporting, and lists that overlap.

What may be said of the rise, in which order, and what not without what, was settled before any
number was computed: the equal rate's share is never given without the answer that needs no such
assumption; ends of bounds are rounded outwards.
"""

from dataclasses import replace
from itertools import product
from math import ceil, floor, log
from typing import TYPE_CHECKING, Any

import pandas as pd

from replicate.analysis.trend import APART, ASSUMPTIONS, CURVE, Change
from replicate.derivations import trend
from replicate.derivations.provenance import source_line
from replicate.derivations.trend import CANCELLED, PLANS, RAPE, UNRECORDED, WORDS, Trend
from replicate.display.figure import Figure, figure
from replicate.display.plots import histogram_plot, series_plot
from replicate.display.prose import Prose, prose
from replicate.display.rows import rows_plot
from replicate.display.table import Table, table
from replicate.ledger import find_claim
from replicate.vocabulary.definitions import find_definition
from replicate.vocabulary.numbers import number, span
from replicate.vocabulary.parameters import UnderReporting
from replicate.vocabulary.uncertainty import Uncertainty

if TYPE_CHECKING:
    from replicate.derivations.under_reporting import Study

KINDS = {
    "recorded": "recorded",
    "equal_rate": "reports, at the rate of all",
    "monotone": "reports, if no worse",
    "worst_case": "reports, at worst",
}

NOTE = (
    "The ends of a published share are those of its rounding: no sampling error of it was seen, so "
    "a narrow range is not a precise figure."
)

ROTHERHAM = ("L01", "L03", "L07", "L08")
"""Claims: one inquiry's estimate of children in Rotherham, and three counts of another exercise."""


def outward(
    lower: float, upper: float, decimals: int = 0, *, scale: float = 1, sign: str = ""
) -> str:
    """Write two ends, the lower rounded down and the upper up.

    Examples
    --------
    >>> outward(1.7665, 1.9854, 2, sign="×")
    '×1.76 to ×1.99'
    """
    step = 10**decimals
    ends = floor(lower * scale * step) / step, ceil(upper * scale * step) / step
    return " to ".join(f"{sign}{number(end, decimals=decimals)}" for end in ends)


def _times(found: Change) -> str:
    return outward(found.times.lower, found.times.upper, 2, sign="×")


def _percents(found: Uncertainty, decimals: int = 0) -> str:
    return f"{outward(found.lower, found.upper, decimals, scale=100)} %"


def _share(found: Change) -> str:
    return _percents(found.share) if found.share else "none given"


def trend_found(parameters: UnderReporting) -> Trend:
    """Compare the rise that the parameters ask for with the published recording rates.

    Raises
    ------
    InputError
        For a definition or years that no published rate of sexual offences stands for.
    """
    definition = find_definition(parameters.definition)
    return trend.trend(definition, first=parameters.first, last=parameters.last)


def recorded_and_reported(parameters: UnderReporting, *, name: str = "trend") -> Figure:
    """Draw recorded offences by year, and what they leave of reports in the last year, indexed."""
    found = trend_found(parameters)
    shown, changes = found.indexed(), found.comparison.results()
    ranges = shown[shown["value"].isna()]
    half = pd.Series([0.15 * (at + 1) for at in range(len(ranges))], index=ranges.index)
    bars = [ranges.assign(year=ranges["year"] + 0.5 + side * half) for side in (-1, 1)]
    first, last = found.setting.first.label, found.setting.last.label
    return figure(
        series_plot(
            pd.concat([shown.dropna(subset="value"), *bars], ignore_index=True),
            label=f"{first} = 100",
            y="value",
            words=KINDS,
        ),
        data=shown,
        name=name,
        title=f"Recorded offences rose ×{found.comparison.ratio:.2f}; reports rose "
        f"{_times(changes['equal_rate'])} if recorded at the rate of all sexual offences, "
        f"{_times(changes['worst_case'])} at worst",
        subtitle=f"{found.definition.title}, England and Wales, 43 forces, {first} to {last}; "
        "offences, not children",
        source=f"{source_line([f'recorded_crime_{found.release}'])}; recording rates: HMICFRS",
        alt="Offences recorded by year as a line; in the last year a bar for each: "
        + "; ".join(f"{KINDS[kind]}, {_times(change)}" for kind, change in changes.items()),
        note="Reports are known as a range, in the last year only: no year between has a recording "
        "rate. This does not measure abuse.",
    )


def trend_sentences(found: Trend) -> list[str]:
    """Return what may be said of a rise, in order: counts, shares, limits, and what it is not."""
    compared, last = found.comparison, found.setting.last.label
    equal, monotone, worst = compared.results().values()
    later, recorded = compared.at_later_rates(), (compared.first.child, compared.last.child)
    before, after = (number(each, decimals=0) for each in recorded)
    lead = (
        f"Recorded at the later rates, {found.setting.first.label} would have shown "
        f"{outward(later.lower, later.upper)} offences instead of {before}; from there to {after} "
        f"in {last} is {_times(equal)} (recorded: ×{compared.ratio:.2f})."
    )
    shares = [
        "Recorded offences did not double, so no share of the rise is given. Reports changed "
        f"{_times(equal)} at the rate of all sexual offences, {_times(worst)} in the worst case."
    ]
    if monotone.share:
        first, second = map(_percents, compared.shares_in_offences())
        shares = [
            f"Better recording is {_share(equal)} of the log rise if child offences were recorded "
            f"at the rate of all sexual offences (counted in offences, {first} where recording is "
            f"taken to change first, {second} where reports are); from none to "
            f"{ceil(100 * monotone.share.upper)} % if their recording only did not get worse; and "
            f"without that not even its sign is known ({_share(worst)}; reports {_times(worst)}). "
            "This is arithmetic, not cause: better recording may itself bring reports.",
            "Offences that became recordable by new rules, or came by other routes, count as "
            f"reports: each 1 % of them adds about {1 / log(compared.ratio):.1f} points to "
            "recording's share.",
        ]
    measure = (
        "This does not measure abuse. It says how far recorded offences outran the known failure "
        "to record. Nothing published tells whether the rest is more abuse, more people coming "
        "forward, some after many years, or wider rules. It says nothing of groups."
    )
    return [lead, *shares, *_limits(found, f"{before} to {after}"), measure]


def _limits(found: Trend, recorded: str) -> list[str]:
    yearly, plans, setting = found.yearly(), find_claim(PLANS), found.setting
    years = sorted({yearly.index[0], 2017, 2018, yearly.idxmax(), yearly.index[-1]})
    shown = "; ".join(f"{year}: {yearly[year]:,}" for year in years if year in yearly)
    parts = (yearly - yearly.iloc[0]) / (yearly.iloc[-1] - yearly.iloc[0])
    reached = parts.index[parts >= 0.95][0]
    days = [rates[-1].last_day for rates in found.audits.values()]
    early = sum(day is not None and day.year <= 2019 for day in days)
    ratios = found.robustness.query("varied == 'codes'")["ratio"]
    children, audited = trend.children(), replace(setting, forces=tuple(found.audits))
    until = min(children.index[-1], setting.last.later.last.year)
    part = audited.year(found.counts, setting.last).group / found.comparison.last.group
    equal = found.comparison.results()["equal_rate"].times
    return [
        f"By {reached}, {100 * parts[reached]:.0f} % of the rise had taken place ({shown}). {early} "
        f"of the {len(days)} later rates were measured by 2019, so the comparison is at its best "
        "for 2013 to 2017 or 2018.",
        '"Reported" means recorded plus what the audits imply should have been; the Home Office '
        "holds no count of reports. A rate is compliance with the rules of its own year.",
        f"Records wrongly cancelled (about {find_claim(CANCELLED).value} % of the decisions of "
        "2012/13 that no crime had been committed), offences under another code and reports "
        "audited under another group lie outside the worst case and would widen it.",
        f"The later rate, {_percents(setting.p1, 2)}, is a scenario: it spans single forces, which "
        f"recorded {100 * part:.0f} % of the sexual offences of {setting.last.label}, and is no "
        "interval for the nation. HMICFRS said in 2025 that sexual offences are usually recorded "
        "correctly, which points to its upper half; that report was not read, and may print the "
        "national rate, which would replace this range.",
        f"The offences are chosen by code, a convention. {found.definition.caveat} By set of codes "
        f"the recorded ratio runs from {ratios.min():.2f} to {ratios.max():.2f}, a range of "
        f"{ratios.max() - ratios.min():.2f} (reports at the rate of all: {equal.width:.2f}). "
        "Sexual assaults at 13 to 15 are under the codes of adults. "
        "Offences of any age count in the year they are recorded. It is not per "
        f"child: children in England grew by {100 * (children[until] / children[2013] - 1):.0f} % "
        f"from 2013 to {until}.",
        "In the other direction: children who started a protection plan for sexual abuse fell by "
        f"{plans.value} % ({plans.period}, England), while these records went from {recorded}.",
    ]


def mix_sentence(found: Trend) -> str:
    """Say what the mix of offences implies; near the rate of all, it supports the equal rate."""
    implied = found.support()
    child, rest = (
        f"{100 * ends.lower:.0f} to {100 * ends.upper:.0f} %"
        for ends in (implied.child, implied.rest)
    )
    return (
        f"With about {find_claim(RAPE).value} % of reported rapes unrecorded, and therefore {rest} "
        f"of the other sexual offences, the mix of these offences implies {child} unrecorded in "
        f"{found.setting.first.label}, against {find_claim(UNRECORDED).value} % of all."
    )


def growth_sentence(rows: pd.DataFrame) -> str:
    """Say what a rise since 2013 counts, with and without the two codes unlike the others."""
    found = rows.set_index("counted")
    ratio = found["ratio"].map("×{:.1f}".format)
    return (
        f"Offences under the codes that notebook 01 counts rose {ratio['every code']} from 2013 to "
        f"{trend.choices()['last'][-1]}. Code 86 (images, outside the group of sexual offences) is "
        f"{found['share']['code 86']:.0f} % of that rise; without it {ratio['without code 86']}, "
        f"without 88A (sexual communication with a child joined it in April 2017) "
        f"{ratio['without 88A']}, without either {ratio['without either']}."
    )


def change_rows(changes: dict[str, Change]) -> pd.DataFrame:
    """Return by case how reports changed, and recording's share of the rise."""
    return pd.DataFrame(
        {"case": case, "reports": _times(change), "share": _share(change)}
        for case, change in changes.items()
    )


def results(found: Trend) -> pd.DataFrame:
    """Return what became of reports: on the base asked for, that of the audits, and pooled."""
    rows, october, pooled = (
        change_rows({KINDS[name]: change for name, change in each.results().items()})
        for each in (found.comparison, found.october, found.by_pooled_rate)
    )
    return rows.assign(october=october["reports"], pooled=pooled["reports"])


def by_k(found: Trend) -> pd.DataFrame:
    """Return the same where child offences went unrecorded k times as often as others."""
    first, last = found.setting.first.label, found.setting.last.label
    same = {f"k = {k}": found.comparison.k_apart(k, k) for k in CURVE}
    apart = {
        f"k = {k0:g} in {first}, {k1:g} in {last}": found.comparison.k_apart(k0, k1)
        for k0, k1 in product(APART, APART)
        if k0 != k1
    }
    return change_rows(same | apart)


def assumed(*names: str) -> list[str]:
    """Say what each result takes for granted, and what it does not show."""
    return [
        f"{KINDS.get(name, 'Taken for granted').capitalize()}: {ASSUMPTIONS[name]} It does not show: "
        f"{WORDS['does_not_show'][name]}"
        for name in names
    ]


def nation_rows(found: Trend) -> pd.DataFrame:
    """Return the nation's sexual offences recorded and reported, with and without one force."""
    gmp = "Greater Manchester"
    nations = {"43 forces": found.nation(), f"without {gmp}": found.nation(gmp)}
    return pd.DataFrame(
        {"forces": forces, "year": row["year"], "recorded": number(row["recorded"], decimals=0)}
        | {"reported": outward(*row["reported"].values())}
        for forces, nation in nations.items()
        for row in nation["years"]
    )


def force_rows(found: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the bounds of forces in words, or that no rate was published."""
    return pd.DataFrame(
        {"force": row["force"], "rate": "none published"}
        if "why" in row
        else {
            "force": row["force"],
            "rate": row["rate"],
            "of": row["window"],
            "recorded": number(row["recorded"], decimals=0),
            "unrecorded": outward(*row["unrecorded"].values()),
            "worst_case": outward(*row["worst_case"].values()),
            "at_least": f"{floor(100 * row['recorded_at_least'])} %",
            "printed": row["printed_unrecorded"] or "none",
        }
        for row in found
    )


def force_sentences(found: dict[str, Any]) -> list[str]:
    """Say what a force's published rate implies for child sexual offences, or that it has none.

    Examples
    --------
    >>> force_sentences(trend.force_unrecorded("Kent"))[0][:48]
    'No recording rate of sexual offences was publish'
    """
    if "why" in found:
        return [found["why"]]
    row = force_rows([found]).iloc[0]
    return [
        f"HMICFRS found that {row['force']} recorded {row['rate']} % of the sexual offences "
        f"reported to it ({row['of']}).",
        f"If child sexual offences were recorded at that rate, {row['unrecorded']} were reported "
        f"and not recorded, beside {row['recorded']} recorded (printed, for all sexual offences: "
        f"{row['printed']}).",
        f"Without that assumption: {row['worst_case']}, so at least {row['at_least']} of them were "
        "recorded. The rate is of all sexual offences; no rate of those against children was "
        "published.",
    ]


def input_rows(found: Trend) -> pd.DataFrame:
    """Return the published rates and numbers behind a trend, with their sources."""
    columns = ["input", "printed", "low", "high", "period", "source", "read", "remark"]
    return pd.DataFrame(found.inputs())[columns].fillna("–")


def trend_text(found: Trend) -> str:
    """Return the sentences, then the tables behind them, as `replicate trend` prints them."""
    tables = {
        "Reports, last year on first": results(found),
        "Sexual offences recorded, and reported by the rates": nation_rows(found),
        "Child offences left unrecorded (eleven codes), at the group's rate and at worst": (
            force_rows(found.forces())
        ),
        "If child offences went unrecorded k times as often as others (no bound)": by_k(found),
        "One choice at a time made otherwise": found.robustness.round(3),
    }
    shown = [f"{title}\n{rows.to_string(index=False, na_rep='')}" for title, rows in tables.items()]
    sources = f"Release {found.release}. Published rates and their sources: `--json`, under inputs."
    return "\n\n".join([*trend_sentences(found), mix_sentence(found), sources, *shown])


def chain_sentence(steps: pd.DataFrame) -> str:
    """Say how far the first chain comes, as `derivations.under_reporting.steps` gives it."""
    rows = steps[steps["chain"] == steps["chain"].iloc[0]]
    said = [
        f"{share.replace('no published input', 'an unpublished share')} {step}"
        for share, step in zip(_spans(rows), rows["up_to"], strict=True)
    ]
    return (
        f"Of {rows['of'].iloc[0]} ({rows['chain'].iloc[0].lower()}): {'; '.join(said)}. Later "
        "steps were measured on others, and assumptions join them."
    )


def lists_sentence(found: "Study") -> str:
    """Say how far the choice of a model moves an estimate from lists, and how far seeds move it."""
    lists, of = found.chosen.table, [one.interval for one in found.drawn]
    lowest, highest = (
        _range_of(pd.Series([getattr(each, end) for each in of]), "–") for end in ("lower", "upper")
    )
    return (
        f"{number(lists.n_observed)} people on {len(lists.lists)} lists become "
        f"{_range_of(found.models['estimate'])} in all, by the choice of a model alone. The "
        f"{of[0].method} interval of the model chosen runs from {lowest} to {highest} (seeds "
        f"tried: {len(of)}; resamples: {number(found.chosen.as_dict()['resamples'])})."
    )


def totals_sentence() -> str:
    """Say what the totals published for Rotherham leave open without their overlap."""
    counts = [find_claim(name).number or 0 for name in ROTHERHAM]
    return (
        f"For Rotherham totals of {', '.join(map(number, counts))} children were published, of "
        "which the last three are stages of one exercise; how many children are on two of them was "
        "not. Without overlap no estimate can be made: if every count is right, "
        f"{number(max(counts))} or more, without upper limit."
    )


def _spans(frame: pd.DataFrame) -> list[str]:
    """Write shares as ranges, or what there is instead."""
    ends = zip(frame["lower"], frame["upper"], frame["kind"], strict=True)
    return [kind if low != low else span(low, high, "%") for low, high, kind in ends]


def steps_table(parameters: UnderReporting) -> Table:
    """Show how much comes through each step of the chains asked for.

    Raises
    ------
    InputError
        When a chain of the reader's own doesn't compose: a link is on other people, or in another
        unit, and nothing bridges it.
    """
    from replicate.derivations.under_reporting import steps  # scipy, for chains alone

    rows = steps(parameters)
    said = ["chain", "up_to", "share", "asked", "of", "kind", "assumed"]
    return table(
        rows.assign(share=_spans(rows))[said],
        caption="Reporting chains, step by step",
        name="steps",
        notes=[NOTE],
    )


def links_rows(links: pd.DataFrame) -> pd.DataFrame:
    """Return `derivations.under_reporting.links_listed` for a table.

    A link has the published share, or the kind of what there is.
    """
    published = links["published"].map(lambda share: number(share, "%"), na_action="ignore")
    said = links.assign(published=published.fillna(links["kind"]), ends=_spans(links))
    return said.drop(columns=["lower", "upper", "kind"])


def list_models(found: "Study", *, name: str = "models") -> Figure:
    """Draw how many people there are in all by every way of choosing a model."""
    rows = found.models.rename(columns={"chosen_by": "name", "estimate": "value"})
    ends = {"lower": rows["value"].min(), "upper": rows["value"].max()}
    last = {"name": "The choice of a model alone", "kind": "range of models", **ends}
    drawn = pd.concat([rows.assign(kind="sampling interval"), pd.DataFrame([last])])
    lines = {"published": found.published} if found.published else {}
    return figure(
        rows_plot(drawn, kind="intervals", label="People in all, by model", lines=lines),
        data=found.models,
        name=name,
        title=f"By the choice of a model alone, one table gives {_range_of(rows['value'])} people",
        subtitle=_lists_counted(found),
        source=_lists_source(found),
        note="Intervals take their model as known. Models that the table hardly tells apart differ "
        "by more than any of them says, so no row stands alone.",
    )


def list_resamples(found: "Study", *, name: str = "resamples") -> Figure | Prose:
    """Draw the estimates of the resamples, or say that there are none."""
    if found.chosen.resampled is None:
        return prose("No resamples were asked for, so there is no bootstrap interval.")
    values = pd.Series(found.chosen.resampled.estimates, name="estimate").dropna()
    lines = {one.method: (one.lower, one.upper) for one in found.chosen.intervals}
    return figure(
        histogram_plot(values.tolist(), label="People in all", lines=lines),
        data=values.to_frame(),
        name=name,
        title=f"Half of the resamples give {_range_of(values.quantile([0.25, 0.75]))} people",
        subtitle=_lists_counted(found),
        source=_lists_source(found),
    )


def _lists_counted(found: "Study") -> str:
    held = found.chosen.table
    title = found.example["title"] if found.example else f"{len(held.lists)} lists of your own"
    return f"People in all; {title}; {number(held.n_observed)} observed"


def _lists_source(found: "Study") -> str:
    if found.example is None:
        return "your file of lists"
    return f"{found.example['source']}. Criticism: {found.example['criticism']}"


def _range_of(values: "pd.Series[float]", to: str = " to ") -> str:
    return to.join(number(end, decimals=0) for end in (values.min(), values.max()))
