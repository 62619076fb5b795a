"""What an archive says of itself: an RO-Crate 1.2 of its runs, and a Data Package of its tables.

The crate has what is in the archive, and a CreateAction for each run, from notebook and tables to
page. Source of its terms: RO-Crate Metadata Specification 1.2 (https://w3id.org/ro/crate/1.2),
sections on data entities and on provenance.
"""

import hashlib
import mimetypes
from collections.abc import Iterable, Mapping
from datetime import UTC, date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from replicate.publication.runs import Run
from replicate.sources.catalogue import Source, catalogue
from replicate.sources.schemas import Column, codebook
from replicate.sources.tables import read_hashes, shipped_home

OPEN_GOVERNMENT = {
    "name": "OGL-UK-3.0",
    "title": "Open Government Licence v3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}


# The tables as a Data Package.

_LIMITS = {
    "pattern": "pattern",
    "allowed_values": "enum",
    "min_value": "minimum",
    "max_value": "maximum",
}
"""What the schema of a column calls its checks → what the standard does."""


def tables_as_csv() -> dict[str, bytes]:
    """Return the shipped tables by their paths in an archive, as CSV; a missing cell is empty."""
    made = {}
    for name in sorted(read_hashes(shipped_home())):
        table = pq.read_table(shipped_home() / f"{name}.parquet")
        frame = table.to_pandas(types_mapper=pd.ArrowDtype)
        made[f"tables/{name}.csv"] = str(frame.to_csv(index=False, lineterminator="\n")).encode()
    return made


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
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "casey-audit-replication",
        "title": "Tables behind the figures of the National Audit on Group-Based Child Sexual "
        "Exploitation and Abuse and of HMICFRS",
        "version": version,
        "licenses": [OPEN_GOVERNMENT],
        "resources": [_resource(path, content) for path, content in tables.items()],
    }


def _resource(path: str, content: bytes) -> dict[str, Any]:
    name = Path(path).stem
    book = codebook(name)
    held = (source for source in catalogue().values() if name in source.feeds and source.file)
    return {
        "name": name.replace("_", "-"),
        "path": path,
        "title": book.describes,
        "format": "csv",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "sources": [_source(source) for source in held],
        "schema": {
            "fields": [_field(column) for column in book.columns],
            "primaryKey": [column.name for column in book.columns if column.key],
        },
    }


def _source(source: Source) -> dict[str, str]:
    title = f"{source.publisher}, {source.publication} ({source.standing} copy)"
    return {"title": title, "path": source.page} if source.page else {"title": title}


def _field(column: Column) -> dict[str, Any]:
    limits = column.model_dump(mode="json", include=set(_LIMITS), exclude_defaults=True)
    constraints = {_LIMITS[name]: limit for name, limit in limits.items()}
    free_text = column.type == "string" and not limits and not column.key
    return {
        "name": column.name,
        "type": column.type,
        "description": column.means,
        **column.model_dump(include={"unit", "missing"}, exclude_defaults=True),
        "constraints": constraints | {"required": not (column.missing or free_text)},
    }


# The crate.

METADATA = "ro-crate-metadata.json"
_LICENCES = {
    "https://spdx.org/licenses/MIT": "Licence of the code",
    OPEN_GOVERNMENT["path"]: "Licence of the tables and of the published figures quoted",
}
_PARTS = {
    "src/replicate/": "The package that computes every figure",
    "notebooks/": "The notebooks, without outputs",
    "params/": "What each notebook can be told",
    "tests/": "The tests, with published worked examples",
    "tables/": "The tables as CSV, as datapackage.json describes them with their sources",
    "outputs/runs/": "Executed notebooks, each with a manifest of its run",
    "outputs/site/": "The report as web pages",
    "README.md": "What this is and how to run it",
    "CITATION.cff": "How to cite it",
    "LICENSE": "Licence of the code",
    "LICENSE-DATA.md": "Licence of the tables",
    "requirements.lock": "Every dependency with its hashes",
    "datapackage.json": "The tables, with a codebook each",
    "codecheck.yml": "The outputs for a codechecker",
    "src/replicate/ledger/claims.csv": "Every published figure",
    "outputs/site/index.html": "The report's first page",
    "outputs/site/verdicts.csv": "Every claim with its verdict",
}
"""Folders and files that somebody looks for first."""


