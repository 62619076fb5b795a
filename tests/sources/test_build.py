"""Building all tables: hashes first, everything or nothing, the shipped tables byte for byte."""

import hashlib
import io
import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from replicate.sources import build as building
from replicate.sources.build import build, table_bytes
from replicate.sources.catalogue import Source, catalogue
from replicate.sources.tables import HASHES, read_hashes, shipped_home
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.runs import sha256

RESIDENTS = "residents.parquet"


def test_a_rebuild_from_the_source_files_gives_the_shipped_tables_byte_for_byte(
    source_data: Path, tmp_path: Path
) -> None:
    made = {path.name: path.read_bytes() for path in build(source_data, tmp_path)}
    made[HASHES] = (tmp_path / HASHES).read_bytes()
    shipped = {path.name: path.read_bytes() for path in shipped_home().iterdir()}
    assert set(made) == set(shipped)
    assert [name for name in made if made[name] != shipped[name]] == []


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    """Make a folder of one small source file, in a catalogue that knows no other."""
    real = catalogue()["ons-population-pfa-2024"]
    path = tmp_path / "sources" / str(real.file)
    path.parent.mkdir(parents=True)
    path.write_text("PFA 2023 Name,Population\nKent,20\nEssex,30\n", encoding="utf-8")
    digest, size = hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size
    known = real.model_copy(update={"sha256": digest, "bytes": size})
    monkeypatch.setattr(building, "catalogue", lambda: {known.id: known})
    return known


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_the_catalogue_feeds_is_built_with_its_hashes_and_the_same_again(
    source: Source, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "tables"
    assert build(tmp_path / "sources", out) == [out / RESIDENTS]
    rows = pd.read_parquet(out / RESIDENTS).to_numpy().tolist()
    assert rows == [["Essex", 2024, 30, "mid-2024"], ["Kent", 2024, 20, "mid-2024"]]
    assert read_hashes(out) == {"residents": sha256(out / RESIDENTS)}
    before = contents(out)
    build(tmp_path / "sources", out)
    assert contents(out) == before


@pytest.mark.parametrize("spoil", ["cut short", "absent"])
def test_a_file_that_is_not_the_catalogues_is_refused_before_anything_is_built(
    source: Source, tmp_path: Path, spoil: str
) -> None:
    path = tmp_path / "sources" / str(source.file)
    path.write_bytes(path.read_bytes()[:-3])
    if spoil == "absent":
        path.unlink()
    with pytest.raises(InputError, match="not the one of the catalogue") as error:
        build(tmp_path / "sources", tmp_path / "out")
    message = str(error.value)
    got = "No such file" if spoil == "absent" else f"{int(source.bytes or 0) - 3} bytes"
    for words in (str(path), got, f"sha256 {source.sha256}", source.publisher):
        assert words in message
    assert not (tmp_path / "out").exists()


def test_a_fault_while_building_leaves_the_old_tables(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path / "sources", tmp_path / "out")
    before = contents(tmp_path / "out")
    path = tmp_path / "sources" / str(source.file)
    path.write_bytes(path.read_bytes().replace(b"Kent,20", b"Knet,20"))
    known = source.model_copy(update={"sha256": sha256(path)})
    monkeypatch.setattr(building, "catalogue", lambda: {known.id: known})
    with pytest.raises(InputError, match="unknown force"):
        build(tmp_path / "sources", tmp_path / "out")
    assert contents(tmp_path / "out") == before


def test_a_folder_that_can_not_be_made_is_a_run_error(source: Source, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(RunError, match="can't be written"):
        build(tmp_path / "sources", tmp_path / "file" / "tables")


def test_the_same_rows_give_the_same_bytes_and_missing_stays_missing() -> None:
    rows = {"vintage": "2026-07", "quarter": "2026-Q1", "force": TERRITORIAL[:2]}
    counts = pd.array([None, 3], dtype="Int64")
    frame = pd.DataFrame(rows | {"offence_code": "71", "count": counts})
    content = table_bytes(frame, "recorded_crime_2026-07")
    assert content == table_bytes(frame.copy(), "recorded_crime_2026-07")
    assert b"pandas" not in content
    assert pq.read_table(io.BytesIO(content))["count"].to_pylist() == [None, 3]


def test_shipped_tables_have_sources_and_take_at_most_5_megabytes() -> None:
    fed = {table for source in catalogue().values() if source.file for table in source.feeds}
    assert fed == set(json.loads((shipped_home() / HASHES).read_text(encoding="utf-8")))
    sizes = {path.stem: path.stat().st_size for path in shipped_home().glob("*.parquet")}
    assert set(sizes) == fed
    assert sum(sizes.values()) <= 5_000_000
