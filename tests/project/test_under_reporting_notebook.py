"""Notebook 03, cell by cell in this process: with its defaults, and with every parameter changed."""

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "03_under_reporting.ipynb"

FEW = {"resamples": 20, "draws": 2_000}
"""As the defaults, but quick."""

CHANGED: dict[str, Any] = {
    "scenarios": "sampled",
    "links": ["told_ever", "recorded_sexual_2013"],
    "bridges": {"recorded_sexual_2013": "each person who told the police made one report"},
    "criterion": "none",
    "order": 1,
    "threshold": 0.05,
    "resamples": 0,
    "draws": 3_000,
    "seed": 2,
    "level": 0.9,
}


def ran(values: Mapping[str, Any]) -> dict[str, str]:
    """Run every code cell with some parameters changed, and return what each shows, as text."""
    notebook: dict[str, Any] = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    names: dict[str, Any] = {}
    shown: dict[str, str] = {}
    for cell in (cell for cell in notebook["cells"] if cell["cell_type"] == "code"):
        *before, last = ast.parse(cell["source"]).body
        value = ast.Expression(last.value) if isinstance(last, ast.Expr) else None
        exec(  # noqa: S102
            compile(ast.Module([*before, *([] if value else [last])], []), cell["id"], "exec"),
            names,
        )
        names |= values if cell["id"] == "parameters" else {}
        shown[cell["id"]] = (
            "" if value is None else str(eval(compile(value, cell["id"], "eval"), names))  # noqa: S307
        )
    return shown


@pytest.fixture(scope="module")
def defaults() -> dict[str, str]:
    return ran(FEW)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    own = tmp_path_factory.mktemp("lists") / "mine.csv"
    own.write_text("A,B,people\n1,0,30\n0,1,20\n1,1,10\n")
    return ran(CHANGED | {"lists": str(own)})


def test_every_part_of_the_notebook_shows_something(defaults: dict[str, str]) -> None:
    assert [name for name, text in defaults.items() if not text] == [
        "parameters",
        "checked",
        "chain-reported",
    ]  # a style sheet; records


def test_one_estimate_of_lists_never_stands_alone(defaults: dict[str, str]) -> None:
    """Best and second by BIC as published (Silverman, Chan and Vincent 2024, Table 6), and the range of the Home Office."""
    assert "22,991" in defaults["models-listed"]
    assert "12,262" in defaults["models-listed"]
    assert "10,000 to 13,000" in defaults["models-shown"]
    assert "run from" in defaults["models-reported"]
    assert "22,991" in defaults["models-reported"]


def test_it_says_plainly_that_the_method_is_shown_and_not_applied(defaults: dict[str, str]) -> None:
    notebook: dict[str, Any] = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    text = " ".join(
        " ".join(
            cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown"
        ).split()
    )
    assert (
        "No overlap counts are published for child sexual exploitation, so the method is shown here and not applied."
        in text
    )
    assert "There is no grand total" in text
    for total in ("1,400", "1,510", "1,523", "1,143"):
        assert total in defaults["margins-shown"]
    assert "no overlap" in defaults["margins-refused"]
    assert "no limit" in defaults["margins-refused"]


def test_the_two_questions_have_a_chain_each_and_no_range_spans_both(
    defaults: dict[str, str],
) -> None:
    assert "answers to different questions as one range" in defaults["refusals-shown"]
    assert "6.50 to 7.50" in defaults["steps-shown"]
    assert "17.5 to 18.5" in defaults["steps-shown"]
    assert "6.5 to 18.5" not in " ".join(defaults.values())


def test_a_chain_of_the_readers_own_is_shown_with_its_assumption(changed: dict[str, str]) -> None:
    assert "A chain of your own" in changed["steps-shown"]
    assert "each person who told the police made one report" in changed["assumptions-shown"]
    assert "Told at any point" not in changed["steps-shown"]


def test_two_lists_of_the_readers_own_are_estimated(changed: dict[str, str]) -> None:
    """Lincoln and Petersen: 40 x 30 / 10."""
    assert "120 people" in changed["models-reported"]
    assert "the file of lists given" in changed["models-shown"]


def test_what_does_not_hang_on_the_parameters_stays(
    defaults: dict[str, str], changed: dict[str, str]
) -> None:
    for cell in (
        "inputs-shown",
        "checks-shown",
        "checks-counted",
        "margins-shown",
        "orders-shown",
    ):
        assert changed[cell] == defaults[cell], cell
    assert changed["simulated-shown"] != defaults["simulated-shown"]
