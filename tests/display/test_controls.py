"""Controls that redraw a figure: what each parameter gets, and what is shown where nobody is there."""

import sys
from types import SimpleNamespace
from typing import Any, Literal

import ipywidgets
import pytest
from pydantic import Field

from replicate.display import explore
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


def shown(values: NotebookParameters) -> Shown:
    words = f"{getattr(values, 'place', '')} {getattr(values, 'level', '')}"
    return Shown(html=f"<b>{words}</b>", text=words)


def controls(parameters: NotebookParameters, *names: str, **choices: list[str]) -> list[Any]:
    """Return the controls of some parameters, and where the figure is drawn."""
    explored = explore(parameters, shown, names, choices, interactive=True)
    assert isinstance(explored, ipywidgets.VBox)
    return list(explored.children)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("place", ipywidgets.Dropdown),
        ("level", ipywidgets.FloatSlider),
        ("wide", ipywidgets.FloatSlider),
        ("resamples", ipywidgets.IntSlider),
        ("seed", ipywidgets.BoundedIntText),
        ("strict", ipywidgets.Checkbox),
        ("name", ipywidgets.Text),
    ],
)
def test_each_type_has_its_control_and_keeps_to_the_bounds_of_the_model(
    name: str, kind: type
) -> None:
    made: Any = controls(Example(), name)[0]
    assert type(made).__name__ == kind.__name__
    assert made.value == getattr(Example(), name)
    for end in (getattr(made, end) for end in ("min", "max") if hasattr(made, end)):
        assert getattr(Example.checked({name: end}), name) == end


def test_a_choice_has_its_title_and_its_help() -> None:
    place, _ = controls(Example(), "place")
    assert (place.options, place.description) == (("here", "there"), "Place")
    assert place.tooltip == "where to look"
    definition, forces, vintage, _ = controls(
        OffenceCounts(), "definition", "forces", "vintage", vintage=["2023-10"]
    )
    titles = {name: title for title, name in definition.options}
    assert titles["child_contact"] == definitions()["child_contact"].title
    assert isinstance(forces, ipywidgets.SelectMultiple)
    assert len(forces.options) == 43
    assert set(dict(vintage.options).values()) == {"2023-10", OffenceCounts().vintage}


@pytest.mark.parametrize("name", ["lists", "forces"])
def test_what_has_no_control_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match=name):
        controls(Example(), name)


def test_a_changed_control_redraws_the_figure() -> None:
    place, level, output = controls(Example(), "place", "level")
    assert output.outputs[0]["data"]["text/html"] == "<b>here 0.9</b>"
    place.value = "there"
    level.value = 0.8
    (drawn,) = output.outputs
    assert drawn["output_type"] == "display_data"
    assert drawn["data"] == {"text/html": "<b>there 0.8</b>", "text/plain": "there 0.8"}


def test_a_value_that_the_model_refuses_is_answered_where_the_figure_was() -> None:
    period, output = controls(OffenceCounts(), "period")
    period.value = "2024-Q5"
    (said,) = output.outputs
    assert (said["output_type"], said["name"]) == ("stream", "stderr")
    assert "2024-Q5" in said["text"]
    period.value = "2023"
    assert "data" in output.outputs[0]


@pytest.mark.parametrize("metadata", [{"cellId": "series"}, {}, None])
def test_controls_are_there_where_an_editor_names_the_cell_it_sends(
    monkeypatch: pytest.MonkeyPatch, metadata: dict[str, str] | None
) -> None:
    kernel = SimpleNamespace(get_parent=lambda: {"metadata": metadata})
    shell = SimpleNamespace() if metadata is None else SimpleNamespace(kernel=kernel)
    ipython = SimpleNamespace(get_ipython=lambda: shell)
    with monkeypatch.context() as changed:
        changed.setitem(sys.modules, "IPython", ipython)
        found = explore(Example(), shown, [])
    assert isinstance(found, ipywidgets.VBox) is bool(metadata)
    if not metadata:
        assert "Opened in JupyterLab" in str(found)
