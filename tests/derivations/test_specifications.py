"""Specifications are listed with reasons before anything is counted."""

from itertools import product
from pathlib import Path

import pytest
import yaml

from replicate.derivations import specifications as module
from replicate.derivations.specifications import (
    Specification,
    forces_of,
    frame,
    reasons,
    specifications,
)
from replicate.sources import tables
from replicate.vocabulary.definitions import custom_definition, definitions, find_definition
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import BTP, FORCES, TERRITORIAL
from replicate.vocabulary.periods import Period

WALES = {"Dyfed-Powys", "Gwent", "North Wales", "South Wales"}
"""The four police force areas of Wales."""


def test_listing_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: object, **named: object) -> None:
        raise AssertionError("something was counted")

    monkeypatch.setattr(module, "cells", refuse)
    monkeypatch.setattr(tables, "recorded_crime", refuse)
    listed = frame(specifications(["2024", "2023/24"]))
    assert list(listed.columns) == ["definition", "period", "territory", "vintage"]


def test_every_combination_that_a_vintage_wholly_covers_is_listed_once() -> None:
    listed = specifications(["2024", "2021/22"], ["images", "child_contact"])
    got = [
        (spec.definition.name, spec.period.label, spec.territory, spec.vintage) for spec in listed
    ]
    releases = [("2024", "2026-04"), ("2021/22", "2026-04"), ("2021/22", "2023-10")]
    assert sorted(got) == sorted(
        (name, period, territory, vintage)
        for name, (period, vintage), territory in product(
            ["images", "child_contact"], releases, ["all", "without_btp"]
        )
    )


def test_without_definitions_those_with_a_reason_are_tried() -> None:
    assert [spec.definition.name for spec in specifications(["2024"], territories=["all"])] == list(
        reasons()["definitions"]
    )


def test_a_reader_may_add_a_definition() -> None:
    own = custom_definition(("71", "86"), name="mine")
    listed = frame(specifications(["2019/20", "2018"], [own], territories=["all"]))
    assert listed["definition"].unique().tolist() == ["mine"]


def test_an_unknown_definition_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'child_contact'"):
        specifications(["2024"], ["child_contacts"])


def test_every_reason_is_a_sentence_and_every_choice_exists() -> None:
    why = dict(reasons())
    assert set(why.pop("fixed_in")) == set(why)
    assert all(reason.endswith(".") for part in why.values() for reason in part.values())
    assert set(why["definitions"]) <= set(definitions())
    assert set(why["vintages"]) == set(tables.vintages())
    assert all(Period.parse(period).label == period for period in why["periods"])
    assert all(set(forces_of(territory)) <= set(FORCES) for territory in why["territories"])


def test_territories_are_the_forces_of_a_country_or_all_bodies() -> None:
    assert forces_of("all") == FORCES
    assert set(FORCES) - set(forces_of("without_btp")) == {BTP}
    assert set(forces_of("Wales")) == WALES
    assert set(forces_of("England")) == set(TERRITORIAL) - WALES


def test_england_and_wales_add_up_to_the_territorial_forces() -> None:
    definition, period = find_definition("images"), Period.parse("2021/22")
    parts = {
        name: Specification(definition, period, name, "2026-04").total()
        for name in ("England", "Wales", "without_btp")
    }
    assert parts["England"] + parts["Wales"] == parts["without_btp"]


def test_some_codes_of_a_specification_are_counted_alone() -> None:
    spec = Specification(
        find_definition("images_and_grooming"), Period.parse("2024"), "all", "2026-04"
    )
    assert spec.total(codes=("86",)) + spec.total(codes=("88A",)) == spec.total()


def test_a_specification_says_whether_its_vintage_covers_it() -> None:
    covered = {
        period: Specification(
            find_definition("images"), Period.parse(period), "all", "2023-10"
        ).covered
        for period in ("2022", "2023")
    }
    assert covered == {"2022": True, "2023": False}


def test_reasons_come_from_a_file_a_reader_can_open() -> None:
    file = Path(module.__file__).with_name("specifications.yaml")
    assert yaml.safe_load(file.read_text(encoding="utf-8")) == reasons()
