"""`replicate verify`: one claim's chain, all claims' table, and JSON."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from replicate.derivations import verification

Call = Callable[..., Any]
FIELDS = {"id", "report", "basis", "seen", "published", "computed", "verdict", "reason"}


def test_the_chain_of_a_claim_and_a_blank_line_between_several(call: Call) -> None:
    done = call("verify", "C12a", "H03")
    first, second = done.out.strip().split("\n\n")
    assert first.startswith("C12a  Does not match: published 57 %, our figure 76.4 %\n")
    for said in ("TS021", "census_share", "19.4 percentage points above"):
        assert said in first
    assert (second.split()[0], done.status, done.err) == ("H03", 0, "")


def test_json_is_a_list_of_objects(call: Call) -> None:
    rows = json.loads(call("verify", "S14a", "H05", "--json").out, parse_constant=pytest.fail)
    assert [row["id"] for row in rows] == ["S14a", "H05"]
    assert all(set(row) >= FIELDS for row in rows)
    assert (rows[1]["report"], rows[1]["basis"], rows[1]["seen"], rows[1]["published"]) == (
        "Hydrant COCAD",
        "arithmetic",
        "primary",
        "26",
    )
    assert rows[1]["computed"] == pytest.approx(100 * 1_125 / 4_228)
    assert rows[1]["verdict"] == "inconsistent"


def test_a_table_fits_a_narrow_terminal_with_whole_words(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        verification,
        "verify",
        lambda *_: [verification._verify(name) for name in ("H05", "D01", "C02")],
    )
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    printed = re.sub(r"\x1b\[\d*m", "", call("verify").out)
    assert all(word in printed for word in ("inconsistent", "not_a_statistic", "not_held"))
    assert max(map(len, printed.splitlines())) <= 80


def test_brackets_and_codes_of_emoji_are_text_and_not_markup(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"id": "[bold]C01[/bold] :x:", "none": None, "several": ["a", "b"], ":x:": 12_345}
    monkeypatch.setattr(verification, "frame", lambda *_: pd.DataFrame([row], dtype=object))
    monkeypatch.setattr(verification, "verify", lambda *_: [verification._verify("H05")])
    printed = call("verify").out
    assert "[bold]C01[/bold] :x:" in printed
    assert "❌" not in printed
    assert "a, b" in printed
    assert "12,345" in printed
    assert "None" not in printed


def test_a_claim_counted_in_a_table_brings_no_statistics_drawing_or_schemas() -> None:
    """They would cost every such claim more than its count."""
    heavy = "{'scipy', 'statsmodels', 'matplotlib', 'pandera'}"
    code = (
        "import sys; from replicate.derivations.verification import verify; "
        f"verify(['C01', 'H03']); print({heavy} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
