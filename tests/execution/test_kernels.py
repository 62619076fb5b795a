# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
"""What a forked kernel shows is what an ordinary one does, whatever tool started it."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import papermill
import psutil
import pytest
from jupyter_core.utils import run_sync
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from replicate.execution import forking
from replicate.execution.forking import (
    PRELOAD,
    VARIABLES,
    Start,
    imports_differ,
    names_to_load,
    stamp,
)
from replicate.execution.kernels import KernelManager
from replicate.execution.plans import RunSpec
from replicate.execution.results import Result, Status
from replicate.execution.run import normalise, run

from .conftest import gone, until

pytestmark = pytest.mark.slow
Write = Callable[..., Path]
CHOSEN = "JUPYTER_DEFAULT_PROVISIONER_NAME"
BIN = Path(sys.executable).parent

SHOWN = {
    "parameters": "period = '2024'\nforces = []",
    "imports": "import numpy as np\nimport pandas as pd\nimport scipy.stats\nimport seaborn as sns\nimport matplotlib.pyplot as plt",
    "result": "pd.DataFrame({'force': ['Kent', 'Essex'], 'offences': [1200, 3.5]})",
    "series": "pd.Series([1.0, None], name='x')",
    "figure": "plt.plot([1, 2, 4])\nplt.title('Recorded, $x^2$')\nplt.show()",
    "figure-at-the-end": "_, axes = plt.subplots()\naxes.bar(['a', 'b'], [1, 2])",
    "two-figures": "for high in (1, 2):\n    plt.figure()\n    plt.plot([0, high])",
    "svg": (
        "from matplotlib_inline.backend_inline import set_matplotlib_formats\nset_matplotlib_formats('svg')\n"
        "plt.rcParams['svg.hashsalt'] = 'a'\nplt.rcParams['svg.fonttype'] = 'none'\n"
        "plt.plot([1, 2])\nplt.show()\nset_matplotlib_formats('png')"
    ),
    "style": "sns.set_theme()\nsns.histplot([1, 2, 2, 3])\nplt.show()",
    "streams": "import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint('again')",
    "no-newline": "sys.stdout.write('a\\rb'); sys.stdout.write('c')",
    "subprocess": "import subprocess\nsubprocess.run(['echo', 'from a child'], check=True).returncode",
    "shell": "!echo from a shell",
    "raw": "import os\nos.write(1, b'written to the descriptor\\n'); None",
    "await": "import asyncio\nawait asyncio.sleep(0)\nawait asyncio.gather(*[asyncio.sleep(0, n) for n in range(3)])",
    "async-with": "async def one():\n    return 1\nasync def all_():\n    return [await one() for _ in range(2)]\nawait all_()",
    "thread": "import threading\nt = threading.Thread(target=print, args=('from a thread',)); t.start(); t.join()",
    "display": "from IPython.display import HTML, Markdown, display\ndisplay(HTML('<b>bold</b>'), Markdown('*text*'))",
    "update": "handle = display('first', display_id='one')\nhandle.update('second')",
    "update-later": "handle.update(HTML('<i>third</i>'))",
    "clear": "from IPython.display import clear_output\nprint('gone')\nclear_output()\nprint('kept')",
    "clear-waits": "print('gone')\nclear_output(wait=True)\nprint('kept')",
    "metadata": "display({'text/plain': 'x', 'application/json': {'a': [1, None]}}, raw=True, metadata={'isolated': True})",
    "warning": "import warnings\nwarnings.warn('careful')\nwarnings.warn('old', DeprecationWarning)\nwarnings.warn('on', ImportWarning)",
    "warning-of-a-library": "np.array([1.0]) / np.array([0.0])",
    "warned-twice": "for _ in range(2):\n    warnings.warn('once', FutureWarning)",
    "help": "len?",
    "magic": "%precision 3\n3.14159",
    "time": "%%capture caught\nprint('held')",
    "captured": "caught.stdout",
    "shell-class": "get_ipython().__class__.__name__, type(sys.stdout).__name__, type(sys.displayhook).__name__",
    "main": "__name__, sys.modules['__main__'] is __import__('__main__'), [name for name in dir() if not name.startswith('_')][:3]",
    "argv": "os.path.basename(sys.argv[0]), len(sys.argv), sys.path[0], sys.executable, sys.flags, sys.dont_write_bytecode",
    "process": "import multiprocessing\nmultiprocessing.current_process().name, os.getsid(0) == os.getpid(), os.getpgrp() == os.getpid()",
    "input": "try:\n    input('name? ')\nexcept Exception as error:\n    print(type(error).__name__)",
    "standard-input": "subprocess.run(['cat'], capture_output=True, text=True, check=True)",
    "pool": "with multiprocessing.get_context('fork').Pool(1) as pool:\n    found = pool.map(abs, [-1])\nfound",
    "collector": "import gc\ngc.isenabled(), gc.get_threshold()",
    "memory": "class Odd:\n    def _repr_html_(self):\n        return '<p>odd</p>'\nOdd()",
    "logging": "import logging\nlogging.warning('logged'); logging.getLogger('x').error('worse')",
    "unicode": "'£ – é 💷'",
    "history": "_i1 is not None, Out is _oh, _",
}
"""What a cell shows, by what it is about; each cell's outputs must be the same however the notebook is run."""

