"""Runs that may not be published: those that are not what a run would give now."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

from replicate.vocabulary.errors import RunError
from replicate.vocabulary.manifests import Manifest
from replicate.vocabulary.reads import lock, sha256


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
            hint = f"run `replicate run {manifest.notebook or manifest.name}` again"
            raise RunError("a stale run", where=str(path), got=reason, hint=hint)


def changes(manifest: Manifest, project: Path) -> Iterator[str]:
    """Yield what has changed since a run: its notebook, the modules and files it used, the tables it read, the lock."""
    name = manifest.notebook or manifest.name
    notebook = project / "notebooks" / f"{name}.ipynb"
    if not notebook.is_file():
        yield f"there is no notebook {name}"
    elif sha256(notebook) != manifest.notebook_sha256:
        yield f"notebook {name} changed"
    yield from (
        f"{source} changed"
        for source, digest in manifest.sources.items()
        if _differs(source, digest, project)
    )
    yield from (f"table {read.name} changed" for read in manifest.tables if not read.holds)
    found = lock(project)
    if manifest.lock_sha256 and not (found and sha256(found) == manifest.lock_sha256):
        yield "the lock changed"


def _differs(source: str, digest: str, project: Path) -> bool:
    """Say whether a file is another now; those of the package are named from its folder, others from the notebooks'."""
    package = Path(str(files("replicate")))
    path = (
        package.parent / source
        if source.startswith(f"{package.name}/")
        else project / "notebooks" / source
    )
    return not path.is_file() or sha256(path) != digest
