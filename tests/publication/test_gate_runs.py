from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from replicate.publication.gate import refuse_stale
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.runs import Inputs, Manifest, Read

Make = Callable[..., Any]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one notebook, a module beside it, and a lock."""
    folder = tmp_path / "project"
    (folder / "notebooks").mkdir(parents=True)
    (folder / "notebooks" / "01_counts.ipynb").write_text("{}")
    (folder / "notebooks" / "helper.py").write_text("x = 1\n")
    (folder / "requirements.lock").write_text("pandas==3.1.1\n")
    return folder


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "forces.parquet"
    path.write_bytes(b"a table")
    return path


@pytest.fixture
def runs(project: Path, table: Path, ran: Make, make: Make) -> dict[Path, Manifest]:
    """The run of that notebook as it is now."""
    folder = ran(
        "01_counts",
        make("# Counts"),
        **vars(Inputs.of(project / "notebooks" / "01_counts.ipynb", project)),
        tables=(Read.of("forces", table),),
    )
    return {folder / "01_counts.ipynb": Manifest.read(folder / "01_counts.manifest.json")}


def test_a_run_that_stands_passes(runs: dict[Path, Manifest], project: Path) -> None:
    refuse_stale(runs, project)


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("notebooks/01_counts.ipynb", "the notebook changed"),
        ("notebooks/helper.py", "the package's source changed"),
        ("requirements.lock", "the lock changed"),
    ],
)
@pytest.mark.parametrize("gone", [False, True])
def test_a_run_of_what_has_changed_since_is_refused(
    runs: dict[Path, Manifest], project: Path, place: str, reason: str, gone: bool
) -> None:
    if gone:
        (project / place).unlink()
    else:
        (project / place).write_text("changed")
    with pytest.raises(RunError, match="a stale run") as caught:
        refuse_stale(runs, project)
    assert caught.value.got == (
        "there is no notebook 01_counts" if gone and place.endswith("ipynb") else reason
    )
    assert "replicate run 01_counts" in str(caught.value.hint)
    assert caught.value.where.endswith("01_counts.ipynb")


def test_a_table_that_is_another_now_makes_it_stale(
    runs: dict[Path, Manifest], project: Path, table: Path
) -> None:
    table.write_bytes(b"a table of a later release")
    with pytest.raises(RunError, match="a stale run") as caught:
        refuse_stale(runs, project)
    assert caught.value.got == "table forces changed"


def test_a_package_that_is_another_now_makes_it_stale(
    runs: dict[Path, Manifest], project: Path
) -> None:
    ((path, manifest),) = runs.items()
    changed = manifest.model_copy(update={"source_sha256": "0" * 64})
    with pytest.raises(RunError, match="a stale run") as caught:
        refuse_stale({path: changed}, project)
    assert caught.value.got == "the package's source changed"


def test_a_run_of_a_sweep_is_held_to_the_notebook_it_is_of(
    runs: dict[Path, Manifest], project: Path
) -> None:
    ((path, manifest),) = runs.items()
    kent = manifest.model_copy(update={"name": "kent", "notebook": "01_counts"})
    refuse_stale({path: kent}, project)
