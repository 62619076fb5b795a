from collections.abc import Callable, Mapping

import pytest

from replicate.publication.gate import refuse_verdicts
from replicate.vocabulary.errors import RunError

MakeRow = Callable[..., Mapping[str, object]]


def test_claims_that_nobody_checked_are_refused_by_name(row: MakeRow) -> None:
    with pytest.raises(RunError, match="claims that nobody has checked") as caught:
        refuse_verdicts(
            [row("C01"), row("C02", verdict="not_checked"), row("C03", verdict="not_checked")]
        )
    assert caught.value.got == "C02, C03"


def test_a_share_by_ethnicity_without_what_is_missing_is_refused_by_name(row: MakeRow) -> None:
    with pytest.raises(RunError, match="without its missing share and bounds") as caught:
        refuse_verdicts(
            [row("C01"), row("C08"), row("H08")]
        )  # H08 shows the figure of its part H08a
    assert caught.value.got == "C08, H08"


def test_others_pass(row: MakeRow) -> None:
    refuse_verdicts([row("C01"), row("C08", missing="It cannot be bounded."), row("C12a")])
