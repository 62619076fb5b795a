"""The runs that a site is made of: executed notebooks with their manifests, and sweeps that have a page a run."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.runs import Manifest, Publication


@dataclass(frozen=True)
class Run:
    """An executed notebook and its manifest."""

    path: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """What the page is called, without its suffix."""
        return self.path.stem

    def recorded(self, name: str) -> dict[str, Any]:
        """Return a value that the notebook recorded; empty where it recorded none of that name."""
        return next((record for record in self.manifest.records if record["name"] == name), {})


@dataclass(frozen=True)
class Section:
    """A sweep that the site gives a folder of pages."""

    folder: Path
    publication: Publication
    runs: tuple[Run, ...]

    @property
    def name(self) -> str:
        """The folder's name on the site."""
        return self.publication.section

    def label(self, run: Run) -> str:
        """Return the value that tells a run's page from the others."""
        return str(run.manifest.parameters.get(self.publication.parameter, run.name))


def runs(executed: Path) -> tuple[Run, ...]:
    """Return the executed notebooks of a folder, in order of their names.

    Raises
    ------
    InputError
        When there is none.
    RunError
        When a last run failed, a manifest is missing or describes another run, or a page would take the place of one of the site's own.
    """
    failed = sorted(executed.glob("*.failed.ipynb"))
    if failed:
        name = failed[0].name.removesuffix(".failed.ipynb")
        raise RunError(
            "a notebook whose last run failed",
            where=str(failed[0]),
            hint=f"mend it and run `replicate run {name}` again",
        )
    found = tuple(
        Run(path, Manifest.read(path.with_suffix(".manifest.json")))
        for path in sorted(executed.glob("*.ipynb"))
    )
    if not found:
        raise InputError(
            "nothing to publish",
            where=str(executed),
            expected="executed notebooks",
            hint="run `replicate run` first",
        )
    for run in found:
        if hashlib.sha256(run.path.read_bytes()).hexdigest() != run.manifest.output_sha256:
            raise RunError(
                "an executed notebook that is not the one its manifest describes",
                where=str(run.path),
                hint="run it again",
            )
        if run.name in RESERVED:
            raise RunError(
                "a notebook whose page would take the place of one of the site's own",
                where=str(run.path),
                hint="give it another name",
            )
    return found


RESERVED = frozenset({"index", "methods", "data", "definitions", "accessibility"})
"""Pages that the site has of its own."""


def sections(sweeps: Path | None) -> tuple[Section, ...]:
    """Return the sweeps that say which pages they become (see `replicate.vocabulary.runs`).

    Raises
    ------
    RunError, InputError
        As `runs` does.
    """
    folders = (
        sorted(path for path in sweeps.iterdir() if path.is_dir())
        if sweeps and sweeps.is_dir()
        else []
    )
    told = [(folder, Publication.read(folder)) for folder in folders]
    return tuple(
        Section(folder, publication, runs(folder)) for folder, publication in told if publication
    )
