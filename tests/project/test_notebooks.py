"""A notebook reads as a paper: a sentence before every cell, short cells, no outputs, no number typed into the prose."""

import ast
import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from replicate.vocabulary.parameters import MODELS

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
LONGEST_CELL = 8
MOST_IN_A_ROW = 2
SECTIONS = (
    ("Main points", "Result", "Limit", "Method", "Data"),  # the answer first
    ("Question", "Data", "Method", "Result", "Limits"),  # of notebooks not yet rewritten
)
"""The headings that a notebook has, in this order; between them it has others."""
ROOMS = {"derivations", "display", "vocabulary"}
"""What a notebook may import of ours: it never recomputes a claim beside `derivations`."""

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
NUMBERS_ALLOWED = re.compile(
    "|".join(
        [
            r"`[^`]*`|\$\$[^$]*\$\$|\$[^$]*\$|\]\([^)]*\)|https?://\S+",  # code, mathematics, addresses
            r"\*[^*]+\* \d+, \d+–\d+",  # volume and pages of a journal
            r"^#+ \d+(\.\d+)*\.? |^ *\d+\. ",  # numbered headings and lists
            r"\b[Nn]otebooks? \d{2}\b|\b(sections?|questions?|tables?|figures?) \d+\b",
            rf"\b\d{{1,2}} ({MONTHS})\b",
            r"\b(YE )?(19|20)\d{2}([-/](\d{2}|Q[1-4]))?\b",  # years, financial years, quarters, vintages
            r"\b\d{1,3}[A-Z]\b|\bcodes? \d+((, | and )\d+)*\b",  # offence codes
            r"\b[A-Z]{1,2}\d{1,3}[a-z]?\b",  # claims and the publishers' tables
            r"\b(aged|under|over|from) \d+( (to|and) \d+)?\b|\bper 1,000\b",  # ages and a rate's unit
        ]
    ),
    re.MULTILINE,
)

Notebook = dict[str, Any]
Rule = Callable[[Notebook], Iterator[str]]


def code_cells(notebook: Notebook) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def is_parameters(cell: dict[str, Any]) -> bool:
    return "parameters" in cell["metadata"].get("tags", [])


def nothing_ran(notebook: Notebook) -> Iterator[str]:
    for cell in code_cells(notebook):
        if cell["outputs"] or cell["execution_count"] is not None:
            yield f"{cell['id']}: has been run; clear its outputs"


def nothing_of_a_machine_is_kept(notebook: Notebook) -> Iterator[str]:
    if strange := set(notebook["metadata"]) - {"kernelspec", "language_info", "replicate"}:
        yield f"notebook metadata: {sorted(strange)}"
    if strange := set(notebook["metadata"].get("replicate", {})) - {"formerly"}:
        yield f"notebook metadata of ours: {sorted(strange)}"
    if (name := notebook["metadata"].get("kernelspec", {}).get("name")) != "python3":
        yield f"kernel: {name}"
    for cell in notebook["cells"]:
        if strange := set(cell["metadata"]) - {"tags"}:
            yield f"{cell['id']}: metadata {sorted(strange)}"


def cells_are_named(notebook: Notebook) -> Iterator[str]:
    names = [cell["id"] for cell in notebook["cells"]]
    for name in names:
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) or re.fullmatch(
            r"[0-9a-f]{8}(-[0-9a-f-]+)?", name
        ):
            yield f"{name}: not a name that a reader would give"
        if names.count(name) > 1:
            yield f"{name}: twice"


def one_cell_holds_the_parameters(notebook: Notebook) -> Iterator[str]:
    if (count := sum(is_parameters(cell) for cell in notebook["cells"])) != 1:
        yield f"{count} cells tagged parameters"


def cells_are_short(notebook: Notebook) -> Iterator[str]:
    for cell in code_cells(notebook):
        lines = [line for line in cell["source"].splitlines() if line.strip()]
        if len(lines) > LONGEST_CELL and not is_parameters(cell):
            yield f"{cell['id']}: {len(lines)} lines"


