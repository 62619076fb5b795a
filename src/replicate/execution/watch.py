"""Watches a run from outside: what it holds, how long it takes, whether somebody wants it ended."""

import asyncio
import math
import re
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from time import monotonic

import psutil

from replicate.vocabulary.outcomes import Limits, Status

_PERIOD = 0.1  # seconds between two looks at a run that has a limit of memory
_REST = 1.0  # and at one that has none: only what it starts and leaves behind is looked for
_MIB = 1 << 20
_HIGHEST = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


class Ended(Exception):  # noqa: N818 - not an error of ours
    """A run did not come to its own end.

    Parameters
    ----------
    status
        The kind of end it came to.
    message
        What ended it.
    """

    def __init__(self, status: Status, message: str) -> None:
        super().__init__(message)
        self.status = status


class Watch:
    """Follows one run and its limits.

    Memory is the resident memory of the kernel and of the processes under it, added up, as psutil reports it. It is looked at ten times
    a second where there is a limit, and a run found above it is killed: the limit ends what grows, and can be passed for a moment. What
    processes share counts in each, so a forked kernel is charged for the libraries of its parent as an ordinary one is for its own.
    The operating system's `RLIMIT_AS` is no use for this: it counts addresses, of which numerical libraries reserve many times what they
    use, and reaching it is a failed allocation wherever one happens to be made.

    Parameters
    ----------
    limits
        What the run may use.
    cancelled
        Done, by any thread, when somebody wants the run ended.

    Attributes
    ----------
    status
        The kind of end that the run was brought to; None while it came to its own.
    peak
        The most memory seen, in MiB; None before a kernel has started. Linux keeps the kernel's own highest mark, which counts.
    """

    def __init__(self, limits: Limits, cancelled: "Future[None] | None" = None) -> None:
        self.limits = limits
        self.status: Status | None = None
        self.peak: int | None = None
        self._cancelled: Future[None] = cancelled or Future()
        self._began = monotonic()
        self._kernel: psutil.Process | None = None
        self._below: set[psutil.Process] = set()

    def follow(self, kernel: int) -> None:
        """Begin to look at the memory of a kernel, given its process id."""
        with suppress(psutil.NoSuchProcess):
            self._kernel = psutil.Process(kernel)

    def left(self, began: float | None = None) -> tuple[float, str]:
        """Return the seconds that a cell begun at some moment still has, or a run before its first, and the limit that gives no more."""
        now = monotonic()
        spent = (
            {"run": now - self._began}
            if began is None
            else {"cell": now - began, "run": now - self._began}
        )
        limits = {"cell": self.limits.cell_seconds, "run": self.limits.seconds}
        left = [
            (limit - spent[what], f"more than the {limit:g} s that a {what} may take")
            for what in spent
            if (limit := limits[what])
        ]
        return min(left, default=(math.inf, ""))

    async def intervention(self) -> Ended:
        """Wait until the run has to be ended: it holds more than it may, or somebody wants it."""
        asked = asyncio.wrap_future(self._cancelled)
        limit = self.limits.memory or math.inf
        while not asked.done():
            await asyncio.wait({asked}, timeout=_PERIOD if self.limits.memory else _REST)
            if (held := self.measure()) > limit:
                return Ended(
                    Status.KILLED,
                    f"the kernel and its children held {held} MiB, more than the {limit} MiB that they may",
                )
        return Ended(Status.CANCELLED, "the run was cancelled")

    def measure(self) -> int:
        """Return the MiB held now; note the most so far, and what runs under the kernel."""
        if self._kernel is None:
            return 0
        with suppress(psutil.Error):
            self._below.update(self._kernel.children(recursive=True))
        held = _resident([self._kernel, *self._below]) // _MIB
        self.note(max(held * _MIB, _highest(self._kernel.pid)))
        return held

    def note(self, held: int) -> None:
        """Note that the kernel held some bytes at some time."""
        self.peak = max(self.peak or 0, held // _MIB) or None

    def kill_what_is_left(self) -> None:
        """End the processes seen under the kernel that are still there, wherever they have moved to."""
        for process in self._below:
            with suppress(psutil.Error):
                process.kill()  # psutil compares start times: a process that has the same number by now is spared


def _resident(processes: Iterable[psutil.Process]) -> int:
    held = 0
    for process in processes:
        with suppress(psutil.Error):
            held += process.memory_info().rss
    return held


def _highest(process: int) -> int:
    """Return the most bytes a process ever held, where the system keeps that and the process is still there."""
    with suppress(OSError):
        if found := _HIGHEST.search(Path(f"/proc/{process}/status").read_text()):
            return int(found[1]) * 1024
    return 0
