import pytest

from replicate.publication.code import Parameter, parameters, question, sentence
from replicate.publication.colours import coloured


def test_code_is_escaped_and_its_tokens_have_classes() -> None:
    html = coloured("# one\nif x < 1:\n    print('<b>')\n")
    assert '<span class="c1"># one</span>' in html
    assert '<span class="k">if</span>' in html
    assert "&lt;b&gt;" in html
    assert "<b>" not in html


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("# Count by year\nx = 1", "Count by year"),
        ("\n#Count\n", "Count"),
        ("x = 1", None),
        ("#\nx = 1", None),
        ("", None),
    ],
)
def test_the_comment_that_a_cell_begins_with_is_its_sentence(
    source: str, found: str | None
) -> None:
    assert sentence(source) == found


@pytest.mark.parametrize(
    ("tagged", "injected", "parameter"),
    [
        ("x = 1", "", Parameter("x", "1", None, "")),
        ("x = 1  # how many", "x = 2", Parameter("x", "2", "1", "how many")),
        ("x = 1", "x = 1", Parameter("x", "1", None, "")),
        ("x = []", "x = ['Kent', 'Essex']", Parameter("x", "Kent, Essex", "none", "")),
        ("x = ['a', 'b']", "x = []", Parameter("x", "none", "a, b", "")),
        ("x = None", "", Parameter("x", "none", None, "")),
        ("x: str = ''  # nothing", "", Parameter("x", "none", None, "nothing")),
        (
            "x = [\n  'Kent',  # one\n  'Essex',\n]  # the forces",
            "",
            Parameter("x", "Kent, Essex", None, "the forces"),
        ),
        ("x = {'mine': ['71']}", "", Parameter("x", "{'mine': ['71']}", None, "")),
        ("x = default()", "", Parameter("x", "default()", None, "")),
        ("x = 'a # b'", "", Parameter("x", "a # b", None, "")),
    ],
)
def test_parameters_are_written_for_readers(
    tagged: str, injected: str, parameter: Parameter
) -> None:
    assert parameters(tagged, injected) == [parameter]


def test_parameters_keep_their_order_and_names_added_by_hand_are_not_among_them() -> None:
    assert [
        parameter.name for parameter in parameters("b = 1\na = 2", "# Parameters\na = 3\nc = 4")
    ] == ["b", "a"]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("How many?", "How many?"),
        ("## Counts\n\nAll are *recorded*. How many\nwere there?", "How many were there?"),
        ("Two questions. Which? How many?", "How many?"),
        (
            "Everything is a choice: which *one* is near?",
            "Everything is a choice: which one is near?",
        ),
        ("How many? See below.", None),
        ("## How many?", None),
        (
            "In 2024 (the year e.g. of the audit) how many?",
            "In 2024 (the year e.g. of the audit) how many?",
        ),
        ("", None),
    ],
)
def test_the_question_above_names_the_code_that_answers_it(source: str, found: str | None) -> None:
    assert question(source) == found
