import os
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from threading import Thread
from typing import Any

import psutil
import pytest

from replicate.execution.forking.nursery import Adopt, Exit, Nursery
from replicate.execution.forking.parent import ask

SLEEP = f"{__name__}:sleep"


def sleep(*held: int) -> None:
    """Wait, without the ends of connections that this process has from the test's, which in earnest is another one's parent."""
    for handle in held:
        os.close(handle)
    time.sleep(600)


def say(text: str, handle: int) -> None:
    os.write(handle, f"{text} {os.getsid(0) == os.getpid()}".encode())


@pytest.fixture
def control() -> Iterator[Connection]:
    """The connection to a nursery that runs in a thread of this process."""
    ours, theirs = Pipe()
    thread = Thread(target=Nursery(theirs).serve)
    thread.start()
    yield ours
    ours.close()
    thread.join(timeout=60)
    assert not thread.is_alive()


def adopted(control: Connection) -> Connection:
    ours, theirs = Pipe()
    with theirs:
        control.send(Adopt())
        send_handle(control, theirs.fileno(), None)
    return ours


def test_a_child_calls_what_was_asked_for_and_its_end_is_told(control: Connection) -> None:
    reads, writes = os.pipe()
    pid = ask(control, f"{__name__}:say", "leads a session:", handles=[writes])
    os.close(writes)
    with os.fdopen(reads) as file:
        assert file.read() == "leads a session: True"
    ended = control.recv()
    assert (type(ended), ended.code) == (Exit, 0)
    assert 1 << 20 < ended.peak < 1 << 40
    assert not psutil.pid_exists(pid)


def test_an_exception_in_a_child_is_shown_and_ends_it(
    control: Connection, capfd: pytest.CaptureFixture[str]
) -> None:
    ask(control, "json:loads", "{")
    assert control.recv().code == 1
    assert "JSONDecodeError" in capfd.readouterr().err


def test_a_signal_is_told(control: Connection) -> None:
    os.kill(ask(control, SLEEP), signal.SIGTERM)
    assert control.recv().code == -signal.SIGTERM


def test_who_goes_takes_its_own_children_along(
    control: Connection, once: Callable[[Callable[[], Any]], Any]
) -> None:
    one, other = adopted(control), adopted(control)
    mine, kept = (psutil.Process(ask(asker, SLEEP, one.fileno())) for asker in (one, other))
    one.close()
    assert once(
        lambda: not mine.is_running()
    )  # to wait for it here would take its end away from the nursery, which is in this process
    assert kept.is_running()
    kept.kill()
    assert other.recv().code == -signal.SIGKILL
    other.close()


def test_all_end_with_whoever_started_it(
    control: Connection, once: Callable[[Callable[[], Any]], Any]
) -> None:
    other = adopted(control)
    children = [psutil.Process(ask(asker, SLEEP, control.fileno())) for asker in (control, other)]
    control.close()
    assert once(lambda: not any(child.is_running() for child in children))
    assert other.recv().code == -signal.SIGKILL
