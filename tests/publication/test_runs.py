"""What a site is made of: runs and sweeps, which are current, and whether the site is still so."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from replicate.publication.runs import (
    Background,
    Run,
    built,
    made_from,
    read_stamp,
    refuse_stale,
    runs,
    sections,
    write_stamp,
)
from replicate.vocabulary.errors import ReplicateError, RunError
from replicate.vocabulary.runs import Inputs, Publication, Read

Make = Callable[..., Any]


@pytest.fixture
def sweep(make: Make, write_run: Make, tmp_path: Path) -> Path:
    """A folder of sweeps: one that is published, one that is not, and a file."""
    count = {"name": "count", "value": 3, "unit": "offences", "interval": None}
    folder = tmp_path / "sweeps" / "swept"
    write_run(folder, "kent", make("# An area"), parameters={"force": "Kent"}, records=[count])
    write_run(folder, "another", make("# An area"))
    Publication(section="forces", parameter="force").write(folder)
    (tmp_path / "sweeps" / "private").mkdir()
    (tmp_path / "sweeps" / "notes.txt").write_text("a file")
    return folder


def test_a_sweep_that_says_so_becomes_a_section_whose_pages_are_told_apart_by_a_parameter(
    sweep: Path,
) -> None:
    (found,) = sections(sweep.parent)
    labels = {run.page: found.label(run) for run in found.runs}
    assert (found.name, labels) == (
        "forces",
        {"forces/another.html": "another", "forces/kent.html": "Kent"},
    )
    kent = found.runs[1]
    assert kent.recorded("count")["value"] == 3
    assert kent.recorded("rate") == {}
    assert sections(None) == sections(sweep / "nowhere") == ()


def test_a_run_that_failed_or_says_nothing_of_itself_is_refused(sweep: Path) -> None:
    (sweep / "kent.manifest.json").write_text(json.dumps({"name": "kent"}))
    with pytest.raises(RunError, match="not a manifest"):
        runs(sweep)
    (sweep / "kent.failed.ipynb").write_text("{}")
    with pytest.raises(RunError, match="last run failed"):
        sections(sweep.parent)


def test_a_site_bears_the_day_of_its_last_run_or_the_one_it_is_given(
    sweep: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (run, _) = runs(sweep)
    started = datetime(2026, 4, 23, 23, 59, 59, tzinfo=UTC)
    late = Run(run.path, run.manifest.model_copy(update={"started": started, "duration": 2.0}))
    assert built([late]) == date(2026, 4, 24)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1776902400")
    assert built([late]) == date(2026, 4, 23)


def test_the_newest_release_of_recorded_crime_is_known_where_its_day_is() -> None:
    days = {
        "recorded_crime_2023-10": "2023-10-19",
        "recorded_crime_2026-04": "2026-04-23 (seen)",
        "recorded_crime_2026-07": "not seen",
        "children": "2027-01-01",
    }
    tables = [{"name": name, "sources": [{"released": day}]} for name, day in days.items()]
    assert Background(tables=tables).released == date(2026, 4, 23)
    assert Background(tables=tables[3:]).released is None


# Runs of what has changed since.


@pytest.fixture
def run(tmp_path: Path, write_run: Make, make: Make) -> Run:
    """A run of a notebook as it is now, with a module beside it, a lock and a table."""
    notebooks, table = tmp_path / "notebooks", tmp_path / "forces.parquet"
    notebooks.mkdir()
    (notebooks / "01_counts.ipynb").write_text("{}")
    (notebooks / "helper.py").write_text("x = 1\n")
    (tmp_path / "requirements.lock").write_text("pandas==3.1.1\n")
    table.write_bytes(b"a table")
    now = vars(Inputs.of(notebooks / "01_counts.ipynb", tmp_path))
    read = (Read.of("forces", table),)
    folder = write_run(tmp_path / "runs", "kent", make("#"), of="01_counts", tables=read, **now)
    (found,) = runs(folder)
    return found


def test_a_run_that_stands_passes(run: Run, tmp_path: Path) -> None:
    refuse_stale([run], tmp_path)


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("notebooks/01_counts.ipynb", "the notebook changed"),
        ("notebooks/helper.py", "the package's source changed"),
        ("requirements.lock", "the lock changed"),
        ("forces.parquet", "table forces changed"),
    ],
)
def test_a_run_of_what_has_changed_since_is_refused(
    run: Run, tmp_path: Path, place: str, reason: str
) -> None:
    (tmp_path / place).write_text("changed")
    with pytest.raises(RunError, match="a stale run") as caught:
        refuse_stale([run], tmp_path)
    assert caught.value.got == reason
    assert caught.value.where.endswith("kent.ipynb")
    assert "replicate run 01_counts" in str(caught.value.hint)
    (tmp_path / place).unlink()
    with pytest.raises(ReplicateError):
        refuse_stale([run], tmp_path)


# A site is left as it is only where nothing that it is made from, and nothing in it, has changed.

TALLY = [{"verdict": "differs", "figures": 1, "claims": "C12a"}]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REPLICATE_DATA", str(tmp_path / "fetched"))
    for name in ("runs/one.ipynb", "site/index.html", "fetched/table.parquet", "requirements.lock"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    write_stamp(tmp_path / "site", made_from(tmp_path / "runs"), TALLY)
    return tmp_path / "site"


def test_a_site_of_which_nothing_changed_keeps_its_table(site: Path) -> None:
    assert read_stamp(site, made_from(site.parent / "runs")) == TALLY


CHANGES: dict[str, Callable[[Path], object]] = {
    "a run": lambda folder: (folder / "runs" / "one.ipynb").write_text("another"),
    "a run is gone": lambda folder: (folder / "runs" / "one.ipynb").unlink(),
    "a run is new": lambda folder: (folder / "runs" / "two.ipynb").touch(),
    "a fetched table": lambda folder: (folder / "fetched" / "table.parquet").write_text("another"),
    "the lock": lambda folder: (folder / "requirements.lock").write_text("another"),
    "a page": lambda folder: (folder / "site" / "index.html").write_text("another"),
    "a page is gone": lambda folder: (folder / "site" / "index.html").unlink(),
    "the stamp is no JSON": lambda folder: (folder / ".site.json").write_text("{"),
    "the stamp is of an earlier version": lambda folder: (folder / ".site.json").write_text("{}"),
    "the stamp is gone": lambda folder: (folder / ".site.json").unlink(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_of_anything_makes_it_stale(site: Path, change: Callable[[Path], object]) -> None:
    change(site.parent)
    assert read_stamp(site, made_from(site.parent / "runs")) is None


def test_so_does_another_date(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780000000")
    assert read_stamp(site, made_from(site.parent / "runs")) is None
