"""Verdicts for readers: the cards and main points of the first page, the list, a page a claim."""

import hashlib
import json
import re
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import inf, nan
from typing import Any

import pandas as pd
from markupsafe import Markup

from replicate.derivations.verification import Verification, by_release
from replicate.display.figure import Figure, document, figure
from replicate.display.rows import rows_plot
from replicate.ledger import Claim, Verdict
from replicate.ledger.terms import Seen
from replicate.publication.page import Shown, as_words, shortened
from replicate.vocabulary.files import shipped_yaml
from replicate.vocabulary.numbers import gap, interval, span
from replicate.vocabulary.uncertainty import RoundingRange

COLUMNS = (
    *("id", "report", "basis", "seen", "statement", "published", "unit", "computed"),
    *("difference", "verdict", "reason", "headline", "attribution", "missing"),
)
"""The columns of the file of all verdicts: keys of `replicate verify --json`."""

PER_PAGE = 40
"""Claims on a page of the list."""

MOST_DRAWN = 30
"""Figures on the chart of the first page."""


def as_csv(results: Iterable[Verification]) -> str:
    """Return all verdicts as CSV, a row a claim."""
    frame = pd.DataFrame([result.as_json() for result in results], columns=[*COLUMNS], dtype=object)
    return frame.to_csv(index=False, lineterminator="\n")


# A verdict in words.


def headline(result: Verification) -> str:
    """Return a claim as a person would say it: the figure and what it counts.

    A share by ethnicity is never said without what is missing, for which a heading has no room.
    """
    claim = result.claim
    if result.missing or not claim.has_figure:
        return claim.statement
    percent = claim.unit == "percent"
    figure = claim.figure if percent else claim.published
    return f"{figure[:1].upper()}{figure[1:]}: {claim.statement}"


def difference(result: Verification) -> str:
    """Say how far our figure lies from the published one; empty where that can't be said."""
    found = result.comparison
    if found.difference is None:
        return ""
    return gap(found.difference, found.relative, result.claim.unit) if found.difference else "none"


def where_read(claim: Claim) -> str:
    """Say where a figure was read: in its report, or who quotes it."""
    said = claim.attribution
    if claim.seen in (Seen.SECONDARY, Seen.START):
        return f"Second-hand: not seen in the report itself; {said}"
    return said[:1].upper() + said[1:]


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = shipped_yaml("publication", "words.yaml")
    return words


def placebo_meaning() -> str:
    """Return what a made-up figure is."""
    return str(_words()["placebo"])


def _subject(result: Verification) -> str:
    """Return what a claim is about, as `words.yaml` calls it."""
    if result.verdict is Verdict.NOT_A_STATISTIC:
        return "text"
    if result.derivation is None:
        return "unsettled"
    return str(_words()["kinds"].get(result.derivation.kind, "published"))


def quotable(result: Verification) -> str:
    """Return lines that can be quoted: figure, who gives it, ours, the verdict, its caveat."""
    claim, gap = result.claim, difference(result)
    published = f": {claim.figure}" if claim.has_figure else ""
    said = (
        f"{claim.statement}{published} ({claim.attribution})",
        f"Our figure: {result.ours}",
        f"Difference: {gap}" if gap else "",
        f"Verdict: {result.verdict.label}",
        _words()["caveats"][_subject(result)],
        result.missing,
        releases_apart(result),
    )
    return f"{'. '.join(part.rstrip('.') for part in said if part)}."


def releases_apart(result: Verification) -> str:
    """Name the verdict in each release by itself, where one is not the verdict over all."""
    settled = {name: one.verdict for name, one in by_release(result.claim.id).items() if one}
    if set(settled.values()) <= {result.verdict}:
        return ""
    told = "; ".join(f"{name}: “{verdict.label}”" for name, verdict in settled.items())
    return (
        f"The verdict depends on the release of recorded crime: “{result.verdict.label}” over all, "
        f"but by one release alone, {told}."
    )


