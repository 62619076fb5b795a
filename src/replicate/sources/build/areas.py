"""Which force area an authority is in, whatever the year of its code."""

from pathlib import Path

import pandas as pd

from replicate.sources.build.names import force
from replicate.vocabulary.errors import InputError

ABOLISHED = {
    "Avon and Somerset": ("E10000027", "E07000187", "E07000188", "E07000189", "E07000246"),
    "Cumbria": (
        "E10000006",
        "E07000026",
        "E07000027",
        "E07000028",
        "E07000029",
        "E07000030",
        "E07000031",
    ),
    "Dorset": ("E06000028", "E06000029", "E10000009"),
    "North Yorkshire": (
        "E10000023",
        "E07000163",
        "E07000164",
        "E07000165",
        "E07000166",
        "E07000167",
        "E07000168",
        "E07000169",
    ),
    "Northamptonshire": ("E10000021",),
    "Thames Valley": ("E10000002",),
}
"""Counties and districts that the Structural Changes Orders of 2018 to 2022 abolished, and the force whose area holds each whole:
Somerset and its four districts; Cumbria and its six; Bournemouth, Poole and Dorset; North Yorkshire and its seven; Northamptonshire;
Buckinghamshire. They occur in the census of 2021 and in earlier years of estimates."""


def by_authority(areas: Path, upper_tier: Path | None = None) -> dict[str, str]:
    """Map the codes of authorities to forces.

    Parameters
    ----------
    areas
        The ONS lookup from lower-tier authorities (2024) to police force areas.
    upper_tier
        The ONS lookup from lower-tier to upper-tier authorities (2023), where upper-tier codes are wanted too.

    Raises
    ------
    InputError
        When an authority is in two force areas.
    """
    lookup = pd.read_csv(areas)[["ltla24_code", "pfa24_name"]].set_axis(["code", "force"], axis=1)
    if upper_tier is not None:
        tiers = pd.read_csv(upper_tier, encoding="utf-8-sig")[["LTLA23CD", "UTLA23CD"]]
        counties = tiers.merge(lookup, left_on="LTLA23CD", right_on="code")[
            ["UTLA23CD", "force"]
        ].set_axis(["code", "force"], axis=1)
        lookup = pd.concat([lookup, counties])
    lookup = lookup.drop_duplicates()
    if (split := lookup["code"].duplicated()).any():
        code = lookup.loc[split, "code"].iloc[0]
        raise InputError(
            "an authority in two force areas",
            where=str(areas),
            got=code,
            expected="each authority within one force area",
        )
    current = {code: force(name, str(areas)) for code, name in lookup.itertuples(index=False)}
    return {code: name for name, codes in ABOLISHED.items() for code in codes} | current


def require_known(codes: pd.Series, forces: dict[str, str], where: str) -> None:
    """Refuse a code that no force area holds."""
    strange = codes[~codes.isin(list(forces))]
    if len(strange):
        raise InputError(
            "an authority in no known force area",
            where=where,
            got=strange.iloc[0],
            expected="a code of the lookup, or a known earlier one",
        )
