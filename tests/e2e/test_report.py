"""The whole of it somewhere else: a fresh copy of the checkout makes the report.

A second copy, of another name and depth, makes parts of it again, by `replicate run` and by plain
papermill: what both write can be the same bytes only if no place is in it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from replicate.ledger import Verdict, claims
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.runs import RECORD, Manifest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
NAME, RATES, CHAINS = "01_offence_counts", "02_recording_rates", "03_under_reporting"
FORCE = "05_force_report"
REPLICATE = str(Path(sys.executable).with_name("replicate"))
PAPERMILL = str(Path(sys.executable).with_name("papermill"))
BY_HAND = [PAPERMILL, f"notebooks/{NAME}.ipynb", f"outputs/{NAME}.ipynb", "-f"]
BY_HAND += [f"params/{NAME}.yaml"]
"""As the README has it."""
SECONDS = 900
"""After which a command is taken to hang, on however busy a machine."""
MACHINE = re.compile(r"(?:^|[^\w./~:-])/(?:root|work|home|Users|tmp)/\w", re.MULTILINE)
"""A path of somebody's machine, as no tracked file may have it either."""


@dataclass(frozen=True)
class Done:
    """A command that was run to its end in a copy of the checkout."""

    folder: Path
    code: int
    out: str
    err: str

    @property
    def outputs(self) -> Path:
        return self.folder / "outputs"

    @property
    def site(self) -> Path:
        return self.outputs / "site"


def start(folder: Path, *words: str) -> "subprocess.Popen[str]":
    """Start a command on the copy's own package, where pages bear no date.

    Linear algebra has one thread: with more, sums are taken in another order, and a model's last
    digits are others. `replicate` sees to that itself, and papermill does not.
    """
    inherited = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    environment = {"PYTHONPATH": str(folder / "src"), "OPENBLAS_NUM_THREADS": "1"}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        words, cwd=folder, env=inherited | environment, stdout=pipe, stderr=pipe, text=True
    )


def finish(folder: Path, process: "subprocess.Popen[str]") -> Done:
    try:
        out, err = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    return Done(folder, process.returncode, out, err)


def done(folder: Path, *words: str) -> Done:
    with start(folder, *words) as process:
        return finish(folder, process)


def well(folder: Path, *words: str) -> Done:
    ended = done(folder, *words)
    assert ended.code == 0, ended.out + ended.err
    return ended


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


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


@pytest.fixture(scope="module")
def report(copies: tuple[Path, Path]) -> Iterator[Done]:
    """The report, made once for all tests; nothing may change its folder."""
    ended = well(copies[0], REPLICATE, "report")
    made = contents(ended.outputs)
    yield ended
    assert contents(ended.outputs) == made


@pytest.fixture(scope="module")
def again(copies: tuple[Path, Path]) -> Path:
    """In the second copy, run the sweep again, a notebook alone, and two with other parameters."""
    copy = copies[1]
    own = copy / "mine.csv"
    own.write_text("A,B,people\n1,0,30\n0,1,20\n1,1,10\n", encoding="utf-8")
    for notebook, values in {
        RATES: OTHER_RATES,
        CHAINS: OTHER_CHAINS | {"lists": str(own)},
    }.items():
        file = copy / "params" / f"{notebook}.yaml"
        file.write_text(yaml.safe_dump(values), encoding="utf-8")
    well(copy, REPLICATE, "sweep", "forces")
    well(copy, REPLICATE, "run", RATES, CHAINS, FORCE)
    return copy / "outputs"


OTHER_RATES: dict[str, Any] = {
    "forces": ["Gwent", "south yorkshire"],
    "method": "clopper-pearson",
    "level": 0.9,
}
OTHER_CHAINS: dict[str, Any] = {
    "definition": "child_specific",
    "first": "12 months to 2013-10-31",
    "last": "2018",
    "scenarios": "sampled",
    "links": ["told_ever", "recorded_sexual_2013"],
    "bridges": {"recorded_sexual_2013": "each person who told the police made one report"},
    "criterion": "none",
    "order": 1,
    "threshold": 0.05,
    "resamples": 0,
    "draws": 3_000,
    "seed": 2,
    "level": 0.9,
}


