"""Parameters of a run, from a file and from the command line, as plain values."""

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from replicate.execution.cache.code import Code
from replicate.execution.literals import line_of, parse, read_mapping
from replicate.vocabulary.errors import InputError, unknown
from replicate.vocabulary.parameters.base import InvalidValueError, NotebookParameters, Place
from replicate.vocabulary.parameters.help import help_text


def read(
    file: Path | None, assignments: Sequence[str], model: type[NotebookParameters] | None
) -> dict[str, Any]:
    """Merge a YAML file and `name=value` texts, check them, and return what to run with.

    Parameters
    ----------
    file
        Names and values in YAML, or None.
    assignments
        Texts such as `period=2024` or `forces=[Kent, Essex]`, each value in YAML; they prevail over the file.
    model
        The notebook's parameters; None for a notebook of one's own, whose names are checked against its tagged cell when it runs.

    Returns
    -------
    dict
        The values given, as the model writes them (`forces: [kent]` becomes `["Kent"]`), in the model's order.

    Raises
    ------
    InputError
        When a name or value is not valid; the message names the file and line, or the option, and the nearest valid name.

    Examples
    --------
    >>> from replicate.vocabulary.parameters import OffenceCounts
    >>> read(None, ["forces=[kent]", "period=2024"], OffenceCounts)
    {'period': '2024', 'forces': ['Kent']}
    """
    values, lines = read_mapping(file) if file else ({}, {})
    given = _assigned(assignments)
    values |= given

    def stands(place: Place) -> str:
        return f"-p {place[0]}" if place[0] in given else f"{file}, line {line_of(place, lines)}"

    return checked(values, stands, model) if model else values


def help_of(notebook: Path, model: type[NotebookParameters] | None) -> str:
    """Say what a notebook can be told; of one without a model, its parameters cell is all that is known."""
    title = f"Parameters of {notebook.stem}"
    if model:
        return f"{title}\n\n{help_text(model)}"
    return "\n".join(
        [
            f"{title}, and their defaults",
            *(f"    {name} = {value}" for name, value in Code(notebook).defaults.items()),
        ]
    )


def _assigned(assignments: Sequence[str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for text in assignments:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier():
            raise InputError(
                "an assignment that can't be read", where="-p", got=text, expected="name=value"
            )
        if name in values:
            raise InputError(
                "a parameter given twice", where=f"-p {name}", got=text, expected="one value"
            )
        values[name] = parse(value, where=f"-p {name}")
    return values


def checked(
    values: dict[str, Any], stands: Callable[[Place], str], model: type[NotebookParameters]
) -> dict[str, Any]:
    """Hold values to a model, and return them as it writes them.

    Parameters
    ----------
    values
        Parameter names and values.
    stands
        Says where the value at a place (a parameter's name, then names and positions inside it) was given.
    model
        The notebook's parameters.

    Raises
    ------
    InputError
        When a name or value is not valid, saying where it stands.
    """
    for name in values:
        if name not in model.model_fields:
            raise unknown("parameter", name, model.model_fields, where=stands((name,)))
    try:
        held = model.checked(values)
    except InputError as error:
        raise _placed(error, values, stands, model) from None
    return held.model_dump(mode="json", include=set(values))


def _placed(
    error: InputError,
    values: dict[str, Any],
    stands: Callable[[Place], str],
    model: type[NotebookParameters],
) -> InputError:
    """Name the line or option of the value or item at fault: where the model says none, the one refused for the same reason on its own."""
    place: Place = error.place if isinstance(error, InvalidValueError) else ()
    inside = ""
    for name, value in values.items() if not place else ():
        if _alone(model, name, value, error):
            items = value if isinstance(value, list) else []
            place = (
                name,
                *[
                    number
                    for number, item in enumerate(items)
                    if _alone(model, name, [item], error)
                ][:1],
            )
            inside = "" if error.where in ("parameters", name) else f" ({error.where})"
    if not place:
        return error
    return InputError(
        error.what,
        where=stands(place) + inside,
        got=error.got,
        expected=error.expected,
        hint=error.hint,
    )


def _alone(model: type[NotebookParameters], name: str, value: object, error: InputError) -> bool:
    """Say whether a value is refused for the same reason on its own."""
    try:
        model.checked({name: value})
    except InputError as alone:
        return str(alone) == str(error)
    return False


def plain(values: Mapping[str, object]) -> dict[str, Any]:
    """Return values as JSON knows them, so that each enters a notebook as a literal.

    Raises
    ------
    InputError
        When a value is neither text, finite number, truth value, none, nor a list or mapping of these.

    Examples
    --------
    >>> plain({"forces": ("Kent", "Essex")})
    {'forces': ['Kent', 'Essex']}
    """
    found: dict[str, Any] = {}
    for name, value in values.items():
        try:
            found[name] = json.loads(json.dumps(value, allow_nan=False))
        except (TypeError, ValueError):
            expected = "text, a finite number, true, false, none, or a list or mapping of these"
            raise InputError(
                "a value that can't be a parameter", where=name, got=repr(value), expected=expected
            ) from None
    return found


def replay(
    notebook: Path, values: Mapping[str, object], out: Path, *, name: str | None = None
) -> str:
    """Return the command that runs a notebook again with the same values, and writes the same files.

    Examples
    --------
    >>> print(replay(Path("a.ipynb"), {"period": "2024", "definition": "contact"}, Path("outputs")))
    replicate run a.ipynb -p 'period="2024"' -p definition=contact --out outputs
    """
    given = [word for key, value in values.items() for word in ("-p", f"{key}={_text(value)}")]
    named = ["--name", name] if name and name != notebook.stem else []
    return shlex.join(["replicate", "run", str(notebook), *given, "--out", str(out), *named])


def _text(value: object) -> str:
    """Write a value as the plainest text that is read back as the same value."""
    forms = (*([value] if isinstance(value, str) else []), json.dumps(value, ensure_ascii=False))
    in_yaml = (
        yaml.safe_dump(value, default_flow_style=True, width=float("inf"))
        .removesuffix("...\n")
        .strip()
    )
    return next((text for text in forms if _reads_back(text, value)), in_yaml)


def _reads_back(text: str, value: object) -> bool:
    try:
        return parse(text, where="-p") == value
    except InputError:
        return False
