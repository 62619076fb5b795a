"""What a claim's page says in words, from the verdict and the kind of derivation."""

from functools import cache
from importlib.resources import files
from typing import Any

from replicate.ledger import Verdict
from replicate.publication.verdicts import Row, figure
from replicate.vocabulary.files import read_yaml

_PUBLISHED = {"in words": "", "not seen": ": the figure was not seen", "None": ""}
"""What stands after the statement where no figure was seen, or there is none."""


@cache
def _words() -> dict[str, Any]:
    text = files("replicate.publication.claims").joinpath("words.yaml").read_text(encoding="utf-8")
    words: dict[str, Any] = read_yaml(text)
    return words


def subject(row: Row) -> str:
    """Return what a claim is about, as `words.yaml` calls it: by the kind of its derivation, else by its verdict.

    Examples
    --------
    >>> subject({"derivation": {"kind": "recorded_total"}, "verdict": "differs"})
    'recorded'
    >>> subject({"derivation": None, "verdict": "not_public"}), subject({"derivation": None, "verdict": "not_a_statistic"})
    ('unsettled', 'text')
    """
    derivation = row["derivation"]
    if isinstance(derivation, dict) and row["verdict"] != Verdict.NOT_A_STATISTIC:
        return str(_words()["kinds"].get(derivation["kind"], "published"))
    return "text" if row["verdict"] == Verdict.NOT_A_STATISTIC else "unsettled"


def not_shown(row: Row) -> list[str]:
    """Return what the comparison does not show, each as the end of a sentence."""
    return list(_words()["not_shown"][subject(row)])


def quotable(row: Row) -> str:
    """Return one sentence that can be quoted: the figure, who gives it, the verdict, and the caveat that belongs to it."""
    published = _PUBLISHED.get(str(row["published"]), f": {figure(row['published'], row['unit'])}")
    given = f" ({row['attribution']})" if row["attribution"] else ""
    values = {
        "computed": computed(row) or "no single value",
        "difference": difference(row) or "another value",
    }
    verdict = _words()["verdicts"][str(row["verdict"])].format_map(values)
    missing = f" {row['missing']}" if row["missing"] else ""
    alone = f" {releases_apart(row)}" if releases_apart(row) else ""
    return f"{row['statement']}{published}{given}; {verdict}; {_words()['caveats'][subject(row)]}.{missing}{alone}"


def by_release(row: Row) -> str:
    """Say how the verdict changes with the release that is counted in, or that it does not, or that nothing can be said of that."""
    if apart := releases_apart(row):
        return f"{apart} {_words()['nearest']}"
    if len(_settled(row)) < 2:
        return "Fewer than two of the releases held cover the period, so whether another would change the verdict cannot be told."
    return "The verdict is the same in each release that covers the period."


def releases_apart(row: Row) -> str:
    """Name the verdict in each release by itself, where one of them is not the verdict over all; empty where none is."""
    settled = _settled(row)
    if all(one["verdict"] == row["verdict"] for one in settled):
        return ""
    told = "; ".join(f"{one['vintage']}: {_named(one['verdict'])}" for one in settled)
    return f"The verdict depends on the release of recorded crime: {_named(row['verdict'])} over all, but by one release alone, {told}."


def _settled(row: Row) -> list[dict[str, Any]]:
    """Return the releases that gave a verdict by themselves."""
    releases = row["vintages"]
    return [one for one in releases if one["verdict"]] if isinstance(releases, list) else []


def _named(verdict: object) -> str:
    return f"“{Verdict(str(verdict)).words}”"


def placebo(row: Row) -> str:
    """Say what a made-up number is, where the reason speaks of one; empty where it does not."""
    return placebo_meaning() if "made-up number" in str(row["reason"]) else ""


def placebo_meaning() -> str:
    """Return what a made-up number is."""
    return str(_words()["placebo"])


def computed(row: Row) -> str | None:
    """Return the computed value with its unit, or its range where there is no value; none where there is neither."""
    if row["computed"] is not None:
        return figure(row["computed"], row["unit"])
    found = row["uncertainty"]
    if not isinstance(found, dict):
        return None
    lower, upper = (figure(found[end], row["unit"]) for end in ("lower", "upper"))
    return (
        f"{lower} or more"
        if upper is None
        else f"{upper} or less"
        if lower is None
        else f"{lower} to {upper}"
    )


def difference(row: Row) -> str | None:
    """Return computed less published with its unit, in three digits as reasons have it; none where it can't be stated."""
    apart = "percentage points" if row["unit"] == "percent" else row["unit"]
    return figure(row["difference"], apart, significant=3)
