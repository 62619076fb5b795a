"""`make golden-check`: what counts as a difference, and what a listed change explains."""

from pathlib import Path

import pytest
from tests.golden.comparison import (
    Change,
    Frames,
    UnusableListError,
    flat,
    store,
    stored,
    unexplained,
)

KEPT: Frames = {
    "table/a": {"Kent": {"count": 12, "rate": 1.5, "code": "4.10"}, "Essex": {"count": 3}},
    "table/b": {"Kent": {"count": 12, "rate": 1.5, "code": "4.10"}, "Essex": {"count": 3}},
}


def found(**cells: object) -> list[tuple[str, str, str]]:
    now = {**KEPT, "table/a": {"Kent": {**KEPT["table/a"]["Kent"], **cells}, "Essex": {"count": 3}}}
    return [(one.key, one.was, one.now) for one in unexplained(flat(KEPT), flat(now), [])]


def test_what_is_stored_is_read_as_it_was(tmp_path: Path) -> None:
    store(KEPT, tmp_path / "kept.json")
    assert stored(tmp_path / "kept.json") == KEPT


def test_counts_and_words_are_exact_and_other_numbers_to_a_relative_1e_8() -> None:
    assert found(rate=1.5 * (1 + 5e-9)) == []
    assert found(rate=1.5 * (1 + 5e-8)) == [("table/a/Kent/rate", "1.5", "1.500000075")]
    assert found(count=13) == [("table/a/Kent/count", "12", "13")]
    assert found(code="4.1") == [("table/a/Kent/code", "4.10", "4.1")]
    assert found(code=4.1) == [("table/a/Kent/code", "4.10", "4.1")]
    assert found(new=None) == [("table/a/Kent/new", "absent", "null")]


@pytest.mark.parametrize(
    ("was", "now", "left"),
    [
        ("12", "13", 0),
        ("", "13", 0),
        ("11", "13", 1),
        ("12", "14", 1),
        ("12", "gone", 1),
    ],
)
def test_a_listed_change_explains_only_what_it_says(was: str, now: str, left: int) -> None:
    change = Change("table/*/Kent/count", was, now, "mended")
    rest = unexplained({"table/a/Kent/count": 12}, {"table/a/Kent/count": 13}, [change])
    assert len(rest) == left
    assert change.used is (left == 0)


def test_a_table_that_moves_keeps_its_values() -> None:
    was, now = {"table/a/Kent/Rate": 1.5}, {"table/b/Kent/Rate (percent)": 1.5}
    move = Change("table/a/*/Rate", "", "at table/b/*/Rate (percent)", "renamed")
    assert unexplained(was, now, [move]) == []
    assert len(unexplained(was, {"table/b/Kent/Rate (percent)": 1.6}, [move])) == 2


def test_a_list_without_reasons_or_that_hides_changes_is_refused() -> None:
    with pytest.raises(UnusableListError, match="no reason"):
        Change("table/a/*", "", "gone", " ")
    with pytest.raises(UnusableListError, match="only for what was absent"):
        Change("table/a/*", "", "*", "whatever")
