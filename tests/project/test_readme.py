"""Every command that README.md and the pages of docs give is run."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from replicate import cli

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS: list[tuple[str, str]] = [
    block for page in PAGES for block in FENCED.findall(page.read_text(encoding="utf-8"))
]
SHOWN: dict[str, str] = {
    command: shown
    for page in PAGES
    for command, shown in re.findall(
        r"^```console\n\$ (.+)\n```\n\n```text\n(.*?)\n```$",
        page.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
}
"""Command → what the page says that it prints first."""
LINES = [line for language, block in BLOCKS if language == "console" for line in block.splitlines()]
COMMANDS = list(dict.fromkeys(line.removeprefix("$ ") for line in LINES))

BY_HAND = "papermill notebooks/01_offence_counts.ipynb outputs/01_offence_counts.ipynb -f params/01_offence_counts.yaml"
ELSEWHERE = {
    BY_HAND: "tests/e2e/test_report.py",
    "make report": "Makefile",  # test_setup.py
    "make test": ".ci/run",
    "make lab": "Makefile",  # serves until it is stopped
    "make lock": "tests/project/test_setup.py",
    "replicate report": "tests/e2e/test_report.py",  # takes long enough to be run there alone
    "replicate publish": "tests/e2e/test_report.py",  # as a part of `replicate report`
    "replicate archive": "tests/e2e/test_archive_rebuild.py",
    "replicate sweep definitions --jobs 2": "tests/e2e/test_report.py",  # takes minutes; another sweep is run there
    "replicate sweep forces --scheduler tcp://127.0.0.1:8786": "tests/execution/test_sweeps.py",  # by schedulers of the tests' own
    ". .venv/bin/activate": "Makefile",  # makes that folder; the commands after it run here with it on the path
    "replicate data fetch home-office-prc-2026-07": "tests/sources",  # from a server of the tests' own
    "replicate data build --from ../shared/data": "tests/sources",  # where the source files are
    "conda env create -f environment.yml": "tests/project/test_setup.py",
    "conda activate casey-audit-replication": "tests/project/test_setup.py",
    "python -m pip install --no-deps --no-build-isolation -e .": "Makefile",
}
"""Commands that this test does not run, and where they are run or what holds them."""

HERE = [command for command in COMMANDS if command not in ELSEWHERE]
OURS = [command for command in HERE if command.startswith("replicate ")]
OTHERS = [command for command in HERE if command not in OURS]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that stands for a checkout, so that what is written stays out of this one."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("notebooks", "params"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "outputs").mkdir()
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("command", OURS)
def test_a_command_of_ours_does_as_it_is_written(
    command: str, checkout: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Through the function that the console script calls, in this process, which has started."""
    monkeypatch.chdir(checkout)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    monkeypatch.setattr(sys, "argv", shlex.split(command))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    printed = capfd.readouterr()
    assert not ended.value.code, printed.err
    assert printed.out or printed.err
    assert printed.out.startswith(SHOWN.get(command, ""))


@pytest.mark.slow
@pytest.mark.parametrize("command", OTHERS)
def test_a_command_of_others_does_as_it_is_written(
    command: str, checkout: Path, needs: Callable[[str], str]
) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [needs("bash"), "-euo", "pipefail", "-c", command],
        cwd=checkout,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout or done.stderr


def test_every_command_is_run_somewhere() -> None:
    assert HERE
    assert set(ELSEWHERE) <= set(COMMANDS)
    assert all((ROOT / place).exists() for place in ELSEWHERE.values())
    assert {language for language, _ in BLOCKS} == {"console", "powershell", "text"}
    assert SHOWN
    assert all(line.startswith("$ ") for line in LINES)
