"""Mathematics as MathML, which browsers show and screen readers read without a script."""

from latex2mathml.converter import convert


def mathml(latex: str, *, block: bool = False) -> str:
    r"""Turn LaTeX into MathML; a paragraph's own formula stands on a line of its own.

    Examples
    --------
    >>> mathml("x^2").startswith('<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline">')
    True
    """
    text: str = convert(latex.strip(), display="block" if block else "inline")
    return text
