"""What the models of all notebooks share: refusals, and the checks of common fields."""

from collections.abc import Callable
from typing import Annotated, Any, Self, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    field_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticCustomError

from replicate.vocabulary.errors import Fault, InputError, nearest, unknown
from replicate.vocabulary.forces import TERRITORIAL, canonical_force

Place = tuple[str | int, ...]
"""Where a value stands: a parameter's name, then names and positions inside it."""


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


def _refused(error: InputError) -> PydanticCustomError:
    """Carry a refusal through pydantic, which adds the place of the value."""
    return PydanticCustomError("refused", "refused", {"refusal": error})


def item(check: Callable[[str], str]) -> AfterValidator:
    """Make the check of an item of a list, so that what it refuses is known by its place."""

    def held(value: str) -> str:
        try:
            return check(value)
        except InputError as error:
            raise _refused(error) from None

    return AfterValidator(held)


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

    A field says what it takes in a text of one line below it, its bounds with pydantic's own (`gt`, `le`,
    `pattern` …), an example with `examples=[…]` and its unit with
    `json_schema_extra={"unit": "…"}`; help and the schema for editors are made from these.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    @field_validator("*", mode="wrap")
    @classmethod
    def _place_of_refusal(cls, value: object, handler: ValidatorFunctionWrapHandler) -> object:
        try:
            return handler(value)
        except InputError as error:
            raise _refused(error) from None

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
        if isinstance(refusal := error.errors()[0].get("ctx", {}).get("refusal"), InputError):
            told = {name: getattr(refusal, name) for name in ("where", "got", "expected", "hint")}
            return InvalidValueError(refusal.what, place=error.errors()[0]["loc"], **told)
        fault, together = Fault.of(error), FieldInfo(description="values that go together")
        place = fault.place
        field = cls.model_fields[str(place[0])] if place else together
        choices = _texts(field.annotation) if error.errors()[0]["type"] == "literal_error" else ()
        close = nearest(fault.got, choices)
        named = f"a value that parameter '{'.'.join(map(str, place))}' can't take"
        return InvalidValueError(
            named if place else "values that parameters can't take together",
            place=place,
            where=where,
            got=repr(fault.got),
            expected=field.description,
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
        """Return the values to offer for a parameter, where they are known beforehand: name → values."""
        return {}


def _texts(annotation: object) -> tuple[str, ...]:
    """Return the texts that a Literal allows, however deep it lies in a type."""
    parts = get_args(annotation)
    return tuple(
        text for part in parts for text in ([part] if isinstance(part, str) else _texts(part))
    )


def territorial_force(name: str, *, where: str) -> str:
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


def _territorial(name: str) -> str:
    return territorial_force(name, where="forces")


Force = Annotated[
    str,
    item(_territorial),
    WithJsonSchema({"anyOf": [{"enum": list(TERRITORIAL)}, {"type": "string"}]}),
]
"""The name of a territorial force, one of a list, which editors complete."""
