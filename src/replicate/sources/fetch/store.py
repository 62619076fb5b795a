"""What a fetch leaves in the user's folder: a vintage and its offence codes, where it came from, and the hashes first seen."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from replicate.sources.build.recorded_crime import KEY
from replicate.sources.build.writing import write_table
from replicate.sources.catalogue import Standing
from replicate.sources.fetch.vintage import table_name
from replicate.sources.home import sha256, shipped_home
from replicate.vocabulary.errors import InputError, RunError

FIRST_SEEN = "first-seen.json"
"""The hash that each source without one in the catalogue had when it was first fetched."""


@dataclass(frozen=True)
class Provenance:
    """Where a fetched vintage came from; it is kept beside the table as JSON.

    Attributes
    ----------
    source, vintage
        The source's id, and the release of recorded crime that it is.
    address, fetched
        Where the workbook came from, and the day.
    sha256, standing, bytes
        The workbook's hash, how sure it is that this is the publisher's, and its size.
    rows
        Of the table.
    """

    source: str
    vintage: str
    address: str
    fetched: str
    sha256: str
    standing: Standing
    bytes: int
    rows: int


def first_seen(home: Path) -> dict[str, str]:
    """Return the sha256 of each source as first fetched, by the source's id.

    Raises
    ------
    InputError
        When the record is not readable.
    """
    path = home / FIRST_SEEN
    if not path.exists():
        return {}
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (TypeError, ValueError) as error:
        hint = "mend it, or delete it to take the next download as first seen"
        raise InputError(
            "a record of hashes that can't be read", where=str(path), got=error, hint=hint
        ) from None


def keep(
    tables: Mapping[str, pd.DataFrame], provenance: Provenance, home: Path, *, pin: bool
) -> bool:
    """Put a vintage and its records into the user's folder, or leave the folder as it was.

    All is finished in a folder of its own inside, then moved; recorded crime, which makes the vintage appear, comes last.

    Parameters
    ----------
    tables, provenance
        What `build_vintage` built, by name, and from what.
    home
        The user's folder.
    pin
        Record the workbook's hash as first seen.

    Returns
    -------
    bool
        Whether the vintage is new; False where the same bytes are there already, and then nothing is written.

    Raises
    ------
    RunError
        When a table of that vintage is there and differs.
    OSError
        When something can't be written.
    """
    name = table_name(provenance.vintage)
    final, others = home / f"{name}.parquet", [other for other in tables if other != name]
    records: dict[str, object] = {f"{name}.json": asdict(provenance)}
    if pin:
        records[FIRST_SEEN] = {**first_seen(home), provenance.source: provenance.sha256}
    with tempfile.TemporaryDirectory(dir=home, prefix=".building-") as beside:
        built = Path(beside, final.name)
        write_table(tables[name], built)
        if final.exists():
            return _require_same(built, final)
        for other in others:
            write_table(tables[other], Path(beside, f"{other}.parquet"))
        for file, content in records.items():
            Path(beside, file).write_text(
                json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
            )
        for file in [*(f"{other}.parquet" for other in others), *records, final.name]:
            Path(beside, file).replace(home / file)
    return True


def cells_changed_from_shipped(table: pd.DataFrame, vintage: str) -> int | None:
    """Count the quarters, forces and codes whose count differs from the shipped table of a vintage; None where none is shipped."""
    path = shipped_home() / f"{table_name(vintage)}.parquet"
    if not path.exists():
        return None
    both = table.merge(
        pd.read_parquet(path), on=KEY, how="outer", suffixes=("", "_shipped"), indicator="held"
    )
    counts = both[["count", "count_shipped"]].astype("Int64")
    same = counts["count"].eq(counts["count_shipped"]).fillna(value=False) | counts.isna().all(
        axis=1
    )
    return int((~same | (both["held"] != "both")).sum())


def _require_same(built: Path, final: Path) -> bool:
    if sha256(built) != sha256(final):
        raise RunError(
            "another table of this vintage is there already, and was left as it is",
            where=str(final),
            got=f"sha256 {sha256(final)}",
            expected=f"the table built from this workbook, sha256 {sha256(built)}",
            hint="to take the new one, delete that file and the .json beside it, then run the same command again",
        )
    return False
