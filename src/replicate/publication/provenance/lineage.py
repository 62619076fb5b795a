"""Which cell of which notebook made each figure, table, verdict and recorded value."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import nbformat
from markupsafe import Markup

from replicate.display.bundle import SHOWN
from replicate.publication.page import CHECKSUM, Outline, anchor, render
from replicate.publication.runs import Run, Section
from replicate.vocabulary.runs import RECORD

BEGIN, END = "<!-- outputs: begin -->", "<!-- outputs: end -->"
"""What stands around the table in the README."""


@dataclass(frozen=True)
class Output:
    """Something that a cell made.

    Attributes
    ----------
    kind, name
        A figure, table, verdict or number, and what it is called.
    notebook, cell
        Where it is made.
    answers
        The last question before the cell, or the last sentence where nothing is asked; empty where nothing stands there.
    page
        The page of the run, without its suffix, where that is not called as the notebook is; `*` stands for any of many.
    """

    kind: str
    name: str
    notebook: str
    cell: str
    answers: str
    page: str = ""

    @property
    def place(self) -> str:
        """Where a reader finds it: the part of its page, or the manifest of the run."""
        page = self.page or self.notebook
        if self.kind == "number":
            return f"{page}.manifest.json"
        return f"{page}.html#{anchor(self.kind, self.name)}"


def outputs(notebook: Any, name: str, *, page: str = "") -> list[Output]:
    """Return what an executed notebook made, in its order.

    Parameters
    ----------
    notebook
        As nbformat reads it.
    name, page
        What the notebook is called, without its suffix, and its page where that has another name.
    """
    before = [None, *notebook.cells]
    return [
        Output(kind, what, name, cell["id"], _asked(above), page)
        for above, cell in zip(before, notebook.cells, strict=False)
        for output in cell.get("outputs", [])
        for kind, what in _made(output.get("data", {}))
    ]


def every_output(runs: Iterable[Run], sections: Iterable[Section]) -> list[Output]:
    """Return what some runs made; of a sweep with a page a run, what its first run made, for any of its pages."""
    named = [(run, run.name, "") for run in runs]
    swept = [(section.runs[0], f"{section.name}/*") for section in sections]
    named += [(run, run.manifest.notebook or run.name, page) for run, page in swept]
    read = ((nbformat.read(run.path, as_version=4), name, page) for run, name, page in named)  # type: ignore[no-untyped-call]
    return [one for notebook, name, page in read for one in outputs(notebook, name, page=page)]


def _asked(above: Any) -> str:
    """Return the last question before a cell, or the last sentence: neither holds a number that new data would change, as a title would."""
    if above is None or above.cell_type != "markdown":
        return ""
    last = above.source.strip().rpartition("\n\n")[2]
    text = Markup(render(last, Outline())).striptags()  # noqa: S704 - to take the tags out
    sentences = re.split(r"(?<=[.:?])\s+(?=\W?[A-Z])", text)
    return next((one for one in reversed(sentences) if one.endswith("?")), sentences[-1])


def _made(data: Any) -> Iterator[tuple[str, str]]:
    if RECORD in data and data[RECORD].get("unit") != CHECKSUM:
        yield "number", str(data[RECORD]["name"])
    if SHOWN in data:
        yield data[SHOWN]["kind"], data[SHOWN]["name"]


def readme_block(made: Iterable[Output]) -> str:
    """Return the table for the README, between its two marks: figures, tables and verdicts one by one, numbers by cell.

    Examples
    --------
    >>> print(readme_block([Output("figure", "series", "01_counts", "series-shown", "How did it develop?")]))
    <!-- outputs: begin -->
    | figure, table or number | what it answers | notebook → cell | output |
    |---|---|---|---|
    | figure `series` | How did it develop? | `01_counts` → `series-shown` | `01_counts.html#fig-series` |
    <!-- outputs: end -->
    """
    rows = [_row(group) for group in _grouped(made)]
    head = [
        "| figure, table or number | what it answers | notebook → cell | output |",
        "|---|---|---|---|",
    ]
    return "\n".join([BEGIN, *head, *rows, END])


def _grouped(made: Iterable[Output]) -> Iterable[Sequence[Output]]:
    """Put the numbers of one cell together; all else stands alone."""
    groups: dict[tuple[str, ...], list[Output]] = {}
    for one in made:
        key = (one.notebook, one.cell, one.kind, "" if one.kind == "number" else one.name)
        groups.setdefault(key, []).append(one)
    return groups.values()


def _row(group: Sequence[Output]) -> str:
    first = group[0]
    kind = first.kind + ("s" if len(group) > 1 else "")
    names = ", ".join(f"`{one.name}`" for one in group)
    answers = first.answers.replace("|", r"\|")
    return f"| {kind} {names} | {answers} | `{first.notebook}` → `{first.cell}` | `{first.place}` |"