FAILING = {
    "error": "def deep():\n    raise KeyError('£')\n\nprint('before')\ndeep()",
    "never": "print('never')",
}

SILENT = {"parameters", "imports", "raw", "time", "update-later", "async-with", "help"}
"""Cells that need not show anything of their own: some change what another has shown."""

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


WHO = """import os, sys
from multiprocessing import parent_process
print(parent_process() is not None, 'preload' in str(sorted(sys.modules)), os.getpid())"""


class Ways(NamedTuple):
    """The same two notebooks, one of which fails, run in several ways."""

    folder: Path
    warm: dict[str, list[Any]]
    reference: dict[str, list[Any]]
    runs: list[Result]


def written(folder: Path, cells: dict[str, str], name: str) -> Path:
    made = [
        new_code_cell(
            text, id=key, metadata={"tags": ["parameters"]} if key == "parameters" else {}
        )
        for key, text in cells.items()
    ]
    nbformat.write(
        new_notebook(cells=[new_markdown_cell("## Shown", id="head"), *made], metadata=KERNEL),
        folder / f"{name}.ipynb",
    )
    return folder / f"{name}.ipynb"


def outputs(notebook: Any) -> dict[str, list[Any]]:
    return {
        cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code" and cell.source
    }


def by_papermill(path: Path) -> dict[str, list[Any]]:
    kept = path.with_suffix(".papermill.ipynb")
    with suppress(papermill.PapermillExecutionError):
        papermill.execute_notebook(
            path, kept, kernel_name="python3", cwd=path.parent, progress_bar=False
        )
    return outputs(normalise(nbformat.read(kept, as_version=4), {}, folder=path.parent))


def of(ended: Result, name: str) -> dict[str, list[Any]]:
    notebook = nbformat.reads(ended.files[name].decode(), as_version=4)
    return outputs(normalise(notebook, {}, folder=Path("nowhere")))


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Ways:
    folder = tmp_path_factory.mktemp("ways")
    shown = written(folder, SHOWN, "shown")
    failing = written(folder, {"parameters": "x = 1", **FAILING}, "failing")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")  # the date in a drawing
        specs = [RunSpec(path.stem, path, {}, folder / "out") for path in (shown, failing)]
        runs = [run(spec) for spec in specs]
        runs.append(run(specs[0], warm=False))
        warm = of(runs[0], "shown.ipynb") | of(runs[1], "failing.failed.ipynb")
        for name, value in VARIABLES.items():
            patch.setenv(name, value)
        return Ways(folder, warm, by_papermill(shown) | by_papermill(failing), runs)


@pytest.mark.parametrize("cell", [*SHOWN, *FAILING])
def test_a_cell_shows_what_it_shows_in_an_ordinary_kernel(ways: Ways, cell: str) -> None:
    assert ways.warm[cell] == ways.reference[cell]


@pytest.mark.parametrize("cell", sorted({*SHOWN, "error"} - SILENT))
def test_the_comparison_is_of_something(ways: Ways, cell: str) -> None:
    assert ways.reference[cell]


def test_runs_of_one_key_are_the_same_bytes_forked_or_not(ways: Ways) -> None:
    assert [made.status for made in ways.runs] == [Status.OK, Status.ERROR, Status.OK]
    assert ways.runs[0].files["shown.ipynb"] == ways.runs[2].files["shown.ipynb"]


def shell(command: Sequence[str | Path], folder: Path) -> str:
    environment = os.environ | {CHOSEN: "replicate-warm"}
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def printed(path: Path) -> list[str]:
    notebook = nbformat.read(path, as_version=4)
    texts = [o.text for c in notebook.cells for o in c.get("outputs", []) if "text" in o]
    return "".join(texts).split()


@pytest.fixture
def who(tmp_path: Path) -> Path:
    """A notebook that prints whether its kernel was forked from a server that had prepared."""
    pool = (
        "import multiprocessing\nwith multiprocessing.Pool(2) as p:\n    print(p.map(abs, [-1, 2]))"
    )
    return written(tmp_path, {"who": WHO, "pool": pool}, "who")


