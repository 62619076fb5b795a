"""Tells whether a result that lies in a folder is the one that a run would give now, and what changed where it isn't."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from replicate.execution.cache.inputs import Inputs
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.manifests import Manifest
from replicate.vocabulary.reads import sha256


@dataclass(frozen=True)
class Entry:
    """What is known of a result.

    Attributes
    ----------
    manifest
        Its manifest; None where there is none, or none that can be trusted.
    changed
        What has changed since it was made, a phrase each; empty for a result that stands.
    corrupt
        Why what lies there can't be trusted; empty where it can.
    """

    manifest: Manifest | None
    changed: tuple[str, ...] = ()
    corrupt: str = ""

    @property
    def stands(self) -> bool:
        """Whether a run would give the same now."""
        return self.manifest is not None and not self.changed and not self.corrupt


def examine(out: Path, name: str, now: Inputs, parameters: Mapping[str, Any]) -> Entry:
    """Compare a result with what it depends on.

    Parameters
    ----------
    out, name
        The folder and the name of the run.
    now
        What a run would start from.
    parameters
        What it would be given.
    """
    beside, notebook = out / f"{name}.manifest.json", out / f"{name}.ipynb"
    if not beside.exists():
        return Entry(None, ("not run yet",))
    try:
        manifest = Manifest.read(beside)
    except RunError as error:
        return Entry(None, corrupt=f"{beside.name}: {error.what}")
    if not notebook.is_file() or sha256(notebook) != manifest.output_sha256:
        return Entry(None, corrupt=f"{notebook.name} is not the one that its manifest describes")
    changed = tuple(changes(manifest, now, parameters))
    if not changed and manifest.key != now.key(manifest.parameters, manifest.tables):
        return Entry(None, corrupt=f"{beside.name} does not have the key of what it lists")
    return Entry(manifest, changed)


def changes(manifest: Manifest, now: Inputs, parameters: Mapping[str, Any]) -> Iterator[str]:
    """Say what a run would start from now that the run of a manifest did not."""
    if not manifest.key:
        yield "it was made before keys were kept"
        return
    if manifest.notebook_sha256 != now.notebook_sha256:
        yield "the notebook changed"
    yield from _parameters(manifest.parameters, parameters)
    yield from _sources(manifest.sources, now.sources)
    yield from dict.fromkeys(
        f"table {read.name} changed" for read in manifest.tables if not read.holds
    )
    if manifest.lock_sha256 != now.lock_sha256:
        yield "the lock changed"
    if manifest.python != now.python:
        yield f"Python {now.python} instead of {manifest.python}"
    if manifest.own_data != now.own_data:
        yield "the user's own folder of tables was named, or is no longer"


def _parameters(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys([*now, *then]):
        if name not in now:
            yield f"parameter {name} is no longer given"
        elif name not in then or then[name] != now[name] or type(then[name]) is not type(now[name]):
            yield f"parameter {name} is now {now[name]!r}"


def _sources(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            how = (
                "is no longer used"
                if name not in now
                else "is new"
                if name not in then
                else "changed"
            )
            yield f"{'module' if name.endswith('.py') else 'file'} {name} {how}"
