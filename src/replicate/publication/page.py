"""An executed notebook read as a page: title, answer, sections in order, appendix.

Cells are read in order. Markdown is rendered with ids for its headings and MathML for its
formulae; each output becomes a fragment, or a reason to refuse the page; code and parameters go
to the appendix. A section whose heading's cell is tagged `fold`, or named in `FOLDED`, folds;
one tagged `appendix` goes to the end.
"""

import ast
import io
import re
import tokenize
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from itertools import groupby
from typing import Any
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag
from latex2mathml.converter import convert
from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]

from replicate.display.bundle import SHOWN, drawing
from replicate.ledger import Verdict
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
    section: str = ""
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
    def png(self) -> bytes | None:
        """The picture of a figure, where the run made one."""
        return b64decode(self.data["image/png"]) if "image/png" in self.data else None


def anchor(kind: str, name: str) -> str:
    """Return the id that a figure, a table or a verdict has on its page."""
    return f"{({'figure': 'fig', 'table': 'tab'}).get(kind, kind)}-{name}"


def shown(notebook: Any) -> Iterator[Shown]:
    """Yield what an executed notebook shows, in its order."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if SHOWN in (data := output.get("data", {})):
                yield Shown(cell["id"], data[SHOWN], data)


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
        first = slug(text)
        ids = (first if number == 1 else f"{first}-{number}" for number in range(1, len(taken) + 2))
        free = next(candidate for candidate in ids if candidate not in taken)
        heading = Heading(text, free, level)
        self.headings.append(heading)
        return heading

    @property
    def contents(self) -> list[Heading]:
        """The headings a contents list names: those of the second level."""
        return [heading for heading in self.headings if heading.level == 2]


def slug(text: str) -> str:
    """Make an id of a heading.

    Examples
    --------
    >>> slug("Where was it recorded?")
    'where-was-it-recorded'
    """
    return re.sub(r"[^\w]+", "-", text.casefold()).strip("-") or "section"


@dataclass(frozen=True)
class Page:
    """What a template needs to know of a notebook.

    Attributes
    ----------
    title
        The first heading of the first level; where there is none, the notebook's name.
    description
        Its finding in a sentence or two.
    contents
        The headings of the second level.
    fragments
        The page's pieces in order.
    code
        What each cell is called, and its code.
    parameters
        What the notebook ran with.
    built_from
        The tables it used, as names and sha256, from what it recorded in that unit.
    shown
        Its tables, figures and verdicts, as they say of themselves.
    warnings
        What a reader sees otherwise than its author meant it, with notebook and cell.
    """

    title: str
    description: str
    contents: list[Heading]
    fragments: list[Fragment]
    code: list[tuple[str, Markup]]
    parameters: list[Parameter]
    built_from: dict[str, str]
    shown: list[Shown]
    warnings: list[str]

    @property
    def verdicts(self) -> list[tuple[str, str]]:
        """The claims whose verdicts the page shows, each with what a reader sees of it."""
        boxes = (one for one in self.shown if one.kind == "verdict")
        return [(one.name, Verdict(one.bundle["verdict"]).label) for one in boxes]

    def sections(self, appendix: bool) -> list[tuple[Markup, list[Fragment]]]:
        """Return the pieces of the text, or of the appendix, by the section that folds."""
        chosen = [one for one in self.fragments if (one.place == "appendix") is appendix]
        parts = groupby(chosen, lambda one: one.section)
        return [(Markup(head), list(part)) for head, part in parts]  # noqa: S704 - rendered above


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
    reader = _Reader(without_removed(notebook), name, folder, parts)
    fragments = [piece for number in range(len(reader.cells)) for piece in reader.read(number)]
    outline = reader.outline
    return Page(
        outline.title or name.replace("_", " "),
        _description(fragments),
        outline.contents,
        [_linked(piece, outline.headings) for piece in fragments],
        reader.code,
        reader.parameters,
        _built_from(notebook),
        list(shown(reader.notebook)),
        reader.warnings,
    )


def without_removed(notebook: Any) -> Any:
    """Return a notebook without the cells and outputs that its author's tags remove."""
    tagged = [(cell, {*cell.metadata.get("tags", [])}) for cell in notebook.cells]
    if not any(tags & {"remove-cell", "remove-output"} for _, tags in tagged):
        return notebook
    kept = type(notebook)(notebook | {"cells": []})
    for cell, tags in tagged:
        if "remove-cell" in tags:
            continue
        bare = "remove-output" in tags and "outputs" in cell
        kept.cells.append(type(cell)(cell | {"outputs": []}) if bare else cell)
    return kept


