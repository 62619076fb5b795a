"""Files written whole or not at all."""

import secrets
from contextlib import suppress
from pathlib import Path

from replicate.vocabulary.errors import RunError


def write_atomic(path: Path, content: str | bytes) -> Path:
    r"""Write a file beside its place, then put it there, so that no partial file ever has the name.

    The file beside is called `.NAME.` and eight hexadecimal digits; it goes whatever happens, short of the process being killed.

    Parameters
    ----------
    path
        Where the file goes; folders that are missing are made.
    content
        Its bytes, or its text, which is written as UTF-8 with the line ends it has.

    Returns
    -------
    pathlib.Path
        The path, as given.

    Raises
    ------
    RunError
        When it can't be written; what was there is untouched.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomic(Path(folder, "new", "note.txt"), "one\n").read_bytes()
    b'one\n'
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content.encode() if isinstance(content, str) else content)
        beside.replace(path)
    except OSError as error:
        raise RunError(
            "a file that can't be written",
            where=str(path),
            got=error.strerror or str(error),
            hint="make room or choose another folder; what was there before is untouched",
        ) from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return path
