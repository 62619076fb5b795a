"""Write tables so that the same rows always give the same bytes, and never leave half a file under its final name."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from replicate.sources.home import HASHES, read_hashes, sha256
from replicate.vocabulary.errors import RunError


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write one table as parquet, without anything that varies between two writings of the same rows.

    The pandas metadata, which name versions, are left out; compression and layout are fixed. The bytes still depend on
    the version of pyarrow, which the lock pins.
    """
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=19,
        store_schema=False,
        row_group_size=1_000_000,
    )


def install(frames: Iterable[tuple[str, pd.DataFrame]], folder: Path) -> list[Path]:
    """Write tables into a folder all together: they are finished beside it first, then moved in one by one.

    Parameters
    ----------
    frames
        Names and tables; a generator is fine, and its errors leave the folder as it was.
    folder
        Where the tables go; made where it is absent. Its `hashes.json` gains or renews a line for each.

    Returns
    -------
    list of pathlib.Path
        The tables written.

    Raises
    ------
    RunError
        When the disk is full or can't be written to; what the folder held stays as it was, since nothing is moved in before all is
        written.
    """
    with _faults_of(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-")
    with beside as place:
        names = []
        for name, frame in frames:
            with _faults_of(folder):
                names.append(_finish(name, frame, Path(place)))
        with _faults_of(folder):
            _write_hashes(Path(place), names, old=folder)
            folder.mkdir(exist_ok=True)
            for name in [*names, HASHES]:
                Path(place, name).replace(folder / name)
    return [folder / name for name in names]


@contextmanager
def _faults_of(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "make room or choose another folder, then run the same command again"
        raise RunError(
            "the tables could not be written",
            where=str(folder),
            got=error.strerror or str(error),
            hint=hint,
        ) from error


def _finish(name: str, frame: pd.DataFrame, folder: Path) -> str:
    write_table(frame, folder / f"{name}.parquet")
    return f"{name}.parquet"


def _write_hashes(folder: Path, names: Iterable[str], *, old: Path) -> None:
    new: Mapping[str, str] = {
        name.removesuffix(".parquet"): sha256(folder / name) for name in names
    }
    merged = dict(sorted({**read_hashes(old), **new}.items()))
    (folder / HASHES).write_text(json.dumps(merged, indent=1) + "\n", encoding="utf-8")
