"""One process to fork kernels from, for all that papermill's own commands and functions run in this process."""

import ast
import atexit
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any

from replicate.execution.environment import VARIABLES
from replicate.execution.forking.parent import Parent, why_not
from replicate.execution.provision import Nursery
from replicate.execution.warm.imports import named

_LOG = logging.getLogger(__name__)
_LOCK = Lock()


@dataclass(frozen=True)
class _Shared:
    parent: Parent
    modules: tuple[str, ...]
    environment: Mapping[str, str]


_shared: list[_Shared] = []


@contextmanager
def nursery_for(notebook: Any) -> Iterator[Nursery | None]:
    """Give a notebook a process to fork its kernel from, which has imported what it and those before it import.

    The first run waits for these imports as an ordinary kernel does, later ones find them done. None where processes can't be forked, and
    the log says why.
    """
    if reason := why_not():
        _LOG.warning("an ordinary kernel, not a forked one: %s", reason)
        yield None
        return
    with _LOCK:
        shared = _with(named(_trees(notebook)), os.environ | VARIABLES)
        connection = shared.parent.connect()
    with connection:
        yield Nursery(connection, shared.modules)


def _trees(notebook: Any) -> Iterator[ast.Module]:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            with suppress(
                SyntaxError
            ):  # IPython's own commands, or a fault that the kernel will name
                yield ast.parse(cell.source)


def _with(modules: tuple[str, ...], environment: Mapping[str, str]) -> _Shared:
    """Return the process there is, if it has imported enough in the same environment, or else another in its place."""
    before = _shared.pop() if _shared else None
    known = before.modules if before else ()
    if (
        before
        and before.environment == environment
        and {*modules} <= {*known}
        and before.parent.process.poll() is None
    ):
        found = before
    else:
        if before:
            before.parent.close()
        wanted = tuple(dict.fromkeys([*known, *modules]))
        found = _Shared(
            Parent(["replicate.execution.forking.kernel", *wanted], environment=environment),
            wanted,
            environment,
        )
    _shared.append(found)
    return found


@atexit.register
def close() -> None:
    """End the shared process, if there is one."""
    while _shared:
        _shared.pop().parent.close()
