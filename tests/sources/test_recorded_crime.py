"""Recorded crime: from real ODS workbooks that the tests write to the table, trap by trap."""

import datetime
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replicate.sources import tables
from replicate.sources.build.recorded_crime import (
    COLUMNS,
    HEADINGS_WITHIN,
    TABLE,
    offences,
    read,
    read_workbook,
    require_workbook,
    tidy,
)
from replicate.vocabulary.definitions import definitions
from replicate.vocabulary.errors import InputError

from .ods_writer import Cell, Row, write_ods, year_sheet

GROOMING: Row = (1, "Kent", "Sexual grooming", "88A", 12)


def sheet(folder: Path, *rows: Row) -> Path:
    """Write a workbook of one sheet, its first row of numbers on row 2."""
    return write_ods(folder / "prc.ods", {"2012_13": year_sheet("2012/13", *rows)})


def table(path: Path) -> pd.DataFrame:
    return tidy(read_workbook(path), vintage="2026-07", where=str(path))


def refused(path: Path) -> str:
    with pytest.raises(InputError) as error:
        table(path)
    return str(error.value)


def test_columns_types_order_and_calendar_quarters(tmp_path: Path) -> None:
    rows: list[Row] = [
        (4, "Kent", "Abuse", 71, 3),
        ("4.0", "Kent", "Incest", "19D", "5"),
        (4.0, "Essex", "Incest", "19D", -2),
        ("1", "London, City of", "Sexual grooming ", "88A", "N/a"),
    ]
    made = table(sheet(tmp_path, *rows))
    assert [str(dtype) for dtype in made[TABLE].dtypes] == ["str", "str", "str", "str", "Int64"]
    assert made.fillna({"count": 99})[TABLE].to_numpy().tolist() == [
        ["2026-07", "2012-Q2", "London, City of", "88A", 99],
        ["2026-07", "2013-Q1", "Essex", "19D", -2],
        ["2026-07", "2013-Q1", "Kent", "19D", 5],
        ["2026-07", "2013-Q1", "Kent", "71", 3],
    ]
    assert made["description"].tolist() == ["Sexual grooming", "Incest", "Incest", "Abuse"]


