"""Sweeps as commands of their own, to which the worst happens."""

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from replicate.execution.results import LOCK, own_folder

from .conftest import gone, until

pytestmark = pytest.mark.slow
COMMAND = [sys.executable, "-c", "from replicate.cli import main; main()", "sweep"]
SECONDS = 120

WAITS = """
import os, pathlib, time
if k and not pathlib.Path(folder, 'go').exists():
    mark = pathlib.Path(folder, f'mark-{k}')
    mark.with_suffix('.new').write_text(str(os.getpid()))
    mark.with_suffix('.new').rename(mark)
    time.sleep(600)
"""


@pytest.fixture
def marks(
    project: Path, write: Callable[..., Path], sweep_file: Callable[..., Path]
) -> Iterator[Path]:
    """A sweep whose first run ends, and whose others leave a mark and wait until told to go."""
    folder = project / "marks"
    folder.mkdir()
    write(
        f"parameters: k = 1\nfolder = {str(folder)!r}",
        WAITS,
        "print(k)",
        folder=project / "notebooks",
    )
    sweep_file("notebook: toy\ngrid: {k: [0, 1, 2, 3]}\n")
    yield folder
    for mark in folder.glob("mark-?"):  # kernels that a failing test would leave
        if psutil.pid_exists(int(mark.read_text())):
            os.kill(int(mark.read_text()), signal.SIGKILL)


