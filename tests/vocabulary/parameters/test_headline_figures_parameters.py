import pytest

from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import HeadlineFigures


def test_words_outside_the_lists_are_refused_with_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        HeadlineFigures.checked({"reports": "audits"})
    assert "'audit'" in str(caught.value.expected)


@pytest.mark.parametrize("openings", [0, 61, True, "many"])
def test_a_number_of_openings_that_can_not_be_drawn_is_refused(openings: object) -> None:
    with pytest.raises(InputError):
        HeadlineFigures.checked({"openings": openings})
