"""What notebooks import, for a parent of their kernels to import once."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from replicate.execution.cache.closure import PACKAGE, closure
from replicate.execution.cache.code import Code


def imports(notebooks: Iterable[Path]) -> tuple[str, ...]:
    """Return what some notebooks import as they run, and what the modules of this package that they reach import, if only when called.

    What a notebook's own functions and conditions import is left out: it may never be, and so is what a cell that can't be read may
    reach. This package imports large libraries where it uses them, so that a command that needs none is quick, and a kernel that is to be
    forked should have them.

    Raises
    ------
    InputError
        When a file is no notebook.
    """
    read = [
        (notebook.parent, [tree for tree in Code(notebook).trees() if tree])
        for notebook in notebooks
    ]
    own = named(tree for _, trees in read for tree in trees)
    reached = {
        path
        for folder, trees in read
        for path in closure(trees, folder).values()
        if path.is_relative_to(PACKAGE)
    }
    modules = (ast.parse(path.read_bytes()) for path in sorted(reached) if path.suffix == ".py")
    return tuple(
        dict.fromkeys(
            [
                *own,
                *(name for module in modules for node in ast.walk(module) for name in _names(node)),
            ]
        )
    )


def named(trees: Iterable[ast.Module]) -> tuple[str, ...]:
    r"""Return the modules that some code imports, and the names that it imports from modules, which can be modules as well.

    Examples
    --------
    >>> named([ast.parse("import os.path as path\nfrom json import decoder, loads")])
    ('os.path', 'json.decoder', 'json.loads')
    """
    return tuple(
        dict.fromkeys(name for tree in trees for node in tree.body for name in _names(node))
    )


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif (
        isinstance(node, ast.ImportFrom)
        and node.module
        and not node.level
        and node.module != "__future__"
    ):
        yield from (
            node.module if alias.name == "*" else f"{node.module}.{alias.name}"
            for alias in node.names
        )
