"""What the parameters of all notebooks share: refusals, common checks, help and schemas."""

import json
from collections.abc import Collection, Iterable
from typing import Annotated, Any, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from replicate.vocabulary.errors import Fault, InputError, nearest, unknown
from replicate.vocabulary.forces import TERRITORIAL, canonical_force


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


_AS_TEXT = {"type": ["string", "integer"]}

Text = Annotated[str, BeforeValidator(_text), WithJsonSchema(_AS_TEXT)]
"""Text; a whole number is taken for the text it was written as."""


def offered(names: Iterable[str]) -> WithJsonSchema:
    """Let editors and controls offer names; other text is for the model to judge."""
    return WithJsonSchema({"anyOf": [{"enum": list(names)}, _AS_TEXT]})


def known(kind: str, names: Collection[str]) -> AfterValidator:
    """Refuse text that is none of the names."""

    def check(name: str, info: ValidationInfo) -> str:
        if name not in names:
            raise unknown(kind, name, names, where=str(info.field_name))
        return name

    return AfterValidator(check)


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


def _force(name: str, info: ValidationInfo) -> str:
    return territorial_force(name, where=str(info.field_name))


Force = Annotated[str, AfterValidator(_force), offered(TERRITORIAL)]
"""The name of a territorial force, one of a list, which editors complete."""


class NotebookParameters(BaseModel):
    """Common base: unknown names and wrong types are refused, with the nearest valid name.

    A field says what it takes, its bounds included, in a text of one line below it, its bounds
    with pydantic's own (`gt`, `le`, `pattern` …) and an example with `examples=[…]`; help and the
    schema for editors are made from these.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_value_for_a_number(cls, value: object, info: ValidationInfo) -> object:
        annotation = cls.model_fields[str(info.field_name)].annotation
        if isinstance(value, bool) and {annotation, *get_args(annotation)} & {int, float}:
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
            When a name is unknown or a value is not valid; the message names the nearest valid one,
            and `place` where it stands among the values.
        """
        if strange := [name for name in values if name not in cls.model_fields]:
            refusal = unknown("parameter", strange[0], cls.model_fields, where=where)
            refusal.place = (strange[0],)
            raise refusal
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            fault = Fault.of(error)
            refusal = (
                fault.cause if isinstance(fault.cause, InputError) else cls._refusal(fault, where)
            )
            refusal.place = fault.place
            raise refusal from None

    @classmethod
    def _refusal(cls, fault: Fault, where: str) -> InputError:
        what, expected = "values that parameters can't take together", "values that go together"
        close = None
        if fault.place:
            field = cls.model_fields[str(fault.place[0])]
            what = f"a value that parameter '{'.'.join(map(str, fault.place))}' can't take"
            expected = str(field.description)
            if fault.kind == "literal_error":
                close = nearest(fault.got, get_args(field.annotation))
        hint = f"did you mean '{close}'?" if close else fault.why
        return InputError(what, where=where, got=repr(fault.got), expected=expected, hint=hint)

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
        properties = cls.model_json_schema()["properties"]
        parts = {name: part.get("items", part) for name, part in properties.items()}
        return {
            name: tuple(part["anyOf"][0]["enum"]) for name, part in parts.items() if "anyOf" in part
        }


def help_text(model: type[NotebookParameters]) -> str:
    r"""Describe every parameter: what it takes, its default and an example.

    Examples
    --------
    >>> from replicate.vocabulary.parameters import OffenceCounts
    >>> print(help_text(OffenceCounts).split("\n\n")[-1])
    level
        the level of intervals, between 0.5 and 1
        default: 0.95
        example: 0.99
    """
    defaults, told = model().model_dump(mode="json"), []
    for name, field in model.model_fields.items():
        values = [("default", defaults[name]), *(("example", one) for one in field.examples or ())]
        written = [f"{of}: {json.dumps(value, ensure_ascii=False)}" for of, value in values]
        told.append("\n    ".join([name, str(field.description), *written]))
    return "\n\n".join(told)


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
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(),
        "title": title,
    }
    schema.pop("description", None)  # the docstring speaks to programmers
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
