import re
from collections import Counter

import pytest
from pydantic import ValidationError

from replicate.ledger import claims
from replicate.ledger.starting import (
    NumberKind,
    StartingNumber,
    starting_documents,
    starting_numbers,
)

TOKENS = {"000": 22, "001": 176, "002": 8, "003": 15, "004": 19}
"""Numbers in the text of each document, counted by a search for digits in the texts themselves."""


def test_every_number_of_every_document_is_there_once() -> None:
    places = Counter((number.document, number.line, number.place) for number in starting_numbers())
    assert set(places.values()) == {1}
    assert Counter(number.document for number in starting_numbers()) == TOKENS
    assert set(starting_documents()) == set(TOKENS)


def test_places_in_a_line_are_numbered_without_a_gap() -> None:
    lines: dict[tuple[str, int], list[int]] = {}
    for number in starting_numbers():
        lines.setdefault((number.document, number.line), []).append(number.place)
    assert all(places == list(range(1, len(places) + 1)) for places in lines.values())


def test_a_figure_is_printed_as_its_claim_has_it() -> None:
    """Its digits are those of the claim, by another route than the one the claim was transcribed by; other wordings say so."""
    different = []
    for number in starting_numbers():
        if number.kind is NumberKind.FIGURE:
            digits = float(re.sub(r"[^\d.]", "", number.number))
            if digits not in {float(end) for end in claims()[number.claim].ends()}:
                different.append((number.claim, number.number, number.note))
    assert different == [("C23", "7", "Printed as 7 in 10."), ("C23", "10", "Printed as 7 in 10.")]


def test_every_claim_named_is_in_the_ledger() -> None:
    assert {number.claim for number in starting_numbers() if number.claim} <= set(claims())


def test_what_is_no_figure_says_what_it_is() -> None:
    assert all(kind.meaning for kind in NumberKind)
    dates = [number.number for number in starting_numbers() if number.kind is NumberKind.DATE]
    assert all(re.fullmatch(r"(19|20)\d\d|[1-9]|[12]\d|3[01]", number) for number in dates)


def test_a_figure_without_its_claim_is_refused() -> None:
    with pytest.raises(ValidationError, match="a figure without its claim"):
        StartingNumber(document="000", line=1, place=1, number="12", kind=NumberKind.FIGURE)
