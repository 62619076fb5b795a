"""Download an official workbook of recorded crime, check it, and build a new vintage from it.

Checksum, cache, retries and progress are pooch's; what is here is the order of mirrors, what a
wrong answer is called, and the record that stays beside a vintage.
"""

import datetime
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import pandas as pd
import pooch
import requests
from pydantic import BaseModel, ConfigDict, ValidationError

from replicate.sources.build import recorded_crime, table_bytes
from replicate.sources.catalogue import Fetch, Source, Standing, catalogue
from replicate.sources.tables import LATEST, data_home, offences, shipped_home
from replicate.vocabulary.errors import Fault, InputError, RunError, unknown
from replicate.vocabulary.files import write_atomic
from replicate.vocabulary.runs import sha256

TIMEOUT = 30.0
"""Seconds to wait for a connection, and between two pieces of an answer."""

RETRIES = 1
"""How often pooch asks an address again whose answer failed or has another hash."""

_HEADERS = {
    "User-Agent": "casey-audit-replication",  # publishers have been seen to stall without one
    "Accept-Encoding": "identity",  # bytes as published, so that hashes mean the file
}


class FetchResult(BaseModel):
    """A vintage that was fetched; it is kept beside the table as JSON.

    Attributes
    ----------
    source, vintage
        The source's id, and the release of recorded crime that it is.
    address, fetched
        Where the workbook came from (the file kept from an earlier fetch, where that was used), and
        the day.
    sha256, standing, bytes
        The workbook's hash, how sure it is that this is the publisher's, and its size.
    rows
        Of the table.
    new
        False where the same table was there already.
    new_codes
        Offence codes that no release held before has.
    cells_changed_from_shipped
        How many quarters, forces and codes have another count than in the shipped table of the same
        vintage, which the fetched one now stands before; None where none is shipped.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    vintage: str
    address: str
    fetched: str
    sha256: str
    standing: Standing
    bytes: int
    rows: int
    new: bool = True
    new_codes: tuple[str, ...] = ()
    cells_changed_from_shipped: int | None = None


def fetch(
    source_id: str = LATEST, *, mirrors: Sequence[str] = (), progress: bool = False
) -> FetchResult:
    """Download a workbook of the catalogue and build its vintage of recorded crime.

    Mirrors are tried in order, then the official address; one that fails, or gives a wrong hash, is
    passed over. Where the catalogue has no hash, that of the first download is on record and must
    be met from then on. A workbook that is there with the right hash is not downloaded again. It is
    kept in the folder `downloads` of `tables.data_home()`, the tables (recorded crime and its
    offence codes) and their record in the folder itself.

    Parameters
    ----------
    source_id
        The id of a source that can be fetched, or `latest` for the newest vintage.
    mirrors
        Each a folder, the file itself, an http or https prefix, or the URL of the file.
    progress
        Say on the error stream what is downloaded, with a bar.

    Raises
    ------
    InputError
        When the source or a mirror is not one that can be fetched, or the workbook or the record of
        an earlier fetch is not what it should be.
    RunError
        When no address gives the workbook, another table of the vintage is there, or the disk is
        full. In every case the vintages that were there are untouched.
    """
    source, made = _find(source_id)
    final = data_home() / f"recorded_crime_{made.vintage}.parquet"
    held = _held(final.with_suffix(".json"))
    known = source.sha256 or (held.sha256 if held else None)
    workbook, address = _download(source, made, mirrors, known, progress=progress)
    digest = sha256(workbook)
    if final.exists():
        return _held_already(final, held, digest)
    table = recorded_crime.read(workbook, made.vintage)
    result = FetchResult(
        source=source.id,
        vintage=made.vintage,
        address=address,
        fetched=datetime.datetime.now(datetime.UTC).date().isoformat(),
        sha256=digest,
        standing=source.standing,
        bytes=workbook.stat().st_size,
        rows=len(table),
        new_codes=tuple(sorted(set(table["offence_code"]) - set(offences()["code"]))),
        cells_changed_from_shipped=_cells_changed_from_shipped(table, made.vintage),
    )
    codes = f"offences_{made.vintage}"
    listed = table_bytes(recorded_crime.offences({made.vintage: table}), codes)
    content = table_bytes(table[recorded_crime.TABLE], final.stem)
    write_atomic(final.with_suffix(".json"), result.model_dump_json(indent=1) + "\n")
    write_atomic(final.with_name(f"{codes}.parquet"), listed)
    write_atomic(final, content)  # last, since it is what makes the vintage appear
    return result


def _held_already(final: Path, held: FetchResult | None, digest: str) -> FetchResult:
    if held is None or held.sha256 != digest:
        raise RunError(
            "another table of this vintage is there already, and was left as it is",
            where=str(final),
            got=f"built from a workbook of sha256 {held.sha256 if held else 'not on record'}",
            expected=f"built from this workbook, sha256 {digest}",
            hint="to take the new one, delete it and the .json beside it, then do this again",
        )
    return held.model_copy(update={"new": False})


def _held(record: Path) -> FetchResult | None:
    """Read the record of an earlier fetch."""
    try:
        return FetchResult.model_validate_json(record.read_bytes()) if record.exists() else None
    except ValidationError as error:
        what, hint = "a record of a fetch that can't be read", "delete it, then do this again"
        raise InputError(what, where=str(record), got=Fault.of(error).why, hint=hint) from None


def _find(source_id: str) -> tuple[Source, Fetch]:
    able = {source.id: (source, source.fetch) for source in catalogue().values() if source.fetch}
    if source_id == LATEST:
        return max(able.values(), key=lambda pair: pair[1].vintage)
    if source_id not in able:
        kind = "source, or one that can't be fetched"
        raise unknown(kind, source_id, [*able, LATEST], where="data fetch")
    return able[source_id]


def _at_mirror(mirror: str, name: str) -> str:
    """Say where a mirror has a file: a URL that ends like the file is the file's own."""
    if "://" not in mirror:
        path = Path(mirror).expanduser()
        return str(path if path.is_file() else path / name)
    if not _is_url(mirror):
        expected = "a folder, a file, or an http or https address"
        what = "a mirror that can't be read"
        raise InputError(what, where="--mirror", got=mirror, expected=expected)
    whole = PurePosixPath(mirror.partition("?")[0]).suffix == PurePosixPath(name).suffix
    return mirror if whole else f"{mirror.rstrip('/')}/{name}"


