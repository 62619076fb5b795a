"""The rule against disclosure that is in force, in words to print and as data."""

from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from replicate.vocabulary.documents import read_yaml


class DisclosureRule(BaseModel):
    """What one publisher does with small counts, and what is done with them here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    publisher: str
    applies_to: str
    published_as: str
    here: str
    address: str


class Disclosure(BaseModel):
    """The rule in one sentence, and publisher by publisher."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sentence: str
    rules: tuple[DisclosureRule, ...]


@cache
def disclosure() -> Disclosure:
    """Return the rule in force.

    Examples
    --------
    >>> disclosure().rules[0].here
    'suppressed, or the bounds 1 and 5 where a total needs them'
    """
    text = files("replicate.vocabulary").joinpath("disclosure.yaml").read_text(encoding="utf-8")
    return Disclosure.model_validate(read_yaml(text))
