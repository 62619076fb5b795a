"""Sentences beside ethnicity and assessments, from frames small enough to check by hand."""

from math import inf, nan
from typing import Any

import pandas as pd
import pytest

from replicate.analysis.assessments import SUPPRESSED
from replicate.derivations.recording_rates import ethnicity as studied
from replicate.derivations.recording_rates import social_care as assessed
from replicate.display.plots.bounds import bounds_plot
from replicate.display.words import ethnicity, social_care
from replicate.vocabulary.parameters import RecordingRates

P = "\N{NO-BREAK SPACE}%"
BARE: dict[str, Any] = {
    "missing_lower": nan,
    "missing_upper": nan,
    "lower": nan,
    "upper": nan,
    "reason": "cannot be bounded: not published",
}
SHARES = pd.DataFrame(
    [
        {
            "claim": "C10a",
            "group": "Asian",
            "population": "suspects in all abuse",
            "geography": "Kent",
            "period": "2023",
            "published": "16 percent",
            "of": "all",
            "missing_lower": 0.315,
            "missing_upper": 0.325,
            "lower": 0.155,
            "upper": 0.49,
            "reason": "all or none",
            "attribution": "attributed to the audit by a newspaper",
        }
    ]
)
TWO = pd.concat(
    [SHARES, SHARES.assign(claim="C08", of="", published="52 percent", **BARE)], ignore_index=True
)


def test_completeness_is_told_from_the_least_missing_to_the_most() -> None:
    frame = pd.DataFrame(
        {
            "claim": ["A01", "A02"],
            "report": "R",
            "population": ["suspects", "others"],
            "geography": "Kent",
            "period": "2023",
        }
        | {
            "published": ["34 percent recorded", "32 percent missing"],
            "lower": [0.655, 0.315],
            "upper": [0.665, 0.325],
            "attribution": "x",
        }
    )
    assert (
        ethnicity.completeness_title(frame)
        == f"Published sources leave ethnicity missing for 32 to 66{P} of suspects"
    )
    rows = ethnicity.completeness_rows(frame)
    assert list(rows["missing"]) == [f"65.5 to 66.5{P}", f"31.5 to 32.5{P}"]
    assert list(rows["population"]) == ["suspects, Kent", "others, Kent"]


def test_a_share_is_named_with_what_is_missing_and_what_it_is_of() -> None:
    rows = ethnicity.bounds_rows(TWO)
    assert list(rows["name"]) == ["Asian: 16 percent of all", "Asian: 52 percent as published"]
    assert list(rows["group"]) == [
        f"Suspects in all abuse, Kent, 2023: missing for 31.5 to 32.5{P}",
        "Suspects in all abuse, Kent, 2023: missing share not published",
    ]
    assert (
        ethnicity.bounds_rows(SHARES.assign(of="known"))["name"].item()
        == "Asian: 16 percent of those known"
    )


def test_a_table_of_shares_has_no_share_without_its_missing_share_and_bounds() -> None:
    first, second = ethnicity.share_rows(TWO).to_dict("records")
    assert (first["published"], first["missing"], first["bounds"]) == (
        "16 percent of all",
        f"31.5 to 32.5{P} missing",
        f"could be 15.5 to 49.0{P}",
    )
    assert (second["missing"], second["bounds"]) == (
        "not published",
        "cannot be bounded: not published",
    )
    assert second["attribution"] == "attributed to the audit by a newspaper"


@pytest.mark.parametrize(
    ("frame", "title"),
    [
        (
            TWO,
            "1 published share cannot be bounded; the bounds of the other 1 are 34 percentage points wide",
        ),  # 49.0 - 15.5 = 33.5
        (TWO.tail(1), "1 published share cannot be bounded"),
        (
            pd.concat([TWO, TWO.tail(1), SHARES.assign(upper=0.855)]),
            "2 published shares cannot be bounded; the bounds of the other 2 are 34 to 70 percentage points wide",
        ),
    ],
    ids=["one of each", "none", "two of each"],
)
def test_the_title_of_bounds_says_how_many_have_none_and_how_wide_the_others_are(
    frame: pd.DataFrame, title: str
) -> None:
    assert ethnicity.bounds_title(frame) == title


