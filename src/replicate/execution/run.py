"""Runs one notebook with papermill, and writes what it made only when all of it succeeded."""

import hashlib
import logging
import platform
import secrets
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

import nbformat
import papermill
from ipykernel.kernelspec import KERNEL_NAME
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from replicate.execution.cache.inputs import Inputs, inputs
from replicate.execution.engine import ENGINE, ReplicateEngine
from replicate.execution.failure import failure, find_stop, find_unfinished
from replicate.execution.normal import normalise
from replicate.execution.parameters import plain
from replicate.execution.provision import Nursery
from replicate.execution.result import Run as Run
from replicate.execution.source import Source, as_text, load
from replicate.execution.watch import Watch
from replicate.vocabulary.cells import RECORD
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.manifests import Manifest
from replicate.vocabulary.outcomes import Limits
from replicate.vocabulary.reads import Read, noted

PACKAGE = "casey-audit-replication"
_NONE: Mapping[str, object] = MappingProxyType({})
papermill_engines.register(ENGINE, ReplicateEngine)
logging.getLogger("papermill").setLevel(
    logging.CRITICAL
)  # what it logs is refused before, or raised as an error


def run(
    notebook: Path,
    *,
    parameters: Mapping[str, object] = _NONE,
    out: Path,
    name: str | None = None,
    cwd: Path | None = None,
    watch: Watch | None = None,
    nursery: Nursery | None = None,
) -> Run:
    """Execute a notebook in this interpreter.

    `out/NAME.ipynb` and `out/NAME.manifest.json` are replaced when every cell has succeeded, and not touched otherwise; the same
    notebook, parameters and versions give the same bytes. A notebook that fails is kept as `out/NAME.failed.ipynb`.

    Parameters
    ----------
    notebook
        A notebook with a cell tagged `parameters`.
    parameters
        Values for names that cell sets: text, numbers, truth values, none, and lists or mappings of these.
    out
        The folder to write to; made if need be.
    name
        What the files in `out` are called; the notebook's own name where None.
    cwd
        Where the cells run; by default the notebook's own folder, as in JupyterLab.
    watch
        Its limits; afterwards, how it ended and what it held.
    nursery
        Where its kernel is forked; without one it is an ordinary kernel.

    Raises
    ------
    InputError
        Before anything runs: no such notebook, not a notebook, no parameters cell, an unknown parameter, a value that is no literal.
    RunError
        When a cell fails, hangs or kills the kernel, or the results can't be written.
    """
    source, values = load(notebook), plain(parameters)
    source.check_names(values)
    folder = _folder(source, cwd)
    named, given = name or source.name, inputs(notebook)
    target, kept = _target(source, out, named), out / f"{named}.failed.ipynb"
    started = datetime.now(UTC)
    executed, tables = _execute(
        source, values, folder=folder, watch=watch or Watch(Limits()), nursery=nursery
    )
    duration = (datetime.now(UTC) - started).total_seconds()
    if stop := find_stop(executed) or find_unfinished(executed):
        _write(kept, as_text(executed))
        raise failure(source, executed, stop, parameters=values, out=out, kept=kept)
    text = as_text(normalise(executed, values, folder=folder))
    manifest = _manifest(
        named,
        source,
        values,
        executed,
        text,
        started=started,
        duration=duration,
        given=given,
        tables=tables,
    )
    return _left(target, text, manifest, kept)


def _left(target: Path, text: str, manifest: Manifest, failed: Path) -> Run:
    """Write what a run that succeeded leaves, and remove what an earlier one left that failed."""
    _write(target, text)
    beside = target.with_name(f"{manifest.name}.manifest.json")
    _write(beside, manifest.model_dump_json(indent=1) + "\n")
    failed.unlink(missing_ok=True)
    return Run(target, beside, manifest)


def _folder(source: Source, cwd: Path | None) -> Path:
    folder = (cwd or source.path.parent).resolve()
    if not folder.is_dir():
        raise InputError("no such folder to run in", where="cwd", got=str(cwd))
    return folder


def _target(source: Source, out: Path, name: str) -> Path:
    target = out / f"{name}.ipynb"
    if target.resolve() == source.path.resolve():
        raise InputError(
            "a run that would write over its own notebook",
            where="--out",
            got=str(out),
            expected="another folder",
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError("a folder that can't be made", where=str(out), got=error.strerror) from None
    return target


def _execute(
    source: Source, values: Mapping[str, Any], **options: Any
) -> tuple[Any, tuple[Read, ...]]:
    """Run the cells, and return them with the tables read; a notebook that failed is as papermill kept it, with the error in its cell."""
    with tempfile.TemporaryDirectory(prefix="replicate-run-") as private:
        given, kept = Path(private) / "given.ipynb", Path(private) / "kept.ipynb"
        given.write_text(as_text(source.notebook), encoding="utf-8")
        reads = Path(private) / "reads.jsonl"
        try:
            executed = papermill.execute_notebook(
                given,
                kept,
                dict(values),
                engine_name=ENGINE,
                kernel_name=KERNEL_NAME,
                language="python",
                request_save_on_cell_execute=False,
                record_timing=False,
                progress_bar=False,
                reads=reads,
                **options,
            )
        except PapermillExecutionError:
            executed = nbformat.read(kept, as_version=4)  # type: ignore[no-untyped-call]
        return executed, noted(reads)


def _manifest(
    name: str,
    source: Source,
    values: dict[str, Any],
    executed: Any,
    text: str,
    *,
    started: datetime,
    duration: float,
    given: Inputs,
    tables: tuple[Read, ...],
) -> Manifest:
    outputs = (output for cell in executed.cells for output in cell.get("outputs", []))
    return Manifest(
        name=name,
        notebook_sha256=source.sha256,
        parameters=values,
        package=version(PACKAGE),
        python=platform.python_version(),
        platform=platform.platform(),
        kernel=f"ipykernel {version('ipykernel')}",
        started=started,
        duration=duration,
        output_sha256=hashlib.sha256(text.encode()).hexdigest(),
        records=[output.data[RECORD] for output in outputs if RECORD in output.get("data", {})],
        notebook=source.name,
        sources=dict(given.sources),
        tables=tables,
        lock_sha256=given.lock_sha256,
        source_sha256=given.source_sha256,
        own_data=given.own_data,
        seed=given.seed(values),
        key=given.key(values, tables),
    )


def _write(path: Path, text: str) -> None:
    """Write beside, then replace, so that no partial file ever has the name."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        beside.write_bytes(text.encode())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise RunError(
            "a result that can't be written",
            where=str(path),
            got=error.strerror,
            hint="the last one is untouched",
        ) from None
