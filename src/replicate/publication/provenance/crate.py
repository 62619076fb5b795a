"""The archive as an RO-Crate 1.2: what is in it, and a CreateAction for each run, from notebook and tables to page.

Source of the terms: RO-Crate Metadata Specification 1.2 (https://w3id.org/ro/crate/1.2), sections on data entities and on provenance.
"""

import hashlib
import mimetypes
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from replicate.publication.provenance.datapackage import FOLDER, OPEN_GOVERNMENT, sources_of
from replicate.publication.provenance.deposit import Deposit, ended
from replicate.publication.runs import Run
from replicate.sources.catalogue import Source
from replicate.sources.schemas import codebook

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
    "src/replicate/ledger/": "The ledger: published figures, and the rules by which they are compared",
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
        """Describe a run: the notebook and the Python that ran it, the tables that it read, what it made, when and by whom."""
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
    """Return the only member of a list as it is: the specification wants single values, not lists of one."""
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
