"""Downloading: against a real server that cuts, stalls, lies and redirects."""

import socket
import zipfile
from hashlib import sha256, shake_256
from pathlib import Path

import pytest

from replicate.sources.fetch import stream
from replicate.sources.fetch.download import Download, Expected, addresses, download
from replicate.vocabulary.errors import InputError, RunError

from .ods_writer import write_ods, year_sheet
from .web import Page, Site, serve

V1 = {"ETag": '"v1"'}
HTML = b"<!DOCTYPE html><title>Page not found</title>"
CUT = 100_000

pytestmark = pytest.mark.network


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def workbook(tmp_path: Path) -> bytes:
    return a_workbook(tmp_path, seed=1)


def a_workbook(folder: Path, *, seed: int) -> bytes:
    """Make a workbook of more than 200,000 bytes, which takes many pieces to send."""
    path = write_ods(
        folder / f"{seed}.ods",
        {"2012_13": year_sheet("2012/13", (1, "Kent", "Sexual grooming", "88A", seed))},
    )
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("Pictures/cover.png", shake_256(bytes([seed])).digest(200_000))
    return path.read_bytes()


def get(
    folder: Path, *places: str, expected: bytes | None = None, progress: bool = False
) -> Download:
    known = Expected(sha256(expected).hexdigest(), "the catalogue") if expected else None
    return download(
        places, folder / "downloads" / "prc.ods", expected=known, timeout=0.3, progress=progress
    )


def refused(folder: Path, *places: str, expected: bytes | None = None) -> str:
    with pytest.raises(RunError, match="no address gave the workbook") as error:
        get(folder, *places, expected=expected)
    assert not (folder / "downloads" / "prc.ods").exists()
    return str(error.value)


def cut_short(folder: Path, site: Site, workbook: bytes, headers: dict[str, str]) -> int:
    """Begin a download that the server cuts, and return how many bytes are left to resume from."""
    site.pages["/prc.ods"] = Page(workbook, headers=headers, cut_after=CUT)
    assert "truncated: the connection was cut" in refused(folder, f"{site.url}/prc.ods")
    (part,) = (folder / "downloads").glob("*.part")
    assert 0 < part.stat().st_size <= CUT
    return part.stat().st_size


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "downloads").iterdir())


def test_a_whole_workbook_is_taken_and_nothing_else_is_left(
    tmp_path: Path, workbook: bytes
) -> None:
    with serve({"/prc.ods": Page(workbook, headers=V1)}) as site:
        got = get(tmp_path, f"{site.url}/prc.ods", expected=workbook)
    assert got == Download(
        tmp_path / "downloads" / "prc.ods", f"{site.url}/prc.ods", sha256(workbook).hexdigest()
    )
    assert got.path.read_bytes() == workbook
    assert files(tmp_path) == ["prc.ods"]
    assert site.asked[0].headers["Range"] is None
    assert site.asked[0].headers["Accept-Encoding"] == "identity"


def test_a_cut_download_resumes_where_it_stopped(tmp_path: Path, workbook: bytes) -> None:
    with serve({}) as site:
        held = cut_short(tmp_path, site, workbook, V1)
        site.pages["/prc.ods"] = Page(workbook, headers=V1)
        got = get(tmp_path, f"{site.url}/prc.ods", expected=workbook)
    assert got.path.read_bytes() == workbook
    assert site.asked[1].headers["Range"] == f"bytes={held}-"
    assert site.asked[1].headers["If-Range"] == '"v1"'
    assert site.asked[1].sent == len(workbook) - held
    assert files(tmp_path) == ["prc.ods"]


def test_a_file_that_changed_meanwhile_is_taken_whole_and_not_joined_to_the_old_half(
    tmp_path: Path, workbook: bytes
) -> None:
    newer = a_workbook(tmp_path, seed=2)
    with serve({}) as site:
        cut_short(tmp_path, site, workbook, V1)
        site.pages["/prc.ods"] = Page(newer, headers={"ETag": '"v2"'})
        assert get(tmp_path, f"{site.url}/prc.ods").path.read_bytes() == newer
    assert site.asked[1].sent == len(newer)


