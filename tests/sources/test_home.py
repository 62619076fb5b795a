"""Where tables live."""

from pathlib import Path

import pooch
import pytest

from replicate.sources.home import HASHES, VARIABLE, data_home, read_hashes, sha256, shipped_home


def test_the_users_folder_is_the_one_named_by_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, "~/tables")
    assert data_home() == Path.home() / "tables"


def test_the_users_folder_is_the_systems_cache_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    assert data_home() == Path(pooch.os_cache("casey-audit-replication"))


def test_the_shipped_folder_holds_the_tables_and_their_hashes() -> None:
    assert (shipped_home() / HASHES).is_file()
    assert {path.stem for path in shipped_home().glob("*.parquet")} == set(
        read_hashes(shipped_home())
    )


def test_a_folder_without_a_record_has_no_hashes(tmp_path: Path) -> None:
    assert read_hashes(tmp_path) == {}


def test_sha256_of_abc_is_the_standards(tmp_path: Path) -> None:
    """FIPS 180-4's worked example."""
    (tmp_path / "abc").write_bytes(b"abc")
    assert (
        sha256(tmp_path / "abc")
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
