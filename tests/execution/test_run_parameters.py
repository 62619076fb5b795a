import shlex
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from replicate.execution.parameters import plain, read, replay
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import NotebookParameters, OffenceCounts, Text

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


def test_nothing_given_is_nothing_run_with() -> None:
    assert read(None, [], Toy) == {}


def test_values_come_in_the_models_order_and_the_command_line_prevails(file: Path) -> None:
    values = read(file, ["forces=[Kent, Essex]", "level=0.99"], Toy)
    assert list(values.items()) == [
        ("period", "2023"),
        ("forces", ["Kent", "Essex"]),
        ("level", 0.99),
    ]


def test_values_are_written_as_the_model_writes_them() -> None:
    assert read(None, ["forces=[kent]", "period=ye2024-03"], OffenceCounts) == {
        "period": "YE 2024-03",
        "forces": ["Kent"],
    }


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


def test_an_unknown_name_on_the_command_line_is_refused(file: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'forces'") as caught:
        read(file, ["force=Kent"], Toy)
    assert caught.value.where == "-p force"


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


def test_an_item_of_a_list_is_refused_where_it_stands(file: Path) -> None:
    file.write_text("period: 2024\nforces:\n  - Kent\n  - Esex\n  - Sussex\n")
    with pytest.raises(InputError, match="did you mean 'Essex'") as caught:
        read(file, [], OffenceCounts)
    assert caught.value.where == f"{file}, line 4"


def test_values_that_are_wrong_only_together_are_refused_by_name() -> None:
    with pytest.raises(InputError, match="did you mean 'mine'") as caught:
        read(None, ["definition=mines", "definitions={mine: [71]}"], OffenceCounts)
    assert caught.value.where == "definition"


@pytest.mark.parametrize("text", ["period", "=2024", "a b=1", "2024=period"])
def test_an_assignment_without_a_name_or_value_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="name=value"):
        read(None, [text], Toy)


def test_a_parameter_given_twice_is_refused() -> None:
    with pytest.raises(InputError, match="given twice"):
        read(None, ["period=2024", "period=2023"], Toy)


@pytest.mark.parametrize(
    "value", [date(2024, 1, 1), {1, 2}, b"x", float("nan"), float("inf"), object()]
)
def test_a_value_that_is_no_literal_is_refused_by_name(value: object) -> None:
    with pytest.raises(InputError, match="can't be a parameter") as caught:
        plain({"fine": 1, "strange": value})
    assert caught.value.where == "strange"


@given(VALUES)
def test_the_replay_command_gives_the_same_values_back(value: object) -> None:
    words = shlex.split(replay(Path("a b.ipynb"), {"x": value}, Path("out")))
    assert words[:4] == ["replicate", "run", "a b.ipynb", "-p"]
    assert read(None, [words[4]], None) == {"x": value}
    assert words[5:] == ["--out", "out"]


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
        ("codes: [017, 20:30, 1e3]", ["017", "20:30", "1e3"]),  # YAML 1.1: 15 and 1230
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
        ("level: .nan", 2, "should be a valid number"),
        ("level: 1", 2, "less than 1"),
        ("territory: without-btp", 2, "did you mean 'without_btp'?"),
        ("territory: 7", 2, "Input should be 'all' or 'without_btp'"),
        ("teritory: all", 2, "did you mean 'territory'?"),
        ("year: 2024\nyear: 2025", 3, None),
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
