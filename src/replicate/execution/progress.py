"""Says how runs get on: a live line a run on a terminal, a line a run elsewhere, all in a file."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from replicate.execution.plans import RunSpec
from replicate.execution.results import Entry
from replicate.vocabulary.runs import Outcome, Status

LOG = "runs.log"
"""The file, in the folder of results, that everything is written to."""

OnStart = Callable[[RunSpec, bool], None]
"""Called for every run before the first, with whether it will be made."""


def _ignore(spec: RunSpec, due: bool) -> None:
    """Tell nobody which runs begin."""


class Lines:
    """Says what happens in lines.

    Parameters
    ----------
    console
        Where to say it.
    log
        The file to write it to as well, with the time.
    on_start
        Called for every run before the first is made.
    """

    interval = 10.0
    """Seconds between two looks at which runs are under way."""

    def __init__(self, console: Console, log: Path, on_start: OnStart = _ignore) -> None:
        self.console, self.log, self.on_start = console, log, on_start
        self._logs = True
        self._said = monotonic()

    def begin(self, specs: Sequence[RunSpec], due: Mapping[RunSpec, Entry]) -> None:
        """Begin: `due` has what is to be run, and what is known of the result it replaces."""
        for spec in specs:
            self.on_start(spec, spec in due)
        self._write(f"{len(specs)} runs, {len(specs) - len(due)} of them unchanged")
        for spec, entry in due.items():
            if entry.corrupt:
                self.notice(f"{spec.name}: run again, since {entry.corrupt}")
            self._write(f"{spec.name}: {entry.why or 'asked for'}")

    def running(self, names: Collection[str]) -> None:
        """Tell which runs are under way, where nothing was said for a while."""
        if names and monotonic() - self._said >= self.interval:
            self._say(f"still running: {', '.join(names)}")

    def ended(self, spec: RunSpec, outcome: Outcome) -> None:
        """Tell how a run ended."""
        line = f"{spec.name}: {summary(outcome)}"
        whole = f"{line}\n{outcome.message}".strip()
        self._write(whole)
        if outcome.status is not Status.CANCELLED:
            self._say(whole if outcome.status is not Status.OK else line)

    def notice(self, text: str) -> None:
        """Say something that a person should know."""
        self._write(text)
        self._say(text)

    def end(self, statuses: Sequence[Status]) -> None:
        """Tell how all of them ended."""
        counts = Counter(statuses)
        listed = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
        self._write(f"{len(statuses)} runs: {listed}")

    def _say(self, text: str) -> None:
        self._said = monotonic()
        self.console.print(text, markup=False, emoji=False, highlight=False, soft_wrap=True)

    def _write(self, text: str) -> None:
        if not self._logs:
            return
        try:
            with self.log.open("a", encoding="utf-8") as file:
                file.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {text}\n")
        except OSError as error:
            self._logs = False
            self._say(f"the log can't be written: {self.log}: {error.strerror}")


class Live(Lines):
    """Shows a live line a run, and one for all of them."""

    interval = 0.2

    def begin(self, specs: Sequence[RunSpec], due: Mapping[RunSpec, Entry]) -> None:
        """Begin, and show the line for all."""
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, console=self.console, transient=True)
        self._all = self._progress.add_task(
            "all runs", total=len(specs), completed=len(specs) - len(due)
        )
        self._lines: dict[str, TaskID] = {}
        super().begin(specs, due)
        self._progress.start()

    def running(self, names: Collection[str]) -> None:
        """Show a line for each run that began, and none for those that ended."""
        for name in names:
            if name not in self._lines:
                self._lines[name] = self._progress.add_task(name, total=1)
        for name in [name for name in self._lines if name not in names]:
            self._progress.remove_task(self._lines.pop(name))

    def ended(self, spec: RunSpec, outcome: Outcome) -> None:
        """Tell how a run ended, and count it."""
        super().ended(spec, outcome)
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


def progress(log: Path, on_start: OnStart = _ignore) -> Lines:
    """Return live lines for a terminal, and quiet ones for anything else; on standard error."""
    console = Console(stderr=True, emoji=False, markup=False, highlight=False)
    return (Live if console.is_terminal else Lines)(console, log, on_start)