def _begin(*words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*COMMAND, "toys", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _waiting(marks: Path, out: Path) -> list[int]:
    """Wait until one run has ended and two are under way, and return the kernels of these."""
    until(
        lambda: (
            (out / "results.csv").is_file()
            and (marks / "mark-1").exists()
            and (marks / "mark-2").exists()
        )
    )
    return [int((marks / f"mark-{k}").read_text()) for k in (1, 2)]


def _leading(worker: psutil.Process) -> list[int]:
    """Return what runs below a worker in a session of its own: kernels, and not their servers."""
    found = []
    for child in worker.children(recursive=True):
        with suppress(ProcessLookupError):
            if os.getsid(child.pid) == child.pid and not gone(child.pid):
                found.append(child.pid)
    return found


def _outcomes(out: Path) -> dict[str, str]:
    return {
        row["run"]: row["outcome"]
        for row in csv.DictReader((out / "results.csv").read_text().splitlines())
    }


def test_a_sweep_whose_runner_was_killed_goes_on_where_it_was(marks: Path, project: Path) -> None:
    """At most the runs in flight are lost; a second sweep of one folder is refused while the first has it."""
    out = project / "outputs" / "sweeps" / "toys"
    with _begin("--jobs", "2") as runner:
        kernels = _waiting(marks, out)
        second = subprocess.run([*COMMAND, "toys"], capture_output=True, text=True, check=False)
        assert (second.returncode, second.stdout) == (1, "")
        assert second.stderr.startswith("other runs are being written to this folder\n")
        whole = (out / "k-0.ipynb").read_bytes(), (out / "k-0.manifest.json").read_bytes()
        runner.kill()
    until(lambda: all(gone(kernel) for kernel in kernels))
    assert sorted(path.name for path in out.iterdir() if not path.name.startswith(".")) == [
        "k-0.ipynb",
        "k-0.manifest.json",
        "results.csv",
    ]
    (marks / "go").touch()
    with _begin("--jobs", "2") as runner:
        printed, _ = runner.communicate(timeout=SECONDS)
    assert (runner.returncode, printed) == (
        0,
        "4 runs, 1 of them unchanged: outputs/sweeps/toys/results.csv\n",
    )
    assert whole == ((out / "k-0.ipynb").read_bytes(), (out / "k-0.manifest.json").read_bytes())
    assert _outcomes(out) == dict.fromkeys(["k-0", "k-1", "k-2", "k-3"], "ok")


@pytest.mark.soak
def test_an_interrupted_sweep_leaves_no_process_and_says_what_was_cancelled(
    marks: Path, project: Path
) -> None:
    out = project / "outputs" / "sweeps" / "toys"
    with _begin("--jobs", "2") as runner:
        kernels = _waiting(marks, out)
        started = psutil.Process(runner.pid).children(recursive=True)
        assert started
        runner.send_signal(signal.SIGINT)
        printed, said = runner.communicate(timeout=SECONDS)
    assert (runner.returncode, printed) == (
        130,
        "4 runs, 0 of them unchanged: outputs/sweeps/toys/results.csv\n",
    )
    assert "interrupted: the runs in flight were ended" in said
    assert "Traceback" not in said
    assert all(gone(kernel) for kernel in kernels)
    assert not [
        process
        for process in started
        if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]
    assert _outcomes(out) == {
        "k-0": "ok",
        "k-1": "cancelled",
        "k-2": "cancelled",
        "k-3": "cancelled",
    }
    with own_folder(out):
        assert (out / LOCK).exists()


@pytest.mark.soak
@pytest.mark.network
def test_an_interrupt_ends_the_runs_of_workers_in_other_processes(
    marks: Path, project: Path, scheduler: str
) -> None:
    out = project / "outputs" / "sweeps" / "toys"
    with _begin("--scheduler", scheduler) as runner:
        kernels = _waiting(marks, out)
        parents = [psutil.Process(kernel).parents() for kernel in kernels]
        workers = {
            each for above in parents for each in above if "dask_worker" in " ".join(each.cmdline())
        }
        assert all(_leading(worker) for worker in workers)
        assert len(workers) == 2
        runner.send_signal(signal.SIGINT)
        _, said = runner.communicate(timeout=SECONDS)
    assert runner.returncode == 130
    assert "interrupted: the runs in flight were ended" in said
    assert "Traceback" not in said
    until(lambda: not any(_leading(worker) for worker in workers), 10)
    assert all(gone(kernel) for kernel in kernels)
    assert _outcomes(out) == {
        "k-0": "ok",
        "k-1": "cancelled",
        "k-2": "cancelled",
        "k-3": "cancelled",
    }


@pytest.mark.soak
@pytest.mark.parametrize("runs", [1, 3])
def test_a_sweep_that_is_told_to_end_leaves_no_process(
    marks: Path, sweep_file: Callable[..., Path], runs: int
) -> None:
    """By SIGTERM; the kernel of a single run is an ordinary one, those of several are forked."""
    sweep_file(f"notebook: toy\ngrid: {{k: {[1, 2, 3][:runs]}}}\n")
    with _begin("--jobs", "2") as runner:
        until(lambda: len(list(marks.glob("mark-?"))) == min(runs, 2))
        started = psutil.Process(runner.pid).children(recursive=True)
        assert {int(mark.read_text()) for mark in marks.glob("mark-?")} <= {
            process.pid for process in started
        }
        runner.terminate()
        runner.communicate(timeout=SECONDS)
    until(lambda: all(gone(process.pid) for process in started), 20)


@pytest.mark.soak
def test_a_folder_that_is_full_keeps_what_was_there(marks: Path, project: Path) -> None:
    """By a limit on the size of files, which the system refuses to pass as it does on a full disk."""
    out = project / "outputs" / "sweeps" / "toys"
    (marks / "go").touch()
    first = subprocess.run([*COMMAND, "toys"], capture_output=True, text=True, check=False)
    assert first.returncode == 0, first.stderr
    before = {path.name: path.read_bytes() for path in out.glob("*.ipynb")}
    full = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    full += "resource.setrlimit(resource.RLIMIT_FSIZE, (900, 900)); "
    command = [sys.executable, "-c", full + COMMAND[2], "sweep", "toys", "--force"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "can't be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name: path.read_bytes() for path in out.glob("*.ipynb")} == before


def test_a_folder_that_may_not_be_written_to_is_refused_before_anything_runs(
    marks: Path, project: Path
) -> None:
    """By a file in the way, since whoever runs the tests may write anywhere."""
    (project / "outputs").touch()
    done = subprocess.run([*COMMAND, "toys"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("a folder that can't be written to\n")
    assert not list(marks.iterdir())
