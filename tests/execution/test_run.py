# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
import hashlib
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from replicate.execution.plans import Limits, RunSpec, notebook_runs
from replicate.execution.results import Result, Status
from replicate.execution.run import run
from replicate.vocabulary.runs import Manifest

from .conftest import gone, until

pytestmark = pytest.mark.slow
Write = Callable[..., Path]

FIGURE = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
RECORD = """from IPython.display import display
display({"application/vnd.replicate.record+json": {"name": "total", "value": 3}}, raw=True)"""
SURROUNDINGS = """import json, os, sys
names = ["PYTHONHASHSEED", "SOURCE_DATE_EPOCH", "IPYTHONDIR"]
settings = [os.path.basename(os.environ[name])[:14] for name in names]
print(json.dumps([period, forces, sys.executable == EXECUTABLE, os.getcwd() == FOLDER, settings]))"""
UNSTEADY = """import warnings
warnings.warn("careful")
print({"a", "b", "c"}, hash("a"))
object()"""
GIVEN = {"period": 'a "quoted"\nline\\ `x` __import__("os")', "forces": ["Kent"]}


def make(path: Path, limits: Limits | None = None, /, **parameters: Any) -> Result:
    """Run a notebook, as a sweep does."""
    out = path.parent / "out"
    return run(RunSpec(path.stem, path, parameters, out, limits or Limits()))


def outputs(ended: Result, name: str) -> list[Any]:
    notebook = nbformat.reads(ended.files[name].decode(), as_version=4)
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result, Result]:
    """One notebook run twice, whose kernel is not installed, under a backend that draws nothing.

    The first run has a forked kernel, the second an ordinary one.
    """
    folder = tmp_path_factory.mktemp("twice")
    texts = [FIGURE, RECORD, UNSTEADY]
    here = f"EXECUTABLE, FOLDER = {sys.executable!r}, {str(folder)!r}\n{SURROUNDINGS}"
    parameters = nbformat.v4.new_code_cell("period = '2024'\nforces = []", id="given")
    parameters.metadata["tags"] = ["parameters"]
    cells = [parameters, nbformat.v4.new_code_cell(here, id="surroundings")]
    cells += [nbformat.v4.new_code_cell(text, id=f"cell-{n}") for n, text in enumerate(texts)]
    kernel = {"name": "nowhere-to-be-found", "display_name": "Elsewhere", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / "toy.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLBACKEND", "agg")
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        spec = RunSpec("toy", folder / "toy.ipynb", GIVEN, folder / "out")
        return spec.notebook, run(spec), run(spec, warm=False)


def test_two_runs_are_the_same_byte_for_byte(twice: tuple[Path, Result, Result]) -> None:
    _, first, second = twice
    assert (first.status, first.message) == (Status.OK, "")
    assert first.files["toy.ipynb"] == second.files["toy.ipynb"]
    assert first.manifest
    assert second.manifest
    timed = {"started", "duration", "peak_memory"}
    assert first.manifest.model_dump(exclude=timed) == second.manifest.model_dump(exclude=timed)


def test_cells_run_here_with_what_was_given_and_a_fixed_environment(
    twice: tuple[Path, Result, Result],
) -> None:
    shown = outputs(twice[1], "toy.ipynb")
    period, forces, executable, folder, (seed, epoch, profile) = json.loads(shown[0].text)
    assert (period, forces) == (GIVEN["period"], ["Kent"])
    assert (executable, folder, seed, epoch) == (True, True, "0", "1700000000")
    assert profile == "replicate-run-"  # not the reader's own
    pictures = [each.get("data", {}).get("image/png", "") for each in shown]
    assert [picture[:11] for picture in pictures if picture] == ["iVBORw0KGgo"]


def test_the_manifest_says_what_ran_and_what_was_recorded(
    twice: tuple[Path, Result, Result],
) -> None:
    path, made, _ = twice
    record = Manifest.model_validate_json(made.files["toy.manifest.json"])
    assert (record.name, record.notebook) == ("toy", "toy")
    assert record.notebook_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert record.output_sha256 == hashlib.sha256(made.files["toy.ipynb"]).hexdigest()
    assert record.parameters == GIVEN
    assert record.records == [{"name": "total", "value": 3}]
    assert record.python == ".".join(map(str, sys.version_info[:3]))
    assert record.started.tzinfo is not None
    assert record.seed is None
    assert 20 < (made.peak_memory or 0) < 1000


