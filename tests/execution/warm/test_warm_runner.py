import os
from collections.abc import Callable
from multiprocessing import Pipe
from pathlib import Path
from threading import Thread

import pytest

from replicate.execution.warm import runner
from replicate.execution.warm.job import CANCEL, Job
from replicate.vocabulary.outcomes import Limits, Outcome, Status

Write = Callable[..., Path]


def test_a_runner_answers_each_job_in_turn_until_its_pool_is_gone(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Served in a thread here: what a forked one does, coverage does not see."""

    def attempt(notebook: Path, **options: object) -> tuple[Outcome, None]:
        options["cancelled"].result(timeout=120)  # type: ignore[attr-defined]
        return Outcome(status=Status.CANCELLED, duration=1, message=notebook.name), None

    monkeypatch.chdir(tmp_path)  # back at the end
    (ours, theirs), (nursery, _) = Pipe(), Pipe()
    thread = Thread(
        target=runner.serve,
        args=(str(tmp_path), (), os.dup(theirs.fileno()), os.dup(nursery.fileno())),
    )
    thread.start()
    theirs.close()
    ours.send(CANCEL)  # before there is anything to cancel
    ours.send(Job(Path("absent.ipynb"), {}, tmp_path, None, Limits(), None))
    assert ours.recv()[0].status == Status.REFUSED
    ours.send(Job(write(), None, tmp_path, None, Limits(), None))  # type: ignore[arg-type]
    assert "AttributeError" in str(ours.recv())
    monkeypatch.setattr(runner, "attempt", attempt)
    ours.send(Job(tmp_path / "slow.ipynb", {}, tmp_path, None, Limits(), None))
    ours.send(CANCEL)
    ours.send(CANCEL)
    assert ours.recv()[0].message == "slow.ipynb"
    ours.close()
    thread.join(timeout=120)
    assert not thread.is_alive()
