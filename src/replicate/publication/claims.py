"""Verdicts for readers: the cards and main points of the first page, the list, a page a claim."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd
from markupsafe import Markup

from replicate.display.figure import Figure, document, figure
from replicate.display.rows import rows_plot
from replicate.display.theme import SYMBOLS
from replicate.ledger import Verdict
from replicate.publication.page import Shown, shortened
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.files import shipped_yaml
from replicate.vocabulary.numbers import digits, number, with_unit

Row = Mapping[str, Any]
COLUMNS = (
    *("id", "report", "basis", "seen", "statement", "published", "unit", "computed"),
    *("difference", "verdict", "reason", "headline", "attribution", "missing"),
)
"""What each row of verdicts says, in a file."""

DETAILS: Mapping[str, object] = {
    **dict.fromkeys(("meaning", "period", "geography", "population", "source_url"), ""),
    **dict.fromkeys(("seen_meaning", "dataset", "access_note", "description", "context"), ""),
    **dict.fromkeys(("note", "conflict_note", "shows"), ""),
    **dict.fromkeys(("value", "relative", "printed", "revised", "uncertainty", "derivation")),
    **dict.fromkeys(("tables", "conflicts", "vintages"), ()),
}
"""What a claim's page says besides, and what stands where a row does not say it."""

READ = {
    "primary": "Read in the publication itself",
    "secondary": "Second-hand: quoted by another publication, not seen in the report itself",
    "start": "Second-hand: not seen in the report itself",
    "none": "Not seen",
}
"""How close to its report a figure was read → what a reader is told."""

PER_PAGE = 40
"""Claims on a page of the list."""

MOST_DRAWN = 30
"""Figures on the chart of the first page."""


def complete(rows: Sequence[Row]) -> list[Row]:
    """Return rows that say everything a claim's page asks for.

    Raises
    ------
    RunError
        When a row lacks a column, an id stands twice, or a verdict is not in the vocabulary.
    """
    for row in rows:
        where = f"verdict of claim {row.get('id', 'without an id')}"
        if missing := [name for name in COLUMNS if name not in row]:
            raise RunError("a verdict that lacks something", where=where, expected=missing[0])
        if row["verdict"] not in set(Verdict):
            raise RunError(
                "a verdict that is not in the vocabulary",
                where=where,
                got=row["verdict"],
                expected=", ".join(Verdict),
            )
    counts = Counter(str(row["id"]) for row in rows)
    if twice := [name for name, count in counts.items() if count > 1]:
        raise RunError("two verdicts of one claim", where=f"verdict of claim {twice[0]}")
    return [{**DETAILS, "meaning": Verdict(row["verdict"]).meaning, **row} for row in rows]


