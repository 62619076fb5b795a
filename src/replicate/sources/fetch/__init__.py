"""Download an official workbook of recorded crime, check it, and build a new vintage from it."""

import datetime
import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from replicate.sources.catalogue import Fetch, Source, catalogue
from replicate.sources.fetch.download import Expected, addresses, download, file_name
from replicate.sources.fetch.store import (
    FIRST_SEEN,
    Provenance,
    cells_changed_from_shipped,
    first_seen,
    keep,
)
from replicate.sources.fetch.vintage import build_vintage, table_name
from replicate.sources.home import data_home
from replicate.sources.tables import LATEST
from replicate.vocabulary.errors import InputError, RunError, unknown

TIMEOUT = 30.0
"""Seconds to wait for a connection, and between two pieces of an answer."""


@dataclass(frozen=True)
class FetchResult(Provenance):
    """A vintage that was fetched.

    Attributes
    ----------
    table, workbook
        Where the table and the downloaded workbook are.
    new
        False where the same table was there already.
    cells_changed_from_shipped
        How many quarters, forces and codes have another count than in the shipped table of the same vintage, which the fetched
        one now stands before; None where none is shipped.
    """

    table: Path
    workbook: Path
    new: bool
    cells_changed_from_shipped: int | None


def fetch(
    source_id: str = LATEST,
    *,
    mirrors: Sequence[str] = (),
    progress: bool = False,
    home: Path | None = None,
    timeout: float = TIMEOUT,
) -> FetchResult:
    """Download a workbook of the catalogue and build its vintage of recorded crime.

    Mirrors are tried in order, then the official address; one that fails, or gives a wrong hash, is passed over. Where the
    catalogue has no hash, that of the first download is kept in `first-seen.json` and must be met from then on.

    Parameters
    ----------
    source_id
        The id of a source that can be fetched, or `latest` for the newest vintage.
    mirrors
        Each a folder, the file itself, an http or https prefix, or the URL of the file.
    progress
        Show a bar on the error stream.
    home
        The folder to fetch into, `home.data_home()` by default. The workbook is kept in its `downloads`, the tables (recorded crime
        and its offence codes) and their provenance (a JSON file) in the folder itself.
    timeout
        Seconds to wait for a connection, and between two pieces of an answer.

    Raises
    ------
    InputError
        When the source or a mirror is not one that can be fetched, or the workbook is not what it should be.
    RunError
        When no address gives the workbook, another table of the vintage is there, or the disk is full. In every case the
        vintages that were there are untouched.
    """
    source, made = _find(source_id)
    home = home or data_home()
    name = file_name(source.file_url) if source.file_url else f"{source.id}.{made.format}"
    places = _places(source, mirrors, name=name)
    with _writing(home):
        got = download(
            places,
            home / "downloads" / name,
            expected=_expected(source, home),
            timeout=timeout,
            progress=progress,
        )
        built = build_vintage(got.path, made.vintage)
        table = built[table_name(made.vintage)]
        provenance = Provenance(
            source=source.id,
            vintage=made.vintage,
            address=got.address,
            fetched=datetime.datetime.now(datetime.UTC).date().isoformat(),
            sha256=got.sha256,
            standing=source.standing,
            bytes=got.path.stat().st_size,
            rows=len(table),
        )
        new = keep(built, provenance, home, pin=source.sha256 is None)
    return FetchResult(
        **asdict(provenance),
        table=home / f"{table_name(made.vintage)}.parquet",
        workbook=got.path,
        new=new,
        cells_changed_from_shipped=cells_changed_from_shipped(table, made.vintage),
    )


def _find(source_id: str) -> tuple[Source, Fetch]:
    able = {source.id: (source, source.fetch) for source in catalogue().values() if source.fetch}
    if source_id == LATEST:
        return max(able.values(), key=lambda pair: pair[1].vintage)
    if source_id not in able:
        raise unknown(
            "source, or one that can't be fetched", source_id, [*able, LATEST], where="data fetch"
        )
    return able[source_id]


def _places(source: Source, mirrors: Sequence[str], *, name: str) -> list[str]:
    places = addresses(source.file_url, mirrors, name=name)
    if not places:
        hint = f"get the file by way of {source.page}, then name it with --mirror"
        raise InputError(
            "a source whose own address is not known",
            where=source.id,
            expected="a mirror that has it",
            hint=hint,
        )
    return places


def _expected(source: Source, home: Path) -> Expected | None:
    """Return the hash to meet: the catalogue's, else that of the first download, else none yet."""
    if source.sha256:
        return Expected(source.sha256, "the catalogue")
    seen = first_seen(home).get(source.id)
    return Expected(seen, str(home / FIRST_SEEN)) if seen else None


@contextmanager
def _writing(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno == errno.ENOSPC
        raise RunError(
            "the disk is full" if full else "the folder of fetched data can't be written",
            where=str(home),
            got=error.strerror or str(error),
            expected="the vintages that were there are untouched",
            hint=f"{'make room' if full else 'make it writable'}, or name another folder with REPLICATE_DATA, then run this again",
        ) from error
