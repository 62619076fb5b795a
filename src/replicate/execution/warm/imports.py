"""What notebooks import, for a parent of their kernels to import once."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from replicate.execution.cache.code import Code


def imports(notebooks: Iterable[Path]) -> tuple[str, ...]:
    """Return what some notebooks import as they run, in their order; what functions and conditions import may never be.

    Raises
    ------
    InputError
        When a file is no notebook.
    """
    return named(tree for notebook in notebooks for tree in Code(notebook).trees())


def named(trees: Iterable[ast.Module | None]) -> tuple[str, ...]:
    r"""Return the modules that some code imports, and the names that it imports from modules, which can be modules as well.

    Examples
    --------
    >>> named([ast.parse("import os.path as path\nfrom json import decoder, loads"), None])
    ('os.path', 'json.decoder', 'json.loads')
    """
    return tuple(dict.fromkeys(name for tree in trees if tree for node in tree.body for name in _names(node)))


def _names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level and node.module != "__future__":
        yield from (node.module if alias.name == "*" else f"{node.module}.{alias.name}" for alias in node.names)
