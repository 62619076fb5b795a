"""Runs that may not be published: those that are not what a run would give now."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from replicate.vocabulary.errors import RunError
from replicate.vocabulary.runs import Inputs, Manifest


def refuse_stale(runs: Mapping[Path, Manifest], project: Path) -> None:
    """Refuse runs of notebooks, code, tables or an environment that have changed since.

    Parameters
    ----------
    runs
        Executed notebooks, each with its manifest.
    project
        The folder with `notebooks/` and the lock.

    Raises
    ------
    RunError
        Naming the run and the first thing that changed.
    """
    for path, manifest in runs.items():
        if reason := next(changes(manifest, project), None):
            hint = f"run `replicate run {manifest.notebook}` again"
            raise RunError("a stale run", where=str(path), got=reason, hint=hint)


def changes(manifest: Manifest, project: Path) -> Iterator[str]:
    """Yield what has changed since a run: its notebook, the package, the tables it read, the lock."""
    notebook = project / "notebooks" / f"{manifest.notebook}.ipynb"
    if not notebook.is_file():
        yield f"there is no notebook {manifest.notebook}"
    else:
        yield from manifest.changes(Inputs.of(notebook, project))
