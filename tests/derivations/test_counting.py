"""Counts as a person asks for them, and their revisions, against Arrow alone; what is refused."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from replicate.derivations import counting
from replicate.derivations.counting import (
    REVISIONS_SEEN_IN,
    Specification,
    bodies,
    count,
    evidence,
    forces_of,
    group_of_code,
    group_revisions,
    listed,
    reasons,
    revision_band,
    revisions_by_code,
    specifications,
)
from replicate.sources import tables
from replicate.vocabulary.definitions import custom_definition, definitions, find_definition
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import BTP, FORCES, TERRITORIAL
from replicate.vocabulary.periods import Period

Counter = Callable[..., int]

ELEVEN = ("17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A")
"""The codes that the Home Office's written answer of 11 March 2016 (question 30374) lists as child sexual offences."""

QUARTERS = {
    "2024": ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"],
    "2021/22": ["2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1"],
    "YE 2021-09": ["2020-Q4", "2021-Q1", "2021-Q2", "2021-Q3"],
    "2024-Q1": ["2024-Q1"],
}


@pytest.mark.parametrize(
    ("period", "vintage"),
    [
        ("2024", "2026-04"),
        ("2021/22", "2026-04"),
        ("2021/22", "2023-10"),
        ("YE 2021-09", "2023-10"),
    ],
)
def test_a_count_is_the_sum_of_the_cells_of_its_codes_and_quarters(
    arrow: Counter, period: str, vintage: str
) -> None:
    found = count(find_definition("child_specific"), Period.parse(period), vintage=vintage)
    assert found.count == arrow(vintage, ELEVEN, QUARTERS[period])
    assert found.count > 10_000
    assert (found.missing_cells, found.vintage, found.forces) == (0, vintage, FORCES)


def test_forces_and_british_transport_police_are_left_out_or_in(arrow: Counter) -> None:
    codes, period = custom_definition(("71", "86")), Period.parse("2024")
    assert count(codes, period, forces=["kent", "Essex Police"]).count == arrow(
        "2026-04", ["71", "86"], QUARTERS["2024"], forces=["Kent", "Essex"]
    )
    assert count(codes, period, exclude_btp=True).count == arrow(
        "2026-04", ["71", "86"], QUARTERS["2024"], but=[BTP]
    )


@pytest.mark.parametrize("name", ["all_crime", "violence", "sexual_offences"])
def test_a_whole_group_leaves_british_transport_police_out(arrow: Counter, name: str) -> None:
    found = count(find_definition(name), Period.parse("2024"))
    codes = find_definition(name).codes
    assert found.count == arrow("2026-04", codes, QUARTERS["2024"], forces=TERRITORIAL)
    assert found.forces == tuple(force for force in FORCES if force in TERRITORIAL)


@pytest.mark.parametrize("by", ["force", "code", "quarter"])
def test_the_rows_of_a_breakdown_add_up_to_the_count(by: str) -> None:
    found = count(find_definition("child_contact"), Period.parse("2024"), by=by)  # type: ignore[arg-type]
    assert list(found.rows.columns) == [by, "count", "missing_cells"]
    assert found.rows["count"].sum() == found.count
    assert found.rows[by].is_unique


def test_the_json_of_a_count_has_all_that_is_needed_to_repeat_it() -> None:
    found = count(
        find_definition("child_exploitation"),
        Period.parse("2024"),
        vintage="2026-04",
        forces=["Kent"],
    ).as_json()
    rows = found.pop("rows")
    assert isinstance(rows, list)
    assert [row["quarter"] for row in rows] == QUARTERS["2024"]
    assert sum(row["count"] for row in rows) == found.pop("count")
    assert found == {
        "definition": "child_exploitation",
        "codes": ["71"],
        "period": "2024",
        "vintage": "2026-04",
        "forces": ["Kent"],
        "missing_cells": 0,
    }


def test_a_sum_of_cells_without_a_number_is_none_in_json(monkeypatch: pytest.MonkeyPatch) -> None:
    quarter = {"quarter": "2024-Q1", "force": ["Kent", "Essex"], "offence_code": "71"}
    held = pd.DataFrame(quarter | {"count": pd.array([3, None], "Int64")})
    monkeypatch.setattr(counting, "cells", lambda *_, **__: held)
    found = count(custom_definition(("71",)), Period.parse("2024-Q1"), by="force")
    assert (found.count, found.missing_cells) == (3, 1)
    assert found.as_json()["rows"] == [
        {"force": "Essex", "count": None, "missing_cells": 1},
        {"force": "Kent", "count": 3, "missing_cells": 0},
    ]


def test_bodies_come_in_the_vocabularys_order_and_once() -> None:
    assert bodies() == FORCES
    assert bodies(["Wiltshire", "BTP", "Kent", "kent police"]) == ("Kent", "Wiltshire", BTP)
    assert bodies(["Wiltshire", "BTP"], exclude_btp=True) == ("Wiltshire",)


