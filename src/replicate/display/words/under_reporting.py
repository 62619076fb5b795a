"""Words of notebook 03: chains of reporting, and lists that overlap."""

from math import isinf
from typing import TYPE_CHECKING

from replicate.vocabulary.numbers import number, span

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from replicate.derivations.under_reporting import Study

NOTHING = "no published input"

LINKS_NOTE = (
    "The ends of a published share are those of its rounding: no sampling error of it was seen, so "
    "a narrow range is not a precise figure."
)

STEPS_NOTE = (
    "Each row has its own question and population; no row is a number of children. Ranges hold "
    "rounding and what is assumed, and no sampling error, since none was seen."
)

MODELS_NOTE = (
    "Intervals take their model as known. Models that the table hardly tells apart differ by more "
    "than any of them says, so no row stands alone."
)


def chain_sentence(steps: "DataFrame") -> str:
    """Say how far the first chain comes, and where it ends.

    Parameters
    ----------
    steps
        As `derivations.under_reporting.steps` gives them.
    """
    rows = steps[steps["chain"] == steps["chain"].iloc[0]]
    held, missing = rows[rows["lower"].notna()], rows[rows["lower"].isna()]
    said = "; ".join(
        f"{span(row['lower'], row['upper'], '%')} {row['up_to']}" for _, row in held.iterrows()
    )
    ends = "".join(
        f" Nothing was published for the step after: {name}." for name in missing["up_to"]
    )
    return (
        f"Of {held['of'].iloc[0]} ({rows['chain'].iloc[0].lower()}): {said}. Later steps were "
        f"measured on others, and assumptions join them.{ends}"
    )


def lists_sentence(found: "Study") -> str:
    """Say how far the choice of a model moves an estimate from lists, and how far seeds move it."""
    low, high = found.distinct["estimate"].agg(["min", "max"])
    said = (
        f"{number(found.table.n_observed)} people on {len(found.table.lists)} lists become "
        f"{_whole(low)} to {_whole(high)} in all, by the choice of a model alone."
    )
    of = found.intervals[found.intervals["method"] == found.chosen.interval.method]
    if found.chosen.resampled is None or len(of) == 1:
        return said
    least, most = (f"{_whole(of[end].min())}–{_whole(of[end].max())}" for end in ("lower", "upper"))
    return (
        f"{said} The interval of the model chosen, {found.chosen.interval.method} with "
        f"{number(len(found.chosen.resampled.estimates))} resamples, runs from {least} to {most} "
        f"over {len(of)} seeds."
    )


def links_title(frame: "DataFrame") -> str:
    """Return the message of the links: which published one is widest, and how many have no input.

    Parameters
    ----------
    frame
        The links, the widest first: name, link, lower, upper, factor.
    """
    held, missing = frame[frame["lower"].notna()], int(frame["lower"].isna().sum())
    step = str(held["name"].iloc[0]).partition(":")[0]
    without = {0: "every step has", 1: "one step has no"}.get(missing, f"{missing} steps have no")
    return f"The widest published step is ‘{step}’; {without} a published input".replace(
        "no a", "no"
    )


def links_alt(frame: "DataFrame") -> str:
    """Say how the ranges of the links compare."""
    held = frame[frame["lower"].notna()]
    said = "; ".join(
        f"{row['name']}: {span(row['lower'], row['upper'], 'percent')}, a factor of "
        f"{number(row['factor'])}"
        for _, row in held.iterrows()
    )
    missing = "; ".join(frame.loc[frame["lower"].isna(), "name"])
    none = f" Nothing is published for: {missing}." if missing else ""
    return f"Bars on a log axis, the widest first. {said}.{none}"


def steps_rows(steps: "DataFrame") -> "DataFrame":
    """Return the steps of chains for a table."""
    said = steps.assign(
        share=_spans(steps, "lower", "upper", "%"), for_each=_spans(steps, "fewest", "most", "")
    )
    return said[["chain", "up_to", "share", "for_each", "asked", "of", "kind", "assumed"]]


def links_rows(links: "DataFrame") -> "DataFrame":
    """Return the links of chains for a table: the published share, or the kind of what there is."""
    published = [
        kind if share != share else number(share, "%")
        for share, kind in zip(links["published"], links["kind"], strict=True)
    ]
    said = links.assign(published=published, ends=_spans(links, "lower", "upper", "%"))
    return said.drop(columns=["lower", "upper", "kind"])


def _spans(frame: "DataFrame", lower: str, upper: str, unit: str) -> list[str]:
    ends = zip(frame[lower], frame[upper], strict=True)
    return [NOTHING if low != low else span(low, high, unit) for low, high in ends]


def totals_sentence() -> str:
    """Say what the totals published for Rotherham leave open without their overlap."""
    from replicate.derivations.under_reporting import totals_alone

    claims, bounds = totals_alone()
    counts = ", ".join(number(claim.number or 0) for claim in claims)
    return (
        f"For Rotherham totals of {counts} children were published, of which the last three are "
        "stages of one exercise; how many children are on two of them was not. Without overlap no "
        f"estimate can be made: if every count is right, {number(bounds.lower)} or more, without "
        "upper limit."
    )


def models_title(frame: "DataFrame") -> str:
    """Return the message: how far the choice of a model alone moves the estimate."""
    low, high = frame["estimate"].agg(["min", "max"])
    return f"By the choice of a model alone, one table gives {_whole(low)} to {_whole(high)} people"


def models_alt(frame: "DataFrame", published: tuple[float, float] | None) -> str:
    """Say which models give the least and the most, and how many lie within a published range."""
    rows = frame.sort_values("estimate", kind="stable")
    low, high = (
        f"{_whole(row['estimate'])} ({_whole(row['lower'])} to {_whole(row['upper'])}), "
        f"{row['chosen_by']}"
        for _, row in rows.iloc[[0, -1]].iterrows()
    )
    drawn = f"A dot and an interval for each of {len(rows)} models. The lowest: {low}. The highest: {high}."
    if published is None:
        return drawn
    inside = int(rows["estimate"].between(*published).sum())
    return f"{drawn} Within the published range, {span(*published)}: {inside} of {len(rows)}."


def resamples_title(values: "Series[float]") -> str:
    """Return the message: how far the middle half of the resamples' estimates lie apart."""
    low, high = values.quantile([0.25, 0.75])
    return f"Half of the resamples give {_whole(low)} to {_whole(high)} people"


def resamples_alt(values: "Series[float]") -> str:
    """Say where the resamples' estimates lie."""
    ends = ", ".join(_whole(float(values.quantile(at))) for at in (0, 0.25, 0.5, 0.75, 1))
    return (
        f"A histogram of {number(len(values))} estimates, the intervals as lines. Least, quarters "
        f"and most: {ends}."
    )


def lists_subtitle(found: "Study") -> str:
    """Say what is estimated, from which table."""
    table = found.example.title if found.example else f"{len(found.table.lists)} lists of your own"
    return f"People in all; {table}; {number(found.table.n_observed)} observed"


def lists_source(found: "Study") -> str:
    """Name the publication of the table, and those that criticise its use."""
    if found.example is None:
        return "the file of lists given"
    return f"{found.example.source}. Criticism: {found.example.criticism}"


def _whole(value: float) -> str:
    return "no limit" if isinf(value) else number(float(value), decimals=0)
