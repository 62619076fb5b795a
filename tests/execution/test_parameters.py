import shlex
from pathlib import Path
from typing import Literal, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, model_validator

from replicate.execution.parameters import Document, help_of, read, replay
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.models import NotebookParameters, Text
from replicate.vocabulary.parameters import OffenceCounts

from .conftest import write_notebook

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


class Toy(NotebookParameters):
    period: Text = Field(default="2024", description="a year")
    forces: tuple[str, ...] = Field(default=(), description="names of forces")
    level: float = Field(default=0.95, gt=0, lt=1, description="between 0 and 1")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "toy.yaml"
    path.write_text("level: 0.9\nperiod: 2023\n")
    return path


def test_values_come_in_the_models_order_and_the_command_line_prevails(file: Path) -> None:
    values = read(file, ["forces=[Kent, Essex]", "level=0.99"], Toy)
    assert list(values.items()) == [
        ("period", "2023"),
        ("forces", ["Kent", "Essex"]),
        ("level", 0.99),
    ]


def test_values_for_a_notebook_of_ones_own_are_taken_as_they_are(file: Path) -> None:
    assert read(file, ["anything=[1, a]"], None) == {
        "level": 0.9,
        "period": 2023,
        "anything": [1, "a"],
    }


def test_an_unknown_name_is_refused_with_the_nearest_and_its_line(file: Path) -> None:
    file.write_text("level: 0.9\nperoid: 2023\n")
    with pytest.raises(InputError, match="did you mean 'period'") as caught:
        read(file, [], Toy)
    assert caught.value.where == f"{file}, line 2"


def test_a_wrong_value_is_refused_where_it_stands(file: Path) -> None:
    with pytest.raises(InputError, match="between 0 and 1") as caught:
        read(file, ["level=7"], Toy)
    assert caught.value.where == "-p level"
    file.write_text("period: 2023\nlevel: high\n")
    with pytest.raises(InputError, match="parameter 'level' can't take") as caught:
        read(file, ["forces=[Kent]"], Toy)
    assert caught.value.where == f"{file}, line 2"


def test_a_value_refused_by_a_rule_of_its_own_keeps_that_rules_words() -> None:
    with pytest.raises(InputError, match="did you mean 'Kent'") as caught:
        read(None, ["period=2024", "forces=[Kentt]"], OffenceCounts)
    assert caught.value.where == "-p forces"
    with pytest.raises(InputError, match="codes that make no definition") as caught:
        read(None, ["definitions={mine: [1-7]}"], OffenceCounts)
    assert caught.value.where == "-p definitions (definitions.mine)"


def test_values_that_are_wrong_only_together_are_refused_by_name() -> None:
    with pytest.raises(InputError, match="did you mean 'mine'") as caught:
        read(None, ["definition=mines", "definitions={mine: [71]}"], OffenceCounts)
    assert caught.value.where == "-p definition"


class Pair(NotebookParameters):
    low: float = Field(default=0, description="a number")
    high: float = Field(default=1, description="a number")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError("low above high")
        return self


def test_values_that_are_wrong_together_without_one_to_blame_are_refused() -> None:
    with pytest.raises(InputError, match="values that parameters can't take together") as caught:
        read(None, ["low=3"], Pair)
    assert (caught.value.where, caught.value.hint) == ("parameters", "low above high")


def test_what_a_notebook_takes_is_told_by_its_model_or_its_parameters_cell(tmp_path: Path) -> None:
    path = write_notebook(tmp_path, "parameters: period = '2024'\nk = 1")
    assert help_of(path, None).splitlines() == [
        "Parameters of toy, and their defaults",
        "    period = '2024'",
        "    k = 1",
    ]
    assert help_of(path, Toy).startswith("Parameters of toy\n\nperiod\n    a year\n")


@pytest.mark.parametrize("text", ["period", "=2024", "a b=1", "2024=period", "level=0.5"])
def test_an_assignment_without_a_name_or_value_or_made_twice_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="name=value"):
        read(None, ["level=0.5", text], Toy)


