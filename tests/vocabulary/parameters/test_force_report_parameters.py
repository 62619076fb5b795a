import pytest

from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.parameters import ForceReport


def test_the_force_is_the_first_in_the_alphabet_unless_another_is_named() -> None:
    assert ForceReport().force == sorted(TERRITORIAL)[0]
    assert ForceReport(force="City of London Police").force == "London, City of"
    assert ForceReport(definition="images").chosen().codes == ("86",)


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"force": "Kentt"}, "did you mean 'Kent'"),
        ({"force": "British Transport Police"}, "unknown police force area"),
        ({"definition": "image"}, "did you mean 'images'"),
        ({"period": "2023/25"}, "not a financial year"),
        ({"level": 1}, "parameter 'level' can't take"),
        ({"forces": "Kent"}, "did you mean 'force'"),
    ],
)
def test_what_can_not_be_right_is_refused(values: dict[str, object], fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        ForceReport.checked(values)
