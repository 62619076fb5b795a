"""Which claim is recomputed how, as data."""

import inspect
from pathlib import Path
from typing import Annotated

import pytest
import yaml
from pydantic import Field, TypeAdapter, ValidationError

from replicate.derivations.kinds import registry
from replicate.derivations.kinds.base import Derivation
from replicate.derivations.kinds.registry import derivations
from replicate.ledger import Availability, Basis, Verdict, claims, identities
from replicate.sources import tables

WRITTEN = yaml.safe_load(
    Path(registry.__file__).with_name("derivations.yaml").read_text(encoding="utf-8")
)


def kinds() -> set[type[Derivation]]:
    """Return every kind there is in the package."""

    def every(parent: type[Derivation]) -> set[type[Derivation]]:
        children = {
            child for child in parent.__subclasses__() if child.__module__.startswith("replicate.")
        }
        return children.union(*map(every, children))

    return {kind for kind in every(Derivation) if not inspect.isabstract(kind)}  # type: ignore[type-abstract]


def test_every_derivation_is_of_a_claim_that_carries_its_own_figure() -> None:
    assert set(derivations()) <= set(claims())
    assert [name for name in derivations() if claims()[name].shows] == []


def test_every_claim_whose_evidence_is_held_has_a_derivation() -> None:
    held = {
        claim.figure_id for claim in claims().values() if claim.availability is Availability.HELD
    }
    assert held - set(derivations()) == set()


def test_statements_in_words_have_none() -> None:
    assert [name for name in derivations() if claims()[name].basis is Basis.TEXT] == []


def test_every_kind_is_used_and_named_once() -> None:
    assert {type(derivation) for derivation in derivations().values()} == kinds()
    assert len({kind.model_fields["kind"].default for kind in kinds()}) == len(kinds())


def test_every_table_named_is_there() -> None:
    names = {table for derivation in derivations().values() for table in derivation.tables()}
    assert names
    assert all(tables.table_path(name).is_file() for name in names)


def test_arithmetic_comes_from_the_identities_and_what_is_written_goes_before_it() -> None:
    comparable = {
        identity.equals: identity.id
        for identity in identities().values()
        if identity.equals and identity.comparable
    }
    arithmetic = {
        name: found.arguments()["identity"]
        for name, found in derivations().items()
        if found.kind == "arithmetic"
    }
    assert {name: comparable[name] for name in arithmetic} == arithmetic
    assert set(comparable) - set(arithmetic) <= set(WRITTEN)
    assert {"C06a", "C12a"} <= set(comparable) & set(WRITTEN)


def test_what_is_written_is_what_is_done() -> None:
    for claim, written in WRITTEN.items():
        done = derivations()[claim].arguments() | {"kind": derivations()[claim].kind}
        named = {
            "definitions": [
                one["name"] if isinstance(one, dict) else one
                for one in written.get("definitions", ())
            ]
        }
        texts = {name: str(named.get(name, value)) for name, value in written.items()}
        assert {name: str(done[name]) for name in written} == texts, claim


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "recorded_totals", "periods": ["2024"]},
        {"periods": ["2024"]},
        {"kind": "recorded_total", "period": "2024"},
    ],
    ids=["unknown kind", "no kind", "unknown argument"],
)
def test_a_file_that_names_no_kind_or_another_argument_is_refused(body: object) -> None:
    reader: TypeAdapter[Derivation] = TypeAdapter(
        Annotated[registry.Kind, Field(discriminator="kind")]
    )
    with pytest.raises(ValidationError):
        reader.validate_python(body)


def test_no_derivation_names_a_verdict() -> None:
    words = set(yaml.safe_dump(WRITTEN).replace(":", " ").split())
    assert words & set(Verdict) == set()
