"""How long many runs of one notebook take, start-up included: papermill's command, plain scripts, bare forks, and ours.

The notebook imports the scientific stack, fits a model, shows a table and draws a figure; each run has parameters of its own. The script
and the forked function do the same work, and show nothing but the figure, which they save. Ways alternate, so that what else is busy on
the machine meets all of them: read the ratios.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.memory import of_runs
from shared.timing import call, in_turn, show

PARAMETERS = "seed = 0\nslope = 1.0"
IMPORTS = """import numpy as np
import pandas as pd
import scipy.stats
import seaborn as sns
import statsmodels.api as sm
import matplotlib.pyplot as plt"""
WORK = """generator = np.random.default_rng(seed)
table = pd.DataFrame({"x": generator.normal(size=500), "group": generator.integers(0, 3, 500)})
table["y"] = slope * table.x + table.group + generator.normal(size=500)"""
SHOWN = [
    "table.head()",
    "sm.OLS(table.y, sm.add_constant(table[['x', 'group']])).fit().summary()",
    "print(scipy.stats.pearsonr(table.x, table.y))",
]
FIGURE = "sns.scatterplot(table, x='x', y='y', hue='group')\nplt.title('y by x')"
SAVED = f"{FIGURE}\nplt.savefig(figure)"

OURS = """import sys
from pathlib import Path
from replicate.execution.warm import Pool, imports
notebook, out, sets, jobs = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
with Pool(jobs, preload=imports([notebook])) as pool:
    assert pool.warm, pool.why_cold
    given = [{"seed": number, "slope": 1.5} for number in range(sets)]
    runs = [pool.submit(notebook, parameters=values, out=out, name=str(number)) for number, values in enumerate(given)]
    endings = [run.result()[0] for run in runs]
sys.exit("".join(ending.message for ending in endings) or None)"""

FORKED = f"""import os, sys
import matplotlib
matplotlib.use("agg")
{IMPORTS}
out, sets, jobs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
def work(seed, slope, figure):
    {(WORK + chr(10) + chr(10).join(SHOWN) + chr(10) + SAVED).replace(chr(10), chr(10) + "    ")}
running = 0
for seed in range(sets):
    if running == jobs:
        os.wait()
        running -= 1
    if not os.fork():
        work(seed, 1.5, f"{{out}}/{{seed}}.png")
        sys.stdout.flush()
        os._exit(0)
    running += 1
while running:
    assert os.wait()[1] == 0
    running -= 1"""

SCRIPT = f"""import sys
import matplotlib
matplotlib.use("agg")
{IMPORTS}
seed, slope, figure = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
{WORK}
{chr(10).join(SHOWN)}
{SAVED}"""

PEER = "papermill, one at a time"


def notebook(path: Path) -> Path:
    """Write the notebook."""
    cells = [PARAMETERS, IMPORTS, WORK, *SHOWN, f"{FIGURE}\nplt.show()"]
    made = [
        {
            "cell_type": "code",
            "id": f"c{n}",
            "metadata": {"tags": [] if n else ["parameters"]},
            "source": text,
            "outputs": [],
            "execution_count": None,
        }
        for n, text in enumerate(cells)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.write_text(
        json.dumps({"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}),
        encoding="utf-8",
    )
    return path


def ways(folder: Path, sets: int, jobs: int) -> dict[str, Callable[[], object]]:
    """Return each way of doing all the runs, with this interpreter."""
    source, script = notebook(folder / "fit.ipynb"), folder / "fit.py"
    script.write_text(SCRIPT, encoding="utf-8")
    papermill, python = str(Path(sys.executable).with_name("papermill")), sys.executable
    commands = [
        [
            papermill,
            source,
            folder / f"{n}.ipynb",
            "-p",
            "seed",
            str(n),
            "-p",
            "slope",
            "1.5",
            "--no-progress-bar",
        ]
        for n in range(sets)
    ]
    scripts = [[python, script, str(n), "1.5", folder / f"{n}.png"] for n in range(sets)]
    return {
        PEER: lambda: call(commands, 1),
        f"papermill, {jobs} at a time": lambda: call(commands, jobs),
        f"plain scripts, {jobs} at a time": lambda: call(scripts, jobs),
        f"bare forks, {jobs} at a time": lambda: call(
            [[python, "-c", FORKED, folder, str(sets), str(jobs)]], 1
        ),
        f"forked kernels, {jobs} at a time": lambda: call(
            [[python, "-c", OURS, source, folder / "ours", str(sets), str(jobs)]], 1
        ),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--sets", type=int, default=20, help="how many sets of parameters each way runs"
    )
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--jobs", type=int, default=2)
    chosen = options.parse_args()
    with TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "ours").mkdir()
        call([[sys.executable, "-c", IMPORTS]], 1)  # the first time reads the libraries from disk
        before = os.getloadavg()[0]
        measured = in_turn(ways(folder, chosen.sets, chosen.jobs), chosen.rounds)
        task = f"{chosen.sets} sets of parameters"
        show("Many runs of one notebook", {task: measured}, peer=PEER)
        print(
            f"load, as the system reckons it over a minute: {before:.1f} before, {os.getloadavg()[0]:.1f} after, on {os.cpu_count()} cores"
        )
        of_runs(folder / "fit.ipynb", jobs=chosen.jobs)


if __name__ == "__main__":
    main()
