"""What every derivation is: a kind, its arguments, and a way to compute a value for a claim."""

from abc import abstractmethod

from pydantic import BaseModel, ConfigDict

from replicate.ledger import Claim, Computed


class Derivation(BaseModel):
    """How a published figure is recomputed; the arguments are data, read from `derivations.yaml`.

    Attributes
    ----------
    kind
        The name of the kind, by which the YAML chooses the class.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str

    @abstractmethod
    def compute(self, claim: Claim) -> Computed:
        """Recompute the claim's figure."""

    def tables(self) -> tuple[str, ...]:
        """Return the names of the tables that the value is read from."""
        return ()

    def arguments(self) -> dict[str, object]:
        """Return what the kind was given, as JSON knows it."""
        return self.model_dump(mode="json", exclude={"kind"})
