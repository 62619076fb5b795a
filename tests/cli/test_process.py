"""The command line as a process of its own: statuses, streams, a closed pipe, an interrupt."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import replicate
from replicate import cli

Call = Callable[..., Any]
COMMAND = [sys.executable, "-c", "from replicate.cli import main; main()"]


def test_a_reader_who_closes_the_pipe_sees_no_traceback() -> None:
    """As in `replicate data list | head -1`: nobody reads on, here from the first byte."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, "data", "list", "--json"],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=120,
    )
    os.close(writing)
    assert done.stderr == ""


WAITS = """
import time
from replicate import cli
from replicate.derivations import verification

def wait(ids):
    print("begun", flush=True)
    time.sleep(60)

verification.verify = wait
cli.main()
"""


def test_an_interrupt_ends_without_a_traceback() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WAITS, "verify"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == "begun\n"
        running.send_signal(signal.SIGINT)
        assert "Traceback" not in running.stderr.read()
    assert running.returncode != 0


def test_help_is_quick_because_nothing_is_loaded_for_it() -> None:
    """Tables and statistics are loaded by the verbs that need them."""
    code = "import sys; import replicate.cli; print(*sorted({'pandas', 'scipy', 'papermill', 'statsmodels'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_setting_of_threads_that_a_person_made_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    monkeypatch.setattr(sys, "argv", ["replicate", "--help"])
    with pytest.raises(SystemExit):
        cli.main()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "4"
    assert capsys.readouterr().out


def test_the_console_script_is_the_command_line() -> None:
    """The name is what the distribution's metadata gives, so that it is this package's whatever else is installed."""
    from importlib.metadata import entry_points

    (script,) = entry_points(group="console_scripts", name="replicate")
    assert script.value == "replicate.cli:main"
    assert Path(replicate.__file__).name == "__init__.py"


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (
            ["verfy"],
            [
                "No such command 'verfy'. Did you mean 'verify'?",
                "  where: replicate",
                "  next: see `replicate --help`",
            ],
        ),
        (
            ["interval", "--level", ":x:"],
            [
                "Invalid value for '--level': Input should be a valid number, "
                "unable to parse string as a number",
                "  where: replicate interval",
                "  got: :x:",
                "  next: see `replicate interval --help`",
            ],
        ),
    ],
)
def test_words_that_the_command_line_does_not_know_are_refused_as_all_else(
    call: Call, words: list[str], lines: list[str]
) -> None:
    done = call(*words)
    assert (done.status, done.out, done.err.splitlines()) == (2, "", lines)


def test_help_lists_every_verb_whole(call: Call) -> None:
    done = call("--help")
    assert done.status == 0
    verbs = {
        command.name or command.callback.__name__
        for command in cli.app.registered_commands
        if command.callback
    }
    assert verbs | {"data"} <= set(done.out.split())
    assert "..." not in done.out.partition("Commands:")[2]
