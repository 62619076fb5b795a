# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Browser, sync_playwright

from replicate.execution.run import run
from replicate.publication.site import publish

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
ROOT = Path(__file__).parents[2]

FIGURE = """# Draw a series
import matplotlib.pyplot as plt
import pandas as pd
from replicate import display
years = pd.DataFrame({"year": [2022, 2023, 2024], "offences": [101, 104, 103]})
fig, ax = plt.subplots(figsize=(7, 3))
ax.plot(years["year"], years["offences"], color="#12436D")
display.figure(fig, title="A made-up series is level", subtitle="Offences of an example, 2022 to 2024", source="made up for a test",
               alt="A line from 101 in 2022 to 103 in 2024.", data=years, name="series")"""
TABLE = """# Show a table
areas = pd.DataFrame({"force": ["Kent", "Essex"], **{f"column_{number}": [number, 2 * number] for number in range(12)}})
units = {name: "offences" for name in areas if name != "force"}
display.table(areas, caption="A made-up table", units=units, row_header="force", name="areas")"""
VERDICT = """from replicate.ledger import claims, compare
display.verdict_box(compare(claims()["C01"], None))"""
REST = """# Print, warn, and show a frame as pandas does
import warnings
print("one line that is long enough to be wrapped on a telephone: " + "word " * 30)
warnings.warn("careful")
areas"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of one page with everything a notebook shows, and an index of a claim for each kind of verdict."""
    folder = tmp_path_factory.mktemp("browser")
    text = "# An example page\n\nText with `code`, a [link](https://www.gov.uk) and a list:\n\n- one\n- two\n\n> A quotation."
    cells = [
        new_markdown_cell(text),
        new_code_cell("period = '2024'  # a period\nforces = []", metadata={"tags": ["parameters"]}),
        new_markdown_cell("## A figure\n\n| Term | Meaning |\n|---|---|\n| recorded | counted |"),
        new_code_cell(FIGURE),
        new_code_cell(VERDICT),
        new_markdown_cell("## Tables"),
        new_code_cell(TABLE),
        new_code_cell(REST),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "example.ipynb")
    run(folder / "example.ipynb", parameters={"forces": ["Kent"]}, out=folder / "executed")
    return publish(
        folder / "executed", folder / "site", [_row(f"C{number:02}", verdict) for number, verdict in enumerate(VERDICTS, 1)]
    ).parent


VERDICTS = (
    "exact",
    "within_rounding",
    "within_revision",
    "compatible",
    "differs",
    "inconsistent",
    "inconclusive",
    "not_held",
    "not_public",
)


def _row(name: str, verdict: str) -> dict[str, object]:
    figures = {"published": 102878, "unit": "offences", "computed": 102000, "difference": -878}
    words = {
        "statement": "Offences recorded by police in a year",
        "reason": "878 offences below",
        "attribution": "attributed to the audit by a newspaper",
        "missing": "",
    }
    return {
        "id": name,
        "report": "Casey 2025",
        "basis": "data",
        "seen": "secondary",
        "headline": True,
        "verdict": verdict,
        **figures,
        **words,
    }


@pytest.fixture(scope="module")
def chromium(site: Path) -> Iterator[Browser]:
    """Debian's Chromium; the site is made first, because a kernel can't be run beside Playwright's event loop."""
    found = shutil.which("chromium")
    if not found:
        missing("no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core, from the checkout's node_modules."""
    source = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    if not source.is_file():
        missing("no axe-core here: run `npm ci`")
    return source.read_text(encoding="utf-8")


def missing(what: str) -> None:
    """Skip a test that can't run here, but fail it where everything has to run."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)
