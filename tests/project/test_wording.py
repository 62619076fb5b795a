"""What no tracked file may say (apart from files that test what is refused)."""

import json
import re
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

APART = {Path(__file__).relative_to(ROOT)}
"""Files that have to name what is refused."""

EVERYWHERE = {
    "a machine's path": r"(?:^|[^\w./~:-])/(?:root|work|home|Users|farm|tmp)/\w",
    "a package registry's host": r"pypi\.org|pythonhosted|npmjs\.(?:org|com)|yarnpkg\.com|deb\.debian\.org|conda\.anaconda\.org",
    "unfinished work": r"\b(?:TO[D]O|FIX[M]E|X[X]X)\b|⟨",
    "an exclusion from coverage without its reason": r"pragma: no\s+cover\s*$",
    "how the project is made": r"\b(?:C[E]O|steering\s+repo|this\s+session|closing\s+note|language\s+models?|co-authored-by)\b",
}
JUDGING = """
    alarming appalling chilling depraved disgusting epidemic evil explosion explosive heinous horrible horrific horrifying monster monsters
    monstrous plague plagued predator predators predatory scandal scandalous shocking shockingly sickening skyrocket skyrocketed soar soared
    soaring staggering stark starkly surge surged surges surging vile
"""
BLAMING = r"\bchild\s+(?:prostitut(?:e|es|ion)|porn(?:ography)?)\b|\bunderage\s+sex\b"
IN_OUR_OWN_WORDS = {
    "a word that judges": rf"\b(?:{'|'.join(JUDGING.split())})\b",
    "a word that lays it on the child": BLAMING,
}
AMERICAN = r"analyz\w+ behaviors? center(?:s|ed)? colors? colored catalogs? judgments? organiz\w+ recogniz\w+ summariz\w+"
IN_PROSE = {"American spelling": rf"\b(?:{'|'.join(AMERICAN.split())})\b"}
LITERAL = re.compile(r"```.*?```|`[^`]*`|https?://[^\s)>]+", re.DOTALL)
"""Code and addresses: spelt as their owners spell them."""


def faults(text: str, rules: dict[str, str]) -> list[str]:
    """Return `line: rule: match` for every match."""
    found = [
        (rule, match)
        for rule, pattern in rules.items()
        for match in re.finditer(pattern, text, re.IGNORECASE | re.MULTILINE)
    ]
    return [
        f"{text.count(chr(10), 0, match.start()) + 1}: {rule}: {match[0].strip()}"
        for rule, match in found
    ]


def prose(path: Path, text: str) -> str:
    """Return what a person reads as text: a page, or the Markdown cells of a notebook."""
    if path.suffix == ".ipynb":
        cells = (cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")
        text = "\n\n".join("".join(cell["source"]) for cell in cells)
    elif path.suffix != ".md":
        return ""
    return LITERAL.sub(lambda match: "\n" * match[0].count("\n"), text)


@pytest.fixture(scope="module")
def texts(needs: Callable[[str], str]) -> dict[Path, str]:
    """Every tracked file that is text."""
    listed = subprocess.run(
        [needs("git"), "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    return dict(_read(Path(name) for name in listed.split("\0") if name))


def _read(paths: Iterable[Path]) -> Iterable[tuple[Path, str]]:
    for path in paths:
        if path in APART or not (ROOT / path).is_file():  # taken away and not yet committed
            continue
        content = (ROOT / path).read_bytes()
        if b"\0" not in content:
            yield path, content.decode("utf-8")


def test_the_tracked_files_are_found(texts: dict[Path, str]) -> None:
    assert {
        Path("README.md"),
        Path("pyproject.toml"),
        Path("src/replicate/vocabulary/periods.py"),
    } <= set(texts)


def test_no_file_says_what_none_may(texts: dict[Path, str]) -> None:
    assert [
        f"{path}:{fault}" for path, text in texts.items() for fault in faults(text, EVERYWHERE)
    ] == []


def test_our_own_words_are_plain(texts: dict[Path, str]) -> None:
    own = {
        path: text for path, text in texts.items() if path.suffix != ".csv"
    }  # the ledger quotes what was published
    assert [
        f"{path}:{fault}" for path, text in own.items() for fault in faults(text, IN_OUR_OWN_WORDS)
    ] == []


def test_prose_is_british(texts: dict[Path, str]) -> None:
    assert [
        f"{path}:{fault}"
        for path, text in texts.items()
        for fault in faults(prose(path, text), IN_PROSE)
    ] == []


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("see /" + "root/secret", EVERYWHERE),
        ("a mirror at https://pypi" + ".org/simple", EVERYWHERE),
        ("TO" + "DO: later", EVERYWHERE),
        ("x = 1  # pragma: no " + "cover", EVERYWHERE),
        ("as the C" + "EO said", EVERYWHERE),
        ("a shock" + "ing figure", IN_OUR_OWN_WORDS),
        ("child " + "prostitution", IN_OUR_OWN_WORDS),
    ],
)
def test_each_rule_can_fail(text: str, rules: dict[str, str]) -> None:
    assert len(faults(text, rules)) == 1


def test_what_is_right_passes() -> None:
    assert faults("https://www.gov.uk/home/office, src/work/main.py", EVERYWHERE) == []
    assert faults("x = 1  # pragma: no cover - only on Windows", EVERYWHERE) == []


def test_only_prose_is_held_to_british_spelling() -> None:
    page = "Set `color` as in https://example.org/center to\nana" + "lyze it."
    assert faults(prose(Path("page.md"), page), IN_PROSE) == ["2: American spelling: ana" + "lyze"]
    cells = [
        {"cell_type": "code", "source": "behavior = 1"},
        {"cell_type": "markdown", "source": ["One\n", "two"]},
    ]
    assert prose(Path("a.ipynb"), json.dumps({"cells": cells})) == "One\ntwo"
    assert prose(Path("a.py"), "behavior = 1") == ""
