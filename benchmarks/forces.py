"""How long the reports on police force areas take, start-up included: papermill's command, plain scripts, and `replicate sweep`.

All run notebook 05 for the same areas, with its defaults otherwise. The script is the notebook's own code, and shows nothing. The sweep
starts from nothing: what it has kept from before is not used. Ways alternate, so that what else is busy on the machine meets all of them:
read the ratios.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.timing import call, in_turn, show

from replicate.vocabulary.forces import TERRITORIAL

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "05_force_report.ipynb"
PEER = "papermill, one at a time"


def script(path: Path) -> Path:
    """Write the notebook's code as a script, which takes the force from its command line."""
    cells = [
        cell
        for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    parameters, *rest = ["".join(cell["source"]) for cell in cells]
    given = "import sys\nimport matplotlib\nmatplotlib.use('agg')\nforce = sys.argv[1]"
    path.write_text("\n\n".join([parameters, given, *rest]), encoding="utf-8")
    return path


def ways(folder: Path, forces: list[str], jobs: int) -> dict[str, Callable[[], object]]:
    """Return each way of making all the reports, with this interpreter."""
    papermill, replicate = (
        str(Path(sys.executable).with_name(name)) for name in ("papermill", "replicate")
    )
    sweep, plain = folder / "some.yaml", script(folder / "report.py")
    sweep.write_text(
        json.dumps({"notebook": str(NOTEBOOK), "grid": {"force": forces}}), encoding="utf-8"
    )
    commands = [
        [papermill, NOTEBOOK, folder / f"{n}.ipynb", "-p", "force", name, "--no-progress-bar"]
        for n, name in enumerate(forces)
    ]
    scripts = [[sys.executable, plain, name] for name in forces]
    ours = [replicate, "sweep", sweep, "--out", folder / "ours", "--jobs", str(jobs), "--force"]
    return {
        PEER: lambda: call(commands, 1),
        f"papermill, {jobs} at a time": lambda: call(commands, jobs),
        f"plain scripts, {jobs} at a time": lambda: call(scripts, jobs),
        f"replicate sweep, {jobs} at a time": lambda: call([ours], 1),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--forces", type=int, default=10, help="how many areas, of 43")
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--jobs", type=int, default=2)
    chosen = options.parse_args()
    forces = list(TERRITORIAL)[: chosen.forces]
    before = os.getloadavg()[0]
    with TemporaryDirectory() as place:
        measured = in_turn(ways(Path(place), forces, chosen.jobs), chosen.rounds)
    show("Reports on police force areas", {f"{len(forces)} areas": measured}, peer=PEER)
    print(
        f"load, as the system reckons it over a minute: {before:.1f} before, {os.getloadavg()[0]:.1f} after, on {os.cpu_count()} cores"
    )


if __name__ == "__main__":
    main()
