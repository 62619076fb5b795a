"""The offences table: titles, moves between subgroups, and what a reader must know of a code."""

import pandas as pd
import pytest

from replicate.sources import tables
from replicate.sources.build.offences import NOTES, build
from replicate.vocabulary.definitions import definitions

Row = tuple[str, str, str, str, int]


def said(*rows: Row) -> pd.DataFrame:
    """List what a release says: code, quarter, title, subgroup and in how many rows."""
    frame = pd.DataFrame(rows, columns=["code", "quarter", "description", "subgroup", "rows"])
    return frame.assign(group="Sexual offences")


def only(table: pd.DataFrame) -> dict[str, str]:
    (row,) = table.to_dict("records")
    return {str(name): value for name, value in row.items()}


def test_one_row_a_code_with_its_first_and_last_quarter_over_all_releases() -> None:
    old, new = (
        said(("90", "2012-Q2", "Knives", "Weapons", 44)),
        said(("90", "2013-Q1", "Knives", "Weapons", 44)),
    )
    row = only(build({"2026-04": new, "2023-10": old}))
    assert (row["first_quarter"], row["last_quarter"], row["note"]) == ("2012-Q2", "2013-Q1", "")


def test_the_latest_title_stands_and_an_earlier_one_goes_into_the_note() -> None:
    row = only(
        build(
            {
                "2026-04": said(
                    ("71", "2012-Q2", "Old", "Other", 44),
                    ("71", "2013-Q1", "Old", "Other", 44),
                    ("71", "2013-Q2", "New", "Other", 44),
                )
            }
        )
    )
    assert (row["description"], row["note"]) == ("New", "Titled 'Old' from 2012-Q2 to 2013-Q1.")


def test_a_word_that_only_an_older_release_has_is_given_as_that_releases() -> None:
    """A release may rename the whole past of a code: no span of quarters had the old word then."""
    old = said(("48", "2012-Q2", "Theft", "Theft of a motor vehicle", 44))
    new = said(
        ("48", "2012-Q2", "Theft", "Vehicle offences", 44),
        ("48", "2023-Q3", "Theft", "Vehicle offences", 44),
    )
    assert (
        only(build({"2023-10": old, "2026-04": new}))["note"]
        == "In the subgroup 'Theft of a motor vehicle' in the release of 2023-10."
    )


def test_capitals_and_spaces_make_no_change() -> None:
    row = only(
        build(
            {
                "2026-04": said(
                    ("AF", "2017-Q2", "Fraud", "Fraud: action fraud", 1),
                    ("AF", "2018-Q2", "Fraud ", "Fraud: Action Fraud", 1),
                )
            }
        )
    )
    assert row["note"] == ""


def test_a_note_of_the_houses_own_comes_first() -> None:
    row = only(
        build(
            {
                "2026-04": said(
                    ("86", "2012-Q2", "Old", "Misc", 44), ("86", "2013-Q2", "New", "Misc", 44)
                )
            }
        )
    )
    assert row["note"] == f"{NOTES['86']} Titled 'Old' from 2012-Q2 to 2012-Q2."


def test_trap_the_stray_title_threats_to_kill_does_not_reach_code_72() -> None:
    rows = said(
        ("72", "2014-Q2", "Trafficking for sexual exploitation", "Other", 43),
        ("72", "2014-Q2", "Threats to kill", "Other", 1),
    )
    row = only(build({"2026-04": rows}))
    assert (row["description"], row["note"]) == ("Trafficking for sexual exploitation", "")


@pytest.mark.parametrize("vintage", ["2023-10", "2026-04"])
def test_trap_the_stray_rows_count_stays_with_code_72(vintage: str) -> None:
    """The release of 2023-10 has Bedfordshire's 2014-Q2 row of code 72 under its own title with 1, and code 3B beside it with 16."""
    table = tables.recorded_crime(vintage)
    bedfordshire = table[
        (table["force"] == "Bedfordshire") & (table["quarter"] == "2014-Q2")
    ].set_index("offence_code")["count"]
    assert (bedfordshire["72"], bedfordshire["3B"]) == (1, 16)


def test_shipped_titles() -> None:
    titles = tables.offences().set_index("code")["description"]
    assert titles["72"] == "Trafficking for sexual exploitation"
    assert titles["3B"] == "Threats to kill"
    assert titles["4.1"] == "Manslaughter"
    assert titles["4.10"] == "Corporate manslaughter"
    assert titles["71"] == "Abuse of children through sexual exploitation"


def test_shipped_note_of_code_71_gives_the_title_it_had_until_march_2013() -> None:
    note = tables.offences().set_index("code")["note"]["71"]
    assert (
        note
        == "Titled 'Abuse of children through prostitution and pornography' from 2012-Q2 to 2013-Q1."
    )


def test_trap_codes_that_hide_children_or_hold_more_than_children_say_so() -> None:
    notes = tables.offences().set_index("code")["note"]
    assert all("aged 13 to 15" in notes[code] for code in ("17A", "20A"))
    assert all("Not child-only by title" in notes[code] for code in ("86", "23", "19J", "19K"))


def test_trap_88c_jumps_in_2024_and_its_note_says_so() -> None:
    table = tables.recorded_crime("2026-04")
    quarters = table[table["offence_code"] == "88C"].groupby("quarter")["count"].sum()
    assert quarters["2024-Q2"] > 10 * quarters["2023-Q4"]
    assert "first half of 2024" in tables.offences().set_index("code")["note"]["88C"]


def test_every_code_of_a_definition_is_an_offence_and_every_counted_code_too() -> None:
    codes = set(tables.offences()["code"])
    assert {code for definition in definitions().values() for code in definition.codes} <= codes
    assert set(tables.recorded_crime("2026-04")["offence_code"]) == codes
