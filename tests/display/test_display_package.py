import subprocess
import sys

from replicate import display


def test_every_name_can_be_had() -> None:
    assert [name for name in display.__all__ if not callable(getattr(display, name))] == []
    assert display.__all__ == sorted(display.__all__)


def test_importing_it_loads_nothing_heavy() -> None:
    script = "import sys, replicate.display; print(*{'matplotlib', 'pandas', 'numpy', 'IPython', 'pydantic'} & set(sys.modules))"
    run = [sys.executable, "-c", script]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout == "\n"
