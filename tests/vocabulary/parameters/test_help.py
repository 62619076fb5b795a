from typing import Literal

import pytest
from pydantic import Field

from replicate.vocabulary.models import Force, NotebookParameters, Text, help_text
from replicate.vocabulary.parameters import MODELS


class Every(NotebookParameters):
    force: Force = Field(default="Kent", description="a force")
    year: Text = Field(default="2024", description="a year", examples=["2023", "2023/24"])
    ends: tuple[float, float] = Field(
        default=(0.5, 2.0), description="two numbers", json_schema_extra={"unit": "ratio"}
    )
    resamples: int = Field(default=1, ge=1, le=1000, description="how many")
    names: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="names")
    which: Literal["a", "b"] = Field(default="a", description="a or b")
    flag: bool = Field(default=False, description="whether")


def test_type_bounds_unit_default_and_examples_are_told_in_words() -> None:
    told = help_text(Every).split("\n\n")
    assert [part.partition("\n")[0] for part in told] == [
        "force: text",
        "year: text",
        "ends: list of number, number; unit: ratio",
        "resamples: whole number, at least 1, at most 1000",
        "names: names, each with list of text",
        "which: one of a, b",
        "flag: true or false",
    ]
    assert told[1].splitlines()[1:] == [
        "    a year",
        "    default: '2024'",
        "    example: '2023'",
        "    example: 2023/24",
    ]
    assert "\n    default: {}" in told[4]
    assert "\n    default: [0.5, 2.0]" in told[2]


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
def test_every_parameter_of_every_notebook_can_be_told(model: type[NotebookParameters]) -> None:
    assert [part.partition(":")[0] for part in help_text(model).split("\n\n")] == list(
        model.model_fields
    )
