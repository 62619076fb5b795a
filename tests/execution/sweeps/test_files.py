import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from replicate.execution.sweeps.files import LOCK, Folder, replace
from replicate.vocabulary.errors import RunError

HOLDS = """
import os, sys, time
from pathlib import Path
from replicate.execution.sweeps.files import Folder
with Folder(Path(sys.argv[1])):
    child = os.fork()
    if child == 0:
        time.sleep(600)
    print(child, flush=True)
    time.sleep(600)
"""


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    replace(tmp_path / "a.csv", b"one")
    replace(tmp_path / "a.csv", b"two")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.csv", b"two")]


def test_a_file_that_can_not_be_written_leaves_the_last_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(RunError, match="a result that can't be written"):
        replace(tmp_path / "a.csv", b"one")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_a_full_disk_leaves_no_partial_file(tmp_path: Path) -> None:
    """The limit is the operating system's own, in a process of its own."""
    code = """
import resource, signal, sys
from pathlib import Path
from replicate.execution.sweeps.files import replace
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    replace(Path(sys.argv[1]), b"x" * 20_000)
except Exception as error:
    print(type(error).__name__)
"""
    (tmp_path / "a.csv").write_bytes(b"whole")
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "a.csv"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "RunError\n"
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.csv", b"whole")]


def test_a_folder_is_held_by_one_and_let_go_whatever_happens(tmp_path: Path) -> None:
    def fail() -> None:
        with Folder(tmp_path / "out"):
            with (
                pytest.raises(RunError, match="other runs are being written"),
                Folder(tmp_path / "x" / ".." / "out"),
            ):
                pass
            raise ValueError("on purpose")

    for _ in range(2):
        with pytest.raises(ValueError, match="on purpose"):
            fail()
    assert [path.name for path in (tmp_path / "out").iterdir()] == [LOCK]


def test_a_lock_ends_with_its_process_and_no_child_of_it_holds_it_on(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, tmp_path], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        child = int(holder.stdout.readline())
        try:
            with pytest.raises(RunError, match="other runs are being written"), Folder(tmp_path):
                pass
            holder.kill()
            holder.wait()
            with Folder(tmp_path):
                os.kill(child, 0)  # still there, and holds nothing
        finally:
            os.kill(child, signal.SIGKILL)


def test_what_a_killed_runner_had_begun_to_write_is_taken_away(tmp_path: Path) -> None:
    for name in (
        ".a.ipynb.0123abcd",
        ".results.csv.deadbeef",
        ".sweep.json",
        "a.ipynb",
        ".a.ipynb.0123abcz",
    ):
        (tmp_path / name).touch()
    with Folder(tmp_path):
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            ".a.ipynb.0123abcz",
            LOCK,
            ".sweep.json",
            "a.ipynb",
        ]


def test_a_folder_that_can_not_be_made_or_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "out" / LOCK).mkdir(parents=True)
    for place in (tmp_path / "file" / "out", tmp_path / "out"):
        with (
            pytest.raises(RunError, match="a folder that can't be written to") as caught,
            Folder(place),
        ):
            pass
        assert caught.value.where == str(place)
