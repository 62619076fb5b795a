"""Recorded crime: the rules that turn the official columns into the table, and each trap of the source."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.sources import tables
from replicate.sources.build.recorded_crime import (
    COLUMNS,
    offence_rows,
    read_2023_10,
    read_2026_04,
    tidy,
)
from replicate.vocabulary.errors import InputError

ROW = (
    "2023/24",
    4,
    "Kent",
    "Sexual grooming",
    "Sexual offences",
    "Other sexual offences",
    "88A",
    7,
)


def sheet(*changes: dict[str, object]) -> pd.DataFrame:
    """Write one row for each set of changes to `ROW`."""
    rows = [{**dict(zip(COLUMNS, ROW, strict=True)), **change} for change in changes]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def refused(frame: pd.DataFrame) -> str:
    with pytest.raises(InputError) as error:
        tidy(frame, vintage="2026-07")
    return str(error.value)


def test_columns_types_and_calendar_quarter() -> None:
    table = tidy(sheet({}), vintage="2026-07")
    assert table.to_dict("records") == [
        {
            "vintage": "2026-07",
            "quarter": "2024-Q1",
            "force": "Kent",
            "offence_code": "88A",
            "count": 7,
        }
    ]
    assert [str(dtype) for dtype in table.dtypes] == ["str", "str", "str", "str", "Int64"]


@pytest.mark.parametrize(
    ("quarter", "label"),
    [(1, "2023-Q2"), (2.0, "2023-Q3"), ("3", "2023-Q4"), ("4.0", "2024-Q1")],
    ids=["int", "float", "text", "text of a float"],
)
def test_financial_quarters_become_calendar_quarters(quarter: object, label: str) -> None:
    assert tidy(sheet({"Financial Quarter": quarter}), vintage="2026-07")["quarter"].tolist() == [
        label
    ]


def test_rows_are_ordered_by_quarter_force_and_code_whatever_the_order_of_the_sheets() -> None:
    frame = sheet(
        {"Offence Code": "71"},
        {"Offence Code": "19D"},
        {"Force Name": "Essex"},
        {"Financial Quarter": 1},
    )
    table = tidy(frame, vintage="2026-07")
    assert table[["quarter", "force", "offence_code"]].to_numpy().tolist() == [
        ["2023-Q2", "Kent", "88A"],
        ["2024-Q1", "Essex", "88A"],
        ["2024-Q1", "Kent", "19D"],
        ["2024-Q1", "Kent", "71"],
    ]


@given(st.permutations(range(6)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    frame = sheet(
        *(
            {"Offence Code": code, "Number of Offences": place}
            for place, code in enumerate(["1", "4.1", "4.10", "71", "88A", "AF"])
        )
    )
    pd.testing.assert_frame_equal(
        tidy(frame.iloc[order], vintage="2026-07"), tidy(frame, vintage="2026-07")
    )


def test_trap_float_noise_is_mended_and_corporate_manslaughter_stays_apart_from_manslaughter() -> (
    None
):
    frame = sheet(
        {"Offence Code": "37.200000000000003"},
        {"Offence Code": "4.10"},
        {"Offence Code": "4.1"},
        {"Offence Code": "4.5999999999999996"},
    )
    assert tidy(frame, vintage="2026-07")["offence_code"].tolist() == ["37.2", "4.1", "4.10", "4.6"]


def test_trap_codes_that_a_workbook_keeps_as_numbers() -> None:
    frame = sheet({"Offence Code": 71.0}, {"Offence Code": 37.2}, {"Offence Code": 86})
    assert tidy(frame, vintage="2026-07")["offence_code"].tolist() == ["37.2", "71", "86"]


@pytest.mark.parametrize("mark", ["N/a", "n/a", "N/A ", "..", "-", "x"])
def test_trap_a_cell_without_a_number_is_missing_and_not_zero(mark: str) -> None:
    table = tidy(
        sheet({"Number of Offences": mark}, {"Offence Code": "71", "Number of Offences": 0}),
        vintage="2026-07",
    )
    counts = table.set_index("offence_code")["count"]
    assert counts["71"] == 0
    assert counts["88A"] is pd.NA


@pytest.mark.parametrize(
    "cell", ["many", "1,234", "", None, float("nan"), "nan", 2.5, "inf"], ids=repr
)
def test_trap_any_other_cell_that_is_no_whole_number_is_refused_with_its_place(
    cell: object,
) -> None:
    frame = sheet({"Offence Code": "71"}, {"Number of Offences": cell})
    frame.index = pd.Index(["4 of sheet '2023_24'", "5 of sheet '2023_24'"])
    message = refused(frame)
    assert "a count that is not a whole number" in message
    assert "row 5 of sheet '2023_24'" in message
    assert repr(cell) in message


def test_trap_negative_cells_are_kept() -> None:
    table = tidy(
        sheet({"Number of Offences": -3}, {"Offence Code": "71", "Number of Offences": "-1"}),
        vintage="2026-07",
    )
    assert table["count"].tolist() == [-1, -3]


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("Cifas", "CIFAS"),
        ("Financial Fraud Action UK", "UK Finance"),
        ("Devon & Cornwall", "Devon and Cornwall"),
        ("City of London", "London, City of"),
        ("British Transport Police", "British Transport Police"),
    ],
)
def test_trap_names_that_vary_by_year_become_one(written: str, canonical: str) -> None:
    assert tidy(sheet({"Force Name": written}), vintage="2026-07")["force"].tolist() == [canonical]


def test_an_unknown_force_is_refused_with_the_nearest() -> None:
    message = refused(sheet({}, {"Force Name": "Kentt"}))
    assert "unknown force" in message
    assert "row 1" in message
    assert "did you mean 'Kent'?" in message


@pytest.mark.parametrize("name", COLUMNS)
def test_a_missing_column_is_refused_with_its_name(name: str) -> None:
    assert f"a column '{name}'" in refused(sheet({}).drop(columns=name))


def test_a_renamed_column_is_refused_with_the_nearest() -> None:
    assert "'Offence code' is the nearest column there" in refused(
        sheet({}).rename(columns={"Offence Code": "Offence code"})
    )


def test_a_column_with_nothing_near_it_is_refused_without_a_guess() -> None:
    message = refused(pd.DataFrame({"q": [1]}))
    assert "a missing column" in message
    assert "nearest" not in message


def test_the_same_key_twice_is_refused_even_when_only_mending_makes_it_the_same() -> None:
    message = refused(sheet({"Offence Code": "37.2"}, {"Offence Code": "37.200000000000003"}))
    assert "occur twice" in message
    assert "2024-Q1, Kent, 37.2" in message
    assert "row 1" in message


@pytest.mark.parametrize("quarter", [0, 5, None, "Q1"])
def test_a_quarter_that_is_none_is_refused(quarter: object) -> None:
    message = refused(sheet({}, {"Financial Quarter": quarter}, {"Financial Quarter": quarter}))
    assert "column 'Financial Quarter', row 1\n" in message
    assert "1, 2, 3 or 4" in message


@pytest.mark.parametrize("year", ["2023/25", "2023", None])
def test_a_financial_year_that_is_none_is_refused(year: object) -> None:
    message = refused(sheet({}, {"Financial Year": year}, {"Financial Year": year}))
    assert "not a financial year" in message
    assert "column 'Financial Year', row 1\n" in message


@pytest.mark.parametrize("code", ["", " ", "see note 3", "§1"])
def test_a_code_that_is_none_is_refused(code: str) -> None:
    message = refused(sheet({}, {"Offence Code": code}))
    assert "not an offence code" in message
    assert "column 'Offence Code', row 1\n" in message


def test_offence_rows_count_how_many_rows_say_the_same_and_take_out_spare_spaces() -> None:
    rows = offence_rows(
        sheet(
            {"Offence Description": "Residential burglary of\xa0unconnected building "},
            {"Force Name": "Essex"},
        ),
        vintage="2026-07",
    )
    assert rows[["code", "quarter", "description", "rows"]].to_numpy().tolist() == [
        ["88A", "2024-Q1", "Residential burglary of unconnected building", 1],
        ["88A", "2024-Q1", "Sexual grooming", 1],
    ]


def test_offence_rows_need_the_same_columns() -> None:
    with pytest.raises(InputError, match="a missing column"):
        offence_rows(sheet({}).drop(columns="Offence Group"), vintage="2026-07")


def test_the_held_copies_come_under_the_official_headings(source_data: Path) -> None:
    assert tuple(read_2023_10(source_data / "prc/prc_pfa_191023.parquet").columns) == COLUMNS
    assert set(read_2026_04(source_data / "prc/prc_pfa_230426.parquet").columns) == set(COLUMNS)


@pytest.mark.parametrize(
    ("vintage", "file", "count", "year", "quarter", "code"),
    [
        (
            "2023-10",
            "prc_pfa_191023",
            "Number.of.Offences",
            "Financial.Year",
            "Financial.Quarter",
            "Offence.Code",
        ),
        ("2026-04", "prc_pfa_230426", "n", "FY", "Financial Quarter", "Offence Code"),
    ],
)
def test_child_offences_of_2021_add_up_as_in_the_source_file_read_by_another_route(
    source_data: Path, vintage: str, file: str, count: str, year: str, quarter: str, code: str
) -> None:
    rows = pq.read_table(source_data / f"prc/{file}.parquet").to_pylist()
    quarters = {("2020/21", 4), ("2021/22", 1), ("2021/22", 2), ("2021/22", 3)}
    codes = {"17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A"}
    expected = sum(
        row[count] for row in rows if (row[year], row[quarter]) in quarters and row[code] in codes
    )
    table = tables.recorded_crime(vintage)
    assert (
        table.loc[
            table["quarter"].str.startswith("2021") & table["offence_code"].isin(codes), "count"
        ].sum()
        == expected
    )


def test_trap_both_releases_have_the_same_codes_once_mended(source_data: Path) -> None:
    """The raw sets differ by the noise alone: four codes of 2012/13 in the older copy."""
    raw_old = set(
        pq.read_table(source_data / "prc/prc_pfa_191023.parquet")["Offence.Code"].to_pylist()
    )
    raw_new = set(
        pq.read_table(source_data / "prc/prc_pfa_230426.parquet")["Offence Code"].to_pylist()
    )
    assert raw_old - raw_new == {
        "37.200000000000003",
        "4.4000000000000004",
        "4.5999999999999996",
        "4.9000000000000004",
    }
    old, new = (
        set(tables.recorded_crime(vintage)["offence_code"]) for vintage in ("2023-10", "2026-04")
    )
    assert old == new == raw_new
    assert {"4.1", "4.10"} <= new
