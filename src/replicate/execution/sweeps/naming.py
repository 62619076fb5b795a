"""Names of runs, made from their values: each is the name of a file and of a page."""

import json
import re
import unicodedata
from collections.abc import Mapping
from string import Formatter

from replicate.vocabulary.errors import InputError, unknown

LONGEST = 150
"""Characters of a name: files put a few more around it, and file systems take 255."""


def slug(value: object) -> str:
    """Write a value with small letters, digits and hyphens only.

    Examples
    --------
    >>> slug("London, City of"), slug("2023/24"), slug(["Dyfed-Powys", "Kent"]), slug("YE 2024-03")
    ('london-city-of', '2023-24', 'dyfed-powys-kent', 'ye-2024-03')
    """
    text = value if isinstance(value, str) else json.dumps(value)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9_.]+", "-", plain).strip("-.")


def run_name(template: str, values: Mapping[str, object], *, where: str) -> str:
    """Fill a template such as `{definition}-{period}` with values.

    Raises
    ------
    InputError
        When it names a value that the run has not, is no template, or leaves no name.

    Examples
    --------
    >>> run_name("{definition}-{period}", {"definition": "child_contact", "period": "2023/24"}, where="name")
    'child_contact-2023-24'
    """
    try:
        parts = [(text, name) for text, name, _, _ in Formatter().parse(template)]
    except ValueError as error:
        raise InputError(
            "a name that can't be read",
            where=where,
            got=template,
            expected="such as '{force}'",
            hint=str(error),
        ) from None
    if strange := [name for _, name in parts if name is not None and name not in values]:
        raise unknown("value in the name of runs", strange[0], values, where=where)
    made = slug(
        "".join(text + (slug(values[name]) if name is not None else "") for text, name in parts)
    )
    if not made or len(made) > LONGEST:
        raise InputError(
            "a run without a name of use",
            where=where,
            got=made,
            expected=f"1 to {LONGEST} characters",
            hint="give `name:`",
        )
    return made
