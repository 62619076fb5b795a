"""Every derivation by claim, read from `derivations.yaml`."""

from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field, TypeAdapter

from replicate.derivations.kinds.audits import AllCrime, Unrecorded
from replicate.derivations.kinds.base import Derivation
from replicate.derivations.kinds.ethnicity import ShareByEthnicity
from replicate.derivations.kinds.published import (
    Arithmetic,
    Between,
    NoLowerThan,
    PartOfYear,
    Weekday,
    WholeOfYear,
)
from replicate.derivations.kinds.recorded import RecordedChange, RecordedShare, RecordedTotal
from replicate.derivations.kinds.tabled import AssessmentChange, Assessments, CensusShare
from replicate.ledger import audits, identities
from replicate.vocabulary.files import read_yaml

Kind = (
    RecordedTotal
    | RecordedShare
    | RecordedChange
    | AllCrime
    | Unrecorded
    | CensusShare
    | Assessments
    | AssessmentChange
    | ShareByEthnicity
    | Arithmetic
    | PartOfYear
    | WholeOfYear
    | NoLowerThan
    | Between
    | Weekday
)
"""The kinds of derivation; the YAML names one by its `kind`."""


@cache
def derivations() -> dict[str, Derivation]:
    """Return claim id → derivation.

    The ledger's identities and audits give their own; `derivations.yaml` has the others.

    Examples
    --------
    >>> derivations()["H03"].kind
    'arithmetic'
    """
    text = (
        files("replicate.derivations.kinds")
        .joinpath("derivations.yaml")
        .read_text(encoding="utf-8")
    )
    reader: TypeAdapter[dict[str, Kind]] = TypeAdapter(
        dict[str, Annotated[Kind, Field(discriminator="kind")]]
    )
    implied = {
        identity.equals: Arithmetic(identity=identity.id)
        for identity in identities().values()
        if identity.equals and identity.comparable
    }
    audited = {audit.number_in: Unrecorded.of(audit) for audit in audits() if audit.number_in}
    written: dict[str, Derivation] = {**reader.validate_python(read_yaml(text))}
    return implied | audited | written
