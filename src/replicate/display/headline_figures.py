"""What notebook 00 shows: how many figures hold, what contradicts, and what is missing."""

from collections.abc import Iterable

import pandas as pd

from replicate.derivations import headline_figures
from replicate.derivations.verification import Verification, frame
from replicate.display.figure import Figure, figure
from replicate.display.prose import Prose, prose
from replicate.display.rows import rows_plot
from replicate.display.table import Table, labels, table
from replicate.ledger import Verdict
from replicate.vocabulary.numbers import number
from replicate.vocabulary.parameters import HeadlineFigures

LEDGER = "The ledger of this project"

_MATCHES = tuple(one for one in Verdict if one == "exact" or one.startswith("within_"))


def answer(results: Iterable[Verification]) -> str:
    """Say how many figures hold."""
    had = [result.verdict for result in results]
    match, ours, apart, untold, unchecked = (
        number(sum(verdict in some for verdict in had))
        for some in (
            _MATCHES,
            (Verdict.COMPATIBLE,),
            (Verdict.DIFFERS, Verdict.INCONSISTENT),
            (Verdict.INCONCLUSIVE,),
            (Verdict.NOT_HELD, Verdict.NOT_PUBLIC),
        )
    )
    return (
        f"We match {match} of {number(len(had))} headline figures, and {ours} more if our method "
        f"is theirs. We get another number for {apart}, and for {untold} the data held can't tell. "
        f"We can't check {unchecked}, because the data are not published or we couldn't get them."
    )


def points(results: list[Verification], found: list[Verification], gaps: pd.DataFrame) -> list[str]:
    """Return the main points: what does not match, what contradicts, what is missing.

    Parameters
    ----------
    results
        The figures that headlines count.
    found, gaps
        What contradicts, and what is missing.
    """
    apart = [one for one in results if one.verdict is Verdict.DIFFERS]
    return [
        *(f"Does not match: {one.claim.statement}: {_both(one)}." for one in apart),
        f"Figures that other published figures contradict: {number(len(found))}.",
        *([f"{_first(gaps)}."] if len(gaps) else []),
    ]


def _both(one: Verification) -> str:
    return f"published {one.published}, our figure {one.ours}"


def _first(gaps: pd.DataFrame) -> str:
    """Say what would open most figures."""
    opened, waiting = number(int(gaps["figures"].iloc[0])), number(int(gaps["figures"].sum()))
    return f"Data of {gaps['holder'].iloc[0]} would open {opened} of {waiting} figures that wait"


def verdict_counts(parameters: HeadlineFigures, *, name: str = "counts") -> Figure:
    """Draw how many figures had which verdict, those that headlines count apart.

    Raises
    ------
    InputError
        When no claim is of the kind asked for.
    """
    counts = headline_figures.counted(headline_figures.verified(parameters))
    every = zip(counts["figures"], counts["headline"], counts["others"], strict=True)
    drawn = counts.assign(
        mark=counts["verdict"],
        name=counts["verdict"].map(labels()),
        printed=[f"{number(all_)} ({number(ours)} + {number(rest)})" for all_, ours, rest in every],
    )
    match = counts[counts["verdict"].isin(_MATCHES)][["figures", "headline"]].sum()
    whole = counts[["figures", "headline"]].sum()
    return figure(
        rows_plot(drawn, kind="counts", x="figures", label="Published figures by verdict"),
        data=counts,
        name=name,
        title=f"{number(match['headline'])} of {number(whole['headline'])} headline figures match, "
        f"and {number(match['figures'])} of all {number(whole['figures'])}",
        subtitle="Published figures in the ledger by verdict; those of the audit and HMICFRS apart",
        source=LEDGER,
        note="In brackets: of the audit and of HMICFRS, resting on data, plus all others. A count "
        "of verdicts is no score of a report.",
    )


def contradictions(found: list[Verification]) -> Figure | Prose:
    """Draw published figures and what others give, in percent of the published one.

    Those that are no numbers, such as the day of a week, are in the table alone.
    """
    rows = []
    for one in found:
        printed, computed = one.claim.range(), one.computed
        span = computed and (computed.span or computed.uncertainty)
        if computed and span and one.claim.unit != "weekday":
            whole = (one.claim.number or printed.lower) / 100
            heading = f"{one.claim.id}, {one.claim.report}: {one.claim.statement}"
            for name, mark, words, value, ends in (
                ("Published", "published", one.published, one.claim.number, printed),
                ("Others give", "computed", one.ours, computed.value, span),
            ):
                place = (value or float("nan")) / whole
                rows.append(
                    (heading, name, mark, words, place, ends.lower / whole, ends.upper / whole)
                )
    columns = ["group", "name", "mark", "printed", "value", "lower", "upper"]
    drawn = pd.DataFrame(rows, columns=columns).assign(kind="rounding")
    if drawn.empty:
        return prose("No figure asked for is contradicted by another on a scale of numbers.")
    return figure(
        rows_plot(drawn, kind="comparison", label="Percent of the published figure"),
        data=drawn,
        name="contradictions",
        title=f"Other published figures contradict {number(len(drawn) // 2)} figures",
        subtitle="Published figures, with all values that print as they do, and what others give",
        source=LEDGER,
        note="The axis does not begin at nought.",
    )


def contradictions_listed(found: list[Verification]) -> Table | Prose:
    """List the same, the calendar included, each with its reason."""
    if not found:
        return prose("No figure asked for contradicts another.")
    return table(
        frame(found, ["claim", "report", "published", "computed", "others", "reason"]),
        name="contradictions-listed",
        caption="Published figures that other published figures, or the calendar, contradict",
    )


def openings(gaps: pd.DataFrame, most: int) -> Figure | Prose:
    """Draw the first gaps in the data by how many figures they keep from being recomputed."""
    if gaps.empty:
        return prose("No figure asked for waits for data.")
    drawn = gaps.head(most)
    drawn = drawn.assign(name=drawn["holder"] + ", " + drawn["how"] + ": " + drawn["title"])
    return figure(
        rows_plot(drawn, kind="counts", x="figures", label="Figures that could be recomputed"),
        data=gaps,
        name="openings",
        title=_first(gaps),
        subtitle="Figures that can't be checked, by the data that would be needed",
        source=LEDGER,
        note="Fetch: published, but we couldn't get it.",
    )