def test_a_territory_with_no_force_left_is_refused() -> None:
    with pytest.raises(InputError, match="no force is left to count"):
        bodies([BTP], exclude_btp=True)


APRIL = {"vintage": "2026-04"}
REFUSED = [
    ({"codes": ("17B", "19DD")}, "did you mean '19D'", "codes"),
    ({"forces": ["Kentt"]}, "did you mean 'Kent'", "--force"),
    ({"vintage": "2023-11"}, "did you mean '2023-10'", "vintage"),
    (
        {"period": "2025/26", **APRIL},
        "the last whole quarter of vintage 2026-04 is 2025-Q4",
        "period",
    ),
    (
        {"period": "2012", **APRIL},
        "the first whole quarter of vintage 2026-04 is 2012-Q2",
        "period",
    ),
    (
        {"period": "2023", "vintage": "2023-10"},
        "the last whole quarter of vintage 2023-10 is 2023-Q2",
        "period",
    ),
    (
        {"period": "2010..2030", **APRIL},
        "the last whole quarter of vintage 2026-04 is 2025-Q4",
        "period",
    ),
]


@pytest.mark.parametrize(("asked", "hint", "where"), REFUSED)
def test_what_can_not_be_counted_is_refused_with_what_could(
    asked: dict[str, object], hint: str, where: str
) -> None:
    given = {"codes": ("71",), "period": "2024", "vintage": "latest", "forces": ()} | asked
    definition, period = custom_definition(given.pop("codes")), Period.parse(given.pop("period"))  # type: ignore[arg-type]
    with pytest.raises(InputError, match=hint) as error:
        count(definition, period, **given)  # type: ignore[arg-type]
    assert error.value.where == where


def test_a_code_that_one_release_does_not_have_has_no_count_in_it() -> None:
    """Controlling and coercive behaviour (8U) has no rows before July 2019: a sum of no cells is unknown, not zero."""
    with pytest.raises(InputError, match="no number is published"):
        count(custom_definition(("8U",)), Period.parse("2013"))


def test_counting_by_hand_from_the_publishers_own_file(raw: pd.DataFrame) -> None:
    """The year 2024 is the last quarter of 2023/24 and the first three of 2024/25, Kent, code 86."""
    year = ((raw["year"] == "2023/24") & (raw["quarter"] == 4)) | (
        (raw["year"] == "2024/25") & (raw["quarter"] < 4)
    )
    cells = raw[year & (raw["Force"] == "Kent") & (raw["Offence Code"] == "86")]
    assert len(cells) == 4
    assert (
        count(
            find_definition("images"), Period.parse("2024"), vintage="2026-04", forces=["Kent"]
        ).count
        == cells["n"].sum()
    )


# Every way of counting that a published figure could mean.


def test_every_combination_that_a_vintage_wholly_covers_is_listed_once_and_nothing_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(counting, "cells")
    found = specifications(["2024", "2021/22"], ["images", "child_contact"])
    releases = [("2024", "2026-04"), ("2021/22", "2026-04"), ("2021/22", "2023-10")]
    assert sorted(listed(found).itertuples(index=False, name=None)) == sorted(
        (name, period, territory, vintage)
        for name, (period, vintage), territory in product(
            ["images", "child_contact"], releases, ["all", "without_btp"]
        )
    )


def test_a_reader_may_add_a_definition_and_a_wrong_name_is_refused() -> None:
    own = custom_definition(("71", "86"), name="mine")
    found = specifications(["2018"], [own], territories=["all"])
    assert set(listed(found)["definition"]) == {"mine"}
    tried = listed(specifications(["2024"], territories=["all"]))["definition"]
    assert tried.tolist() == list(reasons()["definitions"])
    with pytest.raises(InputError, match="did you mean 'child_contact'"):
        specifications(["2024"], ["child_contacts"])


def test_every_reason_is_a_sentence_and_every_choice_exists() -> None:
    why = dict(reasons())
    assert set(why.pop("fixed_in")) == set(why)
    assert all(reason.endswith(".") for part in why.values() for reason in part.values())
    assert set(why["definitions"]) <= set(definitions())
    assert set(why["vintages"]) == set(tables.vintages())
    assert all(Period.parse(period).label == period for period in why["periods"])


def test_territories_add_up() -> None:
    assert forces_of("all") == FORCES
    assert set(FORCES) - set(forces_of("without_btp")) == {BTP}
    assert set(forces_of("Wales")) == {"Dyfed-Powys", "Gwent", "North Wales", "South Wales"}
    both, period = find_definition("images_and_grooming"), Period.parse("2021/22")
    england, wales, whole = (
        Specification(both, period, name, "2026-04") for name in ("England", "Wales", "without_btp")
    )
    assert england.total() + wales.total() == whole.total()
    images, grooming = (whole.within([code, "71"]).total() for code in ("86", "88A"))
    assert images + grooming == whole.total()


