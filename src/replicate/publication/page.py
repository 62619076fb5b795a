"""An executed notebook read as a page: title, answer, sections in order, appendix.

Cells are read in order. Markdown is rendered with ids for its headings and MathML for its
formulae; each output becomes a fragment, or a reason to refuse the page; code and parameters go
to the appendix. A section whose heading's cell is tagged `fold`, or named in `FOLDED`, folds;
one tagged `appendix` goes to the end.
"""

import ast
import re
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from html import escape, unescape
from itertools import groupby
from typing import Any
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag
from latex2mathml.converter import convert
from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import TagRemovePreprocessor
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]

from replicate.display.figure import drawing
from replicate.display.markup import SHOWN
from replicate.publication.gate import PLACEHOLDER, refuse, refuse_untrue
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.runs import HIDDEN_INPUT, INJECTED, PARAMETERS, RECORD, assigned

CHECKSUM = "sha256"
"""The unit of a recorded value that says what a page was built from."""

FOLDED = ("Explore", "Data", "Question", "Robustness")
"""How the titles of sections begin that fold without a tag."""

RESERVED = ("content", "contents", "built-from", "download", "appendix", "code", "parameters")
"""Ids that the page's own parts have."""

EVERYTHING = frozenset({"markdown", "code", "raw", "input", "output"})
"""What of a notebook a page can show."""


@dataclass(frozen=True)
class Fragment:
    """A piece of a page.

    Attributes
    ----------
    kind
        `html`, `prose` (computed sentences), `text` (as a terminal prints it) or `note` (a
        warning); the template knows each.
    html
        Its content, escaped already.
    section, place
        The heading of the section that folds, and `fold` or `appendix`; empty in the text.
    """

    kind: str
    html: Markup
    section: Markup | None = None
    place: str = ""


@dataclass(frozen=True)
class Parameter:
    """A parameter: value, default where another value was given, and what it means."""

    name: str
    value: str
    default: str | None
    meaning: str


@dataclass(frozen=True)
class Shown:
    """A table, figure or verdict of a notebook: its cell, its bundle, and its output's data."""

    cell: str
    bundle: dict[str, Any]
    data: dict[str, Any]

    @property
    def kind(self) -> str:
        """What it is: a table, a figure, a verdict."""
        return str(self.bundle["kind"])

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.bundle["name"])

    @property
    def anchor(self) -> str:
        """Its id on a page."""
        return anchor(self.kind, self.name)

    @property
    def svg(self) -> str:
        """The drawing of a figure."""
        return drawing(self.data["text/html"])

    @property
    def png(self) -> bytes:
        """The picture of a figure; nothing where the run made none."""
        return b64decode(self.data.get("image/png", ""))


def anchor(kind: str, name: str) -> str:
    """Return the id that a figure, a table or a verdict has on its page."""
    return f"{({'figure': 'fig', 'table': 'tab'}).get(kind, kind)}-{name}"