class One(NotebookParameters):
    x: Text = Field(default="", description="text")


@given(VALUES)
def test_the_replay_command_gives_the_same_values_back(value: object) -> None:
    """Text that looks like a number needs a model that says it is text."""
    words = shlex.split(replay("a b.ipynb", {"x": value}, "out", "a b"))
    assert words[:4] == ["replicate", "run", "a b.ipynb", "-p"]
    assert read(None, [words[4]], One if isinstance(value, str) else None) == {"x": value}
    assert words[5:] == ["--out", "out"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-6", 1e-6),
        ("+1.5E3", 1500.0),
        (".5", 0.5),
        ("-0", 0),
        ("0x1F", 31),
        ("0o17", 15),
        ("True", True),
        ("~", None),
        ("null", None),
        ("[1, a, {b: null}]", [1, "a", {"b": None}]),
        ("{a: 1}", {"a": 1}),
        ("Figure #3 shows", "Figure #3 shows"),
        ("Title: subtitle", "Title: subtitle"),
        ("", ""),
        ("@x", "@x"),
        ("two\nlines\n", "two\nlines\n"),
        ("[not a list", "[not a list"),
        ("[not: [a list]", "[not: [a list]"),
        ("{a: 1, a: 2}", "{a: 1, a: 2}"),
        ("no", "no"),
        ("2024-01-01", "2024-01-01"),
        ("1_000", "1_000"),
        ("20:30", "20:30"),
        ("017", "017"),
        (" 5", " 5"),
        ('"5"', '"5"'),
        ("a=b", "a=b"),
    ],
)
def test_without_a_model_a_value_is_a_number_or_a_list_as_a_whole_or_else_text(
    text: str, value: object
) -> None:
    """By YAML 1.2's core schema, https://yaml.org/spec/1.2.2/, section 10.3.2."""
    read_back = read(None, [f"x={text}"], None)["x"]
    assert (read_back, type(read_back)) == (value, type(value))


@pytest.mark.parametrize("text", ["1e-6", "Title: subtitle", "", "017", "4.10", "[a", "null"])
def test_a_models_type_decides_how_a_value_is_read(text: str) -> None:
    assert read(None, [f"x={text}"], One) == {"x": text}


def test_a_value_that_no_notebook_can_be_given_is_refused() -> None:
    with pytest.raises(InputError, match="can't be a parameter") as caught:
        read(None, ["x=.inf"], None)
    assert caught.value.where == "-p x"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a: 1\n'b: 2\n", 3),
        (b"a: 1\nb: !!python/object:os.system x\n", 2),
        (b"a: 1\n---\nb: 2\n", 2),
        (b"a: *b\n", 1),
        (b"a: 1\na: 2\n", 2),
        (b"[a]: 1\n", 1),
        (b"- 1\n", None),
        (b"\xff\xfe", None),
        (b"a: \x01", None),
        (None, None),
    ],
)
def test_what_is_no_yaml_of_names_is_refused_with_its_line(
    tmp_path: Path, content: bytes | None, line: int | None
) -> None:
    path = tmp_path / "a.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match="a YAML file that can't be read") as caught:
        Document(path)
    assert caught.value.where == (f"{path}, line {line}" if line else str(path))


def test_a_file_that_is_not_there_offers_the_one_most_like_it(tmp_path: Path) -> None:
    (tmp_path / "kent.yaml").write_text("x: 1\n")
    with pytest.raises(InputError, match=r"did you mean 'kent\.yaml'"):
        Document(tmp_path / "knt.yaml")


def test_an_empty_file_gives_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("# nothing\n")
    assert read(tmp_path / "a.yaml", [], Toy) == {}
    assert Document(tmp_path / "a.yaml").where(("x",)) == str(tmp_path / "a.yaml")


