"""A notebook read as a page: title, contents, and its pieces in order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from replicate.ledger import Verdict
from replicate.publication.code import Parameter, parameters, question, sentence
from replicate.publication.colours import coloured
from replicate.publication.markdown import Heading, Outline, render
from replicate.publication.outputs import Fragment, fragment
from replicate.publication.pictures import Shown, shown
from replicate.publication.refusals import refuse
from replicate.publication.tables import accessible
from replicate.vocabulary.runs import HIDDEN_INPUT, INJECTED, PARAMETERS, RECORD

CHECKSUM = "sha256"
"""The unit of a recorded value that says what a page was built from."""


@dataclass(frozen=True)
class Page:
    """What a template needs to know of a notebook.

    Attributes
    ----------
    title
        The first heading of the first level; where there is none, the notebook's name.
    contents
        The headings of the second level.
    fragments
        The page's pieces in order.
    parameters
        What the notebook ran with.
    built_from
        The tables it used, as names and sha256, from what it recorded in that unit.
    summary
        What stands under the title, before the first section: the page in plain words.
    shown
        Its tables, figures and verdicts, as they say of themselves.
    """

    title: str
    contents: list[Heading]
    fragments: list[Fragment]
    parameters: list[Parameter]
    built_from: dict[str, str]
    summary: Markup | None = None
    shown: list[Shown] = field(default_factory=list)

    @property
    def verdicts(self) -> list[tuple[str, str]]:
        """The claims whose verdicts the page shows, each with what a reader sees of it."""
        boxes = (one for one in self.shown if one.kind == "verdict")
        return [(one.name, Verdict(one.bundle["verdict"]).label) for one in boxes]


def read_page(notebook: Any, *, name: str, folder: str = "") -> Page:
    """Read an executed notebook.

    Parameters
    ----------
    notebook
        As nbformat reads it.
    name
        What it is called, for the title where it has none, and for errors.
    folder
        Where it lies, so that images it names can be put into the page.

    Raises
    ------
    RunError
        When a cell ended in an error, or puts on the page what no page may hold; the cell and the heading above are named.
    """
    reader = _Reader(notebook, name, folder)
    fragments = [piece for number in range(len(notebook.cells)) for piece in reader.read(number)]
    title = reader.outline.title or name.replace("_", " ")
    summary = _summary(notebook, fragments)
    return Page(
        title,
        reader.outline.contents,
        fragments[1:] if summary else fragments,
        reader.parameters,
        _built_from(notebook),
        summary,
        list(shown(notebook)),
    )


@dataclass
class _Reader:
    """Reads cells in order, and remembers the headings, tables and code seen so far."""

    notebook: Any
    name: str
    folder: str
    outline: Outline = field(default_factory=Outline)
    parameters: list[Parameter] = field(default_factory=list)
    tables: int = 0
    codes: int = 0

    def read(self, number: int) -> Iterator[Fragment]:
        """Yield the pieces of one cell."""
        cell = self.notebook.cells[number]
        if cell.cell_type == "markdown":
            yield from self._checked(
                number,
                [Fragment("html", self._rendered(cell.source, dict(cell.get("attachments", {}))))],
            )
        elif cell.cell_type == "code":
            yield from self._checked(number, self._code(cell, number))
            yield from self._checked(number, self._outputs(cell, number))

    def _checked(self, number: int, pieces: Iterable[Fragment]) -> Iterator[Fragment]:
        for piece in pieces:
            refuse(str(piece.html), where=self._where(number))
            yield piece

    def _where(self, number: int) -> str:
        heading = f", under '{self.outline.headings[-1].text}'" if self.outline.headings else ""
        return f"{self.name}, cell {number + 1}{heading}"

    def _rendered(self, source: str, attachments: dict[str, Any] | None = None) -> Markup:
        html = render(source, self.outline, attachments=attachments, folder=self.folder)
        return Markup(accessible(html, self._table_name()) if "<table" in html else html)  # noqa: S704 - the author's own

    def _code(self, cell: Any, number: int) -> Iterator[Fragment]:
        tags = {*cell.metadata.get("tags", [])}
        if PARAMETERS in tags and (found := self._parameters(cell.source)):
            self.parameters = found
            yield Fragment("parameters", Markup())
        elif not tags & {INJECTED, HIDDEN_INPUT} and cell.source.strip():
            yield Fragment("code", coloured(cell.source), self._code_name(cell.source, number))

    def _outputs(self, cell: Any, number: int) -> Iterator[Fragment]:
        for output in cell.outputs:
            if piece := fragment(
                output,
                markdown=self._rendered,
                table_name=self._table_name,
                where=self._where(number),
            ):
                yield piece

    def _parameters(self, tagged: str) -> list[Parameter]:
        injected = next(
            (
                cell.source
                for cell in self.notebook.cells
                if INJECTED in cell.metadata.get("tags", [])
            ),
            "",
        )
        try:
            return parameters(tagged, injected)
        except SyntaxError:  # a cell with IPython's magic commands, which plain papermill lets pass
            return []

    def _table_name(self) -> str:
        self.tables += 1
        return f"Table {self.tables}"

    def _code_name(self, source: str, number: int) -> str:
        """Name code by its own first comment, else by the question put above it, else by its number."""
        self.codes += 1
        above = self.notebook.cells[number - 1] if number else None
        asked = question(above.source) if above and above.cell_type == "markdown" else None
        return sentence(source) or asked or f"cell {self.codes}"


def _summary(notebook: Any, fragments: list[Fragment]) -> Markup | None:
    """Return the text of the first cell, where that is title and text alone."""
    first = (
        fragments[0].html if fragments and notebook.cells[0].cell_type == "markdown" else Markup()
    )
    return first if first and "<h" not in first else None


def _built_from(notebook: Any) -> dict[str, str]:
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    records = [output.data[RECORD] for output in outputs if RECORD in output.get("data", {})]
    return {record["name"]: record["value"] for record in records if record.get("unit") == CHECKSUM}
