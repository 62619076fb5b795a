from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.execution.plans import (
    LONGEST,
    Plan,
    check_name,
    find_sweep,
    notebook_runs,
    published,
    read_plan,
    run_name,
    schemas,
    slug,
)
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.runs import Limits, Publication

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


def test_zip_takes_values_side_by_side(sweep_file: SweepFile) -> None:
    text = "notebook: toy\nlimits: {seconds: 60, memory: 500}\nzip:\n  period: ['2023', '2024']\n  k: [1, 2]\n"
    plan = read_plan(sweep_file(text), Path("out"))
    assert runs(plan) == {
        "2023-k-1": {"period": "2023", "k": 1},
        "2024-k-2": {"period": "2024", "k": 2},
    }
    assert {spec.limits for spec in plan.specs} == {Limits(seconds=60, memory=500)}


def test_a_list_gives_runs_one_by_one_with_names(sweep_file: SweepFile) -> None:
    text = "notebook: toy\nparameters: {period: '2020'}\nlist:\n  - {name: First, k: 1}\n  - {name: second, k: 7}\n"
    assert runs(read_plan(sweep_file(text), Path("out"))) == {
        "first": {"period": "2020", "k": 1},
        "second": {"period": "2020", "k": 7},
    }
    unnamed = "notebook: toy\nlist:\n  - {period: a, k: 1}\n  - {period: a, k: 2}\n"
    assert list(runs(read_plan(sweep_file(unnamed), Path("out")))) == ["a-k-1", "a-k-2"]


def test_list_zip_and_grid_together_are_all_of_their_combinations(sweep_file: SweepFile) -> None:
    text = "notebook: toy\nname: '{name}-{k}'\nlist: [{name: a, period: x}, {name: b, period: y}]\ngrid: {k: [1, 2, 3]}\n"
    assert list(runs(read_plan(sweep_file(text), Path("out")))) == [
        "a-1",
        "a-2",
        "a-3",
        "b-1",
        "b-2",
        "b-3",
    ]


def test_a_sweep_of_single_values_is_called_by_them(sweep_file: SweepFile) -> None:
    assert list(
        runs(read_plan(sweep_file("notebook: toy\ngrid: {k: [1], period: [x]}\n"), Path("out")))
    ) == ["k-1-x"]


def test_a_notebook_may_be_named_by_a_path_from_the_file(sweep_file: SweepFile) -> None:
    plan = read_plan(
        sweep_file("notebook: ../../notebooks/toy.ipynb\ngrid: {k: [1]}\n"), Path("out")
    )
    assert plan.specs[0].notebook.samefile("notebooks/toy.ipynb")


