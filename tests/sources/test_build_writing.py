"""Tables are written whole or not at all, and the same rows always give the same bytes."""

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from replicate.sources.build import writing
from replicate.sources.build.writing import install, write_table
from replicate.sources.home import HASHES, read_hashes, sha256
from replicate.vocabulary.errors import InputError, RunError

FRAME = pd.DataFrame(
    {"force": ["Kent", None], "count": pd.array([1, None], dtype="Int64"), "whole": [True, False]}
)


def test_the_same_rows_give_the_same_bytes_and_name_no_version_of_pandas(tmp_path: Path) -> None:
    write_table(FRAME, tmp_path / "a.parquet")
    write_table(FRAME.copy(), tmp_path / "b.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert b"pandas" not in (tmp_path / "a.parquet").read_bytes()


def test_missing_stays_missing(tmp_path: Path) -> None:
    write_table(FRAME, tmp_path / "a.parquet")
    assert pq.read_table(tmp_path / "a.parquet").to_pylist() == [
        {"force": "Kent", "count": 1, "whole": True},
        {"force": None, "count": None, "whole": False},
    ]


def test_install_makes_the_folder_and_records_the_hashes(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "tables"
    assert install([("a", FRAME)], folder) == [folder / "a.parquet"]
    assert read_hashes(folder) == {"a": sha256(folder / "a.parquet")}
    assert sorted(path.name for path in folder.parent.iterdir()) == ["tables"]


def test_install_keeps_the_hashes_of_other_tables(tmp_path: Path) -> None:
    install([("b", FRAME)], tmp_path / "t")
    install([("a", FRAME)], tmp_path / "t")
    assert list(json.loads((tmp_path / "t" / HASHES).read_text(encoding="utf-8"))) == ["a", "b"]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Install one table, and give its folder."""
    install([("a", FRAME)], tmp_path / "t")
    return tmp_path / "t"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_full_disk_is_a_run_error_and_leaves_old_data_untouched(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(old)
    write = writing.write_table

    def fill(frame: pd.DataFrame, path: Path) -> None:
        if path.name == "b.parquet":
            path.write_bytes(b"PAR1")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(frame, path)

    monkeypatch.setattr(writing, "write_table", fill)
    with pytest.raises(RunError, match="No space left on device") as error:
        install([("a", FRAME.iloc[:1]), ("b", FRAME)], old)
    assert str(old) in str(error.value)
    assert error.value.exit_code == 1
    assert contents(old) == before
    assert [path.name for path in old.parent.iterdir()] == ["t"]


def test_an_error_of_the_builder_passes_through_and_leaves_old_data_untouched(old: Path) -> None:
    before = contents(old)

    def frames() -> Iterator[tuple[str, pd.DataFrame]]:
        yield "a", FRAME.iloc[:1]
        raise InputError("a bad file", where="a file")

    with pytest.raises(InputError, match="a bad file"):
        install(frames(), old)
    assert contents(old) == before


def test_a_folder_that_can_not_be_made_is_a_run_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(RunError, match="could not be written"):
        install([("a", FRAME)], tmp_path / "file" / "tables")


def test_a_fault_without_words_of_the_system_gives_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(frame: pd.DataFrame, path: Path) -> None:
        raise OSError("the writer gave up")

    monkeypatch.setattr(writing, "write_table", fail)
    with pytest.raises(RunError, match="the writer gave up"):
        install([("a", FRAME)], tmp_path / "t")
