"""The numbers of a claim's page: as a table, as a file, and as a figure."""

import io
from dataclasses import dataclass
from typing import Any

import pandas as pd

from replicate.display.figure import Figure, figure
from replicate.display.plots.rows import rows_plot
from replicate.display.theme import context
from replicate.ledger import Unit, Verdict
from replicate.publication.claims.words import computed, difference
from replicate.publication.verdicts import Row
from replicate.publication.verdicts import figure as written

PUBLISHED, REVISED, COMPUTED = (
    "Published",
    "Published, as revision could have moved it since",
    "Computed",
)
COLUMNS = ("what", "value", "lower", "upper", "kind")


@dataclass(frozen=True)
class Picture:
    """A figure with the same drawing as a bitmap."""

    figure: Figure
    png: bytes


def numbers(row: Row) -> pd.DataFrame:
    """Return what was published and what was computed: what, value, lower, upper, kind, unit.

    The ends of the published figure are the values that print as it, and, where revisions of such figures are known, those that it
    could have become since. A computed value in one release alone has no range of its own.
    """
    rows = [
        (PUBLISHED, row["value"], *_ends(row["printed"]), "rounding" if row["printed"] else "none")
    ]
    if row["revised"]:
        rows.append((REVISED, None, *_ends(row["revised"]), "revision"))
    if isinstance(found := row["uncertainty"], dict):
        rows.append((COMPUTED, row["computed"], *_ends(found), found["kind"]))
    elif row["computed"] is not None:
        rows.append((COMPUTED, row["computed"], None, None, "none"))
    rows += [
        (f"Computed in release {one['vintage']} alone", one["value"], None, None, "none")
        for one in _releases(row)
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        dict.fromkeys(("value", "lower", "upper"), float)
    )
    return frame.assign(unit=str(row["unit"] or "none"))


def as_csv(frame: pd.DataFrame) -> str:
    """Return the numbers as CSV; a missing one is empty."""
    return frame.to_csv(index=False, lineterminator="\n")


def picture(row: Row, frame: pd.DataFrame, *, source: str) -> Picture | None:
    """Draw the published figure beside the computed value; none where nothing was computed, or the figure is a day of the week."""
    seen = frame[["value", "lower", "upper"]].iloc[0].notna().any()
    if COMPUTED not in set(frame["what"]) or not seen or row["unit"] == Unit.WEEKDAY:
        return None
    whose = frame["what"].map({PUBLISHED: "published", REVISED: "published"}).fillna("computed")
    label = str(row["unit"]).capitalize()
    drawing = rows_plot(frame.assign(mark=whose), kind="comparison", y="what", label=label)
    png = io.BytesIO()
    with context():
        drawing.savefig(png, format="png", dpi=120, facecolor="white", metadata={"Software": None})
    made = figure(
        drawing,
        title=_title(row),
        subtitle=f"{row['statement']}; {row['geography'] or 'place not stated'}",
        alt=_alt(row, frame),
        source=source,
        data=frame,
        name=str(row["id"]).lower(),
    )
    return Picture(made, png.getvalue())


def _title(row: Row) -> str:
    verdict = Verdict(str(row["verdict"])).words
    return f"Published {written(row['published'], row['unit'])}, computed {computed(row) or 'no value'}: {verdict}"


def _alt(row: Row, frame: pd.DataFrame) -> str:
    away = difference(row)
    said = f"Published {written(row['published'], row['unit'])}, computed {computed(row) or 'no value'}"
    releases = "; ".join(f"in release {one['vintage']} {one['computed']}" for one in _releases(row))
    return f"{len(frame)} rows on one axis. {said}{f', a difference of {away}' if away else ''}.{f' Alone {releases}.' if releases else ''}"


def _releases(row: Row) -> list[dict[str, Any]]:
    """Return the releases by themselves, where there are several that cover the period."""
    held = (
        [one for one in row["vintages"] if one["value"] is not None]
        if isinstance(row["vintages"], list)
        else []
    )
    return held if len(held) > 1 else []


def _ends(ends: Any) -> tuple[Any, Any]:
    return (ends["lower"], ends["upper"]) if isinstance(ends, dict) else (None, None)
