from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.execution.notebooks import find
from replicate.execution.plans import (
    Limits,
    Plan,
    notebook_runs,
    published,
    read_plan,
    schemas,
    slug,
)
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.runs import Publication

ROOT = Path(__file__).parents[2]
SweepFile = Callable[..., Path]


def runs(plan: Plan) -> dict[str, dict[str, object]]:
    return {spec.name: dict(spec.parameters) for spec in plan.specs}


def test_a_grid_is_every_combination(sweep_file: SweepFile) -> None:
    plan = read_plan(
        sweep_file("notebook: toy\ngrid:\n  period: [2023/24, YE 2024-03]\n  k: [1, 2]\n"),
        Path("out"),
    )
    assert runs(plan) == {
        "2023-24-k-1": {"period": "2023/24", "k": 1},
        "2023-24-k-2": {"period": "2023/24", "k": 2},
        "ye-2024-03-k-1": {"period": "YE 2024-03", "k": 1},
        "ye-2024-03-k-2": {"period": "YE 2024-03", "k": 2},
    }
    assert {spec.out for spec in plan.specs} == {Path("out")}
    assert {spec.limits for spec in plan.specs} == {Limits()}
    assert plan.publish is None
    assert {spec.notebook.name for spec in plan.specs} == {"toy.ipynb"}


def test_what_else_a_sweep_says(sweep_file: SweepFile) -> None:
    plan = read_plan(
        sweep_file(
            "notebook: ../../notebooks/toy.ipynb\npublish: toys\nlimits: {seconds: 60, memory: 500}\n"
            "parameters: {k: 3}\ngrid: {period: ['1']}\n"
        ),
        Path("out"),
    )
    assert runs(plan) == {"1": {"k": 3, "period": "1"}}
    assert plan.specs[0].notebook.samefile("notebooks/toy.ipynb")
    assert plan.specs[0].limits == Limits(seconds=60, memory=500)
    assert plan.publish == Publication(section="toys", parameter="period")
    assert published(Path("sweeps"))[0].specs[0].out == Path("sweeps/toys")


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("notebok: toy\n", 1, "did you mean 'notebook'"),
        ("grid: {k: [1]}\n", None, "a sweep whose notebook is not right"),
        ("notebook: toy\n", None, "a sweep whose grid is not right"),
        ("notebook: toys\ngrid: {k: [1]}\n", 1, "did you mean 'toy'"),
        ("notebook: ../toy.ipynb\ngrid: {k: [1]}\n", 1, "no such notebook"),
        ("notebook: toy\ngrid:\n  kk: [1]\n", 3, "did you mean 'k'"),
        ("notebook: toy\ngrid:\n  k: 1\n", 3, "grid.k"),
        ("notebook: toy\ngrid:\n  k: []\n", 3, "grid.k"),
        ("notebook: toy\nlimits:\n  second: 3\n", 3, "limits.second"),
        ("notebook: toy\nlimits:\n  seconds: -3\n", 3, "greater than 0"),
        ("notebook: toy\npublish: Two Words\ngrid: {k: [1]}\n", 2, "publish"),
        ("notebook: toy\nparameters: {k: 1}\ngrid:\n  k: [1]\n", 4, "a parameter given twice"),
        ("notebook: toy\ngrid: {k: [-1, 1, -1]}\n", None, "two runs that are the same"),
        ("notebook: toy\nname: '{kk}'\ngrid: {k: [1, 2]}\n", 2, "did you mean 'k'"),
        ("notebook: toy\nname: '{k'\ngrid: {k: [1, 2]}\n", 2, "a name of runs that can't be"),
        ("notebook: toy\ngrid:\n  period: [.]\n", None, "a name that files can't have"),
    ],
)
def test_a_fault_in_a_sweep_is_refused_with_its_line(
    sweep_file: SweepFile, text: str, line: int | None, fault: str
) -> None:
    file = sweep_file(text)
    with pytest.raises(InputError, match=fault) as caught:
        read_plan(file, Path("out"))
    assert caught.value.where == (f"{file}, line {line}" if line else str(file))


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("  period: ['2024', 2024-13]\n", 4, "not a period"),
        ("  period:\n    - 2024\n    - 2024-13\n", 6, "not a period"),
        ("  territory: [all, without-btp]\n", 4, "did you mean 'without_btp'"),
        ("  levle: [0.9]\n", 4, "did you mean 'level'"),
        ("  definitions:\n    - {mine: ['71']}\n    - {mine: [4.10]}\n", 6, "write it in quotes"),
        ("  forces: [[Kent], [Kentt]]\n", 4, "did you mean 'Kent'"),
    ],
)
def test_every_run_is_held_to_the_notebooks_model_before_any_starts(
    sweep_file: SweepFile,
    project: Path,
    write: Callable[..., Path],
    text: str,
    line: int,
    fault: str,
) -> None:
    names = ("definition", "definitions", "forces", "level", "period", "territory")
    stub = "\n".join(f"{name} = None" for name in names)
    write(f"parameters: {stub}", name="01_offence_counts", folder=project / "notebooks")
    file = sweep_file(
        f"notebook: 01_offence_counts\nname: '{{{text.strip().partition(':')[0]}}}'\ngrid:\n{text}"
    )
    with pytest.raises(InputError, match=fault) as caught:
        read_plan(file, Path("out"))
    assert caught.value.where.startswith(f"{file}, line {line}")


