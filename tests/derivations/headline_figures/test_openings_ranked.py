from collections import Counter

from replicate.derivations.headline_figures import Results, openings_ranked
from replicate.derivations.verification import verify
from replicate.ledger import Verdict, claims


def test_every_figure_that_waits_is_opened_once(everything: Results) -> None:
    ranked = openings_ranked(everything)
    listed = Counter(" ".join(ranked["claims"]).split())
    waiting = {
        result.claim.id
        for result in everything
        if result.comparison.verdict in (Verdict.NOT_HELD, Verdict.NOT_PUBLIC)
    }
    assert set(listed.values()) == {1}
    assert set(listed) == waiting
    assert list(ranked["figures"]) == [len(row.split()) for row in ranked["claims"]]


def test_those_that_would_open_most_come_first(everything: Results) -> None:
    ranked = openings_ranked(everything)
    keys = list(zip(-ranked["figures"], -ranked["headline"], ranked["opening"], strict=True))
    assert keys == sorted(keys)


def test_a_figure_that_other_evidence_settled_opens_nothing() -> None:
    """S14a's table is not held, but another publisher's figure contradicts it."""
    assert claims()["S14a"].availability == "not_held"
    ranked = openings_ranked(tuple(verify(["S14a", "S14b", "C06", "C33"])))
    assert ranked.set_index("opening")["claims"].to_dict() == {
        "cocad-suspects": "C06",
        "outcomes-by-code": "C33",
        "dfe-plans": "S14b",
    }
    assert ranked.set_index("opening")["headline"].to_dict() == {
        "cocad-suspects": 1,
        "outcomes-by-code": 1,
        "dfe-plans": 0,
    }
    assert (
        ranked.set_index("opening")["notes"]["outcomes-by-code"]
        == "The copy held has offence groups only."
    )
    assert ranked.set_index("opening")["notes"]["cocad-suspects"] == "none"


def test_where_nothing_waits_the_columns_are_still_there() -> None:
    assert openings_ranked(tuple(verify(["H03"])))["figures"].empty
