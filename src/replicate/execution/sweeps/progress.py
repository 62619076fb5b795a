"""Says how runs get on: a live line a run on a terminal, a line a run that ended elsewhere, and all of it in a file."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from replicate.execution.cache.entries import Entry
from replicate.vocabulary.outcomes import Outcome, Status

if TYPE_CHECKING:
    from replicate.execution.sweeps.plan import Task

LOG = "runs.log"
"""The file, in the folder of results, that everything is written to."""


def _untold(task: "Task", runs: bool) -> None:
    """Tell nobody which runs begin."""


class Watch:
    """Says what happens in lines.

    Parameters
    ----------
    console
        Where to say it.
    log
        The file to write it to as well, with the time.
    starting
        Called for every task before the first is run, with whether it will be.
    """

    interval: float | None = None
    """Seconds between two looks at which runs are under way; None for no need of it."""

    def __init__(
        self, console: Console, log: Path, starting: "Callable[[Task, bool], None]" = _untold
    ) -> None:
        self.console, self.log, self.starting = console, log, starting
        self._logs = True

    def begin(self, tasks: "Sequence[Task]", due: "Mapping[Task, Entry]") -> None:
        """Begin: `due` has what is to be run, and what is known of the result that it replaces."""
        for task in tasks:
            self.starting(task, task in due)
        self._write(f"{len(tasks)} runs, {len(tasks) - len(due)} of them unchanged")
        for task, entry in due.items():
            if entry.corrupt:
                self.notice(f"{task.name}: run again, since {entry.corrupt}")
            self._write(f"{task.name}: {entry.corrupt or '; '.join(entry.changed) or 'asked for'}")

    def running(self, tasks: "Sequence[Task]") -> None:
        """Tell which runs are under way."""

    def ended(self, task: "Task", outcome: Outcome) -> None:
        """Tell how a run ended."""
        line = f"{task.name}: {summary(outcome)}"
        self._write(f"{line}\n{outcome.message}".strip())
        if outcome.status is not Status.CANCELLED:
            self._say(
                f"{line}\n{outcome.message}".strip() if outcome.status is not Status.OK else line
            )

    def notice(self, text: str) -> None:
        """Say something that a person should know."""
        self._write(text)
        self._say(text)

    def end(self, statuses: Sequence[Status]) -> None:
        """Tell how all of them ended."""
        counts = Counter(statuses)
        self._write(
            f"{len(statuses)} runs: {', '.join(f'{counts[status]} {status}' for status in Status if counts[status])}"
        )

    def _say(self, text: str) -> None:
        self.console.print(text, emoji=False, markup=False, highlight=False, soft_wrap=True)

    def _write(self, text: str) -> None:
        if not self._logs:
            return
        try:
            with self.log.open("a", encoding="utf-8") as file:
                file.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {text}\n")
        except OSError as error:
            self._logs = False
            self._say(f"the log can't be written: {self.log}: {error.strerror}")


class Live(Watch):
    """Shows a live line a run, and one for all of them."""

    interval = 0.2

    def begin(self, tasks: "Sequence[Task]", due: "Mapping[Task, Entry]") -> None:
        """Begin, and show the line for all."""
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, console=self.console, transient=True)
        self._all = self._progress.add_task(
            "all runs", total=len(tasks), completed=len(tasks) - len(due)
        )
        self._lines: dict[Task, TaskID] = {}
        super().begin(tasks, due)
        self._progress.start()

    def running(self, tasks: "Sequence[Task]") -> None:
        """Show a line for each run that began, and none for those that ended."""
        for task in tasks:
            if task not in self._lines:
                self._lines[task] = self._progress.add_task(task.name, total=1)
        for task in [task for task in self._lines if task not in tasks]:
            self._progress.remove_task(self._lines.pop(task))

    def ended(self, task: "Task", outcome: Outcome) -> None:
        """Tell how a run ended, and count it."""
        super().ended(task, outcome)
        self._progress.advance(self._all)

    def end(self, statuses: Sequence[Status]) -> None:
        """Take the live lines away."""
        self._progress.stop()
        super().end(statuses)


def summary(outcome: Outcome) -> str:
    """Write an outcome as a line.

    Examples
    --------
    >>> summary(Outcome(status=Status.OK, duration=3.14159, peak_memory=210))
    'ok, 3.1 s, 210 MiB'
    """
    memory = "" if outcome.peak_memory is None else f", {outcome.peak_memory:,} MiB"
    return f"{outcome.status}, {outcome.duration:.1f} s{memory}"


def watch(log: Path, starting: "Callable[[Task, bool], None]" = _untold) -> Watch:
    """Return live lines for a terminal, and quiet ones for anything else; both on standard error."""
    console = Console(stderr=True, emoji=False, markup=False, highlight=False)
    return (Live if console.is_terminal else Watch)(console, log, starting)
