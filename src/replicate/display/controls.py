"""Controls for a reader in JupyterLab: made from the parameter model, they redraw a figure when a value is changed.

A notebook that a batch runs, or a page, has nobody to turn them: there a sentence stands in their place, and the executed notebook
stays the same from run to run, since widgets bear random names.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin

from replicate.display.labels import area_name
from replicate.display.markup import Shown
from replicate.vocabulary.errors import ReplicateError

if TYPE_CHECKING:
    import ipywidgets

    from replicate.vocabulary.models import NotebookParameters

Parameters = TypeVar("Parameters", bound="NotebookParameters")
_NONE: Mapping[str, Sequence[str]] = MappingProxyType({})
_STEPS = 100
_SLIDES = 1000
"""The widest range that a slider can be set in; wider ones are typed."""


def explore(
    parameters: Parameters,
    redraw: Callable[[Parameters], Shown],
    names: Sequence[str],
    choices: Mapping[str, Sequence[str]] = _NONE,
    *,
    interactive: bool | None = None,
) -> "ipywidgets.VBox | Shown":
    """Show a figure with controls for some of its parameters.

    Parameters
    ----------
    parameters
        The values to begin with.
    redraw
        What draws the figure for some values.
    names
        The parameters to offer, in order.
    choices
        Parameter → values to offer, beside those that the model knows.
    interactive
        Whether somebody is there to turn the controls; None finds out.

    Returns
    -------
    ipywidgets.VBox or Shown
        The controls above the figure; where nobody is there, a sentence.
    """
    if not (is_interactive() if interactive is None else interactive):
        words = f"Opened in JupyterLab, this cell shows controls for {', '.join(names)}, and the figure follows them."
        return Shown(html=f"<p>{words}</p>", text=words)
    import ipywidgets

    offered = {**parameters.choices(), **choices}
    controls = {name: control(parameters, name, offered.get(name, ())) for name in names}
    place = ipywidgets.Output()

    def follow(_: object = None) -> None:
        place.outputs = (
            _drawn(parameters, redraw, {name: widget.value for name, widget in controls.items()}),
        )

    for widget in controls.values():
        widget.observe(follow, names="value")
    follow()
    return ipywidgets.VBox([*controls.values(), place])


def is_interactive() -> bool:
    """Tell whether the cell that runs was sent by somebody's editor, which names the cell, and not by a batch, which doesn't."""
    from IPython.core.getipython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    return kernel is not None and "cellId" in kernel.get_parent().get("metadata", {})


def control(
    parameters: "NotebookParameters", name: str, choices: Sequence[str] = ()
) -> "ipywidgets.ValueWidget":
    """Make the control of one parameter from its type, bounds and help.

    Parameters
    ----------
    parameters
        The values to begin with.
    name
        The parameter.
    choices
        Values to offer, by their titles where they have one; without any, a text can be typed, and the model refuses what it can't take.

    Raises
    ------
    TypeError
        When a parameter of its type has no control.
    """
    import ipywidgets as made

    from replicate.vocabulary.definitions import definitions

    kind, value = type(parameters).model_fields[name].annotation, getattr(parameters, name)
    titles = {one.name: one.title for one in definitions().values()}
    options = [
        (titles.get(word, area_name(word)), word)
        for word in dict.fromkeys([*choices, *([value] if isinstance(value, str) else [])])
    ]
    shared = {
        "value": value,
        "description": name.replace("_", " ").capitalize(),
        "tooltip": type(parameters).model_fields[name].description,
        "style": {"description_width": "9em"},
        "layout": {"width": "32em"},
    }
    if get_origin(kind) is Literal:
        return made.Dropdown(options=get_args(kind), **shared)
    if kind is bool:
        return made.Checkbox(**shared)
    if kind in (int, float):
        bounds = _bounds(parameters, name)
        slides = bounds["max"] - bounds["min"] <= _SLIDES
        slider, box = (
            (made.IntSlider, made.BoundedIntText)
            if kind is int
            else (made.FloatSlider, made.BoundedFloatText)
        )
        if slides:
            return slider(continuous_update=False, **bounds, **shared)
        return box(**bounds, **shared)
    if get_origin(kind) is tuple and choices:
        return made.SelectMultiple(options=options, rows=6, **shared)
    if isinstance(value, str) and choices:
        return made.Dropdown(options=options, **shared)
    if isinstance(value, str):
        return made.Text(continuous_update=False, **shared)
    raise TypeError(f"parameter {name!r} has no control: its type is {kind}")


def _bounds(parameters: "NotebookParameters", name: str) -> dict[str, Any]:
    """Return the ends that the model sets, and a step; an end that may not be reached is left out by one step."""
    field = type(parameters).model_fields[name]
    ends = {
        end: getattr(rule, end)
        for rule in field.metadata
        for end in ("gt", "ge", "lt", "le")
        if getattr(rule, end, None) is not None
    }
    whole = field.annotation is int
    low, high = ends.get("ge", ends.get("gt", -1e9)), ends.get("le", ends.get("lt", 1e9))
    step = 1 if whole else (high - low) / _STEPS if high - low < _STEPS else 0.1
    kept = {"min": low + step * ("gt" in ends), "max": high - step * ("lt" in ends)}
    return {"step": step, **({end: int(value) for end, value in kept.items()} if whole else kept)}


def _drawn(
    parameters: Parameters, redraw: Callable[[Parameters], Shown], values: Mapping[str, Any]
) -> dict[str, object]:
    """Return what to show for some values: the figure, or why the values can't be taken."""
    try:
        shown = redraw(parameters.changed(**values))
    except ReplicateError as refused:
        return {"output_type": "stream", "name": "stderr", "text": str(refused)}
    return {"output_type": "display_data", "data": shown._repr_mimebundle_(), "metadata": {}}
