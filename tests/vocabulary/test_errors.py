import pickle

import pytest

from replicate.vocabulary.errors import InputError, ReplicateError, RunError, nearest, unknown


@pytest.mark.parametrize(("kind", "code"), [(ReplicateError, 1), (RunError, 1), (InputError, 2)])
def test_the_message_says_what_where_got_expected_and_next_in_another_process_too(
    kind: type[ReplicateError], code: int
) -> None:
    error = kind(
        "not a period",
        where="--period",
        got="2023/25",
        expected="two consecutive years",
        hint="did you mean '2023/24'?",
    )
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    assert type(copy) is kind
    assert (copy.where, copy.got, copy.exit_code) == ("--period", "2023/25", code)
    assert str(copy).splitlines() == [
        "not a period",
        "  where: --period",
        "  got: 2023/25",
        "  expected: two consecutive years",
        "  next: did you mean '2023/24'?",
    ]


def test_parts_that_are_not_known_are_left_out_and_a_falsy_value_is_not() -> None:
    assert str(RunError("a cell failed", where="cell 4")) == "a cell failed\n  where: cell 4"
    assert "got: 0" in str(InputError("not a share", where="level", got=0))


@pytest.mark.parametrize(
    ("got", "choices", "expected"),
    [
        ("kent", ["Essex", "Kent"], "Kent"),
        ("child_specifc", ["child_specific", "child_contact"], "child_specific"),
        ("17b", ["17A", "17B"], "17B"),
        ("zzz", ["Essex", "Kent"], None),
        ("", ["Essex", "Kent"], None),
        ("Kent", [], None),
        (2023, ["2023-10", "2026-04"], "2023-10"),
    ],
)
def test_nearest(got: object, choices: list[str], expected: str | None) -> None:
    assert nearest(got, choices) == expected


@pytest.mark.parametrize(
    ("count", "expected"), [(12, "one of n00, n01"), (13, "one of 13 valid values")]
)
def test_an_unknown_name_lists_the_choices_when_they_are_few(count: int, expected: str) -> None:
    names = [f"n{index:02d}" for index in range(count)]
    error = unknown("force", "zzz", names, where="--force")
    assert str(error.expected).startswith(expected)
    assert error.hint is None
    assert unknown("force", "N3", names, where="--force").hint == "did you mean 'n03'?"
