import asyncio
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Thread

import pytest

from replicate.execution import provision
from replicate.execution.attempt import attempt
from replicate.vocabulary.outcomes import Limits, Status

pytestmark = pytest.mark.slow
Write = Callable[..., Path]
SLOW = "import pathlib, time\npathlib.Path(told).touch()\ntime.sleep(600)"


def test_a_run_that_succeeds_leaves_its_files_under_the_name_given(
    write: Write, tmp_path: Path
) -> None:
    outcome, made = attempt(
        write("print(period)"),
        parameters={"period": "2023"},
        out=tmp_path / "out",
        name="kent-2023",
    )
    assert (outcome.status, outcome.message) == (Status.OK, "")
    assert made
    assert (made.notebook, made.manifest) == (
        tmp_path / "out" / "kent-2023.ipynb",
        tmp_path / "out" / "kent-2023.manifest.json",
    )
    assert made.record.name == "kent-2023"
    assert outcome.duration >= made.record.duration > 0
    assert 20 < (outcome.peak_memory or 0) < 1000


@pytest.mark.parametrize(
    ("parameters", "says"),
    [({"peroid": "2024"}, "did you mean 'period'"), ({"period": 1j}, "can't be a parameter")],
)
def test_bad_input_is_refused(
    write: Write, tmp_path: Path, parameters: dict[str, object], says: str
) -> None:
    outcome, made = attempt(write(), parameters=parameters, out=tmp_path / "out")
    assert (outcome.status, outcome.peak_memory, made) == (Status.REFUSED, None, None)
    assert says in outcome.message


def test_a_result_that_can_not_be_written_is_an_error(write: Write, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file in the way")
    outcome, _ = attempt(write(), parameters={}, out=tmp_path / "out")
    assert outcome.status == Status.ERROR
    assert outcome.message.startswith("a folder that can't be made")


def test_a_kernel_that_can_not_be_started_is_an_error(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def launch_kernel(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(provision, "launch_kernel", launch_kernel)
    outcome, _ = attempt(write(), parameters={}, out=tmp_path / "out")
    assert outcome.status == Status.ERROR
    assert "the kernel did not start" in outcome.message
    assert "Resource temporarily unavailable" in outcome.message


def test_an_ordinary_kernel_keeps_to_the_limits_as_well(write: Write, tmp_path: Path) -> None:
    notebook = write("## Growing", "held = []\nwhile True:\n    held.append(b'x' * (8 << 20))")
    outcome, _ = attempt(
        notebook, parameters={}, out=tmp_path / "out", limits=Limits(memory=300, seconds=60)
    )
    assert outcome.status == Status.KILLED
    assert (outcome.peak_memory or 0) > 300
    assert "more than the 300 MiB" in outcome.message


def test_the_limit_of_a_cell_is_not_one_of_the_kernels_start(write: Write, tmp_path: Path) -> None:
    notebook = write("import time\ntime.sleep(600)", "parameters: x = 1")
    outcome, _ = attempt(
        notebook, parameters={}, out=tmp_path / "out", limits=Limits(cell_seconds=0.01)
    )  # no kernel starts as fast
    assert outcome.status == Status.TIMEOUT
    assert outcome.message.startswith(
        "toy stopped\n    Timeout: more than the 0.01 s that a cell may take"
    )


def test_a_run_can_be_cancelled_from_another_thread(write: Write, tmp_path: Path) -> None:
    cancelled: Future[None] = Future()
    outcome = when_it_runs(write, tmp_path, lambda: cancelled.set_result(None), cancelled=cancelled)
    assert outcome == (Status.CANCELLED, True)


def test_an_interrupt_cancels(write: Write, tmp_path: Path) -> None:
    assert when_it_runs(write, tmp_path, lambda: os.kill(os.getpid(), signal.SIGINT)) == (
        Status.CANCELLED,
        True,
    )


def test_an_interrupt_cancels_where_a_loop_runs_already_as_in_a_notebook(
    write: Write, tmp_path: Path
) -> None:
    async def called() -> tuple[Status, bool]:
        return when_it_runs(write, tmp_path, lambda: os.kill(os.getpid(), signal.SIGINT))

    loop = asyncio.new_event_loop()  # unlike asyncio.run, it leaves interrupts to who waits for it
    try:
        assert loop.run_until_complete(called()) == (Status.CANCELLED, True)
    finally:
        loop.close()


def when_it_runs(
    write: Write, tmp_path: Path, act: Callable[[], None], cancelled: "Future[None] | None" = None
) -> tuple[Status, bool]:
    told = tmp_path / "told"

    def wait() -> None:
        while not told.exists():
            time.sleep(0.02)
        act()

    Thread(target=wait, daemon=True).start()
    notebook = write("parameters: told = ''", SLOW)
    outcome, made = attempt(
        notebook, parameters={"told": str(told)}, out=tmp_path / "out", cancelled=cancelled
    )
    return outcome.status, made is None and outcome.message.startswith("toy ")
