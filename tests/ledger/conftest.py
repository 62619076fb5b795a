from collections.abc import Callable

import pytest

from replicate.ledger import Claim

MakeClaim = Callable[..., Claim]


@pytest.fixture(scope="session")
def make_claim() -> MakeClaim:
    """Make a claim of 100 %, printed to the whole point, with whatever else a test needs."""

    def make(**changes: object) -> Claim:
        basic: dict[str, object] = {
            "id": "C01",
            "report": "ONS",
            "seen": "primary",
            "basis": "data",
            "statement": "Offences",
            "value": "100",
            "unit": "percent",
            "wording": "exact",
            "rounded_to": "1",
            "availability": "held",
        }
        return Claim.model_validate(
            {name: value for name, value in (basic | changes).items() if value is not None}
        )

    return make
