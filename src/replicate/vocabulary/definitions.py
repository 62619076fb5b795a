"""Home Office offence codes, which are text and never numbers, and named sets of them."""

import re
import unicodedata
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError

from replicate.vocabulary.errors import Fault, InputError, unknown
from replicate.vocabulary.files import Row, shipped_yaml

_NAMES = ("4.10", "1/4.1/4.10/4.2", "AF", "CIFAS", "FFA UK", "UK Finance")
"""Codes of another form: corporate manslaughter, homicide (four codes joined, in the earliest
sheets), and those of the fraud bodies."""

_BY_NAME = {name.casefold(): name for name in _NAMES}
_NUMBERED = re.compile(
    r"0*([1-9]\d{0,2})(?:\.0+|(\.\d?[1-9])?\s?([A-Z]?))", re.IGNORECASE | re.ASCII
)
_TYPED = re.compile(r"[0-9A-Z][0-9A-Za-z./ ]{0,15}")
"""What a person may mean as a code; the offences table has those known."""

_FLOAT_NOISE = re.compile(r"\d+\.\d{10,}")


def mend_code(raw: str) -> str:
    """Take spreadsheet noise out of an offence code, and leave a true code as it is.

    Noise is a float's (a workbook that stored codes as numbers gives `37.200000000000003` for
    37.2, and `71.0` for 71), small letters, leading noughts, and spaces of any kind. The code 4.10
    (corporate manslaughter) is not 4.1 (manslaughter), so its nought stays. What is no code comes
    back as it was.

    Examples
    --------
    >>> mend_code("37.200000000000003"), mend_code("71.0"), mend_code(" 017b"), mend_code("4.10")
    ('37.2', '71', '17B', '4.10')
    """
    seen = (sign for sign in raw if unicodedata.category(sign) != "Cf")  # such as a soft hyphen
    code = " ".join("".join(seen).split())
    if code.casefold() in _BY_NAME:
        return _BY_NAME[code.casefold()]
    if _FLOAT_NOISE.fullmatch(code):
        code = f"{float(code):.10g}"
    parts = _NUMBERED.fullmatch(code)
    return "".join(part or "" for part in parts.groups()).upper() if parts else raw.strip()


def has_form(code: str) -> bool:
    """Say whether a code has the form that codes of the releases have; a new one has it too.

    Examples
    --------
    >>> has_form("17B"), has_form("4.10"), has_form("AF"), has_form("71.0"), has_form("Total")
    (True, True, True, False, False)
    """
    return code in _NAMES or (bool(_NUMBERED.fullmatch(code)) and mend_code(code) == code)


def _valid_codes(codes: tuple[str, ...]) -> tuple[str, ...]:
    mended = tuple(mend_code(code) for code in codes)
    if wrong := [code for code in mended if not _TYPED.fullmatch(code)]:
        raise ValueError(
            f"not an offence code: {wrong[0]!r}; expected a code such as '17B' or '71'"
        )
    if len(set(mended)) < len(mended):
        raise ValueError("the same offence code twice")
    return mended


class Definition(Row):
    """A set of offence codes with the reason for it.

    Attributes
    ----------
    name
        What parameters and the command line call it.
    title
        What a reader reads.
    codes
        Home Office offence codes, in the order given.
    territorial
        Whether British Transport Police is left out of every count.
    rationale, caveat
        Why these codes, and what they miss or take in too much.
    """

    name: str
    title: str
    codes: Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_valid_codes)]
    territorial: bool = False
    rationale: str
    caveat: str


@cache
def _document() -> dict[str, dict[str, Any]]:
    return dict(shipped_yaml("vocabulary", "definitions.yaml"))


@cache
def _defined(part: str) -> dict[str, Definition]:
    return {name: Definition(name=name, **body) for name, body in _document()[part].items()}


def definitions() -> dict[str, Definition]:
    """Return the package's own definitions of child sexual offences by name.

    Examples
    --------
    >>> len(definitions()["child_specific"].codes)
    11
    """
    return _defined("definitions")


def groups() -> dict[str, Definition]:
    """Return the whole groups that recording rates are of: all_crime, violence, sexual_offences.

    Examples
    --------
    >>> "86" in groups()["all_crime"].codes, "86" in groups()["sexual_offences"].codes
    (True, False)
    """
    return _defined("groups")


@cache
def kinds() -> dict[str, str]:
    """Return offence code → kind of offence (contact, grooming and exploitation, images)."""
    return {code: kind for kind, codes in _document()["kinds"].items() for code in codes}


def find_definition(name: str, *, where: str = "definition") -> Definition:
    """Return a definition or a whole group by name, or refuse naming the nearest.

    Raises
    ------
    InputError
        When none has that name.
    """
    every = definitions() | groups()
    if name not in every:
        raise unknown("definition", name, every, where=where)
    return every[name]


def custom_definition(
    codes: tuple[str, ...], *, name: str = "custom", where: str = "codes"
) -> Definition:
    """Make a definition of a reader's own from offence codes.

    Raises
    ------
    InputError
        When a code is malformed or given twice, or none is given.
    """
    try:
        return Definition(
            name=name,
            title=f"Offence codes {', '.join(codes)}",
            codes=codes,
            rationale="Chosen by the reader.",
            caveat="Not one of the package's own definitions.",
        )
    except ValidationError as error:
        raise InputError(
            "codes that make no definition",
            where=where,
            got=",".join(codes),
            expected="offence codes such as 17B,71",
            hint=Fault.of(error).why,
        ) from None


def chosen_definition(name: str | None, codes: str | None) -> Definition:
    """Return the definition a command names, or one made of the codes it lists; one of the two.

    Raises
    ------
    InputError
        When both or neither are given, or either is not valid.

    Examples
    --------
    >>> chosen_definition(None, "17B, 71").codes
    ('17B', '71')
    """
    if name is not None and codes is None:
        return find_definition(name, where="--definition")
    if codes is not None and name is None:
        return custom_definition(tuple(code.strip() for code in codes.split(",")), where="--codes")
    raise InputError(
        "one way of choosing offences is needed",
        where="--definition, --codes",
        got="both" if name else "neither",
        expected="one of the two",
    )