# The revisions that figures are judged by.

YEAR = Period.parse("2024")


def test_a_revision_by_code_is_of_the_same_codes_and_quarters_in_the_two_full_releases(
    arrow: Counter,
) -> None:
    """The release of October 2023 ends with June 2023, and April 2026's ten quarters later."""
    quarters = ("2022-Q3", "2022-Q4", "2023-Q1", "2023-Q2")
    then, now = arrow("2023-10", ELEVEN, quarters), arrow("2026-04", ELEVEN, quarters)
    rows = revisions_by_code(find_definition("child_specific"))
    assert rows["period"].tolist() == ["YE 2023-06", "YE 2022-06", "YE 2021-06"]
    assert rows["age_quarters"].tolist() == [0, 4, 8]
    assert rows["apart_quarters"].eq(10).all()
    assert rows["revision"][0] == pytest.approx(now / then - 1)


def test_a_revision_by_group_is_of_what_was_printed_for_the_43_areas(arrow: Counter) -> None:
    """Calendar 2024 as printed in April 2025, the year's first release."""
    key = ("2025-04", "YE 2024-12", "Sexual offences")
    printed = pq.read_table(Path(tables.__file__).with_name("tables") / "recorded_groups.parquet")
    then = sum(
        row["count"]
        for row in printed.to_pylist()
        if (row["release"], row["period"], row["group"]) == key and row["area"] in TERRITORIAL
    )
    codes = tables.offences().query("group == 'Sexual offences'")["code"].tolist()
    now = arrow("2026-04", codes, QUARTERS["2024"], forces=TERRITORIAL)
    rows = group_revisions("2026-04").query("release == '2025-04' and period == 'YE 2024-12'")
    (row,) = rows[rows["group"] == "Sexual offences"].to_dict("records")
    columns = ("earlier", "later", "age_quarters", "apart_quarters")
    assert [row[name] for name in columns] == [then, now, 0, 4]
    assert row["revision"] == pytest.approx(now / then - 1)


def test_every_group_and_period_is_in_both_releases() -> None:
    rows = group_revisions("2023-10")
    assert rows["earlier"].notna().all()
    assert set(rows["period"]) <= {f"YE {year}-09" for year in range(2015, 2023)}


def test_a_definition_is_revised_by_the_mixture_of_its_own_counts(
    arrow: Counter, first_published: float
) -> None:
    """In one group as that group is; in two by its own counts in each."""
    rows = evidence(find_definition("child_specific"), YEAR, "2026-04")
    group = group_revisions("2026-04").query("group == 'Sexual offences'")["revision"]
    seen = rows[rows["seen_in"] == "offence groups"]["revision"]
    assert sorted(seen) == pytest.approx(sorted(group))
    now = arrow("2026-04", (*ELEVEN, "86"), QUARTERS["2024"], forces=TERRITORIAL)
    rows = evidence(find_definition("child_specific_images"), YEAR, "2026-04")
    of_2024 = rows.query("period == 'YE 2024-12' and age_quarters == 0")["revision"]
    assert of_2024.tolist() == pytest.approx([now / first_published - 1])


@pytest.mark.parametrize("name", ["child_specific", "child_specific_images", "images"])
def test_the_band_is_from_the_smallest_to_the_largest_revision_of_the_same_age_and_holds_none(
    name: str,
) -> None:
    """Of years that had just ended; releases more than six years apart don't count."""
    definition = find_definition(name)
    rows = evidence(definition, YEAR, "2026-04")
    seen = rows.query("age_quarters == 0 and apart_quarters <= 24")["revision"]
    found = revision_band(definition, YEAR, "2026-04")
    assert found
    assert (found.lower, found.upper) == (min(0.0, seen.min()), max(0.0, seen.max()))
    assert found.n == len(seen)
    assert revision_band(definition, YEAR, "2026-04", age_quarters=99) is None


def test_a_release_fetched_later_changes_no_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    before = revisions_by_code(find_definition("images"))
    monkeypatch.setattr(tables, "vintages", lambda: ("2020-01", "2023-10", "2026-04", "2026-07"))
    pd.testing.assert_frame_equal(revisions_by_code.__wrapped__(find_definition("images")), before)
    assert all(tables.table_path(name).is_file() for name in REVISIONS_SEEN_IN)


def test_every_group_of_a_code_is_the_publishers(raw: pd.DataFrame) -> None:
    printed = raw.groupby("Offence Code")["Group"].agg(lambda groups: groups.iloc[-1])
    some = (*ELEVEN, "86", "23", "8N", "66")
    assert {code: group_of_code()[code] for code in some} == printed[list(some)].to_dict()