def cells_load_call_and_show(notebook: Notebook) -> Iterator[str]:
    for cell in code_cells(notebook):
        for node in ast.walk(ast.parse(cell["source"])):
            if isinstance(
                node,
                ast.FunctionDef
                | ast.AsyncFunctionDef
                | ast.ClassDef
                | ast.Lambda
                | ast.For
                | ast.While,
            ):
                yield f"{cell['id']}: {type(node).__name__} belongs in the package"
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                modules = [f"{node.module}.{alias.name}" for alias in node.names]
            for module in modules:
                room = module.split(".")[1:2]
                if module.startswith("replicate.") and not set(room) <= ROOMS:
                    yield f"{cell['id']}: imports {module}"


def sentences_stand_between_cells(notebook: Notebook) -> Iterator[str]:
    before: list[str] = []
    for cell in notebook["cells"]:
        before = [*before, cell["id"]] if cell["cell_type"] == "code" else []
        if len(before) > MOST_IN_A_ROW:
            yield f"{cell['id']}: {len(before)} cells of code without a sentence between them"


def it_has_the_sections_of_a_paper(notebook: Notebook) -> Iterator[str]:
    text = "\n".join(
        cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown"
    )
    every = re.findall(r"^##+ (?:[\d.]+ )?(.+)$", text, re.MULTILINE)
    for order in SECTIONS:
        places = [
            next((at for at, title in enumerate(every) if title.startswith(section)), -1)
            for section in order
        ]
        if -1 not in places and places == sorted(places):
            return
    yield f"sections are {every}"


def prose_types_no_number(notebook: Notebook) -> Iterator[str]:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and (
            typed := re.search(r"\S*\d\S*", NUMBERS_ALLOWED.sub("", cell["source"]))
        ):
            yield f"{cell['id']}: number typed into prose: {typed[0]}"


def no_path_of_a_machine(notebook: Notebook) -> Iterator[str]:
    for cell in notebook["cells"]:
        if typed := re.search(r"""["'(`](?:/\w|~/|file:|[A-Za-z]:[\\/])[^"')`]*""", cell["source"]):
            yield f"{cell['id']}: absolute path {typed[0]}"


RULES: list[Rule] = [
    nothing_ran,
    nothing_of_a_machine_is_kept,
    cells_are_named,
    one_cell_holds_the_parameters,
    cells_are_short,
    cells_load_call_and_show,
    sentences_stand_between_cells,
    it_has_the_sections_of_a_paper,
    prose_types_no_number,
    no_path_of_a_machine,
]


def typed_defaults(notebook: Notebook) -> dict[str, object]:
    """Return name → value of the parameters cell, which holds plain assignments and nothing else."""
    (cell,) = [cell for cell in notebook["cells"] if is_parameters(cell)]
    values: dict[str, object] = {}
    for node in ast.parse(cell["source"]).body:
        assert isinstance(node, ast.Assign | ast.AnnAssign)
        assert node.value is not None
        (target,) = node.targets if isinstance(node, ast.Assign) else [node.target]
        assert isinstance(target, ast.Name)
        values[target.id] = ast.literal_eval(node.value)
    return values


def read(path: Path) -> Notebook:
    notebook: Notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
    return notebook


