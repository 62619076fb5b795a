"""Where notebooks and parameter files are."""

from pathlib import Path

import pytest

from replicate.execution import notebooks as project
from replicate.vocabulary.errors import InputError


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
    assert project.root() == checkout


@pytest.mark.parametrize("name", ["notebooks", "params"])
def test_one_of_the_two_folders_is_not_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="the notebooks are not here") as error:
        project.root()
    assert error.value.where == str(tmp_path)
    assert error.value.hint == "change to the checkout"


def test_notebooks_come_in_their_order(checkout: Path) -> None:
    assert [path.name for path in project.notebooks()] == ["01_counts.ipynb", "02_rates.ipynb"]


def test_a_notebook_is_found_by_name_and_by_path(checkout: Path) -> None:
    assert project.find(Path("01_counts")) == checkout / "notebooks" / "01_counts.ipynb"
    assert project.find(Path("notebooks/02_rates.ipynb")) == Path("notebooks/02_rates.ipynb")


def test_a_notebook_of_ones_own_is_found_outside_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.ipynb").write_text("")
    monkeypatch.chdir(tmp_path)
    assert project.find(Path("mine.ipynb")) == Path("mine.ipynb")


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
        project.find(Path(name))
    assert (error.value.where, error.value.got) == ("NOTEBOOK", name)
    assert "01_counts, 02_rates" in str(error.value)


def test_a_name_like_none_of_them_is_refused_without_a_guess(checkout: Path) -> None:
    with pytest.raises(InputError, match="no such notebook") as error:
        project.find(Path("zzz"))
    assert error.value.hint is None


def test_a_notebooks_own_parameters_are_found_or_none(checkout: Path) -> None:
    assert (
        project.parameter_file(Path("elsewhere/01_counts.ipynb"))
        == checkout / "params" / "01_counts.yaml"
    )
    assert project.parameter_file(Path("02_rates.ipynb")) is None