def one_in(percent: float) -> str:
    """Say a share as people do; from ten on to the nearest five.

    Examples
    --------
    >>> one_in(19.5), one_in(5.2), one_in(50)
    ('1 in 5', '1 in 20', '1 in 2')
    """
    each = 100 / percent
    return f"1 in {round(each) if each < 10 else 5 * round(each / 5)}"


def words_of(result: Verification) -> str:
    """Return what a claim is found by, beside its figure and statement: verdict, place, shares."""
    claim, said = result.claim, result.claim.statement
    unrecorded = bool(re.search(r"not? record|unrecord|fail\w* to record", said))
    words = [result.verdict.label, result.published, result.ours, claim.report, claim.geography]
    words += [claim.period, *(["unrecorded"] if unrecorded else [])]
    if claim.unit == "percent" and claim.number is not None and not result.missing:
        rest = [100 - claim.number] if "recorded" in said and not unrecorded else []
        words += [one_in(share) for share in (claim.number, *rest) if 0 < share <= 50]
    return "; ".join(filter(None, words))


# What the verdicts come to.

_GROUPS = {
    "headline": "Figures of the audit and of HMICFRS that can be checked against data",
    "data": "Figures of other publications that can be checked against data",
    "arithmetic": "Arithmetic on published figures",
    "text": "Statements that are not figures from data",
    "shows": "Claims with several figures, each counted as one of its parts",
}


def tally(results: Iterable[Verification]) -> dict[Verdict, int]:
    """Count claims by verdict; verdicts that none has are left out."""
    counts = Counter(result.verdict for result in results)
    return {verdict: counts[verdict] for verdict in Verdict if counts[verdict]}


Group = tuple[str, list[Verification]]
"""A title, and the claims under it."""


def groups(results: Iterable[Verification]) -> list[Group]:
    """Part the claims: headline figures, others by what could settle them, repeats."""
    parts: dict[str, list[Verification]] = {name: [] for name in _GROUPS}
    for result in results:
        claim = result.claim
        usual = "headline" if claim.is_headline else claim.basis.value
        parts["shows" if claim.shows else usual].append(result)
    return [(_GROUPS[name], part) for name, part in parts.items() if part]


def summary(group: Group) -> str:
    """Say how many claims of a group have which verdict."""
    title, results = group
    counts = "; ".join(f"{verdict.label}: {count}" for verdict, count in tally(results).items())
    return f"{title}: {len(results)}. {counts}."


def listed(results: Sequence[Verification]) -> dict[str, list[Verification]]:
    """Part the claims into the pages of the list, by file; those of the headline come first."""
    ordered = [result for _, group in groups(results) for result in group]
    pages = [ordered[start : start + PER_PAGE] for start in range(0, len(ordered), PER_PAGE)]
    return {f"page-{at}.html" if at > 1 else "index.html": page for at, page in enumerate(pages, 1)}


@dataclass(frozen=True)
class Card:
    """What the first page leads with."""

    heading: str
    verdicts: dict[Verdict, int]
    text: str
    link: str


def cards(results: Sequence[Verification]) -> list[Card]:
    """Return the cards of the first page whose claims there are."""
    made = []
    for told in shipped_yaml("publication", "cards.yaml"):
        found = [result for result in results if _is_of(result, told)]
        if found and len(found) >= len(told.get("claims", [])):
            known = {
                "claims": [one.claim for one in found],
                "ours": [one.ours for one in found],
                "difference": [difference(one) or "none" for one in found],
                "read": [where_read(one.claim).partition("; ")[0] for one in found],
                "left_out": [one_in(100 - (one.claim.number or 0)) for one in found],
                "places": len({one.claim.geography for one in found}),
                "matching": sum(one.verdict.label.startswith("Matches") for one in found),
                "all": len(found),
            }
            heading, text = (told[name].format_map(known) for name in ("heading", "text"))
            made.append(Card(heading, tally(found), text, f"claims/{found[0].claim.id}.html"))
    return made


def _is_of(result: Verification, told: Mapping[str, Any]) -> bool:
    if "claims" in told:
        return result.claim.id in told["claims"]
    if result.derivation is None or not result.claim.is_headline:
        return False
    held = {"kind": result.derivation.kind, **result.derivation.arguments()}
    return told["derivation"].items() <= held.items() and all(map(held.get, told["given"]))


