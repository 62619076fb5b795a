"""How published totals agree with counts, and with one another."""

from collections.abc import Callable

import pytest

from replicate.derivations import agreements
from replicate.derivations.verification import Verification
from replicate.ledger import claims, identities
from replicate.vocabulary.forces import BTP

Counter = Callable[..., int]
Results = dict[str, Verification]

ELEVEN = ("17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A")
YEARS = {
    "S05": (87_992, ("2019-Q2", "2019-Q3", "2019-Q4", "2020-Q1")),
    "S06": (103_055, ("2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1")),
    "C01": (102_878, ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")),
}
"""Claim, the published total, and the quarters it is for."""


@pytest.mark.parametrize(
    "territory", ["with British Transport Police", "without British Transport Police"]
)
def test_one_definition_is_held_against_three_totals(arrow: Counter, territory: str) -> None:
    rows = agreements.against_totals()
    assert len(rows) == 5 * 2
    title = "Eleven child-specific offences and obscene publications"
    (row,) = rows[rows["definition"].eq(title) & rows["territory"].eq(territory)].to_dict("records")
    for claim, (published, quarters) in YEARS.items():
        total = arrow(
            "2026-04",
            (*ELEVEN, "86"),
            quarters,
            but=[BTP] if territory.startswith("without") else [],
        )
        assert row[claim] == pytest.approx(100 * (total / published - 1))


def test_every_published_total_stands_beside_its_nearest_count(results: Results) -> None:
    rows = agreements.agreement().set_index("claim")
    assert list(rows.index) == list(agreements.TOTALS)
    for name, row in rows.iterrows():
        published = claims()[str(name)].number
        assert published is not None
        assert row["relative"] == pytest.approx(100 * (row["computed"] - published) / published)
        assert row["verdict"] == results[str(name)].comparison.verdict.value.replace("_", " ")
        assert "release" in row["nearest"]


def test_arithmetic_between_totals_is_what_the_published_figures_give() -> None:
    rows = agreements.identities_between().set_index("about")
    assert len(rows) == len(agreements.LINKED)
    by_id = {
        name: rows.loc[identities()[name].about]
        for name in ("V05_rise", "V10_share", "C01_of_vkpp")
    }
    assert by_id["V05_rise"]["gives"] == pytest.approx(100 * (115_489 / 107_000 - 1))
    assert by_id["V10_share"]["gives"] == pytest.approx(100 * 51_672 / 122_768)
    assert by_id["C01_of_vkpp"]["gives"] == pytest.approx(100 * 102_878 / 122_768)
    assert (by_id["V10_share"]["verdict"], by_id["V05_rise"]["verdict"]) == (
        "within rounding",
        "none",
    )


def test_a_total_is_held_against_the_years_around_its_own(arrow: Counter) -> None:
    """The year ending September 2021 and a year either way, by the codes that name a child."""
    rows = agreements.years_ending("S09", "child_specific").set_index("period")
    assert list(rows.index)[::4] == ["YE 2020-09", "YE 2021-09", "YE 2022-09"]
    total = arrow("2026-04", ELEVEN, ("2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1"))
    assert rows.loc["YE 2022-03", "count"] == total
    assert rows.loc["YE 2022-03", "difference"] == total - 67_675
    assert rows.loc["YE 2022-03", "relative"] == pytest.approx(100 * (total / 67_675 - 1))
