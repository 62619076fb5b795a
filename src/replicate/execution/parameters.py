"""Parameters of a run, from a file and from the command line, as plain values."""

import json
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from replicate.execution import notebooks
from replicate.vocabulary.errors import InputError, Place
from replicate.vocabulary.models import NotebookParameters, help_text

Model = type[NotebookParameters] | None
Where = Callable[[Place], str]
"""Says where the value at a place (a name, then names and positions inside it) was given."""

_SCALAR = re.compile(
    r"null|Null|NULL|~|true|True|TRUE|false|False|FALSE"
    r"|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
    r"|[-+]?(?!0[0-9])(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
)
"""What is no text by YAML 1.2's core schema, https://yaml.org/spec/1.2.2/, section 10.3.2.

Numbers that begin with a nought are left out, so that no code loses it.
"""


class _Core(SafeConstructor):
    """Leaves as text what only YAML 1.1 takes for a date or a number."""

    def plain(self, node: ScalarNode) -> Any:
        """Return a number, or the text."""
        if not _SCALAR.fullmatch(node.value):
            return node.value
        kind = str(node.tag).rpartition(":")[2]
        return getattr(SafeConstructor, f"construct_yaml_{kind}")(self, node)


for _kind in ("int", "float", "timestamp"):
    _Core.add_constructor(f"tag:yaml.org,2002:{_kind}", _Core.plain)


def _yaml() -> YAML:
    loader = YAML(typ="safe", pure=True)
    loader.Constructor = _Core
    return loader


class Document:
    """A file of names and values in YAML.

    Parameters
    ----------
    file
        Its path.

    Attributes
    ----------
    values
        What it names.

    Raises
    ------
    InputError
        When the file is missing (the nearest name is given), not text, not YAML, or not names
        and values; the line is given.
    """

    def __init__(self, file: Path) -> None:
        self.file, written, mark = file, notebooks.content(file, "parameter file"), None
        try:
            text = written.decode()
            values = _yaml().load(text)
            self._root: Node | None = _yaml().compose(text)
            if values is not None and not isinstance(values, dict):
                raise ValueError(f"a {type(values).__name__}, without names")
        except (YAMLError, ValueError) as error:
            got = str(error).splitlines()[0]
            if isinstance(error, MarkedYAMLError):
                mark, got = error.problem_mark or error.context_mark, error.problem
            raise InputError(
                "YAML that can't be read",
                where=f"{file}, line {mark.line + 1}" if mark else str(file),
                got=got,
                expected="`name: value` lines in UTF-8: names, each once, and plain values",
            ) from None
        self.values: dict[str, Any] = values or {}

    def where(self, place: Place) -> str:
        """Return the line of a place, or of the nearest around it that has one."""
        line, inside = 0, _children(self._root)
        for part in place:
            if part not in inside:
                break
            line, inside = inside[part][0].start_mark.line + 1, _children(inside[part][1])
        return f"{self.file}, line {line}" if line else str(self.file)


