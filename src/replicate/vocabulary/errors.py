"""Errors that say what was wrong, where, what was got, what was expected and what to do next."""

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pydantic import ValidationError

_NEAR = 0.65
"""How alike two texts are, from 0 to 1 (`difflib`), before one is offered for the other."""

_ID = re.compile(r"([a-z])0*(\d+)([a-z]?)")
"""The id of a claim, in small letters: noughts before the number are a matter of habit."""

Place = tuple[str | int, ...]
"""Where a value stands: a parameter's name, then names and positions inside it."""


def nearest(got: object, choices: Iterable[str]) -> str | None:
    """Return the valid value most like what was given.

    Parameters
    ----------
    got
        What the user gave.
    choices
        The valid values.

    Returns
    -------
    str or None
        The closest choice (case is ignored), or None where none is close. Of ids only the same
        one written otherwise is close, or the row that a part belongs to: another number is
        another claim.

    Examples
    --------
    >>> nearest("merseyside police", ["Merseyside", "Kent"])
    'Merseyside'
    >>> nearest("C1", ["C01", "C11"]), nearest("C99", ["C01", "C29"])
    ('C01', None)
    """
    by_key = {_key(choice): choice for choice in choices}
    key = _key(str(got))
    if _ID.fullmatch(key):
        return by_key.get(key) or by_key.get(key.rstrip("abcdefghijklmnopqrstuvwxyz"))
    found = get_close_matches(key, by_key, n=1, cutoff=_NEAR)
    return by_key[found[0]] if found else None


def _key(text: str) -> str:
    key = text.strip().casefold()
    return "".join(part.groups()) if (part := _ID.fullmatch(key)) else key


class ReplicateError(Exception):
    """Something a person can act on; its text is the whole message, and no traceback is shown.

    Parameters
    ----------
    what
        The fault, as a sentence without a full stop.
    where
        The file, cell, option or table it was found in.
    got, expected
        What was found there, and what would have been right.
    hint
        The nearest valid value, or the next step.
    """

    exit_code = 1

    def __init__(
        self,
        what: str,
        *,
        where: str,
        got: object = None,
        expected: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what, self.where, self.got = what, where, got
        self.expected, self.hint = expected, hint

    def __str__(self) -> str:
        told = {
            "where": self.where,
            "got": self.got,
            "expected": self.expected,
            "next": self.hint,
        }
        rows = [f"  {name}: {_seen(text)}" for name, text in told.items() if text is not None]
        return "\n".join([self.what, *rows])

    def __reduce__(self) -> tuple[Callable[[str], "ReplicateError"], tuple[str], dict[str, Any]]:
        """Let the error cross to another process whole, with its keywords."""
        return partial(type(self), where=self.where), (self.what,), self.__dict__


def _seen(value: object) -> str:
    """Print a text so that one that is empty, or begins or ends with a blank, can be seen."""
    text = str(value)
    return text if text and text == text.strip(" ") else repr(text)


class InputError(ReplicateError, ValueError):
    """Bad input, refused before any work starts (exit code 2).

    It is a `ValueError`, so that pydantic's models can refuse with it; a model of parameters then
    says the place of the value.
    """

    exit_code = 2
    place: Place = ()


class RunError(ReplicateError):
    """A run that started and failed (exit code 1)."""


class Fault(NamedTuple):
    """The first thing that a pydantic model refuses.

    Where, what was got, why in words, by which kind of check, and the error it raised itself.
    """

    place: Place
    got: object
    why: str
    kind: str
    cause: object

    @classmethod
    def of(cls, error: "ValidationError") -> "Fault":
        """Read it from pydantic's error."""
        first = error.errors()[0]
        why, cause = first["msg"].removeprefix("Value error, "), first.get("ctx", {}).get("error")
        return cls(first["loc"], first["input"], why, first["type"], cause)

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.place))} {self.why}".strip()


def unknown(
    kind: str, got: object, choices: Iterable[str], *, where: str, otherwise: str | None = None
) -> InputError:
    """Build the error for a name that is not among the valid ones.

    The next step is the nearest valid name, or `otherwise` where none is near.

    Examples
    --------
    >>> print(unknown("force", "Kentt", ["Kent", "Essex"], where="--force"))
    unknown force
      where: --force
      got: Kentt
      expected: one of Essex, Kent
      next: did you mean 'Kent'?
    """
    valid = sorted(choices)
    close = nearest(got, valid)
    listed = ", ".join(valid) if len(valid) <= 12 else f"{len(valid)} valid values"
    hint = f"did you mean '{close}'?" if close else otherwise
    return InputError(
        f"unknown {kind}", where=where, got=got, expected=f"one of {listed}", hint=hint
    )