def test_pages_are_told_apart_by_the_one_parameter_that_varies(sweep_file: SweepFile) -> None:
    plan = read_plan(
        sweep_file("notebook: toy\npublish: toys\ngrid: {period: ['1', '2']}\n"), Path("out")
    )
    assert plan.publish == Publication(section="toys", parameter="period")
    assert [found.file.stem for found in published(Path("sweeps"))] == ["toys"]
    assert published(Path("sweeps"))[0].specs[0].out == Path("sweeps/toys")


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("notebok: toy\n", 1, "did you mean 'notebook'"),
        ("grid: {k: [1]}\n", None, "a sweep whose notebook is not right"),
        ("notebook: toys\ngrid: {k: [1]}\n", 1, "did you mean 'toy'"),
        ("notebook: ../toy.ipynb\ngrid: {k: [1]}\n", 1, "no such notebook"),
        ("notebook: toy\ngrid:\n  kk: [1]\n", 3, "did you mean 'k'"),
        ("notebook: toy\ngrid:\n  k: 1\n", 3, "grid.k"),
        ("notebook: toy\ngrid:\n  k: []\n", 3, "grid.k"),
        ("notebook: toy\nlist: []\n", 2, "a sweep whose list is not right"),
        (
            "notebook: toy\nzip:\n  k: [1, 2]\n  period: [a]\n",
            None,
            "different lengths: k 2, period 1",
        ),
        ("notebook: toy\nlimits:\n  second: 3\n", 3, "limits.second"),
        ("notebook: toy\nlimits:\n  seconds: -3\n", 3, "greater than 0"),
        ("notebook: toy\npublish: Two Words\ngrid: {k: [1]}\n", 2, "publish"),
        (
            "notebook: toy\npublish: toys\ngrid: {k: [1, 2], period: [a, b]}\n",
            None,
            "these vary: k, period",
        ),
        ("notebook: toy\npublish: toys\nlist: [{name: a}]\n", None, "these vary: name"),
        ("notebook: toy\nparameters: {k: 1}\ngrid:\n  k: [1]\n", 4, "a parameter given twice"),
        ("notebook: toy\nname: a\ngrid: {k: [1, 2]}\n", 2, "two runs of one name"),
        ("notebook: toy\nname: '{kk}'\ngrid: {k: [1, 2]}\n", 2, "did you mean 'k'"),
        ("notebook: toy\nname: '{k'\ngrid: {k: [1, 2]}\n", 2, "a sweep whose name is not right"),
        ("notebook: toy\nparameters: {k: 1}\n", None, "a name that files can't have"),
        ("notebook: toy\ngrid:\n  k: [.]\n", None, "a name that files can't have"),
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
    assert find_sweep(Path("toys")) == find_sweep(file) == file
    for name in ("toyz", "params/sweeps/toyz.yaml"):
        with pytest.raises(InputError, match="did you mean 'toys'"):
            find_sweep(Path(name))
    with pytest.raises(InputError) as caught:
        find_sweep(Path("quite-another-thing"))
    assert caught.value.hint is None


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


def test_a_name_that_is_too_long_is_refused() -> None:
    assert len(run_name("{a}", {"a": "x" * LONGEST}, where="name")[0]) == LONGEST
    with pytest.raises(InputError, match="a name that files can't have"):
        run_name("{a}", {"a": "x" * (LONGEST + 1)}, where="name")


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
    ],
)
def test_runs_of_different_values_have_different_names(
    sweep_file: SweepFile, values: str, names: list[str]
) -> None:
    plan = read_plan(sweep_file(f"notebook: toy\ngrid: {{k: {values}}}\n"), Path("out"))
    assert [spec.name for spec in plan.specs] == names


def test_the_same_value_twice_is_the_same_run_twice(sweep_file: SweepFile) -> None:
    with pytest.raises(InputError, match="two runs of one name"):
        read_plan(sweep_file("notebook: toy\ngrid: {k: [-1, 1, -1]}\n"), Path("out"))


@pytest.mark.parametrize("name", ["2023/24", "../outside", "", ".hidden", "-x", "a\nb", "a" * 151])
def test_a_name_that_files_can_not_have_is_refused_before_anything_runs(
    project: Path, name: str
) -> None:
    with pytest.raises(InputError, match="a name that files can't have") as caught:
        notebook_runs([project / "notebooks" / "toy.ipynb"], [], None, Path("out"), name)
    assert caught.value.where == "--name"


@pytest.mark.parametrize("name", ["kent", "Kent 2023-24", "a.b_c+d", "Dyfed\u2019s"[:5]])
def test_other_names_are_taken_as_they_are(name: str) -> None:
    assert check_name(name) == name


def test_two_notebooks_of_one_name_are_not_run_into_one_folder(
    project: Path, write: Callable[..., Path], tmp_path: Path
) -> None:
    two = [project / "notebooks" / "toy.ipynb", write(folder=tmp_path)]
    with pytest.raises(InputError, match="two runs of one name"):
        notebook_runs(two, [], None, Path("out"))


def test_a_run_is_given_its_notebooks_own_file_of_parameters(project: Path) -> None:
    toy = project / "notebooks" / "toy.ipynb"
    (project / "params" / "toy.yaml").write_text("k: 3\n")
    (spec,) = notebook_runs([toy], ["period=2023/24"], None, Path("out"))
    assert (spec.name, spec.notebook) == ("toy", toy)
    assert spec.parameters == {"k": 3, "period": "2023/24"}
    with pytest.raises(InputError, match="did you mean 'period'"):
        notebook_runs([toy], ["peroid=1"], None, Path("out"))
