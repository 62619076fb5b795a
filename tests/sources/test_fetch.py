"""A new vintage is one command: from a workbook on a server that cuts, stalls, lies and redirects."""

import json
import socket
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from replicate.sources import build as building
from replicate.sources import fetch as fetching
from replicate.sources import tables
from replicate.sources.build import recorded_crime
from replicate.sources.catalogue import Source, catalogue
from replicate.sources.fetch import fetch
from replicate.vocabulary.errors import InputError, RunError

from .ods_writer import Cell, Row, write_ods, year_sheet
from .web import Page, Site, serve

pytestmark = pytest.mark.network

ID, VINTAGE = "home-office-prc-2026-07", "2026-07"
TABLE, CODES, RECORD = (
    f"recorded_crime_{VINTAGE}.parquet",
    f"offences_{VINTAGE}.parquet",
    f"recorded_crime_{VINTAGE}.json",
)
HTML = b"<!DOCTYPE html><title>Page not found</title>"


def a_workbook(path: Path, *, kent: Cell = 12, last: int = 4, code: str = "88A") -> bytes:
    """Write a workbook of five quarters to March 2026, as the release of July 2026 ends."""
    sheets: dict[str, list[list[Cell]]] = {"Cover_sheet": [["Police recorded crime"]]}
    for year, quarters in (("2024/25", (4,)), ("2025/26", range(1, last + 1))):
        rows: list[Row] = []
        for quarter in quarters:
            rows.append((quarter, "Kent", "Sexual grooming", code, kent))
            rows.append((quarter, "London, City of", "Corporate manslaughter", 4.1, "N/a"))
        sheets[year.replace("/", "_")] = year_sheet(year, *rows)
    return write_ods(path, sheets).read_bytes()


@pytest.fixture
def workbook(tmp_path: Path) -> bytes:
    return a_workbook(tmp_path / "made.ods")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REPLICATE_DATA", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def site(workbook: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Serve the workbook as the newest release, asked once, with little patience."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(fetching, "RETRIES", 0)
    monkeypatch.setattr(fetching, "TIMEOUT", 0.3)
    with serve({"/prc.ods": Page(workbook)}) as served:
        know(monkeypatch, file_url=f"{served.url}/prc.ods")
        yield served


