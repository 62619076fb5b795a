"""What a deposit is made of: the project's files, and what its runs made, each under the path that it has in the archive."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from replicate.publication.runs import Run, Section
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.files import read_yaml

RUNS, SITE, SWEEPS = "outputs/runs", "outputs/site", "outputs/sweeps"


@dataclass(frozen=True)
class Deposit:
    """Files by their paths in the archive, and what is known of them.

    Attributes
    ----------
    project
        The folder of the project, whose files keep their paths.
    tracked
        The project's own files, by path.
    runs, sections
        Executed notebooks, and sweeps that have pages.
    site
        The folder of the site.
    """

    project: Path
    tracked: tuple[str, ...]
    runs: tuple[Run, ...]
    sections: tuple[Section, ...]
    site: Path

    @cached_property
    def files(self) -> dict[str, Path]:
        """Every file by its path in the archive, in order; what the archive adds is not among them."""
        found = {name: self.project / name for name in self.tracked}
        found |= _of_runs(RUNS, self.runs)
        for section in self.sections:
            found |= {
                f"{SWEEPS}/{section.folder.name}/publish.json": section.folder / "publish.json"
            }
            found |= _of_runs(f"{SWEEPS}/{section.folder.name}", section.runs)
        found |= {
            f"{SITE}/{path.relative_to(self.site).as_posix()}": path
            for path in self.site.rglob("*")
            if path.is_file()
        }
        return dict(sorted(found.items()))

    @cached_property
    def citation(self) -> dict[str, Any]:
        """What CITATION.cff says.

        Raises
        ------
        InputError
            When the project has none.
        """
        path = self.project / "CITATION.cff"
        if not path.is_file():
            raise InputError(
                "a project without CITATION.cff",
                where=str(self.project),
                expected="title, version and authors to deposit under",
            )
        said: dict[str, Any] = read_yaml(path.read_text(encoding="utf-8"))
        return said

    @property
    def authors(self) -> list[str]:
        """The authors' names."""
        names = ("given-names", "family-names", "name")
        return [
            " ".join(author[part] for part in names if part in author)
            for author in self.citation["authors"]
        ]

    @property
    def actions(self) -> list[tuple[str, Run]]:
        """Every run with the folder that it lies in inside the archive."""
        swept = [
            (f"{SWEEPS}/{section.folder.name}", run)
            for section in self.sections
            for run in section.runs
        ]
        return [*((RUNS, run) for run in self.runs), *swept]

    def published(self, run: Run, folder: str) -> list[str]:
        """Return the pages of a run, by their paths in the archive."""
        section = next(
            (part.name for part in self.sections if folder == f"{SWEEPS}/{part.folder.name}"), ""
        )
        page = "/".join(part for part in (SITE, section, f"{run.name}.html") if part)
        return [page] if page in self.files else []

    @property
    def last_run(self) -> date:
        """The day on which the last run ended, in UTC."""
        return max(ended(run) for _, run in self.actions).date()


def ended(run: Run) -> datetime:
    """Return when a run ended."""
    return run.manifest.started + timedelta(seconds=run.manifest.duration)


def _of_runs(folder: str, runs: Iterable[Run]) -> Mapping[str, Path]:
    files = (path for run in runs for path in (run.path, run.path.with_suffix(".manifest.json")))
    return {f"{folder}/{path.name}": path for path in files}
