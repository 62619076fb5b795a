from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import BTP, FRAUD_BODIES, TERRITORIAL
from replicate.vocabulary.models import NotebookParameters, territorial_force
from replicate.vocabulary.parameters import MODELS, OffenceCounts


def from_yaml(text: str) -> OffenceCounts:
    return OffenceCounts.checked(yaml.safe_load(text), where="a file")


def test_no_value_given_is_every_default() -> None:
    assert OffenceCounts.checked({}) == OffenceCounts()


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
def test_every_parameter_says_what_it_takes_and_has_a_valid_default(
    model: type[NotebookParameters],
) -> None:
    assert all(
        field.description and not field.is_required() for field in model.model_fields.values()
    )
    defaults = model().model_dump()
    assert model.checked(defaults).model_dump() == defaults


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("period: 2024", "period", "2024"),
        ("period: 2023/24", "period", "2023/24"),
        ("period: YE 2024-03", "period", "YE 2024-03"),
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
    assert getattr(from_yaml(text), name) == value


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
        ("territory: without-btp", "parameter 'territory' can't take"),
        ("forces: Kent", "parameter 'forces' can't take"),
        ("forces: [Kentt]", "did you mean 'Kent'"),
        ("forces: [British Transport Police]", "unknown police force area"),
        ("claim: claim one", "parameter 'claim' can't take"),
        ("level: 0.5", "parameter 'level' can't take"),
        ("level: 1", "parameter 'level' can't take"),
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
        from_yaml(text)


def test_the_error_says_where_and_what_would_be_right() -> None:
    with pytest.raises(InputError) as caught:
        OffenceCounts.checked({"level": 2}, where="params/01_offence_counts.yaml")
    assert caught.value.where == "params/01_offence_counts.yaml"
    assert caught.value.got == "2"
    assert caught.value.expected == OffenceCounts.model_fields["level"].description


def test_the_chosen_definition_is_the_packages() -> None:
    assert OffenceCounts(definition="child_exploitation").chosen().codes == ("71",)


def test_a_definition_of_the_readers_own_is_chosen_first() -> None:
    own = OffenceCounts.checked(
        {"definition": "child_exploitation", "definitions": {"child_exploitation": [71, "88A"]}}
    )
    assert own.chosen().codes == ("71", "88A")
    assert own.chosen().rationale == "Chosen by the reader."


def test_parameters_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        OffenceCounts().period = "2023"  # type: ignore[misc]


@given(st.sampled_from(TERRITORIAL))
def test_every_territorial_force_is_taken(name: str) -> None:
    assert territorial_force(name.upper(), where="forces") == name


@pytest.mark.parametrize("name", [BTP, *FRAUD_BODIES, "Narnia"])
def test_a_body_without_a_territory_is_refused(name: str) -> None:
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
    assert (changed.period, changed.forces, changed.vintage, changed.chosen().codes) == (
        "2021/22",
        ("Kent",),
        "2023-10",
        ("71",),
    )
    assert begun.vintage == "2026-04"
    with pytest.raises(InputError, match="child_contact"):
        begun.changed(definition="child_contcat")


def test_the_choices_offered_are_values_that_the_model_takes() -> None:
    assert NotebookParameters.choices() == {}
    offered = OffenceCounts.choices()
    assert offered["forces"] == TERRITORIAL
    for name in offered["definition"]:
        assert OffenceCounts.checked({"definition": name}).definition == name
