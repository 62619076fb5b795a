"""What a derivation is, and each claim's: a kind with arguments that are data."""

from abc import abstractmethod
from functools import cache
from importlib import import_module
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from replicate.ledger import Claim, Computed
from replicate.ledger.arithmetic import identities
from replicate.ledger.audits import audits
from replicate.vocabulary.files import shipped_yaml

KINDS: "dict[str, type[Derivation]]" = {}
"""Every kind of derivation by the name that the YAML calls it."""


class Derivation(BaseModel):
    """How a published figure is recomputed; a subclass is a kind, and its fields are arguments."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str] = ""

    def __init_subclass__(cls, kind: str = "", **options: Any) -> None:
        super().__init_subclass__(**options)
        if kind:
            cls.kind, KINDS[kind] = kind, cls

    @abstractmethod
    def compute(self, claim: Claim) -> Computed:
        """Recompute the claim's figure."""

    def in_release(self, release: str) -> "Derivation | None":
        """Return the same by one release of recorded crime; none where it isn't counted in any."""
        del release
        return None

    def arguments(self) -> dict[str, object]:
        """Return what the kind was given, as JSON knows it."""
        return self.model_dump(mode="json")


@cache
def derivations() -> dict[str, Derivation]:
    """Return claim id → derivation.

    The ledger's identities and audits give their own; `derivations.yaml` has the others.

    Examples
    --------
    >>> derivations()["H03"].kind
    'arithmetic'
    """
    for module in ("audits", "published", "recorded"):
        import_module(f"replicate.derivations.kinds.{module}")  # where the kinds are
    printed = {"window", "rate", "force", "population"}
    implied = {
        identity.equals: _made("arithmetic", identity=identity.id)
        for identity in identities().values()
        if identity.equals and identity.comparable
    }
    audited = {
        audit.number_in: _made("unrecorded", **audit.model_dump(include=printed))
        for audit in audits()
        if audit.number_in
    }
    written = shipped_yaml("derivations.kinds", "derivations.yaml")
    return implied | audited | {claim: _made(**row) for claim, row in written.items()}


def _made(kind: str, **arguments: object) -> Derivation:
    return KINDS[kind].model_validate(arguments)
