"""Every verdict once, since recomputing them all takes seconds."""

import pytest

from replicate.derivations.report_verdicts import Results, verified
from replicate.vocabulary.parameters import Verdicts


@pytest.fixture(scope="package")
def everything() -> Results:
    return verified(Verdicts())
