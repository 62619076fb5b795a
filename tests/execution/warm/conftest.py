import time
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from contextlib import suppress
from typing import Any

import psutil
import pytest

from replicate.execution.warm import Pool

Once = Callable[[Callable[[], Any]], Any]


def wait_for(look: Callable[[], Any]) -> Any:
    """Return what is looked for as soon as it is there."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError("not within a minute")


@pytest.fixture
def once() -> Once:
    return wait_for


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """A pool whose four processes are there: a test that ends nothing but kernels finds and leaves the same."""
    absent = tmp_path_factory.mktemp("start") / "absent.ipynb"
    with Pool(2, preload=["numpy", "matplotlib.pyplot"]) as made:
        assert made.warm, made.why_cold
        while len(_below()) < 4:
            wait([made.submit(absent, parameters={}, out=absent.parent) for _ in range(2)])
        yield made


def _below() -> list[psutil.Process]:
    """List every process below this one, but for a browser that other tests keep open: its processes come and go as it likes."""
    own = [child for child in psutil.Process().children() if not _is_a_browsers(child)]
    return [*own, *(process for child in own for process in _children(child))]


def _is_a_browsers(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return "playwright" in " ".join(process.cmdline())
    return False


def _children(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return process.children(recursive=True)  # type: ignore[no-any-return]
    return []


@pytest.fixture(autouse=True)
def _no_kernel_left_behind() -> Iterator[None]:
    """Fail a test that leaves anything running below the processes it started with; the shared check looks at direct children only."""
    before = _below()
    yield
    _, left = psutil.wait_procs(
        [process for process in _below() if process not in before], timeout=60
    )
    assert not left