@pytest.mark.parametrize(
    "command",
    [
        ["papermill", "--no-progress-bar", "who.ipynb", "done.ipynb"],
        ["jupyter", "nbconvert", "--to", "notebook", "--execute", "--output", "done", "who.ipynb"],
    ],
)
def test_a_command_uses_forked_kernels_by_configuration_alone(
    who: Path, command: list[str]
) -> None:
    shell([BIN / command[0], *command[1:]], who.parent)
    assert printed(who.with_name("done.ipynb"))[:2] == ["True", "True"]
    assert printed(who.with_name("done.ipynb"))[3:] == ["[1,", "2]"]


CLIENT = """
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel()
found = []
def hear(message):
    if message["msg_type"] == "stream":
        found.append(message["content"]["text"])
client.execute_interactive({code!r}, output_hook=hear)
client.stop_channels()
manager.shutdown_kernel()
print("".join(found))
"""


@pytest.mark.parametrize("how", ["script", "command"])
def test_a_script_without_a_main_guard_starts_kernels(tmp_path: Path, how: str) -> None:
    code = CLIENT.format(code=WHO)
    (tmp_path / "script.py").write_text(code + "\nprint('once')")
    words = ["script.py"] if how == "script" else ["-c", code]
    found = shell([sys.executable, *words], tmp_path).split()
    assert found[:2] == ["True", "True"]
    assert found.count("once") == (how == "script")


def test_a_dask_worker_under_a_nanny_starts_kernels(tmp_path: Path) -> None:
    """Nannies' workers are daemons, which may have no children."""
    code = f"""
    def work():
        scope = {{}}
        exec({CLIENT.format(code=WHO).replace('print("".join(found))', "")!r}, scope)
        return "".join(scope["found"])

    if __name__ == "__main__":
        from distributed import Client, LocalCluster
        with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as cluster:
            with Client(cluster) as client:
                print(client.submit(work).result())
    """
    (tmp_path / "nanny.py").write_text(textwrap.dedent(code))
    assert shell([sys.executable, "nanny.py"], tmp_path).split()[:2] == ["True", "True"]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """JupyterLab's server, its address and its token."""
    token = "for-this-test-alone"  # noqa: S105
    private = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "RUNTIME")}
    environment = os.environ | private | {CHOSEN: "replicate-warm"}
    command: list[str | Path] = [
        BIN / "jupyter",
        "lab",
        "--no-browser",
        "--allow-root",
        "--ServerApp.port=0",
    ]
    with subprocess.Popen(
        [*command, f"--IdentityProvider.token={token}"],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            files = tmp_path / "RUNTIME"
            (told,) = until(lambda: list(files.glob("jpserver-*.json")))
            yield until(lambda: json.loads(told.read_text() or "{}").get("url")), token
        finally:
            process.terminate()
            process.wait(30)


@pytest.mark.network
def test_jupyterlabs_server_uses_forked_kernels_by_configuration_alone(
    server: tuple[str, str],
) -> None:
    url, token = server
    request = urllib.request.Request(  # noqa: S310
        f"{url}api/kernels", b"{}", {"Authorization": f"token {token}"}, method="POST"
    )

    def started() -> Any:
        with suppress(OSError), urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
            return json.loads(reply.read())
        return None

    kernel = until(started)
    forked = until(
        lambda: [
            process
            for process in psutil.Process().children(recursive=True)
            if "multiprocessing.forkserver" in " ".join(process.cmdline()) and process.children()
        ]
    )
    assert kernel["id"]
    assert forked


def alone(write: Write, *cells: str, **options: Any) -> list[str]:
    """Run a notebook, and return the words that it printed."""
    path = write(*cells, name="alone")
    ended = run(RunSpec("alone", path, {}, path.parent), **options)
    assert ended.status is Status.OK, ended.message
    found = of(ended, "alone.ipynb")
    return "".join(o.text for each in found.values() for o in each if "text" in o).split()


def test_runs_share_no_memory_and_no_random_state(write: Write) -> None:
    code = """import os, random, sys
import numpy as np, pandas as pd
print(pd.get_option('display.max_rows'), os.getcwd() == '/', 'LEFT' in os.environ, hasattr(np, 'left'))
print('/left' in sys.path, random.random(), np.random.random())
pd.set_option('display.max_rows', 7)
os.environ['LEFT'] = '1'
np.left = 1
sys.path.append('/left')
os.chdir('/')"""
    first, second = alone(write, code), alone(write, code)
    assert first[:5] == second[:5] == ["60", "False", "False", "False", "False"]
    assert first[5:] != second[5:]


@pytest.mark.parametrize("file", ["matplotlibrc", "pandas.py"])
def test_what_lies_beside_a_notebook_is_what_an_ordinary_kernel_would_find(
    write: Write, tmp_path: Path, file: str
) -> None:
    (tmp_path / file).write_text("lines.linewidth: 7" if file == "matplotlibrc" else "mine = 7")
    code = {
        "matplotlibrc": "import matplotlib\nprint(matplotlib.rcParams['lines.linewidth'])",
        "pandas.py": "import pandas\nprint(pandas.mine)",
    }
    assert alone(write, code[file])[0] in ("7", "7.0")


def test_variables_that_libraries_read_when_imported_are_the_kernels(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "only_here.py").write_text("x = 7")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "own"))
    assert alone(write, "import only_here\nprint(only_here.x)") == ["7"]


