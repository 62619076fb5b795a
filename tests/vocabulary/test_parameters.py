"""What each notebook can be told, what it refuses, and how help and editors say so."""

import json
from pathlib import Path
from typing import Any, get_args

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from replicate.analysis.intervals import METHODS
from replicate.derivations.under_reporting import EXAMPLES, WRITTEN
from replicate.ledger.audits import audits
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import BTP, FRAUD_BODIES, TERRITORIAL
from replicate.vocabulary.models import help_text, schema_text, territorial_force
from replicate.vocabulary.parameters import (
    MODELS,
    ForceReport,
    OffenceCounts,
    RecordingRates,
    UnderReporting,
)

PARAMS = Path(__file__).parents[2] / "params"


def schema_of(name: str) -> dict[str, Any]:
    written = (PARAMS / "schema" / f"{name}.json").read_text(encoding="utf-8")
    return dict(json.loads(written))


@pytest.mark.parametrize("name", MODELS)
def test_every_parameter_says_what_it_takes_and_has_a_valid_default(name: str) -> None:
    model = MODELS[name]
    fields = model.model_fields.values()
    assert all(field.description and not field.is_required() for field in fields)
    defaults = model().model_dump()
    assert model.checked(defaults).model_dump() == defaults == model.checked({}).model_dump()