def as_csv(rows: Sequence[Row]) -> str:
    """Return the verdicts as CSV, as they were given."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def written(value: object, unit: object, *, significant: int = 4) -> str | None:
    """Write a figure with its unit; words without a number stay as they are, and None stays.

    Examples
    --------
    >>> written(102878, "offences"), written(-26.6083, "percent"), written("not seen", "percent")
    ('102,878 offences', '−26.61 %', 'not seen')
    """
    named = str(unit) if unit else None
    if isinstance(value, int | float):
        return with_unit(digits(value, significant), named).replace("-", "−")
    if value is None:
        return None
    return with_unit(str(value), named) if re.search(r"\d", str(value)) else str(value)


def shown(row: Row) -> dict[str, Any]:
    """Return a row with its figures, verdict and sign as a page writes them."""
    return {
        **row,
        "published": written(row["published"], row["unit"]),
        "computed": computed(row),
        "difference": difference(row),
        "label": Verdict(row["verdict"]).label,
        "sign": SYMBOLS[row["verdict"]],
    }


def headline(row: Row) -> str:
    """Return a claim as a person would say it: the figure and what it counts.

    A share by ethnicity is never said without what is missing, for which a heading has no room.

    Examples
    --------
    >>> headline({"published": "102,878", "unit": "offences", "statement": "Offences, 2024"})
    '102,878: Offences, 2024'
    >>> headline({"published": "in words", "unit": None, "statement": "Most were recorded"})
    'Most were recorded'
    """
    if row.get("missing") or not re.search(r"\d", str(row["published"])):
        return str(row["statement"])
    unit = row["unit"] if row["unit"] == "percent" else None
    return f"{written(row['published'], unit)}: {row['statement']}"


def computed(row: Row) -> str | None:
    """Return the computed value with its unit, or its range; None where there is neither."""
    if row["computed"] is not None:
        return written(row["computed"], row["unit"])
    found = row.get("uncertainty")
    if not isinstance(found, dict):
        return None
    lower, upper = (written(found[end], row["unit"]) for end in ("lower", "upper"))
    if upper is None:
        return f"{lower} or more"
    return f"{upper} or less" if lower is None else f"{lower} to {upper}"


def difference(row: Row) -> str | None:
    """Say how far our figure lies from the published one, in number and percent.

    Examples
    --------
    >>> difference({"difference": -44.0, "relative": -0.0428, "unit": "offences"})
    '44 fewer (0.043 %)'
    >>> difference({"difference": 0.608, "relative": 2.3, "unit": "percent"})
    '0.608 percentage points higher'
    """
    gap, unit = row["difference"], row["unit"]
    if gap is None or not isinstance(gap, int | float):
        return None
    if gap == 0:
        return "none"
    if unit == "weekday":
        return "another day"
    if unit == "percent":
        return f"{digits(abs(gap), 3)} percentage points {'higher' if gap > 0 else 'lower'}"
    share = "" if row.get("relative") is None else f" ({abs(row['relative']):.2g} %)"
    return f"{digits(abs(gap), 3)} {'more' if gap > 0 else 'fewer'}{share}"


# What the verdicts come to.


@dataclass(frozen=True)
class Tally:
    """How many claims have a verdict."""

    verdict: Verdict
    count: int

    @property
    def label(self) -> str:
        """What a reader sees."""
        return self.verdict.label


@dataclass(frozen=True)
class ClaimGroup:
    """Claims that are counted together."""

    id: str
    title: str
    rows: list[Row]

    @property
    def tally(self) -> list[Tally]:
        """The claims by verdict, in the order of the vocabulary."""
        return tally(self.rows)

    @property
    def sentence(self) -> str:
        """How many have which verdict, in words."""
        counts = "; ".join(
            f"{one.count} {one.label[:1].lower()}{one.label[1:]}" for one in self.tally
        )
        return f"{self.title}: {len(self.rows)}. {counts}."


def tally(rows: Iterable[Row]) -> list[Tally]:
    """Count claims by verdict; verdicts that none has are left out."""
    counts = Counter(Verdict(row["verdict"]) for row in rows)
    return [Tally(verdict, counts[verdict]) for verdict in Verdict if counts[verdict]]


_GROUPS = {
    "headline": "Figures of the audit and of HMICFRS that can be checked against data",
    "data": "Figures of other publications that can be checked against data",
    "arithmetic": "Arithmetic on published figures",
    "text": "Statements that are not figures from data",
    "shows": "Claims with several figures, each counted as one of its parts",
}


def groups(rows: Sequence[Row]) -> list[ClaimGroup]:
    """Part the claims: the headline figures, the others by what could settle them, and repeats."""

    def of(row: Row) -> str:
        return "shows" if row["shows"] else "headline" if row["headline"] else str(row["basis"])

    parts = {name: [row for row in rows if of(row) == name] for name in _GROUPS}
    return [ClaimGroup(name, _GROUPS[name], part) for name, part in parts.items() if part]


def listed(rows: Sequence[Row]) -> list[list[dict[str, Any]]]:
    """Return the claims as a list shows them, a page at a time, those of the headline first."""
    ordered = [shown(row) for group in groups(rows) for row in group.rows]
    return [ordered[start : start + PER_PAGE] for start in range(0, len(ordered), PER_PAGE)]


@dataclass(frozen=True)
class Card:
    """What the first page leads with.

    `labels` are its verdicts, each with the code that gives it a colour.
    """

    heading: str
    labels: list[tuple[str, Verdict]]
    text: str
    link: str
    reason: str


def cards(rows: Sequence[Row]) -> list[Card]:
    """Return the cards of the first page whose claims there are."""
    known = {str(row["id"]): row for row in rows}
    made = (_CARDS[told["kind"]](told, known) for told in shipped_yaml("publication", "cards.yaml"))
    return [card for card in made if card]


def _one(told: Mapping[str, Any], known: Mapping[str, Row]) -> Card | None:
    row = known.get(told["claims"][0])
    if row is None:
        return None
    ours = f"Our count: {computed(row)}, {difference(row)}. " if row["computed"] is not None else ""
    heading = told["heading"].format(published=row["published"], period=row["period"])
    text = f"{ours}{READ[row['seen']]}."
    return Card(heading, _labels([row]), text, f"claims/{row['id']}.html", told["reason"])


def _family(told: Mapping[str, Any], known: Mapping[str, Row]) -> Card | None:
    found = [row for row in known.values() if row["headline"] and _is_of(told, row["derivation"])]
    if not found:
        return None
    heading = told["heading"].format(places=len({row["geography"] for row in found}))
    matching = [one for one in tally(found) if one.label.startswith(_MATCHES)]
    others = [one for one in tally(found) if one not in matching]
    whole = f"{sum(one.count for one in matching)} of {len(found)} match"
    labels = [(whole, matching[0].verdict)] if matching else []
    text = ", ".join(f"{one.count} {_short(one.label)}" for one in matching)
    text = "; ".join([*([text] if text else []), *(f"{one.label}: {one.count}" for one in others)])
    link = f"claims/{found[0]['id']}.html"
    return Card(heading, labels or _labels(found), f"{text}.", link, told["reason"])


def _is_of(told: Mapping[str, Any], derivation: Any) -> bool:
    held: Mapping[str, Any] = derivation or {}
    wanted = told["derivation"].items() <= held.items() if held else False
    return wanted and all(held.get(name) for name in told["given"])


_MATCHES = "Matches"


def _short(label: str) -> str:
    """Return a label as the rest of a sentence that has said what matches."""
    rest = label.removeprefix(_MATCHES).lstrip(", ")
    return rest[:1].lower() + rest[1:]


def _labels(rows: Iterable[Row]) -> list[tuple[str, Verdict]]:
    return [(one.label, one.verdict) for one in tally(rows)]


def _pair(told: Mapping[str, Any], known: Mapping[str, Row]) -> Card | None:
    if not set(told["claims"]) <= set(known):
        return None
    first, second = (known[name] for name in told["claims"])
    words = {
        f"{name}{part}": text
        for name, row in (("first", first), ("second", second))
        for part, text in (("", f"{row['published']} %"), ("_period", row["period"]))
    }
    then, now = (one_in(100 - row["value"]) for row in (first, second))
    text = f"So about {then} reported crimes went unrecorded then, and {now} now."
    link = f"claims/{second['id']}.html"
    heading = told["heading"].format_map(words)
    return Card(heading, _labels([first, second]), text, link, told["reason"])


_CARDS = {"one": _one, "family": _family, "pair": _pair}


def one_in(percent: float) -> str:
    """Say a share as people do; from ten on to the nearest five.

    Examples
    --------
    >>> one_in(19.5), one_in(5.2), one_in(50)
    ('1 in 5', '1 in 20', '1 in 2')
    """
    each = 100 / percent
    return f"1 in {round(each) if each < 10 else 5 * round(each / 5)}"


def words_of(row: Row) -> list[str]:
    """Return what a claim is found by, beside its figure and statement: figures, place, period."""
    unrecorded = re.search(r"not? record|unrecord|fail\w* to record", row["statement"])
    words = [row["published"], computed(row), row["missing"], row["report"], row["geography"]]
    words += [row["period"], "unrecorded" if unrecorded else ""]
    if row["unit"] == "percent" and isinstance(row["value"], float) and not row["missing"]:
        recorded = "recorded" in row["statement"] and not unrecorded
        shares = (row["value"], 100 - row["value"]) if recorded else (row["value"],)
        words += [one_in(share) for share in shares if 0 < share < 100]
    return [str(word) for word in words if word]


def verdicts_drawn(rows: Sequence[Row]) -> Figure | None:
    """Draw the headline figures that we recomputed, as percentages of the published ones."""
    every = [row for row in rows if row["headline"] and row["computed"] and row["value"]]
    held = sorted(every, key=lambda row: -row["value"])[:MOST_DRAWN]
    if not held:
        return None
    frame = pd.DataFrame([_as_percentage(row) for row in held])
    frame = frame.sort_values("value", ignore_index=True)
    lowest, highest = (f"{frame['value'].agg(end):.1f}" for end in ("min", "max"))
    return figure(
        rows_plot(frame, kind="verdicts", label="Our figure as a percentage of the published one"),
        title=f"Our figures are {lowest} % to {highest} % of the published ones",
        subtitle=f"The {len(frame)} largest of {len(every)} figures of the audit and of HMICFRS "
        "that we recomputed from published tables; 100 is equal",
        source="the page of each figure, which names its sources",
        alt=f"{len(frame)} rows sorted by value, from {lowest} to {highest} percent; "
        f"{groups(held)[0].sentence}",
        data=frame,
        name="verdicts",
        png=True,
    )


def _as_percentage(row: Row) -> dict[str, Any]:
    ends = row["uncertainty"] or {}
    bounds = {
        end: None if ends.get(end) is None else 100 * ends[end] / row["value"]
        for end in ("lower", "upper")
    }
    place = "" if row["geography"] == "England and Wales" else f"{row['geography']} "
    name = f"{row['id']} {place}{row['published']}"
    value = 100 * row["computed"] / row["value"]
    return {"name": shortened(name, 40), "value": value, **bounds, "mark": row["verdict"]}


# What a claim's page says in words, from the verdict and the kind of derivation.

_UNSEEN = {"in words": "", "not seen": ": the figure was not seen", "None": ""}
"""What stands after the statement where no figure was seen, or there is none."""


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = shipped_yaml("publication", "words.yaml")
    return words


def _subject(row: Row) -> str:
    """Return what a claim is about, as `words.yaml` calls it."""
    if row["verdict"] == Verdict.NOT_A_STATISTIC:
        return "text"
    derivation = row["derivation"]
    if not isinstance(derivation, dict):
        return "unsettled"
    return str(_words()["kinds"].get(derivation["kind"], "published"))


def quotable(row: Row) -> str:
    """Return one sentence that can be quoted: figure, who gives it, verdict, and its caveat."""
    published = _UNSEEN.get(str(row["published"]), f": {written(row['published'], row['unit'])}")
    given = f" ({row['attribution']})" if row["attribution"] else ""
    values = {
        "computed": computed(row) or "no single value",
        "difference": difference(row) or "another value",
    }
    verdict = _words()["verdicts"][row["verdict"]].format_map(values)
    missing = f" {row['missing']}" if row["missing"] else ""
    alone = f" {releases_apart(row)}" if releases_apart(row) else ""
    caveat = _words()["caveats"][_subject(row)]
    return f"{row['statement']}{published}{given}; {verdict}; {caveat}.{missing}{alone}"


def releases_apart(row: Row) -> str:
    """Name the verdict in each release by itself, where one is not the verdict over all."""
    settled = _settled(row)
    if all(one["verdict"] == row["verdict"] for one in settled):
        return ""
    told = "; ".join(f"{one['vintage']}: “{Verdict(one['verdict']).label}”" for one in settled)
    over_all = Verdict(row["verdict"]).label
    return (
        f"The verdict depends on the release of recorded crime: “{over_all}” over all, "
        f"but by one release alone, {told}."
    )


def by_release(row: Row) -> str:
    """Say how the verdict changes with the release, or that it does not, or that none can tell."""
    if apart := releases_apart(row):
        return f"{apart} {_words()['nearest']}"
    if len(_settled(row)) < 2:
        return (
            "Fewer than two of the releases held cover the period, so whether another would "
            "change the verdict cannot be told."
        )
    return "The verdict is the same in each release that covers the period."


def _settled(row: Row) -> list[dict[str, Any]]:
    """Return the releases that gave a verdict by themselves."""
    return [one for one in row["vintages"] if one["verdict"]]


def placebo_meaning() -> str:
    """Return what a made-up figure is."""
    return str(_words()["placebo"])


# A claim's page: its numbers, its chart, its view.

PUBLISHED, COMPUTED = "Published", "Our figure"
REVISED = "Published, as revision could have moved it since"


@dataclass(frozen=True)
class ClaimPage:
    """A claim's page: what its template is given, and the files beside it by name."""

    view: dict[str, Any]
    files: dict[str, bytes]


