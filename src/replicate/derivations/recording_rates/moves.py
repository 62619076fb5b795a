"""How the numbers left unrecorded move with the twelve months and the release counted in; apart from every verdict."""

from functools import cache

import pandas as pd

from replicate.derivations.recording_rates.audits import Audit, audits_of_forces, national_audits
from replicate.derivations.recording_rates.specifications import reasons, tried
from replicate.derivations.recording_rates.unrecorded import ends, tested
from replicate.ledger import Wording
from replicate.vocabulary.parameters import RULE, RecordingRates


def tables_used() -> tuple[str, ...]:
    """Return the releases that the choices are counted in."""
    return tuple(f"recorded_crime_{release}" for release in reasons()["vintages"])


def moves(parameters: RecordingRates) -> pd.DataFrame:
    """Return what every window and release gives, for the forces asked for.

    Returns
    -------
    pandas.DataFrame
        claim, force, window, rule (whether it is the one that the verdict rests on), vintage, period, published, ceiling, computed, lower,
        upper (by the rounding of the rate), relative (percent from the nearer of published and ceiling, 0 between them), reaches (by
        rounding alone).
    """
    return pd.DataFrame([row for audit in audits_of_forces(parameters) for row in _rows(audit)])


def nationally() -> pd.DataFrame:
    """Return the same for England and Wales."""
    return pd.DataFrame([row for audit in national_audits() for row in _rows(audit)])


def by_window(parameters: RecordingRates) -> pd.DataFrame:
    """Count the numbers that each window and release reaches by rounding alone.

    Which of them fits best was found by trying them all, so it tells nothing of which the inspectorate used.

    Returns
    -------
    pandas.DataFrame
        window, vintage, reached, of, median (of the differences, percent, signed), largest (difference, percent, without its sign).
    """
    found = moves(parameters)
    grouped = found.groupby(["window", "vintage"], sort=False)
    largest = found["relative"].abs().groupby([found["window"], found["vintage"]], sort=False).max()
    summary = grouped.agg(
        reached=("reaches", "sum"), of=("reaches", "size"), median=("relative", "median")
    )
    return summary.assign(largest=largest).reset_index()


def by_force(parameters: RecordingRates) -> pd.DataFrame:
    """Return how far apart the windows and releases put each number.

    Returns
    -------
    pandas.DataFrame
        force, published, lowest, highest (computed), spread (percent of the published number), reached, of.
    """
    found = moves(parameters)
    rows = found.groupby("force", sort=False).agg(
        published=("published", "first"),
        lowest=("computed", "min"),
        highest=("computed", "max"),
        reached=("reaches", "sum"),
        of=("reaches", "size"),
    )
    return rows.assign(
        spread=100 * (rows["highest"] - rows["lowest"]) / rows["published"]
    ).reset_index()


@cache
def _rows(audit: Audit) -> tuple[dict[str, object], ...]:
    lower, upper = ends(audit.number)
    rows: list[dict[str, object]] = []
    for derivation in tried(audit):
        found, test = derivation.unrecorded(), tested(audit, derivation)
        assert found.rounding is not None  # noqa: S101 (a printed rate always has one)
        rows.append(
            {
                "claim": audit.number.id,
                "force": audit.area,
                "window": derivation.window,
                "rule": derivation.window == RULE,
                "vintage": derivation.vintage,
                "period": derivation.period().label,
                "published": float(audit.number.value or 0),
                "ceiling": upper if audit.number.wording is Wording.OVER else None,
                "computed": found.number,
                "lower": found.rounding.lower,
                "upper": found.rounding.upper,
                "relative": 100 * test.difference / (upper if test.difference > 0 else lower),
                "reaches": bool(test.by_rounding),
            }
        )
    return tuple(rows)
