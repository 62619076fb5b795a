# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
"""What happens in one run stays in it: faults injected into real runs, beside others that must not notice."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from replicate.execution.forking.parent import Parent
from replicate.execution.result import Run
from replicate.execution.warm import Pool
from replicate.vocabulary.outcomes import Limits, Outcome, Status

pytestmark = pytest.mark.slow
Write = Callable[..., Path]
Once = Callable[[Callable[[], Any]], Any]

SLOW = "import pathlib, os, time\npathlib.Path(told).write_text(str(os.getpid()))\ntime.sleep(600)"
GROWING = (
    "import time\nheld = []\nwhile True:\n    held.append(b'x' * (8 << 20))\n    time.sleep(0.01)"
)
GROWING_CHILD = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {GROWING!r}])"


def beside(
    pool: Pool, write: Write, fault: Path, out: Path, **options: Any
) -> tuple[Outcome, Outcome]:
    """Run a faulty notebook, and a sound one at the same time."""
    sound = write("import time\ntime.sleep(0.3)\nprint('sound')", name="sound")
    runs = [
        pool.submit(sound, parameters={}, out=out),
        pool.submit(fault, parameters={}, out=out, **options),
    ]
    (other, made), (outcome, left) = (run.result(timeout=60) for run in runs)
    assert (other.status, left) == (Status.OK, None)
    assert made
    assert [
        path.name
        for path in out.glob("*")
        if path.name.startswith((".", "toy.ipynb", "toy.manifest"))
    ] == []
    return outcome, other


def printed(run: tuple[Outcome, Run | None], stream: str = "stdout") -> str:
    outcome, made = run
    assert made, outcome.message
    shown = [
        output
        for cell in nbformat.read(made.notebook, as_version=4).cells
        for output in cell.get("outputs", [])
    ]
    return "".join(output.text for output in shown if output.get("name") == stream)


@pytest.mark.parametrize(
    ("code", "limits", "status", "says"),
    [
        (
            "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
            {},
            Status.KILLED,
            "killed by SIGKILL",
        ),
        ("import ctypes\nctypes.string_at(0)", {}, Status.KILLED, "killed by SIGSEGV"),
        ("import os\nos._exit(3)", {}, Status.ERROR, "the kernel ended itself, with exit code 3"),
        (GROWING, {"memory": 400}, Status.KILLED, "MiB, more than the 400 MiB that they may"),
        (GROWING_CHILD, {"memory": 400}, Status.KILLED, "MiB, more than the 400 MiB that they may"),
        (
            "while True:\n    pass",
            {"cell_seconds": 0.5},
            Status.TIMEOUT,
            "more than the 0.5 s that a cell may take\n    in line",
        ),
        (
            "import time\ntime.sleep(600)",
            {"seconds": 3},
            Status.TIMEOUT,
            "more than the 3 s that a run may take\n    in line 2 of In [1]",
        ),
        (
            "import time\nwhile True:\n    try:\n        time.sleep(600)\n    except KeyboardInterrupt:\n        pass",
            {"seconds": 3},
            Status.TIMEOUT,
            "more than the 3 s that a run may take",
        ),
    ],
)
def test_a_fault_ends_its_own_run_only(
    pool: Pool,
    write: Write,
    tmp_path: Path,
    code: str,
    limits: dict[str, float],
    status: Status,
    says: str,
) -> None:
    fault = write(
        "## Counts", code, "parameters: x = 1"
    )  # no cell before the faulty one can reach a limit, however busy the machine
    outcome, _ = beside(pool, write, fault, tmp_path / "out", limits=Limits.model_validate(limits))
    assert outcome.status == status
    assert says in outcome.message
    assert "under 'Counts'" in outcome.message
    assert f"replicate run {fault} --out {tmp_path / 'out'}" in outcome.message
    assert (outcome.peak_memory or 0) > (400 if limits.get("memory") else 20)


def test_paths_begin_where_the_pool_was_made(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write("import os\nprint(os.getcwd(), period)")
    with Pool(1, preload=[]) as pool:
        outcome, made = pool.submit(
            Path("toy.ipynb"), parameters={"period": "2023"}, out=Path("out")
        ).result()
        monkeypatch.chdir("/")
        other, _ = pool.submit(
            Path("toy.ipynb"), parameters={}, out=Path("out"), cwd=Path("out")
        ).result()
    assert (outcome.status, other.status) == (Status.OK, Status.OK)
    assert made
    assert made.notebook == Path("out/toy.ipynb")


@pytest.mark.parametrize(
    ("code", "modules"), [("import csv, sqlite3", {"csv", "sqlite3"}), (None, {"numpy", "pandas"})]
)
def test_what_the_first_notebook_imports_is_imported_once(
    write: Write,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: str | None,
    modules: set[str],
) -> None:
    started: list[list[str]] = []

    def start(modules: list[str], **_: object) -> Parent:
        started.append(modules)
        raise OSError

    monkeypatch.setattr("replicate.execution.warm.pool.Parent", start)
    first = write(code) if code else tmp_path / "absent.ipynb"
    with pytest.raises(OSError), Pool(1) as pool:  # noqa: PT011 - the one above
        pool.submit(first, parameters={}, out=tmp_path / "out")
    assert modules <= {*started[0]}


def test_processes_that_a_notebook_leaves_end_with_its_kernel(
    pool: Pool, write: Write, tmp_path: Path
) -> None:
    code = "import subprocess\nfor apart in (False, True):\n    print(subprocess.Popen(['sleep', '600'], start_new_session=apart).pid)"
    left = [
        int(pid)
        for pid in printed(
            pool.submit(write(code), parameters={}, out=tmp_path / "out").result()
        ).split()
    ]
    assert len(left) == 2
    assert not any(
        psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        for pid in left
    )


@pytest.mark.parametrize(
    "text",
    [
        "'\"",
        "a\nb",
        "`ls` $(ls)",
        "\\",
        "'''",
        '__import__("os").system("exit 1")',
        "{x!r}",
        "</script> \x00 £ 💷",
    ],
)
def test_a_parameter_stays_text(pool: Pool, write: Write, tmp_path: Path, text: str) -> None:
    notebook = write("import json\nprint(json.dumps([period, forces]))")
    run = pool.submit(
        notebook, parameters={"period": text, "forces": [text, {text: None}]}, out=tmp_path / "out"
    ).result()
    assert json.loads(printed(run)) == [text, [text, {text: None}]]


SPOILED = """import os, random, sys, locale
import matplotlib, numpy
state = [random.random(), numpy.random.random(), os.environ.get("SPOILED"), os.getcwd() == folder, matplotlib.rcParams["lines.linewidth"],
    hasattr(numpy, "spoiled"), "spoiled" in sys.modules, sys.getrecursionlimit(), os.umask(0o22), "leaked" in globals()]