def test_the_alternative_of_bounds_names_every_number() -> None:
    first = f"Ranges with nothing inside them. C10a, Asian: 15.5 to 49.0{P} with 31.5 to 32.5{P} missing."
    assert ethnicity.bounds_alt(TWO) == f"{first} No bounds for C08 (Asian)."
    assert ethnicity.bounds_alt(SHARES) == first


ODDS = pd.DataFrame(
    {
        "claim": "C10a",
        "name": "Asian",
        "odds_ratio": [0.5, 1.0, 2.0],
        "lower": [0.27, 0.22, 0.19],
        "upper": [0.29, 0.24, 0.21],
    }
)
WORST = (
    f"Ethnicity is missing for 31.5 to 32.5{P} of these suspects; "
    f"whatever the missing are, the shares of all could be: Asian 15.5 to 49.0{P}."
)


def test_a_curve_is_told_by_its_ends_and_never_without_the_worst_case() -> None:
    title = ethnicity.odds_title(ODDS, RecordingRates())
    assert (
        title
        == "Odds ratios of being recorded from 0.5 to 2 leave a share open by up to 10.0 percentage points"
    )  # 0.29 - 0.19
    alt = ethnicity.odds_alt(ODDS, TWO)
    assert f"Asian: 27.0 to 29.0{P} at 0.5, 19.0 to 21.0{P} at 2." in alt
    assert alt.endswith(WORST)
    assert ethnicity.odds_note(ODDS, TWO).startswith(WORST)
    assert "not one scenario" in ethnicity.odds_note(ODDS, TWO)


def ordered(*enough: str) -> pd.DataFrame:
    known = {
        "needed_lower": 0.565,
        "needed_upper": 0.571,
        "recorded_lower": 0.335,
        "recorded_upper": 0.345,
    }
    base = {
        "pair": "White and Asian",
        "claims": "A, B",
        "population": "suspects",
        "period": "2023",
        "reason": "they don't say",
    }
    return pd.DataFrame([base | known | {"enough": word} for word in enough])


@pytest.mark.parametrize(
    ("enough", "title"),
    [
        (
            ("no", "cannot be told"),
            "Recording is complete enough to order none of 2 pairs of groups",
        ),
        (("no", "yes"), "Recording is complete enough to order 1 of 2 pairs of groups"),
        (("no",), "Recording is complete enough to order none of 1 pair of groups"),
    ],
)
def test_the_title_of_orders_counts_those_that_are_certain(
    enough: tuple[str, ...], title: str
) -> None:
    assert ethnicity.ordering_title(ordered(*enough)) == title


def test_orders_are_told_with_what_is_needed_and_what_is_recorded() -> None:
    (row,) = ethnicity.ordering_rows(ordered("no")).to_dict("records")
    assert (row["needed"], row["recorded"], row["population"]) == (
        f"above 56.5 to 57.1{P}",
        f"33.5 to 34.5{P} (65.5 to 66.5{P} missing): the bounds overlap",
        "suspects, 2023",
    )
    (bare,) = ethnicity.ordering_rows(
        ordered("cannot be told").assign(needed_lower=nan, recorded_lower=nan)
    ).to_dict("records")
    assert (bare["needed"], bare["recorded"]) == (
        "they don't say",
        "what is missing is not published, so the shares cannot be bounded",
    )


@pytest.mark.parametrize(
    ("enough", "said"), [("yes", "do not overlap"), ("cannot be told", "may overlap")]
)
def test_orders_say_whether_the_bounds_overlap(enough: str, said: str) -> None:
    (row,) = ethnicity.ordering_rows(ordered(enough)).to_dict("records")
    assert row["recorded"].endswith(f"the bounds {said}")


