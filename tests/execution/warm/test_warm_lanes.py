from multiprocessing import Pipe
from pathlib import Path
from typing import Any, cast

from replicate.execution.warm.job import CANCEL, Job
from replicate.execution.warm.lanes import NOT_BEGUN, Apart
from replicate.vocabulary.outcomes import Limits


def test_a_lane_that_was_cancelled_sends_no_job(tmp_path: Path) -> None:
    """Whichever comes first: a pool's cancelling and the sending of the next job are in different threads."""
    ours, theirs = Pipe()
    lane = Apart(cast("Any", None), cast("Any", None), ())
    lane._runner = ours
    lane.cancel()
    assert (
        lane.run(Job(tmp_path / "toy.ipynb", {}, tmp_path / "out", None, Limits(), None))
        == NOT_BEGUN
    )
    assert theirs.recv() == CANCEL
    assert not theirs.poll()
    ours.close()
    theirs.close()
