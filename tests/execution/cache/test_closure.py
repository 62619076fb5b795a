import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from replicate.execution.cache import closure as module
from replicate.execution.cache.closure import closure
from replicate.execution.cache.inputs import forget

DEEP = """
import json
try:
    import pandas as pd
except ImportError:
    from replicate import fallback
match 1:
    case 1:
        import replicate.matched
"""

FILES = {
    "__init__.py": "",
    "words/__init__.py": "from . import plain",
    "words/plain.py": "from ..numbers.deep import total",
    "words/phrases.yaml": "a: b",
    "words/examples/list.csv": "a,b",
    "words/examples/more/list.csv": "c,d",
    "words/tables/big.parquet": "PAR1",
    "words/tables/hashes.json": "{}",
    "words/inner/__init__.py": "",
    "words/inner/other.yaml": "a: b",
    "numbers/__init__.py": "def later():\n    import replicate.late as late\n    return late",
    "numbers/deep.py": DEEP,
    "late.py": "",
    "fallback.py": "",
    "matched.py": "",
    "lazy/__init__.py": "from importlib import import_module\ndef __getattr__(name): return import_module('replicate.lazy.' + name)",
    "lazy/drawn.py": "from replicate import late",
    "lazy/deeper/__init__.py": "",
    "broken.py": "def (",
    "never.py": "",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Stand in for the package with a small one."""
    home = tmp_path / "src" / "replicate"
    for name, text in FILES.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    monkeypatch.setattr(module, "PACKAGE", home)
    (tmp_path / "book").mkdir()
    forget()
    yield home
    forget()


def reached(text: str, package: Path) -> set[str]:
    return {
        name.removeprefix("replicate/")
        for name in closure([ast.parse(text)], package.parents[1] / "book")
    }


def test_nothing_imported_is_nothing_reached(package: Path) -> None:
    assert reached("import json, pandas as pd\nfrom os import path", package) == set()


def test_imports_are_followed_wherever_they_stand(package: Path) -> None:
    found = {
        "__init__.py",
        "numbers/__init__.py",
        "numbers/deep.py",
        "late.py",
        "fallback.py",
        "matched.py",
    }
    assert reached("from replicate.numbers import deep", package) == found
    assert reached("import replicate.numbers.deep", package) == found
    assert reached("import replicate.late", package) == {"__init__.py", "late.py"}


def test_data_beside_a_module_count_and_tables_are_left_to_their_readers(package: Path) -> None:
    names = {
        name
        for name in reached("from replicate import words", package)
        if name.startswith("words/")
    }
    assert names == {
        "words/__init__.py",
        "words/plain.py",
        "words/phrases.yaml",
        "words/examples/list.csv",
        "words/examples/more/list.csv",
    }


def test_a_module_that_computes_what_it_imports_reaches_all_of_its_package(package: Path) -> None:
    assert {"lazy/drawn.py", "lazy/deeper/__init__.py", "late.py"} <= reached(
        "import replicate.lazy", package
    )


def test_what_can_not_be_read_reaches_everything(package: Path) -> None:
    assert "never.py" in reached("import replicate.broken", package)
    found = closure([None], package.parents[1] / "book")
    assert {"replicate/never.py", "replicate/lazy/drawn.py"} <= set(found)


def test_modules_beside_the_notebook_are_followed(package: Path) -> None:
    book = package.parents[1] / "book"
    (book / "helper.py").write_text("from mine import part\nimport replicate.late")
    (book / "mine").mkdir()
    (book / "mine" / "__init__.py").write_text("from .part import x")
    (book / "mine" / "part.py").write_text("import helper")
    (book / "other.py").write_text("")
    assert reached("import helper", package) == {
        "helper.py",
        "mine/__init__.py",
        "mine/part.py",
        "__init__.py",
        "late.py",
    }
