"""Markdown to HTML with headings that can be linked to, each id used once on its page."""

import re
from dataclasses import dataclass, field
from html import escape
from typing import Any

from latex2mathml.converter import convert
from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from replicate.publication.colours import coloured

RESERVED = ("content", "contents", "built-from")
"""Ids that the page's own parts have."""


@dataclass(frozen=True)
class Heading:
    """A heading of a page: its text without markup, and the id to link to."""

    text: str
    id: str
    level: int


@dataclass
class Outline:
    """The headings of a page so far.

    Examples
    --------
    >>> outline = Outline()
    >>> [outline.add(text, 2).id for text in ("Where was it recorded?", "Where was it recorded?", "Contents", "…")]
    ['where-was-it-recorded', 'where-was-it-recorded-2', 'contents-2', 'section']
    """

    title: str | None = None
    headings: list[Heading] = field(default_factory=list)

    def add(self, text: str, level: int) -> Heading:
        """Take a heading into the outline under an id of its own."""
        slug = re.sub(r"[^\w]+", "-", text.casefold()).strip("-") or "section"
        taken = {*RESERVED, *(heading.id for heading in self.headings)}
        ids = (slug if number == 1 else f"{slug}-{number}" for number in range(1, len(taken) + 2))
        heading = Heading(
            text, next(candidate for candidate in ids if candidate not in taken), level
        )
        self.headings.append(heading)
        return heading

    @property
    def contents(self) -> list[Heading]:
        """The headings a contents list names: those of the second level."""
        return [heading for heading in self.headings if heading.level == 2]


class PageRenderer(IPythonRenderer):
    """Writes headings with ids into an outline; the first of the first level is the page's title and stands outside the text."""

    def __init__(self, outline: Outline, **options: Any) -> None:
        super().__init__(escape=False, allow_harmful_protocols=False, **options)
        self.outline = outline

    def heading(self, text: str, level: int, **attrs: Any) -> str:  # noqa: ARG002 - mistune's signature
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
        return f'<pre class="printed" tabindex="0" role="group" aria-label="An example"><code>{html}</code></pre>\n'

    def inline_math(self, body: str) -> str:
        """Write a formula inside a line."""
        return mathml(body)

    def block_math(self, body: str) -> str:
        """Write a formula on a line of its own."""
        return mathml(body, block=True)

    def latex_environment(self, name: str, body: str) -> str:
        """Write an environment, such as an array, on a line of its own."""
        return mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", block=True)


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


def mathml(latex: str, *, block: bool = False) -> str:
    r"""Turn LaTeX into MathML, which browsers show and screen readers read without a script.

    A paragraph's own formula stands on a line of its own.

    Examples
    --------
    >>> mathml("x^2").startswith('<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline">')
    True
    """
    text: str = convert(latex.strip(), display="block" if block else "inline")
    return text
