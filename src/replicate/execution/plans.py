"""Which runs to make: notebooks with their parameters, and sweeps' files, all checked beforehand."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from replicate.execution import notebooks, parameters
from replicate.execution.parameters import Document
from replicate.vocabulary.errors import Fault, InputError, Place, unknown
from replicate.vocabulary.files import write_atomic
from replicate.vocabulary.models import NotebookParameters, schema_text
from replicate.vocabulary.parameters import MODELS
from replicate.vocabulary.runs import Limits, Publication

Models = Mapping[str, type[NotebookParameters]]
Values = Annotated[list[Any], Field(min_length=1)]
NO_LIMITS = Limits()
LONGEST = 150
"""Characters of a run's name: files put a few more around it, and file systems take 255."""


@dataclass(frozen=True, eq=False)
class RunSpec:
    """A run to be made, which any process of any machine can make.

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
    file, out
        The file, and the folder of results.
    specs
        Its runs, in order.
    publish
        The folder of the site that they are published in, and the parameter that tells their
        pages apart; None for none.
    """

    file: Path
    out: Path
    specs: tuple[RunSpec, ...]
    publish: Publication | None


class SweepFile(BaseModel):
    """The content of `params/sweeps/NAME.yaml`.

    Every combination of an entry of `list`, a row of `zip` and a choice from each list of `grid`
    is one run, with `parameters` besides.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, use_attribute_docstrings=True
    )

    notebook: str
    """the notebook: a name such as 01_offence_counts, or a path from this file's folder"""

    name: str | None = Field(default=None, examples=["{definition}-{period}"])
    """what runs are called, such as '{force}' or '{definition}-{period}'; without it, the values that vary"""

    publish: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9-]*$", examples=["forces"])
    """a folder of the site, whose pages these runs are"""

    limits: Limits = Limits()
    """what each run may use: seconds, cell_seconds, memory (MiB)"""

    parameters: dict[str, Any] = {}
    """values that all runs have"""

    grid: dict[str, Values] = {}
    """lists of values, every combination of which is run"""

    rows: dict[str, Values] = Field(default={}, alias="zip")
    """lists of values of one length, taken side by side"""

    entries: Annotated[list[dict[str, Any]], Field(min_length=1)] | None = Field(
        default=None, alias="list"
    )
    """runs one by one: values by name, and `name` to call it by"""

    @field_validator("name")
    @classmethod
    def _name_is_a_template(cls, name: str | None) -> str | None:
        list(Formatter().parse(name or ""))
        return name

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        lengths = {name: len(values) for name, values in self.rows.items()}
        if len(set(lengths.values())) > 1:
            listed = ", ".join(f"{name} {size}" for name, size in lengths.items())
            raise ValueError(f"the lists of zip have different lengths: {listed}")
        if self.publish and (len(self.varying()) != 1 or self.varying() == ["name"]):
            told = "a parameter that tells the pages apart"
            raise ValueError(f"publish needs {told}, one; these vary: {', '.join(self.varying())}")
        return self

    def varying(self) -> list[str]:
        """Return the names to call runs by: those of `grid` and `zip`, after those of `list`."""
        entries = self.entries or []
        named = any("name" in entry for entry in entries)
        called = ["name"] if named else list(dict.fromkeys(n for entry in entries for n in entry))
        several = [name for name, values in self.grid.items() if len(values) > 1]
        return [*called, *self.rows, *several] or list(self.grid)

    def combinations(self) -> Iterator[list[tuple[str, Any, Place]]]:
        """Yield each run in order: names, values, and where in the file each stands."""
        common = [(name, value, ("parameters", name)) for name, value in self.parameters.items()]
        entries = [
            [(name, value, ("list", number, name)) for name, value in entry.items()]
            for number, entry in enumerate(self.entries or [{}])
        ]
        rows = [
            [(name, values[number], ("zip", name, number)) for name, values in self.rows.items()]
            for number in range(len(next(iter(self.rows.values()), [None])))
        ]
        axes = [
            [[(name, value, ("grid", name, number))] for number, value in enumerate(values)]
            for name, values in self.grid.items()
        ]
        for parts in product([common], entries, rows, *axes):
            yield [each for part in parts for each in part]


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


def run_name(template: str, values: Mapping[str, object], *, where: str) -> tuple[str, str]:
    """Fill a template such as `{definition}-{period}`, and return it with the values it shows.

    Raises
    ------
    InputError
        When it names a value that the run has not, or leaves no name.

    Examples
    --------
    >>> run_name("{definition}-{period}", {"definition": "child", "period": "2023/24"}, where="")
    ('child-2023-24', '["child", "2023/24"]')
    """
    parts = [(text, name) for text, name, _, _ in Formatter().parse(template)]
    shown = [name for _, name in parts if name is not None]
    if strange := [name for name in shown if name not in values]:
        raise unknown("value in the name of runs", strange[0], values, where=where)
    made = slug("".join(text + slug(values[name]) if name else text for text, name in parts))
    used = json.dumps([values[name] for name in shown], default=str)
    return check_name(made, where=where), used


