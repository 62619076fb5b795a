import time
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def once() -> Callable[[Callable[[], Any]], Any]:
    """Return what is looked for as soon as it is there."""

    def wait_for(look: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if found := look():
                return found
            time.sleep(0.02)
        raise AssertionError("not within a minute")

    return wait_for
