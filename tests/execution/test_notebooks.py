# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from replicate.execution.notebooks import (
    find,
    heading_above,
    notebooks,
    parameter_file,
    read,
    root,
)
from replicate.vocabulary.errors import InputError

Write = Callable[..., Path]


def test_a_notebook_knows_its_name_hash_and_defaults(write: Write) -> None:
    source = read(
        write("parameters: period = '2024'\nlevel: float = 0.95\nlabel = 'a=b'", name="01_counts")
    )
    assert source.defaults == {"period": "'2024'", "level": "0.95", "label": "'a=b'"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not JSON",
        "[]",
        "{}",
        '{"nbformat": 4, "nbformat_minor": 5}',
        '{"nbformat": 3, "nbformat_minor": 0, "worksheets": []}',
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}',
        "\xff",
    ],
)
def test_what_is_not_a_notebook_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match="not a notebook"):
        read(path).node()


@pytest.mark.parametrize("name", ["folder.ipynb", "nowhere.ipynb"])
def test_what_can_not_be_read_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.ipynb").mkdir()
    with pytest.raises(InputError, match="a notebook that can't be read"):
        read(tmp_path / name)


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}},
        {"language_info": {"name": "R"}},
    ],
)
def test_a_notebook_in_another_language_is_refused(
    write: Write, metadata: dict[str, object]
) -> None:
    path = write()
    path.write_text(json.dumps(json.loads(path.read_text()) | {"metadata": metadata}))
    with pytest.raises(InputError, match="another language"):
        read(path)


def test_cells_of_formats_without_ids_are_given_the_same_ones_at_every_reading(
    write: Write,
) -> None:
    path = write("1 + 1")
    document = json.loads(path.read_text()) | {"nbformat_minor": 4}
    for made in document["cells"]:
        del made["id"]
    path.write_text(json.dumps(document))
    ids = [made.id for made in read(path).node().cells]
    assert ids == ["cell-1", "cell-2"]
    assert read(path).node() == read(path).node()


def test_a_parameter_for_a_notebook_without_a_parameters_cell_is_refused(tmp_path: Path) -> None:
    nbformat.write(nbformat.v4.new_notebook(cells=[new_code_cell("x = 1")]), tmp_path / "a.ipynb")
    with pytest.raises(InputError, match="a notebook without a parameters cell"):
        read(tmp_path / "a.ipynb").check_name("x", "-p x")


def test_a_parameters_cell_that_is_not_python_is_refused_with_its_line(write: Write) -> None:
    with pytest.raises(InputError, match="a parameters cell that can't be read") as caught:
        read(write("# Title", "parameters: x = 1\n%matplotlib inline")).check_name("x", "-p x")
    assert caught.value.where.endswith("cell 2, line 2")


def test_the_heading_above_is_the_last_one_that_is_a_heading() -> None:
    cells = [
        new_markdown_cell("# Title\n\n## Where?"),
        new_code_cell("# a comment"),
        new_markdown_cell("```\n# not a heading\n```\ntext"),
    ]
    assert heading_above(cells) == "Where?"
    assert heading_above(cells[1:]) is None


def test_cells_of_one_id_are_given_others_the_same_at_every_reading(
    write: Write, recwarn: pytest.WarningsRecorder
) -> None:
    path = write("1", "2", "3")
    path.write_text(path.read_text().replace('"toy-2"', '"toy-1"').replace('"toy-3"', '"toy-1"'))
    ids = [made.id for made in read(path).node().cells]
    assert ids == ["toy-0", "toy-1", "toy-1-3", "toy-1-4"]
    assert ids == [made.id for made in read(path).node().cells]
    assert not recwarn.list


@pytest.mark.parametrize("language", ["Python", "PYTHON", "python"])
def test_the_language_may_be_written_with_capitals(write: Write, language: str) -> None:
    path = write()
    kernel = {"kernelspec": {"name": "p", "language": language, "display_name": "P"}}
    path.write_text(json.dumps(json.loads(path.read_text()) | {"metadata": kernel}))
    assert read(path).defaults == {"period": "'2024'", "forces": "[]"}


def _injected(write: Write, text: str) -> Path:
    path = write("parameters: x = 1\ny = 2", text)
    document = json.loads(path.read_text())
    document["cells"][1]["metadata"]["tags"] = ["injected-parameters"]
    path.write_text(json.dumps(document))
    return path


def test_parameters_that_papermill_left_are_in_force_until_others_are_given(write: Write) -> None:
    """papermill puts the cell of new parameters in the place of an old one (papermill issue 163)."""
    source = read(_injected(write, "x = 99\ny = [1, 'a']"))
    assert source.in_force({}) == {"x": 99, "y": [1, "a"]}
    assert source.in_force({"y": 3}) == {"y": 3}


def test_parameters_that_papermill_left_and_somebody_changed_to_code_are_refused(
    write: Write,
) -> None:
    with pytest.raises(InputError, match="injected parameters that are no plain values"):
        read(_injected(write, "x = open('a')")).in_force({})


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a checkout of two notebooks, one of which has parameters of its own."""
    folder = tmp_path / "checkout"
    for name in (
        "notebooks/02_rates.ipynb",
        "notebooks/01_counts.ipynb",
        "notebooks/notes.md",
        "params/01_counts.yaml",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("below", [".", "notebooks", "params", "notebooks/deep/er"])
def test_the_checkout_is_found_from_any_folder_of_it(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    (checkout / below).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(checkout / below)
    assert root() == checkout


@pytest.mark.parametrize("name", ["notebooks", "params"])
def test_one_of_the_two_folders_is_not_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="the notebooks are not here") as error:
        root()
    assert error.value.where == str(tmp_path)
    assert error.value.hint == "change to the checkout"


def test_a_notebook_is_found_by_name_and_by_path(checkout: Path) -> None:
    assert find(Path("01_counts")) == checkout / "notebooks" / "01_counts.ipynb"
    assert find(Path("notebooks/02_rates.ipynb")) == Path("notebooks/02_rates.ipynb")
    assert [path.name for path in notebooks()] == ["01_counts.ipynb", "02_rates.ipynb"]


@pytest.mark.parametrize(
    "name",
    [
        "01_count",
        "02_counts",
        "01_counts.ipynb",
        "notebooks/01_counts",
        "notebooks/01_cuonts.ipynb",
    ],
)
def test_an_unknown_notebook_is_refused_with_the_nearest(checkout: Path, name: str) -> None:
    with pytest.raises(InputError, match="did you mean '01_counts'") as error:
        find(Path(name))
    assert (error.value.where, error.value.got) == ("NOTEBOOK", name)
    assert "01_counts, 02_rates" in str(error.value)


def test_a_name_like_none_of_them_is_refused_without_a_guess(checkout: Path) -> None:
    with pytest.raises(InputError, match="no such notebook") as error:
        find(Path("zzz"))
    assert error.value.hint is None


def test_a_notebooks_own_parameters_are_found_or_none(checkout: Path) -> None:
    assert (
        parameter_file(Path("elsewhere/01_counts.ipynb")) == checkout / "params" / "01_counts.yaml"
    )
    assert parameter_file(Path("02_rates.ipynb")) is None
