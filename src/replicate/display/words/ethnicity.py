"""Words beside the ethnicity of suspects: no share without what is missing and what that leaves open."""

from math import isnan
from typing import TYPE_CHECKING

from replicate.display.words.counts import counted
from replicate.vocabulary.numbers import number

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from replicate.vocabulary.parameters import RecordingRates

_PERCENT = "\N{NO-BREAK SPACE}%"


def completeness_title(frame: "DataFrame") -> str:
    """Return the message of a table of completeness: how much the sources leave missing."""
    return f"Published sources leave ethnicity missing for {_span(frame['lower'].min(), frame['upper'].max(), 0)} of suspects"


def completeness_rows(frame: "DataFrame") -> "DataFrame":
    """Return completeness as a table shows it: claim, report, population, period, published, missing."""
    missing = [
        _span(lower, upper) for lower, upper in zip(frame["lower"], frame["upper"], strict=True)
    ]
    place = frame["population"] + ", " + frame["geography"]
    return frame.assign(population=place, missing=missing)[
        ["claim", "report", "population", "period", "published", "missing"]
    ]


def bounds_rows(frame: "DataFrame") -> "DataFrame":
    """Return shares as `display.bounds_plot` takes them: name, group, lower, upper, reason."""
    named = [_named(row) for _, row in frame.iterrows()]
    return frame.assign(name=named, group=[_heading(row) for _, row in frame.iterrows()])[
        ["name", "group", "lower", "upper", "reason"]
    ]


def share_rows(frame: "DataFrame") -> "DataFrame":
    """Return shares as a table shows them, each with what is missing and its bounds.

    Returns
    -------
    pandas.DataFrame
        claim, group, population, published, missing, bounds, attribution.
    """
    words = [
        {
            "claim": row["claim"],
            "group": row["group"],
            "population": _population(row),
            "published": f"{row['published']} {_of(row)}",
            "missing": "not published"
            if isnan(row["lower"])
            else f"{_span(row['missing_lower'], row['missing_upper'])} missing",
            "bounds": row["reason"]
            if isnan(row["lower"])
            else f"could be {_span(row['lower'], row['upper'])}",
            "attribution": row["attribution"],
        }
        for _, row in frame.iterrows()
    ]
    return type(frame)(words)


def bounds_title(frame: "DataFrame") -> str:
    """Return the message of bounds: how many shares have none, and how wide those of the others are."""
    bounded = frame.dropna(subset="lower")
    without = f"{counted(len(frame) - len(bounded), 'published share', 'published shares')} cannot be bounded"
    if bounded.empty:
        return without
    widths = 100 * (bounded["upper"] - bounded["lower"])
    span = " to ".join(
        dict.fromkeys(number(width, decimals=0) for width in (widths.min(), widths.max()))
    )
    return f"{without}; the bounds of the other {number(len(bounded))} are {span} percentage points wide"


def bounds_alt(frame: "DataFrame") -> str:
    """Say the bounds of every share that has them, and which have none."""
    bounded, bare = frame.dropna(subset="lower"), frame[frame["lower"].isna()]
    said = [
        f"{row['claim']}, {row['group']}: {_span(row['lower'], row['upper'])} "
        f"with {_span(row['missing_lower'], row['missing_upper'])} missing"
        for _, row in bounded.iterrows()
    ]
    without = f"No bounds for {', '.join(f'{claim} ({group})' for claim, group in zip(bare['claim'], bare['group'], strict=True))}"
    return (
        f"Ranges with nothing inside them. {'. '.join([*said, *([without] if len(bare) else [])])}."
    )


def odds_title(frame: "DataFrame", parameters: "RecordingRates") -> str:
    """Return the message of a curve of odds ratios: how far the range that is assumed moves a share."""
    low, high = (number(ratio) for ratio in parameters.odds_ratios)
    ends = frame.groupby("name").agg({"lower": "min", "upper": "max"})
    widest = number(100 * float((ends["upper"] - ends["lower"]).max()), decimals=1)
    return f"Odds ratios of being recorded from {low} to {high} leave a share open by up to {widest} percentage points"