def crate(
    content: Mapping[str, bytes], runs: Iterable[Run], cited: Mapping[str, Any], day: date
) -> dict[str, Any]:
    """Describe a deposit.

    Parameters
    ----------
    content
        What the archive holds, by path.
    runs
        The runs in it.
    cited
        What CITATION.cff says.
    day
        The day on which it was published.

    Returns
    -------
    dict
        The contents of `ro-crate-metadata.json`; the same deposit gives the same.
    """
    made = _Crate(content)
    names = enumerate(authors(cited), 1)
    people = [made.thing(f"#author-{number}", "Organization", name=name) for number, name in names]
    whole = {
        "name": cited["title"],
        "description": cited.get("abstract", cited["title"]),
        "version": str(cited["version"]),
        "datePublished": day.isoformat(),
        "license": [
            made.thing(address, "CreativeWork", name=what, description=what)
            for address, what in _LICENCES.items()
        ],
        "author": people if len(people) > 1 else people[0],
        "publisher": people[0],
        "keywords": cited.get("keywords", []),
    }
    for name, value in whole.items():
        made.root_dataset[name] = value
    for path, words in _PARTS.items():
        if any(name.startswith(path) for name in content):
            made.part(path, words)
    for number, run in enumerate(runs, 1):
        action = made.action(f"#run-{number}", run)
        action["agent"] = people[0]
        made.root_dataset.append_to("mentions", action)
    described: dict[str, Any] = made.metadata.generate()
    return described


def authors(cited: Mapping[str, Any]) -> list[str]:
    """Return the names of the authors that CITATION.cff lists."""
    parts = ("given-names", "family-names", "name")
    return [
        " ".join(author[part] for part in parts if part in author) for author in cited["authors"]
    ]


class _Crate(ROCrate):  # type: ignore[misc]  # rocrate has no annotations
    """A crate of what an archive holds; what is added twice under an id is one entity."""

    def __init__(self, content: Mapping[str, bytes]) -> None:
        super().__init__(version="1.2")
        self.content = content

    def thing(self, name: str, kind: str | list[str], /, **told: Any) -> Any:
        """Add something that is not in the archive."""
        return self.add(ContextEntity(self, name, properties={"@type": kind, **told}))

    def part(self, path: str, description: str, /, **told: Any) -> Any:
        """Add a folder or a file of the archive."""
        described = {"name": path, "description": description, **told}
        if path.endswith("/"):
            return self.add_dataset(dest_path=path, properties=described)
        described["encodingFormat"] = mimetypes.guess_type(path)[0] or "application/octet-stream"
        described["contentSize"] = str(len(self.content[path]))
        return self.add_file(dest_path=path, properties=described)

    def action(self, name: str, run: Run) -> Any:
        """Add a run: notebook and Python, the tables read, what was made, and when."""
        manifest, label = run.manifest, run.manifest.notebook
        python = self.thing(
            f"#python-{manifest.python}",
            ["ComputerLanguage", "SoftwareApplication"],
            name="Python",
            url="https://www.python.org/",
            version=manifest.python,
        )
        notebook = self.part(
            f"notebooks/{label}.ipynb",
            "A notebook, without outputs",
            **{"@type": ["File", "SoftwareSourceCode"], "programmingLanguage": python},
        )
        read = {f"src/{table.place}": f"Table {table.name}" for table in manifest.tables}
        made = {
            f"{run.folder}/{run.path.name}": "An executed notebook",
            f"{run.folder}/{run.name}.manifest.json": "Its parameters, tables and software",
            f"outputs/site/{run.page}": "Its page",
        }
        return self.add_action(
            [notebook, python],
            name,
            object=[self.part(path, what) for path, what in read.items() if path in self.content],
            result=[self.part(path, what) for path, what in made.items() if path in self.content],
            properties={
                "name": f"Run of notebook {label}" + f" for {run.name}" * (label != run.name),
                "description": f"Python {manifest.python}, {manifest.kernel}, {manifest.platform}",
                "startTime": manifest.started.astimezone(UTC).isoformat(timespec="seconds"),
                "endTime": run.ended.isoformat(timespec="seconds"),
            },
        )