@pytest.mark.parametrize(
    ("county", "city", "said"),
    [
        (76.4, 56.8, "are those of the City of Manchester"),
        (57.1, 30.0, "are those of the county"),
        (76.4, 30.0, "are not those of the city either"),
    ],
)
def test_the_denominators_are_called_what_they_are(county: float, city: float, said: str) -> None:
    frame = pd.DataFrame({"quoted": [57.0], "county": [county], "city": [city]})
    assert (
        ethnicity.denominators_title(frame)
        == f"The shares of residents quoted for Greater Manchester {said}"
    )


NATIONAL = pd.DataFrame(
    {"year": [2019, 2018, 2020], "episodes": pd.array([18720, 20000, 15000], dtype="Int64")}
)


def test_a_national_series_is_told_from_its_first_year_to_its_last() -> None:
    assert (
        social_care.assessed_title(NATIONAL)
        == f"Assessments that found child sexual exploitation fell by 25.0{P} from 2018 to 2020"
    )
    assert social_care.assessed_alt(NATIONAL) == (
        "A line of assessment episodes by year ending March: 20,000 in 2018, 15,000 in 2020, highest in 2018 at 20,000."
    )


@pytest.mark.parametrize(
    ("last", "said"),
    [(22000, f"rose by 10.0{P}"), (20001, "stayed level"), (19000, f"fell by 5.0{P}")],
)
def test_a_change_is_said_with_its_direction(last: int, said: str) -> None:
    frame = pd.DataFrame({"year": [2018, 2020], "episodes": [20000, last]})
    assert (
        social_care.assessed_title(frame)
        == f"Assessments that found child sexual exploitation {said} from 2018 to 2020"
    )


def test_regions_are_counted_once_and_without_england() -> None:
    areas = ["England", "London", "Inner London", "Outer London", "North East"]
    frame = pd.DataFrame(
        {
            "area": areas,
            "percent": [-50.0, -23.6, -90.0, -1.0, 2.0],
            "upper": [-49.0, -23.0, -89.0, -0.5, 3.0],
        }
    )
    assert (
        social_care.regions_title(frame)
        == f"Episodes fell in 1 of 2 regions; changes run from −23.6{P} to +2.0{P}"
    )


def test_a_suppressed_number_of_an_authority_is_shown_as_its_range() -> None:
    states = ["value", "suppressed", "not_available", "not an authority then"]
    frame = pd.DataFrame(
        {
            "region": "East",
            "area": list("abcd"),
            "2024": pd.array([1234, None, None, None], dtype="Int64"),
            "state_2024": states,
        }
    )
    rows = social_care.authority_rows(frame)
    assert rows.columns.tolist() == ["area", "region", "2024"]
    assert rows["2024"].tolist() == ["1,234", "1 to 5", "not available", "not an authority then"]


def test_the_range_shown_is_the_one_that_sums_are_made_of() -> None:
    assert (SUPPRESSED.lower, SUPPRESSED.upper) == (1, 5)
    assert (
        social_care.authority_rows(assessed.by_authority()).set_index("area").loc["Rutland", "2022"]
        == "1 to 5"
    )


@pytest.mark.parametrize(
    ("agrees", "said"),
    [
        (
            (True, True),
            "All 2 published totals lie within the sums of their parts; 1 sum has no upper end",
        ),
        (
            (True, False),
            "1 of 2 published totals lie within the sums of their parts; 1 sum has no upper end",
        ),
    ],
)
def test_totals_within_the_sums_of_their_parts_are_counted(
    agrees: tuple[bool, bool], said: str
) -> None:
    assert (
        social_care.sums_title(
            pd.DataFrame({"agrees": agrees, "not_available": [1, 0], "upper": [inf, 5]})
        )
        == said
    )


