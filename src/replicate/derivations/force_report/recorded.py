"""What one force recorded, non-recent offences included: by year and kind, and by offence code."""

import pandas as pd

from replicate.analysis import offences
from replicate.derivations.counting import count, refuse_uncovered, refuse_unknown_codes
from replicate.sources import tables
from replicate.vocabulary.definitions import kinds
from replicate.vocabulary.parameters import ForceReport
from replicate.vocabulary.periods import Period


def recorded_table(parameters: ForceReport) -> str:
    """Return the name of the release's table, `latest` resolved.

    Raises
    ------
    InputError
        When there is no such vintage, or the period is not wholly covered by it.
    """
    vintage = tables.resolve_vintage(parameters.vintage)
    refuse_uncovered(Period.parse(parameters.period), vintage)
    return f"recorded_crime_{vintage}"


def series(parameters: ForceReport) -> pd.DataFrame:
    """Return the force's recorded offences by whole calendar year and kind: year, kind, count, missing_cells, complete."""
    codes = parameters.chosen().codes
    refuse_unknown_codes(codes)
    recorded = tables.recorded_crime(parameters.vintage)
    rows = offences.select(
        recorded, codes=codes, quarters=recorded["quarter"].unique(), forces=[parameters.force]
    )
    return offences.series(rows, kinds()).query("complete").reset_index(drop=True)


def by_offence(parameters: ForceReport) -> pd.DataFrame:
    """Return the force's offences of the definition in the period: code, description, kind, count, missing_cells."""
    found = count(
        parameters.chosen(),
        Period.parse(parameters.period),
        vintage=parameters.vintage,
        forces=[parameters.force],
        by="code",
    ).rows
    titles = tables.offences().set_index("code")["description"]
    rows = found.assign(description=found["code"].map(titles), kind=found["code"].map(kinds()))
    return rows[["code", "description", "kind", "count", "missing_cells"]]
