"""Enumerating hierarchical models."""

import pytest

from replicate.analysis.systems.models import (
    hierarchical,
    interactions,
    within,
)
from replicate.vocabulary.errors import InputError


@pytest.mark.parametrize(
    ("lists", "order", "models"),
    # Simplicial complexes on labelled vertices that hold every vertex: OEIS A006126 for n = 3, 4, 5 is 9, 114, 6894, the full one
    # among them; pairs alone give 2 to the number of pairs.
    [(3, 2, 8), (3, 3, 9), (4, 3, 113), (4, 4, 114), (5, 4, 6893), (5, 2, 1024), (2, 1, 1)],
)
def test_every_hierarchical_model_is_there_once(lists: int, order: int, models: int) -> None:
    found = hierarchical(lists, order)
    assert len(found) == len(set(found)) == models
    assert found[0] == 0


def test_each_model_holds_what_its_interactions_bring() -> None:
    for model in hierarchical(4, 3):
        assert all(within(code) & ~model == 0 for code in interactions(model))


def test_too_many_models_are_refused_before_they_are_listed() -> None:
    with pytest.raises(InputError, match="select stepwise"):
        hierarchical(7, 2)
