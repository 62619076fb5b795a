# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Browser, sync_playwright

from replicate.derivations.counting import choices_fixed
from replicate.derivations.provenance import held_tables
from replicate.derivations.verification import records, rules_listed, verify
from replicate.execution.plans import RunSpec
from replicate.execution.results import save_result
from replicate.execution.run import run
from replicate.publication.runs import Background
from replicate.publication.site import publish
from replicate.vocabulary.runs import Manifest, Publication

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
TEXT = "# An example page\n\nText with `code`, a [link](https://www.gov.uk) and a list:\n\n- one\n- two\n\n> A quotation."
MATHS = r"""## A figure

A rate is $r = 1000 x / n$.

$$\hat{r} = \frac{x}{n}$$

| Term | Meaning |
|---|---|
| recorded | counted |"""
CELLS = [
    new_markdown_cell(TEXT),
    new_code_cell("period = '2024'  # a period\nforces = []", metadata={"tags": ["parameters"]}),
    new_markdown_cell(MATHS),
    new_code_cell(FIGURE),
    new_code_cell(VERDICT),
    new_markdown_cell("## Tables"),
    new_code_cell(TABLE),
    new_code_cell(REST),
]
CLAIMS = (
    "C01",
    "C02",
    "C04",
    "C05",
    "C08",
    "C12a",
    "F01a",
    "H05",
    "H09",
    "S06",
    "S16",
    "V01",
    "X01a",
)
"""Claims of every basis, most verdicts, and every kind of uncertainty but a sampling interval."""

AREAS: dict[str, float | None] = {"Kent": 9.2, "London, City of": None}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with each kind of page: all that a notebook shows, claims of several kinds, two areas, how it was done."""
    folder = tmp_path_factory.mktemp("browser")
    nbformat.write(new_notebook(cells=CELLS), folder / "example.ipynb")
    spec = RunSpec("example", folder / "example.ipynb", {"forces": ["Kent"]}, folder / "executed")
    save_result(spec.out, spec.name, run(spec, warm=False).files)
    _areas(folder / "executed", folder / "sweeps" / "forces")
    background = Background(
        rules=records(rules_listed()),
        choices=choices_fixed(),
        tables=held_tables(),
    )
    return publish(
        folder / "executed",
        folder / "site",
        verify(CLAIMS),
        background=background,
        sweeps=folder / "sweeps",
    ).parent


def _areas(executed: Path, sweep: Path) -> None:
    """Take the example for a sweep of two areas, one of which has a rate."""
    sweep.mkdir(parents=True)
    Publication(section="forces", parameter="force").write(sweep)
    interval = {"lower": 7.8, "upper": 10.7, "kind": "sampling", "level": 0.95}
    for name, rate in AREAS.items():
        slug = name.lower().replace(", ", "-").replace(" ", "-")
        shutil.copyfile(executed / "example.ipynb", sweep / f"{slug}.ipynb")
        values = {"count": 13, "rate": rate, "rank_highest": rate and 1, "rank_lowest": rate and 41}
        ends = {"rate": interval} if rate else {}
        records = [
            {"name": key, "value": value, "unit": "", "interval": ends.get(key)}
            for key, value in values.items()
        ]
        manifest = Manifest.read(executed / "example.manifest.json")
        told = manifest.model_copy(update={"parameters": {"force": name}, "records": records})
        (sweep / f"{slug}.manifest.json").write_text(told.model_dump_json())


@pytest.fixture(scope="module")
def chromium(needs: Callable[[str], str]) -> Iterator[Browser]:
    """Debian's Chromium, closed with the last test of a file.

    Tests of other files run loops that Playwright's own would be in the way of; so does the site,
    which is therefore made before: its fixture is the session's.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needs("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
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
