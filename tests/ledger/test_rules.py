import pytest

from replicate.ledger import claims, rules
from replicate.ledger.rules import number


def test_every_rule_gives_its_reason() -> None:
    assert all(rule.rule and rule.reason for rule in rules().values())


def test_a_rule_in_words_has_no_number() -> None:
    with pytest.raises(ValueError, match="the rule 'words' has no number"):
        number("words")


def test_shares_in_words_reach_half_way_to_their_neighbours() -> None:
    """Two-thirds and three-fifths are 6.7 points apart, one in eight and one in nine 1.4, and so on."""
    steps = {
        "C06": 2 / 3 - 3 / 5,
        "S04a": 1 / 8 - 1 / 9,
        "V11": 1 / 10 - 1 / 11,
        "R06": 1 / 10 - 1 / 11,
        "R05d": 1 / 5 - 1 / 6,
        "S01f": 1 / 5 - 1 / 6,
    }
    for name, step in steps.items():
        assert float(claims()[name].rounded_to or 0) == pytest.approx(100 * step, abs=0.05)
