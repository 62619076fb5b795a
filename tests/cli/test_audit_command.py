"""`replicate audit`: the rule for HMICFRS's audits, applied to an audit of one's own."""

import json
from collections.abc import Callable
from typing import Any

from replicate.derivations.audits import audit_table

Call = Callable[..., Any]
KENT = ("audit", "--force", "Kent", "--to", "2016-11-30", "--rate", "83.6")


def test_kents_own_audit_has_the_verdict_of_its_claim(call: Call) -> None:
    """F32 is the same audit, as the ledger has it."""
    done = call(*KENT, "--number", "24300", "--json")
    found, row = json.loads(done.out), audit_table().set_index("claim").loc["F32"]
    assert (done.status, done.err) == (0, "")
    assert (found["force"], found["window"]) == ("Kent", "12 months to 2016-11-30")
    assert (found["release"], found["verdict"]) == (row["release"], row["verdict"])
    assert found["computed"] == row["value"]
    assert (found["bracket"]["lower"], found["region"]["upper"]) == (
        row["bracket_lower"],
        row["region_upper"],
    )
    assert 100 * found["width"] == row["width"]
    assert 100 * found["placebo_share"] == row["placebo_share"]
    assert [each["release"] for each in found["newer"]] == ["2026-04"]


def test_every_printed_number_comes_out_as_its_claim_does(call: Call) -> None:
    for row in audit_table().to_dict("records"):
        given = ("--force", row["force"], "--to", row["window"][-10:], "--rate", row["rate"])
        kind = ("--population", row["population"], "--number", str(row["number"]))
        assert json.loads(call("audit", *given, *kind, "--json").out)["verdict"] == row["verdict"]


def test_without_a_number_there_is_nothing_to_judge(call: Call) -> None:
    found = json.loads(call(*KENT, "--population", "violence", "--json").out)
    assert found["computed"] > 0
    assert (found["number"], found["verdict"], found["width"], found["reason"]) == (None,) * 4
    lines = call(*KENT).out.splitlines()
    assert len(lines) == 2
    assert all("Kent, 12 months to 2016-11-30, release" in line for line in lines)


def test_the_verdicts_words_come_first(call: Call) -> None:
    said = call(*KENT, "--number", "24300").out
    assert said.startswith("Matches, allowing for later revisions: over 24,300.")


def test_trailing_zeros_of_a_rate_count(call: Call) -> None:
    wide, narrow = (
        json.loads(call(*KENT[:-1], rate, "--json").out)["rounding"] for rate in ("84%", "84.00")
    )
    assert wide["upper"] - wide["lower"] > 90 * (narrow["upper"] - narrow["lower"])
