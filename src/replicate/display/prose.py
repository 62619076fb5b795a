"""Sentences whose numbers come from variables."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from inspect import cleandoc
from string import Formatter
from typing import Any

from replicate.vocabulary.numbers import number

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_ALLOWED = re.compile(
    rf"""\b(?:
        (?:\d{{1,2}}\ (?:{_MONTHS})\ )?(?:19|20)\d\d(?:/\d\d|-\d\d|-Q[1-4])?   # years, financial years, months, quarters, dates
      | Q[1-4]
      | [Cc]odes?\ \d+[A-Z]?(?:(?:,\ |\ and\ |\ or\ )\d+[A-Z]?)*                  # offence codes, so called
      | \d{{1,3}}[A-Z]                                                        # offence codes with a letter
      | [A-Z]{{1,4}}\d+[a-z]?                                                 # ids of claims and tables
    )\b""",
    re.VERBOSE,
)
_MARKUP = str.maketrans({mark: f"&#{ord(mark)};" for mark in "&<>\"'\\`*_[]~|$#"})
"""What HTML or Markdown would read as markup → the same sign as an entity."""


@dataclass(frozen=True)
class Prose:
    """Markdown for a reader; its values are escaped."""

    markdown: str
    text: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/markdown": self.markdown, "text/plain": self.text}

    def __str__(self) -> str:
        return self.text


def prose(template: str, **values: str) -> Prose:
    """Fill a template with values that were written by `number`, `percent`, `interval`, or that are names.

    A number typed into the template is refused: it would stay when the data change. What names a thing may hold
    digits: years (1900 to 2099), financial years (2023/24), quarters (2024-Q1), dates (23 April 2026), claims and
    tables (C01, TS021), offence codes (17A, or after the word "code").

    Parameters
    ----------
    template
        Markdown with `{name}` where values go.
    values
        Texts; whatever in them could be read as HTML or Markdown is escaped.

    Returns
    -------
    Prose
        Shown by a notebook as Markdown.

    Raises
    ------
    ValueError
        When the template holds a typed number, a field with a format, or a field without a value.
    TypeError
        When a value is a bare number: its unit and precision are not known.

    Examples
    --------
    >>> print(prose("In 2024 the police recorded {n}.", n="102,878 offences"))
    In 2024 the police recorded 102,878 offences.
    >>> prose("The police recorded 102,878 offences.")
    Traceback (most recent call last):
    ...
    ValueError: a number typed into prose: '102,878' in 'The police recorded 102,878 offences.'; give it as a value
    """
    template = cleandoc(template)
    parts = list(Formatter().parse(template))
    _check_template(template, "{}".join(literal for literal, *_ in parts))
    if formatted := [
        name for _, name, spec, conversion in parts if spec or conversion or name == ""
    ]:
        raise ValueError(
            f"field '{formatted[0]}': a field is a name alone; format the value with number() or percent()"
        )
    _check_values(values, {name for _, name, *_ in parts if name is not None})
    escaped = {name: value.translate(_MARKUP) for name, value in values.items()}
    return Prose(markdown=template.format_map(escaped), text=template.format_map(values))


def points(texts: Iterable[str]) -> Prose:
    """Show computed sentences as a list.

    Examples
    --------
    >>> print(points(["Kent: 3 offences.", "Essex: none."]))
    - Kent: 3 offences.
    - Essex: none.
    """
    named = {f"point{place}": text for place, text in enumerate(texts)}
    return prose("\n".join(f"- {{{name}}}" for name in named), **named)


def counted(count: int, one: str, many: str) -> str:
    """Return a count and what is counted, in the singular for one.

    Examples
    --------
    >>> counted(1, "way", "ways"), counted(2300, "way", "ways")
    ('1 way', '2,300 ways')
    """
    return f"{number(count)} {one if count == 1 else many}"


def _check_template(template: str, literal: str) -> None:
    if typed := re.search(r"\d[\d,.]*\d|\d", _ALLOWED.sub("", literal)):
        raise ValueError(
            f"a number typed into prose: '{typed[0]}' in '{template}'; give it as a value"
        )


def _check_values(values: dict[str, str], fields: set[str]) -> None:
    if bare := [name for name, value in values.items() if not isinstance(value, str)]:
        raise TypeError(
            f"value of '{bare[0]}' is not text: write it with number(), percent() or interval(), which give it a unit"
        )
    if fields != set(values):
        raise ValueError(f"template and values differ in {sorted(fields ^ set(values))}")
