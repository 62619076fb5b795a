"""The first page of a sweep's folder: every area in a list, and on a map where there are boundaries."""

import csv
import io
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import nbformat
from markupsafe import Markup

from replicate.display.figure import figure
from replicate.display.labels import area_name
from replicate.display.plots.maps import force_map
from replicate.publication.code import parameters
from replicate.publication.runs import Run, Section
from replicate.vocabulary.definitions import definitions
from replicate.vocabulary.numbers import number
from replicate.vocabulary.runs import INJECTED, PARAMETERS

if TYPE_CHECKING:
    from pandas import DataFrame

NO_RATE = "not given"
MEASURED = ("seconds", "peak_memory")
"""Columns of a sweep's table that differ from run to run: without them a site built twice is the same."""


def section_view(section: Section, boundaries: "DataFrame | None") -> dict[str, Any]:
    """Return the areas in the order of the alphabet and the map, from what each run recorded."""
    areas = [
        _area(section, run)
        for run in sorted(section.runs, key=lambda run: area_name(section.label(run)))
    ]
    results = "results.csv" if (section.folder / "results.csv").is_file() else None
    counted = _counted(section.runs[0])
    bare = [area["name"] for area in areas if area["rate"] == NO_RATE]
    return {
        "areas": areas,
        "map": _map(section, boundaries, counted),
        "results": results,
        "counted": counted,
        "bare": bare,
    }


def _counted(run: Run) -> str:
    """Say what was counted and when, from the parameters that a page ran with; empty where it has no definition or no period."""
    notebook = nbformat.read(run.path, as_version=4)  # type: ignore[no-untyped-call]
    cells = {tag: cell.source for cell in notebook.cells for tag in cell.metadata.get("tags", [])}
    given = {
        one.name: one.value
        for one in parameters(cells.get(PARAMETERS, ""), cells.get(INJECTED, ""))
    }
    if not {"definition", "period"} <= set(given):
        return ""
    found = definitions().get(given["definition"])
    return f"{found.title if found else given['definition']}; {given['period']}"


def _area(section: Section, run: Run) -> dict[str, str]:
    rate, (high, low) = (
        run.recorded("rate"),
        (run.recorded(f"rank_{end}").get("value") for end in ("highest", "lowest")),
    )
    return {
        "file": f"{run.name}.html",
        "name": area_name(section.label(run)),
        "count": number(run.recorded("count").get("value")),
        "rate": _rate(rate),
        "ranks": NO_RATE if high is None or low is None else f"{number(high)} to {number(low)}",
    }


def _rate(rate: dict[str, Any]) -> str:
    value, ends = rate.get("value"), rate.get("interval")
    if value is None or ends is None:
        return NO_RATE
    return f"{number(value, decimals=1)} ({number(ends['lower'], decimals=1)} to {number(ends['upper'], decimals=1)})"


def _map(section: Section, boundaries: "DataFrame | None", counted: str) -> Markup | None:
    """Draw the map of rates, each area a link, where every area has a page; the list beside it has the same links."""
    import pandas as pd

    rates = {section.label(run): run.recorded("rate").get("value") for run in section.runs}
    if boundaries is None or not set(boundaries["force"]) <= set(rates) or not any(rates.values()):
        return None
    ends = [run.recorded("rate").get("interval") or {} for run in section.runs]
    values = pd.DataFrame(
        {
            "force": list(rates),
            "count": [run.recorded("count").get("value") for run in section.runs],
            "rate": pd.Series(list(rates.values()), dtype=float),
            **{end: [one.get(end) for one in ends] for end in ("lower", "upper")},
        }
    )
    links = {section.label(run): f"{run.name}.html" for run in section.runs}
    held = values["rate"].dropna()
    span = f"{number(held.min(), decimals=1)} to {number(held.max(), decimals=1)}"
    drawn = figure(
        force_map(
            boundaries,
            values,
            label="Per 1,000 children a year",
            no_value="Count only",
            links=links,
        ),
        title=f"Recorded rates run from {span} per 1,000 children a year",
        subtitle=f"Offences recorded, non-recent included, by police force area of England and Wales{counted and f': {counted}'}",
        source="the pages of the areas, which name their sources",
        alt=f"A map of {number(len(values))} police force areas, shaded by whether the rate can be told from that of all together; rates run from {span}.",
        data=values,
        name="areas",
        note="Recorded in the area, including non-recent offences; not where children were harmed. Each area leads to its page.",
    )
    return Markup(drawn.html)  # noqa: S704 - display.figure escapes


def left_out(text: str, columns: Collection[str]) -> str:
    r"""Return a CSV file without some of its columns.

    Examples
    --------
    >>> left_out("run,seconds,count\nkent,2.5,3882\n", ["seconds"])
    'run,count\nkent,3882\n'
    """
    rows = csv.DictReader(io.StringIO(text, newline=""))
    kept, made = [name for name in rows.fieldnames or () if name not in columns], io.StringIO()
    writer = csv.DictWriter(made, kept, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue()
