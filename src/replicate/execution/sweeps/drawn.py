"""The runs that a sweep's file asks for, one after another: their values, where each stands in the file, and their names."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from replicate.execution.sweeps.document import SweepFile
from replicate.execution.sweeps.naming import run_name
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters.base import Place


@dataclass(frozen=True)
class Drawn:
    """The values of one run, and where in the file each stands."""

    values: Mapping[str, Any]
    places: Mapping[str, Place]

    def joined(self, other: "Drawn") -> "Drawn":
        """Return these values and others, with the places of all."""
        return Drawn({**self.values, **other.values}, {**self.places, **other.places})


def varying(asked: SweepFile) -> list[str]:
    """Return the names to call runs by: those of `grid` and `zip`, after what `list` calls its entries."""
    entries = asked.entries or []
    called = (
        ["name"]
        if any("name" in entry for entry in entries)
        else list(dict.fromkeys(name for entry in entries for name in entry))
    )
    return [
        *called,
        *asked.rows,
        *(name for name, values in asked.grid.items() if len(values) > 1),
    ] or list(asked.grid)


def template(names: Iterable[str], values: Mapping[str, Any]) -> str:
    """Call a run by its values, those that are no text with their names."""
    return "-".join(
        f"{{{name}}}" if isinstance(values.get(name), str) else f"{name}-{{{name}}}"
        for name in names
    )


def runs(asked: SweepFile, stands: Any) -> Iterator[Drawn]:
    """Draw the runs in order: those of `list` first, then rows of `zip`, then the combinations of `grid`.

    Parameters
    ----------
    asked
        The sweep's file.
    stands
        Says where a place of the file stands.

    Raises
    ------
    InputError
        When a parameter is given in two parts of the file.
    """
    entries = [
        Drawn(entry, {name: ("list", number, name) for name in entry})
        for number, entry in enumerate(asked.entries or [{}])
    ]
    size = len(next(iter(asked.rows.values()), [None]))
    rows = [
        Drawn(
            {name: values[number] for name, values in asked.rows.items()},
            {name: ("zip", name, number) for name in asked.rows},
        )
        for number in range(size)
    ]
    axes = [
        [
            Drawn({name: value}, {name: ("grid", name, number)})
            for number, value in enumerate(values)
        ]
        for name, values in asked.grid.items()
    ]
    common = Drawn(asked.parameters, {name: ("parameters", name) for name in asked.parameters})
    for parts in product(entries, rows, *axes):
        drawn = common
        for part in parts:
            if twice := [name for name in part.values if name in drawn.values]:
                raise InputError(
                    "a parameter given twice",
                    where=stands(part.places[twice[0]]),
                    got=twice[0],
                    expected="one place for it",
                )
            drawn = drawn.joined(part)
        yield drawn


def named(drawn: Drawn, template: str, stands: Any) -> tuple[str, Drawn]:
    """Name a run, and take the name out of its values where `list` gave it there."""
    name = run_name(template, drawn.values, where=stands(("name",)))
    given = {
        key: value
        for key, value in drawn.values.items()
        if drawn.places[key][0] != "list" or key != "name"
    }
    return name, Drawn(given, drawn.places)
