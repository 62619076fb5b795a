"""One estimate from lists that overlap, told with those of other models beside it."""

from math import isfinite
from typing import Any

from replicate.analysis import systems
from replicate.analysis.systems import Estimate
from replicate.derivations.under_reporting.list_files import lists

CHOSEN = {"none": "your own terms", "stepwise": "chosen stepwise"}

ONE_MODEL = "With two lists there is one model, that they are independent; nothing in the table can check it."
AT_LIMIT = "Some terms of the model run to infinity; the estimate is the limit."


def estimated(which: str, *, terms: str | None = None, **options: Any) -> Estimate:
    """Estimate how many people there are in all from an example or a file of lists.

    Parameters
    ----------
    which
        The name of an example, or the path of a file.
    terms
        Interactions of one's own model, with commas between: `A:B,A:C`.
    **options
        Of `replicate.analysis.systems.estimate`.

    Raises
    ------
    InputError
        For what `lists` and `estimate` refuse.
    """
    return systems.estimate(lists(which), terms=tuple(terms.split(",")) if terms else (), **options)


def records(found: Estimate) -> list[dict[str, object]]:
    """Return the chosen model and those beside it, in people: chosen_by, model, people, lower, upper, se.

    The chosen model's interval is the bootstrap's where there is one; that of every other is log-normal.
    """
    own = CHOSEN.get(found.select, f"chosen by {found.select.upper()}")
    ends = found.interval.lower, found.interval.upper
    rows = [_row(own, words(found.model), found.estimate, ends, found.fit.se)]
    for view in found.alternatives:
        model = "all together" if view.model is None else words(found.names(view.model))
        rows.append(
            _row(
                view.kind, model, view.estimate, (view.interval.lower, view.interval.upper), view.se
            )
        )
    return rows


def words(model: list[str]) -> str:
    """Return a model's interactions in words.

    Examples
    --------
    >>> words(["A:B", "A:C"]), words([])
    ('A:B, A:C', 'no interactions')
    """
    return ", ".join(model) or "no interactions"


def told(found: Estimate) -> str:
    """Say what the estimate rests on, which interval is given, and how far other models lie from it."""
    every = [found.estimate, *(view.estimate for view in found.alternatives)]
    considered = (
        "1 model"
        if found.models_considered == 1
        else f"{found.models_considered:,} models compared"
    )
    said = [
        f"{found.table.n_observed:,} people observed; {considered}.",
        "Intervals of the model: "
        + "; ".join(
            f"{one.method} {_people(one.lower)} to {_people(one.upper)}" for one in found.intervals
        )
        + ".",
    ]
    if found.resampled:
        said.append(
            f"Resamples: {len(found.resampled.estimates):,}, of which {found.resampled.without_model:,} without a model."
        )
    if found.fit.at_limit:
        said.append(AT_LIMIT)
    apart = f"These models of the same table give {_people(min(every))} to {_people(max(every))} people."
    return "\n".join([*said, ONE_MODEL if len(found.table.lists) == 2 else apart])


def _row(
    chosen_by: str, model: str, people: float, ends: tuple[float, float], se: float
) -> dict[str, object]:
    lower, upper = ends
    return {
        "chosen_by": chosen_by,
        "model": model,
        "people": round(people),
        "lower": round(lower),
        "upper": _people(upper),
        "se": round(se),
    }


def _people(value: float) -> str:
    return f"{value:,.0f}" if isfinite(value) else "no limit"
