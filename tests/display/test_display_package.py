import subprocess
import sys

import pytest

from replicate import display


def test_every_name_can_be_had() -> None:
    assert [name for name in display.__all__ if not callable(getattr(display, name))] == []
    assert display.__all__ == sorted(display.__all__)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'pie_chart'"):
        display.pie_chart  # noqa: B018


def test_importing_it_loads_nothing_heavy() -> None:
    script = "import sys, replicate.display; print(*{'matplotlib', 'pandas', 'numpy', 'IPython', 'pydantic'} & set(sys.modules))"
    assert (
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        ).stdout
        == "\n"
    )


def test_names_stay_functions_once_their_modules_are_loaded() -> None:
    script = (
        "from replicate import display\n"
        "display.force_map, display.series_plot\n"
        "import replicate.display.figure, replicate.display.table, replicate.display.prose\n"
        "assert all(callable(getattr(display, name)) for name in display.__all__)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