def test_a_place_without_a_line_has_that_of_what_is_around_it(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\nb:\n  - x\n  - {c: 2}\n")
    where = Document(tmp_path / "a.yaml").where
    assert where(("b", 1, "c")).endswith("line 4")
    assert where(("b", 7)).endswith("line 2")
    assert where(("b", "x")).endswith("line 2")
    assert where(("a", "x", 3)).endswith("line 1")


class Wide(NotebookParameters):
    """A parameter of every type that a YAML file can get wrong."""

    year: Text = Field(default="2024", description="a year")
    codes: tuple[Text, ...] = Field(default=(), description="offence codes")
    country: str = Field(default="NO", description="a country")
    flag: bool = Field(default=True, description="true or false")
    resamples: int = Field(default=10, ge=1, le=1000, description="a whole number from 1 to 1,000")
    level: float = Field(default=0.95, gt=0, lt=1, description="between 0 and 1")
    ceiling: float | None = Field(default=None, description="a number, or none")
    territory: Literal["all", "without_btp"] = Field(
        default="all", description="all or without_btp"
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("year: 2024", "2024"),
        ("year: 2024-10", "2024-10"),
        ("year: 2024-01-01", "2024-01-01"),  # YAML 1.1: a date
        ("codes: [71, 17B, '4.10']", ["71", "17B", "4.10"]),
        ("codes: [017, 20:30, 1_0]", ["017", "20:30", "1_0"]),  # YAML 1.1: 15, 1230 and 10
        ("codes: [1_0.5]", ["1_0.5"]),
        ("codes: [!!str 71, 2024-01-01]", ["71", "2024-01-01"]),
        ("country: NO", "NO"),  # YAML 1.1: false
        ("country: y", "y"),
        ("flag: NO", False),
        ("flag: yes", True),
        ("resamples: '100'", 100),
        ("resamples: 100.0", 100),
        ("level: '0.9'", 0.9),
        ("ceiling: 3", 3.0),
        ("ceiling: null", None),
    ],
)
def test_an_accident_of_yaml_whose_meaning_is_certain_is_mended(
    file: Path, text: str, value: object
) -> None:
    file.write_text(f"# a comment\n{text}\n")
    assert read(file, [], Wide) == {text.partition(":")[0]: value}


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("codes: [71, 4.10]", 2, "write it in quotes, '4.1' or '4.10'"),
        ("codes:\n  - '71'\n  - 4.10", 4, "write it in quotes, '4.1' or '4.10'"),
        ("year: 2024.0", 2, "write it in quotes"),
        ("year: true", 2, "write the text in quotes"),
        ("year:", 2, "should be a valid string"),
        ("country: 47", 2, "should be a valid string"),
        ("flag: perhaps", 2, "should be a valid boolean"),
        ("resamples: true", 2, "a truth value where a number should be"),
        ("ceiling: false", 2, "a truth value where a number should be"),
        ("resamples: 10.5", 2, "got a number with a fractional part"),
        ("resamples: 0", 2, "greater than or equal to 1"),
        ("resamples: 1,000", 2, "should be a valid integer"),
        ("level: 95%", 2, "should be a valid number"),
        ("level: .nan", 2, "less than 1"),
        ("codes: [1e3]", 2, "write it in quotes"),
        ("level: 1", 2, "less than 1"),
        ("territory: without-btp", 2, "did you mean 'without_btp'?"),
        ("territory: 7", 2, "Input should be 'all' or 'without_btp'"),
        ("teritory: all", 2, "did you mean 'territory'?"),
        ("year: 2024\nyear: 2025", 3, None),
        ("codes:\n  - '71'\n  - [17B]", 4, "should be a valid string"),
    ],
)
def test_one_whose_meaning_is_not_certain_is_refused_with_its_line(
    file: Path, text: str, line: int, hint: str | None
) -> None:
    file.write_text(f"# a comment\n{text}\n")
    with pytest.raises(InputError) as caught:
        read(file, [], Wide)
    assert caught.value.where == f"{file}, line {line}"
    assert (hint or "") in str(caught.value.hint)
    assert caught.value.exit_code == 2
