"""Says of every result in a folder whether it still stands, and why not."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from replicate.execution import parameters, project
from replicate.execution.cache.entries import Entry, examine
from replicate.execution.cache.inputs import forget, inputs
from replicate.execution.sweeps.batch import standing
from replicate.execution.sweeps.plan import Plan, Task, read_plan
from replicate.execution.sweeps.results import STATE, State
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.manifests import Manifest
from replicate.vocabulary.parameters import MODELS

Row = dict[str, Any]


def planned(plan: Plan, *, force: bool = False) -> list[Row]:
    """Return what a sweep would run, and why: run, would, why, parameters."""
    return [
        {
            "run": task.name,
            "would": "run" if force or not entry.stands else "stay",
            "why": entry.corrupt
            or "; ".join(entry.changed)
            or ("asked for" if force else "unchanged"),
            "parameters": ", ".join(f"{name}={value!r}" for name, value in task.parameters.items()),
        }
        for task, entry in standing(plan.tasks).items()
    ]


def status(folder: Path, site: Path) -> list[Row]:
    """Return a row for each result in a folder and the folders below: result, state, why, page.

    `state` is `stands`, `stale`, `failed`, `corrupt`, or `missing` for a run of a sweep that was not made; `page` is `published`, `stale`
    where it was published before the result was made or from one that is stale, or none.

    Raises
    ------
    InputError
        When the folder has no results.
    """
    forget()
    found = (
        path
        for pattern in ("*.manifest.json", "*.failed.ipynb", STATE)
        for path in folder.rglob(pattern)
    )
    folders = sorted({path.parent for path in found})
    rows = [row for place in folders for row in _folder(place, site)]
    if not rows:
        raise InputError("no results", where=str(folder), hint="make some with `replicate report`")
    return rows


def _folder(out: Path, site: Path) -> Iterator[Row]:
    state = State.read(out)
    plan, fault = _plan(state, out) if state else (None, "")
    tasks: Mapping[str, Task] = {task.name: task for task in plan.tasks} if plan else {}
    made = {path.name.removesuffix(".manifest.json") for path in out.glob("*.manifest.json")}
    broken = {
        path.name.removesuffix(".failed.ipynb"): "its last run failed"
        for path in out.glob("*.failed.ipynb")
    }
    broken |= (
        {
            name: str(outcome.status)
            for name, outcome in state.outcomes.items()
            if outcome.status.exit_code
        }
        if state
        else {}
    )
    section = site / plan.publish.section if plan and plan.publish else site
    for name in sorted({*made, *broken, *tasks}):
        if name in broken:
            entry = Entry(None, (broken[name],))
        elif name in tasks:
            entry = examine(out, name, inputs(tasks[name].notebook), tasks[name].parameters)
        else:
            entry = (
                Entry(None, (fault or "it is no run of the sweep any more",))
                if state
                else _alone(out, name)
            )
        kind = "failed" if name in broken else "missing" if name not in made else _kind(entry)
        why = entry.corrupt or "; ".join(entry.changed)
        yield {
            "result": (out / name).as_posix(),
            "state": kind,
            "why": why,
            "page": _page(section, out, name, entry),
        }


def _kind(entry: Entry) -> str:
    return "stands" if entry.stands else "corrupt" if entry.corrupt else "stale"


def _plan(state: State, out: Path) -> tuple[Plan | None, str]:
    try:
        return read_plan(Path(os.path.normpath(out.resolve() / state.file)), out), ""
    except InputError as error:
        return None, f"{state.file}: {error.what}"


def _alone(out: Path, name: str) -> Entry:
    """Examine a result of no sweep: what a run with its notebook's own file of parameters would give."""
    try:
        manifest = Manifest.read(out / f"{name}.manifest.json")
        notebook = project.find(Path(manifest.notebook or name))
        given = parameters.read(project.parameter_file(notebook), (), MODELS.get(notebook.stem))
    except (InputError, RunError) as error:
        return Entry(None, corrupt=f"{error.what}: {error.got or error.where}")
    return examine(out, name, inputs(notebook), given)


def _page(section: Path, out: Path, name: str, entry: Entry) -> str:
    page, executed = section / f"{name}.html", out / f"{name}.ipynb"
    if not page.is_file():
        return "none"
    newer = executed.is_file() and executed.stat().st_mtime_ns > page.stat().st_mtime_ns
    return "published" if entry.stands and not newer else "stale"
