"""The archive, unpacked into an empty folder, gives the verdicts that this checkout gives.

Claim by claim, and, in a soak, from nothing.
"""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from replicate.derivations.kinds.registry import derivations
from replicate.derivations.verification import verify


def one_of_each_kind() -> list[str]:
    """Return the first claim of every kind of derivation, so that every table and way of computing is used."""
    first: dict[str, str] = {}
    for claim, derivation in derivations().items():
        first.setdefault(derivation.kind, claim)
    return list(first.values())


CHECK = """
import sys
import replicate
from replicate.cli import app
print(replicate.__file__)
app(["data", "check"], standalone_mode=False)
app(["verify", *sys.argv[1:], "--json"], standalone_mode=False)
"""


def test_it_holds_its_tables_and_gives_the_same_verdicts(unpacked: Path) -> None:
    chosen = one_of_each_kind()
    environment = {"PYTHONPATH": str(unpacked / "src"), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", CHECK, *chosen],
        cwd=unpacked,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    place, *_, there = done.stdout.splitlines()
    assert Path(place).is_relative_to(unpacked)
    here = [result.as_json() for result in verify(chosen)]
    assert len(here) > 10
    assert json.loads(there) == json.loads(json.dumps(here))


@pytest.mark.soak
def test_from_nothing_but_the_package_index_it_makes_the_whole_report_again(rebuilt: Path) -> None:
    with zipfile.ZipFile(rebuilt / "again.zip") as file:
        rows = csv.DictReader(io.StringIO(file.read("outputs/site/verdicts.csv").decode()))
        there = {row["id"]: row["verdict"] for row in rows}
    assert there == {result.claim.id: result.comparison.verdict.value for result in verify()}
