import pandas as pd
import pytest

from replicate.derivations.force_report import Assessed, Standing
from replicate.display import words
from replicate.vocabulary.parameters import ForceReport
from replicate.vocabulary.uncertainty import SamplingInterval

YEARS = pd.DataFrame(
    {"year": [2024], "episodes": [12], "lower": [12], "upper": [12], "state": ["value"]}
)


def standing(**changes: object) -> Standing:
    given: dict[str, object] = {
        "force": "Kent",
        "count": 1200,
        "children": 100000,
        "rate": 12.0,
        "interval": SamplingInterval(10.0, 14.4, 0.95, "a method"),
        "ranks": (2, 30),
        "ranked": 42,
        "why_none": "",
        "dispersion": 24.5,
        "years": (2013, 2024),
        "table": pd.DataFrame(),
    }
    return Standing(**(given | changes))  # type: ignore[arg-type]


def test_a_rate_is_said_with_its_interval_and_the_ranks_it_leaves_open() -> None:
    said = words.standing_sentence(standing())
    assert said == (
        "Kent recorded 1,200 offences in the period, non-recent ones included: 12.0 per 1,000 children a year "
        "(95\N{NO-BREAK SPACE}% interval 10.0 to 14.4). All pairs of areas compared at once, it could hold any rank from 2 to 30 of 42."
    )


def test_a_count_without_a_rate_says_why() -> None:
    none = standing(
        force="London, City of",
        count=1,
        rate=None,
        interval=None,
        ranks=None,
        why_none="not given: few children",
    )
    assert words.standing_sentence(none) == (
        "City of London recorded 1 offence in the period, non-recent ones included. A rate and a rank are not given: few children."
    )


@pytest.mark.parametrize(("dispersion", "times"), [(24.49, "24.5 times"), (0.4, "1.0 times")])
def test_notes_say_what_the_interval_allows_for(dispersion: float, times: str) -> None:
    assert times in words.standing_notes(standing(dispersion=dispersion))[0]


def test_a_subtitle_names_measure_place_and_years() -> None:
    said = words.force_subtitle(
        ForceReport(force="London, City of"), pd.DataFrame({"year": [2013, 2024]})
    )
    assert said.startswith("Offences recorded, non-recent included: ")
    assert said.endswith("City of London; 2013 to 2024")


def test_it_is_said_whether_an_inspection_is_held() -> None:
    kent = ForceReport(force="Kent")
    assert words.recording_sentence(kent, inspected=True, forces=18).endswith(
        "is among those of 18 forces held here."
    )
    assert words.recording_sentence(kent, inspected=False, forces=18).startswith(
        "None of the inspections"
    )


def test_assessments_are_added_up_or_it_is_said_why_not() -> None:
    kent = ForceReport(force="Kent")
    assert "area's 2 authorities are given" in words.assessed_sentence(
        kent, Assessed(YEARS, ("A", "B"), "")
    )
    assert words.assessed_sentence(kent, Assessed(YEARS.head(0), ("A",), "Because.")).endswith(
        "Because."
    )


def test_where_there_is_no_year_one_row_says_so() -> None:
    assert words.assessed_rows(Assessed(YEARS, ("A",), "")) is YEARS
    row = words.assessed_rows(Assessed(YEARS.head(0), ("A",), "Because.")).iloc[0]
    assert (row["year"], row["state"]) == ("no year", "can't be added up")
    assert pd.isna(row["episodes"])