def know(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Put one source into the catalogue beside older ones, with another address or hash."""
    real = catalogue()
    bare = {"sha256": None, "standing": "first-seen"}
    newest = Source.model_validate(real[ID].model_dump() | bare | changes)
    others = (real["home-office-prc-2025-07"], real["ons-mye24-ew"])
    known = {source.id: source for source in (*others, newest)}
    monkeypatch.setattr(fetching, "catalogue", lambda: known)


def contents(folder: Path) -> dict[str, bytes]:
    paths = folder.iterdir() if folder.is_dir() else ()
    return {path.name: path.read_bytes() for path in paths if path.is_file()}


def refused(*mirrors: str) -> str:
    with pytest.raises(RunError, match="no address gave the workbook") as error:
        fetch(mirrors=mirrors)
    assert error.value.exit_code == 1
    return str(error.value)


def test_a_new_vintage_is_one_command(site: Site, home: Path, workbook: bytes) -> None:
    result = fetch()
    assert json.loads((home / RECORD).read_text(encoding="utf-8")) == result.model_dump(mode="json")
    day = result.fetched
    assert result.model_dump(exclude={"fetched"}) == {
        "source": ID,
        "vintage": VINTAGE,
        "address": f"{site.url}/prc.ods",
        "sha256": sha256(workbook).hexdigest(),
        "standing": "first-seen",
        "bytes": len(workbook),
        "rows": 10,
        "new": True,
        "new_codes": (),
        "cells_changed_from_shipped": None,
    }
    assert day == pd.Timestamp(day).date().isoformat()
    assert sorted(contents(home)) == [CODES, RECORD, TABLE]
    assert contents(home / "downloads") == {"prc.ods": workbook}
    assert tables.vintages()[-1] == tables.resolve_vintage("latest") == VINTAGE
    assert tables.coverage(VINTAGE).label == "2025-Q1..2026-Q1"
    held = tables.recorded_crime(VINTAGE).groupby(["force", "offence_code"])["count"]
    assert held.agg(["sum", "size", "count"]).T.to_dict() == {
        ("Kent", "88A"): {"sum": 60, "size": 5, "count": 5},
        ("London, City of", "4.10"): {"sum": 0, "size": 5, "count": 0},
    }


def test_a_code_that_is_new_in_a_release_is_told_and_known_once_it_is_fetched(
    site: Site, home: Path, tmp_path: Path
) -> None:
    site.pages["/prc.ods"] = Page(a_workbook(tmp_path / "new.ods", code="88f"))
    assert fetch().new_codes == ("88F",)
    row = tables.offences().set_index("code").loc["88F"]
    assert (row["first_quarter"], row["last_quarter"]) == ("2025-Q1", "2026-Q1")


def test_the_same_again_asks_nobody_and_changes_nothing(site: Site, home: Path) -> None:
    first = fetch()
    before = contents(home)
    again = fetch(ID)
    assert again == first.model_copy(update={"new": False})
    assert contents(home) == before
    assert site.asked == ["/prc.ods"]
    (home / TABLE).unlink()
    assert fetch().address == str(home / "downloads" / "prc.ods")
    assert contents(home)[TABLE] == before[TABLE]


def test_the_hash_first_seen_must_be_met_from_then_on(
    site: Site, home: Path, tmp_path: Path
) -> None:
    seen = fetch().sha256
    before = contents(home)
    other = a_workbook(tmp_path / "other.ods", kent=13)
    site.pages["/prc.ods"] = Page(other)
    (home / "downloads" / "prc.ods").write_bytes(b"spoilt")
    message = refused()
    for words in (seen, sha256(other).hexdigest(), f"expected: sha256 {seen}"):
        assert words in message
    assert contents(home) == before


def test_a_table_of_the_vintage_of_another_workbook_is_never_replaced(
    site: Site, home: Path, tmp_path: Path
) -> None:
    fetch()
    (home / RECORD).unlink()
    before = contents(home)
    site.pages["/prc.ods"] = Page(a_workbook(tmp_path / "other.ods", kent=13))
    with pytest.raises(RunError, match="left as it is") as error:
        fetch()
    assert f"where: {home / TABLE}" in str(error.value)
    assert contents(home) == before
    (home / TABLE).unlink()
    assert fetch().new
    assert tables.recorded_crime(VINTAGE)["count"].sum() == 5 * 13


def test_the_hash_of_the_catalogue_must_be_met(
    site: Site, home: Path, workbook: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{site.url}/prc.ods"
    know(monkeypatch, file_url=address, sha256="0" * 64)
    assert f"expected: sha256 {'0' * 64}" in refused()
    assert contents(home) == contents(home / "downloads") == {}
    digest = sha256(workbook).hexdigest()
    know(monkeypatch, file_url=address, sha256=digest, standing="third-party")
    assert fetch().standing == "third-party"


@pytest.mark.parametrize("text", ["{", "[1]", '{"sha256": 3}'])
def test_a_spoilt_record_is_refused_before_anything_is_asked(
    site: Site, home: Path, text: str
) -> None:
    home.mkdir()
    (home / RECORD).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="a record of a fetch that can't be read"):
        fetch()
    assert site.asked == []


def test_mirrors_are_tried_in_order_before_the_official_address(
    site: Site, home: Path, tmp_path: Path, workbook: bytes
) -> None:
    """Folders, URLs of a folder and of a file; a redirection; an answer without its length."""
    site.pages["/old.ods?a=b.c"] = Page(status=301, headers={"Location": "/new.ods"})
    site.pages["/new.ods"] = Page(workbook, length="")
    mirrors = [str(tmp_path / "nothing here"), f"{site.url}/gone/", f"{site.url}/old.ods?a=b.c"]
    result = fetch(mirrors=mirrors)
    assert result.address == mirrors[-1]
    assert site.asked == ["/gone/prc.ods", "/old.ods?a=b.c", "/new.ods"]


def test_a_file_can_be_the_address_and_stays_where_it_is(
    home: Path, workbook: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    know(monkeypatch, file_url=None)
    with pytest.raises(InputError, match="own address is not known"):
        fetch()
    assert fetch(mirrors=[str(tmp_path / "made.ods")]).address == str(tmp_path / "made.ods")
    assert (tmp_path / "made.ods").read_bytes() == workbook
    assert contents(home / "downloads") == {f"{ID}.ods": workbook}


@pytest.mark.parametrize("mirror", ["file:///mnt/copies", "ftp://mirror.example/prc.ods"])
def test_a_mirror_that_is_neither_folder_nor_http_is_refused(
    site: Site, home: Path, mirror: str
) -> None:
    with pytest.raises(InputError, match="a folder, a file, or an http or https address"):
        fetch(mirrors=[mirror])


def test_each_address_that_fails_is_listed_with_its_reason(
    site: Site, home: Path, tmp_path: Path, workbook: bytes
) -> None:
    half = len(workbook) // 2
    away = {"Location": (tmp_path / "made.ods").as_uri()}
    pages = {
        "gone": (None, "404 Client Error"),
        "html": (Page(HTML), f"an HTML page instead of a workbook ({HTML.decode()!r})"),
        "text": (Page(b"Year,Force"), "a file that is not a workbook"),
        "slow": (Page(workbook, stall_after=half), "no answer within 0.3 seconds"),
        "short": (Page(workbook[:half]), "a truncated or damaged workbook"),
        "cut": (Page(workbook, cut_after=half), "truncated: the connection was cut"),
        "file": (Page(status=302, headers=away), "No connection adapters were found"),
    }
    site.pages = {f"/{name}/prc.ods": page for name, (page, _) in pages.items() if page}
    reasons = {f"{site.url}/{name}/prc.ods": reason for name, (_, reason) in pages.items()}
    with socket.socket() as unused:  # bound and not listening: a connection is refused
        unused.bind(("127.0.0.1", 0))
        reasons[f"http://127.0.0.1:{unused.getsockname()[1]}/prc.ods"] = "Connection refused"
        reasons["http://[::/prc.ods"] = "not a valid host"
        reasons[str(tmp_path / "absent" / "prc.ods")] = "No such file or directory"
        message = refused(*reasons)
    lines = [line.strip() for line in message.splitlines()]
    said = {address: next(line for line in lines if address in line) for address in reasons}
    assert {address: reasons[address] in line for address, line in said.items()} == dict.fromkeys(
        reasons, True
    ), message
    assert contents(home / "downloads") == {}


def test_an_address_that_fails_is_asked_again(
    site: Site, home: Path, workbook: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "RETRIES", 1)
    monkeypatch.setattr("pooch.core.time.sleep", lambda _: None)
    site.pages["/prc.ods"] = Page(workbook, fails=1)
    assert fetch().new
    assert site.asked == ["/prc.ods"] * 2


@pytest.mark.parametrize("progress", [True, False])
def test_progress_is_shown_on_the_error_stream_when_asked_for(
    site: Site, home: Path, progress: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    fetch(progress=progress)
    shown = capsys.readouterr()
    assert ("100%" in shown.err) == progress
    assert shown.out == ""


@pytest.mark.parametrize("name", [f"{ID[:-1]}", "ons-mye24-ew"], ids=["misspelt", "other"])
def test_a_source_that_can_not_be_fetched_is_refused_with_those_that_can(
    site: Site, home: Path, name: str
) -> None:
    with pytest.raises(InputError, match="can't be fetched") as error:
        fetch(name)
    assert ID in str(error.value)
    assert site.asked == []


@pytest.mark.parametrize("change", [{"last": 3}, {"code": "Total"}, {"kent": "many"}], ids=str)
def test_a_workbook_that_can_not_be_read_makes_no_vintage_and_is_not_kept_to(
    site: Site, home: Path, tmp_path: Path, workbook: bytes, change: dict[str, Any]
) -> None:
    """It is another release's, or a cell can't be read; a mended one is taken the next time."""
    site.pages["/prc.ods"] = Page(a_workbook(tmp_path / "other.ods", **change))
    with pytest.raises(InputError) as error:
        fetch()
    assert str(home / "downloads" / "prc.ods") in str(error.value)
    assert contents(home) == {}
    site.pages["/prc.ods"] = Page(workbook)
    assert fetch().new


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_disk_that_fills_up_is_reported_and_makes_no_vintage(
    site: Site, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First during the download, then, by the kernel's own full disk, of the table."""
    (tmp_path / "home").write_text("no folder", encoding="utf-8")
    with pytest.raises(RunError, match="the download can't be written"):
        fetch()
    home.unlink()
    home.mkdir()
    (home / "downloads").mkdir()
    monkeypatch.setattr("replicate.vocabulary.files.secrets.token_hex", lambda _: "full")
    (home / f".{TABLE}.full").symlink_to("/dev/full")
    with pytest.raises(RunError, match="No space left on device"):
        fetch()
    assert tables.vintages()[-1] != VINTAGE
    assert fetch().new


def test_what_changes_from_the_shipped_table_of_the_same_vintage_is_counted(
    site: Site, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shipped copy may have 0 where the workbook has no number; so in five, and one is absent."""
    table = recorded_crime.read(tmp_path / "made.ods", VINTAGE)
    shipped = table.assign(count=table["count"].fillna(0)).iloc[1:][recorded_crime.TABLE]
    content = building.table_bytes(shipped, f"recorded_crime_{VINTAGE}")
    (tmp_path / TABLE).write_bytes(content)
    monkeypatch.setattr(fetching, "shipped_home", lambda: tmp_path)
    assert table["force"].iloc[0] == "Kent"
    assert fetch().cells_changed_from_shipped == 6
