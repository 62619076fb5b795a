"""Says where a notebook stopped, why, and how to see it again."""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from replicate.execution.parameters import replay
from replicate.execution.source import Source, heading_above
from replicate.vocabulary.cells import INJECTED
from replicate.vocabulary.errors import RunError

_ADDED = {INJECTED, "papermill-error-cell-tag"}
_OWN = {"ReplicateError", "InputError", "RunError"}
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_FRAME = re.compile(r"Cell In\[(\d+)\], line (\d+)")


@dataclass(frozen=True)
class Stop:
    """The error that stopped a notebook.

    Attributes
    ----------
    cell
        The cell it stopped in.
    kind, message
        The error's type and text.
    traceback
        As IPython writes it.
    """

    cell: Any
    kind: str
    message: str
    traceback: str

    @property
    def text(self) -> str:
        """The message, with the error's type unless it is one of our own, whose text is the whole message."""
        return self.message if self.kind in _OWN else f"{self.kind}: {self.message}".rstrip(": ")

    def frame(self, notebook: Any) -> str | None:
        """Return the last line of the notebook itself that was running, wherever the error was raised; None where none was."""
        frames = _FRAME.findall(self.traceback)
        sources = {
            str(cell.get("execution_count")): cell.source.splitlines() for cell in notebook.cells
        }
        if not frames or not 0 < int(frames[-1][1]) <= len(sources.get(frames[-1][0], [])):
            return None
        count, line = frames[-1]
        return f"in line {line} of In [{count}]: {sources[count][int(line) - 1].strip()}"


def find_stop(notebook: Any) -> Stop | None:
    """Return the first error in an executed notebook, or None.

    A cell that calls `exit()` is one: papermill takes it for success, but the cells after it never ran.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return Stop(
                    cell, output.ename, output.evalue, _COLOUR.sub("", "\n".join(output.traceback))
                )
    return None


def find_unfinished(notebook: Any) -> Stop | None:
    """Return the first cell that did not complete, though no output says so, as of a magic command that there is not; or None."""
    for cell in notebook.cells:
        about = cell.metadata.get("papermill", {})
        if about.get("exception") or about.get("status", "completed") != "completed":
            said = "".join(
                output.text
                for output in cell.get("outputs", [])
                if output.output_type == "stream" and output.name == "stderr"
            )
            kind, colon, message = _COLOUR.sub("", said).strip().partition(": ")
            found = (kind, message) if colon else ("Unfinished", "the cell did not complete")
            return Stop(cell, *found, traceback="")
    return None


def failure(
    source: Source,
    notebook: Any,
    stop: Stop,
    *,
    parameters: Mapping[str, object],
    out: Path,
    kept: Path,
) -> RunError:
    """Build the error that a person reads."""
    cells = [
        cell
        for cell in notebook.cells
        if not _ADDED & {*cell.metadata.get("tags", [])} or cell is stop.cell
    ]
    number = cells.index(stop.cell)
    heading = heading_above(cells[:number])
    prompt = f" (In [{stop.cell.execution_count}])" if stop.cell.execution_count else ""
    under = f"under '{heading}'" if heading else "before the first heading"
    given = ", ".join(f"{name}={value!r}" for name, value in parameters.items()) or "no parameters"
    again = replay(source.path, parameters, out, name=kept.name.removesuffix(".failed.ipynb"))
    what = "\n".join([stop.text, *filter(None, [stop.frame(notebook)])])
    return RunError(
        f"{source.name} stopped\n{textwrap.indent(what, '    ')}",
        where=f"{source.path}, cell {number + 1}{prompt}, {under}",
        got=given,
        hint=f"run it again with `{again}`; the notebook as it stopped is {kept}",
    )
