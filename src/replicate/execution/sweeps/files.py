"""Files of a folder of results: replaced whole, and one batch of runs at a time."""

import re
import secrets
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from replicate.vocabulary.errors import RunError

LOCK = ".lock"
_BESIDE = re.compile(r"\..+\.[0-9a-f]{8}")
_held: set[Path] = set()


def replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    RunError
        When it can't be written; what was there is untouched.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise RunError(
            "a result that can't be written",
            where=str(path),
            got=error.strerror,
            hint="the last one is untouched",
        ) from None


class Folder:
    """A folder of results that one batch of runs has to itself.

    The lock is the operating system's own on a file of the folder: it ends with the process that holds it, however that ends, and kernels
    forked from that process don't inherit it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes]

    def __enter__(self) -> Self:
        place = self.path.resolve()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            file = (self.path / LOCK).open("ab")
        except OSError as error:
            raise RunError(
                "a folder that can't be written to", where=str(self.path), got=error.strerror
            ) from None
        if place in _held or not _locked(file):
            file.close()
            hint = "wait until it ends, or write to another folder with --out"
            raise RunError(
                "other runs are being written to this folder", where=str(self.path), hint=hint
            )
        self._file = file
        _held.add(place)
        for left in self.path.iterdir():  # what a runner that was killed had begun to write
            if _BESIDE.fullmatch(left.name):
                left.unlink()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _held.discard(self.path.resolve())
        self._file.close()


if sys.platform == "win32":  # pragma: no cover - Windows has no fcntl

    def _locked(file: IO[bytes]) -> bool:
        import msvcrt

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _locked(file: IO[bytes]) -> bool:
        import fcntl

        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
