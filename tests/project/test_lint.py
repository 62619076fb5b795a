"""The linters are part of the suite, so that `pytest` is the whole of it."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
LONGEST = 60
"""Lines of a function, its docstring included: none above this."""


@pytest.mark.parametrize(
    "command",
    [
        [sys.executable, "-m", "mypy"],
        [sys.executable, "-m", "ruff", "check", "."],
        [sys.executable, "-m", "ruff", "format", "--check", "."],
        [str(BIN / "lint-imports")],
    ],
    ids=["mypy", "ruff", "format", "imports"],
)
def test_nothing_is_reported(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield where each function of a module stands, and how many lines it has."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", lines


def test_no_function_is_longer_than_a_reader_can_hold() -> None:
    modules = [*ROOT.glob("src/**/*.py"), *ROOT.glob("tests/**/*.py")]
    assert [where for path in modules for where, lines in functions(path) if lines > LONGEST] == []
