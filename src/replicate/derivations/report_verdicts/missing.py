"""What would have to be fetched, or published, for the claims that nothing held can settle."""

import pandas as pd

from replicate.derivations.report_verdicts.results import Results
from replicate.ledger import Verdict
from replicate.ledger.gaps import DataGap, gap_by_table

_OPEN = (Verdict.NOT_HELD, Verdict.NOT_PUBLIC)


def openings_ranked(results: Results) -> pd.DataFrame:
    """Rank what would open claims by how many figures it would open.

    A figure that would be opened can then be recomputed; whether it holds is another matter. Claims whose data are missing but that other
    evidence settled are not counted.

    Returns
    -------
    pandas.DataFrame
        opening, title, how (fetch or publish), holder, figures, headline (those that headlines count), asks, leaves, tables, claims and
        notes (what single claims need besides), the largest first; of equals, those with more headline figures, then by name.
    """
    waiting: dict[str, list[int]] = {}
    for place, result in enumerate(results):
        if result.comparison.verdict in _OPEN:
            waiting.setdefault(gap_by_table()[result.claim.table].id, []).append(place)
    by_id = {opening.id: opening for opening in gap_by_table().values()}
    rows = [
        _row(by_id[name], tuple(results[place] for place in places))
        for name, places in waiting.items()
    ]
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    return frame.sort_values(
        ["figures", "headline", "opening"], ascending=[False, False, True], ignore_index=True
    )


_COLUMNS = [
    "opening",
    "title",
    "how",
    "holder",
    "figures",
    "headline",
    "asks",
    "leaves",
    "tables",
    "claims",
    "notes",
]


def _row(opening: DataGap, opened: Results) -> dict[str, object]:
    found = [result.claim for result in opened]
    return {
        "opening": opening.id,
        "title": opening.title,
        "how": opening.how,
        "holder": opening.holder,
        "figures": len(found),
        "headline": sum(claim.is_headline for claim in found),
        "asks": opening.asks,
        "leaves": opening.leaves,
        "tables": "; ".join(dict.fromkeys(claim.table for claim in found)),
        "claims": " ".join(claim.id for claim in found),
        "notes": " ".join(dict.fromkeys(claim.access_note for claim in found if claim.access_note))
        or "none",
    }
