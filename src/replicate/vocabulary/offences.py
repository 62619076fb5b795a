"""Home Office offence codes: strings, never numbers."""

import re

_FLOAT_NOISE = re.compile(r"\d+\.\d{10,}")
_CODE = re.compile(
    r"[0-9A-Z][0-9A-Za-z./ ]{0,15}"
)  # fraud bodies' codes are names; one early code joins four


def mend_code(raw: str) -> str:
    """Take spreadsheet noise out of an offence code, and leave a true code as it is.

    A workbook that stored codes as numbers gives `37.200000000000003` for 37.2. The code 4.10
    (corporate manslaughter) is not 4.1 (manslaughter), so trailing zeros are kept.

    Examples
    --------
    >>> mend_code("37.200000000000003"), mend_code("4.5999999999999996"), mend_code("4.10")
    ('37.2', '4.6', '4.10')
    """
    code = raw.strip()
    return f"{float(code):.10g}" if _FLOAT_NOISE.fullmatch(code) else code


def is_code(text: str) -> bool:
    """Say whether a text could be an offence code (`17B`, `4.10`, `AF`); whether it is one, the offences table says."""
    return bool(_CODE.fullmatch(text))
