"""Words beside the figures and tables of notebook 03: chains of reporting, and lists that overlap."""

from typing import TYPE_CHECKING, Any

from replicate.display.numbers import number

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from replicate.derivations.under_reporting.systems import Study

STEP_UNITS = {
    "lower": "percent",
    "upper": "percent",
    "fewest": "for each one that came so far",
    "most": "for each one that came so far",
    "assumed": "assumptions",
}

LINK_UNITS = {"published": "percent", "lower": "percent", "upper": "percent"}

SIMULATED_UNITS = {
    "lower": "percent",
    "upper": "percent",
    "error_lower": "percentage points",
    "error_upper": "percentage points",
    "level": "percent",
    "draws": "draws",
}

MODEL_UNITS = {"interactions": "interactions", "estimate": "people", "lower": "people", "upper": "people"}

LINKS_NOTE = (
    "A published share is drawn with its rounding alone: its sampling error was not published, so that a short bar is not a precise figure."
)

STEPS_NOTE = (
    "Each row has its own question and population; no row is a number of children. Ranges hold rounding and what is assumed, and no "
    "sampling error, which was not published."
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
    return f"The widest published step is \u2018{step}\u2019; {none}"


def links_alt(frame: "DataFrame") -> str:
    """Say how the ranges of the links compare."""
    held = frame[frame["lower"].notna()]
    said = "; ".join(
        f"{row['name']}: {number(row['lower'])} to {number(row['upper'])} percent, a factor of {number(row['factor'])}"
        for _, row in held.iterrows()
    )
    missing = [str(name) for name in frame.loc[frame["lower"].isna(), "name"]]
    return f"Bars on a log axis, the widest first. {said}.{f' Nothing is published for: {chr(59).join(missing)}.' if missing else ''}"


def models_title(found: "Study") -> str:
    """Return the message of the models: how far apart they lie on one table."""
    low, high = (number(round(end)) for end in found.spread)
    return f"By the choice of model alone, one table gives {low} to {high} people"


def models_subtitle(found: "Study") -> str:
    """Say what is estimated, from which table."""
    table = found.example.title if found.example else f"A table of {number(len(found.table.lists))} lists"
    return f"People in all, by model; {table}; {number(found.table.n_observed)} observed"


def models_source(found: "Study") -> str:
    """Name the publication of the table, and those that criticise its use."""
    return f"{found.example.source}. Criticism: {found.example.criticism}" if found.example else "the file of lists given"


def models_alt(found: "Study") -> str:
    """Say which models give the lowest and the highest estimate, and how wide their intervals are."""
    rows = found.distinct
    low, high = (_model(row) for _, row in rows.iloc[[0, -1]].iterrows())
    return f"A bar and a dot for each of {number(len(rows))} models on a log axis, the lowest estimate first: {low}. The highest: {high}."


def _model(row: "Series[Any]") -> str:
    estimate, lower, upper = (number(row[name], decimals=0) for name in ("estimate", "lower", "upper"))
    return f"{row['chosen_by']}, {estimate} ({lower} to {upper})"