def verdicts_drawn(results: Iterable[Verification]) -> Figure | None:
    """Draw the headline figures that we recomputed, as percentages of the published ones."""
    rows = [
        (result.claim.number, _as_percentage(result, result.computed.value, result.claim.number))
        for result in results
        if result.claim.is_headline
        and result.computed
        and result.computed.value
        and result.claim.number
    ]
    if not rows:
        return None
    largest = sorted(rows, key=lambda row: -row[0])[:MOST_DRAWN]
    frame = pd.DataFrame([row for _, row in largest]).sort_values("value", ignore_index=True)
    lowest, highest = (f"{frame['value'].agg(end):.1f}" for end in ("min", "max"))
    return figure(
        rows_plot(frame, kind="verdicts", label="Our figure as a percentage of the published one"),
        title=f"Our figures are {lowest} % to {highest} % of the published ones",
        subtitle=f"The {len(frame)} largest of {len(rows)} figures of the audit and of HMICFRS "
        "that we recomputed from published tables; 100 is equal",
        source="the page of each figure, which names its sources",
        data=frame,
        name="verdicts",
        png=True,
    )


def _as_percentage(result: Verification, ours: float, published: float) -> dict[str, Any]:
    claim, known = result.claim, result.computed and result.computed.uncertainty
    lower, upper = (100 * end / published for end in _ends(known))
    place = "" if claim.geography == "England and Wales" else f"{claim.geography} "
    name = shortened(f"{claim.id} {place}{claim.published}", 40)
    value = 100 * ours / published
    return {"name": name, "value": value, "lower": lower, "upper": upper, "mark": result.verdict}


# A claim's page: its words, its numbers, its chart.

PUBLISHED, COMPUTED = "Published", "Our figure"
REVISED = "Published, as revision could have moved it since"


def places(pages: Mapping[str, tuple[str, Iterable[Shown]]]) -> dict[str, dict[str, str]]:
    """Find every claim that pages show: claim → address → what it is, verdict boxes first.

    Parameters
    ----------
    pages
        File → title and what it shows.
    """
    found: dict[str, dict[str, str]] = {}
    parts = [(file, title, one) for file, (title, shown) in pages.items() for one in shown]
    for file, title, one in sorted(parts, key=lambda part: part[2].kind != "verdict"):
        words = "the verdict" if one.kind == "verdict" else one.bundle["title"]
        for claim in one.bundle["claims"]:
            found.setdefault(claim, {})[f"{file}#{one.anchor}"] = f"{title}: {words}"
    return found


@dataclass
class Charts:
    """Charts of claims by a hash of what they show: those kept from before, and those used now."""

    kept: Mapping[str, dict[str, str]] = field(default_factory=dict)
    used: dict[str, dict[str, str]] = field(default_factory=dict)


def claim_page(result: Verification, charts: Charts) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what a claim's page is made of, and the files beside it by name."""
    frame, name = numbers(result), result.claim.id
    files = {f"{name}.csv": frame.to_csv(index=False, lineterminator="\n").encode()}
    tables = result.tables()
    drawn = chart(result, frame, tables, charts)
    if drawn:
        files[f"{name}.svg"] = drawn["svg"].encode()
        files[f"{name}.png"] = b64decode(drawn["png"])
    given = result.derivation.arguments() if result.derivation else {}
    view = {
        "result": result,
        "tables": tables,
        "arguments": {name: as_words(repr(value)) for name, value in given.items() if value},
        "claim": result.claim,
        "sentence": quotable(result),
        "figure": drawn and Markup(drawn["html"]),  # noqa: S704 - display.figure escapes
        "share": drawn and f"claims/{name}.png",
        "not_shown": _words()["not_shown"][_subject(result)],
        "reasons": _reasons(result),
        "uncertainty": _uncertainty(result),
        "apart": releases_apart(result),
        "releases": by_release(name),
        "downloads": list(files),
    }
    return view, files


