"""Residents by ethnic group, Census of 2021.

Traps resolved here: 17 districts of 2021 that no longer exist, each within one force area; the category "Does not apply",
which is empty; and counts perturbed against disclosure, which therefore sum to slightly other totals than coarser tables.
"""

from pathlib import Path

import pandas as pd

from replicate.sources.build.areas import by_authority, require_known
from replicate.vocabulary.errors import InputError

BROAD = {
    "Asian, Asian British or Asian Welsh": "Asian",
    "Black, Black British, Black Welsh, Caribbean or African": "Black",
    "Mixed or Multiple ethnic groups": "Mixed",
    "White": "White",
    "Other ethnic group": "Other",
}
"""The publisher's prefixes, which are the five broad groups of its coarser tables."""

_COLUMNS = {
    "Lower Tier Local Authorities Code": "area_code",
    "Lower Tier Local Authorities": "area",
    "Ethnic group (20 categories)": "ethnic_group",
    "Observation": "residents",
}
_NOBODY = "Does not apply"


def build(*, ethnic_group: Path, areas: Path) -> pd.DataFrame:
    """Count residents by lower-tier authority of 2021 and ethnic group.

    Parameters
    ----------
    ethnic_group
        ONS table TS021, in 19 groups and "Does not apply".
    areas
        The ONS lookup from lower-tier authorities to force areas.

    Returns
    -------
    pandas.DataFrame
        area_code, area, force, ethnic_group, broad_group, residents.
    """
    frame = pd.read_csv(ethnic_group).rename(columns=_COLUMNS)[list(_COLUMNS.values())]
    forces = by_authority(areas)
    require_known(frame["area_code"], forces, str(ethnic_group))
    _refuse_residents_of_no_group(frame, ethnic_group)
    table = frame[frame["ethnic_group"] != _NOBODY]
    return table.assign(
        force=table["area_code"].map(forces),
        broad_group=table["ethnic_group"].str.split(":").str[0].map(BROAD),
        residents=table["residents"].astype("Int64"),
    )[["area_code", "area", "force", "ethnic_group", "broad_group", "residents"]].sort_values(
        ["area_code", "ethnic_group"], ignore_index=True
    )


def _refuse_residents_of_no_group(frame: pd.DataFrame, path: Path) -> None:
    nobody = frame[(frame["ethnic_group"] == _NOBODY) & (frame["residents"] != 0)]
    if len(nobody):
        raise InputError(
            "residents in no ethnic group",
            where=f"{path}, {nobody['area'].iloc[0]}",
            got=int(nobody["residents"].iloc[0]),
            expected="0",
        )
