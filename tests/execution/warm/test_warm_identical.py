# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
"""What a forked kernel shows is what an ordinary one does: papermill's own engine and kernel are the reference."""

from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from replicate.execution.environment import VARIABLES
from replicate.execution.normal import normalise
from replicate.execution.run import run
from replicate.execution.warm import Pool, imports
from replicate.vocabulary.outcomes import Outcome, Status

pytestmark = pytest.mark.slow

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
    "filters": "[(f[0], f[2].__name__, getattr(f[3], 'pattern', f[3])) for f in warnings.filters]",
    "help": "len?",
    "magic": "%precision 3\n3.14159",
    "time": "%%capture caught\nprint('held')",
    "captured": "caught.stdout",
    "shell-class": "get_ipython().__class__.__name__, type(sys.stdout).__name__, type(sys.displayhook).__name__",
    "main": "__name__, sys.modules['__main__'] is __import__('__main__'), [name for name in dir() if not name.startswith('_')][:3]",
    "argv": "os.path.basename(sys.argv[0]), len(sys.argv), sys.path[0], sys.executable, sys.flags, sys.dont_write_bytecode",
    "process": "import multiprocessing\nmultiprocessing.current_process().name, os.getsid(0) == os.getpid(), os.getpgrp() == os.getpid()",
    "threads": "sorted(type(thread).__name__ for thread in threading.enumerate())",
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


class Ways(NamedTuple):
    """The same two notebooks, one of which fails, run in several ways."""

    folder: Path
    outcomes: list[Outcome]
    reference: dict[str, list[Any]]


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
            path,
            kept,
            engine_name="nbclient",
            kernel_name="python3",
            cwd=path.parent,
            progress_bar=False,
        )
    return outputs(normalise(nbformat.read(kept, as_version=4), {}, folder=path.parent))


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Ways:
    folder = tmp_path_factory.mktemp("ways")
    shown, failing = (
        written(folder, SHOWN, "shown"),
        written(folder, {"parameters": "x = 1", **FAILING}, "failing"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")  # the date in a drawing
        with Pool(2, preload=imports([shown])) as pool:
            runs = [
                pool.submit(shown, parameters={}, out=folder / out) for out in ("warm", "again")
            ]
            runs.append(pool.submit(failing, parameters={}, out=folder / "warm"))
            outcomes = [each.result()[0] for each in runs]
        run(shown, out=folder / "cold")
        for name, value in VARIABLES.items():
            patch.setenv(name, value)
        return Ways(folder, outcomes, by_papermill(shown) | by_papermill(failing))


def read(path: Path, folder: Path) -> dict[str, list[Any]]:
    return outputs(normalise(nbformat.read(path, as_version=4), {}, folder=folder))


@pytest.mark.parametrize("cell", [*SHOWN, *FAILING])
def test_a_cell_shows_what_it_shows_in_an_ordinary_kernel(ways: Ways, cell: str) -> None:
    name = "failing.failed" if cell in FAILING else "shown"
    assert read(ways.folder / "warm" / f"{name}.ipynb", ways.folder)[cell] == ways.reference[cell]


@pytest.mark.parametrize("cell", sorted({*SHOWN, "error"} - SILENT))
def test_the_comparison_is_of_something(ways: Ways, cell: str) -> None:
    assert ways.reference[cell]


def test_runs_of_one_key_are_the_same_bytes_forked_or_not(ways: Ways) -> None:
    first, again, cold = (
        (ways.folder / way / "shown.ipynb").read_bytes() for way in ("warm", "again", "cold")
    )
    assert first == again == cold
    assert [outcome.status for outcome in ways.outcomes] == [Status.OK, Status.OK, Status.ERROR]


def test_a_failure_names_the_line_of_the_notebook_and_the_command_that_replays_it(
    ways: Ways,
) -> None:
    assert ways.outcomes[2].message.splitlines() == [
        "failing stopped",
        "    KeyError: '£'",
        "    in line 2 of In [2]: raise KeyError('£')",
        f"  where: {ways.folder / 'failing.ipynb'}, cell 3 (In [2]), under 'Shown'",
        "  got: no parameters",
        f"  next: run it again with `replicate run {ways.folder / 'failing.ipynb'} --out {ways.folder / 'warm'}`; "
        f"the notebook as it stopped is {ways.folder / 'warm' / 'failing.failed.ipynb'}",
    ]


def test_peak_memory_is_measured(ways: Ways) -> None:
    assert all(40 < (outcome.peak_memory or 0) < 2000 for outcome in ways.outcomes)
