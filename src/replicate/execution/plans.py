"""Which runs to make: notebooks with their parameters, and sweeps' files, all checked beforehand."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from replicate.execution import notebooks, parameters, project
from replicate.execution.parameters import Document, Where
from replicate.vocabulary.errors import InputError, nearest, unknown
from replicate.vocabulary.files import write_atomic
from replicate.vocabulary.models import NotebookParameters, Place, schema_text
from replicate.vocabulary.parameters import MODELS
from replicate.vocabulary.runs import Limits, Publication

Models = Mapping[str, type[NotebookParameters]]
Values = Annotated[list[Any], Field(min_length=1)]
NO_LIMITS = Limits()
LONGEST = 150
"""Characters of a run's name: files put a few more around it, and file systems take 255."""


@dataclass(frozen=True, eq=False)
class RunSpec:
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
    file, notebook, out
        The file, the notebook that it runs, and the folder of results.
    specs
        Its runs, in order.
    publish
        The folder of the site that they are published in, and the parameter that tells their
        pages apart; None for none.
    """

    name: str
    file: Path
    notebook: Path
    out: Path
    specs: tuple[RunSpec, ...]
    publish: Publication | None


class SweepFile(BaseModel):
    """The content of `params/sweeps/NAME.yaml`.

    Every combination of an entry of `list`, a row of `zip` and a choice from each list of `grid`
    is one run, with `parameters` besides.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    notebook: str = Field(
        description="the notebook: a name such as 01_offence_counts, or a path from this file's folder"
    )
    name: str | None = Field(
        default=None,
        description="what runs are called, such as '{force}' or '{definition}-{period}'; without it, the values that vary",
        examples=["{definition}-{period}"],
    )
    publish: str | None = Field(
        default=None,
        description="a folder of the site, whose pages these runs are",
        pattern=r"^[a-z][a-z0-9-]*$",
        examples=["forces"],
    )
    limits: Limits = Field(
        default=Limits(), description="what each run may use: seconds, cell_seconds, memory (MiB)"
    )
    parameters: dict[str, Any] = Field(default={}, description="values that all runs have")
    grid: dict[str, Values] = Field(
        default={}, description="lists of values, every combination of which is run"
    )
    rows: dict[str, Values] = Field(
        default={}, alias="zip", description="lists of values of one length, taken side by side"
    )
    entries: Annotated[list[dict[str, Any]], Field(min_length=1)] | None = Field(
        default=None,
        alias="list",
        description="runs one by one: values by name, and `name` to call it by",
    )

    @model_validator(mode="after")
    def _rows_have_one_length(self) -> Self:
        lengths = {name: len(values) for name, values in self.rows.items()}
        if len(set(lengths.values())) > 1:
            listed = ", ".join(f"{name} {size}" for name, size in lengths.items())
            raise ValueError(f"the lists of zip have different lengths: {listed}")
        return self

    def varying(self) -> list[str]:
        """Return the names to call runs by: those of `grid` and `zip`, after those of `list`."""
        entries = self.entries or []
        named = any("name" in entry for entry in entries)
        called = ["name"] if named else list(dict.fromkeys(n for entry in entries for n in entry))
        several = [name for name, values in self.grid.items() if len(values) > 1]
        return [*called, *self.rows, *several] or list(self.grid)

    def combinations(self) -> Iterator[dict[str, tuple[Any, Place]]]:
        """Yield each run's values, with where in the file each stands, in order.

        Raises
        ------
        InputError
            When a parameter is given in two parts of the file; `where` has its place.
        """
        entries = [
            {name: (value, ("list", number, name)) for name, value in entry.items()}
            for number, entry in enumerate(self.entries or [{}])
        ]
        size = len(next(iter(self.rows.values()), [None]))
        rows = [
            {name: (values[n], ("zip", name, n)) for name, values in self.rows.items()}
            for n in range(size)
        ]
        axes = [
            [{name: (value, ("grid", name, n))} for n, value in enumerate(values)]
            for name, values in self.grid.items()
        ]
        common = {name: (value, ("parameters", name)) for name, value in self.parameters.items()}
        for parts in product(entries, rows, *axes):
            merged: dict[str, tuple[Any, Place]] = dict(common)
            for part in parts:
                if twice := [name for name in part if name in merged]:
                    raise _Twice(twice[0], part[twice[0]][1])
                merged |= part
            yield merged


class _Twice(Exception):  # noqa: N818 - turned into an error that a person reads
    def __init__(self, name: str, place: Place) -> None:
        super().__init__(name)
        self.name, self.place = name, place