def _children(node: Node | None) -> dict[str | int, tuple[Node, Node]]:
    """Return what is inside a node: name or position → the node that begins it, and its value."""
    if isinstance(node, MappingNode):
        return {key.value: (key, value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return {number: (value, value) for number, value in enumerate(node.value)}
    return {}


def read(file: Path | None, assignments: Sequence[str], model: Model) -> dict[str, Any]:
    """Merge a YAML file and `name=value` texts, check them, and return what to run with.

    Parameters
    ----------
    file
        Names and values in YAML, or None.
    assignments
        Texts such as `period=2024` or `forces=[Kent, Essex]`; they prevail over the file. The
        model's type says how a value is read. Without a model, what is as a whole a number, a
        truth value, null, or a list or mapping by YAML 1.2 is that; all else is text.
    model
        The notebook's parameters; None for a notebook of one's own, whose names are checked
        against its tagged cell.

    Returns
    -------
    dict
        The values given, as the model writes them (`forces: [kent]` becomes `["Kent"]`), in the
        model's order.

    Raises
    ------
    InputError
        When a name or value is not valid; the message names the file and line, or the option,
        and the nearest valid name.

    Examples
    --------
    >>> from replicate.vocabulary.parameters import OffenceCounts
    >>> read(None, ["forces=[kent]", "period=2024"], OffenceCounts)
    {'period': '2024', 'forces': ['Kent']}
    """
    document = Document(file) if file else None
    given = _assigned(assignments, model)
    values = {**(document.values if document else {}), **given}

    def where(place: Place) -> str:
        if document is None or place[0] in given:
            return f"-p {place[0]}"
        return document.where(place)

    return checked(values, where, model)


def _assigned(assignments: Sequence[str], model: Model) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for text in assignments:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier():
            what = "an assignment that can't be read"
            raise InputError(what, where="-p", got=text, expected="name=value")
        if name in values:
            what = "a parameter given twice"
            raise InputError(what, where=f"-p {name}", got=text, expected="one value")
        field = model.model_fields.get(name) if model else None
        values[name] = value if field and isinstance(field.default, str) else parse(value)
    return values


def parse(text: str) -> Any:
    """Read a value that stands alone: a number, a truth value, null, a list, a mapping, or text.

    Examples
    --------
    >>> parse("1e-6"), parse("[17B, NO, 2024-01-01, 71]"), parse("Figure #3"), parse("")
    (1e-06, ['17B', 'NO', '2024-01-01', 71], 'Figure #3', '')
    """
    inside = (text[:1], text[-1:]) in (("[", "]"), ("{", "}"))
    if not (inside or _SCALAR.fullmatch(text)):
        return text
    try:
        return _yaml().load(text)
    except (YAMLError, ValueError):
        return text


def checked(values: Mapping[str, Any], where: Where, model: Model) -> dict[str, Any]:
    """Hold values to a model, and return them as it writes them; without one, as JSON has them.

    Raises
    ------
    InputError
        When a name or value is not valid, saying where it stands.
    """
    if model is None:
        return {name: _plain(value, where((name,))) for name, value in values.items()}
    try:
        held = model.checked(dict(values))
    except InputError as error:
        place = error.place or tuple(error.where.split("."))
        if place[0] not in values:
            raise
        inside = "" if error.where in ("parameters", place[0]) else f" ({error.where})"
        told = {name: getattr(error, name) for name in ("got", "expected", "hint")}
        raise InputError(error.what, where=where(place) + inside, **told) from None
    return held.model_dump(mode="json", include=set(values))


def _plain(value: Any, where: str) -> Any:
    """Return a value as JSON knows it, so that it enters a notebook as a literal."""
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        expected = "text, a finite number, true, false, none, or a list or mapping of these"
        what = "a value that can't be a parameter"
        raise InputError(what, where=where, got=repr(value), expected=expected) from None


def help_of(notebook: Path, model: Model) -> str:
    """Say what a notebook can be told; without a model, its parameters cell is all that is known."""
    title = f"Parameters of {notebook.stem}"
    if model:
        return f"{title}\n\n{help_text(model)}"
    defaults = notebooks.read(notebook).defaults
    lines = [f"    {name} = {value}" for name, value in defaults.items()]
    return "\n".join([f"{title}, and their defaults", *lines])


def replay(notebook: str, values: Mapping[str, Any], out: str, name: str) -> str:
    """Return the command that runs a notebook again with the same values, to the same files.

    Text that looks like a number can be given to a notebook without a model in a file only.

    Examples
    --------
    >>> print(replay("a.ipynb", {"period": "2024", "definition": "contact"}, "outputs", "a"))
    replicate run a.ipynb -p period=2024 -p definition=contact --out outputs
    """
    given = [word for key, value in values.items() for word in ("-p", f"{key}={_written(value)}")]
    named = ["--name", name] if name != Path(notebook).stem else []
    return shlex.join(["replicate", "run", notebook, *given, "--out", out, *named])


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    text = json.dumps(value, ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in text)
