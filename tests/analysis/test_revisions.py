from collections.abc import Mapping, Sequence

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replicate.analysis import revisions
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.periods import Period, Quarter

SEXUAL, MISCELLANEOUS = "Sexual offences", "Miscellaneous crimes against society"
GROUPS = {"71": SEXUAL, "88A": SEXUAL, "86": MISCELLANEOUS}
FORCES = ("Kent", "Essex")
YEAR = Period.parse("2024")
NAN = float("nan")


def release(
    counts: Mapping[str, int | None], last: str = "2024-Q4", quarters: int = 8
) -> pd.DataFrame:
    """Make a full release: each code has the same count in every force and quarter."""
    labels = [Quarter.parse(last).shift(-step).label for step in range(quarters)]
    keys = pd.MultiIndex.from_product(
        [FORCES, labels, counts], names=["force", "quarter", "offence_code"]
    ).to_frame(index=False)
    return keys.assign(count=keys["offence_code"].map(dict(counts)).astype("Int64"))


def published(rows: Sequence[tuple[str, str, str, str, int | None]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["release", "period", "area", "group", "count"]).astype(
        {"count": "Int64"}
    )


def table(rows: list[tuple[str, int, int, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["period", "age_quarters", "apart_quarters", "revision"])


def test_a_signed_revision_is_later_over_earlier_less_one() -> None:
    """Sexual offences in England and Wales, year ending September 2018: 158,162 as first published,
    160,600 in April 2026. A count of 0 or less that is revised has no such fraction."""
    earlier = release({"71": 158_162, "86": 0, "88A": -1}, quarters=1).query("force == 'Kent'")
    later = release({"71": 160_600, "86": 5, "88A": 5}, quarters=1).query("force == 'Kent'")
    period = [Period.parse("2024-Q4")]
    one, none, cancelled = (
        revisions.by_code(earlier, later, [code], period)["revision"].iloc[0]
        for code in ("71", "86", "88A")
    )
    assert one == pytest.approx(2_438 / 158_162)
    assert pd.isna(none)
    assert pd.isna(cancelled)


def test_by_code_gives_age_sums_and_revision() -> None:
    earlier, later = (
        release({"71": 10, "86": 5}),
        release({"71": 11, "86": 5}, last="2026-Q4", quarters=16),
    )
    found = revisions.by_code(
        earlier, later, ["71", "86"], [YEAR, Period.parse("2024-Q1..2024-Q2"), Period.parse("2023")]
    )
    assert found["age_quarters"].tolist() == [0, 2, 4]
    assert found["apart_quarters"].tolist() == [8, 8, 8]
    assert found["earlier"].tolist() == [15 * 8, 15 * 4, 15 * 8]
    assert found["later"].tolist() == [16 * 8, 16 * 4, 16 * 8]
    assert found["revision"].tolist() == pytest.approx([1 / 15] * 3)


@given(
    st.dictionaries(st.sampled_from(["71", "88A", "86"]), st.integers(1, 500), min_size=1),
    st.integers(1, 9),
)
@settings(max_examples=25, deadline=None)
def test_identical_releases_are_not_revised_and_multiples_by_the_same_factor(
    counts: dict[str, int], factor: int
) -> None:
    earlier = release(counts)
    assert revisions.by_code(earlier, earlier, counts, [YEAR])["revision"].tolist() == [0]
    later = earlier.assign(count=earlier["count"] * factor)
    assert revisions.by_code(earlier, later, counts, [YEAR])["revision"].tolist() == pytest.approx(
        [factor - 1]
    )


def test_a_sum_with_a_missing_cell_has_no_revision() -> None:
    earlier, later = release({"71": 10, "86": 5}), release({"71": 10, "86": None})
    assert revisions.by_code(earlier, later, ["71", "86"], [YEAR])["revision"].isna().tolist() == [
        True
    ]
    assert revisions.by_code(earlier, later, ["71"], [YEAR])["revision"].tolist() == [0]


def test_a_period_beyond_a_release_is_refused() -> None:
    with pytest.raises(InputError, match="a quarter that the table doesn't hold"):
        revisions.by_code(release({"71": 1}, last="2024-Q3"), release({"71": 1}), ["71"], [YEAR])


ONE_YEAR = [
    ("2025-04", "YE 2024-12", force, group, count)
    for group, count in ((SEXUAL, 100), (MISCELLANEOUS, 50))
    for force in FORCES
]


def test_published_totals_are_of_the_same_forces_or_incomplete() -> None:
    rows = [
        *ONE_YEAR,
        ("2025-04", "YE 2023-12", "Kent", SEXUAL, 80),  # Essex is absent
        ("2025-04", "YE 2022-12", "Kent", SEXUAL, 80),
        ("2025-04", "YE 2022-12", "Essex", SEXUAL, None),
        ("2025-04", "YE 2024-12", "England and Wales", SEXUAL, 999),
    ]
    found = revisions.published_totals(published(rows), FORCES).set_index(["period", "group"])
    assert found["count"].to_dict() == {
        ("YE 2024-12", SEXUAL): 200,
        ("YE 2024-12", MISCELLANEOUS): 100,
        ("YE 2023-12", SEXUAL): 80,
        ("YE 2022-12", SEXUAL): 80,
    }
    assert found.index[found["complete"]].tolist() == [
        ("YE 2024-12", MISCELLANEOUS),
        ("YE 2024-12", SEXUAL),
    ]
    assert set(found["held_to"]) == {"2024-Q4"}


def test_recorded_totals_are_complete_when_every_force_and_quarter_is_there() -> None:
    whole = release({"71": 10, "88A": 1, "86": 5}, last="2026-Q1", quarters=16)
    found = revisions.recorded_totals(whole, GROUPS, FORCES, [YEAR]).set_index("group")
    assert found["count"].to_dict() == {SEXUAL: 11 * 8, MISCELLANEOUS: 5 * 8}
    assert found["complete"].all()
    assert set(found["held_to"]) == {"2026-Q1"}
    without = whole[(whole["force"] != "Essex") | (whole["quarter"] != "2024-Q2")]
    assert not revisions.recorded_totals(without, GROUPS, FORCES, [YEAR])["complete"].any()
    blank = whole.assign(count=whole["count"].where(whole["offence_code"] != "88A"))
    assert revisions.recorded_totals(blank, GROUPS, FORCES, [YEAR]).set_index("group")[
        "complete"
    ].to_dict() == {
        SEXUAL: False,
        MISCELLANEOUS: True,
    }


def test_by_group_compares_complete_rows_alone() -> None:
    rows = [
        *ONE_YEAR,
        ("2024-04", "YE 2023-12", "Kent", SEXUAL, 80),
        ("2023-04", "YE 2022-12", "Kent", SEXUAL, 0),
        ("2023-04", "YE 2022-12", "Essex", SEXUAL, 0),
    ]
    later = release({"71": 13, "88A": 12, "86": 10}, last="2026-Q1", quarters=20)
    periods = [Period.parse(label) for label in ("YE 2024-12", "YE 2023-12", "YE 2022-12")]
    found = revisions.by_group(
        revisions.published_totals(published(rows), FORCES),
        revisions.recorded_totals(later, GROUPS, FORCES, periods),
    )
    by_key = found.set_index(["period", "group"])
    assert set(by_key.index) == {
        ("YE 2024-12", SEXUAL),
        ("YE 2024-12", MISCELLANEOUS),
        ("YE 2022-12", SEXUAL),
    }
    assert by_key["revision"].to_dict() == pytest.approx(
        {
            ("YE 2024-12", SEXUAL): 0.0,
            ("YE 2024-12", MISCELLANEOUS): -0.2,
            ("YE 2022-12", SEXUAL): NAN,
        },
        nan_ok=True,
    )
    assert set(found["age_quarters"]) == {0}
    assert by_key["apart_quarters"].to_dict() == {
        ("YE 2024-12", SEXUAL): 5,
        ("YE 2024-12", MISCELLANEOUS): 5,
        ("YE 2022-12", SEXUAL): 13,
    }


def groups(revised: Mapping[str, float]) -> pd.DataFrame:
    rows = [("2025-04", group, "YE 2024-12", 0, 4, revision) for group, revision in revised.items()]
    return pd.DataFrame(
        rows, columns=["release", "group", "period", "age_quarters", "apart_quarters", "revision"]
    )


def test_combined_takes_each_part_back_by_its_own_group() -> None:
    """110 revised by +10 % was 100, and 45 revised by -10 % was 50: 155 now, 150 then."""
    found = revisions.combined(
        groups({SEXUAL: 0.1, MISCELLANEOUS: -0.1}), {SEXUAL: 110, MISCELLANEOUS: 45}
    )
    assert found["earlier"].tolist() == pytest.approx([150])
    assert found["later"].tolist() == [155]
    assert found["revision"].tolist() == pytest.approx([155 / 150 - 1])
    assert found[["period", "age_quarters", "apart_quarters"]].values.tolist() == [
        ["YE 2024-12", 0, 4]
    ]


def test_combined_leaves_out_a_release_without_one_of_the_groups() -> None:
    assert revisions.combined(groups({SEXUAL: 0.1}), {SEXUAL: 110, MISCELLANEOUS: 45}).empty
    assert revisions.combined(groups({SEXUAL: 0.1, MISCELLANEOUS: 0.5}), {SEXUAL: 110})[
        "revision"
    ].tolist() == pytest.approx([0.1])


@given(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.integers(1, 10**6), st.integers(1, 10**6))
@settings(max_examples=40, deadline=None)
def test_a_combined_revision_lies_between_those_of_its_groups(
    one: float, other: float, part: int, rest: int
) -> None:
    found = revisions.combined(
        groups({SEXUAL: one, MISCELLANEOUS: other}), {SEXUAL: part, MISCELLANEOUS: rest}
    )["revision"].iloc[0]
    assert min(one, other) - 1e-9 <= found <= max(one, other) + 1e-9


def test_the_band_is_the_smallest_and_largest_of_the_same_age() -> None:
    seen = table(
        [
            ("YE 2021-09", 0, 20, -0.006),
            ("YE 2022-09", 0, 16, 0.002),
            ("YE 2021-12", 4, 16, 0.5),
            ("YE 2015-09", 0, 41, 0.9),
            ("YE 2020-09", 0, 22, NAN),
        ]
    )
    found = revisions.band(seen, age_quarters=0)
    assert found == revisions.Band(-0.006, 0.002, ("YE 2021-09", "YE 2022-09"))
    assert found.n == 2
    assert revisions.band(seen, age_quarters=0, apart_quarters=60) == revisions.Band(
        -0.006, 0.9, ("YE 2021-09", "YE 2022-09", "YE 2015-09")
    )


@pytest.mark.parametrize(
    ("revision", "ends"), [(0.01, (0.0, 0.01)), (-0.01, (-0.01, 0.0)), (0.0, (0.0, 0.0))]
)
def test_one_revision_makes_a_band_from_none_to_itself(
    revision: float, ends: tuple[float, float]
) -> None:
    found = revisions.band(table([("YE 2023-06", 0, 10, revision)]), age_quarters=0)
    assert found is not None
    assert (found.lower, found.upper, found.n) == (*ends, 1)


def test_without_a_revision_of_that_age_there_is_no_band() -> None:
    assert revisions.band(table([("YE 2023-06", 0, 10, 0.01)]), age_quarters=1) is None


def test_a_band_is_of_one_definition() -> None:
    with pytest.raises(InputError, match="several offence groups"):
        revisions.band(groups({SEXUAL: 0.1, MISCELLANEOUS: 0.5}), age_quarters=0)
    assert revisions.band(groups({SEXUAL: 0.1}), age_quarters=0) == revisions.Band(
        0.0, 0.1, ("YE 2024-12",)
    )


@given(st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=8))
def test_a_band_holds_every_revision_of_its_age_and_none(values: list[float]) -> None:
    found = revisions.band(
        table([(f"YE {2015 + place}-09", 0, 4, value) for place, value in enumerate(values)]),
        age_quarters=0,
    )
    assert found is not None
    assert all(found.lower <= value <= found.upper for value in [0.0, *values])
    assert {found.lower, found.upper} <= {0.0, *values}


def test_the_evidence_says_where_each_revision_was_seen() -> None:
    codes, combined = table([("YE 2023-06", 0, 10, 0.003)]), table([("YE 2024-12", 0, 4, -0.004)])
    both = revisions.evidence(combined, codes)
    assert both[["period", "seen_in"]].values.tolist() == [
        ["YE 2024-12", "offence groups"],
        ["YE 2023-06", "offence codes"],
    ]
    assert revisions.band(both, age_quarters=0) == revisions.Band(
        -0.004, 0.003, ("YE 2024-12", "YE 2023-06")
    )
