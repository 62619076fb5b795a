"""Takes out of an executed notebook what differs from run to run and says nothing of the result."""

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from replicate.vocabulary.runs import INJECTED

WIDGET = "application/vnd.jupyter.widget-view+json"
_CELL_FILE = re.compile(
    r"(?<![^\s\"'<>&(=])(?:/|[A-Za-z]:\\)[^\s\"'<>&]*[\\/]ipykernel_\d+[\\/]\d+\.py"
)
_ADDRESS = re.compile(r"(?<= at )0x[0-9a-f]{6,16}(?=>|&gt;|,)")
_TEXTS = ("text/plain", "text/html", "text/markdown", "image/svg+xml")


def normalise(notebook: Any, parameters: Mapping[str, object], *, folder: Path) -> Any:
    """Make two runs of one notebook with one set of parameters the same, byte for byte.

    Papermill's times and durations go, the cell it adds gets a fixed id, widgets go (their ids are drawn at random, and they need a
    kernel), text printed between two displays is put together whatever pieces it arrived in, and paths of this machine and memory
    addresses are replaced in what cells printed.

    Parameters
    ----------
    notebook
        As papermill returns it; changed in place, and returned.
    parameters
        The values given, which the notebook's metadata keeps.
    folder
        The working directory of the run, written as `.` in outputs.
    """
    notebook.metadata.pop("widgets", None)
    notebook.metadata["papermill"] = {"parameters": dict(parameters)}
    replace = _replacer(folder)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        if INJECTED in cell.metadata.get("tags", []):
            cell["id"] = INJECTED
        if cell.cell_type == "code":
            shown = [output for output in cell.outputs if WIDGET not in output.get("data", {})]
            cell["outputs"] = [_replaced(output, replace) for output in _joined(shown)]
    return notebook


def _joined(outputs: Iterable[Any]) -> list[Any]:
    """Join what was printed between two displays: first standard output, then standard error."""
    joined: list[Any] = []
    for printed, group in groupby(outputs, lambda output: output.output_type == "stream"):
        streams: dict[str, Any] = {}
        for output in group:
            if not printed:
                joined.append(output)
            elif output.name in streams:
                streams[output.name]["text"] += output.text
            else:
                streams[output.name] = output
        joined.extend(streams[name] for name in sorted(streams, reverse=True))
    return joined


def _replaced(output: Any, replace: Callable[[str], str]) -> Any:
    if output.output_type == "stream":
        output["text"] = replace(output.text)
    for kind in _TEXTS:
        if isinstance(text := output.get("data", {}).get(kind), str):
            output["data"][kind] = replace(text)
    return output


def _replacer(folder: Path) -> Callable[[str], str]:
    """Build the replacement of this machine's paths, where they stand alone: never in an address."""
    places = {str(folder): ".", str(Path.home()): "~", sys.prefix: "environment"}
    known = sorted((place for place in places if len(place) > 1), key=len, reverse=True)
    whole = "|".join(map(re.escape, known))
    pattern = re.compile(rf"(?<![\w/.~@%+:-])(?:{whole})(?![\w-]|\.\w)")

    def replace(text: str) -> str:
        text = _CELL_FILE.sub("cell", text)
        return _ADDRESS.sub("0x…", pattern.sub(lambda found: places[found[0]], text))

    return replace
