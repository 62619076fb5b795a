"""Stream one URL into a partial file, from where an earlier try left it if the server still has the same version.

pooch, which keeps the files elsewhere, neither resumes a download nor tries mirrors, so this uses requests, on which pooch stands.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

LARGEST = 200_000_000
"""Bytes; the release of July 2026 has 15 million, so a file above this is not the workbook."""

_CHUNK = 1 << 14  # what is lost at most when a connection is cut
_HEADERS = {
    "User-Agent": "casey-audit-replication",  # publishers' hosts have been seen to stall requests without one
    "Accept-Encoding": "identity",  # bytes as published, so that ranges and hashes mean the file
}


class AddressError(Exception):
    """Why one address did not give the file; the next is tried."""


def validator(part: Path) -> Path:
    """Return where the server's name for the version of a partial file is kept; without one the file is not resumed.

    See RFC 9110, section 13.1.5, on `If-Range`.
    """
    return part.with_suffix(".validator")


def stream(url: str, part: Path, *, timeout: float, progress: bool) -> None:
    """Write what a URL gives into a partial file.

    Parameters
    ----------
    url
        An http or https URL; redirections to either are followed.
    part
        The file; what it holds is kept when the server resumes, and replaced when it does not.
    timeout
        Seconds to wait for a connection, and between two pieces of the answer.
    progress
        Show a bar on the error stream.

    Raises
    ------
    AddressError
        When the URL gives nothing, too much, or stops midway; then the part holds what came.
    OSError
        When the part can't be written.
    """
    held = part.stat().st_size if part.exists() and validator(part).exists() else 0
    conditions = (
        {"Range": f"bytes={held}-", "If-Range": validator(part).read_text(encoding="utf-8")}
        if held
        else {}
    )
    with (
        _faults(timeout),
        requests.get(url, headers=_HEADERS | conditions, stream=True, timeout=timeout) as answer,
    ):
        if held and answer.status_code == requests.codes.requested_range_not_satisfiable:
            validator(
                part
            ).unlink()  # the part is no beginning of the file, so take it from the start
            return stream(url, part, timeout=timeout, progress=progress)
        if not answer.ok:
            raise AddressError(f"{answer.status_code} {answer.reason}")
        start = _start(answer, held)
        with (
            part.open("ab" if start else "wb") as file,
            _bar(answer, start, part, shown=progress) as advance,
        ):
            _keep_validator(answer, part)
            for chunk in answer.iter_content(_CHUNK):
                _refuse_above(file.tell() + len(chunk))
                file.write(chunk)
                advance(len(chunk))
    return None


def _start(answer: requests.Response, held: int) -> int:
    """Return the place in the file at which an answer begins: where the part ends if the server resumes, else its start."""
    start = held if answer.status_code == requests.codes.partial_content else 0
    if start and not answer.headers.get("Content-Range", "").startswith(f"bytes {held}-"):
        raise AddressError("answered with another range of bytes than asked for")
    _refuse_above(start + (_length(answer) or 0))
    return start


def _length(answer: requests.Response) -> int | None:
    text = answer.headers.get("Content-Length", "")
    return int(text) if text.isdecimal() else None


def _refuse_above(size: int) -> None:
    if size > LARGEST:
        raise AddressError(f"larger than {LARGEST:,} bytes")


def _keep_validator(answer: requests.Response, part: Path) -> None:
    etag = answer.headers.get("ETag", "W/")
    version = (
        answer.headers.get("Last-Modified") if etag.startswith("W/") else etag
    )  # a weak one can't resume
    if version:
        validator(part).write_text(version, encoding="utf-8")
    else:
        validator(part).unlink(missing_ok=True)


@contextmanager
def _bar(
    answer: requests.Response, start: int, part: Path, *, shown: bool
) -> Iterator[Callable[[int], None]]:
    columns = [
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    ]
    length = _length(answer)
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as bar:
        task = bar.add_task(
            part.name, completed=start, total=None if length is None else start + length
        )
        yield lambda size: bar.advance(task, size)


@contextmanager
def _faults(timeout: float) -> Iterator[None]:
    """Say in words what went wrong on the way."""
    try:
        yield
    except requests.exceptions.InvalidSchema:
        raise AddressError("it leads to an address that is neither http nor https") from None
    except requests.exceptions.ChunkedEncodingError:
        raise AddressError("truncated: the connection was cut") from None
    except requests.RequestException as error:
        if "timed out" in str(
            error
        ):  # inside the answer a time-out is a ConnectionError that only says so
            raise AddressError(f"no answer within {timeout:g} seconds") from None
        cause = (
            str(error).rpartition("Caused by ")[2].rstrip(")")
        )  # what comes before it repeats the address
        raise AddressError(f"no connection ({cause})") from None
