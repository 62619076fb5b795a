# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from replicate.execution.run import Run, run
from replicate.execution.watch import Watch
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.manifests import Manifest
from replicate.vocabulary.outcomes import Limits

pytestmark = pytest.mark.slow
Write = Callable[..., Path]

FIGURE = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
RECORD = """from IPython.display import display
display({"application/vnd.replicate.record+json": {"name": "total", "value": 3}, "text/plain": "total: 3"}, raw=True)"""
SURROUNDINGS = """import json, os, sys
names = ["PYTHONHASHSEED", "SOURCE_DATE_EPOCH", "IPYTHONDIR"]
settings = [os.path.basename(os.environ[name])[:17] for name in names]
print(json.dumps([period, forces, sys.executable == EXECUTABLE, os.getcwd() == FOLDER, settings]))"""
UNSTEADY = """import warnings
warnings.warn("careful")
print({"a", "b", "c"}, hash("a"))
object()"""


def outputs(path: Path) -> list[Any]:
    return [
        output
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", [])
    ]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Run]:
    """One notebook run twice, whose kernel is not installed here, under a backend that draws nothing inline."""
    folder = tmp_path_factory.mktemp("twice")
    cells = [
        nbformat.v4.new_code_cell(
            "period = '2024'\nforces = []", id="given", metadata={"tags": ["parameters"]}
        ),
        nbformat.v4.new_code_cell(
            f"EXECUTABLE, FOLDER = {sys.executable!r}, {str(folder)!r}\n{SURROUNDINGS}",
            id="surroundings",
        ),
        *(
            nbformat.v4.new_code_cell(text, id=f"cell-{number}")
            for number, text in enumerate([FIGURE, RECORD, UNSTEADY])
        ),
    ]
    metadata = {
        "kernelspec": {
            "name": "nowhere-to-be-found",
            "display_name": "Elsewhere",
            "language": "python",
        }
    }
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), folder / "toy.ipynb")
    parameters = {"period": 'a "quoted"\nline\\ `x` __import__("os")', "forces": ["Kent"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLBACKEND", "agg")
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        first = run(folder / "toy.ipynb", parameters=parameters, out=folder / "first")
        return first, run(folder / "toy.ipynb", parameters=parameters, out=folder / "second")


def test_two_runs_are_the_same_byte_for_byte(twice: tuple[Run, Run]) -> None:
    first, second = (made.notebook.read_bytes() for made in twice)
    assert first == second
    assert [made.record.duration > 0 for made in twice] == [True, True]
    one, other = (made.record.model_dump(exclude={"started", "duration"}) for made in twice)
    assert one == other


def test_cells_run_here_with_what_was_given_and_a_fixed_environment(twice: tuple[Run, Run]) -> None:
    period, forces, executable, folder, (seed, epoch, profile) = json.loads(
        outputs(twice[0].notebook)[0].text
    )
    assert (period, forces) == ('a "quoted"\nline\\ `x` __import__("os")', ["Kent"])
    assert (executable, folder, seed, epoch) == (True, True, "0", "1700000000")
    assert profile == "replicate-kernel-"  # not the reader's own


def test_figures_are_drawn_inline_whatever_backend_is_set(twice: tuple[Run, Run]) -> None:
    assert [
        output.data["image/png"][:11]
        for output in outputs(twice[0].notebook)
        if "image/png" in output.get("data", {})
    ] == ["iVBORw0KGgo"]


def test_the_manifest_says_what_ran_and_what_was_recorded(twice: tuple[Run, Run]) -> None:
    made = twice[0]
    record = Manifest.read(made.manifest)
    source = made.notebook.parent.parent / "toy.ipynb"
    assert record.name == "toy"
    assert record.notebook_sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert record.output_sha256 == hashlib.sha256(made.notebook.read_bytes()).hexdigest()
    assert record.parameters == {
        "period": 'a "quoted"\nline\\ `x` __import__("os")',
        "forces": ["Kent"],
    }
    assert record.records == [{"name": "total", "value": 3}]
    assert record.python == ".".join(map(str, sys.version_info[:3]))
    assert record.started.tzinfo is not None


def test_a_failing_cell_is_named_and_the_last_good_result_stays(
    write: Write, tmp_path: Path
) -> None:
    notebook = write(
        "# Counts\n\n## Where was it recorded?", "rows = 3", "if period != '2024': rows / 0"
    )
    good = run(notebook, out=tmp_path / "out")
    before = {path: path.read_bytes() for path in (good.notebook, good.manifest)}
    with pytest.raises(RunError) as caught:
        run(notebook, parameters={"period": "2023"}, out=tmp_path / "out")
    kept = tmp_path / "out" / "toy.failed.ipynb"
    assert caught.value.what == (
        "toy stopped\n    ZeroDivisionError: division by zero\n    in line 1 of In [4]: if period != '2024': rows / 0"
    )
    assert caught.value.where == f"{notebook}, cell 4 (In [4]), under 'Where was it recorded?'"
    assert caught.value.got == "period='2023'"
    assert f"replicate run {notebook} -p 'period=\"2023\"' --out {tmp_path / 'out'}" in str(
        caught.value.hint
    )
    assert str(kept) in str(caught.value.hint)
    assert [output.ename for output in outputs(kept) if output.output_type == "error"] == [
        "ZeroDivisionError"
    ]
    assert {path: path.read_bytes() for path in before} == before
    run(notebook, out=tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "toy.ipynb",
        "toy.manifest.json",
    ]


def test_our_own_error_shows_its_own_message(write: Write, tmp_path: Path) -> None:
    with pytest.raises(RunError) as caught:
        run(
            write("from replicate.vocabulary.periods import Period\nPeriod.parse('2023/25')"),
            out=tmp_path / "out",
        )
    assert caught.value.what.startswith(
        "toy stopped\n    not a financial year\n      where: period\n      got: 2023/25"
    )
    assert caught.value.where.endswith("cell 2 (In [2]), before the first heading")
    assert caught.value.got == "no parameters"


def test_a_cell_that_exits_is_a_failure_because_the_rest_never_ran(
    write: Write, tmp_path: Path
) -> None:
    with pytest.raises(RunError, match="SystemExit"):
        run(write("import sys\nsys.exit(0)", "print('never')"), out=tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["toy.failed.ipynb"]


def test_a_cell_that_never_ends_is_stopped_and_named(write: Write, tmp_path: Path) -> None:
    notebook = write(
        "## Waiting", "import time\ntime.sleep(600)", "parameters: period = ''"
    )  # no cell before it can take long
    with pytest.raises(RunError, match="Timeout: more than the 1 s that a cell may take") as caught:
        run(notebook, out=tmp_path / "out", watch=Watch(Limits(cell_seconds=1)))
    assert caught.value.where.startswith(f"{notebook}, cell 2")
    assert caught.value.where.endswith(", under 'Waiting'")


def test_a_kernel_that_dies_is_named(write: Write, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="Killed: the kernel was killed by SIGKILL") as caught:
        run(write("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"), out=tmp_path / "out")
    assert "cell 2" in caught.value.where


def test_a_kernel_that_does_not_start_is_said_to(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ipykernel_launcher.py").write_text("raise SystemExit('no such thing')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(RunError, match=r"the kernel did not start\n.*\n.*; no such thing\n"):
        run(write("1 + 1"), out=tmp_path / "out")


@pytest.mark.parametrize(
    ("parameters", "fault"),
    [({"peroid": "2024"}, "did you mean 'period'"), ({"period": object()}, "can't be a parameter")],
)
def test_bad_parameters_are_refused_before_anything_is_made(
    write: Write, tmp_path: Path, parameters: dict[str, Any], fault: str
) -> None:
    with pytest.raises(InputError, match=fault):
        run(write(), parameters=parameters, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_run_never_writes_over_its_own_notebook(write: Write, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="write over its own notebook"):
        run(write(), out=tmp_path)


def test_a_folder_to_run_in_must_be_there(write: Write, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder to run in"):
        run(write(), out=tmp_path / "out", cwd=tmp_path / "nowhere")


def test_an_output_folder_that_can_not_be_made_is_refused_before_the_run(
    write: Write, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("a file in the way")
    with pytest.raises(RunError, match="a folder that can't be made"):
        run(write(), out=tmp_path / "out")


def test_a_result_that_can_not_be_written_leaves_nothing_behind(
    write: Write, tmp_path: Path
) -> None:
    (tmp_path / "out" / "toy.ipynb").mkdir(parents=True)  # a folder where the file should go
    with pytest.raises(RunError, match="a result that can't be written"):
        run(write("1 + 1"), out=tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["toy.ipynb"]


def test_cells_run_in_the_folder_asked_for(write: Write, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    made = run(
        write("import os\nprint(os.path.basename(os.getcwd()))"),
        out=tmp_path / "out",
        cwd=tmp_path / "elsewhere",
    )
    assert outputs(made.notebook)[0].text == "elsewhere\n"


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_kernel_dies_with_the_run_that_started_it(
    write: Write, tmp_path: Path, ending: signal.Signals
) -> None:
    told = tmp_path / "pid"
    notebook = write(
        f"import os, time, pathlib\npathlib.Path({str(told)!r}).write_text(str(os.getpid()))\ntime.sleep(600)"
    )
    code = "import sys; from pathlib import Path; from replicate.execution.run import run; run(Path(sys.argv[1]), out=Path(sys.argv[2]))"
    runner = subprocess.Popen(
        [sys.executable, "-c", code, notebook, tmp_path / "out"],
        stderr=subprocess.DEVNULL,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    kernel = int(_once(lambda: told.read_text() if told.exists() else ""))
    assert psutil.pid_exists(kernel)
    os.kill(runner.pid, ending)
    runner.wait(timeout=120)
    assert _once(
        lambda: (
            "gone"
            if not psutil.pid_exists(kernel)
            or psutil.Process(kernel).status() == psutil.STATUS_ZOMBIE
            else ""
        )
    )
    assert not list((tmp_path / "out").iterdir())


def _once(look: Callable[[], str], *, seconds: float = 120) -> str:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s")


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (["%no_such_magic", "print(1)"], "UsageError: Line magic function `%no_such_magic`"),
        (["print(1)", "%%no_such_magic"], "UsageError: Cell magic `%%no_such_magic`"),
        (["print(1)", "%run no_such_file.py"], "File `'no_such_file.py'` not found"),
        (["import os", "os._exit(0)"], "the kernel ended itself, with exit code 0"),
    ],
)
def test_a_run_that_did_not_finish_is_never_a_success(
    write: Write, tmp_path: Path, cells: list[str], says: str
) -> None:
    with pytest.raises(RunError, match="toy stopped") as caught:
        run(write(*cells), out=tmp_path / "out")
    assert says in str(caught.value)
    assert (
        f"cell {2 + next(n for n, text in enumerate(cells) if '%' in text or 'exit' in text)}"
        in (caught.value.where)
    )
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["toy.failed.ipynb"]


def test_a_notebook_without_a_parameters_cell_runs_and_takes_no_parameter(tmp_path: Path) -> None:
    cells = [nbformat.v4.new_code_cell("print('ran')", id="only")]
    metadata = {"kernelspec": {"name": "p", "display_name": "P", "language": "Python"}}
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata=metadata), tmp_path / "plain.ipynb"
    )
    made = run(tmp_path / "plain.ipynb", out=tmp_path / "out")
    assert outputs(made.notebook)[0].text == "ran\n"
    with pytest.raises(InputError, match="without a parameters cell"):
        run(tmp_path / "plain.ipynb", parameters={"x": 1}, out=tmp_path / "out")
