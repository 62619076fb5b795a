import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from replicate.publication.runs import runs, sections
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.runs import Publication

Make = Callable[..., Any]


@pytest.fixture
def sweep(make: Make, ran: Make, tmp_path: Path) -> Path:
    """A folder of sweeps: one that is published, one that is not, and a file."""
    count = {"name": "count", "value": 3, "unit": "offences", "interval": None}
    ran("kent", make("# An area"), parameters={"force": "Kent"}, records=[count])
    ran("another", make("# An area"))
    sweeps = tmp_path / "sweeps"
    sweeps.mkdir()
    (tmp_path / "executed").rename(sweeps / "forces")
    Publication(section="forces", parameter="force").write(sweeps / "forces")
    (sweeps / "private").mkdir()
    (sweeps / "notes.txt").write_text("a file")
    return sweeps


def test_a_sweep_that_says_so_becomes_a_section_whose_pages_are_told_apart_by_a_parameter(
    sweep: Path,
) -> None:
    (found,) = sections(sweep)
    assert found.name == "forces"
    assert [(run.name, found.label(run)) for run in found.runs] == [
        ("another", "another"),
        ("kent", "Kent"),
    ]
    kent = found.runs[1]
    assert kent.recorded("count")["value"] == 3
    assert kent.recorded("rate") == {}


def test_a_failed_run_of_a_sweep_is_refused(sweep: Path) -> None:
    (sweep / "forces" / "kent.failed.ipynb").write_text("{}")
    with pytest.raises(RunError, match="last run failed"):
        sections(sweep)


def test_without_sweeps_there_is_no_section(tmp_path: Path) -> None:
    assert sections(None) == ()
    assert sections(tmp_path / "nowhere") == ()


def test_a_manifest_that_is_none_is_refused(sweep: Path) -> None:
    (sweep / "forces" / "kent.manifest.json").write_text(json.dumps({"name": "kent"}))
    with pytest.raises(RunError, match="not a manifest"):
        runs(sweep / "forces")
