"""From source files to tidy tables: which builder makes each, and `build`, which makes them all."""

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from replicate.sources.build import areas, factors, groups, recorded_crime
from replicate.sources.build.cells import Files
from replicate.sources.catalogue import Source, catalogue
from replicate.sources.schemas import validate
from replicate.sources.tables import HASHES
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.files import write_atomic
from replicate.vocabulary.runs import sha256

_BUILDERS: dict[str, Callable[[Files], pd.DataFrame]] = {
    "forces": areas.forces,
    "children": areas.children,
    "residents": areas.residents,
    "census_ethnic_group": areas.census,
    "assessment_factors": factors.build,
    "recorded_groups": groups.build,
}
"""How each table beside those of recorded crime is built."""


def build(source_dir: Path, out_dir: Path) -> list[Path]:
    """Build every table from the source files, all or none of them.

    Every source's sha256 is held to the catalogue before anything is built, and all tables are
    built before any is written. Built twice, they are the same bytes.

    Parameters
    ----------
    source_dir
        The folder of source files, laid out as the catalogue's `file` says.
    out_dir
        Where the tables go, with their `hashes.json`.

    Returns
    -------
    list of pathlib.Path
        The tables written.

    Raises
    ------
    InputError
        When a source file is missing or not the one of the catalogue, or can't be read as it must.
    RunError
        When a table is not as its schema says, or the tables can't be written.
    """
    held = [source for source in catalogue().values() if source.file and source.feeds]
    files = {source.id: _checked(source, source_dir) for source in held}
    made = {f"{name}.parquet": table_bytes(frame, name) for name, frame in _frames(held, files)}
    hashes = {Path(name).stem: hashlib.sha256(made[name]).hexdigest() for name in sorted(made)}
    written = [write_atomic(out_dir / name, content) for name, content in made.items()]
    write_atomic(out_dir / HASHES, json.dumps(hashes, indent=1) + "\n")
    return written


def _checked(source: Source, folder: Path) -> Path:
    """Return a source's file once its bytes are known to be the ones of the catalogue."""
    path = folder / str(source.file)
    expected = f"sha256 {source.sha256}, {source.bytes} bytes"
    try:
        got = f"sha256 {sha256(path)}, {path.stat().st_size} bytes"
    except OSError as error:
        got = error.strerror or str(error)
    if got != expected:
        raise InputError(
            "a source file that is missing, or not the one of the catalogue",
            where=str(path),
            got=got,
            expected=expected,
            hint=f"get it again: {source.publisher}, {source.publication}",
        )
    return path


def _frames(held: Iterable[Source], files: Files) -> Iterator[tuple[str, pd.DataFrame]]:
    """Build what the sources feed: the releases first, since the offence codes come of all."""
    releases: dict[str, pd.DataFrame] = {}
    for source in held:
        if source.feeds[0].startswith("recorded_crime_"):
            vintage = source.feeds[0].removeprefix("recorded_crime_")
            path = files[source.id]
            releases[vintage] = recorded_crime.read(path, vintage, headings=source.headings)
            yield source.feeds[0], releases[vintage][recorded_crime.TABLE]
    if releases:
        yield "offences", recorded_crime.offences(releases)
    fed = {table for source in held for table in source.feeds}
    for name, builder in _BUILDERS.items():
        if name in fed:
            yield name, builder(files)


def table_bytes(frame: pd.DataFrame, name: str) -> bytes:
    """Hold a table to its schema, and give its parquet file: the same rows, the same bytes.

    The pandas metadata, which name versions, are left out; compression and layout are fixed. The
    bytes still depend on the version of pyarrow, which the lock pins.
    """
    table = pa.Table.from_pandas(validate(frame, name), preserve_index=False)
    content = io.BytesIO()
    pq.write_table(
        table.replace_schema_metadata(None),
        content,
        compression="zstd",
        compression_level=19,
        store_schema=False,
        row_group_size=1_000_000,
    )
    return content.getvalue()
