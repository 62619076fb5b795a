"""What the models of all notebooks share: refusals that name the nearest valid name, and the checks of common fields."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from replicate.vocabulary.errors import InputError, unknown
from replicate.vocabulary.forces import TERRITORIAL, canonical_force


def _text(value: object) -> object:
    """Take a year or a code that YAML read as a whole number for the text it was; 4.1 could be 4.10, so it stays refused."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(_text)]


class NotebookParameters(BaseModel):
    """Common base: unknown names and wrong types are refused, with the nearest valid name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            expected = cls.model_fields[str(first["loc"][0])].description
            raise InputError(
                f"a value that parameter '{name}' can't take", where=where, got=repr(first["input"]), expected=expected, hint=first["msg"]
            ) from None

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
