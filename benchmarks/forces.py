"""How long the reports on police force areas take, start-up included, and a second time.

All ways run notebook 05 for the same areas, with its defaults otherwise: papermill's command one
run after another (on a few areas, and scaled, where `--scaled` says so), forked functions that
execute the same cells in a process prepared as the kernels' server is, `replicate sweep` on this
machine, and the same on a Dask scheduler with two workers, whose start is not counted. Sweeps
start from nothing but for "unchanged". Ways alternate, so that what else is busy on the machine
meets all of them: read the ratios.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from distributed import LocalCluster
from shared.timing import call, in_turn, show

from replicate.vocabulary.forces import TERRITORIAL

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "05_force_report.ipynb"
PEER = "papermill's command, one at a time"
FORKED = """import json, os, sys
from replicate.display.preload import preload
preload()
notebook, jobs, forces = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
cells = ["".join(c["source"]) for c in json.load(open(notebook))["cells"] if c["cell_type"] == "code"]
def work(force):
    from IPython.core.interactiveshell import InteractiveShell
    shell = InteractiveShell.instance()
    scope = {}
    for number, cell in enumerate(cells):
        exec(cell, scope)
        if not number:
            scope["force"] = force
running = 0
sys.stdout = open(os.devnull, "w")
for force in forces:
    if running == jobs:
        assert os.wait()[1] == 0
        running -= 1
    if not os.fork():
        work(force)
        os._exit(0)
    running += 1
while running:
    assert os.wait()[1] == 0
    running -= 1"""


def ways(
    folder: Path, forces: list[str], few: list[str], jobs: int, address: str
) -> dict[str, Callable[[], object]]:
    """Return each way of making the reports, with this interpreter."""
    papermill, replicate = (
        str(Path(sys.executable).with_name(name)) for name in ("papermill", "replicate")
    )
    sweep = folder / "some.yaml"
    sweep.write_text(
        json.dumps({"notebook": str(NOTEBOOK), "grid": {"force": forces}}), encoding="utf-8"
    )
    commands = [
        [papermill, NOTEBOOK, folder / f"{n}.ipynb", "-p", "force", name, "--no-progress-bar"]
        for n, name in enumerate(few)
    ]
    ours = [replicate, "sweep", sweep, "--jobs", str(jobs)]
    here, there = ["--out", folder / "here"], ["--out", folder / "there"]
    forked = [sys.executable, "-c", FORKED, NOTEBOOK, str(jobs), *forces]
    fixed = {"PYTHONHASHSEED": "0", "MPLBACKEND": "agg"}
    one_thread = dict.fromkeys(["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"], "1")
    environment = os.environ | fixed | one_thread

    def fork() -> None:
        subprocess.run(forked, check=True, env=environment, capture_output=True)

    return {
        PEER: lambda: call(commands, 1),
        f"forked functions, {jobs} at a time": fork,
        f"replicate sweep, {jobs} at a time": lambda: call([[*ours, *here, "--force"]], 1),
        "replicate sweep, unchanged": lambda: call([[*ours, *here]], 1),
        "replicate sweep on two Dask workers": lambda: call(
            [[*ours, *there, "--force", "--scheduler", address]], 1
        ),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--forces", type=int, default=10, help="how many areas, of 43")
    options.add_argument("--scaled", type=int, help="run papermill for so many, and scale")
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--jobs", type=int, default=2)
    chosen = options.parse_args()
    forces = list(TERRITORIAL)[: chosen.forces]
    few = forces[: chosen.scaled or len(forces)]
    before = os.getloadavg()[0]
    workers = LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    )
    with TemporaryDirectory() as place, workers:
        address = workers.scheduler_address
        measured = in_turn(ways(Path(place), forces, few, chosen.jobs, address), chosen.rounds)
    measured[PEER] = [seconds * len(forces) / len(few) for seconds in measured[PEER]]
    show("Reports on police force areas", {f"{len(forces)} areas": measured}, peer=PEER)
    print(f"papermill ran {len(few)} of {len(forces)}, its seconds scaled")
    load = f"{before:.1f} before, {os.getloadavg()[0]:.1f} after, on {os.cpu_count()} cores"
    print(f"load, as the system reckons it over a minute: {load}")


if __name__ == "__main__":
    main()
