import os
from collections.abc import Callable
from multiprocessing import Pipe
from pathlib import Path

import pytest

from replicate.execution.attempt import attempt
from replicate.execution.forking.nursery import Exit
from replicate.execution.forking.parent import Parent
from replicate.execution.provision import Forked, Nursery, obstacle
from replicate.vocabulary.outcomes import Status


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("matplotlibrc", "matplotlibrc sets other defaults"),
        ("numpy.py", "numpy.py hides an installed module"),
        ("numpy/__init__.py", "numpy/__init__.py hides an installed module"),
    ],
)
def test_a_folder_can_hold_what_a_forked_kernel_would_miss(
    tmp_path: Path, name: str, says: str
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("")
    assert str(obstacle(tmp_path, ["numpy.linalg", "matplotlib.pyplot"])) == f"{tmp_path}/{says}"
    assert obstacle(tmp_path, ["pandas"]) is None


def test_a_folder_of_the_same_name_without_modules_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "numpy").mkdir()
    assert obstacle(tmp_path, ["numpy", "matplotlib"]) is None


def test_a_forked_kernel_is_like_a_process_that_was_started() -> None:
    ours, theirs = Pipe()
    kernel = Forked(ours, 1 << 22)  # a number that Linux gives to none
    assert kernel.poll() is None
    kernel.send_signal(9)
    theirs.send(Exit(3, 1000))
    assert (kernel.wait(), kernel.poll(), kernel.peak) == (3, 3, 1000)
    kernel.pid = os.getpid()
    kernel.send_signal(9)  # it has ended: whoever has its number by now is spared


@pytest.mark.slow
def test_without_a_process_to_fork_from_kernels_are_ordinary(
    write: Callable[..., Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ours, theirs = Pipe()
    theirs.close()
    outcome, _ = attempt(
        write("1"), parameters={}, out=tmp_path / "out", nursery=Nursery(ours, ("json",))
    )
    (tmp_path / "json.py").touch()
    again, _ = attempt(
        write("1"), parameters={}, out=tmp_path / "out", nursery=Nursery(ours, ("json",))
    )
    assert (outcome.status, again.status) == (Status.OK, Status.OK)
    assert "the process to fork from is gone" in caplog.text
    assert f"{tmp_path}/json.py hides an installed module" in caplog.text


@pytest.mark.slow
def test_a_kernel_ends_with_the_process_it_was_forked_from(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    parent = Parent(["replicate.execution.forking.kernel"], environment=os.environ)
    with parent.connect() as connection:
        code = (
            "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nimport time\ntime.sleep(600)"
        )
        outcome, _ = attempt(
            write(code), parameters={}, out=tmp_path / "out", nursery=Nursery(connection, ())
        )
    parent.close()
    assert outcome.status == Status.KILLED
