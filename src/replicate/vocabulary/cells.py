"""How a notebook marks its cells and outputs: the tags, and the type of a recorded value."""

import ast

PARAMETERS = "parameters"
"""The tag of the cell that holds a notebook's parameters and their defaults."""

INJECTED = "injected-parameters"
"""The tag papermill gives to the cell of the values a run was given."""

HIDDEN_INPUT = "remove-input"
"""The tag of a cell whose code a page leaves out."""

RECORD = "application/vnd.replicate.record+json"
"""The media type of a value that a notebook records for manifests and tables of runs."""


def assigned(source: str) -> dict[str, str]:
    r"""Return the names a cell assigns, each with its value as Python text.

    Parameters
    ----------
    source
        A cell of plain assignments, as a parameters cell is.

    Raises
    ------
    SyntaxError
        When the cell is not plain Python.

    Examples
    --------
    >>> assigned("period = '2024'  # a period\nforces: list[str] = []")
    {'period': "'2024'", 'forces': '[]'}
    """
    found: dict[str, str] = {}
    for node in ast.parse(source).body:
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AnnAssign)
            else []
        )
        value = getattr(node, "value", None)
        found |= {
            target.id: ast.unparse(value)
            for target in targets
            if isinstance(target, ast.Name) and value is not None
        }
    return found