@settings(max_examples=20)
@given(st.permutations(range(6)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    codes = ["1", "4.1", "4.10", "71", "88A", "AF"]
    rows = [["2023/24", 4, "Kent", "A", "B", "C", code, n] for n, code in enumerate(codes)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    shuffled = tidy(frame.iloc[order], vintage="2026-07", where="a")
    pd.testing.assert_frame_equal(shuffled, tidy(frame, vintage="2026-07", where="a"))


MENDED: list[tuple[Cell, str, str]] = [
    ("17B", "Assault", "17B"),
    ("17b", "Assault", "17B"),
    (" 19j\xa0", "Rape", "19J"),
    ("17\u202fB", "Assault", "17B"),
    ("088A", "Sexual grooming", "88A"),
    ("71\u200b", "Abuse", "71"),
    ("71.0", "Abuse", "71"),
    (71, "Abuse", "71"),
    (71.0, "Abuse", "71"),
    (37.2, "Vehicle taking", "37.2"),
    ("37.200000000000003", "Vehicle taking", "37.2"),
    ("4.10", "Corporate manslaughter", "4.10"),
    ("4.1", "Manslaughter", "4.1"),
    (4.1, "Manslaughter", "4.1"),
    (4.1, "Corporate  Manslaughter", "4.10"),
    ("4.0999999999999996", "Corporate manslaughter", "4.10"),
    ("1/4.1/4.10/4.2", "Homicide", "1/4.1/4.10/4.2"),
    ("af", "Action Fraud", "AF"),
    ("UK  finance", "Fraud", "UK Finance"),
    ("88F", "An offence of a later release", "88F"),
]


@pytest.mark.parametrize(("cell", "title", "code"), MENDED, ids=repr)
def test_trap_a_code_written_in_another_way_is_mended(
    tmp_path: Path, cell: Cell, title: str, code: str
) -> None:
    made = table(sheet(tmp_path, (1, "Kent", title, cell, 0)))
    assert made["offence_code"].tolist() == [code]


@pytest.mark.parametrize(
    "cell",
    [
        *("Total", "Sub-total", "All", "nan", "None", "see note 3", "Source: Home Office", "§1"),
        *("71,0", "17B;71", "71²", "１７", "37.20", "2024", "17BB", "-5", "0", " ", None),
        datetime.date(2012, 1, 4),
    ],
    ids=repr,
)
def test_trap_what_is_no_code_is_refused_with_sheet_and_row(tmp_path: Path, cell: Cell) -> None:
    message = refused(sheet(tmp_path, GROOMING, (2, "Kent", "Sexual offences", cell, 0)))
    assert "not an offence code" in message
    assert "prc.ods, row 3 of sheet '2012_13', column 'Offence Code'" in message
    assert "a code such as '17B' or '71'" in message


def test_a_number_that_could_be_two_codes_is_refused_without_its_title(tmp_path: Path) -> None:
    message = refused(sheet(tmp_path, GROOMING, (1, "Kent", "Homicide", 4.1, 0)))
    assert "could be two offence codes" in message
    assert "row 3 of sheet '2012_13'" in message
    assert "4.1 (manslaughter) or 4.10 (corporate manslaughter)" in message


@pytest.mark.parametrize(
    "row",
    [
        ["Note: figures are provisional"],
        ["Total", None, None, None, None, None, None, 12],
        ["2012/13", "Total", "Kent", "Total", "Sexual offences", None, "88A", 12],
        ["2012/13", 1, "England and Wales", "Sexual grooming", "A", "B", "88A", 12],
    ],
    ids=["footnote", "total", "total of a year", "national row"],
)
def test_a_row_that_is_no_record_is_refused_with_its_place(tmp_path: Path, row: list[Cell]) -> None:
    rows = [*year_sheet("2012/13", GROOMING), row]
    assert "row 3 of sheet '2012_13'" in refused(write_ods(tmp_path / "a.ods", {"2012_13": rows}))


@pytest.mark.parametrize("mark", ["N/a", "n/a", "N/A ", "..", "-", "x"])
def test_trap_a_cell_without_a_number_is_missing_and_not_zero(tmp_path: Path, mark: str) -> None:
    made = table(sheet(tmp_path, (*GROOMING[:4], mark), (1, "Kent", "Abuse", "71", 0)))
    assert made["count"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        *(
            ((2, *GROOMING[1:4], cell), ["a count that is not a whole number"])
            for cell in ("many", "1,234", "", None, "nan", 2.5, "inf", datetime.date(2012, 1, 4))
        ),
        ((2, "Knet", *GROOMING[2:]), ["unknown force", "did you mean 'Kent'?"]),
        ((5, *GROOMING[1:]), ["not a financial quarter", "'2012/13 5.0'", "1, 2, 3 or 4"]),
        ((None, *GROOMING[1:]), ["not a financial quarter"]),
        ((1, "kent police", "Another title", "88a", 1), ["occur twice", "2012-Q2, Kent, 88A"]),
    ],
    ids=repr,
)
def test_a_cell_that_can_not_be_read_is_refused_with_sheet_and_row(
    tmp_path: Path, row: Row, said: list[str]
) -> None:
    message = refused(sheet(tmp_path, GROOMING, row))
    for words in [*said, "row 3 of sheet '2012_13'"]:
        assert words in message


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("Cifas", "CIFAS"),
        ("Financial Fraud Action UK", "UK Finance"),
        ("Devon & Cornwall", "Devon and Cornwall"),
        ("City of London", "London, City of"),
    ],
)
def test_trap_names_that_vary_by_year_become_one(
    tmp_path: Path, written: str, canonical: str
) -> None:
    assert table(sheet(tmp_path, (1, written, *GROOMING[2:])))["force"].tolist() == [canonical]


@pytest.mark.parametrize("sign", ["-", "_"], ids=["to October 2023", "since 2024"])
def test_every_sheet_of_a_year_is_read_and_no_other(tmp_path: Path, sign: str) -> None:
    sheets: dict[str, list[list[Cell]]] = {
        "Cover_sheet": [["Police recorded crime"]],
        f"2012{sign}13": year_sheet("2012/13", GROOMING),
        f"2013{sign}14": [["A title"], *year_sheet("2013/14", GROOMING), [None], ["2013/14", 2]],
        "Notes": [["2012-13"]],
    }
    frame = read_workbook(write_ods(tmp_path / "prc.ods", sheets))
    assert tuple(frame.columns) == COLUMNS
    assert frame["Financial Year"].tolist() == ["2012/13", "2013/14", "2013/14"]
    rows = [("2", f"2012{sign}13"), ("3", f"2013{sign}14"), ("5", f"2013{sign}14")]
    assert frame.index.tolist() == [f"{row} of sheet '{name}'" for row, name in rows]