def test_every_notebook_has_a_model_and_a_file_of_parameters() -> None:
    assert NOTEBOOKS
    assert (
        {path.stem for path in NOTEBOOKS}
        == set(MODELS)
        == {path.stem for path in (ROOT / "params").glob("*.yaml")}
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_keeps_the_rules(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert [fault for rule in RULES for fault in rule(notebook)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_defaults_in_a_notebook_are_those_of_its_model(path: Path) -> None:
    values = typed_defaults(read(path))
    model = MODELS[path.stem]
    assert list(values) == list(model.model_fields)
    assert model.checked(values) == model()


@pytest.mark.parametrize("name", MODELS)
def test_the_file_of_parameters_lists_every_one_and_is_valid(name: str) -> None:
    path = ROOT / "params" / f"{name}.yaml"
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert list(values) == list(MODELS[name].model_fields)
    assert MODELS[name].checked(values, where=path.name) == MODELS[name]()


def markdown(name: str, source: str) -> Notebook:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def code(name: str, source: str, *tags: str) -> Notebook:
    metadata = {"tags": list(tags)} if tags else {}
    return {
        "cell_type": "code",
        "id": name,
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


GOOD: Notebook = {
    "cells": [
        markdown(
            "question",
            "# Counts\n\n## 1. Question\n\nDoes claim C01 hold for 2023/24, under code 71 and `17B`?",
        ),
        code("parameters", "period = '2024'\n" * 12, "parameters"),
        markdown(
            "data",
            "## 2. Data\n\nThe release of 23 April 2026 (see [page](https://example.org/1)):",
        ),
        code("load", "from replicate.derivations import counting\ncounting.count()"),
        markdown(
            "method",
            "## 3. Method\n\n## Results\n\n1. Children aged 13 to 15.\n\n## Limits\n\nRecorded, including non-recent.",
        ),
    ],
    "metadata": {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}

BAD: list[tuple[Rule, int, dict[str, Any]]] = [
    (nothing_ran, 3, {"execution_count": 1}),
    (nothing_ran, 3, {"outputs": [{"output_type": "stream"}]}),
    (nothing_of_a_machine_is_kept, 3, {"metadata": {"collapsed": True}}),
    (cells_are_named, 3, {"id": "Load"}),
    (cells_are_named, 3, {"id": "a1b2c3d4"}),
    (cells_are_named, 3, {"id": "data"}),
    (one_cell_holds_the_parameters, 1, {"metadata": {}}),
    (one_cell_holds_the_parameters, 3, {"metadata": {"tags": ["parameters"]}}),
    (cells_are_short, 3, {"source": "x = 1\n" * 9}),
    (cells_load_call_and_show, 3, {"source": "def f():\n    pass"}),
    (cells_load_call_and_show, 3, {"source": "from replicate import analysis"}),
    (cells_load_call_and_show, 3, {"source": "import replicate.sources.tables"}),
    (sentences_stand_between_cells, 2, {"cell_type": "code"}),
    (it_has_the_sections_of_a_paper, 2, {"source": "## Sources"}),
    (it_has_the_sections_of_a_paper, 2, {"source": "## Limits\n\n## Data"}),
    (prose_types_no_number, 2, {"source": "There were 102,878 offences."}),
    (prose_types_no_number, 2, {"source": "In 2024 it was 60 % of the total."}),
    (no_path_of_a_machine, 3, {"source": 'open("/data/x.csv")'}),
    (no_path_of_a_machine, 3, {"source": "open('C:\\\\x.csv')"}),
]


def test_a_good_notebook_passes() -> None:
    assert [fault for rule in RULES for fault in rule(GOOD)] == []


@pytest.mark.parametrize(
    ("rule", "place", "change"), BAD, ids=lambda value: getattr(value, "__name__", None)
)
def test_each_rule_can_fail(rule: Rule, place: int, change: dict[str, Any]) -> None:
    notebook = copy.deepcopy(GOOD)
    notebook["cells"][place].update(change)
    assert list(rule(notebook)) != []


@pytest.mark.parametrize("metadata", [{"kernelspec": {"name": "casey"}}, {"papermill": {}}])
def test_a_kernel_of_somebodys_own_and_traces_of_a_run_are_refused(
    metadata: dict[str, Any],
) -> None:
    changed = {**GOOD, "metadata": {**GOOD["metadata"], **metadata}}
    assert list(nothing_of_a_machine_is_kept(changed)) != []
