import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, sync_playwright

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
FOLDERS = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "IPYTHONDIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
)
OPENED_WITH = "example"
"""The token of a server that only these tests reach."""
SERVER = [
    sys.executable,
    "-m",
    "jupyter",
    "lab",
    "--no-browser",
    "--allow-root",
    "--ServerApp.port=0",
    "--ServerApp.ip=127.0.0.1",
]
OPTIONS = [
    f"--IdentityProvider.token={OPENED_WITH}",
    "--LabApp.expose_app_in_browser=True",
    "--LabApp.extension_manager=readonly",
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """JupyterLab on loopback over copies of the notebooks, with settings of its own: the address of a notebook, but for its name."""
    place = tmp_path_factory.mktemp("lab")
    shutil.copytree(NOTEBOOKS, place / "notebooks")
    for notebook in sorted((place / "notebooks").glob("*.ipynb")):
        keep_what_explores(notebook)
    private = {name: str(place / name) for name in FOLDERS}
    root = f"--ServerApp.root_dir={place / 'notebooks'}"
    process = subprocess.Popen(
        [*SERVER, *OPTIONS, root], env=os.environ | private, stderr=subprocess.PIPE, text=True
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
    """Write, beside a notebook, one with the cells that the controls need: they rest on the checked parameters and nothing else."""
    whole = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    code = [cell for cell in whole.cells if cell.cell_type == "code"]
    whole.cells = [*code[:2], *(cell for cell in code if "display.explore(" in cell.source)]
    nbformat.write(whole, notebook.with_name(f"explore_{notebook.name}"))  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def chromium(needs: Callable[[str], str], lab: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needs("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()
