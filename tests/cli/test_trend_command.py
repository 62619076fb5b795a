"""`replicate trend`: the object it prints, what it says first, and what it refuses."""

import json
from collections.abc import Callable
from typing import Any

Call = Callable[..., Any]
KEYS = {
    "from",
    "to",
    "definition",
    "release",
    "recorded",
    "equal_rate",
    "monotone",
    "worst_case",
    "k_curve",
    "base_2012_13",
    "pooled",
    "nation",
    "forces",
    "inputs",
    "assumptions",
}
CHANGE = {"low", "high", "share_of_log_rise"}


def test_one_object_with_ratios_shares_inputs_and_assumptions(call: Call) -> None:
    done, words = call("trend", "--json"), ("--from", "2013", "--to", "2024")
    assert done == call("trend", *words, "--definition", "child_contact", "--json")
    found = json.loads(done.out)
    assert (done.status, done.err, set(found)) == (0, "", KEYS)
    assert (found["from"], found["to"], found["definition"]) == ("2013", "2024", "child_contact")
    for base in (found, found["base_2012_13"]):
        assert set(base["recorded"]) == {"from", "to", "ratio"}
        assert all(set(base[name]) == CHANGE for name in ("equal_rate", "monotone", "worst_case"))
        assert all(set(row) == {"k", "low", "high"} for row in base["k_curve"])
    assert set(found["base_2012_13"]) == {*found} & {
        *("recorded", "equal_rate", "monotone", "worst_case", "k_curve")
    }
    assert set(found["pooled"]) == {"equal_rate", "worst_case"}
    told = {row["of"]: row for row in found["assumptions"]}
    assert set(told) == {*("equal_rate", "monotone", "worst_case", "k_curve", "nation", "forces")}
    assert all(row["assumes"] and row["does_not_show"] for row in told.values())


def test_a_force_narrows_the_forces_and_nothing_else(call: Call) -> None:
    whole = json.loads(call("trend", "--json").out)
    one = json.loads(call("trend", "--force", "lancashire constabulary", "--json").out)
    assert [row["force"] for row in one["forces"]] == ["Lancashire"]
    assert one["forces"] == [row for row in whole["forces"] if row["force"] == "Lancashire"]
    assert one | {"forces": []} == whole | {"forces": []}
    (kent,) = json.loads(call("trend", "--force", "Kent", "--json").out)["forces"]
    assert (kent["force"], kent["unrecorded"]) == ("Kent", None)
    assert "No recording rate of sexual offences was published" in kent["why"]


def test_the_counts_lead_and_the_share_comes_with_what_needs_no_assumption(call: Call) -> None:
    """AUDITS.md, "How it is said"; its numbers, rounded outwards, are those it prints."""
    lines = call("trend").out.splitlines()
    assert lines[0].startswith(
        "Recorded at the later rates, 2013 would have shown 26,796 to 30,117"
    )
    assert "instead of 22,393; from there to 53,202 in 2024 is ×1.76 to ×1.99" in lines[0]
    share = next(line for line in lines if "20 to 35 %" in line)
    assert "from none to 79 %" in share
    assert "not even its sign is known" in share
    assert "×1.20 to ×3.48" in share
