import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.models import schema_text
from replicate.vocabulary.parameters import MODELS, OffenceCounts

PARAMS = Path(__file__).parents[3] / "params"


def schema_of(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(
        (PARAMS / "schema" / f"{name}.json").read_text(encoding="utf-8")
    )
    return loaded


@pytest.mark.parametrize("name", MODELS)
def test_the_committed_schema_is_that_of_the_model(name: str) -> None:
    """After a change of a model, `replicate schemas` writes it again."""
    assert (PARAMS / "schema" / f"{name}.json").read_text(encoding="utf-8") == schema_text(
        MODELS[name], title=f"Parameters of {name}"
    )


@pytest.mark.parametrize("name", MODELS)
def test_a_file_of_parameters_names_its_schema_and_fits_it(name: str) -> None:
    text = (PARAMS / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.startswith(f"# yaml-language-server: $schema=schema/{name}.json\n")
    jsonschema.Draft202012Validator.check_schema(schema_of(name))
    jsonschema.validate(yaml.safe_load(text), schema_of(name))


@pytest.mark.parametrize("name", MODELS)
def test_examples_are_values_that_the_model_and_its_schema_take(name: str) -> None:
    for field, part in schema_of(name)["properties"].items():
        for example in part.get("examples", ()):
            jsonschema.validate({field: example}, schema_of(name))
            if field != "claim":
                MODELS[name].checked({field: example})


@pytest.mark.parametrize(
    "values",
    [
        {"peroid": "2024"},
        {"level": 1},
        {"level": "high"},
        {"territory": "btp"},
        {"forces": "Kent"},
        {"definitions": {"a": [4.1]}},
    ],
)
def test_what_an_editor_marks_is_what_the_model_refuses(values: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(values, schema_of("01_offence_counts"))
    with pytest.raises(InputError):
        OffenceCounts.checked(values)


def test_editors_are_offered_names_and_take_others() -> None:
    schema = schema_of("01_offence_counts")
    assert schema["properties"]["forces"]["items"]["anyOf"][0]["enum"] == list(TERRITORIAL)
    jsonschema.validate(
        {"definition": "mine", "definitions": {"mine": [71]}, "forces": ["kent"], "period": 2024},
        schema,
    )
