"""Existence and identifiability, beyond the published table."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replicate.analysis.systems.designs import face
from replicate.analysis.systems.existence import Fault, admissible, can_fit, fault
from replicate.analysis.systems.models import hierarchical, terms

patterns = st.integers(1, (1 << 15) - 1).map(lambda cells: cells << 1)


@given(patterns, st.sampled_from([2, 3]))
@settings(max_examples=25, deadline=None)
def test_asking_many_at_once_is_asking_each(held: int, order: int) -> None:
    models = hierarchical(4, order)[::3]
    assert admissible(4, held, models) == [fault(4, held, model) is Fault.NONE for model in models]


@given(patterns, st.integers(0, 63))
@settings(max_examples=40, deadline=None)
def test_asking_the_largest_first_changes_nothing(held: int, place: int) -> None:
    model = hierarchical(4, 2)[place]
    assert can_fit(4, held, model) == (fault(4, held, model) is Fault.NONE)


@given(patterns, st.integers(0, 112))
@settings(max_examples=40, deadline=None)
def test_an_estimate_exists_just_when_no_mean_left_runs_to_zero(held: int, place: int) -> None:
    """Two linear programmes of different make: the least cell, and which cells stay above zero."""
    model = hierarchical(4, 3)[place]
    codes = terms(model, 4)
    empty = [
        code
        for code in codes
        if not any(held >> cell & 1 and cell & code == code for cell in range(1, 16))
    ]
    cells = np.array([cell for cell in range(1, 16) if all(cell & code != code for code in empty)])
    design = np.array(
        [[float(cell & code == code) for code in codes if code not in empty] for cell in cells]
    )
    stays = face(design, np.array([float(held >> int(cell) & 1) for cell in cells]))
    assert bool(stays.all()) == (Fault.NO_ESTIMATE not in fault(4, held, model))


def test_full_tables_fit_every_model_but_the_saturated() -> None:
    held = (1 << 16) - 2
    *others, saturated = hierarchical(4, 4)
    assert all(admissible(4, held, others))
    assert fault(4, held, saturated) is Fault.NOT_IDENTIFIABLE


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Fault.NO_ESTIMATE, ["no maximum"]),
        (Fault.NOT_IDENTIFIABLE, ["told apart"]),
        (Fault(3), ["no maximum", "told apart"]),
        (Fault.NONE, []),
    ],
)
def test_faults_have_reasons(found: Fault, words: list[str]) -> None:
    assert all(word in found.reason for word in words)
    assert bool(found.reason) == bool(words)
