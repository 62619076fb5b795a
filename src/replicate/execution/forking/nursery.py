"""A process that imports what many others need once, and forks each of them from there.

It runs nothing of its own and starts no thread: what is forked from it finds modules imported, and nothing else done.
"""

import ctypes
import gc
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import recv_handle
from typing import NamedTuple

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


class Fork(NamedTuple):
    """A request for a child.

    Attributes
    ----------
    entry
        The function it calls, as `module:name`.
    arguments
        What it is called with, before the handles.
    handles
        How many file descriptors follow the request, by `send_handle`; they are the last arguments.
    """

    entry: str
    arguments: tuple[object, ...]
    handles: int = 0


class Exit(NamedTuple):
    """What an asker is told when its child has ended.

    Attributes
    ----------
    code
        The exit code; minus the signal where one killed it.
    peak
        The most bytes it held.
    """

    code: int
    peak: int


class Adopt(NamedTuple):
    """A request to listen to one more connection, whose file descriptor follows."""


@dataclass(frozen=True)
class Nursery:
    """Forks children for whoever asks, tells each asker when its child ends, and ends the children of an asker who is gone.

    Attributes
    ----------
    control
        The connection of the process that started this one; all ends when it closes.
    askers
        The connections that requests come by.
    children
        By a file descriptor that is readable when the child has ended: its process id and its asker.
    """

    control: Connection
    askers: list[Connection] = field(default_factory=list)
    children: dict[int, tuple[int, Connection]] = field(default_factory=dict)

    def serve(self) -> None:
        """Answer requests until the process that started this one closes its connection or ends."""
        self.askers.append(self.control)
        while self.control in self.askers:
            ready = wait([*self.askers, *self.children])[
                0
            ]  # one at a time: what is done about it may end or close another
            if isinstance(ready, int):
                self._reap(ready)
            else:
                self._answer(ready)  # type: ignore[arg-type]  # the askers are connections
        for sentinel in [*self.children]:
            self._end(sentinel)

    def _answer(self, asker: Connection) -> None:
        try:
            request = asker.recv()
            handles = [
                recv_handle(asker)
                for _ in range(1 if isinstance(request, Adopt) else request.handles)
            ]
        except (EOFError, OSError):
            self._forget(asker)
            return
        if isinstance(request, Adopt):
            self.askers.append(Connection(handles[0]))
            return
        parent = os.getpid()
        child = os.fork()
        if not child:  # pragma: no cover - the branch of a forked process, which ends without coverage's report
            self._become(request, handles, parent)
        for handle in handles:
            os.close(handle)
        self.children[os.pidfd_open(child)] = child, asker
        _tell(asker, child)

    def _become(
        self, request: Fork, handles: Sequence[int], parent: int
    ) -> None:  # pragma: no cover - a fork reports none
        """Turn this process, just forked, into what was asked for; never returns."""
        code = 1
        try:
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
            if os.getppid() != parent:  # it ended before this process could ask to end with it
                return
            os.setsid()
            gc.enable()
            for asker in self.askers:
                asker.close()
            for sentinel in self.children:
                os.close(sentinel)
            module, _, name = request.entry.partition(":")
            getattr(importlib.import_module(module), name)(*request.arguments, *handles)
            code = 0
        except BaseException as error:  # whatever it is, it must not reach the loop of the parent, which this process has a copy of
            sys.excepthook(type(error), error, error.__traceback__)
        finally:
            os._exit(code)

    def _reap(self, sentinel: int) -> None:
        child, asker = self.children.pop(sentinel)
        os.close(sentinel)
        _kill_group(
            child
        )  # before the process is waited for: until then its number is not given to another
        _, status, used = os.wait4(child, 0)
        _tell(asker, Exit(os.waitstatus_to_exitcode(status), used.ru_maxrss * 1024))

    def _forget(self, asker: Connection) -> None:
        self.askers.remove(asker)
        for sentinel in [
            sentinel for sentinel, (_, owner) in self.children.items() if owner is asker
        ]:
            self._end(sentinel)
        asker.close()

    def _end(self, sentinel: int) -> None:
        child, _ = self.children[sentinel]
        _kill_group(child)
        os.kill(child, signal.SIGKILL)  # it may not have made its group yet
        wait([sentinel])
        self._reap(sentinel)


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _tell(asker: Connection, message: object) -> None:
    with suppress(OSError):  # it is gone, or closed here
        asker.send(message)