def _reasons(result: Verification) -> list[str]:
    """Return why the verdict is what it is, a sentence a bullet, what is most general first."""
    reason, context = result.comparison.reason, result.computed and result.computed.context
    told = [part for part in re.split(r"(?<=[.;])\s+(?=[A-Z])", reason) if part]
    told += [context] if context and context not in reason else []
    return told + ([placebo_meaning()] if "made-up" in reason else [])


def _uncertainty(result: Verification) -> str:
    found, unit = result.computed, result.claim.unit
    if found is None or found.is_empty:
        return ""
    if found.uncertainty is None:
        return "No sampling error: this is a full count"
    if isinstance(found.uncertainty, RoundingRange):
        return f"Rounding: {span(found.uncertainty.lower, found.uncertainty.upper, unit)}"
    return interval(None, found.uncertainty, unit)


def numbers(result: Verification) -> pd.DataFrame:
    """Return what was published and what was computed: what, value, lower, upper, kind, unit.

    The ends of the published figure are the values that print as it, and, where revisions of such
    figures are known, those that it could have become since.
    """
    claim, found = result.claim, result.computed
    printed = _ends(claim.range() if claim.has_figure else None)
    rows = [(PUBLISHED, claim.number, *printed, "rounding" if claim.has_figure else "none")]
    if found and found.revision:
        moved = [end * (1 + part) for end in printed for part in _ends(found.revision)]
        rows.append((REVISED, None, min(moved), max(moved), "revision"))
    if found and not found.is_empty:
        kind = found.uncertainty.kind if found.uncertainty else "none"
        rows.append((COMPUTED, found.value, *_ends(found.uncertainty), kind))
    alone = {
        name: one.computed.value
        for name, one in by_release(claim.id).items()
        if one and one.computed and one.computed.value is not None
    }
    if len(alone) > 1:
        rows += [
            (f"Our figure by release {name} alone", value, nan, nan, "none")
            for name, value in alone.items()
        ]
    frame = pd.DataFrame(rows, columns=["what", "value", "lower", "upper", "kind"])
    frame = frame.astype(dict.fromkeys(("value", "lower", "upper"), float))
    return frame.replace([inf, -inf], nan).assign(unit=claim.unit or "none")


def _ends(found: Any) -> tuple[float, float]:
    return (found.lower, found.upper) if found else (nan, nan)


def chart(
    result: Verification, frame: pd.DataFrame, tables: Iterable[Mapping[str, Any]], charts: Charts
) -> dict[str, str] | None:
    """Draw the published figure beside ours, unless it is kept: HTML, SVG, and PNG in base64.

    There is none where either figure is missing, or is a weekday.
    """
    claim = result.claim
    if COMPUTED not in set(frame["what"]) or not claim.has_figure or claim.unit == "weekday":
        return None
    first, *more = dict.fromkeys(
        f"{table['publisher']}, {table['publication']}, released {table['released']}"
        for table in tables
    ) or ["published figures of the ledger"]
    words = {
        "title": f"Published {claim.figure}, our figure {result.ours}: {result.verdict.label}",
        "subtitle": f"{claim.statement}; {claim.geography or 'place not stated'}",
        "source": f"{first}; and {len(more)} more, listed below" if more else first,
        "name": claim.id.lower(),
    }
    key = hashlib.sha256(json.dumps([words, frame.to_csv()]).encode()).hexdigest()
    charts.used[key] = charts.kept.get(key) or _drawn(frame, str(claim.unit).capitalize(), words)
    return charts.used[key]


def _drawn(frame: pd.DataFrame, label: str, words: Mapping[str, str]) -> dict[str, str]:
    whose = frame["what"].map({PUBLISHED: "published", REVISED: "published"}).fillna("computed")
    plot = rows_plot(frame.assign(mark=whose), kind="comparison", y="what", label=label)
    made = figure(plot, data=frame, png=True, **words)
    svg, png = document(made.svg, made.bundle), b64encode(made.png or b"").decode()
    return {"html": made.html, "svg": svg, "png": png}
