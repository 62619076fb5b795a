"""What one force recorded, non-recent offences included: by year and kind, and by offence code."""

import pandas as pd

from replicate.derivations import counting
from replicate.vocabulary.parameters import ForceReport
from replicate.vocabulary.periods import Period


def recorded_table(parameters: ForceReport) -> str:
    """Return the name of the release's table; one that doesn't wholly cover the period is refused."""
    return counting.recorded_table(parameters.period, parameters.vintage)


def series(parameters: ForceReport) -> pd.DataFrame:
    """Return what the force recorded by whole calendar year and kind, as `counting.series` does."""
    found = counting.series(
        parameters.chosen(), vintage=parameters.vintage, forces=[parameters.force]
    )
    return found.query("complete").reset_index(drop=True)


def by_offence(parameters: ForceReport) -> pd.DataFrame:
    """Return the force's offences of the definition in the period, as `counting.by_offence` does."""
    return counting.by_offence(
        parameters.chosen(),
        Period.parse(parameters.period),
        vintage=parameters.vintage,
        forces=[parameters.force],
    )
