import os
import sys

import psutil
import pytest

from replicate.execution.forking.parent import Parent, ask, why_not


def test_forking_is_for_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert why_not() == ""
    monkeypatch.setattr(sys, "platform", "win32")
    assert why_not().endswith("this is win32")


def test_a_parent_forks_for_each_who_asks_and_ends_with_all_of_them() -> None:
    parent = Parent(["json"], environment=os.environ)
    with parent.connect() as one, parent.connect() as other:
        children = [psutil.Process(ask(asker, "time:sleep", 600)) for asker in (one, other)]
        assert [child.ppid() for child in children] == [parent.process.pid] * 2
        parent.close()
    assert parent.process.returncode == 0
    assert not any(child.is_running() for child in children)
