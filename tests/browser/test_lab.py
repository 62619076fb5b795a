"""Notebooks opened in JupyterLab: a changed control redraws its figure, and all cells run."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]

FOLDER = Path(__file__).parents[2] / "notebooks"
FIRST, *OTHERS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
SOAKED = [pytest.param(name, marks=pytest.mark.soak) for name in OTHERS]
"""Every notebook goes the way of the first; each takes half a minute on a busy machine."""
OPENED_WITH = "example"
"""The token of a server that only these tests reach."""
SERVER = "--no-browser --allow-root --ServerApp.port=0 --ServerApp.ip=127.0.0.1"
OPTIONS = "--LabApp.expose_app_in_browser=True --LabApp.extension_manager=readonly"
PRIVATE = ["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"]
PRIVATE += ["JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR"]
LONG = 120_000
"""Milliseconds that a whole notebook may take on a busy machine before something is taken to be wrong."""

READY = """name => {
  const panel = window.jupyterapp?.shell.currentWidget;
  return panel?.context?.path === name && panel.sessionContext.session?.kernel;
}"""
RUN_ALL = """async () => {
  const panel = window.jupyterapp.shell.currentWidget;
  await panel.sessionContext.ready;
  await window.jupyterapp.commands.execute('notebook:run-all-cells');
  return [...panel.content.model.cells].filter(cell => cell.type === 'code').map(cell => ({
    id: cell.id, count: cell.executionCount, outputs: cell.outputs.toJSON() }));
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """JupyterLab on loopback over copies of the notebooks, with settings of its own.

    It gives the address of a notebook, but for its name.
    """
    place = tmp_path_factory.mktemp("lab")
    shutil.copytree(FOLDER, place / "notebooks")
    for notebook in sorted((place / "notebooks").glob("*.ipynb")):
        keep_what_explores(notebook)
    words = [*SERVER.split(), *OPTIONS.split(), f"--IdentityProvider.token={OPENED_WITH}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "lab", *words],
        cwd=place / "notebooks",
        env=os.environ | {name: str(place / name) for name in PRIVATE},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    said = iter(process.stderr.readline, "")
    address = next(
        (found[0] for line in said if (found := re.search(r"http://127\.0\.0\.1:\d+/", line))), None
    )
    drained = threading.Thread(target=lambda: [None for _ in said])
    drained.start()
    assert address, "JupyterLab did not start"
    yield f"{address}lab/tree/{{}}?reset&token={OPENED_WITH}"
    process.terminate()
    process.wait()
    drained.join()
    process.stderr.close()


def keep_what_explores(notebook: Path) -> None:
    """Write, beside a notebook, one with the cells that the controls need.

    They rest on the checked parameters and nothing else.
    """
    whole = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    code = [cell for cell in whole.cells if cell.cell_type == "code"]
    whole.cells = [*code[:2], *(cell for cell in code if "display.explore(" in cell.source)]
    nbformat.write(whole, notebook.with_name(f"explore_{notebook.name}"))  # type: ignore[no-untyped-call]


@pytest.fixture
def opened(chromium: Browser, lab: str) -> Iterator[tuple[Page, list[str]]]:
    page = chromium.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(LONG)
    errors: list[str] = []
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page, errors
    page.close()


def run_all(page: Page, address: str, name: str) -> list[dict[str, Any]]:
    page.goto(address.format(name))
    page.wait_for_function(READY, arg=name)
    cells: list[dict[str, Any]] = page.evaluate(RUN_ALL)
    return cells


def controls(page: Page, cell: int) -> Locator:
    return page.locator(".jp-CodeCell").nth(cell).locator(".jupyter-widgets.widget-vbox").last


def change_the_first(explorer: Locator) -> None:
    """Turn the first control to a value that it offers and that it doesn't have."""
    first = explorer.locator("[role=slider], input, select").first
    if first.get_attribute("role") == "slider":
        ends = [first.get_attribute(f"aria-value{end}") for end in ("now", "max")]
        first.press("ArrowLeft" if ends[0] == ends[1] else "ArrowRight")
        return
    if first.evaluate("element => element.tagName") == "SELECT":
        others = """element => [...element.options].map(option => option.label)
            .filter(label => label !== element.selectedOptions[0]?.label)"""
        first.select_option(label=first.evaluate(others)[0])
        return
    held = first.input_value()
    offered = first.evaluate(
        "element => [...(element.list?.options ?? [])].map(option => option.value)"
    )
    first.fill(
        next(
            (value for value in offered if value != held),
            str(float(held or 0) + 1) if not offered else held,
        )
    )
    first.press("Enter")


@pytest.mark.parametrize("name", [FIRST, *SOAKED])
def test_a_changed_control_redraws_the_figure(
    opened: tuple[Page, list[str]], lab: str, name: str
) -> None:
    page, errors = opened
    cells = run_all(page, lab, f"explore_{name}.ipynb")
    assert len(cells) > 2, f"{name} has no cell that explores"
    assert not [
        output for cell in cells for output in cell["outputs"] if output["output_type"] == "error"
    ]
    for cell in range(2, len(cells)):
        explorer = controls(page, cell)
        figure = explorer.locator("figure svg")
        expect(figure).to_be_visible()
        before = figure.inner_html()
        change_the_first(explorer)
        page.wait_for_function(
            "([place, before]) => place.querySelector('figure svg')?.innerHTML !== before",
            arg=[explorer.element_handle(), before],
        )
        expect(explorer.locator("figure svg")).to_be_visible()
    assert errors == []


@pytest.mark.soak
@pytest.mark.parametrize("name", [FIRST, *OTHERS])
def test_all_cells_of_a_notebook_run(opened: tuple[Page, list[str]], lab: str, name: str) -> None:
    page, errors = opened
    cells = run_all(page, lab, f"{name}.ipynb")
    assert [cell["count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert not [
        (cell["id"], output)
        for cell in cells
        for output in cell["outputs"]
        if output["output_type"] in ("error", "stream")
    ]
    assert errors == []