def odds_alt(frame: "DataFrame", shares: "DataFrame") -> str:
    """Say what each group's share is at the lowest odds ratio and at the highest, what is missing, and the worst case."""
    low, high = frame["odds_ratio"].min(), frame["odds_ratio"].max()
    said = [
        f"{name}: {_at(rows, low)} at {number(low)}, {_at(rows, high)} at {number(high)}"
        for name, rows in frame.groupby("name", sort=False)
    ]
    start = "A band for each group over the odds ratio that is assumed, on a logarithmic scale."
    return f"{start} {'. '.join(said)}. {_worst(frame, shares)}"


def odds_note(frame: "DataFrame", shares: "DataFrame") -> str:
    """Say what is missing, what the worst case is, and that the curves are not one scenario."""
    return (
        f"{_worst(frame, shares)} Each curve compares one group with everyone else, so the curves at one odds ratio are not one scenario. "
        "Nothing published says what any odds ratio is."
    )


def ordering_title(frame: "DataFrame") -> str:
    """Return the message of a table of orders: for how many pairs recording is complete enough."""
    pairs, enough = len(frame), int(frame["enough"].eq("yes").sum())
    return f"Recording is complete enough to order {number(enough) if enough else 'none'} of {counted(pairs, 'pair', 'pairs')} of groups"


def ordering_rows(frame: "DataFrame") -> "DataFrame":
    """Return orders as a table shows them: pair, claims, population, needed, recorded, enough."""
    words = [
        {
            "pair": row["pair"],
            "claims": row["claims"],
            "population": f"{row['population']}, {row['period']}",
            "needed": row["reason"]
            if isnan(row["needed_lower"])
            else f"above {_span(row['needed_lower'], row['needed_upper'])}",
            "recorded": _recorded(row),
            "enough": row["enough"],
        }
        for _, row in frame.iterrows()
    ]
    return type(frame)(words)


def denominators_title(frame: "DataFrame") -> str:
    """Return the message of the census shares: whose they are."""
    city = frame["city"].round().eq(frame["quoted"]).all()
    county = frame["county"].round().eq(frame["quoted"]).all()
    if city and not county:
        return "The shares of residents quoted for Greater Manchester are those of the City of Manchester"
    return f"The shares of residents quoted for Greater Manchester are {'those of the county' if county else 'not those of the city either'}"


def _recorded(row: "Series") -> str:
    """Say the share recorded with the share missing, and that the bounds then overlap or not."""
    if isnan(row["recorded_lower"]):
        return "what is missing is not published, so the shares cannot be bounded"
    apart = {"yes": "the bounds do not overlap", "no": "the bounds overlap"}.get(
        row["enough"], "the bounds may overlap"
    )
    missing = _span(1 - row["recorded_upper"], 1 - row["recorded_lower"])
    return f"{_span(row['recorded_lower'], row['recorded_upper'])} ({missing} missing): {apart}"


def _named(row: "Series") -> str:
    return f"{row['group']}: {row['published']} {_of(row)}"


def _of(row: "Series") -> str:
    return f"of {'those known' if row['of'] == 'known' else 'all'}" if row["of"] else "as published"


def _heading(row: "Series") -> str:
    missing = (
        "missing share not published"
        if isnan(row["lower"])
        else f"missing for {_span(row['missing_lower'], row['missing_upper'])}"
    )
    return f"{_population(row)}: {missing}"


def _population(row: "Series") -> str:
    text = f"{row['population']}, {row['geography']}, {row['period']}"
    return text[:1].upper() + text[1:]


def _worst(frame: "DataFrame", shares: "DataFrame") -> str:
    rows = shares[shares["claim"].isin(frame["claim"])]
    said = "; ".join(
        f"{row['group']} {_span(row['lower'], row['upper'])}" for _, row in rows.iterrows()
    )
    missing = _span(rows["missing_lower"].min(), rows["missing_upper"].max())
    return f"Ethnicity is missing for {missing} of these suspects; whatever the missing are, the shares of all could be: {said}."


def _at(rows: "DataFrame", odds: float) -> str:
    row = rows[rows["odds_ratio"] == odds].iloc[0]
    return _span(row["lower"], row["upper"])


def _span(lower: float, upper: float, decimals: int = 1) -> str:
    """Write a range of shares in percent."""
    return f"{number(100 * lower, decimals=decimals)} to {number(100 * upper, decimals=decimals)}{_PERCENT}"
