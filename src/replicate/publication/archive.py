"""One file to deposit: code, tables, outputs and metadata, the same bytes each time, from which everything can be made again."""

import hashlib
import json
import os
import subprocess
import zipfile
from collections.abc import Mapping
from csv import DictReader
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path

from replicate.publication.gate import refuse_stale
from replicate.publication.provenance.codecheck import codecheck
from replicate.publication.provenance.crate import METADATA, crate
from replicate.publication.provenance.datapackage import datapackage, tables_as_csv
from replicate.publication.provenance.deposit import Deposit
from replicate.publication.runs import runs, sections
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.files import write_atomic
from replicate.vocabulary.runs import source_files

SUMS = "SHA256SUMS"
"""The list of every file in an archive with its sha256, as `sha256sum --check` reads it."""

ADDED = ("codecheck.yml", "datapackage.json", METADATA, SUMS)
"""What an archive has and a checkout has not."""

_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time that every file in the archive bears: the earliest that the format knows."""

_LEVEL = 9


@dataclass(frozen=True)
class Archive:
    """An archive that was written: its path, how many files it holds, its size and its sha256."""

    path: Path
    files: int
    size: int
    sha256: str


def archive(
    project: Path, executed: Path, site: Path, target: Path, *, sweeps: Path | None = None
) -> Archive:
    """Write the archive.

    The same project, runs and site give the same bytes: files stand in order of their paths, bear one time, and may be read by everyone;
    those that the project marks so may be run.

    Parameters
    ----------
    project
        The checkout, or an archive unpacked.
    executed, site, sweeps
        What runs and publishing wrote.
    target
        The file to write; replaced whole, or not touched.

    Raises
    ------
    InputError
        When there is nothing to deposit, or the project's own files are not known.
    RunError
        When a run failed, is stale or used code that the archive would not hold, there is no site, or the file can't be written.
    """
    deposit = _deposit(project, executed, site, sweeps)
    refuse_stale({run.path: run.manifest for _, run in deposit.actions}, project)
    _refuse_missing_code(deposit)
    content = {name: path.read_bytes() for name, path in deposit.files.items()}
    content |= _metadata(deposit, content)
    write_atomic(target, _zipped(dict(sorted(content.items())), _programs(deposit)))
    return Archive(
        target, len(content), target.stat().st_size, hashlib.sha256(target.read_bytes()).hexdigest()
    )


def _deposit(project: Path, executed: Path, site: Path, sweeps: Path | None) -> Deposit:
    if not (site / "index.html").is_file():
        raise RunError("no site to deposit", where=str(site), hint="run `replicate report` first")
    return Deposit(project, tracked(project), runs(executed), sections(sweeps), site)


def _refuse_missing_code(deposit: Deposit) -> None:
    project = deposit.project.resolve()
    files = source_files(project / "notebooks").values()
    inside = (path.resolve() for path in files if path.resolve().is_relative_to(project))
    used = (path.relative_to(project).as_posix() for path in inside)
    if gone := next((name for name in used if name not in deposit.files), None):
        raise RunError(
            "runs that used code that git does not have",
            where=str(deposit.project),
            got=gone,
            hint="commit it, and run them again",
        )


def tracked(project: Path) -> tuple[str, ...]:
    """Return the project's own files, by path: those that git has, or, in an archive unpacked, those that it lists.

    Raises
    ------
    InputError
        When neither says, or a file is not there.
    """
    if (project / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z"],  # noqa: S607 (whichever git the user has)
            cwd=project,
            capture_output=True,
            check=True,
            text=True,
        ).stdout.split("\0")
    elif (project / SUMS).is_file():
        listed = [
            line.partition("  ")[2]
            for line in (project / SUMS).read_text(encoding="utf-8").splitlines()
        ]
    else:
        raise InputError(
            "a folder whose files are not known",
            where=str(project),
            expected=f"a git checkout, or an archive with {SUMS}",
        )
    made = ("outputs/runs/", "outputs/site/", "outputs/sweeps/", "tables/")
    names = sorted(
        name for name in listed if name and name not in ADDED and not name.startswith(made)
    )
    if gone := [name for name in names if not (project / name).is_file()]:
        raise InputError(
            "a file of the project that is not there",
            where=gone[0],
            hint="restore it, or commit its removal",
        )
    return tuple(names)


def _metadata(deposit: Deposit, content: Mapping[str, bytes]) -> dict[str, bytes]:
    """Write what the archive adds; the sums come last, and the description of the whole names them without their own size."""
    cited = deposit.citation
    verdicts = _verdicts(content)
    checked = codecheck(
        title=cited["title"], authors=deposit.authors, files=deposit.files, verdicts=verdicts
    )
    tables = tables_as_csv()
    made = {
        "codecheck.yml": checked.encode(),
        "datapackage.json": _json(datapackage(tables, version=str(cited["version"]))),
        **tables,
    }
    described = crate(deposit, made, published=_published())
    made[METADATA] = _json(described)
    return made | {SUMS: _sums({**content, **made})}


def _verdicts(content: Mapping[str, bytes]) -> dict[str, dict[str, str]]:
    text = content["outputs/site/verdicts.csv"].decode()
    return {row["id"]: row for row in DictReader(StringIO(text))}


def _published() -> datetime | None:
    """Return the moment that SOURCE_DATE_EPOCH stands for, where it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), tz=UTC) if epoch else None


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _sums(content: Mapping[str, bytes]) -> bytes:
    return "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(content.items())
    ).encode()


def _programs(deposit: Deposit) -> frozenset[str]:
    """Return the project's files that may be run."""
    return frozenset(name for name in deposit.tracked if os.access(deposit.project / name, os.X_OK))


def _zipped(content: Mapping[str, bytes], programs: frozenset[str]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as file:
        for name, data in content.items():
            entry = zipfile.ZipInfo(name, _FIRST_MOMENT)
            entry.create_system = 3  # Unix, on every machine, or the permissions would not count
            entry.external_attr = (0o100755 if name in programs else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, data, compresslevel=_LEVEL)
    return made.getvalue()
