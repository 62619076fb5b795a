"""Which runs to make: notebooks with their parameters, and sweeps' files, all checked beforehand."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from replicate.execution import notebooks, parameters
from replicate.vocabulary.errors import Fault, InputError, Place, nearest, unknown
from replicate.vocabulary.files import write_atomic
from replicate.vocabulary.models import NotebookParameters, schema_text
from replicate.vocabulary.parameters import MODELS
from replicate.vocabulary.runs import Publication

Models = Mapping[str, type[NotebookParameters]]
LONGEST = 150
"""Characters of a run's name: files put a few more around it, and file systems take 255."""


class Limits(BaseModel):
    """What a run may use; None is no limit.

    Attributes
    ----------
    seconds
        The time that it may take.
    memory
        MiB that the kernel and its children may hold together.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    seconds: float | None = Field(default=None, gt=0)
    memory: int | None = Field(default=None, gt=0)


NO_LIMITS = Limits()


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
    out
        The folder of results.
    specs
        Its runs, in order.
    publish
        The folder of the site that they are published in, and the parameter that tells their
        pages apart; None for none.
    """

    out: Path
    specs: tuple[RunSpec, ...]
    publish: Publication | None


class SweepFile(BaseModel):
    """The content of `params/sweeps/NAME.yaml`.

    Every combination of a choice from each list of `grid` is one run, with `parameters` besides.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    notebook: str
    """the notebook: a name such as 01_offence_counts, or a path from this file's folder"""

    name: str | None = Field(default=None, examples=["{definition}-{period}"])
    """what runs are called, such as '{force}' or '{definition}-{period}'; without it, the values that vary"""

    publish: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9-]*$", examples=["forces"])
    """a folder of the site, whose pages these runs are, called by the first list of the grid"""

    limits: Limits = NO_LIMITS
    """what each run may use: seconds, memory (MiB)"""

    parameters: dict[str, Any] = {}
    """values that all runs have"""

    grid: dict[str, Annotated[list[Any], Field(min_length=1)]] = Field(min_length=1)
    """lists of values, every combination of which is run"""

    def called(self, values: Mapping[str, Any], where: str) -> str:
        """Return what a run of some values is called.

        Raises
        ------
        InputError
            When `name` is no template of such values, or gives no name that files can have.
        """
        varying = [name for name, listed in self.grid.items() if len(listed) > 1] or self.grid
        usual = (f"{{{n}}}" if isinstance(values[n], str) else f"{n}-{{{n}}}" for n in varying)
        try:
            named = {name: slug(value) for name, value in values.items()}
            made = (self.name or "-".join(usual)).format(**named)
        except (LookupError, ValueError, AttributeError) as error:
            names = f"names of values in braces: {', '.join(values)}"
            close = nearest(str(error).strip("'"), values)
            what = "a name of runs that can't be filled"
            hint = close and f"did you mean '{close}'?"
            raise InputError(what, where=where, got=self.name, expected=names, hint=hint) from None
        return check_name(slug(made), where=where)


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


def check_name(name: str, *, where: str = "--name") -> str:
    """Return the name of a run, and refuse one that is no name of a file.

    Raises
    ------
    InputError
        Naming one that is.
    """
    if re.fullmatch(r"[\w][\w.+ -]*", name) and len(name) <= LONGEST:
        return name
    raise InputError(
        "a name that files can't have",
        where=where,
        got=name,
        expected=f"letters, digits, spaces, '.', '+', '-' and '_'; at most {LONGEST} characters",
        hint=f"such as '{slug(name)[:LONGEST] or 'a'}'",
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
        source, beside = notebooks.read(path), file or notebooks.parameter_file(path)
        given = parameters.read(beside, assignments, models.get(path.stem), source)
        specs[called] = RunSpec(called, path, source.in_force(given), out)
    return list(specs.values())


def published(out: Path, models: Models = MODELS) -> list[Plan]:
    """Return the project's sweeps that are pages of the site, each in a folder of its name."""
    plans = [read_plan(file, out / file.stem, models) for file in notebooks.sweeps()]
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
        When the file is not a sweep, two runs are the same, or a name or value is not valid; the
        line is given.
    """
    document = parameters.Document(file)
    asked = _held(document)
    path = Path(asked.notebook)
    path = file.parent / path if path.suffix == ".ipynb" else path
    notebook = notebooks.find(path, document.where(("notebook",)))
    source, model = notebooks.read(notebook), models.get(notebook.stem)
    specs: dict[str, RunSpec] = {}
    for choice in product(*(enumerate(values) for values in asked.grid.values())):
        chosen = dict(zip(asked.grid, choice, strict=True))
        values = asked.parameters | {name: value for name, (_, value) in chosen.items()}

        def where(place: Place, chosen: Mapping[str, tuple[int, Any]] = chosen) -> str:
            name = str(place[0])
            first = ("grid", name, chosen[name][0]) if name in chosen else ("parameters", name)
            return document.where((*first, *place[1:]))

        given = source.in_force(parameters.checked(values, where, model, source))
        if any(json.dumps(given) == json.dumps(spec.parameters) for spec in specs.values()):
            raise InputError("two runs that are the same", where=str(file), got=str(given))
        name = made = asked.called(values, document.where(("name",)))
        while name in specs:  # other values that are written alike
            name = f"{made}-{len(specs) + 1}"
        specs[name] = RunSpec(name, notebook, given, out, asked.limits)
    publish = asked.publish and Publication(section=asked.publish, parameter=next(iter(asked.grid)))
    return Plan(out, tuple(specs.values()), publish or None)


def _held(document: parameters.Document) -> SweepFile:
    for name in document.values:
        if name not in SweepFile.model_fields:
            where = document.where((name,))
            raise unknown("part of a sweep", name, SweepFile.model_fields, where=where)
    try:
        asked = SweepFile.model_validate(document.values)
    except ValidationError as error:
        fault = Fault.of(error)
        what = f"a sweep whose {'.'.join(map(str, fault.place))} is not right"
        raise InputError(what, where=document.where(fault.place), hint=fault.why) from None
    for name in asked.grid.keys() & asked.parameters.keys():
        raise InputError("a parameter given twice", where=document.where(("grid", name)), got=name)
    return asked


def schemas(folder: Path) -> list[Path]:
    """Write the JSON schemas of parameter files and of sweeps, and return where they are."""
    texts = {
        name: schema_text(model, title=f"Parameters of {name}") for name, model in MODELS.items()
    }
    texts["sweep"] = schema_text(SweepFile, title="A sweep: a notebook run with many parameters")
    return [write_atomic(folder / f"{name}.json", text) for name, text in texts.items()]
