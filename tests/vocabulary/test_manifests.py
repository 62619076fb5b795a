import json
from pathlib import Path
from typing import Any

import pytest

from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.runs import Inputs, Manifest

WRITTEN: dict[str, Any] = {
    "name": "01_counts",
    "notebook_sha256": "a" * 64,
    "parameters": {"period": "2024", "forces": ["Kent"]},
    "package": "0.1.0",
    "python": "3.11.7",
    "platform": "Linux",
    "kernel": "ipykernel 7.4.0",
    "started": "2026-04-23T10:00:00Z",
    "duration": 1.5,
    "output_sha256": "b" * 64,
    "records": [{"name": "total", "value": 3}],
    "notebook": "01_offence_counts",
    "tables": [
        {
            "name": "children",
            "place": "replicate/sources/tables/children.parquet",
            "sha256": "d" * 64,
        }
    ],
    "lock_sha256": "e" * 64,
    "source_sha256": "f" * 64,
    "own_data": False,
    "seed": 1,
    "key": "0" * 64,
}


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    made = Manifest.model_validate(WRITTEN)
    (tmp_path / "a.json").write_text(made.model_dump_json())
    assert Manifest.read(tmp_path / "a.json") == made
    assert json.loads((tmp_path / "a.json").read_text()) == WRITTEN


def test_a_missing_manifest_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="replicate run"):
        Manifest.read(tmp_path / "a.json")


@pytest.mark.parametrize(
    "text",
    ["", "{}", json.dumps(WRITTEN | {"duration": "long"}), json.dumps(WRITTEN | {"surprise": 1})],
)
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(RunError, match="not a manifest of a run"):
        Manifest.read(tmp_path / "a.json")


def test_a_notebook_that_is_not_there_has_nothing_to_depend_on(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a notebook that can't be read") as caught:
        Inputs.of(tmp_path / "none.ipynb")
    assert caught.value.where == str(tmp_path / "none.ipynb")
