# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from replicate.derivations.kinds.registry import Derivation
from replicate.derivations.verification import Verification
from replicate.ledger import Comparison, Computed, Verdict, claims
from replicate.vocabulary.runs import Manifest


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


@pytest.fixture(scope="session")
def make() -> Callable[..., Any]:
    return cells


@pytest.fixture
def show() -> Callable[..., Any]:
    return shown


@pytest.fixture
def stream() -> Callable[[str, str], Any]:
    return printed


def written(folder: Path, name: str, notebook: Any, of: str = "", **changes: Any) -> Path:
    """Write an executed notebook with its manifest into a folder, as a run would have left them."""
    folder.mkdir(parents=True, exist_ok=True)
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


@pytest.fixture(scope="session")
def write_run() -> Callable[..., Path]:
    return written


@pytest.fixture
def ran(tmp_path: Path) -> Callable[..., Path]:
    """Write an executed notebook with its manifest to a folder of the test's own."""
    return partial(written, tmp_path / "executed")


@pytest.fixture
def verified() -> Callable[..., Verification]:
    """Make a verdict on a claim of the ledger, whose columns can be given otherwise."""

    def made(
        name: str,
        ours: float | None = None,
        verdict: str = "differs",
        reason: str = "It differs.",
        derivation: Derivation | None = None,
        found: Mapping[str, Any] = MappingProxyType({}),
        **columns: Any,
    ) -> Verification:
        claim = claims()[name].model_copy(update=columns)
        computed = Computed(ours, claim.unit, definition_stated=True, **found)
        gap = None if None in (ours, claim.number) else ours - claim.number  # type: ignore[operator]
        relative = gap and 100 * gap / (claim.number or 1)
        compared = Comparison(claim, computed, Verdict(verdict), gap, relative, reason)
        return Verification(claim, derivation, compared)

    return made
