from pathlib import Path

import pytest

from replicate.execution.provision import Forked, obstacle


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("matplotlibrc", "matplotlibrc sets other defaults"),
        ("numpy.py", "numpy.py hides an installed module"),
        ("numpy/__init__.py", "numpy/__init__.py hides an installed module"),
    ],
)
def test_a_folder_can_hold_what_a_forked_kernel_would_miss(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("")
    assert str(obstacle(tmp_path, ["numpy.linalg", "matplotlib.pyplot"])) == f"{tmp_path}/{says}"
    assert obstacle(tmp_path, ["pandas"]) is None


def test_a_folder_of_the_same_name_without_modules_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "numpy").mkdir()
    assert obstacle(tmp_path, ["numpy", "matplotlib"]) is None


def test_a_signal_for_a_kernel_that_has_ended_goes_nowhere() -> None:
    gone = Forked.__new__(Forked)
    gone.returncode, gone.pid = 0, 1
    gone.send_signal(9)
    gone.returncode, gone.pid = None, 1 << 22  # more than Linux gives out
    gone.send_signal(9)
