"""Whether anything but the counts tells what share was recorded."""

import numpy as np

from replicate.analysis.thinning.data import Array, Data, refused

NOTHING = 1e-8
"""A part of a direction that is no more than rounding."""


def refuse_unidentified(data: Data, events: list[str], recording: list[str]) -> None:
    """Refuse a model whose recording nothing but the counts would have to tell.

    Where the columns of recording are among those of events, coefficients (b, a) and (b + a, -a) give every count the same mean, and a
    rate that is the same everywhere only adds to the constant (Papadopoulos and Santos Silva 2008, Identification issues in
    models for underreported counts, University of Essex). Otherwise nothing but the curve of the logistic function would tell them apart.
    So each direction of recording has to be told by validation data or by the prior.

    Raises
    ------
    InputError
        When there are neither, when they leave a direction untold, or when columns of events can't be told apart.
    """
    told = np.vstack([data.valid_recording[data.valid_events > 0], np.diag(data.prior_precision)])
    if not told.any():
        raise refused(
            "a recording rate that cannot be told from counts",
            "recording",
            "neither validation data nor a prior",
            "one of them",
            "half the rate of twice the events gives the same counts",
        )
    for columns, names, where, what in (
        (data.events, events, "events", "columns that cannot be told apart"),
        (
            told,
            recording,
            "recording",
            "columns of recording of which validation data and prior say nothing",
        ),
    ):
        if loose := _loose(columns, names):
            raise refused(what, where, ", ".join(loose), "columns that each add something")


def _loose(columns: Array, names: list[str]) -> list[str]:
    """Return the columns that have a part in a direction that no row tells."""
    _, sizes, directions = np.linalg.svd(columns, full_matrices=True)
    told = int((sizes > NOTHING * sizes.max()).sum())
    return [
        name
        for name, part in zip(
            names, np.abs(directions[told:]).max(axis=0, initial=0.0), strict=True
        )
        if part > NOTHING
    ]
