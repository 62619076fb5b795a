"""A small project with one run and its page, as a deposit is made of."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from replicate.publication.provenance.deposit import Deposit
from replicate.publication.runs import runs
from replicate.sources.tables import shipped_home
from replicate.vocabulary.runs import Inputs, Read

FOLDER = "src/replicate/sources/tables"
CITATION = """\
cff-version: 1.2.0
title: "counts: recomputed"
version: 0.1.0
abstract: Recomputes counts.
authors:
  - name: the counts authors
  - given-names: Ada
    family-names: Counter
keywords: [replication]
"""
VERDICTS = "id,verdict,missing\nC01,compatible,\nC08,not_public,The share of all suspects cannot be bounded: it is missing.\nV01,differs,\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder that lists its files as an unpacked archive does."""
    folder = tmp_path / "project"
    for name in ("notebooks", "params", FOLDER):
        (folder / name).mkdir(parents=True)
    (folder / "notebooks" / "01_counts.ipynb").write_text("{}")
    (folder / "params" / "01_counts.yaml").write_text("period: '2024'\n")
    (folder / "CITATION.cff").write_text(CITATION)
    (folder / "README.md").write_text("# Counts\n")
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    for table in ("forces", "children"):
        shutil.copyfile(shipped_home() / f"{table}.parquet", folder / FOLDER / f"{table}.parquet")
    names = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    (folder / "SHA256SUMS").write_text(
        "".join(
            f"{'0' * 64}  {name}\n" for name in [*names, "outputs/runs/old.ipynb", "codecheck.yml"]
        )
    )
    return folder


@pytest.fixture
def executed(project: Path, ran: Callable[..., Path], make: Callable[..., Any]) -> Path:
    """The folder of a run of its notebook, which read one of its tables."""
    given = project / "notebooks" / "01_counts.ipynb"
    return ran(
        "01_counts",
        make("# Counts"),
        **vars(Inputs.of(given, project)),
        parameters={"period": "2024"},
        tables=(Read.of("forces", shipped_home() / "forces.parquet"),),
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "claims").mkdir(parents=True)
    for name in (
        "index.html",
        "01_counts.html",
        "claims/C01.html",
        "claims/C08.html",
        "claims/V01.html",
    ):
        (folder / name).write_text(f"<title>{name}</title>")
    (folder / "verdicts.csv").write_text(VERDICTS)
    return folder


@pytest.fixture
def deposit(project: Path, executed: Path, site: Path) -> Deposit:
    names = sorted(
        path.relative_to(project).as_posix()
        for path in project.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    )
    return Deposit(project, tuple(names), runs(executed), (), site)