@dataclass
class _Reader:
    """Reads cells in order, and remembers the headings, tables and code seen so far."""

    notebook: Any
    name: str
    folder: str
    parts: Collection[str]
    outline: Outline = field(default_factory=Outline)
    parameters: list[Parameter] = field(default_factory=list)
    code: list[tuple[str, Markup]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    tables: int = 0
    place: tuple[int, str, str] | None = None

    @property
    def cells(self) -> Any:
        """The notebook's cells."""
        return self.notebook.cells

    def read(self, number: int) -> Iterator[Fragment]:
        """Yield the pieces of one cell."""
        cell, where = self.cells[number], self._where(number)
        if cell.cell_type not in self.parts:
            return
        for piece in self._pieces(cell, where):
            refuse(str(piece.html), where=where)
            section, place = (self.place[1], self.place[2]) if self.place else ("", "")
            yield Fragment(piece.kind, piece.html, section, place)
        for formula in self.outline.unread:
            self.warnings.append(f"{where}: a formula is shown as text: {formula[:60]}")
        self.outline.unread.clear()

    def _pieces(self, cell: Any, where: str) -> Iterator[Fragment]:
        if cell.cell_type == "markdown":
            html = self.markdown(cell.source, dict(cell.get("attachments", {})))
            yield Fragment("html", self._placed(html, {*cell.metadata.get("tags", [])}))
        elif cell.cell_type == "raw":
            yield from self._raw(cell)
        else:
            self._code(cell, where)
            if "output" in self.parts:
                yield from (
                    piece for one in cell.outputs if (piece := self._output(one, where=where))
                )

    def _where(self, number: int) -> str:
        heading = f", under '{self.outline.headings[-1].text}'" if self.outline.headings else ""
        return f"{self.name}, cell {number + 1}{heading}"

    def markdown(self, source: str, attachments: dict[str, Any] | None = None) -> Markup:
        """Render Markdown."""
        html = render(source, self.outline, attachments=attachments, folder=self.folder)
        return self._accessible(html)

    def _accessible(self, html: str) -> Markup:
        if "<table" in html and 'class="table-scroll"' not in html:
            self.tables += 1
            html = accessible(html, f"Table {self.tables}")
        return Markup(html)  # noqa: S704 - the author's own, which the gate parses

    def _placed(self, html: Markup, tags: set[str]) -> Markup:
        """Note where the section that a cell begins goes, and take its heading from the text."""
        head = re.match(r"<h(\d) [^>]*>(.*?)</h\d>\s*", html)
        if not head:
            return html
        level, title = int(head[1]), Markup(head[2]).striptags()  # noqa: S704 - to take tags out
        if self.place and self.place[0] < level:
            return html
        usual = "fold" if level == 2 and title.startswith(FOLDED) else ""
        place = next((tag for tag in ("appendix", "fold") if tag in tags), usual)
        self.place = (level, head[0].strip(), place) if place else None
        return html[head.end() :] if place else html

    def _raw(self, cell: Any) -> Iterator[Fragment]:
        """Show a raw cell as what its author says it is, else as text."""
        kind = str(cell.metadata.get("raw_mimetype") or cell.metadata.get("format") or "")
        if kind == "text/html":
            yield Fragment("html", self._accessible(cell.source))
        elif kind == "text/markdown":
            yield Fragment("html", self.markdown(cell.source))
        elif cell.source.strip():
            yield Fragment("text", printed(cell.source))

    def _code(self, cell: Any, where: str) -> None:
        tags = {*cell.metadata.get("tags", [])}
        if PARAMETERS in tags and (found := self._given(cell.source)):
            self.parameters = found
        elif "input" in self.parts and not tags & {INJECTED, HIDDEN_INPUT} and cell.source.strip():
            html = coloured(cell.source)
            refuse(str(html), where=where)
            place = where.removeprefix(f"{self.name}, ")
            self.code.append((sentence(cell.source) or place[:1].upper() + place[1:], html))

    def _given(self, tagged: str) -> list[Parameter]:
        injected = (cell.source for cell in self.cells if INJECTED in cell.metadata.get("tags", []))
        try:
            return parameters(tagged, next(injected, ""))
        except SyntaxError:  # a cell with IPython's magic commands, which papermill lets pass
            return []

    def _output(self, output: Any, *, where: str) -> Fragment | None:
        """Return an output as a fragment; None where it has nothing for readers."""
        if output.output_type == "error":
            raise RunError(
                "an executed notebook with an error in it",
                where=where,
                got=f"{output.ename}: {output.evalue}",
                hint="run it again",
            )
        if output.output_type == "stream":
            return Fragment("note" if output.name == "stderr" else "text", printed(output.text))
        data = output.data
        refuse_untrue(data, where=where)
        if "text/html" in data:
            return self._html(str(data["text/html"]).strip())
        if RECORD in data:
            return None
        if "text/markdown" in data:
            return Fragment("prose", self.markdown(data["text/markdown"]))
        if "text/latex" in data:
            return Fragment("html", self._latex(str(data["text/latex"]).strip()))
        for mime in ("image/svg+xml", "image/png", "image/jpeg"):
            if mime in data:
                return Fragment("html", _image(mime, data[mime], output.metadata))
        text = data.get("text/plain")
        return Fragment("text", printed(text)) if text else None

    def _html(self, html: str) -> Fragment | None:
        style = html.startswith("<style") and html.endswith("</style>")
        if not html or (style and html.count("<style") == 1):
            return None  # the page has a style sheet of its own
        return Fragment("html", self._accessible(html))

    def _latex(self, text: str) -> Markup:
        """Render what `Math` and `Latex` show: a formula, or text with formulae in it."""
        alone = re.fullmatch(r"(\$\$?)([^$]+)\1|\\\[(.+)\\\]|(\\begin\{.+)", text, re.DOTALL)
        if alone:
            formula = alone[2] or alone[3] or alone[4]
            return Markup(f"<p>{self.outline_math(formula)}</p>")  # noqa: S704 - escaped below
        return self.markdown(text.replace("<", "&lt;") if "$" not in text else text)

    def outline_math(self, formula: str) -> str:
        """Render a formula on a line of its own, and note one that can't be."""
        return PageRenderer(self.outline).block_math(formula)


def _description(fragments: Iterable[Fragment]) -> str:
    """Return the first computed sentences of a page, else its first text, shortened."""
    texts = [piece for piece in fragments if piece.kind in ("prose", "html") and not piece.place]
    first = sorted(texts, key=lambda piece: piece.kind != "prose")[:1]
    text = (
        " ".join(BeautifulSoup(str(first[0].html), "html.parser").get_text(" ").split())
        if first
        else ""
    )
    return shortened(text)


def shortened(text: str, most: int = 300) -> str:
    """Return as many whole sentences, else words, as fit."""
    if len(text) <= most:
        return text
    sentences = re.match(rf"(.{{40,{most}}}[.?!])(?=\s)", text)
    return sentences[1] if sentences else f"{text[: most - 1].rpartition(' ')[0]}…"


def _linked(piece: Fragment, headings: Collection[Heading]) -> Fragment:
    """Lead links to headings, as JupyterLab writes them, to the ids that the headings have here."""
    ids = {heading.id for heading in headings}

    def lead(match: re.Match[str]) -> str:
        wanted = match[1] if match[1] in ids else slug(unquote(match[1]))
        return f'href="#{wanted if wanted in ids else match[1]}"'

    html = re.sub(r'href="#([^"]+)"', lead, piece.html)
    return Fragment(piece.kind, Markup(html), piece.section, piece.place)  # noqa: S704


def _built_from(notebook: Any) -> dict[str, str]:
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    records = [output.data[RECORD] for output in outputs if RECORD in output.get("data", {})]
    return {record["name"]: record["value"] for record in records if record.get("unit") == CHECKSUM}


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


def sentence(source: str) -> str | None:
    r"""Return the comment that a cell begins with, or None.

    Examples
    --------
    >>> sentence("# Count by year\nseries = count()"), sentence("x = 1  # one")
    ('Count by year', None)
    """
    first = source.strip().partition("\n")[0]
    return first.lstrip("# ").strip() or None if first.startswith("#") else None


def parameters(tagged: str, injected: str) -> list[Parameter]:
    r"""Read the parameters of a page from its tagged cell and the cell that papermill added.

    Examples
    --------
    >>> for parameter in parameters("period = '2024'  # a period\nforces = []", "forces = ['Kent']"):
    ...     print(parameter)
    Parameter(name='period', value='2024', default=None, meaning='a period')
    Parameter(name='forces', value='Kent', default='none', meaning='')
    """
    defaults, given, meanings = assigned(tagged), assigned(injected), _comments(tagged)
    found = []
    for name, default in defaults.items():
        value, usual = _words(given.get(name, default)), _words(default)
        other = usual if value != usual else None
        found.append(Parameter(name, value, other, meanings.get(name, "")))
    return found


def _words(text: str) -> str:
    """Write a value for readers: text without quotes, a list with commas, nothing as "none"."""
    try:
        value = ast.literal_eval(text)
    except ValueError:
        return text
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value) or "none"
    return "none" if value in (None, "", {}) else str(value)


def _comments(source: str) -> dict[str, str]:
    """Return the comment at the end of each assignment."""
    comments = {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    lines = {
        name: node.end_lineno or 0
        for node in ast.parse(source).body
        for name in assigned(ast.unparse(node))
    }
    return {name: comments[line] for name, line in lines.items() if line in comments}


def _image(mime: str, content: str, metadata: Any) -> Markup:
    """Return an image inside the page; without an alternative text it will be refused."""
    alt = metadata.get(mime, {}).get("alt") or metadata.get("alt") or PLACEHOLDER
    encoded = (
        b64encode(content.encode()).decode()
        if mime == "image/svg+xml"
        else "".join(content.split())
    )
    return Markup('<img src="data:{};base64,{}" alt="{}">').format(mime, encoded, alt)


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
