"""Errors that say what was wrong, where, what was got, what was expected and what to do next."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import partial


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
        The closest choice (case is ignored), or None where none is close.

    Examples
    --------
    >>> nearest("merseyside police", ["Merseyside", "Kent"])
    'Merseyside'
    """
    by_key = {choice.casefold(): choice for choice in choices}
    found = get_close_matches(str(got).casefold(), by_key, n=1, cutoff=0.5)
    return by_key[found[0]] if found else None


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
        self.what, self.where, self.got = what, where, got
        self.expected, self.hint = expected, hint
        super().__init__(self._message())

    def _message(self) -> str:
        rows = [
            ("where", self.where),
            ("got", self.got),
            ("expected", self.expected),
            ("next", self.hint),
        ]
        return "\n".join(
            [self.what, *(f"  {name}: {text}" for name, text in rows if text is not None)]
        )

    def __reduce__(self) -> tuple[Callable[[str], "ReplicateError"], tuple[str]]:
        """Let the error cross to another process whole; the default would call the class without its keywords."""
        rebuilt = partial(
            type(self), where=self.where, got=self.got, expected=self.expected, hint=self.hint
        )
        return rebuilt, (self.what,)


class InputError(ReplicateError):
    """Bad input, refused before any work starts (exit code 2)."""

    exit_code = 2


class RunError(ReplicateError):
    """A run that started and failed (exit code 1)."""


def unknown(kind: str, got: object, choices: Iterable[str], *, where: str) -> InputError:
    """Build the error for a name that is not among the valid ones, with the nearest of them.

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
    listed = ", ".join(valid) if len(valid) <= 12 else f"one of {len(valid)} valid values"
    return InputError(
        f"unknown {kind}",
        where=where,
        got=got,
        expected=f"one of {listed}" if len(valid) <= 12 else listed,
        hint=f"did you mean '{close}'?" if close else None,
    )
