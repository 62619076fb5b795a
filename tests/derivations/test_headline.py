"""A claim, and every specification tried for it, as notebook 01 asks."""

import shutil
from pathlib import Path

import pytest

from replicate.derivations import counting, headline, offence_counts, specifications
from replicate.derivations.verification import Verification
from replicate.ledger import Verdict, claims
from replicate.sources import tables
from replicate.vocabulary.definitions import definitions
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import OffenceCounts

Results = dict[str, Verification]


def test_only_totals_of_recorded_offences_can_be_asked_for() -> None:
    assert headline.claim_of(OffenceCounts(claim="S06")).value == 103_055
    with pytest.raises(InputError, match="unknown total of recorded offences") as error:
        headline.claim_of(OffenceCounts(claim="S06a"))
    assert "did you mean 'S06" in str(error.value)
    with pytest.raises(InputError, match="unknown claim"):
        headline.claim_of(OffenceCounts(claim="C99"))


def test_the_totals_are_claims_of_offences() -> None:
    assert {"C01", "S05", "S06", "S09", "V01", "V05", "V09", "V10"} <= set(
        headline.recorded_totals()
    )
    assert {str(claims()[name].unit) for name in headline.recorded_totals()} == {"offences"}


def test_what_is_known_of_a_claim_is_said_and_what_is_not(results: Results) -> None:
    known = headline.described(claims()["C01"]).set_index("what")["known"]
    assert "102,878" in known["Published figure"]
    assert known["Address"] == "not stated"
    assert "Justice Analysis" in known["How close it was seen"]


def test_what_will_be_tried_is_listed_without_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: object, **named: object) -> None:
        raise AssertionError("something was counted")

    monkeypatch.setattr(counting, "count", refuse)
    monkeypatch.setattr(specifications, "cells", refuse)
    rows = headline.tried(OffenceCounts())
    assert len(rows) == 3 * 5 * 2
    assert rows["reason"].ne("").all()


OWN = OffenceCounts(definitions={"mine": ("71", "86")})


def test_a_readers_own_definitions_are_tried_beside_the_packages() -> None:
    rows = headline.tried(OWN)
    assert len(rows) == 3 * 6 * 2
    assert rows["definition"].unique().tolist()[-1] == "mine"


def test_every_choice_is_listed_once_with_its_reason() -> None:
    rows = headline.choices_listed(OWN)
    assert rows["choice"].is_unique
    assert rows.groupby("kind", sort=False).size().to_dict() == {
        "definition": 6,
        "period": 3,
        "territory": 2,
        "vintage": 1,
    }
    why = rows.set_index("choice")["reason"]
    assert why["mine"] == "Chosen by the reader."
    assert why["2024"] == "The year that the figure is quoted for."


def test_a_release_that_was_fetched_is_tried_and_said_to_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copyfile(
        Path(tables.__file__).with_name("tables") / "recorded_crime_2026-04.parquet",
        tmp_path / "recorded_crime_2026-07.parquet",
    )
    monkeypatch.setenv("REPLICATE_DATA", str(tmp_path))
    why = headline.choices_listed(OffenceCounts()).set_index("choice")["reason"]
    assert why["2026-07"] == "A release that was fetched."
    assert why["2026-04"].startswith("The newest release")
    assert len(headline.tried(OffenceCounts())) == 3 * 5 * 2 * 2


def test_the_nearest_specification_is_the_one_compared(results: Results) -> None:
    found = headline.examine(OffenceCounts())
    assert found.published == 102_878
    assert found.comparison == results["C01"].comparison
    assert found.comparison.computed is not None
    assert found.curve.iloc[0]["total"] == found.comparison.computed.value
    assert len(found.curve) == found.comparison.computed.tried
    assert found.band[0] <= found.published <= found.band[1]
    assert found.band[0] <= found.curve.iloc[0]["total"] <= found.band[1]
    assert found.tables == results["C01"].comparison.computed.tables  # type: ignore[union-attr]


def test_a_definition_of_ones_own_can_come_nearer_but_earns_no_more_than_compatible() -> None:
    """The nearest definition under another name: the two tie."""
    again = OffenceCounts(
        definitions={"again": definitions()["child_specific_images_familial"].codes}
    )
    found = headline.examine(again)
    assert found.comparison.verdict is Verdict.COMPATIBLE
    assert (found.curve["rank"] == 1).sum() == 2


def test_definitions_are_listed_with_rationale_and_caveat() -> None:
    rows = headline.definitions_listed(OWN)
    assert len(rows) == len(definitions()) + 1
    assert rows.iloc[-1].to_dict()["codes"] == "71, 86"
    assert rows["caveat"].ne("").all()


def test_each_specification_has_a_comparison_of_its_own() -> None:
    """Recorded crime of calendar year 2024, release of April 2026: counts by `replicate count`."""
    alone = {
        name: headline.own_comparison(OffenceCounts(definition=name))
        for name in ("child_specific", "child_contact", "child_specific_images_familial")
    }
    for name, found in alone.items():
        parameters = OffenceCounts(definition=name)
        counted = int(offence_counts.by_offence(parameters)["count"].sum())
        published = headline.claim_of(parameters).value
        assert published is not None
        assert found.difference == counted - float(published)
    verdicts = {name: found.verdict.value for name, found in alone.items()}
    assert verdicts == {
        "child_specific": "differs",
        "child_contact": "differs",
        "child_specific_images_familial": "compatible",
    }
    mine = OffenceCounts(definition="mine", definitions={"mine": ("71",)}, vintage="latest")
    assert headline.own_comparison(mine).verdict.value == "differs"
