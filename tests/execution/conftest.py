# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from replicate.execution.forking import PRELOAD
from replicate.execution.plans import RunSpec
from replicate.execution.results import Result, Status
from replicate.vocabulary.runs import Inputs, Manifest

Write = Callable[..., Path]


@pytest.fixture(scope="session", autouse=True)
def _light_server() -> Iterator[None]:
    """Let the server of kernels prepare no more than these tests need."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PRELOAD, "pandas,matplotlib.pyplot,scipy.stats,seaborn")
        yield


def cell(text: str) -> Any:
    """Make a cell: markdown where the text begins with `#`, the parameters where it says so."""
    if text.startswith(("# ", "## ")):
        return new_markdown_cell(text)
    if text.startswith("parameters:"):
        return new_code_cell(
            text.removeprefix("parameters:").strip(), metadata={"tags": ["parameters"]}
        )
    return new_code_cell(text)


def write_notebook(folder: Path, *texts: str, name: str = "toy") -> Path:
    given = texts
    if not any(text.startswith("parameters:") for text in texts):
        given = ("parameters: period = '2024'\nforces = []", *texts)
    cells = [cell(text) for text in given]
    for number, made in enumerate(cells):
        made["id"] = f"toy-{number}"
    path = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a notebook of cells, with the parameters `period` and `forces` unless some are given."""

    def written(*texts: str, name: str = "toy", folder: Path | None = None) -> Path:
        return write_notebook(folder or tmp_path, *texts, name=name)

    return written


def until(look: Callable[[], Any], seconds: float = 150) -> Any:
    """Return what is looked for as soon as it is there."""
    waiting = threading.Event()
    for _ in range(int(seconds * 50)):
        if found := look():
            return found
        waiting.wait(0.02)
    raise AssertionError(f"not within {seconds} s")


def gone(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def finished_run(notebook: Path, name: str, **changes: Any) -> Result:
    """Return what a run would have left, without running anything."""
    now, parameters = Inputs.of(notebook), changes.pop("parameters", {})
    tables, content = changes.pop("tables", ()), f"{notebook.stem} {parameters}".encode()
    manifest = Manifest(
        name=name,
        notebook=notebook.stem,
        parameters=parameters,
        package="0.1.0",
        platform="Linux",
        kernel="ipykernel 7.4.0",
        started=datetime.now(UTC),
        duration=1.5,
        peak_memory=100,
        output_sha256=hashlib.sha256(content).hexdigest(),
        records=changes.pop("records", []),
        tables=tables,
        key=now.key_with(parameters, tables),
        **vars(now),
    ).model_copy(update=changes)
    files = {
        f"{name}.ipynb": content,
        f"{name}.manifest.json": manifest.model_dump_json().encode(),
    }
    return Result(Status.OK, "", manifest, files, 1.5, 100)


class StandIn:
    """Takes the place of what runs notebooks, and ends runs at once, each as its name says.

    `error-1` and `killed-2` are such names; others are ok.
    """

    def __init__(self) -> None:
        self.specs: list[RunSpec] = []

    @property
    def asked(self) -> list[str]:
        return sorted(spec.name for spec in self.specs)

    def run(self, spec: RunSpec, **_: Any) -> Result:
        self.specs.append(spec)
        kind = spec.name.partition("-")[0]
        if kind in {status.value for status in Status} - {"ok"}:
            message = f"{spec.name} stopped\n    for [a] :x: reason"
            return Result(Status(kind), message, None, {f"{spec.name}.failed.ipynb": b"{}"}, 0.5)
        interval = {"lower": 1.0, "upper": 2.5}
        records = [{"name": "total", "value": 1, "unit": "offences", "interval": interval}]
        return finished_run(
            spec.notebook, spec.name, parameters=dict(spec.parameters), records=records
        )


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    made = StandIn()
    monkeypatch.setattr("replicate.execution.run.run", made.run)
    return made


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a project with one notebook, `toy`, which has no model, and return it."""
    for name in ("notebooks", "params/sweeps"):
        (tmp_path / "project" / name).mkdir(parents=True)
    write_notebook(
        tmp_path / "project" / "notebooks", "parameters: period = '2024'\nk = 1", "print(k)"
    )
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture
def sweep_file(project: Path) -> Callable[[str], Path]:
    """Write a sweep."""

    def written(text: str, name: str = "toys") -> Path:
        path = project / "params" / "sweeps" / f"{name}.yaml"
        path.write_text(text)
        return path

    return written


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler with two workers in processes of their own, on this machine alone."""
    folder = tmp_path_factory.mktemp("cluster")
    told = folder / "scheduler.json"
    common = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(told)]
    worker = [*common, "--no-nanny", "--nthreads", "1", "--local-directory", str(folder)]
    commands = [["dask_scheduler", *common, "--port", "0"]] + [["dask_worker", *worker]] * 2
    with ExitStack() as stack, (folder / "log").open("w") as log:
        for name, *words in commands:
            command = [sys.executable, "-m", f"distributed.cli.{name}", *words]
            process = stack.enter_context(subprocess.Popen(command, stdout=log, stderr=log))
            stack.callback(process.kill)
            until(told.exists)
        yield until(lambda: json.loads(told.read_text() or "{}").get("address"))
