"""Hold the shipped tables to the hashes on record and to their schemas."""

from dataclasses import dataclass

from replicate.sources.home import read_hashes, sha256, shipped_home
from replicate.sources.reading import NAMES, read
from replicate.vocabulary.errors import ReplicateError


@dataclass(frozen=True)
class TableCheck:
    """Whether one shipped table is the one on record.

    `expected` and `got` are the sha256 on record and of the file ("absent" where there is none); `ok` is that they are
    equal and that the table keeps to its schema; `fault` says what is wrong.
    """

    name: str
    expected: str
    got: str
    ok: bool
    fault: str = ""


def check() -> list[TableCheck]:
    """Hold every shipped table to the sha256 on record and to its schema."""
    recorded = read_hashes(shipped_home())
    return [_check(name, recorded.get(name, "absent")) for name in sorted({*recorded, *NAMES})]


def _check(name: str, expected: str) -> TableCheck:
    path = shipped_home() / f"{name}.parquet"
    if not path.is_file():
        return TableCheck(name, expected, "absent", ok=False, fault="no such file")
    got = sha256(path)
    if got != expected:
        return TableCheck(name, expected, got, ok=False, fault="not the bytes on record")
    try:
        read(name, path)
    except ReplicateError as error:
        return TableCheck(name, expected, got, ok=False, fault=f"{error.what}: {error.got}")
    return TableCheck(name, expected, got, ok=True)
