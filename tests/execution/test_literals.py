from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from replicate.execution.literals import line_of, parse, read_mapping
from replicate.vocabulary.errors import InputError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024", 2024),
        ("-3", -3),
        ("0.95", 0.95),
        (".5", 0.5),
        ("1.5e3", 1500.0),
        ("true", True),
        ("False", False),
        ("null", None),
        ("", None),
        ("NO", "NO"),  # YAML 1.1: false
        ("on", "on"),  # YAML 1.1: true
        ("017", "017"),  # YAML 1.1: 15
        ("20:30", "20:30"),  # YAML 1.1: 1230
        ("1_000", "1_000"),  # YAML 1.1: 1000
        ("2024-01-01", "2024-01-01"),  # YAML 1.1: a date
        ("2024-Q1", "2024-Q1"),
        ("17B", "17B"),
        ("'71'", "71"),
        ("[17B, 71]", ["17B", 71]),
        ("{mine: [17B]}", {"mine": ["17B"]}),
    ],
)
def test_values_are_what_they_seem(text: str, value: object) -> None:
    read = parse(text, where="-p x")
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "[17B",
        "a: b: c",
        "!!python/object/apply:os.system [ls]",
        "*anchor",
        "a: 1\na: 2",
        "2024: a",
        "\x00",
    ],
)
def test_what_is_not_plain_yaml_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="YAML that can't be read") as caught:
        parse(text, where="-p x")
    assert caught.value.where.startswith("-p x")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_what_json_can_say_is_read_back_from_the_yaml_that_pyyaml_writes(value: object) -> None:
    assert parse(yaml.safe_dump(value), where="a file") == value


def test_a_file_gives_values_and_the_lines_of_their_names(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("# what to run\nperiod: 2024\n\nforces:\n  - Kent\n  - Essex\nlevel: 0.9\n")
    values, lines = read_mapping(file)
    assert values == {"period": 2024, "forces": ["Kent", "Essex"], "level": 0.9}
    assert lines == {
        ("period",): 2,
        ("forces",): 4,
        ("forces", 0): 5,
        ("forces", 1): 6,
        ("level",): 7,
    }


def test_a_place_without_a_line_has_that_of_what_is_around_it(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("definitions:\n  mine: [71]\n  yours:\n    - 21\n    - 71\n")
    _, lines = read_mapping(tmp_path / "a.yaml")
    places = ("definitions", "yours", 1), ("definitions", "mine", 0, "x"), ("other",), ()
    assert [line_of(place, lines) for place in places] == [5, 2, None, None]


def test_an_empty_file_gives_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("# all defaults\n")
    assert read_mapping(tmp_path / "a.yaml") == ({}, {})


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("period: 2024\nforces: [Kent\n", 3, "expected ',' or ']'"),
        ("period: 2024\nvintage: x\nperiod: 2023\n", 3, "'period' is given twice"),
        ("period: 2024\ndefinitions:\n  mine: [71]\n  mine: [21]\n", 4, "'mine' is given twice"),
        ("period: 2024\n71: x\n", 2, "a name must be text, not 71"),
    ],
)
def test_a_fault_in_a_file_names_its_line(tmp_path: Path, text: str, line: int, fault: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        read_mapping(tmp_path / "a.yaml")
    assert caught.value.where == f"{tmp_path / 'a.yaml'}, line {line}"
    assert fault in str(caught.value.got)


def test_a_file_that_names_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("- 2024\n- Kent\n")
    with pytest.raises(InputError, match="does not name its values"):
        read_mapping(tmp_path / "a.yaml")


@pytest.mark.parametrize("content", [b"period: \xff", None], ids=["not UTF-8", "a folder"])
def test_a_file_that_is_not_text_is_refused(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "a.yaml"
    file.mkdir() if content is None else file.write_bytes(content)
    with pytest.raises(InputError, match="parameter file that can't be read"):
        read_mapping(file)


def test_a_missing_file_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "01_offence_counts.yaml").touch()
    with pytest.raises(InputError, match=r"did you mean '.*01_offence_counts\.yaml'"):
        read_mapping(tmp_path / "01_offence_count.yaml")
    with pytest.raises(InputError, match="no such parameter file") as caught:
        read_mapping(tmp_path / "nowhere" / "a.yaml")
    assert caught.value.hint is None
