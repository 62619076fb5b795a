"""Parameters of a run, from a file and from the command line, as plain values."""

import json
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node

from replicate.execution import notebooks
from replicate.vocabulary.errors import InputError, Place, nearest
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
        When the file can't be read, is not YAML, or not names and values; the line is given.
    """

    def __init__(self, file: Path) -> None:
        self.file, mark = file, None
        self._lines: dict[Place, int] = {}
        try:
            node = _yaml().compose(file.read_bytes().decode())
            if not isinstance(node, MappingNode | None):
                raise ValueError("values without names")
            self.values: dict[str, Any] = _value(node, (), self._lines) if node else {}
        except (OSError, YAMLError, ValueError) as error:
            got = getattr(error, "strerror", None) or str(error).splitlines()[0]
            if isinstance(error, MarkedYAMLError):
                mark, got = error.problem_mark or error.context_mark, str(error.problem)
            beside = () if file.exists() else [path.name for path in file.parent.glob("*.yaml")]
            close = nearest(file.name, beside)
            raise InputError(
                "a YAML file that can't be read",
                where=f"{file}, line {mark.line + 1}" if mark else str(file),
                got=got,
                expected="`name: value` lines in UTF-8: names, each once, and plain values",
                hint=close and f"did you mean '{close}'?",
            ) from None

    def where(self, place: Place) -> str:
        """Return the line of a place, or of the nearest around it that has one."""
        parts = (place[:length] for length in range(len(place), 0, -1))
        line = next((self._lines[part] for part in parts if part in self._lines), None)
        return f"{self.file}, line {line}" if line else str(self.file)


def _yaml() -> YAML:
    return YAML(typ="safe", pure=True)


def _value(node: Node, place: Place, lines: dict[Place, int]) -> Any:
    """Return what a node holds, and note the lines on which things begin."""
    lines.setdefault(place, node.start_mark.line + 1)
    kind = str(node.tag).rpartition(":")[2]
    if kind == "seq":
        return [_value(item, (*place, n), lines) for n, item in enumerate(node.value)]
    if kind == "map":
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key.value, str) or key.value in found:
                raise MarkedYAMLError(problem="no name, or one again", problem_mark=key.start_mark)
            lines[(*place, key.value)] = key.start_mark.line + 1
            found[key.value] = _value(value, (*place, key.value), lines)
        return found
    if kind not in ("null", "bool", "int", "float", "str", "timestamp"):
        raise MarkedYAMLError(problem=f"the tag {node.tag}", problem_mark=node.start_mark)
    plain = (
        kind != "str"
        and not getattr(node, "style", None)
        and _SCALAR.fullmatch(node.value or "null")
    )
    return _yaml().load(node.value) if plain else node.value


def read(
    file: Path | None,
    assignments: Sequence[str],
    model: Model,
    source: notebooks.Source | None = None,
) -> dict[str, Any]:
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
        The notebook's parameters; None for a notebook of one's own.
    source
        That notebook, whose names they must be.

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

    def where(place: Place) -> str:
        on_line = document and place[0] not in given
        return document.where(place) if document and on_line else f"-p {place[0]}"

    return checked({**(document.values if document else {}), **given}, where, model, source)


def _assigned(assignments: Sequence[str], model: Model) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for text in assignments:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier() or name in values:
            what = "an assignment that can't be read"
            raise InputError(what, where="-p", got=text, expected="name=value, each name once")
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
        return _value(_yaml().compose(text), (), {})
    except YAMLError:
        return text


def checked(
    values: Mapping[str, Any], where: Where, model: Model, source: notebooks.Source | None = None
) -> dict[str, Any]:
    """Hold values to a model, and return them as it writes them; without one, as JSON has them.

    Raises
    ------
    InputError
        When a name or value is not valid, saying where it stands.
    """
    if model is None:
        for name in values:
            if source:
                source.check_name(name, where((name,)))
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
    except ValueError:
        expected = "text, a finite number, true, false, none, or a list or mapping of these"
        what = "a value that can't be a parameter"
        raise InputError(what, where=where, got=repr(value), expected=expected) from None


def help_of(notebook: Path, model: Model) -> str:
    """Say what a notebook can be told; without a model, its parameters cell is all that is known."""
    title = f"Parameters of {notebook.stem}"
    if model:
        return f"{title}\n\n{help_text(model)}"
    defaults = (notebooks.read(notebook).defaults or {}).items()
    return "\n".join([f"{title}, and their defaults", *(f"    {n} = {v}" for n, v in defaults)])


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
