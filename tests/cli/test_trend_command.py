"""`replicate trend`: the object it prints, what it says first, and what it refuses."""

import json
from collections.abc import Callable
from typing import Any

import pytest

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
    done = call("trend", "--from", "2013", "--to", "2024", "--json")
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


def test_without_words_it_is_the_nine_codes_from_2013_to_2024(call: Call) -> None:
    said = call("trend", "--json").out
    assert said == call("trend", "--from", "2013", "--to", "2024", "--json").out
    assert said == call("trend", "--definition", "child_contact", "--json").out


def test_a_force_narrows_the_forces_and_nothing_else(call: Call) -> None:
    whole = json.loads(call("trend", "--json").out)
    one = json.loads(call("trend", "--force", "lancashire constabulary", "--json").out)
    assert [row["force"] for row in one["forces"]] == ["Lancashire"]
    assert one["forces"] == [row for row in whole["forces"] if row["force"] == "Lancashire"]
    assert one | {"forces": []} == whole | {"forces": []}


def test_a_force_without_a_rate_is_no_failure(call: Call) -> None:
    done = call("trend", "--force", "Kent", "--json")
    row = json.loads(done.out)["forces"][0]
    assert (done.status, row["force"], row["unrecorded"]) == (0, "Kent", None)
    assert "No recording rate of sexual offences was published" in row["why"]


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


REFUSED = [
    (("--from", "2014"), "expected: 2013, or '12 months to 2013-10-31'"),
    (("--to", "2015"), "expected: a calendar year from 2016 to 2025"),
    (("--to", "2023/24"), "by six forces in 2015 to 2022"),
    (("--definition", "child_specific_images"), "got: child_specific_images, with 86"),
    (("--definition", "images"), "child_contact, child_exploitation"),
    (("--definition", "child_contcat"), "did you mean 'child_contact'?"),
    (("--force", "Kentt"), "did you mean 'Kent'?"),
    (("--force", "British Transport Police"), "unknown force"),
]


@pytest.mark.parametrize(("words", "said"), REFUSED)
def test_what_the_rates_do_not_stand_for_is_refused(
    call: Call, words: tuple[str, ...], said: str
) -> None:
    done = call("trend", *words)
    assert (done.status, done.out) == (2, "")
    text = " ".join(done.err.split())
    assert said in text
    assert f"where: {words[0]}" in text
    assert "expected: " in text
    assert "next: " in text or words[1] == "British Transport Police"