def slug(value: object) -> str:
    """Write a value with small letters, digits and hyphens only.

    Examples
    --------
    >>> slug("London, City of"), slug("2023/24"), slug(["Dyfed-Powys", "Kent"]), slug(-1)
    ('london-city-of', '2023-24', 'dyfed-powys-kent', 'minus-1')
    """
    text = value if isinstance(value, str) else json.dumps(value)
    text = re.sub(r"(?<![\w.])-(?=\d)", "minus-", text)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9_.]+", "-", plain).strip("-.")


def run_name(template: str, values: Mapping[str, object], *, where: str) -> str:
    """Fill a template such as `{definition}-{period}` with values.

    Raises
    ------
    InputError
        When it names a value that the run has not, is no template, or leaves no name.

    Examples
    --------
    >>> run_name("{definition}-{period}", {"definition": "child", "period": "2023/24"}, where="")
    'child-2023-24'
    """
    parts = _fields(template, where)
    if strange := [name for _, name in parts if name is not None and name not in values]:
        raise unknown("value in the name of runs", strange[0], values, where=where)
    filled = [text + (slug(values[name]) if name is not None else "") for text, name in parts]
    made = slug("".join(filled))
    if not made or len(made) > LONGEST:
        raise InputError(
            "a run without a name of use",
            where=where,
            got=made,
            expected=f"1 to {LONGEST} characters",
            hint="give `name:`",
        )
    return made


def _fields(template: str, where: str) -> list[tuple[str, str | None]]:
    try:
        return [(text, name) for text, name, _, _ in Formatter().parse(template)]
    except ValueError as error:
        raise InputError(
            "a name that can't be read",
            where=where,
            got=template,
            expected="such as '{force}'",
            hint=str(error),
        ) from None


def check_name(name: str) -> str:
    """Return the name of a run, and refuse one that is no name of a file.

    Raises
    ------
    InputError
        Naming one that is.
    """
    if re.fullmatch(r"[\w][\w.+ -]*", name) and len(name) <= LONGEST:
        return name
    close = slug(name)
    raise InputError(
        "a name that files can't have",
        where="--name",
        got=name,
        expected=f"letters, digits, spaces, '.', '+', '-' and '_'; at most {LONGEST} characters",
        hint=f"such as '{close}'" if close else None,
    )


def check_unique_names(specs: Iterable[RunSpec]) -> list[RunSpec]:
    """Return runs, and refuse two that would write the same files.

    Raises
    ------
    InputError
        Naming the second.
    """
    found: dict[str, RunSpec] = {}
    for spec in specs:
        if spec.name in found:
            raise InputError(
                "two runs of one name",
                where="NOTEBOOK",
                got=f"{spec.name}: {spec.notebook}",
                hint="run one by itself",
            )
        found[spec.name] = spec
    return list(found.values())


def notebook_runs(
    paths: Sequence[Path],
    assignments: Sequence[str],
    file: Path | None,
    out: Path,
    name: str | None = None,
    models: Models = MODELS,
) -> list[RunSpec]:
    """Return a run a notebook, with its parameters checked.

    Parameters
    ----------
    paths
        The notebooks.
    assignments, file
        Parameters as `name=value`, and a file of them; without one, the notebook's own.
    out
        The folder to write to.
    name
        What the files are called; by default as the notebook.
    models
        Notebook → the model that its parameters are held to.

    Raises
    ------
    InputError
        When a name or value is not valid, or two runs would write the same files.
    """
    if name is not None:
        check_name(name)
    specs = []
    for path in paths:
        source, model = notebooks.read(path), models.get(path.stem)
        given = parameters.read(file or project.parameter_file(path), assignments, model)
        if model is None:
            source.check_names(given)
        specs.append(RunSpec(name or path.stem, path, source.in_force(given), out))
    return check_unique_names(specs)


def find_sweep(name: Path) -> Path:
    """Return the file that a path or a name (`forces`) of a sweep stands for.

    Raises
    ------
    InputError
        When there is none; the nearest is named.
    """
    if name.is_file():
        return name
    known = {path.stem: path for path in _files()} if name.suffix == "" else {}
    if str(name) in known:
        return known[str(name)]
    close = nearest(name.stem, known or [path.stem for path in name.parent.glob("*.yaml")])
    hint = f"did you mean '{close}'?" if close else None
    raise InputError("no such sweep", where="FILE", got=str(name), hint=hint)


def _files() -> list[Path]:
    return sorted((project.root() / "params" / "sweeps").glob("*.yaml"))


