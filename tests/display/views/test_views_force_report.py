import pyarrow.compute as pc
import pyarrow.parquet as pq

from replicate.display import views
from replicate.sources import tables
from replicate.vocabulary.parameters import ForceReport


def test_the_series_of_a_force_is_drawn_with_its_data() -> None:
    drawn = views.force_series(
        ForceReport(force="Kent", definition="child_exploitation"), name="kent"
    )
    held = pq.read_table(tables.table_path("recorded_crime_2026-04"))
    of_kent = (
        (pc.field("force") == "Kent")
        & (pc.field("offence_code") == "71")
        & pc.starts_with(pc.field("quarter"), "2024")
    )
    (shown,) = drawn.data.query("year == 2024")["count"]
    assert shown == pc.sum(held.filter(of_kent)["count"]).as_py()
    assert "Kent" in drawn.text
    assert 'id="fig-kent"' in drawn.html


def test_every_choice_offered_is_taken() -> None:
    for name, values in ForceReport.choices().items():
        for value in values:
            assert getattr(ForceReport().changed(**{name: value}), name) == value
