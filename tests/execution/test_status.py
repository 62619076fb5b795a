import os
from collections.abc import Callable
from pathlib import Path

import pytest

from replicate.execution.plans import read_plan
from replicate.execution.results import save_result, status
from replicate.execution.sweeps import Telling, make, planned
from replicate.vocabulary.errors import InputError

from .conftest import StandIn, finished_run

SweepFile = Callable[..., Path]
TWO = "notebook: toy\npublish: toys\ngrid: {period: [a, b]}\n"


@pytest.fixture
def out(project: Path) -> Path:
    return project / "outputs" / "sweeps" / "toys"


@pytest.fixture
def sweep(
    sweep_file: SweepFile, out: Path, telling: Telling, stand_in: StandIn
) -> Callable[[str], None]:
    """Make a sweep by its text."""

    def made(text: str) -> None:
        telling.log = out / "runs.log"
        make([read_plan(sweep_file(text), out)], telling=telling)

    return made


def told(project: Path) -> dict[str, tuple[str, str, str]]:
    rows = status(project / "outputs", project / "site")
    return {Path(row["result"]).name: (row["state"], row["why"], row["page"]) for row in rows}


def test_results_that_stand_and_what_changed_for_the_others(
    project: Path, out: Path, sweep: Callable[[str], None], sweep_file: SweepFile
) -> None:
    sweep(TWO)
    assert told(project) == {"a": ("stands", "", "none"), "b": ("stands", "", "none")}
    sweep_file(
        TWO.replace("period: [a, b]", "period: [a, b, c]").replace(
            "grid", "parameters: {k: 2}\ngrid"
        )
    )
    assert told(project) == {
        "a": ("stale", "parameter k is now 2", "none"),
        "b": ("stale", "parameter k is now 2", "none"),
        "c": ("missing", "not run yet", "none"),
    }
    sweep_file(TWO.replace(", b", ""))
    assert told(project)["b"] == ("stale", "it is no run of the sweep any more", "none")
    (out / "a.ipynb").write_text("another")
    assert told(project)["a"] == (
        "corrupt",
        "a.ipynb is not the one that its manifest describes",
        "none",
    )
    (project / "params" / "sweeps" / "toys.yaml").unlink()
    assert told(project)["a"][:1] == ("stale",)
    assert told(project)["a"][1].endswith("toys.yaml: no such parameter file")


def test_a_run_that_failed_is_said_to_have_whether_it_left_its_notebook_or_not(
    project: Path, out: Path, sweep: Callable[[str], None]
) -> None:
    sweep(TWO.replace("[a, b]", "[a, killed-1, error-1]"))
    (out / "killed-1.failed.ipynb").unlink()
    assert told(project)["killed-1"] == ("failed", "killed", "none")
    assert told(project)["error-1"] == ("failed", "error", "none")


def test_pages_are_stale_with_their_result_or_when_it_is_newer(
    project: Path, out: Path, sweep: Callable[[str], None]
) -> None:
    sweep(TWO)
    pages = project / "site" / "toys"
    pages.mkdir(parents=True)
    for name in ("a", "b"):
        (pages / f"{name}.html").touch()
    assert {name: row[2] for name, row in told(project).items()} == {
        "a": "published",
        "b": "published",
    }
    page = (pages / "a.html").stat()
    os.utime(out / "a.ipynb", ns=(page.st_atime_ns, page.st_mtime_ns + 1))
    assert {name: row[2] for name, row in told(project).items()} == {"a": "stale", "b": "published"}
    (out / "b.ipynb").unlink()
    assert told(project)["b"][2] == "stale"


def _left(notebook: Path, out: Path, name: str, **parameters: object) -> None:
    out.mkdir(parents=True, exist_ok=True)
    save_result(out, name, finished_run(notebook, name, parameters=parameters).files)


def test_a_result_under_its_notebooks_name_is_held_to_the_notebooks_own_parameters(
    project: Path,
) -> None:
    runs, toy = project / "outputs" / "runs", project / "notebooks" / "toy.ipynb"
    _left(toy, runs, "toy", period="2023")
    assert told(project) == {"toy": ("stale", "parameter period is no longer given", "none")}
    (project / "params" / "toy.yaml").write_text("period: '2023'\n")
    assert told(project) == {"toy": ("stands", "", "none")}
    (runs / "other.failed.ipynb").touch()
    assert told(project)["other"] == ("failed", "its last run failed", "none")
    toy.unlink()
    assert told(project)["toy"] == ("corrupt", "no such notebook: toy", "none")
    (runs / "toy.manifest.json").write_text("{}")
    assert told(project)["toy"][:2] == ("corrupt", "not a manifest of a run: name Field required")


def test_a_result_under_a_name_of_its_own_is_judged_by_its_own_parameters(project: Path) -> None:
    runs, toy = project / "outputs" / "runs", project / "notebooks" / "toy.ipynb"
    (project / "params" / "toy.yaml").write_text("period: '2020'\n")
    _left(toy, runs, "kent", period="2023")
    assert told(project) == {"kent": ("stands", "", "none")}
    toy.write_text(toy.read_text() + "\n")
    assert told(project) == {"kent": ("stale", "the notebook changed", "none")}


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(InputError, match="no results"):
            status(folder, tmp_path)


def test_a_plan_says_what_it_would_run_and_why(
    sweep_file: SweepFile, out: Path, sweep: Callable[[str], None]
) -> None:
    sweep(TWO)
    (out / "a.manifest.json").write_text("{")
    plan = read_plan(sweep_file(TWO.replace("b]", "b, c]")), out)
    assert [(row["run"], row["would"], row["why"], row["parameters"]) for row in planned(plan)] == [
        ("a", "run", "a.manifest.json: not a manifest of a run", "period='a'"),
        ("b", "stay", "unchanged", "period='b'"),
        ("c", "run", "not run yet", "period='c'"),
    ]
    assert [(row["would"], row["why"]) for row in planned(plan, force=True)][1] == (
        "run",
        "asked for",
    )
