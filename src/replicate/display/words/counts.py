"""Words beside counts: titles, subtitles, and what a figure shows for those who cannot see it."""

from typing import TYPE_CHECKING

from replicate.display.labels import area_name
from replicate.ledger.comparison import NEAR
from replicate.vocabulary.numbers import number, percent

if TYPE_CHECKING:
    from pandas import DataFrame

    from replicate.derivations.offence_counts import Asked, Examination
    from replicate.derivations.verification import Verification
    from replicate.vocabulary.parameters import OffenceCounts

FEW = 100
"""Below so many offences a ratio of two years is not a message: by chance alone it could be a quarter more or less.

Settled after the title of an area with a handful of offences had been seen.
"""

IMAGES = "images"
"""The kind of code 86, which is outside the group of sexual offences and rose the most."""

TERRITORIES = {
    "all": "England and Wales, with British Transport Police",
    "without_btp": "England and Wales, without British Transport Police",
}


def choices() -> dict[str, str]:
    """Return what to print for a choice of a specification, where that is not its name."""
    from replicate.vocabulary.definitions import definitions

    titles = {name: definition.title for name, definition in definitions().items()}
    return titles | {
        "all": "with British Transport Police",
        "without_btp": "without British Transport Police",
        "vintage": "release",
    }


def answer(result: "Verification") -> str:
    """Say how the count compares with the published figure: the verdict, both numbers, the gap."""
    compared, unit = result.comparison, result.claim.unit
    if not compared.difference:
        away = "the same"
    else:
        share = "" if compared.relative is None else f" ({abs(compared.relative):.2g} %)"
        side = "more" if compared.difference > 0 else "fewer"
        away = f"which is {number(abs(compared.difference))} {side}{share}"
    published = f"the published {number(result.claim.number, unit)}"
    ours = number(result.computed.value if result.computed else None)
    return f"{result.verdict.label}: {published}, our count {ours}, {away}."


def chance_sentence(examined: "Examination") -> str:
    """Say how often a number that has nothing to do with the table would match."""
    computed = examined.result.computed
    odds = computed.chance if computed else None
    if odds is None:
        return "How often chance would reach the figure can't be said."
    tried = counted(len(examined.curve), "way of counting", "ways of counting")
    return (
        f"A made-up number of this size would match one of the {tried} in {percent(odds.placebo)} of "
        f"tries, one within {percent(NEAR, decimals=0)} of the figure in {percent(odds.near, decimals=0)}, "
        f"and as closely as this one in {percent(odds.as_close)}."
    )


def definitions_sentence(frame: "DataFrame", period: str) -> str:
    """Say how far counts of one period lie apart by definition."""
    low, high = (frame.loc[frame["count"].agg(end)] for end in ("idxmin", "idxmax"))
    least, most = (
        f"{number(row['count'])} ({row['title'][0].lower()}{row['title'][1:]})"
        for row in (low, high)
    )
    return f"By definition, the count for {period} runs from {least} to {most}."


def listed(parts: "list[str]") -> str:
    """Join parts of a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def subtitle(parameters: "Asked", *, period: str | None = None) -> str:
    """Return measure, place and period of a count."""
    force = getattr(parameters, "force", "")
    place = area_name(force) if force else TERRITORIES[getattr(parameters, "territory", "all")]
    return _subtitle(parameters, place, period or parameters.period)


def areas_subtitle(parameters: "OffenceCounts") -> str:
    """Return measure, place and period of counts by area, which are those of the territorial forces whatever the territory."""
    return _subtitle(parameters, "police force areas of England and Wales", parameters.period)


def _subtitle(parameters: "Asked", place: str, period: str) -> str:
    return f"Offences recorded, non-recent included: {parameters.chosen().title}; {place}; {period}"


def years(frame: "DataFrame") -> str:
    """Return the first and last year of a series, for a subtitle."""
    held = [str(year) for year in sorted(frame["year"].unique())]
    return " to ".join(dict.fromkeys([*held[:1], *held[-1:]])) or "no whole year"


def series_title(frame: "DataFrame") -> str:
    """Return the message of a series: how the last year compares with the first."""
    totals = frame.groupby("year")["count"].sum()
    if totals.empty:
        return "No calendar year is held whole"
    (first, before), (last, now) = (next(iter(totals.iloc[[place]].items())) for place in (0, -1))
    if first == last or before <= 0 or now <= 0:
        return f"{counted(now, 'offence was', 'offences were')} recorded in {last}"
    if min(before, now) < FEW:
        return f"{counted(now, 'offence was', 'offences were')} recorded in {last}, {number(before)} in {first}"
    said = f"Recorded offences in {last} were {number(float(now / before), decimals=1)} times those in {first}"
    summed = frame[frame["kind"] != IMAGES].groupby("year")["count"].sum()
    others = dict(zip(summed.index.tolist(), summed.tolist(), strict=True))
    if IMAGES in set(frame["kind"]) and others.get(first, 0) >= FEW:
        times = number(others.get(last, 0) / others[first], decimals=1)
        said += f", and {times} times without images (code 86)"
    return said


def series_alt(frame: "DataFrame") -> str:
    """Say where each line of a series begins and ends, and where it is highest."""
    held = frame.dropna(subset="count")
    said = [
        _course(str(kind), list(zip(rows["year"], rows["count"], strict=True)))
        for kind, rows in held.groupby("kind", sort=False)
    ]
    return f"Lines of recorded offences by calendar year. {'. '.join(said) or 'No calendar year is held whole'}."


def _course(kind: str, counts: list[tuple[int, int]]) -> str:
    (first, begin), (last, end), (top, most) = (
        counts[0],
        counts[-1],
        max(counts, key=lambda pair: pair[1]),
    )
    if first == last:
        return f"{kind}: {number(begin)} in {first}"
    return f"{kind}: {number(begin)} in {first}, {number(end)} in {last}, highest in {top} at {number(most)}"


def curve_title(examined: "Examination") -> str:
    """Return the message of a specification curve: how many of the specifications reach the published figure."""
    reached, tried = int(examined.curve["reaches"].sum()), len(examined.curve)
    figure = f"the published {number(examined.published)}"
    if tried == 1:
        return f"The one way of counting {'reaches' if reached else 'does not reach'} {figure}"
    return f"{number(reached) if reached else 'None'} of {number(tried)} ways of counting {'reaches' if reached == 1 else 'reach'} {figure}"


def curve_alt(examined: "Examination") -> str:
    """Say what the specification curve spans, and which specification is nearest."""
    totals, best = examined.curve["total"], examined.curve.iloc[0]
    span = f"{number(len(totals))} totals in ascending order, {number(totals.min())} to {number(totals.max())}, above their choices"
    return (
        f"{span if len(totals) > 1 else 'One total above its choices'}. "
        f"The published figure is a line at {number(examined.published)}. The nearest total is {number(best['total'])}: "
        f"{choices().get(best['definition'], best['definition'])}, {best['period']}, release {best['vintage']}."
    )


def counted(count: int, one: str, many: str) -> str:
    """Return a count and what is counted, in the singular for one."""
    return f"{number(count)} {one if count == 1 else many}"
