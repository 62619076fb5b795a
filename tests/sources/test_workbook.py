"""Reading the Home Office's workbook, from real ODS files that the tests write."""

import datetime
import zipfile
from pathlib import Path

import pytest

from replicate.sources.build.recorded_crime import COLUMNS, tidy
from replicate.sources.workbook import HEADINGS_WITHIN, read_recorded_crime, require_workbook
from replicate.vocabulary.errors import InputError

from .ods_writer import Cell, Row, write_ods, year_sheet

GROOMING = (1, "Kent", "Sexual grooming", "88A", 12)


def refused(path: Path) -> str:
    with pytest.raises(InputError) as error:
        read_recorded_crime(path)
    return str(error.value)


@pytest.mark.parametrize(
    "names", [("2012-13", "2013-14"), ("2012_13", "2013_14")], ids=["to October 2023", "since 2024"]
)
def test_every_sheet_of_a_year_is_read_and_no_other(tmp_path: Path, names: tuple[str, str]) -> None:
    first = year_sheet("2012/13", GROOMING, (4, "London, City of", "Sexual grooming", "88A", "N/a"))
    second = year_sheet("2013/14", (2, "Kent", "Rape of a female child under 13", "19E", -1))
    path = write_ods(
        tmp_path / "prc.ods",
        {
            "Cover_sheet": [["Police recorded crime"]],
            names[0]: first,
            names[1]: second,
            "Notes": [["2012-13"]],
        },
    )
    frame = read_recorded_crime(path)
    assert tuple(frame.columns) == COLUMNS
    assert frame["Number of Offences"].tolist() == [12, "N/a", -1]
    assert frame["Financial Year"].tolist() == ["2012/13", "2012/13", "2013/14"]
    assert frame.index.tolist() == [
        f"2 of sheet '{names[0]}'",
        f"3 of sheet '{names[0]}'",
        f"2 of sheet '{names[1]}'",
    ]


def test_headings_may_stand_below_a_title_and_rows_keep_the_numbers_a_spreadsheet_shows(
    tmp_path: Path,
) -> None:
    rows: list[list[Cell]] = [
        ["Police recorded crime"],
        [None],
        *year_sheet("2012/13", GROOMING),
        [None],
        ["2012/13", *GROOMING[:2]],
    ]
    frame = read_recorded_crime(write_ods(tmp_path / "prc.ods", {"2012_13": rows}))
    assert frame.index.tolist() == ["4 of sheet '2012_13'", "6 of sheet '2012_13'"]


def test_headings_are_known_in_any_order_case_and_spacing(tmp_path: Path) -> None:
    backwards = [row[::-1] for row in year_sheet("2012/13", GROOMING)]
    backwards[0][0] = "number  of offences "
    frame = read_recorded_crime(write_ods(tmp_path / "prc.ods", {"2012_13": backwards}))
    assert frame.iloc[0].tolist() == [
        "2012/13",
        1,
        "Kent",
        "Sexual grooming",
        "A group",
        "A subgroup",
        "88A",
        12,
    ]


def test_stray_headings_beside_the_table_are_left_out(tmp_path: Path) -> None:
    """The 2013/14 sheet of the release of 23 April 2026 repeats three headings to the right of the table."""
    rows = year_sheet("2013/14", GROOMING)
    rows[0] += ["Offence Group", "Offence Subgroup", "Offence Code"]
    rows[1] += ["left over", "left over", "99Z"]
    frame = read_recorded_crime(write_ods(tmp_path / "prc.ods", {"2013_14": rows}))
    assert frame[["Offence Group", "Offence Code"]].to_numpy().tolist() == [["A group", "88A"]]


@pytest.mark.parametrize(
    ("cell", "title", "code"),
    [
        ("17B", "Sexual assault on a male child under 13", "17B"),
        (71, "Abuse of children through sexual exploitation", "71"),
        (37.2, "Aggravated vehicle taking", "37.2"),
        ("37.200000000000003", "Aggravated vehicle taking", "37.2"),
        ("4.10", "Corporate manslaughter", "4.10"),
        ("4.1", "Manslaughter", "4.1"),
        (4.1, "Manslaughter", "4.1"),
        (4.1, "Corporate  Manslaughter", "4.10"),
        ("4.0999999999999996", "Corporate manslaughter", "4.10"),
        ("1/4.1/4.10/4.2", "Homicide", "1/4.1/4.10/4.2"),
    ],
)
def test_codes_are_text_and_numbers_are_settled_by_the_title(
    tmp_path: Path, cell: Cell, title: str, code: str
) -> None:
    frame = read_recorded_crime(
        write_ods(
            tmp_path / "prc.ods", {"2012_13": year_sheet("2012/13", (1, "Kent", title, cell, 0))}
        )
    )
    assert frame["Offence Code"].tolist() == [code]


