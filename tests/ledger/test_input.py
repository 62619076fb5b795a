import csv
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from replicate.ledger import Input, IntervalKind, Seen, claims, inputs


def _listed() -> dict[str, dict[str, str]]:
    with (Path(__file__).parent / "published_inputs.csv").open(encoding="utf-8") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


LISTED = _listed()
ADDED = {
    "dfe_plans_sexual_abuse_2019": Decimal(2_230),
    "dfe_plans_all_2019": Decimal(52_260),
    "dfe_plans_started_2023": Decimal(63_870),
    "dfe_plans_started_2024": Decimal(62_110),
}
"""The Department for Education's own counts of protection plans: data sets A6 and D3."""

IN_ANOTHER_UNIT = {"ccfe_detection": Decimal(100)}
"""The list gives the proportion; the claim is in percent."""


def test_nothing_of_the_list_is_lost() -> None:
    assert len(LISTED) == 96
    assert set(inputs()) == set(LISTED) | set(ADDED)


def test_each_figure_is_the_one_listed() -> None:
    values = {name: row["value"] for name, row in LISTED.items()}
    assert {name: found.value for name, found in inputs().items()} == ADDED | {
        name: Decimal(value) * IN_ANOTHER_UNIT.get(name, 1) if value else None
        for name, value in values.items()
    }


def test_published_ends_are_those_listed() -> None:
    rows = {name: row for name, row in LISTED.items() if row["lower"]}
    found = {name: inputs()[name] for name in rows}
    assert {name: (one.lower, one.upper) for name, one in found.items()} == {
        name: (Decimal(row["lower"]), Decimal(row["upper"])) for name, row in rows.items()
    }
    kinds = {True: IntervalKind.SAMPLING, False: IntervalKind.RANGE}
    assert all(one.interval_kind is kinds[bool(one.value)] for one in found.values())


def test_a_figure_that_is_a_claim_is_read_from_it() -> None:
    linked = [found for found in inputs().values() if found.claim]
    assert len(linked) == 55
    assert all(
        (found.value, found.unit) == (claims()[found.claim].value, claims()[found.claim].unit)
        for found in linked
    )


def test_second_hand_inputs_say_so() -> None:
    assert inputs()["csew24_sexual_abuse_women_pct"].seen is Seen.SECONDARY
    assert inputs()["csew24_sexual_abuse_pct"].seen is Seen.PRIMARY


def test_an_unknown_column_is_refused() -> None:
    row = inputs()["cdi_wiltshire_overall_2017"].model_dump() | {"se": 0.8}
    with pytest.raises(ValidationError, match="Extra inputs"):
        Input.model_validate(row)
