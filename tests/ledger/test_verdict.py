import pytest

from replicate.ledger import Computed, RevisionBand, Verdict
from replicate.vocabulary.uncertainty import (
    RoundingRange,
    SamplingInterval,
    ScenarioRange,
    WorstCaseBounds,
)

WORDS = """
exact within_rounding within_resolution within_revision within_uncertainty compatible inconclusive
differs inconsistent
not_held not_public not_a_statistic not_checked
"""


def test_the_vocabulary_is_closed_and_explained() -> None:
    assert {verdict.value for verdict in Verdict} == set(WORDS.split())
    assert len({verdict.meaning for verdict in Verdict}) == len(Verdict)


def test_nothing_computed_is_empty_even_with_context() -> None:
    assert Computed(
        None, "children", definition_stated=True, context="the series held counts episodes"
    ).is_empty
    assert not Computed(0.0, "children", definition_stated=True).is_empty
    assert not Computed(
        None, "percent", definition_stated=True, uncertainty=WorstCaseBounds(1, 5)
    ).is_empty


def test_what_a_value_stands_for() -> None:
    rounded = Computed(5.0, "percent", definition_stated=True, uncertainty=RoundingRange(4, 6))
    assert rounded.span == RoundingRange(4, 6)
    assert Computed(5.0, "percent", definition_stated=True).span == RoundingRange(5, 5)
    assert (
        Computed(
            None,
            "percent",
            definition_stated=True,
            uncertainty=ScenarioRange(4, 6, assumptions=("all told",)),
        ).span
        is None
    )


def test_a_sampling_interval_needs_its_estimate() -> None:
    with pytest.raises(ValueError, match="without its estimate"):
        Computed(
            None,
            "percent",
            definition_stated=True,
            uncertainty=SamplingInterval(1, 2, level=0.95, method="Wilson"),
        )


def test_a_revision_band_has_its_ends_in_order() -> None:
    band = RevisionBand(-0.01, 0.02, evidence="one pair")
    assert 0.02 in band
    with pytest.raises(ValueError, match="lower end"):
        RevisionBand(0.02, -0.01, evidence="one pair")
