"""Home Office offence codes: strings, never numbers."""

import re
import unicodedata

_NAMES = ("4.10", "1/4.1/4.10/4.2", "AF", "CIFAS", "FFA UK", "UK Finance")
"""Codes of another form: corporate manslaughter, homicide (four codes joined, in the earliest
sheets), and those of the fraud bodies."""

_BY_NAME = {name.casefold(): name for name in _NAMES}
_NUMBERED = re.compile(
    r"0*([1-9]\d{0,2})(?:\.0+|(\.\d?[1-9])?\s?([A-Z]?))", re.IGNORECASE | re.ASCII
)
_TYPED = re.compile(r"[0-9A-Z][0-9A-Za-z./ ]{0,15}")
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


def is_code(text: str) -> bool:
    """Say whether a person may mean a text as an offence code; the offences table has those known.

    Examples
    --------
    >>> is_code("17B"), is_code("17BB"), is_code("17B;71")
    (True, True, False)
    """
    return bool(_TYPED.fullmatch(text))


def has_form(code: str) -> bool:
    """Say whether a code has the form that codes of the releases have; a new one has it too.

    Examples
    --------
    >>> has_form("17B"), has_form("4.10"), has_form("AF"), has_form("71.0"), has_form("Total")
    (True, True, True, False, False)
    """
    return code in _NAMES or (bool(_NUMBERED.fullmatch(code)) and mend_code(code) == code)
