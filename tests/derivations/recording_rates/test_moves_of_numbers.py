"""How the numbers move: every window and release listed is tried, and nothing rests on which one fits."""

from collections.abc import Callable

import pytest

from replicate.analysis.recording import alternative_windows
from replicate.derivations.recording_rates import audits, moves, specifications
from replicate.sources import tables
from replicate.vocabulary.parameters import RULE, RecordingRates

Counter = Callable[..., int]
DEFAULT = RecordingRates()


def test_the_list_holds_the_rule_and_every_alternative_with_a_reason() -> None:
    listed = specifications.reasons()
    day = audits.audits_of_forces()[0].audit_to
    assert set(listed["windows"]) == {RULE, *alternative_windows(day)}
    assert set(listed["vintages"]) == {"2023-10", "2026-04"}
    rows = specifications.choices_listed()
    assert len(rows) == len(listed["windows"]) + len(listed["vintages"])
    assert rows["reason"].str.len().min() > 30


def test_every_force_is_tried_with_all_of_them() -> None:
    found = moves.moves(DEFAULT)
    assert found.groupby("force").size().unique().tolist() == [16]
    assert found.groupby("claim")["rule"].sum().unique().tolist() == [2]
    assert moves.tables_used() == ("recorded_crime_2026-04", "recorded_crime_2023-10")


def test_a_release_is_tried_only_where_it_covers_the_window() -> None:
    """The older release ends with June 2023, and both begin with April 2012."""
    national = moves.nationally().groupby("claim")
    assert set(national.get_group("R08a")["vintage"]) == {"2026-04"}
    assert "the calendar year before" not in set(national.get_group("R02a")["window"])
    assert len(national.get_group("R02a")) == 14


def test_a_number_of_another_window_and_release(arrow: Counter) -> None:
    """Gwent, audited to 30 April 2018: the calendar year before is 2017, and 9.5 of 90.5 went unrecorded."""
    codes = tables.offences().query("group != 'Fraud offences'")["code"].tolist()
    recorded = arrow(
        "2023-10", codes, [f"2017-Q{quarter}" for quarter in (1, 2, 3, 4)], forces=["Gwent"]
    )
    rows = moves.moves(RecordingRates(forces=("Gwent",)))
    (row,) = rows[
        rows["window"].eq("the calendar year before") & rows["vintage"].eq("2023-10")
    ].to_dict("records")
    assert row["computed"] == pytest.approx(recorded * 9.5 / 90.5)
    assert (row["lower"], row["upper"]) == pytest.approx(
        (recorded * 9.45 / 90.55, recorded * 9.55 / 90.45)
    )
    assert row["reaches"] is (row["lower"] <= 5200 and row["upper"] >= 5100)


def test_counts_by_window_and_by_force_are_of_the_same_rows() -> None:
    found, windows, forces = moves.moves(DEFAULT), moves.by_window(DEFAULT), moves.by_force(DEFAULT)
    assert windows["reached"].sum() == forces["reached"].sum() == found["reaches"].sum()
    assert windows["of"].unique().tolist() == [18]
    inside = found["lower"].le(found["ceiling"]) & found["upper"].ge(found["published"])
    assert inside.equals(found["reaches"])
    rows = found[found["force"] == "Gwent"]["computed"]
    gwent = forces.set_index("force").to_dict("index")["Gwent"]
    assert (gwent["lowest"], gwent["highest"]) == (rows.min(), rows.max())
    assert gwent["spread"] == pytest.approx(100 * (rows.max() - rows.min()) / 5100)
