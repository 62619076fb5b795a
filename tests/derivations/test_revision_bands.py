"""The revisions that figures are judged by, counted again by hand from the releases held."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from replicate.derivations import revision_bands
from replicate.derivations.revision_bands import (
    REVISIONS_SEEN_IN,
    evidence,
    group_revisions,
    revision_band,
    revisions_by_code,
    revisions_by_group,
)
from replicate.sources import tables
from replicate.vocabulary.definitions import find_definition
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.periods import Period

Counter = Callable[..., int]

ELEVEN = ("17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A")


def test_a_revision_by_code_is_of_the_same_codes_and_quarters_in_the_two_full_releases(
    arrow: Counter,
) -> None:
    """The release of October 2023 ends with June 2023: a year ending then had just ended, and was ten quarters older in April 2026."""
    quarters = ("2022-Q3", "2022-Q4", "2023-Q1", "2023-Q2")
    then, now = arrow("2023-10", ELEVEN, quarters), arrow("2026-04", ELEVEN, quarters)
    rows = revisions_by_code(find_definition("child_specific")).set_index("period")
    assert list(rows.index) == ["YE 2023-06", "YE 2022-06", "YE 2021-06"]
    assert rows["age_quarters"].tolist() == [0, 4, 8]
    assert set(rows["apart_quarters"]) == {10}
    assert rows.loc["YE 2023-06", "revision"] == pytest.approx(now / then - 1)
    assert then != now


def published(release: str, period: str, group: str) -> int:
    """Add up what a release printed for the 43 areas, with Arrow alone."""
    rows = pq.read_table(
        Path(tables.__file__).with_name("tables") / "recorded_groups.parquet"
    ).to_pylist()
    key = (release, period, group)
    return sum(
        row["count"]
        for row in rows
        if (row["release"], row["period"], row["group"]) == key and row["area"] in TERRITORIAL
    )


def test_a_revision_by_group_is_of_what_was_printed_for_the_43_areas(arrow: Counter) -> None:
    """Calendar 2024 as printed in April 2025, the year's first release."""
    group, quarters = "Sexual offences", ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")
    codes = tables.offences().query("group == @group")["code"].tolist()
    now, then = (
        arrow("2026-04", codes, quarters, forces=TERRITORIAL),
        published("2025-04", "YE 2024-12", group),
    )
    rows = group_revisions("2026-04").query(
        "release == '2025-04' and period == 'YE 2024-12' and group == @group"
    )
    assert rows[["earlier", "later", "age_quarters", "apart_quarters"]].to_numpy().tolist() == [
        [then, now, 0, 4]
    ]
    assert rows["revision"].item() == pytest.approx(now / then - 1)
    assert then > 100_000


def test_every_group_and_period_is_in_both_releases() -> None:
    rows = group_revisions("2023-10")
    assert not rows["earlier"].isna().any()
    assert {Period.parse(label).last.label for label in rows["period"]} <= {
        "2015-Q3",
        "2016-Q3",
        "2017-Q3",
        "2018-Q3",
        "2019-Q3",
        "2020-Q3",
        "2021-Q3",
        "2022-Q3",
    }


def test_a_definition_in_one_group_is_revised_as_that_group_is() -> None:
    rows = revisions_by_group(find_definition("child_specific"), Period.parse("2024"), "2026-04")
    group = group_revisions("2026-04").query("group == 'Sexual offences'")
    assert sorted(rows["revision"]) == pytest.approx(sorted(group["revision"]))


def test_a_definition_in_two_groups_is_revised_by_the_mixture_of_its_own_counts(
    arrow: Counter, first_published: float
) -> None:
    year = ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")
    now = arrow("2026-04", (*ELEVEN, "86"), year, forces=TERRITORIAL)
    rows = revisions_by_group(
        find_definition("child_specific_images"), Period.parse("2024"), "2026-04"
    )
    assert rows.query("period == 'YE 2024-12' and age_quarters == 0")[
        "revision"
    ].tolist() == pytest.approx([now / first_published - 1])


def test_the_evidence_keeps_the_two_kinds_apart() -> None:
    rows = evidence(find_definition("images"), Period.parse("2024"), "2026-04")
    assert set(rows["seen_in"]) == {"offence groups", "offence codes"}
    assert (rows["seen_in"] == "offence codes").sum() == 3


@pytest.mark.parametrize(
    "name", ["child_specific", "child_specific_images", "images", "child_exploitation"]
)
def test_the_band_is_from_the_smallest_to_the_largest_revision_of_the_same_age_and_holds_none(
    name: str,
) -> None:
    """Of the same age: years that had just ended. Releases more than six years apart don't count."""
    definition, period = find_definition(name), Period.parse("2024")
    rows = evidence(definition, period, "2026-04").query(
        "age_quarters == 0 and apart_quarters <= 24"
    )
    found = revision_band(definition, period, "2026-04")
    assert found is not None
    assert (found.lower, found.upper) == (
        min(0.0, rows["revision"].min()),
        max(0.0, rows["revision"].max()),
    )
    assert found.n == len(rows)
    assert found.lower <= 0 <= found.upper


def test_an_age_that_no_pair_of_releases_has_gives_no_band() -> None:
    assert (
        revision_band(find_definition("images"), Period.parse("2024"), "2026-04", age_quarters=99)
        is None
    )


def test_a_release_fetched_later_changes_no_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    before = revisions_by_code(find_definition("images"))
    monkeypatch.setattr(tables, "vintages", lambda: ("2020-01", "2023-10", "2026-04", "2026-07"))
    pd.testing.assert_frame_equal(revisions_by_code.__wrapped__(find_definition("images")), before)


def test_the_tables_that_revisions_are_seen_in_are_there() -> None:
    assert REVISIONS_SEEN_IN == (
        "recorded_groups",
        "recorded_crime_2023-10",
        "recorded_crime_2026-04",
    )
    assert all(tables.table_path(name).is_file() for name in REVISIONS_SEEN_IN)


def test_every_group_of_a_code_is_the_publishers(raw: pd.DataFrame) -> None:
    printed = raw.groupby("Offence Code")["Group"].agg(lambda groups: groups.iloc[-1])
    groups = revision_bands.group_of_code()
    assert {code: groups[code] for code in (*ELEVEN, "86", "23", "8N", "66")} == {
        code: printed[code] for code in (*ELEVEN, "86", "23", "8N", "66")
    }
