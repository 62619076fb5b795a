"""How a verdict depends on the rule for revisions."""

from collections.abc import Callable

import pytest

from replicate.analysis import revisions
from replicate.derivations import headline, sensitivity
from replicate.ledger import rules
from replicate.vocabulary.forces import BTP
from replicate.vocabulary.parameters import OffenceCounts

Counter = Callable[..., int]

ELEVEN = ("17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A")
YEAR_2024 = ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")


def test_the_revisions_that_make_the_band_are_marked() -> None:
    rows = sensitivity.revisions_seen(OffenceCounts())
    used = rows[rows["used"] == "yes"]
    assert used["age_quarters"].eq(0).all()
    assert used["apart_quarters"].le(24).all()
    others = rows[rows["used"] == "no"]
    assert (others["age_quarters"].gt(0) | others["apart_quarters"].gt(24)).all()
    assert rows["revision"].to_numpy() == pytest.approx(
        (100 * (rows["later"] / rows["earlier"] - 1)).to_numpy(dtype=float)
    )


def test_every_rule_is_printed_with_its_reason() -> None:
    rows = sensitivity.rules_of_comparison()
    assert rows["rule"].tolist() == [revisions.RULE, *(rule.rule for rule in rules().values())]
    assert rows["reason"].ne("").all()


def test_each_rule_that_could_have_been_chosen_is_tried(arrow: Counter) -> None:
    rows = sensitivity.by_rule(OffenceCounts()).set_index("rule")
    in_force = rows.filter(like="the rule:", axis=0).iloc[0]
    assert in_force["reached"] == headline.examine(OffenceCounts()).curve["reaches"].sum()
    bare = rows.filter(like="no revision", axis=0).iloc[0]
    assert (bare["reached"], bare["lower"], bare["upper"], bare["definitions"]) == (0, 0, 0, "none")
    then, now = (
        arrow(vintage, (*ELEVEN, "86", "23"), ("2022-Q3", "2022-Q4", "2023-Q1", "2023-Q2"))
        for vintage in ("2023-10", "2026-04")
    )
    by_code = rows.filter(like="codes only", axis=0).iloc[0]
    assert (by_code["lower"], by_code["upper"]) == pytest.approx(
        (min(0, 100 * (now / then - 1)), max(0, 100 * (now / then - 1)))
    )


def test_a_rule_that_takes_more_in_reaches_no_less() -> None:
    rows = sensitivity.by_rule(OffenceCounts()).set_index("rule")
    near, far, both = (
        rows.filter(like=words, axis=0).iloc[0]
        for words in ("only, at most six", "however far", "the rule:")
    )
    assert far["reached"] >= near["reached"]
    assert both["reached"] >= near["reached"]
    assert far["lower"] <= near["lower"] <= 0 <= near["upper"] <= far["upper"]


def test_a_definition_of_ones_own_goes_by_its_name() -> None:
    own = OffenceCounts(definitions={"mine": (*ELEVEN, "86", "23")})
    assert sensitivity.by_rule(own)["definitions"].iloc[0].endswith(" and mine")


def test_definitions_are_taken_back_part_by_part_to_the_first_release_of_the_year(
    arrow: Counter, first_published: float
) -> None:
    """Calendar 2024 first appeared in April 2025: then = sexual / (1 + rs) + images / (1 + rm), for the 43 areas."""
    rows = sensitivity.own_pair(OffenceCounts()).set_index("definition")
    assert set(rows["period"]) == {"2024", "YE 2024-09"}
    row = rows[rows["period"] == "2024"].loc[
        "Eleven child-specific offences and obscene publications"
    ]
    assert row["now"] == arrow("2026-04", (*ELEVEN, "86"), YEAR_2024, but=[BTP])
    assert row["then"] == round(first_published)
    assert row["relative"] == pytest.approx(100 * (first_published / 102_878 - 1))


def test_where_no_release_first_published_the_period_the_table_says_so() -> None:
    """Of the releases held by group none ends with March 2020."""
    (row,) = sensitivity.own_pair(OffenceCounts(claim="S05")).to_dict("records")
    assert row["definition"].startswith("No release by offence group is held")
    assert row["period"] == "2019/20"