@pytest.mark.parametrize("name", MODELS)
def test_the_schema_is_the_models_and_the_file_of_parameters_names_it_and_fits(name: str) -> None:
    """After a change of a model, `replicate schemas` writes it again."""
    written = (PARAMS / "schema" / f"{name}.json").read_text(encoding="utf-8")
    assert written == schema_text(MODELS[name], title=f"Parameters of {name}")
    text = (PARAMS / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.startswith(f"# yaml-language-server: $schema=schema/{name}.json\n")
    jsonschema.Draft202012Validator.check_schema(schema_of(name))
    jsonschema.validate(yaml.safe_load(text), schema_of(name))


@pytest.mark.parametrize("name", MODELS)
def test_examples_and_choices_are_values_that_the_model_and_its_schema_take(name: str) -> None:
    model = MODELS[name]
    for field, part in schema_of(name)["properties"].items():
        for example in part.get("examples", ()):
            jsonschema.validate({field: example}, schema_of(name))
            if field != "claim":
                model.checked({field: example})
    for field, choices in model.choices().items():
        for choice in choices:
            one = isinstance(getattr(model(), field), str)
            model.checked({field: choice if one else [choice]})


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("period: 2024", "period", "2024"),
        ("period: 2023/24", "period", "2023/24"),
        ("period: ye2024-03", "period", "YE 2024-03"),
        ("vintage: 2026-04", "vintage", "2026-04"),
        ("vintage: latest", "vintage", "latest"),
        ("territory: without_btp", "territory", "without_btp"),
        ("forces: [kent, City of London Police]", "forces", ("Kent", "London, City of")),
        ("claim: S01b", "claim", "S01b"),
        ("level: 0.99", "level", 0.99),
        ("definitions: {mine: [21, 17B, '4.10']}", "definitions", {"mine": ("21", "17B", "4.10")}),
    ],
)
def test_values_as_yaml_reads_them(text: str, name: str, value: object) -> None:
    assert getattr(OffenceCounts.checked(yaml.safe_load(text)), name) == value


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("perod: 2024", "did you mean 'period'"),
        ("2024: 2024", "unknown parameter"),
        ("period: 2023/25", "not a financial year"),
        ("period: 2024.0", "parameter 'period' can't take"),
        ("period: true", "parameter 'period' can't take"),
        ("period: null", "parameter 'period' can't take"),
        ("vintage: 2026-04-23", "parameter 'vintage' can't take"),
        ("territory: without-btp", "did you mean 'without_btp'"),
        ("forces: Kent", "parameter 'forces' can't take"),
        ("forces: [Kentt]", "did you mean 'Kent'"),
        ("forces: [British Transport Police]", "unknown police force area"),
        ("claim: claim one", "parameter 'claim' can't take"),
        ("level: 0.5", "parameter 'level' can't take"),
        ("level: true", "a truth value where a number should be"),
        ("level: most", "parameter 'level' can't take"),
        ("definition: child_contacts", "did you mean 'child_contact'"),
        ("definitions: {mine: [4.1]}", r"parameter 'definitions.mine.0' can't take"),
        ("definitions: {mine: []}", "codes that make no definition"),
        ("definitions: {mine: [71, 71]}", "codes that make no definition"),
        ("definitions: [71]", "parameter 'definitions' can't take"),
        ("{definition: min, definitions: {mine: [71]}}", "did you mean 'mine'"),
    ],
)
def test_what_a_parameter_cannot_take_is_refused_before_any_work(text: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        OffenceCounts.checked(yaml.safe_load(text))


@pytest.mark.parametrize(
    ("name", "values", "fault"),
    [
        ("05_force_report", {"force": "Kentt"}, "did you mean 'Kent'"),
        ("05_force_report", {"force": BTP}, "unknown police force area"),
        ("05_force_report", {"definition": "image"}, "did you mean 'images'"),
        ("05_force_report", {"period": "2023/25"}, "not a financial year"),
        ("05_force_report", {"forces": "Kent"}, "did you mean 'force'"),
        ("00_headline_figures", {"reports": "audits"}, "did you mean 'audit'"),
        ("00_headline_figures", {"openings": 0}, "parameter 'openings' can't take"),
        ("02_recording_rates", {"forces": ["London, City of"]}, "whose audit was read"),
        ("02_recording_rates", {"forces": ["Kentish"]}, "unknown police force area"),
        ("02_recording_rates", {"method": "wilso"}, "did you mean 'wilson'"),
        ("03_under_reporting", {"links": ["told_evr"]}, "did you mean 'told_ever'"),
        ("03_under_reporting", {"lists": "uk_modern_slavery_2014"}, "'uk_modern_slavery_2013'"),
        ("03_under_reporting", {"criterion": "bics"}, "did you mean 'bic'"),
        ("03_under_reporting", {"order": 0}, "parameter 'order' can't take"),
        ("03_under_reporting", {"resamples": 1999}, "2,000 and more"),
        ("03_under_reporting", {"definition": "child_contcat"}, "did you mean 'child_contact'"),
        ("03_under_reporting", {"first": "2014"}, "parameter 'first' can't take"),
        ("03_under_reporting", {"seed": -1}, "parameter 'seed' can't take"),
        ("03_under_reporting", {"threshold": 0}, "parameter 'threshold' can't take"),
        ("03_under_reporting", {"bridges": {"told_ever": "x"}}, "'told_ever' has a bridge"),
        ("04_missing_data", {"odds_lowest": 3.0}, "no more than the highest"),
        ("04_missing_data", {"odds_lowest": 0}, "odds_lowest"),
        ("04_missing_data", {"odds_highest": float("inf")}, "odds_highest"),
    ],
)
def test_what_the_other_notebooks_refuse(name: str, values: dict[str, Any], fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        MODELS[name].checked(values)


def test_what_is_offered_is_what_there_is() -> None:
    assert get_args(RecordingRates.model_fields["method"].annotation) == tuple(METHODS)
    assert set(RecordingRates.choices()["forces"]) == {audit.force for audit in audits()}
    asked = RecordingRates.checked({"forces": ["metropolitan", "gwent police"]})
    assert asked.forces == ("Metropolitan Police", "Gwent")
    choices, bridges = UnderReporting.choices(), {"flagged_2025": "as others are"}
    assert choices["links"] == tuple(WRITTEN["links"])
    assert choices["lists"] == tuple(EXAMPLES)
    own = UnderReporting(links=("told_ever", "flagged_2025"), bridges=bridges, lists="a/mine.csv")
    assert (own.bridges, own.lists) == (bridges, "a/mine.csv")


def test_the_error_says_where_in_what_and_what_would_be_right() -> None:
    with pytest.raises(InputError) as caught:
        OffenceCounts.checked({"level": 2}, where="params/01_offence_counts.yaml")
    error = caught.value
    assert (error.where, error.got) == ("params/01_offence_counts.yaml", "2")
    assert (error.expected, error.place) == (
        "the level of intervals, between 0.5 and 1",
        ("level",),
    )
    with pytest.raises(InputError, match="can't take together") as together:
        MODELS["04_missing_data"].checked({"odds_lowest": 3.0})
    assert (together.value.place, "no more than" in str(together.value.hint)) == ((), True)


def test_a_definition_of_the_readers_own_is_chosen_before_the_packages() -> None:
    assert OffenceCounts(definition="child_exploitation").chosen().codes == ("71",)
    assert ForceReport(definition="images").chosen().codes == ("86",)
    own = OffenceCounts.checked(
        {"definition": "child_exploitation", "definitions": {"child_exploitation": [71, "88A"]}}
    )
    assert own.chosen().codes == ("71", "88A")
    assert own.chosen().rationale == "Chosen by the reader."


@pytest.mark.parametrize("name", [BTP, *FRAUD_BODIES, "Narnia"])
def test_a_body_without_a_territory_is_refused(name: str) -> None:
    assert territorial_force("KENT police") == ForceReport(force="kent").force == "Kent"
    with pytest.raises(InputError, match="unknown police force area") as caught:
        territorial_force(name, where="--force")
    assert caught.value.where == "--force"


anything = st.none() | st.integers() | st.floats() | st.text() | st.lists(st.text())


@given(st.dictionaries(st.sampled_from(list(OffenceCounts.model_fields)), anything))
def test_any_values_are_taken_or_refused_as_input(values: dict[str, Any]) -> None:
    try:
        taken = OffenceCounts.checked(values)
    except InputError:
        return
    assert OffenceCounts.checked(taken.model_dump()) == taken


def test_changed_parameters_keep_the_others_and_are_checked_together() -> None:
    begun = OffenceCounts.checked({"period": "2021/22", "forces": ["kent"]})
    changed = begun.changed(vintage="2023-10", definitions={"mine": ["71"]}, definition="mine")
    assert (changed.period, changed.forces, changed.vintage) == ("2021/22", ("Kent",), "2023-10")
    assert (changed.chosen().codes, begun.vintage) == (("71",), "2026-04")
    with pytest.raises(InputError, match="child_contact"):
        begun.changed(definition="child_contcat")


def test_help_tells_what_each_takes_its_default_and_examples() -> None:
    told = {part.partition("\n")[0]: part for part in help_text(OffenceCounts).split("\n\n")}
    assert list(told) == list(OffenceCounts.model_fields)
    assert told["period"].splitlines()[1:] == [
        "    a period such as '2024', '2023/24', 'YE 2024-03' or '2024-Q1'",
        '    default: "2024"',
        '    example: "2023/24"',
        '    example: "YE 2024-03"',
    ]
    assert "\n    default: {}" in told["definitions"]


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
    assert OffenceCounts.choices()["forces"] == TERRITORIAL
    jsonschema.validate(
        {"definition": "mine", "definitions": {"mine": [71]}, "forces": ["kent"], "period": 2024},
        schema,
    )