def outputs(notebook: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the data of each output of a notebook, with the id of its cell."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield cell["id"], output.get("data", {})


def shown(notebook: Any) -> Iterator[Shown]:
    """Yield what an executed notebook shows, in its order."""
    return (Shown(cell, data[SHOWN], data) for cell, data in outputs(notebook) if SHOWN in data)


@dataclass(frozen=True)
class Heading:
    """A heading of a page: its text without markup, and the id to link to."""

    text: str
    id: str
    level: int


@dataclass
class Outline:
    """The headings of a page so far, and the formulae that could not be shown as such.

    Examples
    --------
    >>> outline = Outline()
    >>> [outline.add(text, 2).id for text in ("Where?", "Where?", "Contents", "…")]
    ['where', 'where-2', 'contents-2', 'section']
    """

    title: str | None = None
    headings: list[Heading] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def add(self, text: str, level: int) -> Heading:
        """Take a heading into the outline under an id of its own."""
        taken = {*RESERVED, *(heading.id for heading in self.headings)}
        first = free = slug(text)
        number = 1
        while free in taken:
            number += 1
            free = f"{first}-{number}"
        self.headings.append(Heading(text, free, level))
        return self.headings[-1]


def slug(text: str) -> str:
    """Make an id of a heading.

    Examples
    --------
    >>> slug("Where was it recorded?")
    'where-was-it-recorded'
    """
    return re.sub(r"[^\w]+", "-", text.casefold()).strip("-") or "section"


@dataclass
class Page:
    """A notebook as a template needs it.

    Attributes
    ----------
    name, outline
        What the notebook is called, and its headings.
    shown
        Its tables, figures and verdicts, as they say of themselves.
    built_from
        The tables it used, as names and sha256, from what it recorded in that unit.
    parameters
        What the notebook ran with.
    fragments
        The page's pieces in order.
    code
        What each cell is called, and its code.
    warnings
        What a reader sees otherwise than its author meant it, with notebook and cell.
    """

    name: str
    outline: Outline
    shown: list[Shown]
    built_from: dict[str, str]
    parameters: list[Parameter]
    fragments: list[Fragment] = field(default_factory=list)
    code: list[tuple[str, Markup]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The first heading of the first level; where there is none, the notebook's name."""
        return self.outline.title or self.name.replace("_", " ")

    @property
    def contents(self) -> list[Heading]:
        """The headings of the second level."""
        return [heading for heading in self.outline.headings if heading.level == 2]

    @property
    def finding(self) -> str:
        """Its first computed sentence; empty where there is none."""
        return next(self._texts("prose"), "").partition(". ")[0].rstrip(".")

    @property
    def description(self) -> str:
        """Its first computed sentences, else its first text, shortened."""
        return shortened(next(self._texts("prose", "html"), ""))

    def _texts(self, *kinds: str) -> Iterator[str]:
        for kind in kinds:
            for one in self.fragments:
                if one.kind == kind and not one.place:
                    yield one.html.striptags()

    def sections(self, appendix: bool) -> list[tuple[Markup | None, list[Fragment]]]:
        """Return the pieces of the text, or of the appendix, by the section that folds."""
        chosen = [one for one in self.fragments if (one.place == "appendix") is appendix]
        return [(head, list(part)) for head, part in groupby(chosen, lambda one: one.section)]


def shortened(text: str, most: int = 300) -> str:
    """Return as many whole sentences, else words, as fit."""
    if len(text) <= most:
        return text
    sentences = re.match(rf"(.{{40,{most}}}[.?!])(?=\s)", text)
    return sentences[1] if sentences else f"{text[: most - 1].rpartition(' ')[0]}…"


def read_page(
    notebook: Any, *, name: str, folder: str = ".", parts: Collection[str] = EVERYTHING
) -> Page:
    """Read an executed notebook.

    Parameters
    ----------
    notebook
        As nbformat reads it.
    name
        What it is called, for the title where it has none, and for errors.
    folder
        Where it lies, so that images it names can be put into the page.
    parts
        What of it is wanted (see `EVERYTHING`).

    Raises
    ------
    RunError
        When a cell ended in an error, or puts on the page what no page may hold; the cell and the
        heading above are named.
    """
    kept = without_removed(notebook)
    records = [data[RECORD] for _, data in outputs(notebook) if RECORD in data]
    used = {one["name"]: one["value"] for one in records if one.get("unit") == CHECKSUM}
    page = Page(name, Outline(), list(shown(kept)), used, parameters(kept))
    reader = _Reader(page, folder, parts)
    reader.read(kept)
    return page


def without_removed(notebook: Any) -> Any:
    """Return a notebook without the cells and outputs that its author's tags remove."""
    tags = {"remove_cell_tags": {"remove-cell"}, "remove_all_outputs_tags": {"remove-output"}}
    remover = TagRemovePreprocessor(enabled=True, **tags)  # type: ignore[no-untyped-call]
    kept, _ = remover(deepcopy(notebook), {})
    return kept


@dataclass
class _Reader:
    """Reads cells into a page, and remembers the tables and the section so far."""

    page: Page
    folder: str
    parts: Collection[str]
    tables: int = 0
    section: Fragment | None = None
    level: int = 0

    def read(self, notebook: Any) -> None:
        """Read every cell."""
        page = self.page
        for number, cell in enumerate(notebook.cells, 1):
            if cell.cell_type not in self.parts:
                continue
            heads = page.outline.headings
            place = f"Cell {number}" + (f", under '{heads[-1].text}'" if heads else "")
            where = f"{page.name}, {place[:1].lower()}{place[1:]}"
            if cell.cell_type == "code":
                self._code(cell, place, where)
            for piece in self._pieces(cell, where):
                refuse(str(piece.html), where=where)
                at = self.section or piece
                page.fragments.append(replace(piece, section=at.section, place=at.place))
            for formula in page.outline.unread:
                page.warnings.append(f"{where}: a formula is shown as text: {formula[:60]}")
            page.outline.unread.clear()
        page.fragments = [_linked(one, page.outline.headings) for one in page.fragments]

    def _pieces(self, cell: Any, where: str) -> Iterator[Fragment]:
        if cell.cell_type == "markdown":
            html = self._markdown(cell.source, dict(cell.get("attachments", {})))
            yield Fragment("html", self._placed(html, _tags(cell)))
        elif cell.cell_type == "raw":
            kind = str(cell.metadata.get("raw_mimetype") or cell.metadata.get("format"))
            yield from self._data({kind: cell.source, "text/plain": cell.source}, {})
        elif "output" in self.parts:
            for output in cell.outputs:
                yield from self._output(output, where)

    def _code(self, cell: Any, place: str, where: str) -> None:
        hidden = {INJECTED, HIDDEN_INPUT} | ({PARAMETERS} if self.page.parameters else set())
        if "input" in self.parts and not _tags(cell) & hidden and cell.source.strip():
            html = coloured(cell.source)
            refuse(str(html), where=where)
            self.page.code.append((sentence(cell.source) or place, html))

    def _output(self, output: Any, where: str) -> Iterator[Fragment]:
        if output.output_type == "error":
            raise RunError(
                "an executed notebook with an error in it",
                where=where,
                got=f"{output.ename}: {output.evalue}",
                hint="run it again",
            )
        if output.output_type == "stream":
            yield Fragment("note" if output.name == "stderr" else "text", printed(output.text))
        else:
            refuse_untrue(output.data, where=where)
            if RECORD not in output.data:
                yield from self._data(output.data, output.metadata)

    def _data(self, data: Any, metadata: Any) -> Iterator[Fragment]:
        """Yield the richest form of what is shown; nothing where it has nothing for readers."""
        pictures = [kind for kind in ("image/svg+xml", "image/png", "image/jpeg") if kind in data]
        if "text/html" in data:
            html = data["text/html"].strip()
            if not re.fullmatch(r"(<style((?!<style).)*</style>)?", html, re.DOTALL):
                yield Fragment("html", self._accessible(html))  # the page has its own styles
        elif "text/markdown" in data:
            yield Fragment("prose", self._markdown(data["text/markdown"]))
        elif "text/latex" in data:
            latex = data["text/latex"].replace(r"\[", "$$").replace(r"\]", "$$")
            yield Fragment("html", self._markdown(latex))
        elif pictures:
            yield Fragment("html", _image(pictures[0], data[pictures[0]], metadata))
        elif text := data.get("text/plain", "").strip():
            yield Fragment("text", printed(text))

    def _markdown(self, source: str, attachments: dict[str, Any] | None = None) -> Markup:
        html = render(source, self.page.outline, attachments=attachments, folder=self.folder)
        return self._accessible(html)

    def _accessible(self, html: str) -> Markup:
        if "<table" in html and 'class="table-scroll"' not in html:
            self.tables += 1
            html = accessible(html, f"Table {self.tables}")
        return Markup(html)  # noqa: S704 - the author's own, which the gate parses

    def _placed(self, html: Markup, tags: set[str]) -> Markup:
        """Note where the section that a cell begins goes, and take its heading from the text."""
        head = re.match(r"<h(\d) [^>]*>(.*?)</h\d>\s*", html)
        if not head or (self.section and self.level < int(head[1])):
            return html
        self.level, title = int(head[1]), Markup(head[2]).striptags()  # noqa: S704 - tags go
        usual = "fold" if self.level == 2 and title.startswith(FOLDED) else ""
        place = next((tag for tag in ("appendix", "fold") if tag in tags), usual)
        heading = Markup(head[0].strip())  # noqa: S704 - rendered above
        self.section = Fragment("html", heading, heading, place) if place else None
        return html[head.end() :] if place else html


def _tags(cell: Any) -> set[str]:
    return {*cell.metadata.get("tags", [])}


def _linked(piece: Fragment, headings: Collection[Heading]) -> Fragment:
    """Lead links to headings, as JupyterLab writes them, to the ids that the headings have here."""
    ids = {heading.id for heading in headings}

    def lead(match: re.Match[str]) -> str:
        tried = (match[1], slug(unquote(match[1])))
        return f'href="#{next((name for name in tried if name in ids), match[1])}"'

    html = Markup(re.sub(r'href="#([^"]+)"', lead, piece.html))  # noqa: S704 - as it was
    return replace(piece, html=html)


# Markdown and formulae.


class PageRenderer(IPythonRenderer):
    """Writes headings with ids into an outline.

    The first of the first level is the page's title and stands outside the text.
    """

    def __init__(self, outline: Outline, **options: Any) -> None:
        super().__init__(escape=False, allow_harmful_protocols=False, **options)
        self.outline = outline

    def heading(self, text: str, level: int, **attrs: Any) -> str:  # noqa: ARG002 - mistune's
        """Write a heading; a second one of the first level is one of the second."""
        plain = Markup(text).striptags()  # noqa: S704 - to take the tags out
        if level == 1 and self.outline.title is None:
            self.outline.title = plain
            return ""
        heading = self.outline.add(plain, max(level, 2))
        return f'<h{heading.level} id="{heading.id}">{text}</h{heading.level}>\n'

    def block_code(self, code: str, info: str | None = None) -> str:
        """Write an example, Python's in colour, which can be scrolled with the keyboard."""
        html = coloured(code) if info == "python" else escape(code.rstrip())
        return (
            '<pre class="printed" tabindex="0" role="group" aria-label="An example">'
            f"<code>{html}</code></pre>\n"
        )

    def inline_math(self, body: str) -> str:
        """Write a formula inside a line."""
        return self._math(body, "inline")

    def block_math(self, body: str) -> str:
        """Write a formula on a line of its own."""
        return self._math(body, "block")

    def latex_environment(self, name: str, body: str) -> str:
        """Write an environment, such as an array, on a line of its own."""
        return self._math(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")

    def _math(self, body: str, display: str) -> str:
        try:
            return mathml(body, display)
        except ValueError:
            self.outline.unread.append(body.strip())
            return f'<code class="formula">{escape(body.strip())}</code>' if body.strip() else ""

    def _src_to_base64(self, src: str) -> str | None:
        return super()._src_to_base64(unquote(src))


_AS_KNOWN = {
    r"\\(?:label|nonumber|notag)\b(?:\s*\{[^}]*\})?": "",
    r"\\(?:eq)?ref\s*\{([^}]*)\}": r"\\text{(\1)}",
    r"\\arg\s*\\(max|min)(?![a-z])": r"\\arg\1",
    r"\\operatorname\*?\s*\{([^}]*)\}": r"\\mathrm{\1}",
    r"(begin|end)\{eqnarray\*?\}": r"\1{align*}",
}
"""What latex2mathml does not know → what it does."""


def mathml(latex: str, display: str = "inline") -> str:
    r"""Turn LaTeX into MathML, which browsers show and screen readers read without a script.

    Raises
    ------
    ValueError
        When it cannot be read, or something of it would be printed as LaTeX.

    Examples
    --------
    >>> mathml("x^2").startswith('<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline">')
    True
    """
    text = latex.strip()
    if "eqnarray" in text:  # which has a column for the relation
        text = re.sub(r"&([^&]*)&", r"&\1 ", text)
    for unknown, known in _AS_KNOWN.items():
        text = re.sub(unknown, known, text)
    try:
        html = str(convert(text, display=display))
    except Exception as error:  # latex2mathml has an exception of its own for each fault
        raise ValueError(f"not a formula: {latex}") from error
    signs = [unescape(sign) for sign in re.findall(r"<m[ion]\b[^>]*>([^<]*)(?=<)", html)]
    odd = [sign for sign in signs if sign.startswith("\\") or (sign == "&" and r"\&" not in text)]
    braces = re.sub(r"\\[{}]", "", text)
    if odd or braces.count("{") != braces.count("}"):
        raise ValueError(f"not a formula that MathML can show: {latex}")
    return html


def render(
    source: str, outline: Outline, *, attachments: dict[str, Any] | None = None, folder: str = ""
) -> str:
    """Render Markdown, and take its headings into the outline.

    Parameters
    ----------
    source
        Markdown, as a cell or an output holds it; its author's HTML is kept.
    outline
        The page's headings so far.
    attachments
        Images that a cell carries.
    folder
        Where images that it names are looked for, to be put into the page.
    """
    renderer = PageRenderer(
        outline, attachments=attachments or {}, embed_images=bool(folder), path=folder
    )
    return str(MarkdownWithMath(renderer=renderer).render(source)).strip()


# Text, code, images and tables.

_TERMINAL = re.compile(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-_]")
"""What a terminal takes for a colour, a place or an address, and nobody is to read."""


def printed(text: str) -> Markup:
    r"""Return what was printed, as a terminal would show it at last.

    Examples
    --------
    >>> printed("\x1b[31mred\x1b[0m & 10 %\r100 %\n")
    Markup('100 %')
    """
    plain = _TERMINAL.sub("", text).replace("\r\n", "\n")
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in plain.split("\n"))
    kept = "\n".join(re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", line) for line in lines)
    return Markup(escape(kept.rstrip()))  # noqa: S704 - escaped


def coloured(source: str) -> Markup:
    """Return Python as HTML with a class for each kind of token."""
    formatter = HtmlFormatter(nowrap=True)
    html = highlight(source.strip("\n"), get_lexer_by_name("ipython3"), formatter)
    return Markup(html)  # noqa: S704 - Pygments escapes


def sentence(source: str) -> str:
    r"""Return the comment that a cell begins with, if any.

    Examples
    --------
    >>> sentence("# Count by year\nseries = count()"), sentence("x = 1  # one")
    ('Count by year', '')
    """
    first = source.strip().partition("\n")[0]
    return first.lstrip("# ").strip() if first.startswith("#") else ""


def parameters(notebook: Any) -> list[Parameter]:
    """Read what a notebook ran with, from its tagged cell and the cell that papermill added.

    Nothing where they are not plain Python: papermill lets IPython's magic commands pass.
    """
    cells = {tag: cell.source for cell in notebook.cells for tag in _tags(cell)}
    source = cells.get(PARAMETERS, "")
    try:
        defaults, given = assigned(source), assigned(cells.get(INJECTED, ""))
    except SyntaxError:
        return []
    lines = source.encode().splitlines()
    meanings: dict[str, str] = {}
    for node in ast.parse(source).body:
        rest = lines[(node.end_lineno or 0) - 1][node.end_col_offset :].decode()
        meanings |= dict.fromkeys(assigned(ast.unparse(node)), rest.lstrip("# ").strip())
    found = []
    for name, default in defaults.items():
        value, usual = as_words(given.get(name, default)), as_words(default)
        found.append(Parameter(name, value, None if value == usual else usual, meanings[name]))
    return found


def as_words(text: str) -> str:
    """Write a value for readers: text without quotes, a list with commas, nothing as "none"."""
    try:
        value = ast.literal_eval(text)
    except ValueError:
        return text
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value) or "none"
    return "none" if value in (None, "", {}) else str(value)


def _image(kind: str, content: str, metadata: Any) -> Markup:
    """Return an image inside the page; without an alternative text it will be refused."""
    alt = metadata.get(kind, {}).get("alt") or metadata.get("alt") or PLACEHOLDER
    if kind == "image/svg+xml":
        content = b64encode(content.encode()).decode()
    address = f"data:{kind};base64,{''.join(content.split())}"
    return Markup('<img src="{}" alt="{}">').format(address, alt)


_NUMBER = re.compile(r"[-+−]?[\d,.]+(e[-+]?\d+)?%?|NaN|nan|<NA>")


def accessible(html: str, name: str) -> str:
    """Return HTML whose tables have scopes and a region to scroll in.

    Parameters
    ----------
    html
        What pandas, statsmodels or Markdown wrote.
    name
        What to call the table, or the first of several; unique on its page.
    """
    soup = BeautifulSoup(html, "html.parser")
    for style in soup.find_all("style", attrs={"scoped": True}):
        style.decompose()
    for number, table in enumerate(soup.find_all("table"), 1):
        del table["border"]
        for row in table.find_all("tr"):
            del row["style"]
            _tidy_row(row)
        label = name if number == 1 else f"{name}, part {number}"
        told = {"aria-label": label, "class": "table-scroll", "role": "region", "tabindex": "0"}
        table.wrap(soup.new_tag("div", attrs=told))
    return str(soup).strip()


def _tidy_row(row: Tag) -> None:
    cells = row.find_all(["th", "td"])
    heads = all(cell.name == "th" or not cell.get_text().strip() for cell in cells)
    for cell in cells:
        text = cell.get_text().strip()
        del cell["style"]
        if cell.name == "th" and not text:
            cell.name = "td"
        elif cell.name == "th":
            cell["scope"] = "col" if heads else "row"
        elif _NUMBER.fullmatch(text):
            cell["class"] = "number"
