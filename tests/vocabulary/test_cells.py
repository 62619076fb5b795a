import pytest

from replicate.vocabulary.runs import assigned


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("", {}),
        ("period = '2024'", {"period": "'2024'"}),
        ("level: float = 0.95  # an interval's level", {"level": "0.95"}),
        (
            "label = 'a=b'\nforces = [\n    'Kent',  # one\n    'Essex',\n]",
            {"label": "'a=b'", "forces": "['Kent', 'Essex']"},
        ),
        ("a = b = 1", {"a": "1", "b": "1"}),
        ("import os\nvalue: int\nobject.attribute = 2\n(a, b) = 1, 2\nprint(a)", {}),
        ("x = 1\nx = 2", {"x": "2"}),
    ],
)
def test_plain_assignments_are_found(source: str, names: dict[str, str]) -> None:
    assert assigned(source) == names


def test_what_is_not_python_is_refused() -> None:
    with pytest.raises(SyntaxError):
        assigned("%matplotlib inline")