def test_headings_are_known_in_any_order_case_and_spacing_and_strays_are_left_out(
    tmp_path: Path,
) -> None:
    """The 2013/14 sheet of the release of 23 April 2026 repeats three headings to the right."""
    rows = [row[::-1] for row in year_sheet("2013/14", GROOMING)]
    rows[0][0] = "number  of offences "
    rows[0] += ["Offence Group", "Offence Code"]
    rows[1] += ["left over", "99Z"]
    frame = read_workbook(write_ods(tmp_path / "prc.ods", {"2013_14": rows}))
    expected = ["2013/14", 1, "Kent", "Sexual grooming", "A group", "A subgroup", "88A", 12]
    assert frame.iloc[0].tolist() == expected


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"<!DOCTYPE html><title>Page not found</title>", "an HTML page instead of a workbook"),
        (b"\xef\xbb\xbf\r\n <html>", "an HTML page instead of a workbook"),
        (b"", "a file that is not a workbook"),
        (b"Financial Year,Financial Quarter", "a file that is not a workbook"),
        (b"PK\x03\x04 and no more", "a truncated or damaged workbook"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "prc.ods"
    path.write_bytes(content)
    with pytest.raises(InputError, match=what) as error:
        require_workbook(path)
    assert "prc.ods" in str(error.value)


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    """Its end cut off; one byte changed; a zip file of something else."""
    path = sheet(tmp_path, GROOMING)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        inside = archive.getinfo("content.xml")
    place = inside.header_offset + 30 + len("content.xml") + inside.compress_size // 2
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme.txt", "not a workbook")
    changed = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
    for content in (whole[:-100], changed, other.read_bytes()):
        path.write_bytes(content)
        assert "a truncated or damaged workbook" in refused(path)


def test_a_workbook_of_another_layout_is_refused(tmp_path: Path) -> None:
    """No sheet of a year; forces as columns; headings too far down; an empty sheet."""
    message = refused(write_ods(tmp_path / "a.ods", {"Year 2012": [["x"]]}))
    assert "without a sheet of a financial year" in message
    assert "Year 2012" in message
    wide: list[list[Cell]] = [["Offence Code", "Kent", "Essex"], ["88A", 12, 3]]
    note: list[Cell] = ["A note"]
    low = [*[note] * HEADINGS_WITHIN, *year_sheet("2012/13", GROOMING)]
    for rows in (wide, low, []):
        message = refused(write_ods(tmp_path / "a.ods", {"2012_13": rows}))
        assert "without a row of headings" in message
        assert "sheet '2012_13'" in message


@pytest.mark.parametrize("rename", ["Force", None], ids=["renamed", "missing"])
def test_a_renamed_or_missing_column_is_refused_with_sheet_row_and_nearest(
    tmp_path: Path, rename: str | None
) -> None:
    rows = year_sheet("2012/13", GROOMING)
    rows[0][2] = rename
    message = refused(write_ods(tmp_path / "prc.ods", {"2012_13": [["A title"], *rows]}))
    assert "a missing column" in message
    assert "sheet '2012_13', row 2" in message
    assert "a column 'Force Name'" in message
    assert ("'Force' is the nearest" in message) == (rename == "Force")


def test_a_row_of_another_year_than_its_sheet_is_refused(tmp_path: Path) -> None:
    rows = year_sheet("2012/13", GROOMING) + year_sheet("2013/14", GROOMING)[1:]
    message = refused(write_ods(tmp_path / "prc.ods", {"2012_13": rows}))
    assert "another financial year" in message
    assert "row 3 of sheet '2012_13', column 'Financial Year'" in message


def test_a_release_must_cover_its_quarters(tmp_path: Path) -> None:
    """One to June 2012 appeared in October 2012, the quarter after the next."""
    path = sheet(tmp_path, GROOMING)
    assert len(read(path, "2012-10")) == 1
    with pytest.raises(InputError, match="does not cover its quarters") as error:
        read(path, "2013-01")
    assert "every quarter to 2012-Q3" in str(error.value)


def release(vintage: str, *rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """List what a release says, a row each: code, quarter, title and subgroup."""
    frame = pd.DataFrame(rows, columns=["offence_code", "quarter", "description", "subgroup"])
    return frame.assign(vintage=vintage, group="Sexual offences")


OLD = ("71", "2012-Q2", "Old", "Other")
NEW = ("71", "2013-Q2", "New", "Other")
HOUSE = tables.offences().set_index("code")["note"]["23"]


@pytest.mark.parametrize(
    ("older", "newer", "title", "note"),
    [
        ([("90", "2012-Q2", "A", "B")], [("90", "2013-Q1", " a", "B")], " a", ""),
        ([], [OLD, OLD, NEW], "New", "Titled 'Old' from 2012-Q2 to 2012-Q2."),
        (
            [OLD],
            [("71", "2012-Q2", "Old", "X")],
            "Old",
            "In the subgroup 'Other' in the release of 2023-10.",
        ),
        ([], [OLD, OLD, ("71", "2012-Q2", "Threats to kill", "Other")], "Old", ""),
        (
            [],
            [("23", "2012-Q2", "Old", "B"), ("23", "2012-Q3", "A", "B")],
            "A",
            f"{HOUSE} Titled 'Old' from 2012-Q2 to 2012-Q2.",
        ),
    ],
    ids=[
        "capitals and spaces",
        "new title",
        "past renamed",
        "stray title",
        "the house's own first",
    ],
)
def test_the_latest_title_stands_and_others_go_into_the_note(
    older: list[tuple[str, str, str, str]],
    newer: list[tuple[str, str, str, str]],
    title: str,
    note: str,
) -> None:
    releases = {"2026-04": release("2026-04", *newer), "2023-10": release("2023-10", *older)}
    (row,) = offences(releases).to_dict("records")
    assert (row["description"], row["note"]) == (title, note)
    quarters = [quarter for _, quarter, *_ in [*older, *newer]]
    assert (row["first_quarter"], row["last_quarter"]) == (min(quarters), max(quarters))


def test_shipped_titles_and_notes() -> None:
    table = tables.offences().set_index("code")
    titles, notes = table["description"], table["note"]
    assert (titles["72"], titles["3B"]) == (
        "Trafficking for sexual exploitation",
        "Threats to kill",
    )
    assert (titles["4.1"], titles["4.10"]) == ("Manslaughter", "Corporate manslaughter")
    old = "Abuse of children through prostitution and pornography"
    assert notes["71"] == f"Titled '{old}' from 2012-Q2 to 2013-Q1."
    assert all("aged 13 to 15" in notes[code] for code in ("17A", "20A"))
    assert all("Not child-only by title" in notes[code] for code in ("86", "23", "19J", "19K"))
    assert "first half of 2024" in notes["88C"]


def test_trap_88c_jumps_in_2024(newest: str) -> None:
    crime = tables.recorded_crime(newest)
    quarters = crime[crime["offence_code"] == "88C"].groupby("quarter")["count"].sum()
    assert quarters["2024-Q2"] > 10 * quarters["2023-Q4"]


@pytest.mark.parametrize("vintage", tables.vintages())
def test_trap_the_stray_rows_count_stays_with_code_72(vintage: str) -> None:
    """Bedfordshire's 2014-Q2 has 1 under code 72, and 16 under 3B, "Threats to kill"."""
    crime = tables.recorded_crime(vintage)
    place = (crime["force"] == "Bedfordshire") & (crime["quarter"] == "2014-Q2")
    counts = crime[place].set_index("offence_code")["count"]
    assert (counts["72"], counts["3B"]) == (1, 16)


def test_every_code_of_a_definition_is_an_offence_and_every_counted_code_too(newest: str) -> None:
    codes = set(tables.offences()["code"])
    assert {code for definition in definitions().values() for code in definition.codes} <= codes
    assert set(tables.recorded_crime(newest)["offence_code"]) == codes


COPIES = {
    "2023-10": ("prc_pfa_191023", "Number.of.Offences", "Financial.Year", "Financial.Quarter", "."),
    "2026-04": ("prc_pfa_230426", "n", "FY", "Financial Quarter", " "),
}


@pytest.mark.parametrize("vintage", COPIES)
def test_child_offences_of_2021_add_up_as_in_the_source_file_read_by_another_route(
    source_data: Path, vintage: str
) -> None:
    file, count, year, quarter, sign = COPIES[vintage]
    code = f"Offence{sign}Code"
    rows = pq.read_table(source_data / f"prc/{file}.parquet", columns=[count, year, quarter, code])
    quarters = {("2020/21", 4), ("2021/22", 1), ("2021/22", 2), ("2021/22", 3)}
    codes = {"17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A"}
    cells = zip(*(rows[name].to_pylist() for name in (count, year, quarter, code)), strict=True)
    expected = sum(n for n, y, q, c in cells if c in codes and (y, q) in quarters)
    crime = tables.recorded_crime(vintage)
    kept = crime["quarter"].str.startswith("2021") & crime["offence_code"].isin(codes)
    assert crime.loc[kept, "count"].sum() == expected
