"""How long a notebook takes by `replicate run` and by papermill's own command, start-up included."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from shared.timing import in_turn, show

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
PEER = "papermill"
TRIVIAL_ROUNDS, WHOLE_ROUNDS = 5, 3


def ways(notebook: Path, file: Path, out: Path) -> dict[str, Callable[[], object]]:
    """Return both commands on the same notebook and parameters, each with this interpreter."""
    papermill = [BIN / "papermill", notebook, out / f"papermill-{notebook.name}", "-f", file, "--no-progress-bar"]
    replicate = [BIN / "replicate", "run", notebook, "-f", file, "--out", out / "replicate"]
    return {PEER: lambda: call(papermill), "replicate run": lambda: call(replicate)}


def call(command: list[str | Path]) -> None:
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command[0]} failed\n{done.stderr}")


def trivial(folder: Path) -> tuple[Path, Path]:
    """Write a notebook that shows its parameter, and a file with a value for it."""
    notebook, file = folder / "trivial.ipynb", folder / "trivial.yaml"
    parameters = new_code_cell("period = '2024'", metadata={"tags": ["parameters"]})
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=[parameters, new_code_cell("period")], metadata=metadata), notebook)
    file.write_text("period: '2025'\n", encoding="utf-8")
    return notebook, file


def main() -> None:
    whole = ROOT / "notebooks" / "01_offence_counts.ipynb", ROOT / "params" / "01_offence_counts.yaml"
    with TemporaryDirectory() as place:
        out = Path(place)
        small = trivial(out)
        in_turn(ways(*small, out), 1)  # the first time reads the libraries from disk
        measured = {
            "a trivial notebook": in_turn(ways(*small, out), TRIVIAL_ROUNDS),
            whole[0].stem: in_turn(ways(*whole, out), WHOLE_ROUNDS),
        }
    show("Running one notebook", measured, peer=PEER)


if __name__ == "__main__":
    main()
