from collections.abc import Callable
from pathlib import Path

import pytest

from replicate.execution.cache import inputs as module
from replicate.execution.cache.closure import PACKAGE
from replicate.execution.cache.inputs import differences, forget, inputs, installed, refresh
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.reads import DATA, Read, sha256

Write = Callable[..., Path]


def test_what_runs_a_notebook_counts_and_what_only_reports_on_it_does_not(write: Write) -> None:
    found = inputs(write("1 + 1")).sources
    assert {"replicate/execution/kernel.py", "replicate/execution/normal.py"} <= set(found)
    assert not {
        name
        for name in found
        if name.startswith(
            ("replicate/execution/sweeps", "replicate/publication", "replicate/analysis")
        )
    }
    assert (
        "replicate/analysis/counting.py"
        in inputs(write("from replicate.analysis import counting", name="other")).sources
    )


def test_each_source_has_its_hash(write: Write) -> None:
    notebook = write("import helper")
    helper = notebook.with_name("helper.py")
    helper.write_text("x = 1")
    found = inputs(notebook)
    assert found.sources["helper.py"] == sha256(helper)
    assert found.files == ("helper.py",)


def test_a_changed_notebook_is_seen_at_once_and_a_changed_module_when_asked_to_look_again(
    write: Write,
) -> None:
    notebook = write("import helper")
    helper = notebook.with_name("helper.py")
    helper.write_text("x = 1")
    before = inputs(notebook)
    helper.write_text("x = 2")
    assert inputs(notebook) is before
    assert inputs(write("import helper", "2")).notebook_sha256 != before.notebook_sha256
    forget()
    assert inputs(write("import helper")).sources["helper.py"] != before.sources["helper.py"]


def test_everything_counts_in_the_key(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = write("1 + 1")
    table = Read(name="a", place="a.parquet", sha256="0")
    keys = [inputs(notebook).key({"period": "2024"}, [table])]
    keys += [
        inputs(notebook).key({"period": "2023"}, [table]),
        inputs(notebook).key({}, [table]),
        inputs(notebook).key({"period": "2024"}, []),
    ]
    keys.append(
        inputs(notebook).key({"period": "2024"}, [table.model_copy(update={"sha256": "1"})])
    )
    keys.append(inputs(write("1 + 2")).key({"period": "2024"}, [table]))
    write("1 + 1")
    for name, value in ((DATA, ""), ("python", "3.99"), ("lock", None)):
        with monkeypatch.context() as patch:
            if name == DATA:
                patch.setenv(DATA, value or "")
            elif name == "python":
                patch.setattr("platform.python_version", lambda: "3.99")
            else:
                patch.setattr("replicate.vocabulary.reads.LOCK", "no-such.lock")
            forget()
            keys.append(inputs(notebook).key({"period": "2024"}, [table]))
    forget()
    assert len(set(keys)) == len(keys)
    assert inputs(notebook).key({"period": "2024"}, [table]) == keys[0]


@pytest.mark.parametrize(
    ("cell", "given", "seed"),
    [
        ("seed = 7", {}, 7),
        ("seed = 7", {"seed": 8}, 8),
        ("k = 1", {}, None),
        ("seed = f()", {}, None),
        ("seed = 'a'", {}, None),
    ],
)
def test_the_seed_is_the_one_given_or_the_notebooks_own(
    write: Write, cell: str, given: dict[str, int], seed: int | None
) -> None:
    assert inputs(write(f"parameters: {cell}")).seed(given) == seed


def test_a_missing_notebook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read"):
        inputs(tmp_path / "nowhere.ipynb")


def test_what_is_installed_is_versions_and_hashes_of_the_package_its_tables_and_the_lock() -> None:
    found = installed()
    assert found["table forces"] == sha256(PACKAGE / "sources" / "tables" / "forces.parquet")
    assert found["lock"] == sha256(PACKAGE.parents[1] / "requirements.lock")
    assert differences(found, found) == []
    assert differences(found, {**found, "lock": None, "table forces": "0"}) == [
        "lock",
        "table forces",
    ]


def test_files_are_looked_at_again_once_the_package_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    notebook = write("import helper")
    helper = notebook.with_name("helper.py")
    helper.write_text("x = 1")
    package = tmp_path / "package"
    package.mkdir()
    (package / "a.py").write_text("1")
    monkeypatch.setattr(module, "PACKAGE", package)
    forget()
    before = module._package_sha256()
    seen = module._inputs.cache_info().misses
    refresh()
    assert module._package_sha256() == before
    (package / "a.py").write_text("2")
    refresh()
    assert module._package_sha256() != before
    assert module._inputs.cache_info().misses == 0 <= seen
    monkeypatch.undo()
    forget()
