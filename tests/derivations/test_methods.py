import re
import shutil
import subprocess
from pathlib import Path

import pytest

from replicate.derivations.site_evidence import choices_fixed, rules_fixed
from replicate.ledger import rules

ROOT = Path(__file__).parents[2]


def test_every_rule_says_what_fixed_it_and_whether_results_had_been_seen() -> None:
    listed = rules_fixed()
    assert [row["name"] for row in listed] == [
        "revision",
        *(name.replace("_", " ") for name in rules()),
    ]
    assert all(row["rule"] and row["reason"] for row in listed)


def test_a_reason_that_admits_to_results_is_marked_so() -> None:
    for rule in rules().values():
        assert rule.after_results == ("had been seen" in rule.reason)


def test_every_choice_says_what_fixed_it() -> None:
    listed = choices_fixed()
    assert {row["kind"] for row in listed} == {"definitions", "periods", "territories", "vintages"}
    assert all(row["choice"] and row["reason"] for row in listed)


def test_commits_are_those_of_this_repository() -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("an archive has no history to look the commits up in")
    commits = sorted({str(row["fixed_in"]) for row in (*rules_fixed(), *choices_fixed())})
    assert all(re.fullmatch(r"[0-9a-f]{40}", commit) for commit in commits)
    if (
        subprocess.run(
            [git, "-C", ROOT, "rev-parse", "--is-shallow-repository"],
            capture_output=True,
            text=True,
        ).stdout.strip()
        == "true"
    ):
        pytest.skip("a shallow clone has no history to look the commits up in")
    for commit in commits:
        assert (
            subprocess.run([git, "-C", ROOT, "cat-file", "-e", f"{commit}^{{commit}}"]).returncode
            == 0
        ), commit