def read(path: Path) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def records(notebook: Mapping[str, Any]) -> list[dict[str, object]]:
    outputs = (output for cell in notebook["cells"] for output in cell.get("outputs", []))
    return [output["data"][RECORD] for output in outputs if RECORD in output.get("data", {})]


def shown(outputs: Path, name: str) -> dict[str, str]:
    """Return what each code cell of an executed notebook shows, as one text."""
    cells = read(outputs / "runs" / f"{name}.ipynb")["cells"]
    return {
        cell["id"]: " ".join(json.dumps(output["data"]) for output in cell["outputs"])
        for cell in cells
        if cell["cell_type"] == "code"
    }


def test_a_copy_runs_its_own_package(copies: tuple[Path, Path]) -> None:
    for copy in copies:
        found = well(copy, sys.executable, "-c", "import replicate; print(replicate.__file__)")
        assert Path(found.out.strip()) == copy / "src" / "replicate" / "__init__.py"


def test_a_report_says_where_it_is(report: Done) -> None:
    *_, last = report.out.splitlines()
    index = report.folder / last.removeprefix("Read it: ")
    assert index == report.site / "index.html"
    pages = ["index", NAME, "forces/avon-and-somerset", "forces/bedfordshire"]
    assert [(report.site / f"{page}.html").is_file() for page in pages] == [True] * 4


def test_the_table_of_verdicts_counts_every_headline_figure(report: Done) -> None:
    lines = [line for line in report.out.splitlines() if line.startswith("│")]
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]
    figures = {verdict: int(number) for verdict, number, _ in rows if verdict}
    listed = {word for _, _, names in rows for word in names.split()}
    assert set(figures) <= {verdict.value for verdict in Verdict}
    assert listed == {claim.id for claim in claims().values() if claim.is_headline}
    assert sum(figures.values()) == len(listed)


def test_every_cell_of_a_notebook_shows_something(report: Done) -> None:
    executed = sorted((report.outputs / "runs").glob("*.ipynb"))
    executed += sorted((report.outputs / "sweeps" / "forces").glob("*.ipynb"))
    assert len(executed) == len(list((ROOT / "notebooks").glob("*.ipynb"))) - 1 + 2  # two forces
    for path in executed:
        code = [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]
        parameters = {"parameters", "injected-parameters"}
        tags = [set(cell["metadata"]["tags"]) for cell in code if not cell["outputs"]]
        assert all(found & parameters for found in tags), path.name


def test_nothing_made_names_a_place_on_a_machine(report: Done) -> None:
    made = contents(report.outputs)
    places = (report.folder, ROOT, sys.prefix, Path.home())
    for name, content in made.items():
        text = content.decode(errors="replace")  # pictures are bytes
        assert MACHINE.search(text) is None, name
        assert [place for place in places if f"{place}/" in text] == [], name


def test_two_places_give_the_same_bytes(report: Done, again: Path) -> None:
    reports = sorted((again / "sweeps" / "forces").glob("*.ipynb"))
    assert [path.stem for path in reports] == ["avon-and-somerset", "bedfordshire"]
    for path in reports:
        assert path.read_bytes() == (report.outputs / path.relative_to(again)).read_bytes()


@pytest.mark.soak
def test_two_whole_reports_are_the_same_bytes(report: Done, tmp_path: Path) -> None:
    """Takes a minute or two; a site of a few pages is held to this in tests/publication."""
    third = shutil.copytree(report.folder, tmp_path / "a" / "third")
    for made in ("runs", "sweeps", "site"):
        shutil.rmtree(third / "outputs" / made)
    second = well(third, REPLICATE, "report")
    assert second.out == report.out
    assert contents(second.site) == contents(report.site)


