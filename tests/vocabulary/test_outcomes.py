import pytest
from pydantic import ValidationError

from replicate.vocabulary.runs import Limits, Status


def test_every_end_has_an_exit_code_of_its_own() -> None:
    assert len({status.exit_code for status in Status}) == len(Status)


@pytest.mark.parametrize("limit", ["seconds", "cell_seconds", "memory"])
@pytest.mark.parametrize("value", [0, -1])
def test_a_limit_that_nothing_could_keep_is_refused(limit: str, value: int) -> None:
    with pytest.raises(ValidationError):
        Limits.model_validate({limit: value})