@dataclass(frozen=True)
class Place:
    """A part of a page that shows a claim."""

    file: str
    anchor: str
    title: str


def places(pages: Mapping[str, tuple[str, Iterable[Shown]]]) -> dict[str, list[Place]]:
    """Find every claim that the pages show: claim → places, verdict boxes first.

    Parameters
    ----------
    pages
        File → title and what it shows.
    """
    found: dict[str, list[Place]] = {}
    parts = [(file, title, one) for file, (title, shown) in pages.items() for one in shown]
    for file, title, one in sorted(parts, key=lambda part: part[2].kind != "verdict"):
        words = "the verdict" if one.kind == "verdict" else one.bundle["title"]
        for claim in one.bundle["claims"]:
            found.setdefault(claim, []).append(Place(file, one.anchor, f"{title}: {words}"))
    return found


def claim_page(row: Row, shown_at: Sequence[Place]) -> ClaimPage:
    """Make the view and the files of a claim's page."""
    frame, name = numbers(row), str(row["id"])
    files = {f"{name}.csv": frame.to_csv(index=False, lineterminator="\n").encode()}
    chart = _chart(row, frame)
    if chart:
        svg = document(chart.svg, chart.bundle).encode()
        files |= {f"{name}.svg": svg, f"{name}.png": chart.png or b""}
    reasons = _reasons(row)
    view = {
        "row": shown(row),
        "heading": headline(row),
        "description": shortened(quotable(row)),
        "sentence": quotable(row),
        "read": READ[row["seen"]],
        "figure": chart and Markup(chart.html),  # noqa: S704 - display.figure escapes
        "share": f"claims/{name}.png" if chart and row["headline"] else None,
        "not_shown": "; ".join(_words()["not_shown"][_subject(row)]),
        "reasons": reasons[:3],
        "more": reasons[3:],
        "apart": releases_apart(row),
        "by_release": by_release(row),
        "releases": [_release(one) for one in row["vintages"]],
        "facts": _facts(row),
        "derivation": _derivation(row["derivation"]),
        "places": shown_at,
        "downloads": list(files),
    }
    return ClaimPage(view, files)


