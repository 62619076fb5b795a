# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
"""The engine as papermill's own command and functions use it."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import papermill
import psutil
import pytest

from replicate.execution.warm import shared
from replicate.vocabulary.errors import InputError

pytestmark = pytest.mark.slow
Write = Callable[..., Path]
SHOWS = "import json, os\nprint(json.dumps([os.getppid(), period, os.getcwd(), os.environ.get('GIVEN')]))"


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    shared.close()
    yield
    shared.close()


def shown(notebook: Any) -> list[Any]:
    found = [
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream"
    ]
    return list(json.loads(found[-1]))


def executed(notebook: Path, **options: Any) -> Any:
    kept = notebook.with_suffix(".out.ipynb")
    return papermill.execute_notebook(
        notebook,
        kept,
        engine_name="replicate",
        progress_bar=False,
        **({"kernel_name": "python3", "language": "python"} | options),
    )


def test_papermills_own_command_finds_it(write: Write, tmp_path: Path) -> None:
    notebook, kept = write(SHOWS), tmp_path / "kept.ipynb"
    options = ["--engine", "replicate", "-k", "python3", "-l", "python", "-p", "period", "2023"]
    command = [str(Path(sys.executable).with_name("papermill")), *options, str(notebook), str(kept)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert shown(nbformat.read(kept, as_version=4))[1:] == [2023, str(tmp_path), None]


def test_runs_of_one_process_share_a_parent_until_they_need_another(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    notebook = write(SHOWS)
    first = shown(executed(notebook, parameters={"period": "2020"}))
    assert first[1:] == ["2020", str(tmp_path), None]
    (tmp_path / "apart").mkdir()
    second = shown(executed(notebook, cwd=tmp_path / "apart"))
    assert (second[0], second[2]) == (first[0], str(tmp_path / "apart"))
    assert psutil.Process(first[0]).ppid() == psutil.Process().pid
    monkeypatch.setenv("GIVEN", "now")  # which libraries may read when they are imported
    other = shown(executed(notebook))
    assert (other[0] == first[0], other[3]) == (False, "now")
    more = shown(executed(write("## More", "import csv", "%precision 3", SHOWS, name="more")))
    assert more[0] != other[0]
    assert not psutil.pid_exists(other[0])


def test_it_can_be_called_where_an_event_loop_runs(write: Write) -> None:
    async def called() -> list[Any]:
        return shown(executed(write(SHOWS)))

    assert asyncio.run(called())[1] == "2024"


def test_without_forking_it_says_so(
    write: Write, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(shared, "why_not", lambda: "there is no fork")
    assert shown(executed(write("%precision 3", SHOWS)))[0] == psutil.Process().pid
    assert "an ordinary kernel, not a forked one: there is no fork" in caplog.text


def test_papermills_own_limit_of_a_cell_holds(write: Write) -> None:
    with pytest.raises(
        papermill.PapermillExecutionError,
        match=r"Timeout: more than the 0\.5 s that a cell may take",
    ):
        executed(write("while True:\n    pass", "parameters: x = 1"), execution_timeout=0.5)


def test_a_notebook_in_another_language_is_refused(write: Write) -> None:
    notebook = write("1 + 1")
    content = json.loads(notebook.read_text())
    content["metadata"]["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
    notebook.write_text(json.dumps(content))
    with pytest.raises(InputError, match="a notebook in another language"):
        executed(notebook)


def test_an_unknown_parameter_is_refused_where_papermill_only_warns(write: Write) -> None:
    with pytest.raises(InputError, match="unknown parameter") as caught:
        executed(write("print(period)"), parameters={"perod": "2020"})
    assert (caught.value.got, caught.value.hint) == ("perod", "did you mean 'period'?")


def test_a_cell_is_not_saved_before_the_end(write: Write, tmp_path: Path) -> None:
    kept = tmp_path / "toy.out.ipynb"
    outputs = executed(write("print('A' * 9)", f"print(open({str(kept)!r}).read().count('A' * 9))"))
    assert [output.text for cell in outputs.cells for output in cell.get("outputs", [])] == [
        "AAAAAAAAA\n",
        "0\n",
    ]