def test_a_number_that_could_be_two_codes_is_refused_when_the_title_does_not_settle_it(
    tmp_path: Path,
) -> None:
    message = refused(
        write_ods(
            tmp_path / "prc.ods",
            {"2012_13": year_sheet("2012/13", GROOMING, (1, "Kent", "Homicide", 4.1, 0))},
        )
    )
    assert "could be two offence codes" in message
    assert "row 3 of sheet '2012_13'" in message
    assert "4.1 (manslaughter) or 4.10 (corporate manslaughter)" in message


def test_a_code_that_a_spreadsheet_took_for_a_date_is_refused(tmp_path: Path) -> None:
    path = write_ods(
        tmp_path / "prc.ods",
        {
            "2012_13": year_sheet(
                "2012/13", (1, "Kent", "Manslaughter", datetime.date(2012, 1, 4), 0)
            )
        },
    )
    assert "neither text nor a number" in refused(path)


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


def test_a_truncated_workbook_is_refused(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "prc.ods", {"2012_13": year_sheet("2012/13", GROOMING)})
    path.write_bytes(path.read_bytes()[:-100])
    assert "a truncated or damaged workbook" in refused(path)


def test_a_workbook_with_a_changed_byte_is_refused(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "prc.ods", {"2012_13": year_sheet("2012/13", GROOMING)})
    whole = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        content = archive.getinfo("content.xml")
    whole[content.header_offset + 30 + len("content.xml") + content.compress_size // 2] ^= 0xFF
    path.write_bytes(whole)
    assert "a truncated or damaged workbook" in refused(path)


def test_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "prc.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "not a workbook")
    assert "a truncated or damaged workbook" in refused(path)


def test_a_workbook_without_years_is_refused(tmp_path: Path) -> None:
    message = refused(
        write_ods(tmp_path / "prc.ods", {"Cover_sheet": [["x"]], "Year 2012": [["x"]]})
    )
    assert "without a sheet of a financial year" in message
    assert "Year 2012" in message


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


def test_a_new_layout_is_refused(tmp_path: Path) -> None:
    """Forces as columns; headings too far down to be headings; an empty sheet."""
    wide: list[list[Cell]] = [["Offence Code", "Kent", "Essex"], ["88A", 12, 3]]
    note: list[Cell] = ["A note"]
    low = [*[note] * HEADINGS_WITHIN, *year_sheet("2012/13", GROOMING)]
    for rows in (wide, low, []):
        message = refused(write_ods(tmp_path / "prc.ods", {"2012_13": rows}))
        assert "without a row of headings" in message
        assert "sheet '2012_13'" in message


def test_a_row_of_another_year_than_its_sheet_is_refused(tmp_path: Path) -> None:
    message = refused(
        write_ods(
            tmp_path / "prc.ods",
            {"2012_13": year_sheet("2012/13", GROOMING) + year_sheet("2013/14", GROOMING)[1:]},
        )
    )
    assert "another financial year" in message
    assert "row 3 of sheet '2012_13', column 'Financial Year'" in message


def test_a_count_that_is_not_a_number_is_missing_and_not_zero(tmp_path: Path) -> None:
    path = write_ods(
        tmp_path / "prc.ods",
        {"2012_13": year_sheet("2012/13", GROOMING, (2, "Kent", "Sexual grooming", "88A", "N/a"))},
    )
    table = tidy(read_recorded_crime(path), vintage="2026-07")
    assert table["count"].isna().tolist() == [False, True]
    assert table["quarter"].tolist() == ["2012-Q2", "2012-Q3"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((2, "Kent", "Sexual grooming", "88A", "about ten"), ["not a whole number", "'about ten'"]),
        ((2, "Kent", "Sexual grooming", "88A", None), ["not a whole number"]),
        ((2, "Kentt", "Sexual grooming", "88A", 1), ["unknown force", "did you mean 'Kent'?"]),
        (GROOMING, ["occur twice", "2012-Q2, Kent, 88A"]),
    ],
    ids=["count in words", "empty count", "unknown force", "duplicate key"],
)
def test_what_the_builder_refuses_names_sheet_and_row(
    tmp_path: Path, row: Row, words: list[str]
) -> None:
    frame = read_recorded_crime(
        write_ods(tmp_path / "prc.ods", {"2012_13": year_sheet("2012/13", GROOMING, row)})
    )
    with pytest.raises(InputError) as error:
        tidy(frame, vintage="2026-07")
    for word in [*words, "row 3 of sheet '2012_13'"]:
        assert word in str(error.value)
