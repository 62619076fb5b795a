"""Notebook 02, cell by cell in this process: with its defaults, and with every parameter changed."""

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "02_recording_rates.ipynb"

CHANGED: dict[str, Any] = {
    "forces": ["Gwent", "south yorkshire"],
    "window": "one quarter later",
    "vintage": "2023-10",
    "method": "clopper-pearson",
    "level": 0.9,
    "odds_ratios": [0.25, 4.0],
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
    return ran({})


@pytest.fixture(scope="module")
def changed() -> dict[str, str]:
    return ran(CHANGED)


def test_every_part_of_the_notebook_shows_something(defaults: dict[str, str]) -> None:
    assert [name for name, text in defaults.items() if not text] == [
        "parameters",
        "checked",
    ]  # the second shows a style sheet alone
    assert len(defaults) > 40


def test_wherever_forces_are_pooled_it_says_that_they_are_no_random_sample(
    defaults: dict[str, str],
) -> None:
    for cell in (
        "rates",
        "rates-figure",
        "funnel",
        "violence-funnel",
        "funnels-shown",
        "dates-drawn",
        "dates-shown",
    ):
        assert "not a random sample of forces" in defaults[cell], cell


def test_other_parameters_change_what_is_asked_for_and_no_verdict(
    defaults: dict[str, str], changed: dict[str, str]
) -> None:
    assert "Clopper-Pearson" in changed["rates-figure"]
    assert "Wiltshire" not in changed["numbers-shown"]
    assert "YE 2017-12" in changed["numbers-shown"]
    assert "YE 2017-12" not in next(
        line for line in defaults["numbers-shown"].splitlines() if "South Yorkshire" in line
    )
    for cell in (
        "verdict-2014",
        "verdict-2025",
        "listed-shown",
        "tally-shown",
        "flags-scenarios",
        "funnel",
    ):
        assert changed[cell] == defaults[cell], cell
    reasons = [
        line
        for line in defaults["reasons-shown"].splitlines()
        if "Gwent" in line or "South Yorkshire" in line
    ]
    assert [" ".join(line.split()) for line in reasons] == [
        " ".join(line.split())
        for line in changed["reasons-shown"].splitlines()
        if "Gwent" in line or "South Yorkshire" in line
    ]
    assert defaults["odds-drawn"] != changed["odds-drawn"]


def test_no_share_of_suspects_stands_without_what_is_missing(defaults: dict[str, str]) -> None:
    for cell in ("bounds-drawn", "shares-shown", "odds-drawn", "ordering-shown"):
        assert "missing" in defaults[cell], cell
        assert (
            "could be" in defaults[cell]
            or "bounds" in defaults[cell]
            or "cannot be bounded" in defaults[cell]
        ), cell
