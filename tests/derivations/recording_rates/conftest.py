"""What the tests of recording rates share."""

import csv
from pathlib import Path

import pytest

from replicate.vocabulary.forces import canonical_force

Rows = dict[tuple[str, str], dict[str, str]]


@pytest.fixture(scope="session")
def transcribed() -> Rows:
    """Read the transcription of the audits: (force, all crime or violence) → row."""
    with (Path(__file__).parents[2] / "cases/cdi_force_audits/cdi_with_ci.csv").open(
        encoding="utf-8"
    ) as file:
        rows = list(csv.DictReader(file))
    kinds = {"overall": "all crime", "violence": "violence"}
    return {(canonical_force(row["force"]) or "", kinds[row["offence_group"]]): row for row in rows}
