import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from replicate.execution.forking import preload as preloading
from replicate.execution.forking.preload import StandIn, preload

Module = Callable[[str, str], str]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Module:
    """Write a module that can be imported, and is forgotten after."""
    monkeypatch.syspath_prepend(tmp_path)

    def written(name: str, code: str) -> str:
        (tmp_path / f"{name}.py").write_text(code)
        monkeypatch.setitem(sys.modules, name, sys)  # so that it is taken out again
        monkeypatch.delitem(sys.modules, name)
        return name

    return written


def test_modules_and_names_in_modules_are_imported(module: Module) -> None:
    module("first", "import second_part as part\nvalue = 1")
    module("second_part", "")
    assert (
        preload(["first.value", "first.part.deeper", "absent", "absent.deeper", "math.pi"]) is None
    )
    assert {"first", "second_part"} <= {*sys.modules}


@pytest.mark.parametrize(
    "code",
    [
        "print('hello')",
        "import sys\nprint('careful', file=sys.stderr)",
        "from IPython import get_ipython\nget_ipython()",
    ],
)
def test_what_an_import_would_do_again_in_a_notebook_is_named(module: Module, code: str) -> None:
    module("sound", "")
    module("unfit", code)
    assert preload(["sound", "unfit", "never"]) == "unfit"


def test_an_import_that_fails_is_left_to_the_notebook(module: Module) -> None:
    module("broken", "1 / 0")
    assert preload(["broken"]) is None
    assert "broken" not in sys.modules


def test_modules_for_which_a_kernel_makes_up_may_ask_for_the_shell(
    module: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preloading, "MADE_UP_FOR", {"known"})
    module("known", "from IPython import get_ipython\nfound = get_ipython()")
    assert preload(["known"]) is None
    assert "initialized" not in vars(InteractiveShell)  # nothing is left of the watch


def test_what_comes_with_a_package_is_imported_with_it(
    module: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preloading, "COMPANIONS", {"main": ("companion",)})
    module("main", "")
    module("companion", "")
    assert preload(["main"]) is None
    assert "companion" in sys.modules


def test_a_stream_that_is_kept_becomes_the_one_there_is(
    module: Module, capsys: pytest.CaptureFixture[str]
) -> None:
    module("keeping", "import logging\nhandler = logging.StreamHandler()")
    assert preload(["keeping"]) is None
    stream = sys.modules["keeping"].handler.stream
    assert isinstance(stream, StandIn)
    stream.write("said later")
    assert capsys.readouterr().err == "said later"
