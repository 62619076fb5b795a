"""The worked example of lists that notebook 03 shows, and the range published from it."""

import pandas as pd

from replicate.derivations.under_reporting.list_files import lists
from replicate.derivations.under_reporting.systems import Study, study
from replicate.vocabulary.parameters import UnderReporting


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
                "people": int(
                    sum(count for code, count in enumerate(table.counts) if code >> bit & 1)
                ),
                "alone": int(table.counts[1 << bit]),
            }
            for bit, name in enumerate(table.lists)
        ]
    )


def published(found: Study) -> tuple[float, float] | None:
    """Return the range published from the table; none for a table of the reader's own."""
    one = found.published
    return (
        None
        if one is None or one.lower is None or one.upper is None
        else (float(one.lower), float(one.upper))
    )
