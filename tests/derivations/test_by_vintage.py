from collections.abc import Callable

import pytest

from replicate.derivations.site_evidence import by_vintage
from replicate.derivations.verification import verify

Counter = Callable[..., int]
ELEVEN = ("17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A")


def test_a_release_that_does_not_cover_the_period_gives_nothing_and_says_so() -> None:
    older, newer = by_vintage("C01")
    assert (older["vintage"], older["verdict"], older["value"]) == ("2023-10", None, None)
    assert older["reason"] == "The release does not wholly cover the period."
    whole = verify(["C01"])[0].comparison
    assert (newer["vintage"], newer["verdict"], newer["reason"]) == (
        "2026-04",
        whole.verdict.value,
        whole.reason,
    )


def test_each_release_is_counted_by_itself(arrow: Counter) -> None:
    rows = {str(row["vintage"]): row for row in by_vintage("S06")}
    quarters = ["2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1"]
    for vintage, row in rows.items():
        assert row["value"] == arrow(vintage, [*ELEVEN, "86"], quarters)
        assert row["computed"] == f"{row['value']:,.0f} offences"


def test_an_audit_is_recomputed_in_the_other_release() -> None:
    rows = by_vintage("F16a")
    assert [row["vintage"] for row in rows] == ["2023-10", "2026-04"]
    assert rows[0]["value"] != rows[1]["value"]
    assert by_vintage("R08a")[0]["verdict"] is None  # March 2025 is after June 2023


@pytest.mark.parametrize("name", ["H03", "C08", "B02", "C12a"])
def test_what_is_not_counted_in_recorded_crime_has_no_vintage(name: str) -> None:
    assert by_vintage(name) == []
