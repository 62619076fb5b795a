"""A new vintage is one command: from a workbook on a real server to the loaders, and no harm when something is wrong."""

import errno
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from replicate.cli import main
from replicate.derivations.counting import count
from replicate.sources import tables
from replicate.sources.build import offences
from replicate.sources.build.recorded_crime import tidy
from replicate.sources.build.writing import write_table
from replicate.sources.catalogue import Source, catalogue
from replicate.sources.fetch import fetch, store
from replicate.sources.workbook import read_recorded_crime
from replicate.vocabulary.definitions import custom_definition
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.periods import Period

from .ods_writer import Cell, write_ods, year_sheet
from .web import Page, Site, serve

pytestmark = pytest.mark.network

TABLE, CODES, RECORD = (
    "recorded_crime_2026-07.parquet",
    "offences_2026-07.parquet",
    "recorded_crime_2026-07.json",
)


def a_workbook(
    path: Path, *, kent: Cell = 12, last: int = 4, code: str = "88A", title: str = "Sexual grooming"
) -> bytes:
    """Write a workbook of five quarters to March 2026, as the release of July 2026 ends: Kent and the City of London."""
    quarters = [("2024/25", 4), *(("2025/26", quarter) for quarter in range(1, last + 1))]
    sheets = {
        year.replace("/", "_"): year_sheet(
            year,
            *((quarter, "Kent", title, code, kent) for named, quarter in quarters if named == year),
            *(
                (quarter, "London, City of", "Corporate manslaughter", 4.1, "N/a")
                for named, quarter in quarters
                if named == year
            ),
        )
        for year in ("2024/25", "2025/26")
    }
    return write_ods(path, {"Cover_sheet": [["Police recorded crime"]], **sheets}).read_bytes()


@pytest.fixture
def workbook(tmp_path: Path) -> bytes:
    return a_workbook(tmp_path / "made.ods")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REPLICATE_DATA", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def site(workbook: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve({"/prc.ods": Page(workbook)}) as served:
        know(monkeypatch, file_url=f"{served.url}/prc.ods")
        yield served