def numbers(row: Row) -> pd.DataFrame:
    """Return what was published and what was computed: what, value, lower, upper, kind, unit.

    The ends of the published figure are the values that print as it, and, where revisions of such
    figures are known, those that it could have become since.
    """
    rounding = "rounding" if row["printed"] else "none"
    rows = [(PUBLISHED, row["value"], *_ends(row["printed"]), rounding)]
    if row["revised"]:
        rows.append((REVISED, None, *_ends(row["revised"]), "revision"))
    if isinstance(found := row["uncertainty"], dict):
        rows.append((COMPUTED, row["computed"], *_ends(found), found["kind"]))
    elif row["computed"] is not None:
        rows.append((COMPUTED, row["computed"], None, None, "none"))
    if len(held := [one for one in row["vintages"] if one["value"] is not None]) > 1:
        rows += [
            (f"Our figure by release {one['vintage']} alone", one["value"], None, None, "none")
            for one in held
        ]
    frame = pd.DataFrame(rows, columns=["what", "value", "lower", "upper", "kind"])
    frame = frame.astype(dict.fromkeys(("value", "lower", "upper"), float))
    return frame.assign(unit=str(row["unit"] or "none"))


def _ends(ends: Any) -> tuple[Any, Any]:
    return (ends["lower"], ends["upper"]) if isinstance(ends, dict) else (None, None)


