"""The worked example of lists that notebook 03 shows, and its estimates as ranges to draw."""

from math import isfinite

import pandas as pd

from replicate.derivations.under_reporting.list_files import lists
from replicate.derivations.under_reporting.systems import Study, study
from replicate.vocabulary.parameters.under_reporting import UnderReporting


def shown(parameters: UnderReporting) -> Study:
    """Estimate the table asked for by every way of choosing a model.

    Raises
    ------
    InputError
        For a table that cannot be read, or a model that cannot be fitted to it.
    """
    return study(
        parameters.lists,
        criterion=parameters.criterion,
        order=parameters.order,
        threshold=parameters.threshold,
        resamples=parameters.resamples,
        seed=parameters.seed,
    )


def described(parameters: UnderReporting) -> pd.DataFrame:
    """Return the table's lists: list, people on it, and on it alone."""
    table = lists(parameters.lists)
    return pd.DataFrame(
        [
            {
                "list": name,
                "people": int(sum(count for code, count in enumerate(table.counts) if code >> bit & 1)),
                "alone": int(table.counts[1 << bit]),
            }
            for bit, name in enumerate(table.lists)
        ]
    )


def drawn(found: Study) -> pd.DataFrame:
    """Return each distinct model as a range to draw, the lowest estimate first.

    Returns
    -------
    pandas.DataFrame
        name (what chose the model), value, lower, upper and kind; a model whose interval has no upper end has no range, and says so.
    """
    rows = found.distinct
    finite = rows["upper"].map(isfinite)
    return pd.DataFrame(
        {
            "name": rows["chosen_by"],
            "value": rows["estimate"].where(finite),
            "lower": rows["lower"].where(finite),
            "upper": rows["upper"].where(finite),
            "kind": finite.map({True: "interval, its model taken as known", False: "no upper limit"}),
        }
    )
