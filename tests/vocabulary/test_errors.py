import pickle

import pytest

from replicate.vocabulary.errors import InputError, ReplicateError, RunError, nearest, unknown


def test_the_message_says_what_where_got_expected_and_next() -> None:
    error = InputError(
        "not a period",
        where="--period",
        got="2023/25",
        expected="two consecutive years",
        hint="did you mean '2023/24'?",
    )
    assert str(error).splitlines() == [
        "not a period",
        "  where: --period",
        "  got: 2023/25",
        "  expected: two consecutive years",
        "  next: did you mean '2023/24'?",
    ]


def test_parts_that_are_not_known_are_left_out() -> None:
    assert str(RunError("a cell failed", where="cell 4")) == "a cell failed\n  where: cell 4"


def test_a_falsy_value_that_was_got_is_still_shown() -> None:
    assert "got: 0" in str(InputError("not a share", where="level", got=0))


@pytest.mark.parametrize(("kind", "code"), [(ReplicateError, 1), (RunError, 1), (InputError, 2)])
def test_exit_codes(kind: type[ReplicateError], code: int) -> None:
    assert kind("a fault", where="here").exit_code == code


def test_an_error_crosses_to_another_process_whole() -> None:
    error = InputError(
        "unknown force",
        where="--force",
        got="Kentt",
        expected="a force",
        hint="did you mean 'Kent'?",
    )
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    assert type(copy) is InputError
    assert str(copy) == str(error)
    assert (copy.what, copy.where, copy.got, copy.expected, copy.hint) == (
        error.what,
        error.where,
        error.got,
        error.expected,
        error.hint,
    )


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


def test_an_unknown_name_lists_the_choices_when_they_are_few() -> None:
    error = unknown("vintage", "2026-05", ["2026-04", "2023-10"], where="--vintage")
    assert error.expected == "one of 2023-10, 2026-04"
    assert error.hint == "did you mean '2026-04'?"
    assert error.exit_code == 2


@pytest.mark.parametrize(
    ("count", "expected"), [(12, "one of n00, n01"), (13, "one of 13 valid values")]
)
def test_an_unknown_name_counts_the_choices_when_they_are_many(count: int, expected: str) -> None:
    error = unknown("force", "zzz", [f"n{index:02d}" for index in range(count)], where="--force")
    assert str(error.expected).startswith(expected)


def test_an_unknown_name_that_is_like_no_other_gets_no_suggestion() -> None:
    error = unknown("force", "zzz", ["Essex"], where="--force")
    assert error.hint is None
    assert "next:" not in str(error)
