import json
import math
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from replicate.display.records import KINDS, MIME, Record, record
from replicate.vocabulary.uncertainty import (
    RoundingRange,
    SamplingInterval,
    ScenarioRange,
    Uncertainty,
    WorstCaseBounds,
)


@pytest.mark.parametrize("value", [102878, 0.037, "compatible", True, None])
def test_a_record_comes_back_from_json(value: Any) -> None:
    made = record("c01.computed", value, "offences")
    assert json.loads(json.dumps(made.as_json())) == {
        "name": "c01.computed",
        "value": value,
        "unit": "offences",
        "interval": None,
    }


@pytest.mark.parametrize(
    ("given", "plain"),
    [(np.int64(3), 3), (np.float64(0.5), 0.5), (np.bool_(True), True), (np.str_("x"), "x")],
)
def test_numpys_values_are_taken_for_pythons(given: Any, plain: Any) -> None:
    value = record("x", given, "offences").value
    assert value == plain
    assert type(value) is type(plain)


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
    assert record("x", 1.5, "percent", interval).as_json()["interval"] == {
        "lower": 1.0,
        "upper": 2.0,
        **kind,
    }


def test_every_kind_has_a_name() -> None:
    assert set(KINDS) == set(Uncertainty.__args__)


@pytest.mark.parametrize("name", ["", "A", "a b", "a/b", "é"])
def test_a_malformed_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="record name"):
        record(name, 1, "offences")


@pytest.mark.parametrize("value", [math.nan, math.inf, np.float64("nan")])
def test_what_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"record 'x' is .*: report None"):
        record("x", value, "offences")


@pytest.mark.parametrize("value", [[1], {"a": 1}, 1j])
def test_another_type_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match=r"record 'x': .* is not a number"):
        record("x", value, "offences")


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (Record("x", 1234, "offences"), "x: 1,234 offences"),
        (Record("x", "differs", "verdict"), "x: differs"),
        (Record("x", None, "offences"), "x: None"),
        (Record("x", True, "flag"), "x: True"),
        (
            Record("x", 1.5, "percent", WorstCaseBounds(1, 2)),
            "x: 1.50\u00a0% (could be anything from 1.00\u00a0% to 2.00\u00a0%, since the missing part is not known)",
        ),
    ],
)
def test_a_record_has_a_text(made: Record, text: str) -> None:
    assert str(made) == text


def test_outside_ipython_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert record("x", 1, "offences") == Record("x", 1, "offences")
    assert capsys.readouterr() == ("", "")


def test_inside_ipython_it_is_emitted(monkeypatch: pytest.MonkeyPatch) -> None:
    from IPython.core.displaypub import CapturingDisplayPublisher

    shell = SimpleNamespace(display_pub=CapturingDisplayPublisher())  # type: ignore[no-untyped-call]
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    made = record("x", 1, "offences")
    (output,) = shell.display_pub.outputs
    assert output["data"] == {MIME: made.as_json(), "text/plain": "x: 1 offences"}
    assert made._ipython_display_() is None  # type: ignore[func-returns-value]


def test_with_ipython_loaded_but_not_running_nothing_happens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    assert record("x", 1, "offences").value == 1
