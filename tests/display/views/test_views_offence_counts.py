import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from replicate.display import views
from replicate.sources import tables
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import ForceReport, OffenceCounts


def test_the_series_of_a_definition_of_ones_own_is_drawn_with_its_data() -> None:
    mine = OffenceCounts().changed(
        definitions={"mine": ["71"]}, definition="mine", vintage="2026-04"
    )
    drawn = views.recorded_series(mine, name="own")
    held = pq.read_table(tables.table_path("recorded_crime_2026-04"))
    in_2024 = held.filter(
        (pc.field("offence_code") == "71") & pc.starts_with(pc.field("quarter"), "2024")
    )
    (shown,) = drawn.data.query("year == 2024")["count"]
    assert shown == pc.sum(in_2024["count"]).as_py()
    assert 'id="fig-own"' in drawn.html


def test_a_period_that_the_release_does_not_hold_is_refused() -> None:
    with pytest.raises(InputError, match="2023-10"):
        views.recorded_series(OffenceCounts().changed(vintage="2023-10"))


def test_the_series_of_a_force_is_drawn_under_its_name() -> None:
    drawn = views.recorded_series(ForceReport(force="Kent", definition="child_exploitation"))
    held = pq.read_table(tables.table_path("recorded_crime_2026-04"))
    of_kent = (pc.field("force") == "Kent") & (pc.field("offence_code") == "71")
    in_2024 = held.filter(of_kent & pc.starts_with(pc.field("quarter"), "2024"))
    (shown,) = drawn.data.query("year == 2024")["count"]
    assert shown == pc.sum(in_2024["count"]).as_py()
    assert "Kent; 2013 to 2025" in drawn.text


def test_every_choice_offered_is_taken() -> None:
    for name, values in ForceReport.choices().items():
        for value in values:
            assert getattr(ForceReport().changed(**{name: value}), name) == value
