import json
import math
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from replicate.display.records import KINDS, MIME, record
from replicate.vocabulary.uncertainty import (
    RoundingRange,
    SamplingInterval,
    ScenarioRange,
    Uncertainty,
    WorstCaseBounds,
)


@pytest.mark.parametrize(
    ("given", "plain", "text"),
    [
        (102878, 102878, "102,878 offences"),
        (np.int64(3), 3, "3 offences"),
        (np.float64(0.5), 0.5, "0.5 offences"),
        (np.bool_(True), True, "True"),
        (np.str_("differs"), "differs", "differs"),
        (None, None, "None"),
    ],
)
def test_a_record_comes_back_from_json_and_has_a_text(given: Any, plain: Any, text: str) -> None:
    made = record("c01.computed", given, "offences")
    said = {"name": "c01.computed", "value": plain, "unit": "offences", "interval": None}
    assert json.loads(json.dumps(made.as_json())) == said
    assert str(made) == f"c01.computed: {text}"


@pytest.mark.parametrize(
    ("interval", "kind"),
    [
        (SamplingInterval(1, 2, level=0.95, method="Wilson"), {"kind": "sampling", "level": 0.95}),
        (WorstCaseBounds(1, 2), {"kind": "worst_case"}),
        (ScenarioRange(1, 2, assumptions=("a",)), {"kind": "scenario"}),
        (RoundingRange(1, 2), {"kind": "rounding"}),
    ],
)
def test_the_kind_of_uncertainty_is_kept(interval: Uncertainty, kind: dict[str, Any]) -> None:
    made = record("x", 1.5, "percent", interval)
    assert made.as_json()["interval"] == {"lower": 1.0, "upper": 2.0, **kind}
    assert str(made).startswith("x: 1.5")
    assert set(KINDS) == set(Uncertainty.__args__)


@pytest.mark.parametrize(
    ("name", "value", "fault", "words"),
    [
        *((name, 1, ValueError, "record name") for name in ("", "A", "a b", "a/b", "é")),
        *(("x", value, ValueError, "report None") for value in (math.nan, np.float64("inf"))),
        *(("x", value, TypeError, "is not a number") for value in ([1], {"a": 1}, 1j)),
    ],
)
def test_what_cannot_be_recorded_is_refused(
    name: str, value: object, fault: type[Exception], words: str
) -> None:
    with pytest.raises(fault, match=words):
        record(name, value, "offences")


def test_it_is_emitted_inside_ipython_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from IPython.core.displaypub import CapturingDisplayPublisher

    shell = SimpleNamespace(display_pub=CapturingDisplayPublisher())  # type: ignore[no-untyped-call]
    outside = record("x", 1, "offences")
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    made = record("x", 1, "offences")
    assert made == outside
    (output,) = shell.display_pub.outputs
    assert output["data"] == {MIME: made.as_json(), "text/plain": "x: 1 offences"}
    assert made._ipython_display_() is None  # type: ignore[func-returns-value]
    assert capsys.readouterr() == ("", "")
