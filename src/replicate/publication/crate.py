"""What an archive says of itself: an RO-Crate 1.2 of its runs, and a Data Package of its tables.

The crate has what is in the archive, and a CreateAction for each run, from notebook and tables to
page. Source of its terms: RO-Crate Metadata Specification 1.2 (https://w3id.org/ro/crate/1.2),
sections on data entities and on provenance.
"""

import hashlib
import mimetypes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from replicate.publication.runs import Run, Section
from replicate.sources.catalogue import Source, catalogue
from replicate.sources.schemas import Column, codebook
from replicate.sources.tables import read_hashes, shipped_home
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.files import read_yaml

# What a deposit is made of.

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
        """Every file by its path in the archive, in order, without what the archive adds."""
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


# The tables as a Data Package.

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
FOLDER = "src/replicate/sources/tables"
"""Where the tables lie in the project, as parquet."""

OPEN_GOVERNMENT = {
    "name": "OGL-UK-3.0",
    "title": "Open Government Licence v3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}


def tables_as_csv() -> dict[str, bytes]:
    """Return the shipped tables by their paths in an archive, as CSV; a missing cell is empty."""
    return {f"tables/{name}.csv": _csv(name) for name in sorted(read_hashes(shipped_home()))}


def _csv(name: str) -> bytes:
    table = pq.read_table(shipped_home() / f"{name}.parquet")
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return str(frame.to_csv(index=False, lineterminator="\n")).encode()


def datapackage(tables: Mapping[str, bytes], *, version: str) -> dict[str, Any]:
    """Describe the tables that are shipped.

    Parameters
    ----------
    tables
        Their CSV by path, from `tables_as_csv`.
    version
        Of the project.

    Returns
    -------
    dict
        A descriptor by the standard's second version (https://datapackage.org/standard/data-
        package/). Beside the standard's properties a field has `unit` and `missing`, which says
        when a cell has no value.
    """
    return {
        "$schema": PROFILE,
        "name": "casey-audit-replication",
        "title": "Tables behind the figures of the National Audit on Group-Based Child Sexual "
        "Exploitation and Abuse and of HMICFRS",
        "version": version,
        "licenses": [OPEN_GOVERNMENT],
        "resources": [_resource(path, content) for path, content in tables.items()],
    }


def _resource(path: str, content: bytes) -> dict[str, Any]:
    name = path.removeprefix("tables/").removesuffix(".csv")
    book = codebook(name)
    return {
        "name": name.replace("_", "-"),
        "path": path,
        "title": book.describes,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "licenses": [OPEN_GOVERNMENT],
        "sources": [_source(source) for source in sources_of(name)],
        "schema": {
            "fields": [_field(column) for column in book.columns],
            "primaryKey": [column.name for column in book.columns if column.key],
            "missingValues": [""],
        },
    }


def sources_of(table: str) -> list[Source]:
    """Return the files held that a table was built from."""
    return [source for source in catalogue().values() if table in source.feeds and source.file]


def _source(source: Source) -> dict[str, str]:
    told = {
        "title": f"{source.publisher}, {source.publication} ({source.standing} copy)",
        "path": source.page or "",
    }
    return {name: text for name, text in told.items() if text}


def _field(column: Column) -> dict[str, Any]:
    limits = {
        "pattern": column.pattern,
        "enum": list(column.allowed_values),
        "minimum": column.min_value,
        "maximum": column.max_value,
    }
    held = {name: limit for name, limit in limits.items() if limit not in (None, [])}
    may_be_empty = column.missing or (column.type == "string" and not held and not column.key)
    constraints = held | {"required": not may_be_empty}
    told = {"unit": column.unit, "missing": column.missing}
    return {
        "name": column.name,
        "type": column.type,
        "description": column.means,
        **{name: text for name, text in told.items() if text},
        "constraints": constraints,
    }


# The crate.

VERSION = "1.2"
METADATA = "ro-crate-metadata.json"
MIT = "https://spdx.org/licenses/MIT"
_TYPES = {
    ".ipynb": "application/x-ipynb+json",
    ".parquet": "application/vnd.apache.parquet",
    ".yaml": "application/yaml",
}
_NOTEBOOK = ["File", "SoftwareSourceCode"]
_FOLDERS = {
    "src/replicate/": "The package that computes every figure",
    "notebooks/": "The notebooks, without outputs",
    "params/": "What each notebook can be told",
    "tests/": "The tests, with published worked examples",
    f"{FOLDER}/": "The shipped tables",
    "tables/": "The same tables as CSV, as datapackage.json describes them",
    "src/replicate/ledger/": "The ledger: published figures, and how they are compared",
    "outputs/runs/": "Executed notebooks, each with a manifest of its run",
    "outputs/site/": "The report as web pages",
}
_FILES = {
    "README.md": "What this is and how to run it",
    "CITATION.cff": "How to cite it",
    "LICENSE": "Licence of the code",
    "LICENSE-DATA.md": "Licence of the tables",
    "requirements.lock": "Every dependency with its hashes",
    "datapackage.json": "The tables, with a codebook each",
    "codecheck.yml": "The outputs for a codechecker",
    "SHA256SUMS": "The sha256 of every file",
    "src/replicate/ledger/claims.csv": "Every published figure",
    "outputs/site/index.html": "The report's first page",
    "outputs/site/verdicts.csv": "Every claim with its verdict",
}


def crate(
    deposit: Deposit, made: Mapping[str, bytes], *, published: datetime | None = None
) -> dict[str, Any]:
    """Describe a deposit.

    Parameters
    ----------
    deposit
        What the archive holds.
    made
        Files that the archive adds, by path.
    published
        The moment to date it by; the day on which the last run ended where none is given.

    Returns
    -------
    dict
        The contents of `ro-crate-metadata.json`; the same deposit gives the same.
    """
    builder = _Builder(deposit, made)
    builder.root((published.date() if published else deposit.last_run).isoformat())
    builder.folders_and_files()
    for table in sorted(
        path
        for path in deposit.files
        if path.startswith(f"{FOLDER}/") and path.endswith(".parquet")
    ):
        builder.table(table)
    for number, (folder, run) in enumerate(deposit.actions, 1):
        builder.action(number, folder, run)
    described: dict[str, Any] = builder.crate.metadata.generate()
    return described


class _Builder:
    """Adds entities to a crate, each once."""

    def __init__(self, deposit: Deposit, made: Mapping[str, bytes]) -> None:
        self.deposit, self.made = deposit, made
        self.crate = ROCrate(version=VERSION)
        self.held = {*deposit.files, *made}

    def root(self, day: str) -> None:
        """Name the whole: title, authors, licences, day."""
        said = self.deposit.citation
        authors = [
            self._context(f"#author-{number}", "Organization", name=name)
            for number, name in enumerate(self.deposit.authors, 1)
        ]
        tables = {
            "name": OPEN_GOVERNMENT["title"],
            "description": "Licence of the tables and of the published figures quoted",
        }
        open_government = self._context(OPEN_GOVERNMENT["path"], "CreativeWork", **tables)
        mit = self._context(
            MIT, "CreativeWork", name="MIT License", description="Licence of the code"
        )
        self.authors, self.licences = authors, {"code": mit, "data": open_government}
        whole = self.crate.root_dataset
        described = " ".join(str(said.get("abstract", said["title"])).split())
        whole["name"], whole["description"], whole["datePublished"] = said["title"], described, day
        whole["license"], whole["version"] = [mit, open_government], str(said["version"])
        whole["author"], whole["publisher"] = _one(authors), authors[0]
        whole["keywords"] = said.get("keywords", [])

    def folders_and_files(self) -> None:
        """Describe the folders, and the files that somebody looks for first."""
        for folder, words in _FOLDERS.items():
            if any(path.startswith(folder) for path in self.held):
                self.crate.add_dataset(
                    dest_path=folder, properties={"name": folder.rstrip("/"), "description": words}
                )
        for path, words in _FILES.items():
            if path in self.held:
                self._file(path, name=path, description=words)

    def table(self, path: str) -> None:
        """Describe a shipped table, and the files that it was built from."""
        name = Path(path).stem
        based = [self._source(source) for source in sources_of(name)]
        told = {
            "description": codebook(name).describes,
            "license": self.licences["data"],
            "isBasedOn": based,
        }
        self._file(path, name=f"Table {name}", **told)

    def action(self, number: int, folder: str, run: Run) -> None:
        """Describe a run: notebook and Python, the tables read, what was made, when, by whom."""
        manifest, name = run.manifest, run.manifest.notebook or run.manifest.name
        language = self._python("ComputerLanguage", manifest.python)
        told = {
            "description": "A notebook, without outputs",
            "programmingLanguage": language,
            "version": manifest.package,
        }
        notebook = self._file(
            f"notebooks/{name}.ipynb",
            types=_NOTEBOOK,
            name=f"Notebook {name}",
            license=self.licences["code"],
            **told,
        )
        read = [table for path in _tables(run) if (table := self.crate.dereference(path))]
        given = [
            self._context(f"#run-{number}-{key}", "PropertyValue", name=key, value=str(value))
            for key, value in manifest.parameters.items()
        ]
        results = [f"{folder}/{run.path.name}", *self.deposit.published(run, folder)]
        made = [self._result(path, run.name) for path in results]
        action = self._context(
            f"#run-{number}",
            "CreateAction",
            name=f"Run of notebook {name}" + ("" if name == run.name else f" for {run.name}"),
            instrument=[notebook, self._python("SoftwareApplication", manifest.python)],
            object=[*read, *given],
            result=made,
            agent=self.authors,
            startTime=_moment(manifest.started),
            endTime=_moment(ended(run)),
            description=f"Python {manifest.python}, {manifest.kernel}, {manifest.platform}",
        )
        self.crate.root_dataset.append_to("mentions", action)

    def _result(self, path: str, name: str) -> Any:
        what = (
            "An executed notebook"
            if path.endswith(".ipynb")
            else "A page made of an executed notebook"
        )
        return self._file(path, name=f"{name}{Path(path).suffix}", description=what)

    def _python(self, kind: str, version: str) -> Any:
        told = {"url": "https://www.python.org/", "version": version}
        return self._context(f"#{kind}-python-{version}", kind, name="Python", **told)

    def _file(self, path: str, /, *, types: Iterable[str] = ("File",), **told: Any) -> Any:
        if known := self.crate.dereference(path):
            return known
        content = self.made[path] if path in self.made else self.deposit.files[path].read_bytes()
        suffix = Path(path).suffix
        measured = {
            "encodingFormat": _TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "text/plain",
            "contentSize": str(len(content)),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        kinds = list(types)
        entity = self.crate.add_file(
            dest_path=path, properties={"@type": kinds if len(kinds) > 1 else kinds[0], **measured}
        )
        return _told(entity, told)

    def _source(self, source: Source) -> Any:
        publisher = self._context(
            f"#{source.publisher.replace(' ', '-').casefold()}",
            "Organization",
            name=source.publisher,
        )
        told = {
            "name": source.publication,
            "publisher": publisher,
            "description": f"{source.coverage}. {source.caveats}",
        }
        dated = {"datePublished": str(source.release_date)} if source.release_date else {}
        listed = {"url": source.page} if source.page else {}
        return self._context(
            f"#source-{source.id}",
            "CreativeWork",
            license=self.licences["data"],
            **told,
            **dated,
            **listed,
        )

    def _context(self, name: str, kind: str, /, **told: Any) -> Any:
        if known := self.crate.dereference(name):
            return known
        entity = self.crate.add(ContextEntity(self.crate, name, properties={"@type": kind}))
        return _told(entity, told)


def _told(entity: Any, told: Mapping[str, Any]) -> Any:
    """Give an entity its properties; what is empty is left out."""
    for name, value in told.items():
        if value not in ("", []):
            entity[name] = _one(value)
    return entity


def _one(value: Any) -> Any:
    """Return the only member of a list as it is: the specification wants single values."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _tables(run: Run) -> list[str]:
    """Return the shipped tables that a run read, by their paths in the archive."""
    places = (
        read.place
        for read in run.manifest.tables
        if read.sha256 and read.place.startswith("replicate/") and "*" not in read.place
    )
    return sorted({f"src/{place}" for place in places})


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds")
