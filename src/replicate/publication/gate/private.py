"""What belongs to a machine or to a person who runs it: paths and secrets."""

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from replicate.vocabulary.errors import RunError

_DATA_URI = re.compile(r"data:[\w/+.;=-]+,[^\"'\s)>]*")
_MACHINE_PATH = re.compile(
    r"(?<![\w./:~-])/(?:home|root|Users)/[\w.-]+|(?<![A-Za-z])[A-Z]:\\[\w .-]+\\"
)
_CALLED = r"password|passwd|secret|api[_-]?key|access[_-]?token|auth[_-]?token"
_SECRETS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "an access key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token": r"\b(?:gh[opsur]_\w{30,}|github_pat_\w{22,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|hf_\w{30,})",
    "a web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "an address with a password": r"\b[a-z][a-z0-9+.-]*://[^\s/:@<>\"']+:[^\s/@<>\"']+@",
    "a value that is called a secret": rf"(?i)\b(?:{_CALLED})\b[\"']?\s*[=:]\s*[\"']?[\w+/.-]{{8,}}",
}
"""What it is → how it looks; by the forms that issuers document, and by names that people give."""


def refuse_private(html: str, *, where: str) -> None:
    """Refuse text that names a path of a machine, or looks like a secret.

    Parameters
    ----------
    html
        A page or a piece of one; pictures and files inside its addresses are left out, since chance makes anything of their letters.
    where
        The notebook, cell and heading, or the page.

    Raises
    ------
    RunError
        Naming the fault; of a secret only its first letters.
    """
    text = _DATA_URI.sub("", html)
    if found := next(_paths(text), None):
        raise RunError(
            "a page that names a path of this machine",
            where=where,
            got=found,
            hint="print the file's name without its folder",
        )
    for what, pattern in _SECRETS.items():
        if match := re.search(pattern, text):
            hint = "take it out, and have it withdrawn where it was issued"
            raise RunError(
                f"a page that holds what looks like {what}",
                where=where,
                got=f"{match[0][:8]}…",
                hint=hint,
            )


def _paths(text: str) -> Iterator[str]:
    yield from (match[0] for match in _MACHINE_PATH.finditer(text))
    for place in _places():
        yield from (
            match[0]
            for match in re.finditer(
                rf"(?<![\w./:~-]){re.escape(place)}(?=[/\\][\w.-])[^\s<>\"']*", text
            )
        )


def _places() -> list[str]:
    """Return the folders of this machine that a page could give away, those of one letter or none apart."""
    places = {Path.home(), Path.cwd(), Path(sys.prefix), Path(tempfile.gettempdir())}
    return sorted(str(place) for place in places if len(place.parts) > 1)
