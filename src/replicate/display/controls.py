"""Controls for a reader in JupyterLab, made from the parameter model, that redraw a figure.

A notebook that a batch runs, or a page, has nobody to turn them: there a sentence takes their
place, and the executed notebook stays the same from run to run, since widgets bear random names.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin

from replicate.display.markup import Shown, cell_id
from replicate.display.theme import area_name
from replicate.vocabulary.errors import ReplicateError

if TYPE_CHECKING:
    import ipywidgets

    from replicate.vocabulary.models import NotebookParameters

Parameters = TypeVar("Parameters", bound="NotebookParameters")
_NONE: Mapping[str, Sequence[str]] = MappingProxyType({})
_WIDEST = 1000
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

    Raises
    ------
    TypeError
        When a parameter of its type has no control.
    """
    if not (cell_id() if interactive is None else interactive):
        words = f"Opened in JupyterLab, this cell shows controls for {', '.join(names)}, and the figure follows them."
        return Shown(html=f"<p>{words}</p>", text=words)
    import ipywidgets

    offered = {**parameters.choices(), **choices}
    controls = {name: _control(parameters, name, offered.get(name, ())) for name in names}
    place = ipywidgets.Output()

    def follow(_: object = None) -> None:
        values = {name: widget.value for name, widget in controls.items()}
        place.outputs = (_drawn(parameters, redraw, values),)

    for widget in controls.values():
        widget.observe(follow, names="value")
    follow()
    return ipywidgets.VBox([*controls.values(), place])


def _drawn(
    parameters: Parameters, redraw: Callable[[Parameters], Shown], values: Mapping[str, Any]
) -> dict[str, object]:
    """Return what to show for some values: the figure, or why the values can't be taken."""
    try:
        shown = redraw(parameters.changed(**values))
    except ReplicateError as refused:
        return {"output_type": "stream", "name": "stderr", "text": str(refused)}
    return {"output_type": "display_data", "data": shown._repr_mimebundle_(), "metadata": {}}


def _control(
    parameters: "NotebookParameters", name: str, choices: Sequence[str]
) -> "ipywidgets.ValueWidget":
    """Make the control of a parameter from its type, bounds and help.

    Choices are offered by their titles; without any, a text is typed, and the model refuses what
    it can't take.
    """
    import ipywidgets as made

    field, value = type(parameters).model_fields[name], getattr(parameters, name)
    kind = field.annotation
    shared = {
        "value": value,
        "description": name.replace("_", " ").capitalize(),
        "tooltip": field.description,
        "style": {"description_width": "9em"},
        "layout": {"width": "32em"},
    }
    if get_origin(kind) is Literal:
        return made.Dropdown(options=get_args(kind), **shared)
    if kind is bool:
        return made.Checkbox(**shared)
    if kind in (int, float):
        bounds = _bounds(field)
        wide = bounds["max"] - bounds["min"] > _WIDEST
        whole, real = (
            (made.BoundedIntText, made.BoundedFloatText)
            if wide
            else (made.IntSlider, made.FloatSlider)
        )
        late = {} if wide else {"continuous_update": False}
        return (whole if kind is int else real)(**late, **bounds, **shared)
    if get_origin(kind) is tuple and choices:
        return made.SelectMultiple(options=_titled(choices), rows=6, **shared)
    if isinstance(value, str) and choices:
        return made.Dropdown(options=_titled([*choices, value]), **shared)
    if isinstance(value, str):
        return made.Text(continuous_update=False, **shared)
    raise TypeError(f"parameter {name!r} has no control: its type is {kind}")


def _titled(names: Sequence[str]) -> list[tuple[str, str]]:
    from replicate.vocabulary.definitions import definitions

    titles = {one.name: one.title for one in definitions().values()}
    return [(titles.get(name, area_name(name)), name) for name in dict.fromkeys(names)]


def _bounds(field: Any) -> dict[str, Any]:
    """Return the ends that the model sets, a step inside where an end may not be reached itself."""
    ends = {
        end: getattr(rule, end)
        for rule in field.metadata
        for end in ("ge", "gt", "le", "lt")
        if getattr(rule, end, None) is not None
    }
    kind = field.annotation
    low, high = ends.get("ge", ends.get("gt", -1e9)), ends.get("le", ends.get("lt", 1e9))
    step = 1 if kind is int else (high - low) / 100 if high - low < 100 else 0.1
    low, high = low + step * ("gt" in ends), high - step * ("lt" in ends)
    return {"step": step, "min": kind(low), "max": kind(high)}
