"""The catalogue names every source, and says nothing of a file that is not so."""

import csv
import datetime
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from replicate.sources.catalogue import Source, catalogue

PUBLISHED: dict[str, Any] = {
    "id": "a",
    "publisher": "ONS",
    "publication": "A table",
    "licence": "OGL",
    "standing": "first-seen",
    "coverage": "All",
    "caveats": "None",
}
HELD = {"file": "a.csv", "sha256": "0" * 64, "bytes": 1}


def test_a_source_is_held_with_its_hash_and_size_or_can_be_fetched() -> None:
    for source in catalogue().values():
        assert source.fetch or (source.file and source.sha256 and source.bytes), source.id
        assert not source.file or (source.sha256 and source.bytes), source.id


@pytest.mark.parametrize(
    "change", [{"standing": "certain"}, {"sha256": "abc"}, {"size": 3}, {"publisher": None}]
)
def test_a_wrong_or_unknown_field_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Source(**{**PUBLISHED, **HELD, **change})


def test_lines_folded_in_the_file_are_one_line() -> None:
    assert Source(**{**PUBLISHED, **HELD, "caveats": "two\n  lines"}).caveats == "two lines"


def test_no_standing_is_official_since_no_official_hash_was_proved() -> None:
    assert {source.standing for source in catalogue().values()} == {"third-party", "first-seen"}


def test_official_releases_that_can_be_fetched() -> None:
    fetchable = {source.fetch.vintage: source for source in catalogue().values() if source.fetch}
    assert set(fetchable) == {"2025-01", "2025-04", "2025-07", "2026-01", "2026-04", "2026-07"}
    assert [vintage for vintage, source in fetchable.items() if source.file_url is None] == [
        "2025-04"
    ]
    for vintage, source in fetchable.items():
        assert isinstance(source.release_date, datetime.date)
        assert f"{source.release_date:%Y-%m}" == vintage
        assert source.feeds == (f"recorded_crime_{vintage}",)
        if source.file_url:
            assert source.file_url.endswith(f"-{source.release_date:%d%m%y}.ods")


def test_the_hash_of_july_2026_is_the_one_another_project_recorded(source_data: Path) -> None:
    with (source_data / "reference/home_office_official_files_sha256.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        (recorded,) = [
            row
            for row in csv.DictReader(file)
            if row["filename"] == "prc-pfa-mar2013-onwards-tables-230726.ods"
        ]
    source = catalogue()["home-office-prc-2026-07"]
    assert (source.sha256, str(source.bytes), source.file_url) == (
        recorded["sha256"],
        recorded["size_bytes"],
        recorded["url"],
    )
    assert source.standing == "third-party"


def test_every_source_file_is_in_the_catalogue_with_its_own_hash_and_size(
    source_data: Path,
) -> None:
    files = {
        path.relative_to(source_data).as_posix(): path
        for path in source_data.rglob("*")
        if path.is_file() and path.name != "PROVENANCE.md"
    }
    held = {source.file: source for source in catalogue().values() if source.file}
    assert set(held) == set(files)
    for name, source in held.items():
        content = files[name].read_bytes()
        assert (source.sha256, source.bytes) == (
            hashlib.sha256(content).hexdigest(),
            len(content),
        ), name


def test_the_catalogue_says_what_the_note_of_provenance_says_of_each_file(
    source_data: Path,
) -> None:
    """Hashes of the note, by file."""
    text = (source_data / "PROVENANCE.md").read_text(encoding="utf-8")
    sections = {block.split("\n", 1)[0].strip(): block for block in text.split("\n## ")[1:]}
    compared = 0
    for source in catalogue().values():
        stated = re.findall(r"sha256 ([0-9a-f]{64})", sections.get(source.file or "", ""))
        if stated:
            assert source.sha256 in stated, source.id
            compared += 1
    assert compared


def test_addresses_are_of_publishers_and_paths_are_relative() -> None:
    for source in catalogue().values():
        assert all(url.startswith("https://") for url in (source.page, source.file_url) if url)
        assert source.file is None or not Path(source.file).is_absolute()
