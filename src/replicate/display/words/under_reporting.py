"""Words beside the figures and tables of notebook 03: chains of reporting, and lists that overlap."""

from typing import TYPE_CHECKING

from replicate.vocabulary.numbers import number, span

if TYPE_CHECKING:
    from pandas import DataFrame

    from replicate.derivations.under_reporting.systems import Study

NOTHING = "no published input"

SIMULATED_UNITS = {
    "lower": "percent",
    "upper": "percent",
    "error_lower": "percentage points",
    "error_upper": "percentage points",
    "level": "percent",
    "draws": "number",
}

MODEL_UNITS = {"interactions": "number", "estimate": "people", "lower": "people", "upper": "people"}

SEEN_NOTE = "'primary': read on the publisher's own page; 'secondary': read in another publication that quotes it; 'none': seen nowhere."


def intervals_note(seen: int, listed: int) -> str:
    """Say how many published inputs came with an interval."""
    return (
        f"{number(seen)} of these {number(listed)} figures came with an interval. A range made of the "
        "others holds rounding and stated assumptions alone."
    )


LINKS_NOTE = (
    "The ends of a published share are those of its rounding alone: no sampling error of it was seen, so that a narrow range is not a "
    "precise figure."
)

STEPS_NOTE = (
    "Each row has its own question and population; no row is a number of children. Ranges hold rounding and what is assumed, and no "
    "sampling error, since none was seen."
)

MODELS_NOTE = (
    "Intervals take their model as known. Models that the table hardly tells apart differ by more than any of them says, so that no row "
    "stands alone."
)


def links_title(frame: "DataFrame") -> str:
    """Return the message of the links: which published one is widest, and how many have no published input.

    Parameters
    ----------
    frame
        The links, the widest first: name, link, lower, upper, factor.
    """
    held, missing = frame[frame["lower"].notna()], int(frame["lower"].isna().sum())
    step = str(held["name"].iloc[0]).partition(":")[0]
    none = {0: "every step has a published input", 1: "one step has no published input"}.get(
        missing, f"{number(missing)} steps have no published input"
    )
    return f"The widest published step is ‘{step}’; {none}"


def links_alt(frame: "DataFrame") -> str:
    """Say how the ranges of the links compare."""
    held = frame[frame["lower"].notna()]
    said = "; ".join(
        f"{row['name']}: {number(row['lower'])} to {number(row['upper'])} percent, a factor of {number(row['factor'])}"
        for _, row in held.iterrows()
    )
    missing = "; ".join(frame.loc[frame["lower"].isna(), "name"].astype(str))
    return f"Bars on a log axis, the widest first. {said}." + (
        f" Nothing is published for: {missing}." if missing else ""
    )


def models_subtitle(found: "Study") -> str:
    """Say what is estimated, from which table."""
    table = (
        found.example.title
        if found.example
        else f"A table of {number(len(found.table.lists))} lists"
    )
    return f"People in all, by model; {table}; {number(found.table.n_observed)} observed"


def models_source(found: "Study") -> str:
    """Name the publication of the table, and those that criticise its use."""
    return (
        f"{found.example.source}. Criticism: {found.example.criticism}"
        if found.example
        else "the file of lists given"
    )


def links_rows(listed: "DataFrame") -> "DataFrame":
    """Return the links of chains for a table: link, asked, population, unit, period, published, prints_so.

    Parameters
    ----------
    listed
        link, asked, population, unit, period, published, lower, upper (percent) and kind, which stands in where no one share is published.
    """
    said = [
        kind if share != share else number(share, "%")
        for share, kind in zip(listed["published"], listed["kind"], strict=True)
    ]
    made = listed.assign(published=said, ends=_spans(listed, "lower", "upper", "%"))
    return made[["link", "asked", "population", "unit", "period", "published", "ends"]]


def steps_rows(steps: "DataFrame") -> "DataFrame":
    """Return the steps of chains for a table: chain, up_to, share, for_each, asked, of, kind.

    Parameters
    ----------
    steps
        chain, up_to, lower, upper, fewest, most, asked, of, kind.
    """
    made = steps.assign(
        share=_spans(steps, "lower", "upper", "%"), for_each=_spans(steps, "fewest", "most", "")
    )
    return made[["chain", "up_to", "share", "for_each", "asked", "of", "kind"]]


def _spans(frame: "DataFrame", lower: str, upper: str, unit: str) -> list[str]:
    ends = zip(frame[lower], frame[upper], strict=True)
    return [NOTHING if low != low else span(low, high, unit) for low, high in ends]


def synthesis_rows(together: "DataFrame") -> "DataFrame":
    """Return the models for a table, the kind of a result behind it: model, estimates, unit, population, assumption, result, narrows."""
    said = [
        f"{result} ({kind})"
        for result, kind in zip(together["result"], together["kind"], strict=True)
    ]
    return together.assign(result=said).drop(columns="kind")
