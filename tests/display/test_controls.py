from types import SimpleNamespace
from typing import Any, Literal

import ipywidgets
import pytest
from IPython.core import getipython
from pydantic import Field

from replicate.display import explore
from replicate.display.controls import control, is_interactive
from replicate.display.markup import Shown
from replicate.vocabulary.definitions import definitions
from replicate.vocabulary.models import NotebookParameters
from replicate.vocabulary.parameters import OffenceCounts


class Example(NotebookParameters):
    place: Literal["here", "there"] = Field(default="here", description="where to look")
    level: float = Field(default=0.9, gt=0.5, lt=1)
    wide: float = Field(default=10.0, ge=0, le=1000)
    resamples: int = Field(default=100, ge=10, le=1000)
    seed: int = 1
    strict: bool = True
    name: str = "first"
    forces: tuple[str, ...] = ()
    lists: dict[str, int] = Field(default_factory=dict)


def shown(values: Example) -> Shown:
    return Shown(
        html=f"<b>{values.place} {values.level:g} {values.resamples}</b>", text=values.place
    )


def box_of(explored: ipywidgets.VBox | Shown) -> ipywidgets.VBox:
    assert isinstance(explored, ipywidgets.VBox)
    return explored


def test_a_closed_choice_is_a_list_with_its_help() -> None:
    made = control(Example(), "place")
    assert isinstance(made, ipywidgets.Dropdown)
    assert (made.options, made.value, made.description, made.tooltip) == (
        ("here", "there"),
        "here",
        "Place",
        "where to look",
    )


@pytest.mark.parametrize(
    ("name", "low", "high", "beyond"),
    [
        ("level", 0.5, 1, {0.5, 1}),
        ("wide", 0, 1000, set()),
        ("resamples", 10, 1000, set()),
        ("seed", -1e9, 1e9, set()),
    ],
)
def test_a_number_keeps_to_the_bounds_of_the_model(
    name: str, low: float, high: float, beyond: set[float]
) -> None:
    made: Any = control(Example(), name)
    assert low <= made.min < made.value < made.max <= high
    assert {made.min, made.max}.isdisjoint(beyond)
    for end in (made.min, made.max):
        assert getattr(Example.checked({name: end}), name) == end


def test_a_truth_value_is_a_box_to_tick() -> None:
    assert isinstance(control(Example(), "strict"), ipywidgets.Checkbox)


def test_a_number_slides_unless_its_range_is_too_wide() -> None:
    kinds = {name: type(control(Example(), name)).__name__ for name in ("level", "resamples")}
    assert kinds == {"level": "FloatSlider", "resamples": "IntSlider"}
    assert isinstance(control(Example(), "seed"), ipywidgets.BoundedIntText)


def test_a_text_is_chosen_by_title_where_values_are_offered_and_typed_where_none_are() -> None:
    made: Any = control(OffenceCounts(), "definition", ["child_contact"])
    assert isinstance(made, ipywidgets.Dropdown)
    titles = {name: title for title, name in made.options}
    assert titles["child_contact"] == definitions()["child_contact"].title
    assert made.value == OffenceCounts().definition  # it is offered as well
    assert isinstance(control(Example(), "name"), ipywidgets.Text)


def test_several_of_a_list_can_be_chosen() -> None:
    made = control(OffenceCounts(), "forces", OffenceCounts.choices()["forces"])
    assert isinstance(made, ipywidgets.SelectMultiple)
    assert len(made.options) == 43


@pytest.mark.parametrize("name", ["lists", "forces"])
def test_what_has_no_control_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match=name):
        control(Example(), name)


def test_a_changed_control_redraws_the_figure() -> None:
    *controls, place = box_of(
        explore(Example(), shown, ["place", "level"], interactive=True)
    ).children
    assert place.outputs[0]["data"]["text/html"] == "<b>here 0.9 100</b>"
    controls[0].value = "there"
    controls[1].value = 0.8
    assert place.outputs == (
        {
            "output_type": "display_data",
            "data": {"text/html": "<b>there 0.8 100</b>", "text/plain": "there"},
            "metadata": {},
        },
    )


def test_a_value_that_the_model_refuses_is_answered_where_the_figure_was() -> None:
    (period, place) = box_of(
        explore(OffenceCounts(), lambda _: Shown("drawn", "drawn"), ["period"], interactive=True)
    ).children
    period.value = "2024-Q5"
    assert (place.outputs[0]["output_type"], place.outputs[0]["name"]) == ("stream", "stderr")
    assert "2024-Q5" in place.outputs[0]["text"]
    period.value = "2023"
    assert place.outputs[0]["data"]["text/html"] == "drawn"


def test_values_offered_beside_those_of_the_model_are_there() -> None:
    chosen = explore(
        OffenceCounts(),
        lambda _: Shown("", ""),
        ["vintage", "definition"],
        {"vintage": ("2023-10",)},
        interactive=True,
    )
    vintage, definition, _ = box_of(chosen).children
    assert "2023-10" in dict(vintage.options).values()
    assert "child_contact" in dict(definition.options).values()


def test_where_nobody_is_there_a_sentence_stands_in_its_place() -> None:
    said = explore(Example(), shown, ["place", "level"])
    assert isinstance(said, Shown)
    assert (
        said.text
        == "Opened in JupyterLab, this cell shows controls for place, level, and the figure follows them."
    )
    assert said.text in said.html


@pytest.mark.parametrize(("metadata", "expected"), [({"cellId": "series"}, True), ({}, False)])
def test_an_editor_names_the_cell_it_sends(
    monkeypatch: pytest.MonkeyPatch, metadata: dict[str, str], *, expected: bool
) -> None:
    kernel = SimpleNamespace(get_parent=lambda: {"metadata": metadata})
    monkeypatch.setattr(getipython, "get_ipython", lambda: SimpleNamespace(kernel=kernel))
    assert is_interactive() is expected


def test_outside_a_kernel_nobody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_interactive() is False
    monkeypatch.setattr(getipython, "get_ipython", lambda: SimpleNamespace())
    assert is_interactive() is False