@pytest.mark.parametrize(
    ("cells", "stopped", "says"),
    [
        (["%no_such_magic", "print(1)"], 2, "UsageError: Line magic function `%no_such_magic`"),
        (["print(1)", "%%no_such_magic"], 3, "UsageError: Cell magic `%%no_such_magic`"),
        (["%%capture\n1 / 0", "x = 2\ny = 3"], 2, "ZeroDivisionError: division by zero"),
        (["import sys", "sys.exit()", "print(1)"], 3, "SystemExit"),
        (["import os", "os._exit(0)"], 3, "Error: the kernel ended itself, with exit code 0"),
        (["def deep():\n    raise KeyError('£')", "x = 1\ndeep()"], 3, "KeyError: '£'"),
        (["1 +* 2"], 2, "SyntaxError"),
        (["a = 1", "%%capture\nb = 2\nb / 0", "c = 1\nd = 2\ne = 3"], 3, "ZeroDivisionError"),
        (
            ["from replicate.vocabulary.errors import RunError\nraise RunError('a', where='b')"],
            2,
            "a",
        ),
    ],
)
def test_a_run_that_did_not_finish_is_never_a_success(
    write: Write, cells: list[str], stopped: int, says: str
) -> None:
    ended = make(write("## Counts", *cells, name="bad"))
    assert (ended.status, ended.manifest) == (Status.ERROR, None)
    assert list(ended.files) == ["bad.failed.ipynb"]
    lines = ended.message.splitlines()
    assert lines[:1] == ["bad stopped"]
    assert lines[1].startswith(f"    {says}")
    assert f", cell {stopped + 1}" in ended.message
    assert "under 'Counts'" in ended.message
    errors = [o for o in outputs(ended, "bad.failed.ipynb") if o.output_type == "error"]
    assert len(errors) == 1


def test_a_failure_names_the_line_of_the_notebook_and_the_command_that_replays_it(
    write: Write, tmp_path: Path
) -> None:
    path = write("x = 1\n\ndef deep():\n    raise KeyError('£')", "deep()")
    ended = make(path, period="2023")
    out = tmp_path / "out"
    assert ended.message.splitlines() == [
        "toy stopped",
        "    KeyError: '£'",
        "    in line 4 of In [3]: raise KeyError('£')",
        f"  where: {path}, cell 3 (In [4]), before the first heading",
        "  got: period='2023'",
        f"  next: run it again with `replicate run {path} -p period=2023 --out {out}`; the "
        f"notebook as it stopped is {out / 'toy.failed.ipynb'}",
    ]


def test_what_is_no_notebook_any_more_is_refused_and_one_without_parameters_runs(
    tmp_path: Path,
) -> None:
    ended = make(tmp_path / "gone.ipynb")
    assert (ended.status, ended.peak_memory, ended.files) == (Status.REFUSED, None, {})
    assert "a notebook that can't be read" in ended.message
    cells = [nbformat.v4.new_code_cell("print('ran')", id="only")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "plain.ipynb")
    assert outputs(make(tmp_path / "plain.ipynb"), "plain.ipynb")[0].text == "ran\n"


def test_the_record_says_which_parameters_were_in_force(write: Write, tmp_path: Path) -> None:
    """Those that papermill left in the notebook, where none are given (papermill issue 163)."""
    path = write("parameters: x = 1\nseed = 7", "x = 99", "print(x, seed)")
    document = json.loads(path.read_text())
    document["cells"][1]["metadata"]["tags"] = ["injected-parameters"]
    path.write_text(json.dumps(document))
    out = tmp_path / "out"
    (left,) = (run(spec) for spec in notebook_runs([path], [], None, out))
    (given,) = (run(spec) for spec in notebook_runs([path], ["seed=5"], None, out))
    assert left.manifest
    assert given.manifest
    assert (left.manifest.parameters, left.manifest.seed) == ({"x": 99}, 7)
    assert (given.manifest.parameters, given.manifest.seed) == ({"seed": 5}, 5)
    assert outputs(left, "toy.ipynb")[-1].text == "99 7\n"
    assert outputs(given, "toy.ipynb")[-1].text == "1 5\n"
    kept = nbformat.reads(left.files["toy.ipynb"].decode(), as_version=4)
    assert kept.metadata["papermill"] == {"parameters": {"x": 99}}


