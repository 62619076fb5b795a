# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from replicate.execution.run import WIDGET, normalise


def stream(name: str, text: str) -> Any:
    return new_output("stream", name=name, text=text)


def shown(**data: object) -> Any:
    return new_output(
        "display_data",
        data={"text/plain": "x", **{kind.replace("_", "/"): value for kind, value in data.items()}},
    )


def outputs(*given: Any, folder: Path = Path("nowhere")) -> list[Any]:
    notebook = new_notebook(cells=[new_code_cell("x", outputs=list(given))])
    return list(normalise(notebook, {}, folder=folder).cells[0].outputs)


def texts(*given: Any) -> list[tuple[str, str]]:
    return [(output.get("name", "display"), output.get("text", "")) for output in outputs(*given)]


def test_times_and_random_ids_go_and_the_parameters_stay() -> None:
    times = {"papermill": {"duration": 1.5, "start_time": "now"}}
    cells = [
        new_markdown_cell("# Title", metadata=dict(times)),
        new_code_cell("x = 2", metadata={"tags": ["injected-parameters"], **times}),
    ]
    cells[0]["id"] = "title"
    notebook = new_notebook(
        cells=cells, metadata={"papermill": {"duration": 2}, "widgets": {"state": {}}}
    )
    normal = normalise(notebook, {"x": 2}, folder=Path("nowhere"))
    assert normal.metadata == {"papermill": {"parameters": {"x": 2}}}
    assert [made.id for made in normal.cells] == ["title", "injected-parameters"]
    assert [made.metadata for made in normal.cells] == [{}, {"tags": ["injected-parameters"]}]


def test_what_was_printed_between_two_displays_is_one_text_however_it_arrived() -> None:
    whole = texts(
        stream("stdout", "ab"), stream("stderr", "warning"), shown(), stream("stdout", "c")
    )
    assert whole == [("stdout", "ab"), ("stderr", "warning"), ("display", ""), ("stdout", "c")]
    pieces = texts(
        stream("stdout", "a"),
        stream("stderr", "warn"),
        stream("stdout", "b"),
        stream("stderr", "ing"),
        shown(),
        stream("stdout", "c"),
    )
    assert pieces == whole
    assert (
        texts(stream("stderr", "warning"), stream("stdout", "ab"), shown(), stream("stdout", "c"))
        == whole
    )


def test_widgets_go() -> None:
    widget = shown()
    widget.data[WIDGET] = {"model_id": "random"}
    assert texts(widget, shown()) == [("display", "")]


@pytest.mark.parametrize(
    ("printed", "normal"),
    [
        (
            f"{Path('/') / 'tmp' / 'ipykernel_4321' / '987654.py'}:3: UserWarning",
            "cell:3: UserWarning",
        ),
        ("<object at 0x7f0011223344>", "<object at 0x…>"),
        (f"{sys.prefix}/lib/pandas/core.py:1", "environment/lib/pandas/core.py:1"),
        (f"{Path.home()}/notes", "~/notes"),
        (f"{Path.cwd() / 'runs'}/a.csv", "./a.csv"),
        (f"{Path.home()}work is another place", f"{Path.home()}work is another place"),
        ("offence code 0x11, a colour #12436D", "offence code 0x11, a colour #12436D"),
    ],
)
def test_what_belongs_to_this_machine_is_replaced(printed: str, normal: str) -> None:
    folder = Path.cwd() / "runs"
    (output,) = outputs(stream("stderr", printed), folder=folder)
    assert output.text == normal
    (output,) = outputs(shown(text_html=f"<p>{printed}</p>"), folder=folder)
    assert output.data["text/html"] == f"<p>{normal}</p>"


def test_a_word_of_a_million_characters_takes_no_longer_than_others() -> None:
    """Such as a picture in HTML. One step for each pair of its characters would be hours; a process that takes a minute is ended."""
    code = "from pathlib import Path; from replicate.execution import run; print(len(run._replacer(Path('runs'))('x' * 10**6)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "1000000\n"


def test_a_home_that_is_the_root_is_not_replaced_everywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/"))
    (output,) = outputs(stream("stdout", "2023/24"))
    assert output.text == "2023/24"


def test_data_that_is_not_text_is_left_alone() -> None:
    (output,) = outputs(shown(text_html="x", application_json={"home": str(Path.home())}))
    assert output.data["application/json"] == {"home": str(Path.home())}
