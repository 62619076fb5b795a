"""What notebooks can be told, from the models of their parameters: help for people, schemas for editors."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from pydantic import BaseModel

from replicate.vocabulary.parameters.base import NotebookParameters

_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "none",
    "array": "list",
    "object": "names and values",
}
_BOUNDS = {
    "exclusiveMinimum": "more than {}",
    "minimum": "at least {}",
    "exclusiveMaximum": "less than {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "pattern": "like {}",
}
_MANY = 8
"""More choices than these are not listed: the error for a wrong one names the nearest."""


def help_text(model: type[NotebookParameters]) -> str:
    r"""Describe every parameter: type, bounds, unit, what it is, its default and an example.

    Examples
    --------
    >>> from replicate.vocabulary.parameters import OffenceCounts
    >>> print(help_text(OffenceCounts).split("\n\n")[-1])
    level: number, more than 0.5, less than 1; unit: probability
        the level of intervals, between 0.5 and 1
        default: 0.95
        example: 0.99
    """
    schema, defaults = model.model_json_schema(), model().model_dump(mode="json")
    shared = schema.get("$defs", {})
    return "\n\n".join(
        _described(name, part, shared, defaults[name])
        for name, part in schema["properties"].items()
    )


def _described(
    name: str, schema: Mapping[str, Any], shared: Mapping[str, Any], default: object
) -> str:
    bounds = [words.format(schema[key]) for key, words in _BOUNDS.items() if key in schema]
    unit = f"; unit: {schema['unit']}" if "unit" in schema else ""
    examples = [f"example: {_yaml(example)}" for example in schema.get("examples", ())]
    first = f"{name}: {', '.join([_type(schema, shared), *bounds])}{unit}"
    return "\n    ".join([first, schema["description"], f"default: {_yaml(default)}", *examples])


def _type(schema: Mapping[str, Any], shared: Mapping[str, Any]) -> str:
    """Name a type as a reader would."""
    if "$ref" in schema:
        return _type(shared[schema["$ref"].rpartition("/")[2]], shared)
    if "enum" in schema or "const" in schema:
        choices = schema.get("enum", [schema.get("const")])
        return f"one of {', '.join(map(str, choices))}" if len(choices) <= _MANY else "a name"
    if "anyOf" in schema:
        suggested = any(
            part.get("type") == "string" for part in schema["anyOf"]
        )  # then names are for editors to offer
        return " or ".join(
            dict.fromkeys(
                _type(part, shared)
                for part in schema["anyOf"]
                if not (suggested and "enum" in part)
            )
        )
    kind = schema.get("type")
    if kind == "array" and "items" in schema:
        return f"list of {_type(schema['items'], shared)}"
    if kind == "array" and "prefixItems" in schema:
        return f"list of {', '.join(_type(part, shared) for part in schema['prefixItems'])}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"names, each with {_type(schema['additionalProperties'], shared)}"
    return _TYPES[kind[0] if isinstance(kind, list) else str(kind)] if kind else "any value"


def _yaml(value: object) -> str:
    """Write a value as it stands in a parameter file."""
    return (
        yaml.safe_dump(value, default_flow_style=True, width=float("inf"), sort_keys=False)
        .removesuffix("...\n")
        .strip()
    )


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
