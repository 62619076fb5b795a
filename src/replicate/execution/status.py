"""Says of every result in a folder whether it is current, and why not."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from replicate.execution import parameters, project
from replicate.execution.plans import Models, Plan, read_plan
from replicate.execution.results import STATE, Entry, State, examine
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.parameters import MODELS
from replicate.vocabulary.runs import Inputs, Manifest

Row = dict[str, Any]


def status(folder: Path, site: Path, models: Models = MODELS) -> list[Row]:
    """Return a row for each result in a folder and those below: result, state, why, page.

    `state` is `stands`, `stale`, `failed`, `corrupt`, or `missing` for a run of a sweep that was
    not made; `page` is `published`, `stale` where it was published before the result was made or
    from one that is stale, or none. A run under a name of its own is judged by its own parameters;
    one under its notebook's name by those that `replicate run` would give it.

    Raises
    ------
    InputError
        When the folder has no results.
    """
    patterns = ("*.manifest.json", "*.failed.ipynb", STATE)
    folders = sorted({path.parent for pattern in patterns for path in folder.rglob(pattern)})
    rows = [row for place in folders for row in _Folder(place, models).rows(site)]
    if not rows:
        raise InputError("no results", where=str(folder), hint="make some with `replicate report`")
    return rows


class _Folder:
    """What is known of one folder of results."""

    def __init__(self, out: Path, models: Models) -> None:
        self.out, self.models = out, models
        self.state = State.read(out)
        self.plan: Plan | None = None
        self.fault = ""
        self._inputs: dict[Path, Inputs] = {}
        if self.state:
            file = Path(os.path.normpath(out.resolve() / self.state.file))
            try:
                self.plan = read_plan(file, out, models)
            except InputError as error:
                self.fault = f"{self.state.file}: {error.what}"
        specs = self.plan.specs if self.plan else ()
        self.specs = {spec.name: spec for spec in specs}

    def rows(self, site: Path) -> Iterator[Row]:
        """Yield a row a result."""
        published = self.plan.publish if self.plan else None
        section = site / published.section if published else site
        made, broken = self._named(".manifest.json"), self._broken()
        for name in sorted({*made, *broken, *self.specs}):
            entry = Entry(None, (broken[name],)) if name in broken else self._entry(name)
            if name in broken:
                state = "failed"
            elif name not in made:
                state = "missing"
            else:
                state = "stands" if entry.is_current else "corrupt" if entry.corrupt else "stale"
            yield {
                "result": (self.out / name).as_posix(),
                "state": state,
                "why": entry.why,
                "page": self._page(section, name, entry),
            }

    def _named(self, suffix: str) -> list[str]:
        return [path.name.removesuffix(suffix) for path in self.out.glob(f"*{suffix}")]

    def _broken(self) -> dict[str, str]:
        broken = dict.fromkeys(self._named(".failed.ipynb"), "its last run failed")
        for name, outcome in (self.state.outcomes if self.state else {}).items():
            if outcome.status.exit_code:
                broken[name] = str(outcome.status)
        return broken

    def _entry(self, name: str) -> Entry:
        if name in self.specs:
            spec = self.specs[name]
            return examine(self.out, name, self._inputs_of(spec.notebook), spec.parameters)
        if self.state:
            return Entry(None, (self.fault or "it is no run of the sweep any more",))
        try:
            manifest = Manifest.read(self.out / f"{name}.manifest.json")
            notebook = project.find(Path(manifest.notebook))
            given = self._given(notebook) if name == notebook.stem else None
        except (InputError, RunError) as error:
            return Entry(None, corrupt=f"{error.what}: {error.got or error.where}")
        return examine(self.out, name, self._inputs_of(notebook), given)

    def _given(self, notebook: Path) -> dict[str, Any]:
        """Return the parameters that `replicate run` gives a notebook by itself."""
        return parameters.read(project.parameter_file(notebook), (), self.models.get(notebook.stem))

    def _inputs_of(self, notebook: Path) -> Inputs:
        if notebook not in self._inputs:
            self._inputs[notebook] = Inputs.of(notebook)
        return self._inputs[notebook]

    def _page(self, section: Path, name: str, entry: Entry) -> str:
        page, executed = section / f"{name}.html", self.out / f"{name}.ipynb"
        if not page.is_file():
            return "none"
        newer = executed.is_file() and executed.stat().st_mtime_ns > page.stat().st_mtime_ns
        return "published" if entry.is_current and not newer else "stale"
