"""Code with a class for each kind of token, which the style sheet gives a colour."""

from markupsafe import Markup
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]


def coloured(source: str) -> Markup:
    """Return Python as HTML with a class for each kind of token; the style sheet gives the colours."""
    formatter = HtmlFormatter(nowrap=True)
    return Markup(highlight(source.strip("\n"), get_lexer_by_name("ipython3"), formatter))  # noqa: S704 - Pygments escapes
