"""What notebook 01 asks of the tables: the series, the areas, the model, and how published totals agree."""

from dataclasses import dataclass

import pandas as pd

from replicate.analysis import counting as analysis
from replicate.analysis import rates
from replicate.derivations import counting
from replicate.derivations.counting import count
from replicate.sources import tables
from replicate.vocabulary.definitions import definitions
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.parameters import OffenceCounts
from replicate.vocabulary.periods import Period

AGES = (0, 17)
"""The ages that count as children here: the range that both the estimates of all areas and the series hold."""

YEAR = 2024
"""The mid-year estimate that all 43 areas have."""


def recorded_table(parameters: OffenceCounts) -> str:
    """Return the name of the release's table; one that doesn't wholly cover the period is refused."""
    return counting.recorded_table(parameters.period, parameters.vintage)


def series(parameters: OffenceCounts) -> pd.DataFrame:
    """Return recorded offences by calendar year and kind, over all that the release holds."""
    return counting.series(
        parameters.chosen(), vintage=parameters.vintage, forces=_forces(parameters)
    )


def by_offence(parameters: OffenceCounts) -> pd.DataFrame:
    """Return the offences of the definition in the period, as `counting.by_offence` does."""
    return counting.by_offence(
        parameters.chosen(),
        Period.parse(parameters.period),
        vintage=parameters.vintage,
        forces=_forces(parameters),
    )


def by_offence_and_year(parameters: OffenceCounts) -> pd.DataFrame:
    """Return the offences of the definition by whole calendar year: code, description, and a column for each year.

    A year is missing for an offence that the release has no cell of.
    """
    rows = _recorded(parameters)
    titles = tables.offences().set_index("code")["description"]
    each = analysis.series(rows, {code: code for code in parameters.chosen().codes}).query(
        "complete"
    )
    wide = (
        each.assign(year=each["year"].astype(str))
        .pivot(index="kind", columns="year", values="count")
        .rename_axis(columns=None)
    )
    wide.insert(0, "description", titles.reindex(wide.index))
    return wide.rename_axis("code").reset_index()


def by_definition(parameters: OffenceCounts) -> pd.DataFrame:
    """Return every definition's count for the period in every vintage that covers it: name, title, codes, vintage, count."""
    period = Period.parse(parameters.period)
    rows = [
        {
            "definition": definition.name,
            "title": definition.title,
            "codes": ", ".join(definition.codes),
            "vintage": vintage,
        }
        | {"count": count(definition, period, vintage=vintage, forces=_forces(parameters)).count}
        for definition in (definitions() | parameters.own()).values()
        for vintage in tables.vintages()
        if period.first in tables.coverage(vintage) and period.last in tables.coverage(vintage)
    ]
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class Areas:
    """Recorded offences by police force area.

    Attributes
    ----------
    rates
        force, count, children, rate, lower, upper (per 1,000 children a year), se_log, rank, rank_lower, rank_upper.
    dispersion
        How much more than a Poisson count an area's count moves about from year to year.
    years
        The years that the dispersion was found in.
    ranked
        How many areas share the ranks: all that have a rate, shown or not.
    """

    rates: pd.DataFrame
    dispersion: float
    years: tuple[int, int]
    ranked: int


def panel(parameters: OffenceCounts) -> pd.DataFrame:
    """Return the English areas by whole calendar year: force, year, count, children. Welsh years of other editions make no series."""
    forces = tables.forces()
    english = set(forces.loc[forces["country"] == "England", "name"])
    rows = rates.panel(_recorded(parameters), _children())
    return rows[rows["force"].isin(english)]


def areas(parameters: OffenceCounts) -> Areas:
    """Return counts and rates of the 43 areas in the period, with intervals that allow for over-dispersion."""
    period, rows = Period.parse(parameters.period), panel(parameters)
    found = count(
        parameters.chosen(), period, vintage=parameters.vintage, forces=TERRITORIAL, by="force"
    ).rows
    children = _children().query("year == @YEAR")
    exposure = children.assign(children=children["children"] * len(period.quarters) / 4)
    dispersion = rates.dispersion(rows)
    ranked = rates.rank_ranges(
        rates.rates(found, exposure, dispersion=dispersion, level=parameters.level)
    )
    years = int(rows["year"].min()), int(rows["year"].max())
    shown = ranked[ranked["force"].isin(parameters.forces or TERRITORIAL)]
    return Areas(shown, dispersion, years, ranked=int(ranked["rate"].notna().sum()))


def model(parameters: OffenceCounts) -> rates.AreaYearModel:
    """Fit the negative-binomial model of area and year, with children as exposure."""
    return rates.area_year_model(panel(parameters), level=parameters.level)


def _recorded(parameters: OffenceCounts) -> pd.DataFrame:
    return counting.cells(
        parameters.chosen(), vintage=parameters.vintage, forces=_forces(parameters)
    )


def _children() -> pd.DataFrame:
    children = tables.children()
    return children[(children["age_from"] == AGES[0]) & (children["age_to"] == AGES[1])]


def _forces(parameters: OffenceCounts) -> tuple[str, ...]:
    return counting.bodies(exclude_btp=parameters.territory == "without_btp")


def boundaries() -> pd.DataFrame:
    """Return the simplified boundaries of the 43 areas: force, rings."""
    return tables.boundaries()


def mapped(found: Areas) -> pd.DataFrame:
    """Return what the map shades: force, value (missing where there is a count and no rate)."""
    return found.rates.rename(columns={"rate": "value"})[["force", "value"]]
