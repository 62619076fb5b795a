import errno
import os
from pathlib import Path

import pytest

from replicate.vocabulary.errors import RunError
from replicate.vocabulary.files import write_atomic


@pytest.mark.parametrize(
    ("content", "stored"), [("£1\r\n", b"\xc2\xa31\r\n"), (b"\x00\xff", b"\x00\xff"), ("", b"")]
)
def test_a_file_is_replaced_whole_and_nothing_else_is_left(
    tmp_path: Path, content: str | bytes, stored: bytes
) -> None:
    path = tmp_path / "made" / "note"
    for _ in ("new", "replaced"):
        assert write_atomic(path, content) == path
        assert path.read_bytes() == stored
        assert list(path.parent.iterdir()) == [path]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "note"
    path.write_text("what was there")

    def full(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:1])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(RunError) as caught:
        write_atomic(path, "new")
    assert (caught.value.where, caught.value.got) == (str(path), "No space left on device")
    assert path.read_text() == "what was there"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interruption_leaves_nothing_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(tmp_path / "note", "new")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("taken", ["folder", "file"])
def test_a_place_that_can_not_hold_the_file_is_named(tmp_path: Path, taken: str) -> None:
    (tmp_path / "file").write_text("")
    path = {"folder": tmp_path, "file": tmp_path / "file" / "note"}[taken]
    with pytest.raises(RunError, match="a file that can't be written") as caught:
        write_atomic(path, "new")
    assert caught.value.where == str(path)
