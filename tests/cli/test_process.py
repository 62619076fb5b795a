"""The command line as a process of its own: statuses, streams, a closed pipe, an interrupt."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any

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
    heavy = "{'pandas', 'scipy', 'papermill', 'statsmodels'}"
    code = f"import sys; import replicate.cli; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_console_script_is_the_command_line() -> None:
    (script,) = entry_points(group="console_scripts", name="replicate")
    assert script.value == "replicate.cli:main"


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
