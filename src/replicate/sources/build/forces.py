"""The forces, and where they are."""

import json
from pathlib import Path

import pandas as pd

from replicate.sources.build.names import COUNTRIES, force
from replicate.vocabulary.forces import FORCES, TERRITORIAL


def build(*, boundaries: Path, geography: Path) -> pd.DataFrame:
    """List every force and body that records crime.

    Parameters
    ----------
    boundaries
        The ONS boundary file, for the codes of the areas.
    geography
        The Home Office's geographical reference table, for their regions (in its own words).

    Returns
    -------
    pandas.DataFrame
        name, code, country, region, territorial. British Transport Police and the fraud bodies have no code, country
        or region.
    """
    features = json.loads(boundaries.read_text(encoding="utf-8"))["features"]
    codes = {
        force(f["properties"]["PFA23NM"], str(boundaries)): f["properties"]["PFA23CD"]
        for f in features
    }
    places = pd.read_csv(geography, encoding="latin-1")[["Force Name", "Region"]].drop_duplicates()
    regions = {
        force(name, str(geography)): region for name, region in places.itertuples(index=False)
    }
    names = pd.Series(FORCES, dtype="str")
    return pd.DataFrame(
        {
            "name": names,
            "code": names.map(codes),
            "country": names.map(codes).str[0].map(COUNTRIES),
            "region": names.map(regions),
            "territorial": names.isin(TERRITORIAL),
        }
    ).astype({"code": "str", "country": "str", "region": "str"})
