"""What the parameters of all notebooks share: refusals, common checks, help and schemas."""

import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self, get_args, get_origin

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import CoreSchema

from replicate.vocabulary.errors import Fault, InputError, nearest, unknown
from replicate.vocabulary.forces import TERRITORIAL, canonical_force

Place = tuple[str | int, ...]
"""Where a value stands: a parameter's name, then names and positions inside it."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _text(value: object) -> object:
    """Take a year or a code that YAML read as a whole number for the text it was.

    The number 4.1 could have been 4.10, so it stays refused.
    """
    if isinstance(value, bool):
        words = "YAML reads words such as no, off and y as truth values"
        raise ValueError(f"{words}: write the text in quotes")
    if isinstance(value, float):
        quoted = f"'{value}' or '{value}0', as it is meant"
        raise ValueError(
            f"a number may have lost a nought at its end: write it in quotes, {quoted}"
        )
    return str(value) if isinstance(value, int) else value


class _OrWhole:
    """Says in a schema that text may stand there as a whole number."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(core), "type": ["string", "integer"]}


Text = Annotated[str, BeforeValidator(_text), _OrWhole()]
"""Text; a whole number is taken for the text it was written as."""


def territorial_force(name: str, *, where: str = "forces") -> str:
    """Return the canonical name of one of the 43 territorial forces, or refuse naming the nearest.

    Raises
    ------
    InputError
        When the name is not that of a territorial force.
    """
    canonical = canonical_force(name)
    if canonical not in TERRITORIAL:
        raise unknown("police force area", name, TERRITORIAL, where=where)
    return canonical


Force = Annotated[
    str,
    AfterValidator(territorial_force),
    WithJsonSchema({"anyOf": [{"enum": list(TERRITORIAL)}, {"type": "string"}]}),
]
"""The name of a territorial force, one of a list, which editors complete."""


def takes_text(annotation: object) -> bool:
    """Say whether a field takes text, so that what is typed needs no reading."""
    if get_origin(annotation) in (list, tuple, dict, set):
        return False
    return (
        annotation is str
        or isinstance(annotation, str)
        or any(takes_text(part) for part in get_args(annotation))
    )


class InvalidValueError(InputError):
    """A value that a model refuses, with its place among the values."""

    def __init__(self, what: str, *, place: Place = (), **told: Any) -> None:
        self.place = place
        super().__init__(what, **told)


class NotebookParameters(BaseModel):
    """Common base: unknown names and wrong types are refused, with the nearest valid name.

    A field says what it takes in a text of one line below it, its bounds with pydantic's own
    (`gt`, `le`, `pattern` …), an example with `examples=[…]` and its unit with
    `json_schema_extra={"unit": "…"}`; help and the schema for editors are made from these.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_value_for_a_number(cls, value: object, info: ValidationInfo) -> object:
        annotation = cls.model_fields[str(info.field_name)].annotation
        taken = {annotation, *get_args(annotation)}
        if isinstance(value, bool) and taken & {int, float} and bool not in taken:
            raise ValueError("a truth value where a number should be")
        return value

    @classmethod
    def checked(cls, values: dict[str, Any], *, where: str = "parameters") -> Self:
        """Validate values given by name.

        Parameters
        ----------
        values
            Parameter names and values; names not given take their defaults.
        where
            The file or option the values came from, for the error.

        Raises
        ------
        InputError
            When a name is unknown or a value is not valid; the message names the nearest valid one.
        """
        if strange := [name for name in values if name not in cls.model_fields]:
            raise unknown("parameter", strange[0], cls.model_fields, where=where)
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise cls._refusal(error, where) from None

    @classmethod
    def _refusal(cls, error: ValidationError, where: str) -> InvalidValueError:
        first, fault = error.errors()[0], Fault.of(error)
        if isinstance(refusal := first.get("ctx", {}).get("error"), InputError):
            told = {name: getattr(refusal, name) for name in ("where", "got", "expected", "hint")}
            return InvalidValueError(refusal.what, place=fault.place, **told)
        what, expected = "values that parameters can't take together", "values that go together"
        if fault.place:
            field = cls.model_fields[str(fault.place[0])]
            what = f"a value that parameter '{'.'.join(map(str, fault.place))}' can't take"
            expected = str(field.description)
        literal = fault.place and first["type"] == "literal_error"
        close = nearest(fault.got, _texts(field.annotation)) if literal else None
        return InvalidValueError(
            what,
            place=fault.place,
            where=where,
            got=repr(fault.got),
            expected=expected,
            hint=f"did you mean '{close}'?" if close else fault.why,
        )

    def changed(self, **values: object) -> Self:
        """Return the same parameters but for some values, checked together.

        Raises
        ------
        InputError
            As `checked` does.
        """
        return self.checked({**self.model_dump(), **values})

    @classmethod
    def choices(cls) -> dict[str, tuple[str, ...]]:
        """Return the values to offer, where they are known beforehand: name → values."""
        return {}


def _texts(annotation: object) -> tuple[str, ...]:
    """Return the texts that a Literal allows, however deep it lies in a type."""
    parts = get_args(annotation)
    return tuple(
        text for part in parts for text in ([part] if isinstance(part, str) else _texts(part))
    )


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
    return "\n\n".join(
        _described(name, part, defaults[name]) for name, part in schema["properties"].items()
    )


_BOUNDS = {
    "exclusiveMinimum": "more than {}",
    "minimum": "at least {}",
    "exclusiveMaximum": "less than {}",
    "maximum": "at most {}",
    "pattern": "like {}",
}
_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
}


def _described(name: str, schema: Mapping[str, Any], default: object) -> str:
    bounds = [words.format(schema[key]) for key, words in _BOUNDS.items() if key in schema]
    unit = f"; unit: {schema['unit']}" if "unit" in schema else ""
    examples = [f"example: {_yaml(example)}" for example in schema.get("examples", ())]
    first = f"{name}: {', '.join([_type(schema), *bounds])}{unit}"
    return "\n    ".join([first, schema["description"], f"default: {_yaml(default)}", *examples])


def _type(schema: Mapping[str, Any]) -> str:
    """Name a type as a reader would."""
    match schema:
        case {"enum": names}:
            return f"one of {', '.join(names)}"
        case {"anyOf": _} | {"type": ["string", _]}:  # names that editors offer; a year or a code
            return "text"
        case {"prefixItems": parts}:
            return f"list of {', '.join(map(_type, parts))}"
        case {"items": part}:
            return f"list of {_type(part)}"
        case {"additionalProperties": part}:
            return f"names, each with {_type(part)}"
    return _TYPES[schema["type"]]


def _yaml(value: object) -> str:
    """Write a value as it stands in a parameter file."""
    text = yaml.safe_dump(value, default_flow_style=True, width=float("inf"), sort_keys=False)
    return text.removesuffix("...\n").strip()


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
    >>> schema = json.loads(schema_text(OffenceCounts, title="Parameters of 01_offence_counts"))
    >>> schema["properties"]["level"]["exclusiveMaximum"]
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