def published(out: Path, models: Models = MODELS) -> list[Plan]:
    """Return the project's sweeps that are pages of the site, each in a folder of its name."""
    plans = [read_plan(file, out / file.stem, models) for file in _files()]
    return [plan for plan in plans if plan.publish]


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
        When the file is not a sweep, two runs have one name, or a name or value is not valid;
        the line is given.
    """
    document = Document(file)
    where = document.where
    asked = _held(document)
    notebook = _notebook(asked, file, where)
    source, model = notebooks.read(notebook), models.get(notebook.stem)
    specs: list[RunSpec] = []
    names = _Names(asked, where)
    try:
        for run in asked.combinations():
            name, given = names.of(run)
            places = {key: run[key][1] for key in given}

            def origin(place: Place, places: Mapping[str, Place] = places) -> str:
                return where((*places[str(place[0])], *place[1:]))

            for key in given if model is None else ():
                if key not in source.defaults:
                    raise unknown("parameter", key, source.defaults, where=origin((key,)))
            values = source.in_force(parameters.checked(given, origin, model))
            specs.append(RunSpec(name, notebook, values, out, asked.limits))
    except _Twice as twice:
        raise InputError(
            "a parameter given twice",
            where=where(twice.place),
            got=twice.name,
            expected="one place for it",
        ) from None
    return Plan(file.stem, file, notebook, out, tuple(specs), _publication(asked, where))


class _Names:
    """Names the runs of a sweep, each by the values that its template shows."""

    def __init__(self, asked: SweepFile, where: Where) -> None:
        self._asked, self._where = asked, where
        self._taken: set[str] = set()
        self._shown: set[tuple[str, str]] = set()

    def of(self, run: Mapping[str, tuple[Any, Place]]) -> tuple[str, dict[str, Any]]:
        """Name a run, and take the name out of its values where `list` gave it there.

        Different values that would be written alike get a number behind their name.
        """
        values = {key: value for key, (value, _) in run.items()}
        where = self._where(("name",))
        template = self._asked.name or "-".join(
            f"{{{name}}}" if isinstance(values.get(name), str) else f"{name}-{{{name}}}"
            for name in self._asked.varying()
        )
        made = run_name(template, values, where=where)
        used = [values[name] for _, name in _fields(template, where) if name is not None]
        shown, number = (made, json.dumps(used, default=str)), 2
        if shown in self._shown:
            hint = "name in `name:` all that varies"
            raise InputError("two runs of one name", where=where, got=made, hint=hint)
        name = made
        while name in self._taken:
            name, number = f"{made}-{number}", number + 1
        self._shown.add(shown)
        self._taken.add(name)
        listed = "name" in run and run["name"][1][0] == "list"
        return name, {key: v for key, v in values.items() if not (listed and key == "name")}


def _held(document: Document) -> SweepFile:
    names = {field.alias or name for name, field in SweepFile.model_fields.items()}
    if strange := [name for name in document.values if name not in names]:
        where = document.where((strange[0],))
        raise unknown("part of a sweep", str(strange[0]), names, where=where)
    try:
        return SweepFile.model_validate(document.values)
    except ValidationError as error:
        first = error.errors()[0]
        place = tuple(first["loc"])
        got = None if first["type"] in ("missing", "value_error") else repr(first["input"])
        part = f"whose {'.'.join(map(str, place))} is not right" if place else "that is not right"
        raise InputError(
            f"a sweep {part}",
            where=document.where(place),
            got=got,
            hint=first["msg"].removeprefix("Value error, "),
        ) from None


def _publication(asked: SweepFile, where: Where) -> Publication | None:
    if asked.publish is None:
        return None
    called = asked.varying()
    if len(called) != 1 or called == ["name"]:
        raise InputError(
            "pages that no one parameter tells apart",
            where=where(("publish",)),
            got=", ".join(called),
            expected="one parameter that varies",
        )
    return Publication(section=asked.publish, parameter=called[0])


def _notebook(asked: SweepFile, file: Path, where: Where) -> Path:
    beside = asked.notebook.endswith(".ipynb")
    try:
        return project.find(file.parent / asked.notebook if beside else Path(asked.notebook))
    except InputError as error:
        raise InputError(
            error.what,
            where=where(("notebook",)),
            got=asked.notebook,
            expected=error.expected,
            hint=error.hint,
        ) from None


def schemas(folder: Path) -> list[Path]:
    """Write the JSON schemas of parameter files and of sweeps, and return where they are."""
    texts = {
        name: schema_text(model, title=f"Parameters of {name}") for name, model in MODELS.items()
    }
    texts["sweep"] = schema_text(SweepFile, title="A sweep: a notebook run with many parameters")
    return [write_atomic(folder / f"{name}.json", text) for name, text in texts.items()]
