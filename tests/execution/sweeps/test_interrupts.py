import signal
import threading

import pytest

from replicate.execution.sweeps.interrupts import held, terminations_as_interrupts


def interrupted(done: list[str], *signals: int, fault: str = "") -> None:
    """Be interrupted in the middle of something."""
    with terminations_as_interrupts(), held():
        for number in signals:
            signal.raise_signal(number)
        if fault:
            raise OSError(fault)
        done.append("written")


@pytest.mark.parametrize(
    "signals", [[signal.SIGINT], [signal.SIGINT, signal.SIGINT], [signal.SIGTERM]]
)
def test_an_interrupt_waits_until_what_was_begun_is_done(signals: list[int]) -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        interrupted(done, *signals)
    assert done == ["written"]


def test_an_error_is_told_rather_than_an_interrupt_that_waited() -> None:
    with pytest.raises(OSError, match="full"):
        interrupted([], signal.SIGINT, fault="full")


def test_handlers_are_as_they_were() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with terminations_as_interrupts(), held():
        assert signal.getsignal(signal.SIGINT) != before[0]
        assert signal.getsignal(signal.SIGTERM) != before[1]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_other_threads_which_can_not_handle_signals_leave_them() -> None:
    seen: list[object] = []

    def work() -> None:
        with terminations_as_interrupts(), held():
            seen.extend([signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)])

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)]
