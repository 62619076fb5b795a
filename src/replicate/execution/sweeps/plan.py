"""From a sweep's file to the runs that it asks for, all of them checked before the first starts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from replicate.execution import project
from replicate.execution.cache.code import Code
from replicate.execution.literals import line_of, read_mapping
from replicate.execution.parameters import checked, plain
from replicate.execution.sweeps.document import SweepFile
from replicate.execution.sweeps.drawn import Drawn, named, runs, template, varying
from replicate.vocabulary.errors import InputError, nearest, unknown
from replicate.vocabulary.outcomes import Limits
from replicate.vocabulary.parameters import MODELS, NotebookParameters
from replicate.vocabulary.parameters.base import Place
from replicate.vocabulary.publications import Publication

NO_LIMITS = Limits()
Models = Mapping[str, type[NotebookParameters]]


@dataclass(frozen=True, eq=False)
class Task:
    """A run to be made.

    Attributes
    ----------
    name
        What its files are called.
    notebook
        The notebook to run.
    parameters
        Its values, as the notebook's model writes them.
    out
        The folder to write to.
    limits
        What it may use.
    """

    name: str
    notebook: Path
    parameters: Mapping[str, Any]
    out: Path
    limits: Limits = NO_LIMITS


@dataclass(frozen=True)
class Plan:
    """What a sweep's file asks for.

    Attributes
    ----------
    name
        The file's name without its suffix.
    file, notebook
        The file, and the notebook that it runs.
    tasks
        Its runs, in order.
    publish
        The folder of the site that they are published in, and the parameter that tells their pages apart; None for none.
    """

    name: str
    file: Path
    notebook: Path
    tasks: tuple[Task, ...]
    publish: Publication | None


def find(name: Path) -> Path:
    """Return the file that a path or a name (`forces`) of a sweep stands for.

    Raises
    ------
    InputError
        When there is none; the nearest is named.
    """
    if name.is_file():
        return name
    known = {path.stem: path for path in files()} if name.suffix == "" else {}
    if str(name) in known:
        return known[str(name)]
    close = nearest(name.stem, known or [path.stem for path in name.parent.glob("*.yaml")])
    raise InputError(
        "no such sweep",
        where="FILE",
        got=str(name),
        hint=f"did you mean '{close}'?" if close else None,
    )


def files() -> list[Path]:
    """Return the project's sweeps."""
    return sorted((project.root() / "params" / "sweeps").glob("*.yaml"))


def published(out: Path, models: Models = MODELS) -> list[Plan]:
    """Return the project's sweeps whose runs are pages of the site, each written to a folder of its name in `out`."""
    plans = [read_plan(file, out / file.stem, models) for file in files()]
    return [plan for plan in plans if plan.publish]


def told_apart(tasks: Iterable[Task]) -> list[Task]:
    """Return tasks, and refuse two that would write the same files.

    Raises
    ------
    InputError
        Naming the second.
    """
    found: dict[str, Task] = {}
    for task in tasks:
        if task.name in found:
            raise InputError(
                "two runs of one name",
                where="NOTEBOOK",
                got=f"{task.name}: {task.notebook}",
                hint="run one by itself",
            )
        found[task.name] = task
    return list(found.values())


def read_plan(file: Path, out: Path, models: Models = MODELS) -> Plan:
    """Read a sweep's file and check all of its runs.

    Parameters
    ----------
    file
        The file.
    out
        The folder that its runs are written to.
    models
        Notebook → the model that its parameters are held to.

    Raises
    ------
    InputError
        When the file is not a sweep, two runs have one name, or a name or value is not valid; the line is given.
    """
    values, lines = read_mapping(file)

    def stands(place: Place) -> str:
        line = line_of(place, lines)
        return f"{file}, line {line}" if line else str(file)

    asked = _held(values, stands)
    notebook = _notebook(asked, file, stands)
    model, known = models.get(notebook.stem), Code(notebook).defaults
    called = varying(asked)
    tasks: dict[str, Task] = {}
    for drawn in runs(asked, stands):
        name, given = named(drawn, asked.name or template(called, drawn.values), stands)
        if name in tasks:
            raise InputError(
                "two runs of one name",
                where=stands(("name",)),
                got=name,
                hint="name in `name:` all that varies",
            )
        tasks[name] = Task(name, notebook, _checked(given, model, known, stands), out, asked.limits)
    return Plan(file.stem, file, notebook, tuple(tasks.values()), _publication(asked, stands))


def _held(values: dict[str, Any], stands: Any) -> SweepFile:
    names = {field.alias or name for name, field in SweepFile.model_fields.items()}
    if strange := [name for name in values if name not in names]:
        raise unknown("part of a sweep", strange[0], names, where=stands((strange[0],)))
    try:
        return SweepFile.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = tuple(first["loc"])
        got = None if first["type"] in ("missing", "value_error") else repr(first["input"])
        what = (
            f"a sweep whose {'.'.join(map(str, place))} is not right"
            if place
            else "a sweep that is not right"
        )
        raise InputError(
            what, where=stands(place), got=got, hint=first["msg"].removeprefix("Value error, ")
        ) from None


def _publication(asked: SweepFile, stands: Any) -> Publication | None:
    if asked.publish is None:
        return None
    called = varying(asked)
    if len(called) != 1 or called == ["name"]:
        got = ", ".join(called)
        raise InputError(
            "pages that no one parameter tells apart",
            where=stands(("publish",)),
            got=got,
            expected="one parameter that varies",
        )
    return Publication(section=asked.publish, parameter=called[0])


def _notebook(asked: SweepFile, file: Path, stands: Any) -> Path:
    try:
        return project.find(
            file.parent / asked.notebook
            if asked.notebook.endswith(".ipynb")
            else Path(asked.notebook)
        )
    except InputError as error:
        raise InputError(
            error.what,
            where=stands(("notebook",)),
            got=asked.notebook,
            expected=error.expected,
            hint=error.hint,
        ) from None


def _checked(
    drawn: Drawn, model: type[NotebookParameters] | None, known: Mapping[str, str], stands: Any
) -> dict[str, Any]:
    def origin(place: Place) -> str:
        return str(stands((*drawn.places[str(place[0])], *place[1:])))

    if model:
        return checked(dict(drawn.values), origin, model)
    for name in drawn.values:
        if name not in known:
            raise unknown("parameter", name, known, where=origin((name,)))
    return plain(drawn.values)