def test_other_parameters_change_what_is_asked_for_and_no_verdict(
    report: Done, again: Path
) -> None:
    default, other = (shown(outputs, RATES) for outputs in (report.outputs, again))
    assert "Clopper-Pearson" in other["rates-figure"]
    assert "Wiltshire" in default["numbers-shown"]
    assert "Wiltshire" not in other["numbers-shown"]
    for cell in ("verdict-2014", "verdict-2025", "main-points-shown", "over-time-drawn", "funnel"):
        assert other[cell] == default[cell], cell


def test_forces_are_nowhere_pooled_as_a_national_rate(report: Done) -> None:
    cells = shown(report.outputs, RATES)
    for cell in ("over-time-drawn", "rates-figure", "funnel"):
        assert "make no national rate" in cells[cell], cell


def test_one_estimate_of_lists_never_stands_alone(report: Done) -> None:
    """Best by BIC and downhill as published (Silverman, Chan and Vincent 2024, Table 6).

    Beside them the range of the Home Office.
    """
    cells = shown(report.outputs, CHAINS)
    assert {"22,991", "12,262"} <= set(re.findall(r"[\d,]+", cells["models-listed"]))
    assert "10,000 to 13,000" in cells["models-shown"]
    values = {row["name"] for row in records(read(report.outputs / "runs" / f"{CHAINS}.ipynb"))}
    assert {"lists.lowest", "lists.highest", "lists.chosen"} <= values


def test_a_chain_and_lists_of_the_readers_own_are_worked_out(again: Path) -> None:
    """Two lists by Lincoln and Petersen: 40 x 30 / 10."""
    cells = shown(again, CHAINS)
    assert "A chain of your own" in cells["steps-shown"]
    assert OTHER_CHAINS["bridges"]["recorded_sexual_2013"] in cells["steps-shown"]
    chosen = {
        row["name"]: row["value"] for row in records(read(again / "runs" / f"{CHAINS}.ipynb"))
    }
    assert chosen["lists.chosen"] == pytest.approx(120)


def test_plain_papermill_gives_the_same_values(report: Done, copies: tuple[Path, Path]) -> None:
    well(copies[1], *BY_HAND)
    plain = records(read(copies[1] / "outputs" / f"{NAME}.ipynb"))
    manifest = Manifest.read(report.outputs / "runs" / f"{NAME}.manifest.json")
    assert {row["name"] for row in plain} >= {"count", "verdict"}
    assert plain == manifest.records


def test_plain_papermill_is_told_by_the_notebook_what_is_wrong_with_a_parameter(
    copies: tuple[Path, Path],
) -> None:
    words = ["-p", "definition", "child_specifc"]
    refused = done(copies[1], PAPERMILL, f"notebooks/{NAME}.ipynb", "refused.ipynb", *words)
    assert refused.code == 1
    assert "InputError" in refused.err
    assert "unknown definition" in refused.err
    assert "did you mean 'child_specific'?" in refused.err
    assert records(read(copies[1] / "refused.ipynb")) == []


def test_a_cell_that_fails_is_named_and_the_last_good_run_stays(again: Path) -> None:
    notebook = again.parent / "notebooks" / f"{FORCE}.ipynb"
    good = contents(again)
    broken = read(notebook)
    number = next(place for place, cell in enumerate(broken["cells"]) if cell["id"] == "checked")
    broken["cells"][number]["source"] = "raise ValueError('spoilt on purpose')"
    notebook.write_text(json.dumps(broken), encoding="utf-8")
    failed = done(again.parent, REPLICATE, "run", FORCE)
    assert failed.code == 1
    assert "ValueError: spoilt on purpose" in failed.err
    assert f"{FORCE}.ipynb, cell {number + 1}" in failed.err
    assert "Traceback" not in failed.err
    kept = contents(again)
    assert set(kept) - set(good) == {f"runs/{FORCE}.failed.ipynb"}
    assert {name: kept[name] for name in good} == good
