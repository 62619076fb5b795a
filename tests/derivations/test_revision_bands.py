"""The revisions that figures are judged by, counted again by hand from the releases held."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from replicate.derivations.counting import (
    REVISIONS_SEEN_IN,
    evidence,
    group_of_code,
    group_revisions,
    revision_band,
    revisions_by_code,
)
from replicate.sources import tables
from replicate.vocabulary.definitions import find_definition
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.periods import Period

Counter = Callable[..., int]

ELEVEN = ("17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A")
YEAR = Period.parse("2024")
QUARTERS = ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")


def test_a_revision_by_code_is_of_the_same_codes_and_quarters_in_the_two_full_releases(
    arrow: Counter,
) -> None:
    """The release of October 2023 ends with June 2023, and April 2026's ten quarters later."""
    quarters = ("2022-Q3", "2022-Q4", "2023-Q1", "2023-Q2")
    then, now = arrow("2023-10", ELEVEN, quarters), arrow("2026-04", ELEVEN, quarters)
    rows = revisions_by_code(find_definition("child_specific"))
    assert rows["period"].tolist() == ["YE 2023-06", "YE 2022-06", "YE 2021-06"]
    assert rows["age_quarters"].tolist() == [0, 4, 8]
    assert rows["apart_quarters"].eq(10).all()
    assert rows["revision"][0] == pytest.approx(now / then - 1)


def test_a_revision_by_group_is_of_what_was_printed_for_the_43_areas(arrow: Counter) -> None:
    """Calendar 2024 as printed in April 2025, the year's first release."""
    key = ("2025-04", "YE 2024-12", "Sexual offences")
    printed = pq.read_table(Path(tables.__file__).with_name("tables") / "recorded_groups.parquet")
    then = sum(
        row["count"]
        for row in printed.to_pylist()
        if (row["release"], row["period"], row["group"]) == key and row["area"] in TERRITORIAL
    )
    codes = tables.offences().query("group == 'Sexual offences'")["code"].tolist()
    now = arrow("2026-04", codes, QUARTERS, forces=TERRITORIAL)
    rows = group_revisions("2026-04").query("release == '2025-04' and period == 'YE 2024-12'")
    (row,) = rows[rows["group"] == "Sexual offences"].to_dict("records")
    columns = ("earlier", "later", "age_quarters", "apart_quarters")
    assert [row[name] for name in columns] == [then, now, 0, 4]
    assert row["revision"] == pytest.approx(now / then - 1)


def test_every_group_and_period_is_in_both_releases() -> None:
    rows = group_revisions("2023-10")
    assert rows["earlier"].notna().all()
    assert set(rows["period"]) <= {f"YE {year}-09" for year in range(2015, 2023)}


def test_a_definition_is_revised_by_the_mixture_of_its_own_counts(
    arrow: Counter, first_published: float
) -> None:
    """In one group as that group is; in two by its own counts in each."""
    rows = evidence(find_definition("child_specific"), YEAR, "2026-04")
    group = group_revisions("2026-04").query("group == 'Sexual offences'")["revision"]
    seen = rows[rows["seen_in"] == "offence groups"]["revision"]
    assert sorted(seen) == pytest.approx(sorted(group))
    now = arrow("2026-04", (*ELEVEN, "86"), QUARTERS, forces=TERRITORIAL)
    rows = evidence(find_definition("child_specific_images"), YEAR, "2026-04")
    of_2024 = rows.query("period == 'YE 2024-12' and age_quarters == 0")["revision"]
    assert of_2024.tolist() == pytest.approx([now / first_published - 1])


@pytest.mark.parametrize("name", ["child_specific", "child_specific_images", "images"])
def test_the_band_is_from_the_smallest_to_the_largest_revision_of_the_same_age_and_holds_none(
    name: str,
) -> None:
    """Of years that had just ended; releases more than six years apart don't count."""
    definition = find_definition(name)
    rows = evidence(definition, YEAR, "2026-04")
    seen = rows.query("age_quarters == 0 and apart_quarters <= 24")["revision"]
    found = revision_band(definition, YEAR, "2026-04")
    assert found
    assert (found.lower, found.upper) == (min(0.0, seen.min()), max(0.0, seen.max()))
    assert found.n == len(seen)
    assert revision_band(definition, YEAR, "2026-04", age_quarters=99) is None


def test_a_release_fetched_later_changes_no_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    before = revisions_by_code(find_definition("images"))
    monkeypatch.setattr(tables, "vintages", lambda: ("2020-01", "2023-10", "2026-04", "2026-07"))
    pd.testing.assert_frame_equal(revisions_by_code.__wrapped__(find_definition("images")), before)
    assert all(tables.table_path(name).is_file() for name in REVISIONS_SEEN_IN)


def test_every_group_of_a_code_is_the_publishers(raw: pd.DataFrame) -> None:
    printed = raw.groupby("Offence Code")["Group"].agg(lambda groups: groups.iloc[-1])
    some = (*ELEVEN, "86", "23", "8N", "66")
    assert {code: group_of_code()[code] for code in some} == printed[list(some)].to_dict()