def _chart(row: Row, frame: pd.DataFrame) -> Figure | None:
    """Draw the published figure beside ours; nothing where ours is not there, or is a weekday."""
    seen = frame[["value", "lower", "upper"]].iloc[0].notna().any()
    if COMPUTED not in set(frame["what"]) or not seen or row["unit"] == "weekday":
        return None
    label = Verdict(row["verdict"]).label
    said = f"Published {written(row['published'], row['unit'])}, our figure {computed(row)}"
    away = f", a difference of {difference(row)}" if difference(row) else ""
    first, *more = dict.fromkeys(
        f"{table['publisher']}, {table['publication']}, released {table['released']}"
        for table in row["tables"]
    ) or ["published figures of the ledger"]
    source = f"{first}; and {len(more)} more, listed below" if more else first
    whose = frame["what"].map({PUBLISHED: "published", REVISED: "published"}).fillna("computed")
    axis = str(row["unit"]).capitalize()
    drawing = rows_plot(frame.assign(mark=whose), kind="comparison", y="what", label=axis)
    return figure(
        drawing,
        title=f"{said}: {label}",
        subtitle=f"{row['statement']}; {row['geography'] or 'place not stated'}",
        alt=f"{len(frame)} rows on one axis. {said}{away}.",
        source=source,
        data=frame,
        name=str(row["id"]).lower(),
        png=True,
    )


