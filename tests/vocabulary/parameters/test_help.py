from typing import Literal

import pytest
from pydantic import BaseModel, Field

from replicate.vocabulary.parameters import MODELS, NotebookParameters, Text
from replicate.vocabulary.parameters.base import Force
from replicate.vocabulary.parameters.help import help_text


class Inner(BaseModel):
    low: float


class Every(NotebookParameters):
    force: Force = Field(default="Kent", description="a force")
    year: Text = Field(
        default="2024", min_length=4, description="a year", examples=["2023", "2023/24"]
    )
    ends: tuple[float, float] = Field(
        default=(0.5, 2.0), description="two numbers", json_schema_extra={"unit": "ratio"}
    )
    resamples: int | None = Field(default=None, ge=1, le=1000, description="how many")
    names: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="names")
    which: Literal["a", "b"] = Field(default="a", description="a or b")
    only: Literal["one"] = Field(default="one", description="nothing else")
    flag: bool = Field(default=False, description="whether")
    inner: Inner = Field(default=Inner(low=1), description="a model")
    anything: object = Field(default=None, description="whatever")
    loose: list[object] = Field(default=[], description="a list")
    free: dict[str, object] = Field(default={}, description="names")


def test_type_bounds_unit_default_and_examples_are_told_in_words() -> None:
    told = help_text(Every).split("\n\n")
    assert [part.partition("\n")[0] for part in told] == [
        "force: text",
        "year: text, at least 4 characters",
        "ends: list of number, number, at least 2 items, at most 2 items; unit: ratio",
        "resamples: whole number or none",
        "names: names, each with list of text",
        "which: one of a, b",
        "only: one of one",
        "flag: true or false",
        "inner: names and values",
        "anything: any value",
        "loose: list of any value",
        "free: names and values",
    ]
    assert (
        told[1]
        == "year: text, at least 4 characters\n    a year\n    default: '2024'\n    example: '2023'\n    example: 2023/24"
    )
    assert "\n    default: {}" in told[4]
    assert "\n    default: [0.5, 2.0]" in told[2]


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
def test_every_parameter_of_every_notebook_can_be_told(model: type[NotebookParameters]) -> None:
    assert [part.partition(":")[0] for part in help_text(model).split("\n\n")] == list(
        model.model_fields
    )
