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
    waiting = [
        module
        for tree in trees
        for module in (_every(PACKAGE) if tree is None else _imported(tree, "", folder))
    ]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found[module] = None
            waiting += follow(module, PACKAGE.parent if module.is_relative_to(PACKAGE) else folder)
    files = {
        *found,
        *(
            data
            for module in found
            if module.is_relative_to(PACKAGE)
            for data in data_files(module.parent)
        ),
    }
    return {_name(path, folder): path for path in sorted(files)}


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(PACKAGE.parent if path.is_relative_to(PACKAGE) else folder).as_posix()


@cache
def follow(module: Path, home: Path) -> tuple[Path, ...]:
    """Return the files that a module's own imports reach; kept until its cache is cleared."""
    content = module.read_bytes()
    try:
        tree = ast.parse(content)
    except SyntaxError:
        return tuple(_every(PACKAGE))
    package = ".".join(module.parent.relative_to(home).parts)
    computed = b"import_module" in content or b"__import__" in content
    return (*_imported(tree, package, home), *(_every(module.parent) if computed else ()))


def _every(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.rglob("*.py"))


def _imported(tree: ast.Module, package: str, home: Path) -> Iterator[Path]:
    for node in _statements(tree.body):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from files_of(alias.name, home)
        elif isinstance(node, ast.ImportFrom):
            above = (
                package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            )
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield from files_of(f"{base}.{alias.name}", home)


def _statements(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield statements and those inside them; expressions hold no imports."""
    for node in body:
        yield node
        for block in ("body", "orelse", "finalbody", "handlers", "cases"):
            inside = getattr(node, block, ())
            yield from _statements(inside if isinstance(inside, list) else ())


@cache
def files_of(name: str, home: Path) -> tuple[Path, ...]:
    """Return the files of a module and of the packages around it, as far as they are ours or in the notebook's folder."""
    parts = [part for part in name.split(".") if part]
    if parts[:1] != [_ROOT] and home == PACKAGE.parent:
        return ()
    place = PACKAGE.parent if parts[:1] == [_ROOT] else home
    places = [place.joinpath(*parts[:size]) for size in range(1, len(parts) + 1)]
    return tuple(
        file
        for place in places
        for file in (place / "__init__.py", place.with_suffix(".py"))
        if file.is_file()
    )


@cache
def data_files(folder: Path) -> tuple[Path, ...]:
    """Return the files of a package's folder that are no code."""
    here = sorted(folder.iterdir())
    if any(path.suffix == ".parquet" for path in here):
        return ()
    files = tuple(path for path in here if path.is_file() and path.suffix not in (".py", ".pyc"))
    plain = [
        path
        for path in here
        if path.is_dir() and path.name != "__pycache__" and not (path / "__init__.py").exists()
    ]
    return (*files, *(file for below in plain for file in data_files(below)))
