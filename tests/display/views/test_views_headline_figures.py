import csv
from importlib.resources import files

import pytest

from replicate.display import views
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import HeadlineFigures


def test_the_verdicts_asked_for_are_drawn_with_their_data() -> None:
    with files("replicate.ledger").joinpath("claims.csv").open(encoding="utf-8") as file:
        text = sum(row["basis"] == "text" and not row["shows"] for row in csv.DictReader(file))
    drawn = views.verdict_counts(HeadlineFigures(basis="text"), name="words")
    assert drawn.data[["verdict", "headline", "others"]].to_dict("records") == [
        {"verdict": "not_a_statistic", "headline": 0, "others": text}
    ]
    assert 'id="fig-words"' in drawn.html


def test_a_choice_that_no_claim_meets_is_refused() -> None:
    with pytest.raises(InputError, match="no claim is of that kind"):
        views.verdict_counts(HeadlineFigures(reports="inspections", seen="start"))
