"""Sentences beside ethnicity, flags and assessments: the right numbers, and no share alone."""

import re
from collections.abc import Iterator

import pandas as pd
import pytest

from replicate.derivations import missing_data as studied
from replicate.display import views
from replicate.display.rows import rows_plot
from replicate.display.words import missing_data as words
from replicate.ledger import claims
from replicate.vocabulary.parameters import MissingData

P = "\N{NO-BREAK SPACE}%"


def said() -> Iterator[str]:
    """Every sentence that notebook 04 takes from the package."""
    shares, curve = studied.shares(), studied.curve(MissingData())
    yield from words.findings().values()
    yield words.completeness_title(studied.completeness())
    yield words.bounds_title(shares)
    yield words.bounds_alt(shares)
    yield words.odds_title(curve)
    yield words.odds_alt(curve)
    yield words.ordering_title(studied.ordering())
    yield words.residents_title(studied.residents())
    yield words.implied_sentence(studied.implied(studied.flag_scenarios()))
    yield words.assessed_title(studied.episodes())
    yield words.assessed_alt(studied.episodes())
    yield words.regions_title(studied.by_region())
    yield from words.assessment_notes(studied.beside_other_factors())


def test_no_sentence_lacks_a_number_or_has_one_that_no_reader_would_write() -> None:
    for sentence in said():
        assert not re.search(r"\bnan\b|not available|\b20\d\d\.0", sentence)


def test_the_main_points_carry_the_numbers_of_the_tables() -> None:
    """17,100 flagged and 37 %: 17,050 x 0.365 to 17,150 / 0.365; DfE's 20,000 and 12,400."""
    found = words.findings()
    assert (
        "7 published shares cannot be bounded; the bounds of the other 7 are" in found["ethnicity"]
    )
    assert "complete enough to order 0 of 8 pairs" in found["ethnicity"]
    assert f"from {17_050 * 0.365:,.0f} to {17_150 / 0.365:,.0f}." in found["flags"]
    assert claims()["C02"].figure in found["flags"]
    assert f"fell by 38.0{P} from 2018 to 2025. That is not a fall in abuse." in found["care"]


def test_bounds_are_drawn_for_those_that_have_them_and_said_for_all() -> None:
    shares = studied.shares()
    rows = words.bounds_rows(shares)
    drawn = rows_plot(rows, kind="bounds", unit="%", label="Shares")
    bars = [len(bars.get_paths()) for bars in drawn.axes[0].collections]
    assert sum(bars) == shares["lower"].notna().sum() > 0
    heads = rows["group"].str.extract(r": (missing share not published|6\d.*|3\d.*)$")[0]
    assert heads.notna().all()
    assert (
        f"C10a, Asian: could be 15.5 to 49.0{P} with 31.5 to 32.5{P} missing"
        in words.bounds_alt(shares)
    )
    assert "No bounds for C08 (Asian)" in words.bounds_alt(shares)


def test_a_curve_is_never_told_without_the_worst_case() -> None:
    drawn = views.odds_curve(MissingData(odds_lowest=0.25), name="own")
    assert "from 0.25 to 2 leave a share open by up to" in drawn.html
    worst = f"Ethnicity is 65.5 to 66.5{P} missing for these suspects"
    alt = words.odds_alt(studied.curve(MissingData()))
    assert worst in alt
    assert drawn.html.count(worst) == 2  # in the note, and for those who can't see the figure
    assert "not one scenario" in drawn.text


@pytest.mark.parametrize(
    ("enough", "number"), [(("no",), "0 of 1 pair"), (("no", "yes"), "1 of 2")]
)
def test_orders_that_are_certain_are_counted(enough: tuple[str, ...], number: str) -> None:
    assert f"order {number}" in words.ordering_title(pd.DataFrame({"enough": enough}))


@pytest.mark.parametrize(
    ("county", "city", "whose"),
    [
        (76.4, 56.8, "are those of the City of Manchester alone"),
        (57.1, 30.0, "are those of the county"),
        (76.4, 30.0, "are those of neither the county nor the city"),
    ],
)
def test_residents_are_called_whose_they_are(county: float, city: float, whose: str) -> None:
    frame = pd.DataFrame({"quoted": [57.0], "county": [county], "city": [city]})
    assert words.residents_title(frame).endswith(whose)


@pytest.mark.parametrize(
    ("last", "moved"),
    [(22000, f"rose by 10.0{P}"), (20001, "stayed level"), (19000, f"fell by 5.0{P}")],
)
def test_a_change_is_said_with_its_direction(last: int, moved: str) -> None:
    frame = pd.DataFrame({"year": [2018, 2020], "episodes": [20000, last]})
    assert words.assessed_title(frame).endswith(f"{moved} from 2018 to 2020")


def test_regions_are_counted_once_and_without_england() -> None:
    areas = ["England", "London", "Inner London", "Outer London", "North East"]
    percent, upper = [-50.0, -23.6, -90.0, -1.0, 2.0], [-49.0, -23.0, -89.0, -0.5, 3.0]
    frame = pd.DataFrame({"area": areas, "percent": percent, "upper": upper})
    title = words.regions_title(frame)
    assert title == f"Episodes fell in 1 of 2 regions; changes run from −23.6{P} to +2.0{P}"
