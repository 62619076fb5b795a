# mypy: disable-error-code="no-untyped-call"
# nbformat and nbconvert annotate little
"""Holds pages to the publishing gate: by nbconvert's exporter `replicate`, and by `publish`."""

import contextlib
import copy
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import get_exporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from tests.golden import pages
from tests.golden.comparison import Frames
from tests.golden.reading import COMMAND, first_line, refusal


def gate(folder: Path) -> Frames:
    """Whether each page is refused, and for which rule; then what a whole site is refused for."""
    project = folder / "gate"
    shutil.rmtree(project, ignore_errors=True)
    (project / "notebooks").mkdir(parents=True)
    (project / "params").mkdir()
    exporter = get_exporter("replicate")()
    rows = {
        name: _judged(exporter, notebook) for name, notebook in (*_executed(project), *_written())
    }
    return {"gate": rows, "publishing": dict(_publishing(project))}


def _judged(exporter: Any, notebook: Any) -> dict[str, Any]:
    told = [out.get("text", "") for cell in notebook.cells for out in cell.get("outputs", [])]
    if unshown := [text for text in told if text.startswith("refused when shown: ")]:
        return {"refused": True, "rule": unshown[0].strip()}
    try:
        exporter.from_notebook_node(notebook, {"metadata": {"name": "page"}})
    except Exception as error:  # whatever stops a page is its refusal
        return {"refused": True, "rule": first_line(str(error))}
    return {"refused": False, "rule": ""}


def _page(*cells: Any) -> Any:
    notebook = new_notebook(cells=[new_markdown_cell("# A page"), *copy.deepcopy(cells)])
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    return notebook


def _executed(project: Path) -> Iterator[tuple[str, Any]]:
    """Run one notebook with a cell a page, and yield each cell and its outputs as a page."""
    cells = [new_code_cell(pages.PREPARED), *map(new_code_cell, pages.EXECUTED.values())]
    _run(project, "pages", cells, "-p", f"force={pages.SCRIPT}")
    ran = nbformat.read(project / "runs" / "pages.ipynb", as_version=4)
    outputs = {cell.source: cell for cell in ran.cells}
    for name, source in pages.EXECUTED.items():
        yield name, _page(outputs[source])


def _written() -> Iterator[tuple[str, Any]]:
    for name, text in pages.WRITTEN.items():
        yield name, _page(new_markdown_cell(text))
    for name, source in pages.GIVEN.items():
        given = [(pages.PARAMETERS, "parameters"), (source, "injected-parameters")]
        yield (
            name,
            _page(*(new_code_cell(text, metadata={"tags": [tag]}) for text, tag in given)),
        )


def _run(project: Path, name: str, cells: list[Any], *words: str, fails: bool = False) -> None:
    path = project / "notebooks" / f"{name}.ipynb"
    given = new_code_cell(pages.PARAMETERS, metadata={"tags": ["parameters"]})
    nbformat.write(_page(given, *cells), path)
    command = [COMMAND, "run", str(path), "--out", str(project / "runs"), *words]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    if bool(done.returncode) != fails:
        raise RuntimeError(f"{name} ended with {done.returncode}: {done.stdout}{done.stderr}")


def _publishing(project: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Publish with one thing wrong at a time; that good pages pass, the report shows."""
    runs, site, notebooks = project / "runs", project / "site", project / "notebooks"
    shutil.rmtree(runs)
    _run(project, "page", [new_code_cell("print('fine')")])

    def published(where: Path = site) -> dict[str, Any]:
        with contextlib.chdir(project):
            return refusal("publish", "--out", str(runs), "--site", str(where))

    rows = f"year,area,factor,episodes\n{pages.YEAR},{pages.AREA},{pages.FACTOR},3\n"
    (runs / "factors.csv").write_text(rows, encoding="utf-8")
    yield "suppressed count: file beside the runs", published()
    (runs / "factors.csv").unlink()
    yield "a folder that holds something else", published(notebooks)
    for what, path in (
        ("stale: notebook changed since", notebooks / "page.ipynb"),
        ("another notebook than its manifest describes", runs / "page.ipynb"),
    ):
        before = path.read_text(encoding="utf-8")
        path.write_text(before.replace("fine", "good"), encoding="utf-8")
        yield what, published()
        path.write_text(before, encoding="utf-8")
    manifest = runs / "page.manifest.json"
    manifest.rename(project / "aside.json")
    yield "no manifest", published()
    (project / "aside.json").rename(manifest)
    _run(project, "failing", [new_code_cell("1 / 0")], fails=True)
    yield "a run that failed", published()
    shutil.rmtree(runs)
    runs.mkdir()
    yield "no runs", published()