def test_sweeps_are_found_by_name_or_path(sweep_file: SweepFile) -> None:
    file = sweep_file("notebook: toy\n")
    assert find(Path("toys"), "FILE", "sweep") == find(file, "FILE", "sweep") == file
    with pytest.raises(InputError, match="did you mean 'toys'"):
        find(Path("params/sweeps/toyz.yaml"), "FILE", "sweep")


@given(
    st.text()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.booleans()
    | st.none()
    | st.lists(st.text())
)
def test_a_slug_is_safe_in_file_names_and_addresses(value: object) -> None:
    made = slug(value)
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.")
    assert not made.startswith((".", "-"))


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.usefixtures("here")
def test_the_sweep_of_forces_has_each_territorial_force_once() -> None:
    plan = read_plan(ROOT / "params" / "sweeps" / "forces.yaml", Path("out"))
    assert tuple(task.parameters["force"] for task in plan.specs) == TERRITORIAL
    assert plan.publish == Publication(section="forces", parameter="force")
    assert {"london-city-of", "dyfed-powys"} <= {task.name for task in plan.specs}


@pytest.mark.usefixtures("here")
def test_the_sweep_of_definitions_is_the_specifications_of_its_claim() -> None:
    from replicate.derivations.offence_counts import derivation_of
    from replicate.vocabulary.parameters import OffenceCounts

    plan = read_plan(ROOT / "params" / "sweeps" / "definitions.yaml", Path("out"))
    (claim,) = {task.parameters["claim"] for task in plan.specs}
    kinds = ["definition", "period", "territory", "vintage"]
    tried = derivation_of(OffenceCounts(claim=claim)).values()
    listed = {tuple(row) for row in tried[kinds].itertuples(index=False)}
    assert {tuple(task.parameters[kind] for kind in kinds) for task in plan.specs} == listed
    assert len(plan.specs) == len(listed)


def test_editors_check_sweeps_by_the_schema_of_what_is_checked_here(tmp_path: Path) -> None:
    import json

    import jsonschema  # type: ignore[import-untyped]
    import yaml

    (file,) = [path for path in schemas(tmp_path) if path.name == "sweep.json"]
    written = (ROOT / "params" / "schema" / "sweep.json").read_text(encoding="utf-8")
    assert written == file.read_text(encoding="utf-8")
    for file in (ROOT / "params" / "sweeps").glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        assert text.startswith("# yaml-language-server: $schema=../schema/sweep.json\n")
        jsonschema.validate(yaml.safe_load(text), json.loads(written))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"notebook": "toy", "grids": {}}, json.loads(written))


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ("[-1, 1]", ["k-minus-1", "k-1"]),
        ("[1, 1.0, true]", ["k-1", "k-1.0", "k-true"]),
        ("[Kent, kent, KENT]", ["kent", "kent-2", "kent-3"]),
        ("[a b, a-b, a_b]", ["a-b", "a-b-2", "a_b"]),
        ("[1e-6, 1e6]", ["k-1e-06", "k-1000000.0"]),
        ("[7]", ["k-7"]),
    ],
)
def test_runs_of_different_values_have_different_names(
    sweep_file: SweepFile, values: str, names: list[str]
) -> None:
    plan = read_plan(sweep_file(f"notebook: toy\ngrid: {{k: {values}}}\n"), Path("out"))
    assert [spec.name for spec in plan.specs] == names


@pytest.mark.parametrize("name", ["2023/24", "../outside", "", ".hidden", "-x", "a\nb", "a" * 151])
def test_a_name_that_files_can_not_have_is_refused_before_anything_runs(
    project: Path, name: str
) -> None:
    with pytest.raises(InputError, match="a name that files can't have") as caught:
        notebook_runs([project / "notebooks" / "toy.ipynb"], [], None, Path("out"), name)
    assert caught.value.where == "--name"


def test_a_run_is_given_its_notebooks_own_file_of_parameters(project: Path) -> None:
    toy = project / "notebooks" / "toy.ipynb"
    (project / "params" / "toy.yaml").write_text("k: 3\n")
    (spec,) = notebook_runs([toy], ["period=2023/24"], None, Path("out"))
    assert (spec.name, spec.notebook) == ("toy", toy)
    assert spec.parameters == {"k": 3, "period": "2023/24"}
    with pytest.raises(InputError, match="two runs of one name"):
        notebook_runs([toy, toy], [], None, Path("out"))
    with pytest.raises(InputError, match="did you mean 'period'"):
        notebook_runs([toy], ["peroid=1"], None, Path("out"))
