"""What a site is made of: executed notebooks with their manifests, sweeps, evidence.

Beside the folder of a site stands a stamp of all that it was made from, which says whether it is
what it would be now.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import nbformat

from replicate.publication.page import Parameter, parameters
from replicate.sources.tables import data_home
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.files import write_atomic
from replicate.vocabulary.runs import Inputs, Manifest, Publication, lock, sha256

Rows = Sequence[Mapping[str, Any]]

RESERVED = frozenset({"index", "methods", "data", "definitions", "accessibility", "claims"})
"""Pages that the site has of its own."""


@dataclass(frozen=True)
class Background:
    """What the site is made of besides runs and verdicts, as plain data.

    Attributes
    ----------
    rules
        name, rule, reason, fixed_in (a commit), after_results.
    choices
        kind, choice, reason, fixed_in.
    tables
        name, describes, rows, sha256, columns (name, type, means, unit, missing, values), sources
        (publisher, publication, released, licence, standing, source_sha256, caveats).
    """

    rules: Rows = ()
    choices: Rows = ()
    tables: Rows = ()

    @property
    def released(self) -> date | None:
        """The day of the newest release of recorded crime."""
        crime = (one for one in self.tables if str(one["name"]).startswith("recorded_crime"))
        told = (str(source["released"]) for table in crime for source in table["sources"])
        days = [text[:10] for text in told if re.match(r"\d{4}-\d\d-\d\d", text)]
        return date.fromisoformat(max(days)) if days else None


@dataclass(frozen=True)
class Run:
    """An executed notebook, its manifest, and the folder of the site that its page stands in."""

    path: Path
    manifest: Manifest
    section: str = ""

    @property
    def name(self) -> str:
        """What the page is called, without its suffix."""
        return self.path.stem

    @property
    def folder(self) -> str:
        """The folder that it has in an archive."""
        return f"outputs/sweeps/{self.path.parent.name}" if self.section else "outputs/runs"

    @property
    def page(self) -> str:
        """Its page on the site."""
        return f"{self.section}/{self.name}.html" if self.section else f"{self.name}.html"

    @property
    def ended(self) -> datetime:
        """When it ended, in UTC."""
        ended = self.manifest.started + timedelta(seconds=self.manifest.duration)
        return ended.astimezone(UTC)

    @cached_property
    def notebook(self) -> Any:
        """The executed notebook."""
        return nbformat.read(self.path, as_version=4)  # type: ignore[no-untyped-call]

    @property
    def parameters(self) -> list[Parameter]:
        """What it ran with; nothing where that can't be read as plain Python."""
        return parameters(self.notebook)

    @property
    def changed(self) -> str:
        """What a run under a name of its own was given instead of the defaults, in words."""
        if self.name == self.manifest.notebook:
            return ""
        told = (
            f"{one.name.replace('_', ' ')} {one.value}" for one in self.parameters if one.default
        )
        return ", ".join(told) or self.name.replace("_", " ")

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


def runs(executed: Path, section: str = "") -> tuple[Run, ...]:
    """Return the executed notebooks of a folder, in order of their names.

    Raises
    ------
    InputError
        When there is none.
    RunError
        When a last run failed, a manifest is missing or describes another run, or a page would
        take the place of one of the site's own.
    """
    if failed := sorted(executed.glob("*.failed.ipynb")):
        name = failed[0].name.removesuffix(".failed.ipynb")
        hint = f"mend it and run `replicate run {name}` again"
        raise RunError("a notebook whose last run failed", where=str(failed[0]), hint=hint)
    paths = sorted(executed.glob("*.ipynb"))
    if not paths:
        hint = "run `replicate run` first"
        raise InputError("nothing to publish", where=str(executed), hint=hint)
    found = tuple(
        Run(path, Manifest.read(path.with_suffix(".manifest.json")), section) for path in paths
    )
    for run in found:
        what = ""
        if sha256(run.path) != run.manifest.output_sha256:
            what, hint = "not the one its manifest describes", "run it again"
        elif run.name in RESERVED:
            what, hint = "called as one of the site's own pages is", "give it another name"
        if what:
            raise RunError(f"an executed notebook that is {what}", where=str(run.path), hint=hint)
    return found


def refuse_stale(runs: Iterable[Run], project: Path) -> None:
    """Refuse runs of notebooks, code, tables or an environment that have changed since.

    Parameters
    ----------
    runs
        Executed notebooks.
    project
        The folder with `notebooks/` and the lock.

    Raises
    ------
    InputError
        When a notebook is not there any more.
    RunError
        Naming the run and the first thing that changed.
    """
    for run in runs:
        notebook = project / "notebooks" / f"{run.manifest.notebook}.ipynb"
        if reason := next(run.manifest.changes(Inputs.of(notebook, project)), None):
            hint = f"run `replicate run {run.manifest.notebook}` again"
            raise RunError("a stale run", where=str(run.path), got=reason, hint=hint)


def sections(sweeps: Path | None) -> tuple[Section, ...]:
    """Return the sweeps that say which pages they become (see `vocabulary.runs.Publication`).

    Raises
    ------
    RunError, InputError
        As `runs` does.
    """
    held = sorted(sweeps.iterdir()) if sweeps and sweeps.is_dir() else []
    told = [(folder, Publication.read(folder)) for folder in held if folder.is_dir()]
    return tuple(Section(folder, said, runs(folder, said.section)) for folder, said in told if said)


def publication_date() -> date | None:
    """Return the day that SOURCE_DATE_EPOCH stands for, or None where it is not set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), tz=UTC).date() if epoch else None


def built(made: Iterable[Run]) -> date:
    """Return the day that a site bears: the one it was given, else that of its last run."""
    return publication_date() or max(run.ended for run in made).date()


# The stamp of a site.


def made_from(*folders: Path) -> str:
    """Return one sha256 of what a site is made from.

    That is folders of runs, the package with its tables, the tables that were fetched, the lock,
    and the date that pages bear.
    """
    package, locked = Path(str(files("replicate"))), lock(Path.cwd())
    parts = [_content(folder) for folder in (*folders, package, data_home())]
    parts += [sha256(locked) if locked else "", str(publication_date())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def write_stamp(site: Path, source: str, tally: Rows) -> None:
    """Note what a site was made from, and the table of verdicts that goes with it."""
    stamp = {"state": [source, _content(site)], "tally": tally}
    write_atomic(_place(site), json.dumps(stamp) + "\n")


def read_stamp(site: Path, source: str) -> Rows | None:
    """Return the table of verdicts of a site that is as it was made, from the same; else None."""
    try:
        stamp = json.loads(_place(site).read_bytes())
        return stamp["tally"] if stamp["state"] == [source, _content(site)] else None
    except (OSError, ValueError, KeyError):  # there is none, or of an earlier version
        return None


def _content(folder: Path) -> str:
    """Return one sha256 of the files below a folder, but for compiled code."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            found.update(f"{path.relative_to(folder).as_posix()} {sha256(path)}\n".encode())
    return found.hexdigest()


def _place(site: Path) -> Path:
    return site.with_name(f".{site.name}.json")
