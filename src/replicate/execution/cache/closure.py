"""Which of our files, and of those beside a notebook, its code can reach: found by reading it, without running any."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import replicate

PACKAGE = Path(replicate.__file__).resolve().parent
_ROOT = PACKAGE.name


def closure(trees: Iterable[ast.Module | None], folder: Path) -> dict[str, Path]:
    """Return the files that some code imports, directly or not, and the data files beside them.

    Only modules of this package and those in the notebook's own folder are followed: all others stand in the lock. An import counts
    wherever it stands, in a function as well. A module that imports by a name it computes reaches all of its own package, and code that
    can't be read reaches the whole package. Data are the files in a package's folder and in plain folders below, but for folders of
    tables (parquet), whose reading is noted when it happens.

    Parameters
    ----------
    trees
        Parsed code; None for what could not be parsed.
    folder
        Where the notebook lies.

    Returns
    -------
    dict
        Name (a path from the package, or from the folder) → file, in order.
    """
    found: dict[Path, None] = {}
    waiting = [module for tree in trees for module in (_every(PACKAGE) if tree is None else _imported(tree, "", folder))]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found[module] = None
            waiting += _follow(module, PACKAGE.parent if module.is_relative_to(PACKAGE) else folder)
    files = {*found, *(data for module in found if module.is_relative_to(PACKAGE) for data in _data(module.parent))}
    return {_name(path, folder): path for path in sorted(files)}


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(PACKAGE.parent if path.is_relative_to(PACKAGE) else folder).as_posix()


@cache
def _parsed(path: Path, changed: int) -> ast.Module | None:  # noqa: ARG001 (a file changed since is another)
    try:
        return ast.parse(path.read_bytes())
    except SyntaxError:
        return None


def _follow(module: Path, home: Path) -> Iterator[Path]:
    tree = _parsed(module, module.stat().st_mtime_ns)
    package = ".".join(module.parent.relative_to(home).parts)
    yield from _every(PACKAGE) if tree is None else _imported(tree, package, home)
    if tree is None or any(isinstance(node, ast.Call) and _computes(node) for node in ast.walk(tree)):
        yield from _every(module.parent)


def _computes(call: ast.Call) -> bool:
    """Tell whether a call imports a module whose name is not written out."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in ("import_module", "__import__")


def _every(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.rglob("*.py"))


def _imported(tree: ast.Module, package: str, home: Path) -> Iterator[Path]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files(alias.name, home)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from _files(base, home)
            for alias in node.names:
                yield from _files(f"{base}.{alias.name}", home)


def _files(name: str, home: Path) -> Iterator[Path]:
    """Yield the files of a module and of the packages around it, as far as they are ours or in the notebook's folder."""
    parts = [part for part in name.split(".") if part]
    place = PACKAGE.parent if parts[:1] == [_ROOT] else home
    for part in parts:
        place = place / part
        yield from (file for file in (place / "__init__.py", place.with_suffix(".py")) if file.is_file())


@cache
def _data(folder: Path) -> tuple[Path, ...]:
    """Return the files of a package's folder that are no code."""
    here = sorted(folder.iterdir())
    if any(path.suffix == ".parquet" for path in here):
        return ()
    files = tuple(path for path in here if path.is_file() and path.suffix not in (".py", ".pyc"))
    plain = [path for path in here if path.is_dir() and path.name != "__pycache__" and not (path / "__init__.py").exists()]
    return (*files, *(file for below in plain for file in _data(below)))
