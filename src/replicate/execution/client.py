"""Runs a notebook's cells as papermill's client does, within limits and without its fixed waits."""

import asyncio
import math
import signal
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any

from nbclient.exceptions import CellExecutionError
from papermill.clientwrap import PapermillNotebookClient

from replicate.execution.watch import Ended, Watch
from replicate.vocabulary.outcomes import Status

_PATIENCE = 2.5  # seconds for an interrupted cell to say where it was, and for a kernel to end by itself; jupyter_client's own measure
_LAST_WORDS = 0.1  # seconds for what a dead kernel had said to arrive
_SIGNALS = {
    number.value: number.name for number in signal.Signals
}  # those for programs' own use have no names


class Client(PapermillNotebookClient):  # type: ignore[misc]
    """Runs cells in one event loop, from the kernel's start to its end.

    Jupyter's clients wait for fixed times, or ask again and again: whether the kernel publishes, whether it is alive, whether it has
    ended. This one waits for the events themselves.

    Attributes
    ----------
    watch
        The limits, and what becomes of the run.
    """

    watch: Watch
    _ends: tuple["asyncio.Future[Ended]", ...] = ()

    def execute(self) -> Any:
        """Run every cell, and return the notebook, filled in place.

        Raises
        ------
        Ended
            When a limit was reached, somebody wanted the run ended, or the kernel died or never started.
        """
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(self._execute())
        with ThreadPoolExecutor(
            1
        ) as thread:  # papermill was called from a notebook, whose loop runs in this thread
            begun: Future[Callable[[], object]] = Future()
            running = thread.submit(asyncio.run, self._cancellable(begun))
            try:
                return running.result()
            except KeyboardInterrupt:  # which reaches this thread alone
                with suppress(RuntimeError):  # where it ended just now, with its loop
                    begun.result()()
                raise

    async def _cancellable(self, begun: "Future[Callable[[], object]]") -> Any:
        """Run every cell, after telling what cancels that from another thread."""
        cells = asyncio.ensure_future(self._execute())
        begun.set_result(partial(asyncio.get_running_loop().call_soon_threadsafe, cells.cancel))
        return await cells

    async def _execute(self) -> Any:
        self.reset_execution_trackers()
        gracefully = False
        try:
            await self._start()
            for index, cell in enumerate(self.nb.cells):
                if not await self._run(cell, index):
                    break
            self.set_widgets_metadata()
            gracefully = True
        finally:
            await self._stop(gracefully=gracefully)
        return self.nb

    async def _start(self) -> None:
        """Start the kernel, and wait until it publishes what cells show, and answers."""
        await self.km.start_kernel(
            cwd=self.resources["metadata"]["path"],
            extra_arguments=["--HistoryManager.hist_file=:memory:"],
        )
        self.watch.follow(self.km.provisioner.pid)
        self._ends = (asyncio.ensure_future(self._premature_end()),)
        self.kc = self.km.client(context=self.km.context)
        self.kc.start_channels(stdin=False, hb=False)
        answer = (
            self.startup_timeout,
            f"more than the {self.startup_timeout:g} s that a kernel may take to answer",
        )
        reply = await self._within_limits(self._first_reply(), min(self.watch.left(), answer))
        self.watch.measure()
        self.nb.metadata["language_info"] = reply["content"]["language_info"]

    async def _first_reply(self) -> Any:
        kind = None
        while (
            kind != "iopub_welcome"
        ):  # by which a kernel greets whom its messages reach: Jupyter enhancement proposal 65
            kind = (await self.kc.iopub_channel.get_msg())["msg_type"]
        return await self.kc.kernel_info(reply=True)

    async def _premature_end(self) -> Ended:
        """Wait for what ends a run before its last cell: the kernel's own end, or one from outside."""
        died, intervention = (
            asyncio.ensure_future(self.km.provisioner.ended()),
            asyncio.ensure_future(self.watch.intervention()),
        )
        done, _ = await asyncio.wait({died, intervention}, return_when=asyncio.FIRST_COMPLETED)
        if intervention in done:
            return intervention.result()
        intervention.cancel()
        await asyncio.sleep(_LAST_WORDS)
        code = died.result()
        if code < 0:
            return Ended(
                Status.KILLED, f"the kernel was killed by {_SIGNALS.get(-code, f'signal {-code}')}"
            )
        return Ended(Status.ERROR, f"the kernel ended itself, with exit code {code}")

    async def _run(self, cell: Any, index: int) -> bool:
        """Run a cell, and say whether to go on."""
        self.nb_man.cell_start(cell, index)
        try:
            await self._within_limits(
                self.async_execute_cell(cell, index), self.watch.left(monotonic())
            )
        except CellExecutionError as error:
            self.nb_man.cell_exception(cell, cell_index=index, exception=error)
            return False
        finally:
            self.nb_man.cell_complete(cell, cell_index=index)
        return True

    async def _within_limits(
        self, work: Coroutine[Any, Any, Any], within: tuple[float, str]
    ) -> Any:
        """Return what some work comes to within so many seconds, for which there is a reason, unless something ends the run before."""
        left, limit = within
        task = asyncio.ensure_future(work)
        timeout = None if left == math.inf else max(left, 0)
        done, _ = await asyncio.wait(
            {task, *self._ends}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED
        )
        if task in done:
            return task.result()
        if done:
            ended = done.pop().result()
        else:
            ended = Ended(Status.TIMEOUT, limit)
            await self.km.interrupt_kernel()
            await asyncio.wait({task}, timeout=_PATIENCE)  # the cell then shows where it was
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise ended

    async def _async_poll_kernel_alive(self) -> None:
        """Leave to `_premature_end` what the parent class asks the kernel every second."""
        await asyncio.get_running_loop().create_future()

    async def _stop(self, *, gracefully: bool) -> None:
        """End the kernel and everything it started."""
        self.watch.measure()
        kernel = self.km.provisioner
        for end in self._ends:
            end.cancel()
        if kernel.has_process:
            if gracefully:
                await self.km.request_shutdown()
                await asyncio.wait({asyncio.ensure_future(kernel.ended())}, timeout=_PATIENCE)
            await kernel.kill()  # its group, that is, which can be there when it has ended
            await kernel.wait()
            self.watch.note(kernel.peak)
        self.watch.kill_what_is_left()
        await self.km.clean_up()