def _is_url(address: str) -> bool:
    return address.casefold().startswith(("http://", "https://"))


def _download(
    source: Source, made: Fetch, mirrors: Sequence[str], known: str | None, *, progress: bool
) -> tuple[Path, str]:
    """Get a workbook from the first address that gives it, whole and with the hash on record.

    Returns
    -------
    tuple
        Its file, and its address: the file again where it was there already.
    """
    url = source.file_url
    name = unquote(PurePosixPath(urlsplit(url).path).name) if url else f"{source.id}.{made.format}"
    places = [*(_at_mirror(mirror, name) for mirror in mirrors), *([url] if url else [])]
    if not places:
        raise InputError(
            "a source whose own address is not known",
            where=source.id,
            expected="a mirror that has it",
            hint=f"get the file by way of {source.page}, then name it with --mirror",
        )
    target, faults = data_home() / "downloads" / name, []
    pooch.get_logger().setLevel("INFO" if progress else "WARNING")
    try:
        if known is None:
            target.unlink(missing_ok=True)  # nothing says whether it is the right one
        for address in places:
            try:
                return target, _from(address, target, known, progress=progress)
            except (InputError, ValueError, requests.RequestException) as error:
                faults.append(f"\n    {address}: {_reason(error)}")
    except OSError as error:
        raise RunError(
            "the download can't be written",
            where=str(target),
            got=error.strerror or str(error),
            hint="make room, or name another folder with REPLICATE_DATA, then do this again",
        ) from None
    raise RunError(
        "no address gave the workbook",
        where=name,
        got="".join(faults),
        expected=f"sha256 {known}" if known else "an ODS workbook",
        hint="do this again, or name a folder or URL that has it with --mirror",
    )


def _from(address: str, target: Path, known: str | None, *, progress: bool) -> str:
    def take(_: str, part: str, asked: pooch.Pooch) -> None:
        if _is_url(address):
            options = {"headers": _HEADERS, "timeout": TIMEOUT, "progressbar": progress}
            pooch.HTTPDownloader(**options)(address, part, asked)
        else:
            Path(part).write_bytes(_local(Path(address)))
        recorded_crime.require_workbook(Path(part))

    def used(path: str, action: str, _: pooch.Pooch) -> str:
        return path if action == "fetch" else address

    files, urls = {target.name: known}, {target.name: address}
    cache = pooch.create(target.parent, "", registry=files, urls=urls, retry_if_failed=RETRIES)
    return str(cache.fetch(target.name, downloader=take, processor=used))


def _local(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(error.strerror or str(error), where=str(path)) from None


def _reason(error: Exception) -> str:
    """Say in words why an address did not give the file."""
    if isinstance(error, InputError):
        return error.what if error.got is None else f"{error.what} ({error.got})"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "truncated: the connection was cut"
    if "timed out" in str(error):  # inside an answer it is a ConnectionError that only says so
        return f"no answer within {TIMEOUT:g} seconds"
    return str(error).rpartition("Caused by ")[2].rstrip(")")  # before it is the address again


def _cells_changed_from_shipped(table: pd.DataFrame, vintage: str) -> int | None:
    path = shipped_home() / f"recorded_crime_{vintage}.parquet"
    if not path.exists():
        return None
    shipped = pd.read_parquet(path, dtype_backend="numpy_nullable")
    ours, theirs = (held.set_index(recorded_crime.KEY)["count"] for held in (table, shipped))
    both = pd.concat([ours.map(str), theirs.map(str)], axis=1, keys=["ours", "theirs"])
    return int((both["ours"] != both["theirs"]).sum())
