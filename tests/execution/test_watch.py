import asyncio
import math
import subprocess
from concurrent.futures import Future
from time import monotonic

import psutil
import pytest

from replicate.execution.watch import Watch
from replicate.vocabulary.outcomes import Limits, Status


def test_what_is_left_is_that_of_the_nearer_limit() -> None:
    assert Watch(Limits()).left(monotonic()) == (math.inf, "")
    left, says = Watch(Limits(seconds=100, cell_seconds=50)).left(monotonic() - 10)
    assert left == pytest.approx(40, abs=1)
    assert says == "more than the 50 s that a cell may take"
    assert (
        Watch(Limits(seconds=10, cell_seconds=50)).left(monotonic())[1]
        == "more than the 10 s that a run may take"
    )


def test_before_the_first_cell_only_the_limit_of_the_run_counts() -> None:
    assert Watch(Limits(cell_seconds=50)).left() == (math.inf, "")
    assert (
        Watch(Limits(seconds=100, cell_seconds=50)).left()[1]
        == "more than the 100 s that a run may take"
    )


def test_the_memory_of_a_process_and_those_below_it_is_added_up() -> None:
    watch = Watch(Limits())
    assert (watch.measure(), watch.peak) == (0, None)
    watch.follow(psutil.Process().pid)
    alone = watch.measure()
    resident = psutil.Process().memory_info().rss >> 20
    assert alone == pytest.approx(resident, rel=0.2)
    hungry = "held = b'x' * (200 << 20); print(flush=True); input()"
    with subprocess.Popen(
        ["python3", "-c", hungry], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout
        child.stdout.readline()
        assert alone + 200 < watch.measure() < alone + 300
        watch.kill_what_is_left()
        assert child.wait() == -9
    assert (watch.peak or 0) >= alone + 200
    watch.kill_what_is_left()  # it is gone


def test_a_process_that_is_gone_holds_nothing() -> None:
    watch = Watch(Limits())
    with subprocess.Popen(["true"]) as ended:
        watch.follow(ended.pid)
    watch.follow(1 << 22)
    assert (watch.measure(), watch.peak) == (0, None)


def test_whoever_cancels_ends_the_wait() -> None:
    cancelled: Future[None] = Future()

    async def waiting() -> tuple[Status, str]:
        asyncio.get_running_loop().run_in_executor(None, cancelled.set_result, None)
        ended = await Watch(Limits(memory=1000), cancelled).intervention()
        return ended.status, str(ended)

    assert asyncio.run(waiting()) == (Status.CANCELLED, "the run was cancelled")
