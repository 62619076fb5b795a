"""Stand-ins for what runs notebooks and for who watches, so that most of these tests run none."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from replicate.execution.result import Run
from replicate.execution.sweeps.plan import Task
from replicate.execution.sweeps.progress import LOG, Watch
from replicate.vocabulary.manifests import Manifest
from replicate.vocabulary.outcomes import Limits, Outcome, Status

Ended = tuple[Outcome, Run | None]
Finished = Callable[..., Manifest]
PENDING = "pending"


class StandIn:
    """Ends runs at once, each as its name says: `error-1`, `killed-2`; other names are ok. `pending` ones end when they are cancelled."""

    def __init__(self, finished: Finished) -> None:
        self.finished = finished
        self.asked: list[str] = []
        self.runs: int | None = None
        self.interrupted_at: str | None = None
        self.left: list[Future[Ended]] = []

    def submit(
        self,
        notebook: Path,
        *,
        parameters: Mapping[str, object],
        out: Path,
        name: str | None = None,
        limits: Limits = Limits(),  # noqa: ARG002, B008
    ) -> Future[Ended]:
        named = str(name)
        if named == self.interrupted_at:
            raise KeyboardInterrupt
        self.asked.append(named)
        future: Future[Ended] = Future()
        future.set_running_or_notify_cancel()
        if named.startswith(PENDING):
            self.left.append(future)
        else:
            future.set_result(self._end(notebook, parameters, out, named))
        return future

    def _end(self, notebook: Path, parameters: Mapping[str, object], out: Path, name: str) -> Ended:
        status = next(
            (
                status
                for status in Status
                if name.startswith(status.value) and status is not Status.OK
            ),
            Status.OK,
        )
        if status is not Status.OK:
            (out / f"{name}.failed.ipynb").touch()
            return Outcome(
                status=status, duration=0.5, message=f"{name} stopped\n    for a reason"
            ), None
        records = [
            {
                "name": "total",
                "value": len(self.asked),
                "unit": "offences",
                "interval": {"lower": 1.0, "upper": 2.5},
            }
        ]
        made = self.finished(notebook, out, name=name, parameters=dict(parameters), records=records)
        (out / f"{name}.failed.ipynb").unlink(missing_ok=True)
        run = Run(out / f"{name}.ipynb", out / f"{name}.manifest.json", made)
        return Outcome(status=Status.OK, duration=1.5, peak_memory=100), run

    def cancel(self) -> None:
        for future in self.left:
            future.set_result((Outcome(status=Status.CANCELLED, duration=0.1), None))
        self.left = []

    @contextmanager
    def begin(self, due: Sequence[Task]) -> Iterator["StandIn"]:
        self.runs = len(due)
        yield self


@pytest.fixture
def stand_in(finished: Finished) -> StandIn:
    return StandIn(finished)


@pytest.fixture
def said() -> io.StringIO:
    """What is said to a person."""
    return io.StringIO()


@pytest.fixture
def watch(tmp_path: Path, said: io.StringIO) -> Watch:
    return Watch(Console(file=said, width=200), tmp_path / "out" / LOG)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[..., Path]) -> Path:
    """Stand in a project with one notebook, `toy`, which has no model, and return it."""
    for name in ("notebooks", "params/sweeps"):
        (tmp_path / "project" / name).mkdir(parents=True)
    write(
        "parameters: period = '2024'\nk = 1", "print(k)", folder=tmp_path / "project" / "notebooks"
    )
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture
def sweep_file(project: Path) -> Callable[[str], Path]:
    """Write a sweep."""

    def written(text: str, name: str = "toys", **_: Any) -> Path:
        path = project / "params" / "sweeps" / f"{name}.yaml"
        path.write_text(text)
        return path

    return written
