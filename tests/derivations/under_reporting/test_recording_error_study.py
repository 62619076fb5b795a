"""What unknown recording rates leave of notebook 01, against the ledger's rows and corner by corner."""

import csv
from importlib.resources import files

import pytest

from replicate.derivations import offence_counts
from replicate.derivations.under_reporting import recording_error
from replicate.ledger import claims
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import OffenceCounts


@pytest.fixture(scope="module")
def orders() -> recording_error.Orders:
    return recording_error.orders()


def test_bounds_are_the_lowest_and_the_highest_published_audit() -> None:
    """The claims' own rows: F02 (Leicestershire) and F14 (Essex)."""
    found = recording_error.bounds()
    assert (found.lower, found.upper) == (
        float(claims()["F02"].value or 0) / 100,
        float(claims()["F14"].value or 0) / 100,
    )
    assert "with an interval" in found.assumptions[0]


def test_every_audit_of_all_crime_is_among_the_rates() -> None:
    with files("replicate.ledger").joinpath("inputs.csv").open(encoding="utf-8") as text:
        names = {
            row["name"]
            for row in csv.DictReader(text)
            if row["name"].startswith("cdi_") and "_overall" in row["name"]
        }
    rows = recording_error.audits()
    assert set(rows["input"]) == names
    assert rows["percent"].between(50, 100).all()
    assert (rows["lower"].notna() == rows["claim"].ne("")).all()


def test_rates_without_an_interval_widen_the_bounds() -> None:
    narrow, wide = recording_error.bounds(), recording_error.bounds("all_held")
    rows = recording_error.audits()
    assert (wide.lower, wide.upper) == (rows["percent"].min() / 100, rows["percent"].max() / 100)
    assert wide.lower < narrow.lower < narrow.upper < wide.upper
    with pytest.raises(InputError, match="did you mean 'all_held'"):
        recording_error.bounds("all_hold")  # type: ignore[arg-type]


def test_pairs_keep_their_order_just_when_the_worst_rates_do_not_turn_it(
    orders: recording_error.Orders,
) -> None:
    """The higher area records the largest share, the lower one the smallest: the true rates then lie closest."""
    rates = (
        offence_counts.areas(OffenceCounts()).rates.dropna(subset="rate").set_index("force")["rate"]
    )
    pairs, recorded = orders.kept.pairs, orders.recorded
    high, low = (
        pairs["higher"].map(rates) / recorded.upper,
        pairs["lower"].map(rates) / recorded.lower,
    )
    assert (pairs["kept"] == (high > low)).all()
    assert len(pairs) == len(rates) * (len(rates) - 1) // 2
    assert orders.counted["kept"] == int((high > low).sum())
    assert (
        0 < orders.counted["kept_beyond_chance"] < orders.counted["kept"] < orders.counted["pairs"]
    )


def test_wider_bounds_leave_fewer_pairs() -> None:
    frame = recording_error.orders_by_evidence()
    assert frame["evidence"].tolist() == list(recording_error.WORDS.values())
    assert frame["kept"].is_monotonic_decreasing
    assert (frame["kept_beyond_chance"] <= frame["kept"]).all()
    assert frame["needed"].tolist() == pytest.approx((frame["upper"] / frame["lower"]).tolist())
