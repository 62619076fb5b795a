"""Get one workbook from the first address that gives it whole and with the right hash."""

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from replicate.sources.fetch.stream import AddressError, stream, validator
from replicate.sources.home import sha256
from replicate.sources.workbook import require_workbook
from replicate.vocabulary.errors import InputError, RunError


@dataclass(frozen=True)
class Download:
    """A whole workbook on this machine.

    Attributes
    ----------
    path
        Where it is.
    address
        The URL or file it came from.
    sha256
        Of its bytes.
    """

    path: Path
    address: str
    sha256: str


@dataclass(frozen=True)
class Expected:
    """The sha256 a workbook must have, and where that is written."""

    sha256: str
    where: str


def file_name(url: str) -> str:
    """Return the name of the file at a URL.

    Examples
    --------
    >>> file_name("https://example.org/media/1/prc%20tables.ods?download=1")
    'prc tables.ods'
    """
    return unquote(PurePosixPath(urlsplit(url).path).name)


def addresses(url: str | None, mirrors: Iterable[str], *, name: str) -> list[str]:
    """List where a file may be, mirrors first and the official URL last.

    Parameters
    ----------
    url
        The official URL, where it is known.
    mirrors
        Each a folder, the file itself, an http or https prefix, or the http or https URL of the file.
    name
        What the file is called in a folder or under a prefix. A URL that ends like it is the file's.

    Raises
    ------
    InputError
        When a mirror is an address of another kind.

    Examples
    --------
    >>> addresses("https://example.org/a.ods", ["https://mirror.example/x/", "https://mirror.example/copy.ods"], name="a.ods")
    ['https://mirror.example/x/a.ods', 'https://mirror.example/copy.ods', 'https://example.org/a.ods']
    """
    return [*(_at_mirror(mirror, name) for mirror in mirrors), *([url] if url else [])]


def download(
    places: Sequence[str],
    target: Path,
    *,
    expected: Expected | None,
    timeout: float,
    progress: bool,
) -> Download:
    """Get a workbook from the first address that gives it, whole and with the hash expected.

    Parameters
    ----------
    places
        Files and http or https URLs, in the order to try them.
    target
        The path it gets. Until it is whole it is beside that, in a `.part` file of each address, which a later call resumes.
    expected
        The hash it must have, where one is known.
    timeout, progress
        As for `stream`.

    Raises
    ------
    RunError
        When no address gives it: each is listed with its reason.
    OSError
        When it can't be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    faults = []
    for address in places:
        part = target.with_name(
            f"{target.name}.{hashlib.sha256(address.encode()).hexdigest()[:12]}.part"
        )
        try:
            _take(address, part, timeout=timeout, progress=progress)
            digest = _checked(part, expected)
        except AddressError as fault:
            faults.append(f"\n    {address}: {fault}")
            continue
        part.replace(target)
        validator(part).unlink(missing_ok=True)
        return Download(target, address, digest)
    raise RunError(
        "no address gave the workbook",
        where=target.name,
        got="".join(faults),
        hint="run the same command again to try once more and resume, or name a folder or URL that has the file with --mirror",
    )


def _at_mirror(mirror: str, name: str) -> str:
    if "://" not in mirror:
        path = Path(mirror).expanduser()
        return str(path if path.is_file() else path / name)
    if not _is_url(mirror):
        raise InputError(
            "a mirror that can't be read",
            where="--mirror",
            got=mirror,
            expected="a folder, a file, or an http or https address",
        )
    whole = PurePosixPath(mirror.partition("?")[0]).suffix == PurePosixPath(name).suffix
    return mirror if whole else f"{mirror.rstrip('/')}/{name}"


def _is_url(address: str) -> bool:
    return address.casefold().startswith(("http://", "https://"))


def _take(address: str, part: Path, *, timeout: float, progress: bool) -> None:
    if _is_url(address):
        stream(address, part, timeout=timeout, progress=progress)
    elif Path(address).is_file():
        shutil.copyfile(address, part)
    else:
        raise AddressError("no such file")


def _checked(part: Path, expected: Expected | None) -> str:
    """Return the hash of a download; a wrong one is thrown away, as there is nothing in it to resume."""
    try:
        require_workbook(part)
    except InputError as error:
        part.unlink()
        raise AddressError(f"{error.what} ({error.got})") from None
    digest = sha256(part)
    if expected and digest != expected.sha256:
        part.unlink()
        raise AddressError(
            f"wrong hash: sha256 {digest}, and {expected.where} has {expected.sha256}"
        )
    return digest
