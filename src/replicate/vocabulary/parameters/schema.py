"""JSON schemas of parameter files, by which an editor completes and checks them."""

import json
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from replicate.vocabulary.parameters.base import NotebookParameters

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_text(model: type[BaseModel], *, title: str) -> str:
    """Write the JSON schema of what a YAML file may hold.

    Parameters
    ----------
    model
        What the file is held to.
    title
        What the file is for.

    Examples
    --------
    >>> from replicate.vocabulary.parameters import OffenceCounts
    >>> json.loads(schema_text(OffenceCounts, title="Parameters of 01_offence_counts"))["properties"]["level"]["exclusiveMaximum"]
    1
    """
    schema: dict[str, Any] = {"$schema": DIALECT} | model.model_json_schema() | {"title": title}
    schema.pop("description", None)  # the docstring speaks to programmers
    for name, choices in model.choices().items() if issubclass(model, NotebookParameters) else ():
        part = schema["properties"][name]
        _suggest(part.get("items", part), choices)
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _suggest(schema: dict[str, Any], choices: Iterable[str]) -> None:
    """Let editors offer values; others that fit the type are for the model to judge."""
    schema["anyOf"] = [{"enum": list(choices)}, {"type": schema.pop("type", "string")}]
