"""YAML read for what it says: no key twice, no number or date that the writer did not mean."""

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from replicate.vocabulary.errors import InputError, nearest
from replicate.vocabulary.parameters.base import Place


class LiteralLoader(yaml.SafeLoader):
    """A safe loader that takes fewer texts for something else than YAML 1.1 does.

    YAML 1.1 reads `NO` as false, `017` as 15, `20:30` as 1230 and `2024-01-01` as a date. Here, by YAML 1.2's core schema
    (https://yaml.org/spec/1.2.2/, section 10.3.2), decimal numbers, `true`, `false` and `null` are what they seem, and all else is text.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping, and refuse a key given twice, which YAML's own loader lets the last one win."""
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(
                    None, None, f"a name must be text, not {key!r}", key_node.start_mark
                )
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key!r} is given twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


LiteralLoader.yaml_implicit_resolvers = {}
for _kind, _pattern, _first in (
    ("null", r"null|Null|NULL|~|", [*"nN~", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    ("int", r"[-+]?(0|[1-9][0-9]*)", [*"-+0123456789"]),
    ("float", r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", [*"-+.0123456789"]),
):
    LiteralLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_kind}", re.compile(rf"^(?:{_pattern})$"), _first
    )


def parse(text: str, *, where: str) -> object:
    """Read YAML.

    Parameters
    ----------
    text
        A document, or the value of an option.
    where
        The file or option, for the error; the line is added to a file's.

    Raises
    ------
    InputError
        When the text is not YAML, asks for more than plain values, or gives a name twice.

    Examples
    --------
    >>> parse("[17B, NO, 017, 2024-01-01, 71, 0.95, true]", where="-p codes")
    ['17B', 'NO', '017', '2024-01-01', 71, 0.95, True]
    """
    try:
        return yaml.load(text, Loader=LiteralLoader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{where}, line {mark.line + 1}" if mark and "\n" in text else where
        raise InputError(
            "YAML that can't be read",
            where=place,
            got=error.problem,
            expected="names and plain values",
        ) from None
    except yaml.YAMLError as error:
        raise InputError(
            "YAML that can't be read", where=where, got=str(error).splitlines()[0], expected="text"
        ) from None


def read_mapping(file: Path) -> tuple[dict[str, Any], dict[Place, int]]:
    """Read a file of names and values.

    Returns
    -------
    tuple
        The values by name, and the line that each name and each item of a list stands on, by its place.

    Raises
    ------
    InputError
        When the file is missing (the nearest name is given), not text, not YAML, or not names and values.
    """
    text = _text(file)
    values = parse(text, where=str(file))
    if values is None:
        return {}, {}
    if not isinstance(values, dict):
        raise InputError(
            "a parameter file that does not name its values",
            where=str(file),
            got=type(values).__name__,
            expected="`name: value` lines",
        )
    return values, dict(_lines(yaml.compose(text, Loader=LiteralLoader), ()))


def _lines(node: yaml.Node | None, place: Place) -> Iterator[tuple[Place, int]]:
    parts: list[tuple[str | int, yaml.Node, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        parts = [(key.value, key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        parts = [(number, item, item) for number, item in enumerate(node.value)]
    for name, first, value in parts:
        yield (*place, name), first.start_mark.line + 1
        yield from _lines(value, (*place, name))


def line_of(place: Sequence[str | int], lines: Mapping[Place, int]) -> int | None:
    """Return the line of a place in a file, or of the nearest place around it that has one.

    Examples
    --------
    >>> line_of(("forces", 7, "name"), {("forces",): 3, ("forces", 7): 11})
    11
    """
    return next(
        (
            lines[tuple(place[:size])]
            for size in range(len(place), 0, -1)
            if tuple(place[:size]) in lines
        ),
        None,
    )


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        beside = [path.name for path in file.parent.glob("*.y*ml")] if file.parent.is_dir() else []
        close = nearest(file.name, beside)
        raise InputError(
            "no such parameter file",
            where=str(file),
            hint=f"did you mean '{file.with_name(close)}'?" if close else None,
        ) from None
    except (UnicodeDecodeError, IsADirectoryError) as error:
        raise InputError(
            "a parameter file that can't be read",
            where=str(file),
            got=str(error),
            expected="YAML in UTF-8",
        ) from None
