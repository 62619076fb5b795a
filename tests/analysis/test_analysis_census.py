import pandas as pd
import pytest

from replicate.analysis import census
from replicate.vocabulary.errors import InputError

# Census 2021, TS021, as published: residents of the city of Manchester and of the county, White, Asian and all.
CITY = {"White": 313_630, "Asian": 115_113, "Other": 551_938 - 313_630 - 115_113}
COUNTY = {"White": 2_190_804, "Asian": 389_295, "Other": 2_867_730 - 2_190_804 - 389_295}


@pytest.fixture
def residents() -> pd.DataFrame:
    rest = {group: COUNTY[group] - CITY[group] for group in CITY}
    others = [name for name in census.GREATER_MANCHESTER if name != "Manchester"]
    rows = [("Manchester", group, number) for group, number in CITY.items()]
    rows += [
        (name, group, number // 9 + (number % 9 if place == 0 else 0))
        for place, name in enumerate(others)
        for group, number in rest.items()
    ]
    rows += [("Kent", "White", 7)]
    return pd.DataFrame(rows, columns=["area", "broad_group", "residents"])


def test_the_city_is_not_the_county(residents: pd.DataFrame) -> None:
    """The shares published for each: 56.8 and 20.9 % for the city, 76.4 and 13.6 % for the county."""
    assert round(census.share(residents, ["Manchester"], "White").percent, 1) == 56.8
    assert round(census.share(residents, ["Manchester"], "Asian").percent, 1) == 20.9
    county = census.share(residents, census.GREATER_MANCHESTER, "White")
    assert county[:2] == (2_190_804, 2_867_730)
    assert round(county.percent, 1) == 76.4
    assert round(census.share(residents, census.GREATER_MANCHESTER, "Asian").percent, 1) == 13.6


def test_the_county_has_ten_districts() -> None:
    assert len(set(census.GREATER_MANCHESTER)) == 10


@pytest.mark.parametrize(
    ("areas", "group", "nearest"),
    [(["Manchestre"], "White", "Manchester"), (["Bury"], "Asien", "Asian")],
)
def test_unknown_names_are_refused_with_the_nearest(
    residents: pd.DataFrame, areas: list[str], group: str, nearest: str
) -> None:
    with pytest.raises(InputError, match=f"did you mean '{nearest}'"):
        census.share(residents, areas, group)
