"""Reads the package's own YAML."""

from typing import Any

import yaml

_LOADER = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # PyYAML's wheels have libyaml, which is several times as fast


def read_yaml(text: str) -> Any:
    """Read a document: mappings, lists, text, numbers, dates and truth values, and nothing else.

    Examples
    --------
    >>> read_yaml("codes: ['71', 88A]")
    {'codes': ['71', '88A']}
    """
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - either loader is a safe one