def test_what_a_cell_registered_to_be_done_at_the_end_is_done(write: Write, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    alone(write, f"import atexit, pathlib\natexit.register(pathlib.Path({str(mark)!r}).touch)")
    assert mark.exists()


def test_changed_tables_start_a_new_server(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = tmp_path / "tables"
    tables.mkdir()
    monkeypatch.setenv("REPLICATE_DATA", str(tables / "none"))
    assert stamp() == stamp()
    monkeypatch.setenv("REPLICATE_DATA", str(tables))
    parent = "import os\nfrom multiprocessing import parent_process\nprint(parent_process() is not None, os.getppid())"
    first, again = alone(write, parent), alone(write, parent)
    before = stamp()
    (tables / "new.parquet").touch()
    assert stamp() != before
    other = alone(write, parent)
    assert first == again
    assert first[0] == other[0] == "True"
    assert first[1] != other[1]


def test_what_was_never_started_is_ended_and_says_nothing(tmp_path: Path) -> None:
    manager = KernelManager.within(tmp_path, tmp_path)
    manager.signal(signal.SIGKILL)
    run_sync(manager.end)()
    assert (manager.code, manager.last_words()) == (None, [])


def test_a_kernel_of_a_server_that_is_out_of_date_imports_for_itself(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where another kernel lives, which would end with its server."""
    now = forking.SERVER.start()
    monkeypatch.setattr(forking.SERVER, "start", lambda: now + 1)
    assert alone(write, "from multiprocessing import parent_process\nprint(parent_process())") == [
        "None"
    ]


def test_what_is_prepared_is_named_by_the_environment_or_by_entry_points(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(PRELOAD, " json, os.path:exists ,")
    assert names_to_load() == ["json", "os.path:exists"]
    monkeypatch.delenv(PRELOAD)
    assert names_to_load() == [entry.value for entry in entry_points(group="replicate.preload")]


def test_a_module_is_imported_a_function_is_called_and_a_fault_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("json", "this_module:absent", "tests.execution.conftest:nothing", "gc:collect"):
        forking.load(name)
    said = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[2].partition(": ")[0] for line in said] == [
        "this_module:absent",
        "tests.execution.conftest:nothing",
    ]


@pytest.mark.parametrize(
    ("file", "environment", "differs"),
    [
        (None, {}, False),
        (None, {"EDITOR": "vi"}, False),
        (None, {"PYTHONHASHSEED": "7"}, False),
        (None, {"OMP_NUM_THREADS": "2"}, True),
        (None, {"LANG": "fr_FR.UTF-8"}, True),
        ("psutil.py", {}, True),
        ("psutil/__init__.py", {}, True),
        ("psutil/table.csv", {}, False),
        ("not_imported_here.py", {}, False),
        ("matplotlibrc", {}, True),
    ],
)
def test_a_kernel_is_forked_only_where_it_would_import_the_same(
    tmp_path: Path, file: str | None, environment: dict[str, str], differs: bool
) -> None:
    if file:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    start = Start([], str(tmp_path), environment, None, None, 0)
    assert imports_differ(start, {}) is differs
    assert imports_differ(start, environment) is (differs and file is not None)


def test_where_forking_is_not_sound_kernels_are_ordinary_and_that_is_said_once(
    write: Write, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    forking.can_fork.cache_clear()
    code = "from multiprocessing import parent_process\nprint(parent_process())"
    assert alone(write, code) == alone(write, code) == ["None"]
    forking.can_fork.cache_clear()
    assert caplog.text.count("ordinary kernels, which start more slowly") == 1


WAITING = """import os, subprocess, sys
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])
open('new', 'w').write(f'{os.getpid()} {child.pid}')
os.rename('new', 'pids')"""
ORPHAN = f"""
import time
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel()
client.execute({WAITING!r})
time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_kernels_end_with_the_process_that_started_them(
    tmp_path: Path, number: signal.Signals
) -> None:
    environment = os.environ | {CHOSEN: "replicate-warm"}
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN], cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL
    ) as process:
        pids = until(
            lambda: (tmp_path / "pids").exists() and (tmp_path / "pids").read_text().split()
        )
        process.send_signal(number)
        process.wait(30)
    for pid in pids:
        until(partial(gone, int(pid)), 10)