@pytest.mark.parametrize(
    ("headers", "condition"),
    [
        (
            {"ETag": 'W/"v1"', "Last-Modified": "Thu, 23 Jul 2026 08:30:00 GMT"},
            "Thu, 23 Jul 2026 08:30:00 GMT",
        ),
        ({"ETag": 'W/"v1"'}, None),
        ({}, None),
    ],
    ids=["date", "weak tag", "nothing"],
)
def test_only_what_names_the_exact_version_lets_a_download_resume(
    tmp_path: Path, workbook: bytes, headers: dict[str, str], condition: str | None
) -> None:
    with serve({}) as site:
        held = cut_short(tmp_path, site, workbook, headers)
        site.pages["/prc.ods"] = Page(workbook, headers=headers)
        assert get(tmp_path, f"{site.url}/prc.ods").path.read_bytes() == workbook
    assert site.asked[1].headers["If-Range"] == condition
    assert site.asked[1].sent == len(workbook) - (held if condition else 0)


def test_a_partial_file_longer_than_the_file_is_begun_again(
    tmp_path: Path, workbook: bytes
) -> None:
    with serve({}) as site:
        held = cut_short(tmp_path, site, workbook, V1)
        shorter = write_ods(tmp_path / "short.ods", {"2012_13": [["x"]]}).read_bytes()
        site.pages["/prc.ods"] = Page(shorter, headers=V1)
        assert get(tmp_path, f"{site.url}/prc.ods").path.read_bytes() == shorter
    assert [asked.headers["Range"] for asked in site.asked] == [None, f"bytes={held}-", None]


def test_an_answer_with_another_range_is_refused(tmp_path: Path, workbook: bytes) -> None:
    with serve({}) as site:
        cut_short(tmp_path, site, workbook, V1)
        site.pages["/prc.ods"] = Page(workbook, headers=V1, skips=7)
        assert "another range of bytes" in refused(tmp_path, f"{site.url}/prc.ods")


def test_each_address_that_fails_is_listed_with_its_reason(tmp_path: Path, workbook: bytes) -> None:
    wrong = a_workbook(tmp_path, seed=2)
    with socket.socket() as unused:  # bound and not listening: a connection is refused
        unused.bind(("127.0.0.1", 0))
        pages = {
            "/wrong/prc.ods": Page(wrong),
            "/html/prc.ods": Page(HTML),
            "/slow/prc.ods": Page(workbook, stall_after=CUT),
            "/short/prc.ods": Page(workbook, length="5000"),
            "/long/prc.ods": Page(workbook, length=str(len(workbook) + 1)),
            "/huge/prc.ods": Page(workbook, length="999999999999"),
            "/file/prc.ods": Page(status=302, headers={"Location": (tmp_path / "1.ods").as_uri()}),
        }
        with serve(pages) as site:
            urls = {
                name: f"{site.url}/{name}/prc.ods"
                for name in ("gone", "wrong", "html", "slow", "short", "long", "huge", "file")
            }
            places = [
                *urls.values(),
                "http://[::/prc.ods",
                f"http://127.0.0.1:{unused.getsockname()[1]}/prc.ods",
                str(tmp_path / "absent" / "prc.ods"),
            ]
            message = refused(tmp_path, *places, expected=workbook)
    lines = {line.strip() for line in message.splitlines()}
    assert f"{urls['gone']}: 404 Not Found" in lines
    assert (
        f"{urls['wrong']}: wrong hash: sha256 {sha256(wrong).hexdigest()}, and the catalogue has {sha256(workbook).hexdigest()}"
        in lines
    )
    assert f"{urls['html']}: an HTML page instead of a workbook ({HTML.decode()})" in lines
    assert f"{urls['slow']}: no answer within 0.3 seconds" in lines
    assert (
        f"{urls['short']}: a truncated or damaged workbook (the end of the file is missing)"
        in lines
    )
    assert f"{urls['long']}: truncated: the connection was cut" in lines
    assert f"{urls['huge']}: larger than 200,000,000 bytes" in lines
    assert f"{urls['file']}: it leads to an address that is neither http nor https" in lines
    for unreachable in places[-3:-1]:
        assert any(line.startswith(f"{unreachable}: no connection (") for line in lines)
    assert f"{places[-1]}: no such file" in lines
    assert len(site.asked) == len(urls)


