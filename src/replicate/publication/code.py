"""Code as readers see it, with a sentence that says what it does; parameters as a table."""

import ast
import io
import re
import tokenize
from dataclasses import dataclass

from markupsafe import Markup

from replicate.publication.markdown import Outline, render
from replicate.vocabulary.runs import assigned


def sentence(source: str) -> str | None:
    r"""Return the comment that a cell begins with, or None.

    Examples
    --------
    >>> sentence("# Count by year\nseries = count()"), sentence("x = 1  # one")
    ('Count by year', None)
    """
    first = source.strip().partition("\n")[0]
    return first.lstrip("# ").strip() or None if first.startswith("#") else None


def question(source: str) -> str | None:
    r"""Return the question that a Markdown cell ends with, which the code below it answers, or None.

    Examples
    --------
    >>> question("## Counts\n\nAll are *recorded*. How many were\nthere?"), question("Which? See below.")
    ('How many were there?', None)
    """
    last = source.strip().rpartition("\n\n")[2]
    text = "" if last.startswith("#") else Markup(render(last, Outline())).striptags()  # noqa: S704 - to take the tags out
    ending = re.split(r"(?<=[.!?])\s+(?=\W?[A-Z])", text)[-1]
    return ending if ending.endswith("?") else None


@dataclass(frozen=True)
class Parameter:
    """A parameter as a page shows it: value, default where another value was given, and what it means."""

    name: str
    value: str
    default: str | None
    meaning: str


def parameters(tagged: str, injected: str) -> list[Parameter]:
    r"""Read the parameters of a page from its tagged cell and the cell that papermill added.

    Examples
    --------
    >>> for parameter in parameters("period = '2024'  # a period\nforces = []", "forces = ['Kent', 'Essex']"):
    ...     print(parameter)
    Parameter(name='period', value='2024', default=None, meaning='a period')
    Parameter(name='forces', value='Kent, Essex', default='none', meaning='')
    """
    defaults, given, meanings = assigned(tagged), assigned(injected), _comments(tagged)
    found = []
    for name, default in defaults.items():
        value, usual = _words(given.get(name, default)), _words(default)
        found.append(
            Parameter(name, value, usual if value != usual else None, meanings.get(name, ""))
        )
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
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }
    lines = {
        name: node.end_lineno or 0
        for node in ast.parse(source).body
        for name in assigned(ast.unparse(node))
    }
    return {name: comments[line] for name, line in lines.items() if line in comments}