print(state)
os.environ["SPOILED"] = "yes"
os.chdir("/")
random.seed(1)
numpy.random.seed(1)
matplotlib.rcParams["lines.linewidth"] = 99
numpy.spoiled = sys.modules["spoiled"] = leaked = True
sys.setrecursionlimit(4321)
os.umask(0)"""


def test_runs_share_no_state_and_draw_different_random_numbers(
    pool: Pool, write: Write, tmp_path: Path
) -> None:
    notebook = write("parameters: folder = ''", SPOILED)
    given = {"folder": str(tmp_path)}
    runs = [
        pool.submit(notebook, parameters=given, out=tmp_path / "out", name=f"run-{number}")
        for number in range(4)
    ]
    states = [eval(printed(run.result())) for run in runs]  # noqa: S307 - what the notebook above printed
    assert len({state[0] for state in states}) == 4
    assert len({state[1] for state in states}) == 4
    assert {tuple(state[2:]) for state in states} == {
        (None, True, 1.5, False, False, 1000, 0o22, False)
    }
    assert sorted(path.name for path in (tmp_path / "out").glob("*.ipynb")) == [
        f"run-{number}.ipynb" for number in range(4)
    ]


def test_a_fault_of_ours_reaches_whoever_waits(pool: Pool, write: Write, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="NoneType"):
        pool.submit(write(), parameters=None, out=tmp_path / "out").result()  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="pickle"):
        pool.submit(
            write(), parameters={"period": (one for one in "a")}, out=tmp_path / "out"
        ).result()


def test_cancelling_ends_runs_in_flight_and_those_that_wait(
    write: Write, tmp_path: Path, once: Once
) -> None:
    told = tmp_path / "pid"
    slow = write("parameters: told = ''", SLOW)
    with Pool(1, preload=[]) as pool:
        runs = [
            pool.submit(slow, parameters={"told": str(told)}, out=tmp_path / "out")
            for _ in range(3)
        ]
        assert runs[2].cancel()  # by whoever waits for it
        kernel = psutil.Process(int(once(lambda: told.exists() and told.read_text())))
        pool.cancel()
        first, second = (run.result(timeout=120) for run in runs[:2])
        assert not kernel.is_running()
    assert [outcome.status for outcome, _ in (first, second)] == [
        Status.CANCELLED,
        Status.CANCELLED,
    ]
    assert "the run was cancelled" in first[0].message
    assert second[0].message == "cancelled before it began"


def test_a_pool_left_by_an_error_cancels_its_runs(write: Write, tmp_path: Path) -> None:
    slow, runs = write("parameters: told = ''", SLOW), []

    def interrupted() -> None:
        with Pool(1, preload=[]) as pool:
            runs.append(
                pool.submit(slow, parameters={"told": str(tmp_path / "pid")}, out=tmp_path / "out")
            )
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert runs[0].result()[0].status == Status.CANCELLED


def test_runs_go_on_whatever_process_dies(
    write: Write, tmp_path: Path, once: Once, capfd: pytest.CaptureFixture[str]
) -> None:
    told, slow, sound = (
        tmp_path / "pid",
        write("parameters: told = ''", SLOW, name="slow"),
        write("print(period)"),
    )
    with Pool(1, preload=[]) as pool:
        run = pool.submit(slow, parameters={"told": str(told)}, out=tmp_path / "out", name="kent")
        kernel = psutil.Process(int(once(lambda: told.exists() and told.read_text())))
        (runner,) = psutil.Process(pool.parents[1].process.pid).children()
        runner.kill()
        outcome, _ = run.result(timeout=120)
        assert outcome.status == Status.KILLED
        assert outcome.message.startswith("kent stopped\n    the process that ran it died\n")
        assert f"replicate run {slow} -p told={told} --out {tmp_path / 'out'}" in outcome.message
        assert once(lambda: not kernel.is_running())
        assert (
            printed(pool.submit(sound, parameters={}, out=tmp_path / "out").result()) == "2024\n"
        )  # by another

        _kill(pool.parents[0])
        assert printed(pool.submit(sound, parameters={}, out=tmp_path / "out").result()) == "2024\n"
        assert (
            "an ordinary kernel, not a forked one: the process to fork from is gone"
            in capfd.readouterr().err
        )

        _kill(pool.parents[1])
        statuses = [
            pool.submit(sound, parameters={}, out=tmp_path / "out").result()[0].status
            for _ in range(2)
        ]
        assert statuses == [
            Status.KILLED,
            Status.OK,
        ]  # its runner went with it, and the next run is done here


def _kill(parent: Parent) -> None:
    parent.process.kill()
    parent.process.wait()


def test_ordinary_kernels_can_be_asked_for(write: Write, tmp_path: Path, once: Once) -> None:
    told = tmp_path / "pid"
    with Pool(2, warm=False) as pool:
        assert (pool.warm, pool.why_cold) == (False, "ordinary kernels were asked for")
        sound = pool.submit(write("print(period)"), parameters={}, out=tmp_path / "out")
        assert printed(sound.result()) == "2024\n"
        slow = pool.submit(
            write("parameters: told = ''", SLOW, name="slow"),
            parameters={"told": str(told)},
            out=tmp_path / "out",
        )
        once(told.exists)
        pool.cancel()
        assert slow.result()[0].status == Status.CANCELLED


def test_where_processes_can_not_be_forked_a_pool_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with Pool(1) as pool:
        assert not pool.warm
        assert (
            pool.why_cold
            == "forking a process that has imported libraries is sound on Linux only, and this is darwin"
        )


CALLER = """import sys
from pathlib import Path
from replicate.execution.warm import Pool
with Pool(2, preload=[]) as pool:
    runs = [pool.submit(Path(sys.argv[1]), parameters={"told": f"{sys.argv[2]}-{n}"}, out=Path(sys.argv[3]), name=str(n)) for n in range(2)]
    try:
        [run.result() for run in runs]
    except KeyboardInterrupt:
        pool.cancel()
        print([run.result()[0].status.value for run in runs], flush=True)"""


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_the_process_that_made_the_pool(
    write: Write, tmp_path: Path, once: Once, ending: signal.Signals
) -> None:
    slow, told = write("parameters: told = ''", SLOW), tmp_path / "pid"
    command = [sys.executable, "-c", CALLER, str(slow), str(told), str(tmp_path / "out")]
    caller = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    once(lambda: all((tmp_path / f"pid-{number}").exists() for number in range(2)))
    family = psutil.Process(caller.pid).children(recursive=True)
    assert len(family) == 6  # two to fork from, two that run notebooks, two kernels
    os.killpg(caller.pid, ending)  # as a terminal does
    said, _ = caller.communicate(timeout=120)
    _, left = psutil.wait_procs(family, timeout=60)
    assert not left
    assert said == ("['cancelled', 'cancelled']\n" if ending == signal.SIGINT else "")
    assert not [path for path in (tmp_path / "out").iterdir() if "failed" not in path.name]


def test_what_an_import_says_it_says_in_the_notebook(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "loud.py").write_text("print('imported')")
    (tmp_path / "lib" / "warning.py").write_text("import warnings\nwarnings.warn('old')")
    (tmp_path / "lib" / "quiet.py").write_text("import sys\nkept = sys.stdout")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lib"))
    before = "import sys\nprint([name in sys.modules for name in ('loud', 'warning', 'quiet')])"
    notebook = write(before, "import loud, warning, quiet", "print('kept', file=quiet.kept)")
    with Pool(1, preload=["loud", "warning", "quiet", "absent.name"]) as pool:
        run = pool.submit(notebook, parameters={}, out=tmp_path / "out").result()
        assert printed(run) == "[False, False, True]\nimported\nkept\n"
        assert "UserWarning: old" in printed(run, "stderr")
        (tmp_path / "quiet.py").touch()
        assert (
            pool.submit(notebook, parameters={}, out=tmp_path / "out").result()[0].status
            == Status.OK
        )
        assert (
            f"an ordinary kernel, not a forked one: {tmp_path}/quiet.py hides an installed module"
            in capfd.readouterr().err
        )