def test_a_wrong_hash_at_one_mirror_moves_on_to_the_next(tmp_path: Path, workbook: bytes) -> None:
    with serve(
        {"/a/prc.ods": Page(a_workbook(tmp_path, seed=2), headers=V1), "/b/prc.ods": Page(workbook)}
    ) as site:
        got = get(tmp_path, f"{site.url}/a/prc.ods", f"{site.url}/b/prc.ods", expected=workbook)
    assert got.address == f"{site.url}/b/prc.ods"
    assert got.path.read_bytes() == workbook
    assert not list((tmp_path / "downloads").glob("*.part"))


def test_a_file_can_be_the_address_and_stays_where_it_is(tmp_path: Path, workbook: bytes) -> None:
    got = get(tmp_path, str(tmp_path / "1.ods"), expected=workbook)
    assert got.path.read_bytes() == (tmp_path / "1.ods").read_bytes() == workbook


def test_a_redirection_to_http_is_followed(tmp_path: Path, workbook: bytes) -> None:
    with serve(
        {"/old.ods": Page(status=301, headers={"Location": "/new.ods"}), "/new.ods": Page(workbook)}
    ) as site:
        assert get(tmp_path, f"{site.url}/old.ods").path.read_bytes() == workbook


def test_an_answer_that_never_says_its_length_is_taken_but_not_without_end(
    tmp_path: Path, workbook: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve({"/prc.ods": Page(workbook, length="")}) as site:
        assert get(tmp_path, f"{site.url}/prc.ods").path.read_bytes() == workbook
        (tmp_path / "downloads" / "prc.ods").unlink()
        monkeypatch.setattr(stream, "LARGEST", CUT)
        assert "larger than 100,000 bytes" in refused(tmp_path, f"{site.url}/prc.ods")


@pytest.mark.parametrize("progress", [True, False])
def test_progress_is_shown_on_the_error_stream_when_asked_for(
    tmp_path: Path, workbook: bytes, progress: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve({"/prc.ods": Page(workbook)}) as site:
        get(tmp_path, f"{site.url}/prc.ods", progress=progress)
    shown = capsys.readouterr()
    assert ("prc.ods" in shown.err) == progress
    assert shown.out == ""


def test_mirrors_come_before_the_official_address(tmp_path: Path) -> None:
    official = "https://assets.publishing.service.gov.uk/media/1/prc.ods"
    copy = tmp_path / "a copy.ods"
    copy.touch()
    mirrors = [
        str(tmp_path),
        str(copy),
        "https://mirror.example/crime",
        "http://mirror.example/elsewhere.ods",
    ]
    expected = [
        str(tmp_path / "prc.ods"),
        str(copy),
        "https://mirror.example/crime/prc.ods",
        "http://mirror.example/elsewhere.ods",
    ]
    assert addresses(official, mirrors, name="prc.ods") == [*expected, official]
    assert addresses(None, mirrors, name="prc.ods") == expected


@pytest.mark.parametrize("mirror", ["file:///mnt/copies", "ftp://mirror.example/prc.ods"])
def test_a_mirror_that_is_neither_folder_nor_http_is_refused(mirror: str) -> None:
    with pytest.raises(InputError, match="a folder, a file, or an http or https address"):
        addresses("https://example.org/prc.ods", [mirror], name="prc.ods")