def know(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Put one source into the catalogue beside an older one: the newest release, with another address or hash."""
    real = catalogue()
    newest = Source.model_validate(
        real["home-office-prc-2026-07"].model_dump()
        | {"sha256": None, "standing": "first-seen"}
        | changes
    )
    known = {
        source.id: source
        for source in (real["home-office-prc-2025-07"], newest, real["ons-mye24-ew"])
    }
    monkeypatch.setattr("replicate.sources.fetch.catalogue", lambda: known)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_new_vintage_is_one_command(site: Site, home: Path, workbook: bytes) -> None:
    result = fetch()
    assert (result.source, result.vintage, result.rows, result.new) == (
        "home-office-prc-2026-07",
        "2026-07",
        10,
        True,
    )
    assert (result.address, result.bytes, result.standing) == (
        f"{site.url}/prc.ods",
        len(workbook),
        "first-seen",
    )
    assert result.sha256 == hashlib.sha256(workbook).hexdigest()
    assert result.workbook.read_bytes() == workbook
    assert result.cells_changed_from_shipped is None
    assert sorted(contents(home)) == ["first-seen.json", CODES, RECORD, TABLE]
    assert tables.vintages()[-1] == tables.resolve_vintage("latest") == "2026-07"
    assert tables.coverage("2026-07").label == "2025-Q1..2026-Q1"
    assert tables.table_path("recorded_crime_2026-07") == result.table == home / TABLE
    held = (
        tables.recorded_crime("2026-07")
        .groupby(["force", "offence_code"])["count"]
        .agg(["sum", "size", "count"])
    )
    assert held.to_dict("index") == {
        ("Kent", "88A"): {"sum": 60, "size": 5, "count": 5},
        ("London, City of", "4.10"): {"sum": 0, "size": 5, "count": 0},
    }


def test_a_code_that_is_new_in_a_release_can_be_counted_once_it_is_fetched(
    site: Site,
    home: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site.pages["/prc.ods"] = Page(
        a_workbook(tmp_path / "new.ods", code="88F", title="A new offence")
    )
    new, year = custom_definition(("88F",)), Period.parse("YE 2026-03")
    with pytest.raises(InputError, match="unknown offence code"):
        count(new, Period.parse("2024"))
    fetch()
    assert count(new, year).count == 4 * 12
    monkeypatch.setattr(
        "sys.argv", ["replicate", "count", "--codes", "88F", "--period", "YE 2026-03", "--json"]
    )
    with pytest.raises(SystemExit) as done:
        main()
    assert done.value.code == 0
    counted = json.loads(capsys.readouterr().out)
    assert {name: counted[name] for name in ("count", "codes", "vintage")} == {
        "count": 48,
        "codes": ["88F"],
        "vintage": "2026-07",
    }
    codes = tables.offences().set_index("code")
    assert [
        codes[column]["88F"] for column in ("description", "first_quarter", "last_quarter")
    ] == ["A new offence", "2025-Q1", "2026-Q1"]
    assert codes["last_quarter"]["4.10"] == "2026-Q1"


@pytest.mark.parametrize("builder", ["tidy", "offences.build"])
def test_a_table_that_is_not_as_its_schema_says_is_not_kept(
    site: Site, home: Path, builder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stands for a release that passes every check of its cells and yet gives a table that loaders would refuse."""
    made: Callable[..., pd.DataFrame] = tidy if builder == "tidy" else offences.build

    def doubled(*args: Any, **options: Any) -> pd.DataFrame:
        table = made(*args, **options)
        return pd.concat([table, table.tail(1)], ignore_index=True)

    with monkeypatch.context() as patch:
        patch.setattr(f"replicate.sources.fetch.vintage.{builder}", doubled)
        with pytest.raises(RunError, match="not as its schema says"):
            fetch()
    assert contents(home) == {}
    assert fetch().new


def test_where_a_vintage_came_from_is_kept_beside_it(
    site: Site, home: Path, workbook: bytes
) -> None:
    fetch("home-office-prc-2026-07")
    record = json.loads((home / RECORD).read_text(encoding="utf-8"))
    assert record.pop("fetched")[:2] == "20"
    assert record == {
        "source": "home-office-prc-2026-07",
        "vintage": "2026-07",
        "address": f"{site.url}/prc.ods",
        "sha256": hashlib.sha256(workbook).hexdigest(),
        "standing": "first-seen",
        "bytes": len(workbook),
        "rows": 10,
    }


def test_the_same_again_changes_nothing(site: Site, home: Path) -> None:
    fetch()
    (home / RECORD).write_text("kept", encoding="utf-8")
    before = contents(home)
    assert fetch().new is False
    assert contents(home) == before


def test_the_hash_first_seen_must_be_met_from_then_on(
    site: Site, home: Path, tmp_path: Path
) -> None:
    fetch()
    before = contents(home)
    site.pages["/prc.ods"] = Page(a_workbook(tmp_path / "other.ods", kent=13))
    with pytest.raises(RunError, match=r"wrong hash.*first-seen\.json has") as error:
        fetch()
    assert error.value.exit_code == 1
    assert contents(home) == before


def test_a_table_of_the_vintage_that_differs_is_never_replaced(
    site: Site, home: Path, tmp_path: Path
) -> None:
    fetch()
    (home / "first-seen.json").unlink()
    before = contents(home)
    site.pages["/prc.ods"] = Page(a_workbook(tmp_path / "other.ods", kent=13))
    with pytest.raises(RunError, match="left as it is") as error:
        fetch()
    assert f"where: {home / TABLE}" in str(error.value)
    assert "delete that file" in str(error.value)
    assert contents(home) == before
    (home / TABLE).unlink()
    assert fetch().new
    assert tables.recorded_crime("2026-07")["count"].sum() == 5 * 13


def test_the_hash_of_the_catalogue_must_be_met(
    site: Site, home: Path, workbook: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{site.url}/prc.ods"
    know(monkeypatch, file_url=address, sha256="0" * 64)
    with pytest.raises(RunError, match=r"wrong hash.*and the catalogue has 0000"):
        fetch()
    assert contents(home) == {}
    know(
        monkeypatch,
        file_url=address,
        sha256=hashlib.sha256(workbook).hexdigest(),
        standing="third-party",
    )
    assert fetch().standing == "third-party"
    assert sorted(contents(home)) == [CODES, RECORD, TABLE]


def test_mirrors_are_tried_in_order_before_the_official_address(
    site: Site, home: Path, tmp_path: Path
) -> None:
    result = fetch(
        mirrors=[str(tmp_path / "nothing here"), f"{site.url}/gone", str(tmp_path / "made.ods")]
    )
    assert result.address == str(tmp_path / "made.ods")
    assert [asked.path for asked in site.asked] == ["/gone/prc.ods"]


def test_a_source_without_an_address_needs_a_mirror(
    home: Path, workbook: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    know(monkeypatch, file_url=None)
    with pytest.raises(InputError, match="own address is not known"):
        fetch()
    assert (
        fetch(mirrors=[str(tmp_path / "made.ods")]).workbook
        == home / "downloads" / "home-office-prc-2026-07.ods"
    )


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        (1, 5, "not a financial quarter"),
        (2, "Knet", "unknown force"),
        (6, "", "not an offence code"),
        (7, "many", "not a whole number"),
    ],
)
def test_a_cell_that_can_not_be_read_is_named_by_its_sheet_and_row(
    site: Site, home: Path, tmp_path: Path, column: int, cell: Cell, said: str
) -> None:
    rows = [(quarter, "Kent", "Sexual grooming", "88A", 12) for quarter in (1, 2, 3, 4)]
    sheets = {name: year_sheet(name.replace("_", "/"), *rows) for name in ("2024_25", "2025_26")}
    sheets["2025_26"][3][column] = cell
    site.pages["/prc.ods"] = Page(write_ods(tmp_path / "spoilt.ods", sheets).read_bytes())
    with pytest.raises(InputError, match=said) as error:
        fetch()
    assert "row 4 of sheet '2025_26'" in str(error.value)
    assert contents(home) == {}


@pytest.mark.parametrize(
    "name", ["home-office-prc-2026-7", "ons-mye24-ew"], ids=["misspelt", "not to be fetched"]
)
def test_a_source_that_can_not_be_fetched_is_refused_with_those_that_can(
    site: Site, name: str
) -> None:
    with pytest.raises(InputError, match="home-office-prc-2026-07") as error:
        fetch(name)
    assert "ons-mye24-ew" not in str(error.value.expected)
    assert site.asked == []


def test_a_workbook_of_another_layout_leaves_everything_as_it_was(
    site: Site, home: Path, tmp_path: Path
) -> None:
    fetch()
    (home / "first-seen.json").unlink()
    before = contents(home)
    sheet = year_sheet("2025/26", (4, "Kent", "Sexual grooming", "88A", 12))
    sheet[0][2] = "Force"
    site.pages["/prc.ods"] = Page(
        write_ods(tmp_path / "renamed.ods", {"2025_26": sheet}).read_bytes()
    )
    with pytest.raises(InputError, match="a missing column") as error:
        fetch()
    assert f"{home / 'downloads' / 'prc.ods'}, sheet '2025_26', row 1" in str(error.value)
    assert contents(home) == before
    assert [path.name for path in home.iterdir() if path.is_dir()] == ["downloads"]


def test_a_workbook_of_another_release_is_refused(site: Site, home: Path, tmp_path: Path) -> None:
    site.pages["/prc.ods"] = Page(a_workbook(tmp_path / "april.ods", last=3))
    with pytest.raises(InputError, match="does not cover the quarters of its release") as error:
        fetch()
    assert "2025-Q1 to 2025-Q4" in str(error.value)
    assert "every quarter to 2026-Q1" in str(error.value)
    assert contents(home) == {}


def test_a_workbook_without_one_of_its_quarters_is_refused(
    site: Site, home: Path, tmp_path: Path
) -> None:
    rows = [(quarter, "Kent", "Sexual grooming", "88A", 12) for quarter in (1, 2, 4)]
    site.pages["/prc.ods"] = Page(
        write_ods(tmp_path / "gap.ods", {"2025_26": year_sheet("2025/26", *rows)}).read_bytes()
    )
    with pytest.raises(InputError, match="2025-Q2 to 2026-Q1, quarters: 3"):
        fetch()
    assert contents(home) == {}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_disk_that_fills_up_during_the_download_is_reported(site: Site, home: Path) -> None:
    address = f"{site.url}/prc.ods"
    (home / "downloads").mkdir(parents=True)
    part = home / "downloads" / f"prc.ods.{hashlib.sha256(address.encode()).hexdigest()[:12]}.part"
    part.symlink_to("/dev/full")  # the kernel's own full disk
    with pytest.raises(RunError, match="the disk is full") as error:
        fetch()
    assert error.value.exit_code == 1
    assert "No space left on device" in str(error.value)
    assert contents(home) == {}


@pytest.mark.parametrize("last", [TABLE, CODES])
def test_a_disk_that_fills_up_during_the_building_leaves_the_old_vintages(
    site: Site, home: Path, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(frame: pd.DataFrame, path: Path) -> None:
        write_table(frame, path)
        if path.name == last:
            path.write_bytes(b"PAR1")
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(store, "write_table", full)
        with pytest.raises(RunError, match="the disk is full"):
            fetch()
    assert contents(home) == {}
    assert [path.name for path in home.iterdir()] == ["downloads"]
    assert fetch().new


def test_a_folder_that_can_not_be_written_is_reported(site: Site, home: Path) -> None:
    home.write_text("a file", encoding="utf-8")
    with pytest.raises(RunError, match="can't be written"):
        fetch()


@pytest.mark.parametrize("text", ["{", "[1]"])
def test_a_spoilt_record_of_hashes_is_refused_before_anything_is_asked(
    site: Site, home: Path, text: str
) -> None:
    home.mkdir()
    (home / "first-seen.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="a record of hashes that can't be read"):
        fetch()
    assert site.asked == []


def test_what_changes_from_the_shipped_table_of_the_same_vintage_is_counted(
    site: Site, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shipped copy may have 0 where the workbook has no number; here so in five cells, and it lacks a sixth."""
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    table = tidy(read_recorded_crime(tmp_path / "made.ods"), vintage="2026-07")
    write_table(table.assign(count=table["count"].fillna(0)).iloc[1:], shipped / TABLE)
    monkeypatch.setattr(store, "shipped_home", lambda: shipped)
    assert table["force"].iloc[0] == "Kent"
    assert fetch().cells_changed_from_shipped == 6