def test_totals_are_shown_with_what_they_and_the_sums_could_be() -> None:
    frame = pd.DataFrame(
        {
            "area": ["Kent", "Essex"],
            "year": [2024, 2024],
            "parts": "authorities",
            "published": [1680, 20],
            "suppressed": [1, 0],
        }
        | {
            "published_lower": [1675.0, 15.0],
            "published_upper": [1685.0, 25.0],
            "lower": [1537.0, 30.0],
            "upper": [inf, 30.0],
        }
        | {"not_available": [2, 0], "agrees": [True, False]}
    )
    first, second = social_care.sums_rows(frame).to_dict("records")
    assert (first["year"], first["published"], first["stands_for"]) == (
        "2024",
        "1,680",
        "1,675 to 1,685",
    )
    assert (first["sum"], first["hidden"], first["agrees"]) == ("1,537 or more", "3", "yes")
    assert (second["sum"], second["hidden"], second["agrees"]) == ("30 to 30", "0", "no")


def test_what_the_check_of_every_factor_shows_is_told_with_its_numbers() -> None:
    rows = [
        ("authorities", "nothing", 2101, 0, 0),
        ("regions", "nothing", 600, 1, 1),
        ("authorities", "suppressed cells", 1154, 43, 43),
    ]
    said = social_care.sums_note(
        pd.DataFrame(rows, columns=["parts", "hidden", "totals", "disagree", "above"])
    )
    assert said.startswith(
        "Over all factors, 2,701 sums of parts that hide nothing disagree with the published total 1 time. Of 1,154 sums"
    )
    assert "43 lie below the published total" in said


def factor(name: str, since: int, first: int, last: int) -> dict[str, Any]:
    return {
        "factor": name,
        "since": since,
        "until": 2025,
        "first": first,
        "last": last,
        "percent": 100 * (last / first - 1),
    }


def test_why_a_fall_in_assessments_is_not_a_fall_in_abuse_is_told_with_the_tables_own_numbers() -> (
    None
):
    beside = pd.DataFrame(
        [
            factor("child sexual exploitation", 2018, 20000, 12400),
            factor("any factor", 2018, 482750, 513250),
            factor("child criminal exploitation", 2022, 10140, 16250),
            factor("sexual abuse of a child by an adult", 2021, 12460, 18900),
        ]
    )
    states = pd.DataFrame(
        {
            "authorities": [152, 153],
            "suppressed": [2, 1],
            "not_available": [1, 0],
            "not_applicable": [0, 5],
        }
    )
    notes = social_care.assessment_notes(beside, states)
    assert "one assessed twice is counted twice" in notes[0]
    assert (
        f"From 2018 to 2025 episodes with any factor rose by 6.3{P} while those with this one fell by 38.0{P}."
        in notes[1]
    )
    assert "counted from 2022 (10,140 episodes then, 16,250 in 2025)" in notes[2]
    assert "from 2021. Whether exploitation is now filed there has not been measured." in notes[2]
    assert notes[3].startswith("Of 305 numbers of authorities, 4 are suppressed")


def test_the_words_fit_what_the_studies_give() -> None:
    """The real frames pass through every function; a figure is as tall as they need."""
    parameters, shares, national = RecordingRates(), studied.shares(), assessed.national()
    curve = studied.curve(parameters)
    said = [
        ethnicity.completeness_title(studied.completeness()),
        ethnicity.bounds_title(shares),
        ethnicity.odds_alt(curve, shares),
        ethnicity.ordering_title(studied.ordering()),
        ethnicity.denominators_title(studied.denominators()),
        social_care.assessed_alt(national),
        social_care.regions_title(assessed.by_region()),
        social_care.sums_title(assessed.sums()),
        *social_care.assessment_notes(assessed.beside_other_factors(), assessed.by_state()),
    ]
    assert [words for words in said if "nan" in words.split() or "not available" in words] == []
    drawn = bounds_plot(ethnicity.bounds_rows(shares), label="Shares")
    assert len(drawn.axes[0].patches) == shares["lower"].notna().sum() == 6
