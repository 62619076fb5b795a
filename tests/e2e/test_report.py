"""The whole of it somewhere else: two fresh copies of the checkout report, and plain papermill runs the same notebook.

Both copies are made at once, in folders of different names, so that what they write can be the same bytes only if no place is in it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from replicate.ledger import Verdict, claims
from replicate.vocabulary.cells import RECORD
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.manifests import Manifest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
NAME = "01_offence_counts"
REPLICATE = [str(Path(sys.executable).with_name("replicate"))]
PAPERMILL = [str(Path(sys.executable).with_name("papermill"))]
BY_HAND = [
    *PAPERMILL,
    f"notebooks/{NAME}.ipynb",
    f"outputs/{NAME}.ipynb",
    "-f",
    f"params/{NAME}.yaml",
]
"""As the README has it."""
SECONDS = 280
MACHINE = re.compile(r"(?:^|[^\w./~:-])/(?:root|work|home|Users|tmp)/\w", re.MULTILINE)
"""A path of somebody's machine, as no tracked file may have it either."""


@dataclass(frozen=True)
class Done:
    """A copy of the checkout in which a command was run to its end."""

    folder: Path
    code: int
    out: str
    err: str

    @property
    def runs(self) -> Path:
        return self.folder / "outputs" / "runs"

    @property
    def site(self) -> Path:
        return self.folder / "outputs" / "site"


def environment(folder: Path) -> dict[str, str]:
    """Return an environment in which the copy's own package is imported, pages bear no date, and linear algebra has one thread.

    `replicate` sees to the last itself; with more threads sums are taken in another order, and the model's last digits are others.
    """
    inherited = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    return inherited | {"PYTHONPATH": str(folder / "src"), "OPENBLAS_NUM_THREADS": "1"}


def start(folder: Path, *words: str) -> "subprocess.Popen[str]":
    pipe = subprocess.PIPE
    return subprocess.Popen(
        words, cwd=folder, env=environment(folder), stdout=pipe, stderr=pipe, text=True
    )


def finish(folder: Path, process: "subprocess.Popen[str]") -> Done:
    try:
        out, err = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return Done(folder, process.returncode, out, err)