def check_name(name: str, *, where: str = "--name") -> str:
    """Return the name of a run, and refuse one that is no name of a file.

    Raises
    ------
    InputError
        Naming one that is.
    """
    if re.fullmatch(r"[\w][\w.+ -]*", name) and len(name) <= LONGEST:
        return name
    close = slug(name)[:LONGEST]
    raise InputError(
        "a name that files can't have",
        where=where,
        got=name,
        expected=f"letters, digits, spaces, '.', '+', '-' and '_'; at most {LONGEST} characters",
        hint=f"such as '{close}'" if close else None,
    )


def notebook_runs(
    paths: Iterable[Path],
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
    specs: dict[str, RunSpec] = {}
    for path in paths:
        called = path.stem if name is None else check_name(name)
        if called in specs:
            got, hint = f"{called}: {path}", "run one by itself"
            raise InputError("two runs of one name", where="NOTEBOOK", got=got, hint=hint)
        source, model = notebooks.read(path), models.get(path.stem)
        given = parameters.read(file or notebooks.parameter_file(path), assignments, model)
        for each in given if model is None else ():
            source.check_name(each, where=f"the parameters cell of {path}")
        specs[called] = RunSpec(called, path, source.in_force(given), out)
    return list(specs.values())


def find_sweep(name: Path) -> Path:
    """Return the file that a path or a name (`forces`) of a sweep stands for.

    Raises
    ------
    InputError
        When there is none; the nearest is named.
    """
    return notebooks.found("sweep", name, _files, "FILE")


def _files() -> list[Path]:
    return sorted((notebooks.root() / "params" / "sweeps").glob("*.yaml"))


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
    asked = _held(document)
    path = Path(asked.notebook)
    path = file.parent / path if path.suffix == ".ipynb" else path
    notebook = notebooks.find(path, where=document.where(("notebook",)))
    source, model = notebooks.read(notebook), models.get(notebook.stem)
    specs: list[RunSpec] = []
    shown: dict[str, str] = {}
    for run in asked.combinations():
        values, places = {n: value for n, value, _ in run}, {n: place for n, _, place in run}
        if twice := [name for name, count in Counter(n for n, *_ in run).items() if count > 1]:
            raise InputError(
                "a parameter given twice",
                where=document.where(places[twice[0]]),
                got=twice[0],
                expected="one place for it",
            )
        name = _own_name(asked, values, shown, document)
        if places.get("name", ("",))[0] == "list":
            del values["name"]

        def origin(place: Place, places: Mapping[str, Place] = places) -> str:
            return document.where((*places[str(place[0])], *place[1:]))

        for each in values if model is None else ():
            source.check_name(each, where=origin((each,)))
        given = source.in_force(parameters.checked(values, origin, model))
        specs.append(RunSpec(name, notebook, given, out, asked.limits))
    publish = asked.publish and Publication(section=asked.publish, parameter=asked.varying()[0])
    return Plan(file, out, tuple(specs), publish or None)


def _own_name(
    asked: SweepFile, values: Mapping[str, Any], shown: dict[str, str], document: Document
) -> str:
    """Name a run by the values that its template shows, and note in `shown` which these are.

    Different values that would be written alike get a number behind their name.
    """
    where = document.where(("name",))
    template = asked.name or "-".join(
        f"{{{name}}}" if isinstance(values.get(name), str) else f"{name}-{{{name}}}"
        for name in asked.varying()
    )
    made, values_shown = run_name(template, values, where=where)
    name, number = made, 2
    while shown.get(name, values_shown) != values_shown:
        name, number = f"{made}-{number}", number + 1
    if name in shown:
        hint = "name in `name:` all that varies"
        raise InputError("two runs of one name", where=where, got=made, hint=hint)
    shown[name] = values_shown
    return name


def _held(document: Document) -> SweepFile:
    names = {field.alias or name for name, field in SweepFile.model_fields.items()}
    if strange := [name for name in document.values if name not in names]:
        where = document.where((strange[0],))
        raise unknown("part of a sweep", str(strange[0]), names, where=where)
    try:
        return SweepFile.model_validate(document.values)
    except ValidationError as error:
        fault = Fault.of(error)
        part = f"whose {'.'.join(map(str, fault.place))}" if fault.place else "that"
        what, where = f"a sweep {part} is not right", document.where(fault.place)
        raise InputError(what, where=where, hint=fault.why) from None


def schemas(folder: Path) -> list[Path]:
    """Write the JSON schemas of parameter files and of sweeps, and return where they are."""
    texts = {
        name: schema_text(model, title=f"Parameters of {name}") for name, model in MODELS.items()
    }
    texts["sweep"] = schema_text(SweepFile, title="A sweep: a notebook run with many parameters")
    return [write_atomic(folder / f"{name}.json", text) for name, text in texts.items()]