def _reasons(row: Row) -> list[str]:
    """Return why the verdict is what it is, a sentence a bullet, what is most general first."""
    sentences = re.split(r"(?<=[.;])\s+(?=[A-Z])", str(row["reason"]))
    told = [sentence for sentence in sentences if sentence]
    if row["context"] and row["context"] not in str(row["reason"]):
        told.append(str(row["context"]))
    return told + ([placebo_meaning()] if "made-up" in str(row["reason"]) else [])


def _release(one: Row) -> dict[str, Any]:
    """Return what one release gives; one that does not cover the period has no verdict."""
    verdict = one["verdict"]
    return {
        **one,
        "label": Verdict(verdict).label if verdict else None,
        "sign": SYMBOLS[verdict] if verdict else "",
    }


def _facts(row: Row) -> list[tuple[str, object]]:
    address = Markup('<a href="{0}">{0}</a>').format(row["source_url"]) if row["source_url"] else ""
    return [
        ("Report", row["report"]),
        ("What is counted", row["population"]),
        ("Area", row["geography"]),
        ("Period", row["period"]),
        ("Data", row["dataset"]),
        ("Read at", address),
        ("Our definition", row["description"]),
        ("Uncertainty", _uncertainty(row)),
        ("What it would take", "" if computed(row) else row["access_note"]),
        ("Note", row["note"]),
    ]


def _uncertainty(row: Row) -> str:
    found = row["uncertainty"]
    if not isinstance(found, dict):
        return "No sampling error: this is a full count" if row["computed"] is not None else ""
    lower, upper = (written(found[end], row["unit"]) or "no limit" for end in ("lower", "upper"))
    level = f" at {number(100 * found['level'])} %" if "level" in found else ""
    method = f" ({found['method']})" if found.get("method") else ""
    return f"{found['kind']}{level}: {lower} to {upper}{method}"


def _derivation(given: Any) -> dict[str, Any] | None:
    """Return kind and arguments; an argument that was left empty says nothing."""
    if not given:
        return None
    told = [(name, value) for name, value in given.items() if name != "kind"]
    arguments = [(name, _text(value)) for name, value in told if value not in ([], None, {}, "")]
    return {"kind": given["kind"], "arguments": arguments}


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
