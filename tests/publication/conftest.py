# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
import hashlib
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from replicate.publication.crate import Deposit
from replicate.publication.runs import runs
from replicate.sources.tables import shipped_home
from replicate.vocabulary.runs import Inputs, Manifest, Read


def shown(what: Any = None, **data: Any) -> Any:
    """Make the output of what our own functions show, or of media types: `text_html="…"`.

    `alt` is the text alternative of an image.
    """
    data |= what._repr_mimebundle_() if what else {}
    metadata = {"image/png": {"alt": data.pop("alt")}} if "alt" in data else {}
    return new_output(
        "display_data",
        data={kind.replace("_", "/", 1): content for kind, content in data.items()},
        metadata=metadata,
    )


def printed(name: str, text: str) -> Any:
    return new_output("stream", name=name, text=text)


def cells(*given: Any) -> Any:
    """Make a notebook of cells: Markdown as text, code as (source, outputs, tags)."""
    made = []
    for number, one in enumerate(given):
        source, outputs, tags = (one, [], []) if isinstance(one, str) else (*one, [], [])[:3]
        cell = (
            new_markdown_cell(source)
            if isinstance(one, str)
            else new_code_cell(source, outputs=outputs, metadata={"tags": tags})
        )
        cell["id"] = f"cell-{number}"
        made.append(cell)
    return new_notebook(cells=made)


@pytest.fixture
def make() -> Callable[..., Any]:
    return cells


@pytest.fixture
def show() -> Callable[..., Any]:
    return shown


@pytest.fixture
def stream() -> Callable[[str, str], Any]:
    return printed


@pytest.fixture
def ran(tmp_path: Path) -> Callable[..., Path]:
    """Write an executed notebook with its manifest, as a run would have left them."""

    def written(name: str, notebook: Any, of: str = "", **changes: Any) -> Path:
        folder = tmp_path / "executed"
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}.ipynb"
        nbformat.write(notebook, path)
        manifest = Manifest(
            name=name,
            notebook=of or name,
            notebook_sha256="a" * 64,
            parameters={},
            package="0.1.0",
            python="3.11.7",
            platform="Linux",
            kernel="ipykernel 7.4.0",
            started=datetime.now(UTC),
            duration=1.0,
            output_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            records=[],
            source_sha256="b" * 64,
            key="c" * 64,
        )
        (folder / f"{name}.manifest.json").write_text(
            manifest.model_copy(update=changes).model_dump_json()
        )
        return folder

    return written


@pytest.fixture
def row() -> Callable[..., Mapping[str, object]]:
    """Make a row of verdicts."""

    def made(name: str, **changes: object) -> Mapping[str, object]:
        given: dict[str, object] = {
            "id": name,
            "report": "Casey 2025",
            "basis": "data",
            "seen": "secondary",
            "statement": "Offences recorded in a year",
            "published": 1200,
            "unit": "offences",
            "computed": 1198.0,
            "difference": -2.0,
            "verdict": "within_revision",
            "reason": "2 offences below",
            "headline": True,
            "attribution": "attributed to the audit by a newspaper",
            "missing": "",
        }
        return given | changes

    return made


FOLDER = "src/replicate/sources/tables"
CITATION = """\
cff-version: 1.2.0
title: "counts: recomputed"
version: 0.1.0
abstract: Recomputes counts.
authors:
  - name: the counts authors
  - given-names: Ada
    family-names: Counter
keywords: [replication]
"""
VERDICTS = "id,verdict,missing\nC01,compatible,\nC08,not_public,The share of all suspects cannot be bounded: it is missing.\nV01,differs,\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder that lists its files as an unpacked archive does."""
    folder = tmp_path / "project"
    for name in ("notebooks", "params", FOLDER):
        (folder / name).mkdir(parents=True)
    (folder / "notebooks" / "01_counts.ipynb").write_text("{}")
    (folder / "params" / "01_counts.yaml").write_text("period: '2024'\n")
    (folder / "CITATION.cff").write_text(CITATION)
    (folder / "README.md").write_text("# Counts\n")
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    for table in ("forces", "children"):
        shutil.copyfile(shipped_home() / f"{table}.parquet", folder / FOLDER / f"{table}.parquet")
    names = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    (folder / "SHA256SUMS").write_text(
        "".join(
            f"{'0' * 64}  {name}\n" for name in [*names, "outputs/runs/old.ipynb", "codecheck.yml"]
        )
    )
    return folder


@pytest.fixture
def executed(project: Path, ran: Callable[..., Path], make: Callable[..., Any]) -> Path:
    """The folder of a run of its notebook, which read one of its tables."""
    given = project / "notebooks" / "01_counts.ipynb"
    return ran(
        "01_counts",
        make("# Counts"),
        **vars(Inputs.of(given, project)),
        parameters={"period": "2024"},
        tables=(Read.of("forces", shipped_home() / "forces.parquet"),),
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "claims").mkdir(parents=True)
    for name in (
        "index.html",
        "01_counts.html",
        "claims/C01.html",
        "claims/C08.html",
        "claims/V01.html",
    ):
        (folder / name).write_text(f"<title>{name}</title>")
    (folder / "verdicts.csv").write_text(VERDICTS)
    return folder


@pytest.fixture
def deposit(project: Path, executed: Path, site: Path) -> Deposit:
    names = sorted(
        path.relative_to(project).as_posix()
        for path in project.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    )
    return Deposit(project, tuple(names), runs(executed), (), site)
