# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from replicate.execution.cache.inputs import inputs
from replicate.vocabulary.manifests import Manifest
from replicate.vocabulary.reads import sha256

Write = Callable[..., Path]


def cell(text: str) -> Any:
    """Make a cell: markdown where the text begins with `#` and a blank, the parameters where it begins with `parameters:`."""
    if text.startswith(("# ", "## ")):
        return new_markdown_cell(text)
    if text.startswith("parameters:"):
        return new_code_cell(
            text.removeprefix("parameters:").strip(), metadata={"tags": ["parameters"]}
        )
    return new_code_cell(text)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a notebook of cells, with the parameters `period` and `forces` unless some are given."""

    def written(*texts: str, name: str = "toy", folder: Path | None = None) -> Path:
        given = (
            texts
            if any(text.startswith("parameters:") for text in texts)
            else ("parameters: period = '2024'\nforces = []", *texts)
        )
        cells = [cell(text) for text in given]
        for number, made in enumerate(cells):
            made["id"] = f"toy-{number}"
        path = (folder or tmp_path) / f"{name}.ipynb"
        nbformat.write(new_notebook(cells=cells), path)
        return path

    return written


@pytest.fixture
def finished() -> Callable[..., Manifest]:
    """Leave in a folder what a run would have left, without running anything."""

    def left(notebook: Path, out: Path, *, name: str | None = None, **changes: Any) -> Manifest:
        named, now = name or notebook.stem, inputs(notebook)
        parameters, tables = changes.pop("parameters", {}), changes.pop("tables", ())
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{named}.ipynb").write_text(f"{notebook.stem} {parameters}")
        manifest = Manifest(
            name=named,
            notebook=notebook.stem,
            notebook_sha256=now.notebook_sha256,
            parameters=parameters,
            package=now.package,
            python=now.python,
            platform="Linux",
            kernel="ipykernel 7.4.0",
            started=datetime.now(UTC),
            duration=1.5,
            output_sha256=sha256(out / f"{named}.ipynb"),
            records=changes.pop("records", []),
            sources=dict(now.sources),
            tables=tables,
            lock_sha256=now.lock_sha256,
            source_sha256=now.source_sha256,
            own_data=now.own_data,
            key=now.key(parameters, tables),
        ).model_copy(update=changes)
        (out / f"{named}.manifest.json").write_text(manifest.model_dump_json())
        return manifest

    return left