def done(folder: Path, *words: str) -> Done:
    with start(folder, *words) as process:
        return finish(folder, process)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def copies(
    tmp_path_factory: pytest.TempPathFactory, needs: Callable[[str], str]
) -> tuple[Path, Path]:
    """Copy what git would commit twice, to folders of different names and depths."""
    listed = subprocess.run(
        [needs("git"), "ls-files", "-coz", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    files = [Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    folders = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("another") / "deeper"
    for folder in folders:
        for file in files:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / file, folder / file)
        assert [path.name for path in (folder / "outputs").iterdir()] == ["README.md"]
        shorten(folder / "params" / "sweeps" / "forces.yaml")
    return folders


def shorten(sweep: Path) -> None:
    """Leave a sweep two forces: the others take minutes, and what they run is the same."""
    lines = sweep.read_text(encoding="utf-8").splitlines(keepends=True)
    first = lines.index("  force:\n") + 1
    assert len(lines) == first + len(TERRITORIAL)
    sweep.write_text("".join(lines[: first + 2]), encoding="utf-8")


@dataclass(frozen=True)
class Whole:
    """Two reports and a run by plain papermill, of the same notebook with the same parameters."""

    first: Done
    second: Done
    plain: Done


@pytest.fixture(scope="module")
def whole(copies: tuple[Path, Path]) -> Whole:
    """Run all three at once: what each writes is its own."""
    first, second = copies
    commands = [(first, [*REPLICATE, "report"]), (second, [*REPLICATE, "report"]), (first, BY_HAND)]
    with ExitStack() as stack:
        started = [
            (folder, stack.enter_context(start(folder, *words))) for folder, words in commands
        ]
        return Whole(*[finish(folder, process) for folder, process in started])


def test_a_copy_runs_its_own_package(copies: tuple[Path, Path]) -> None:
    for copy in copies:
        found = done(copy, sys.executable, "-c", "import replicate; print(replicate.__file__)")
        assert Path(found.out.strip()) == copy / "src" / "replicate" / "__init__.py"


def test_a_report_ends_well_and_says_where_it_is(whole: Whole) -> None:
    assert whole.first.code == 0, whole.first.out + whole.first.err
    *_, last = whole.first.out.splitlines()
    assert last.startswith("Read it: ")
    index = whole.first.folder / last.removeprefix("Read it: ")
    assert index == whole.first.site / "index.html"
    assert index.is_file()
    assert (whole.first.site / f"{NAME}.html").is_file()


def test_the_table_of_verdicts_counts_every_headline_figure(whole: Whole) -> None:
    _, heading, table = whole.first.out.partition(
        "Figures of the audit and of HMICFRS that rest on data"
    )
    assert heading
    rows = [
        [cell.strip() for cell in line.strip("│").split("│")]
        for line in table.splitlines()
        if line.startswith("│")
    ]
    figures = {verdict: (int(number), names.split()) for verdict, number, names in rows if verdict}
    listed = {word for _, _, names in rows for word in names.split()}
    assert set(figures) <= {verdict.value for verdict in Verdict}
    assert listed == {claim.id for claim in claims().values() if claim.is_headline}
    assert sum(number for number, _ in figures.values()) == len(listed)


def test_two_places_give_the_same_bytes(whole: Whole) -> None:
    assert whole.second.code == 0, whole.second.out + whole.second.err
    assert whole.first.out == whole.second.out
    executed = f"{NAME}.ipynb"
    assert (whole.first.runs / executed).read_bytes() == (whole.second.runs / executed).read_bytes()
    assert contents(whole.first.site) == contents(whole.second.site)
    forces = whole.first.folder / "outputs" / "sweeps" / "forces"
    assert sorted(path.stem for path in forces.glob("*.ipynb")) == [
        "avon-and-somerset",
        "bedfordshire",
    ]
    for report in forces.glob("*.ipynb"):
        assert (
            report.read_bytes()
            == (whole.second.folder / report.relative_to(whole.first.folder)).read_bytes()
        )
        assert (whole.first.site / "forces" / f"{report.stem}.html").is_file()


def test_nothing_made_names_a_place_on_a_machine(whole: Whole) -> None:
    made = contents(whole.first.folder / "outputs")
    assert f"site/{NAME}.html" in made
    for name, content in made.items():
        text = content.decode(errors="replace")  # pictures are bytes
        assert MACHINE.search(text) is None, name
        assert [
            place
            for place in (whole.first.folder, ROOT, sys.prefix, Path.home())
            if f"{place}/" in text
        ] == [], name


def test_the_readme_lists_what_the_notebooks_made(whole: Whole) -> None:
    listed = done(whole.first.folder, *REPLICATE, "outputs")
    assert listed.code == 0, listed.err
    assert listed.out.strip() in (ROOT / "README.md").read_text(encoding="utf-8")


def records(notebook: Mapping[str, Any]) -> list[dict[str, object]]:
    outputs = (output for cell in notebook["cells"] for output in cell.get("outputs", []))
    return [output["data"][RECORD] for output in outputs if RECORD in output.get("data", {})]


def test_plain_papermill_gives_the_same_values(whole: Whole) -> None:
    assert whole.plain.code == 0, whole.plain.err
    plain = records(
        json.loads((whole.plain.folder / "outputs" / f"{NAME}.ipynb").read_text(encoding="utf-8"))
    )
    manifest = Manifest.read(whole.first.runs / f"{NAME}.manifest.json")
    assert {row["name"] for row in plain} >= {"count", "verdict"}
    assert plain == manifest.records


def test_plain_papermill_is_told_by_the_notebook_what_is_wrong_with_a_parameter(
    whole: Whole,
) -> None:
    refused = done(
        whole.first.folder,
        *PAPERMILL,
        f"notebooks/{NAME}.ipynb",
        "refused.ipynb",
        "-p",
        "definition",
        "child_specifc",
    )
    assert refused.code == 1
    assert "InputError" in refused.err
    assert "unknown definition" in refused.err
    assert "did you mean 'child_specific'?" in refused.err
    executed = json.loads((whole.first.folder / "refused.ipynb").read_text(encoding="utf-8"))
    assert records(executed) == []


def test_a_cell_that_fails_is_named_and_the_last_good_run_and_page_stay(whole: Whole) -> None:
    copy, notebook = whole.second, whole.second.folder / "notebooks" / f"{NAME}.ipynb"
    good = contents(copy.folder / "outputs")
    broken = json.loads(notebook.read_text(encoding="utf-8"))
    number = next(place for place, cell in enumerate(broken["cells"]) if cell["id"] == "checked")
    broken["cells"][number]["source"] = "raise ValueError('spoilt on purpose')"
    notebook.write_text(json.dumps(broken), encoding="utf-8")
    failed = done(copy.folder, *REPLICATE, "run", NAME)
    assert failed.code == 1
    assert "ValueError: spoilt on purpose" in failed.err
    assert f"{NAME}.ipynb, cell {number + 1}" in failed.err
    assert "Traceback" not in failed.err
    kept = contents(copy.folder / "outputs")
    log = "runs/runs.log"  # grows with every run
    assert good.pop(log) != kept[log]
    assert set(kept) - set(good) - {log} == {f"runs/{NAME}.failed.ipynb"}
    assert {name: kept[name] for name in good} == good
