import pytest
from pydantic import ValidationError

from replicate.ledger import claims
from replicate.ledger.gaps import DataGap, data_gaps, gap_by_table
from replicate.ledger.terms import Availability

WAYS = {Availability.NOT_HELD: "fetch", Availability.NOT_PUBLIC: "publish"}


def test_each_table_that_is_missing_belongs_to_one_opening_and_none_is_named_in_vain() -> None:
    wanted = {claim.table for claim in claims().values() if claim.availability in WAYS}
    named = [table for opening in data_gaps().values() for table in opening.tables]
    assert sorted(named) == sorted(wanted)


def test_what_is_published_is_fetched_and_what_is_not_has_to_be_published() -> None:
    missing = [claim for claim in claims().values() if claim.availability in WAYS]
    wrong = [
        claim.id for claim in missing if gap_by_table()[claim.table].how != WAYS[claim.availability]
    ]
    assert wrong == []


def test_no_opening_asks_for_records_of_people() -> None:
    asked = " ".join(opening.asks for opening in data_gaps().values()).casefold()
    assert not any(
        word in asked
        for word in (
            "name of",
            "names of",
            "address",
            "date of birth",
            "suspect-level",
            "crime-level",
            "individual",
        )
    )


def test_an_opening_says_what_is_asked_and_what_stays_open() -> None:
    for opening in data_gaps().values():
        assert opening.asks.endswith(".")
        assert opening.leaves.endswith(".")
    with pytest.raises(ValidationError):
        DataGap(
            id="x",
            title="a table",
            how="fetch",
            holder="ONS",
            tables=(),
            asks="A table.",
            leaves="Nothing.",
        )
