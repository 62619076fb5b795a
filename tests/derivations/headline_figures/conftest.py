"""Every verdict once, since recomputing them all takes seconds."""

import pytest

from replicate.derivations.headline_figures import Results, verified
from replicate.vocabulary.parameters import HeadlineFigures


@pytest.fixture(scope="package")
def everything() -> Results:
    return verified(HeadlineFigures())