@pytest.mark.parametrize("heeds", [True, False])
def test_a_run_that_takes_too_long_is_ended_and_shows_where_it_was(
    write: Write, heeds: bool
) -> None:
    stubborn = "while True:\n    try:\n        time.sleep(600)\n    except KeyboardInterrupt: pass"
    path = write("import time", "time.sleep(600)" if heeds else stubborn, "print('never')")
    ended = make(path, Limits(seconds=2, memory=4000))
    assert (ended.status, ended.duration < 60) == (Status.TIMEOUT, True)
    assert "Timeout: more than the 2 s that a run may take" in ended.message
    assert ", cell 3" in ended.message
    (error,) = [o for o in outputs(ended, "toy.failed.ipynb") if o.output_type == "error"]
    shown = re.sub(r"\x1b\[[0-9;]*m", "", "".join(error.traceback))
    assert ("1 time.sleep(600)" in shown) == heeds


def test_a_run_that_holds_too_much_is_killed_with_what_it_started(
    write: Write, tmp_path: Path
) -> None:
    code = """import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)
pathlib.Path('child').write_text(str(child.pid))
held = b'x' * (600 << 20)
time.sleep(600)"""
    ended = make(write(code), Limits(memory=700))
    assert ended.status is Status.KILLED
    assert "more than the 700 MiB allowed" in ended.message
    assert (ended.peak_memory or 0) > 700
    child = int((tmp_path / "child").read_text())
    until(lambda: gone(child))


def test_a_killed_kernels_last_words_are_kept(write: Write) -> None:
    code = "import os, signal\nos.write(2, b'first\\nout of luck\\n')\nos.kill(os.getpid(), signal.SIGKILL)"
    ended = make(write("print('before')", code))
    assert ended.status is Status.KILLED
    assert "Killed: the kernel was killed by SIGKILL; out of luck" in ended.message
    assert ", cell 3" in ended.message
    assert outputs(ended, "toy.failed.ipynb")[0].text == "before\n"


def test_a_kernel_that_can_not_start_is_an_error(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(write().parent))
    (write().parent / "ipykernel_launcher.py").write_text("import sys\nsys.exit('no luck today')")
    ended = run(RunSpec("toy", write(), {}, Path("out")), warm=False)
    assert ended.status is Status.ERROR
    assert "the kernel did not start" in ended.message
    assert "no luck today" in ended.message


@pytest.mark.parametrize("how", ["asked", "interrupted"])
def test_a_run_is_ended_when_somebody_wants_that(write: Write, tmp_path: Path, how: str) -> None:
    mark = tmp_path / "mark"
    path = write(
        f"import pathlib, os, time\npathlib.Path({str(mark)!r}).write_text(str(os.getpid()))",
        "time.sleep(600)",
    )
    cancelled = threading.Event()

    def cancel() -> None:
        until(lambda: mark.exists() and mark.read_text())
        if how == "asked":
            cancelled.set()
        else:
            os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=cancel)
    thread.start()
    ended = run(RunSpec("toy", path, {}, tmp_path), cancelled=cancelled.is_set)
    thread.join()
    assert ended.status is Status.CANCELLED
    assert f"the run was {'cancelled' if how == 'asked' else 'interrupted'}" in ended.message
    until(lambda: gone(int(mark.read_text())))


def test_many_runs_leave_no_descriptor_open(write: Write) -> None:
    path = write("print(1)")
    make(path)
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(3):
        make(path)
    assert len(os.listdir("/proc/self/fd")) <= before + 1  # noqa: PTH208
