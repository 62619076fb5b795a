# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from replicate.publication.runs import Background
from replicate.publication.site import publish
from replicate.vocabulary.runs import Manifest, Publication

Make = Callable[..., Any]
SQUARE = [[[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0], [0.0, 0.0]]]
BOUNDARIES = pd.DataFrame({"force": ["Kent", "London, City of"], "rings": [SQUARE, SQUARE]})


def recorded(**values: Any) -> list[dict[str, Any]]:
    interval = {"lower": 7.8, "upper": 10.7, "kind": "sampling", "level": 0.95}
    ends = {"rate": interval} if values["rate"] else {}
    return [
        {"name": name, "value": value, "unit": "", "interval": ends.get(name)}
        for name, value in values.items()
    ]


@pytest.fixture
def sweeps(make: Make, ran: Make, tmp_path: Path) -> Path:
    kent = recorded(count=3882, rate=9.152, rank_highest=1, rank_lowest=41)
    ran("kent", make("# What the tables say"), parameters={"force": "Kent"}, records=kent)
    city = recorded(count=13, rate=None, rank_highest=None, rank_lowest=None)
    ran(
        "london-city-of",
        make("# What the tables say"),
        parameters={"force": "London, City of"},
        records=city,
    )
    folder = tmp_path / "sweeps" / "forces"
    folder.parent.mkdir()
    (tmp_path / "executed").rename(folder)
    Publication(section="forces", parameter="force").write(folder)
    (folder / "results.csv").write_text("force,seconds,count,peak_memory\nKent,2.5,3882,250\n")
    return folder.parent


@pytest.fixture
def executed(sweeps: Path, make: Make, ran: Make) -> Path:
    folder: Path = ran("01_counts", make("# Counts"))
    return folder


def published(executed: Path, sweeps: Path, background: Background) -> BeautifulSoup:
    publish(executed, executed.parent / "site", [], sweeps=sweeps, background=background)
    return BeautifulSoup(
        (executed.parent / "site" / "forces" / "index.html").read_text(), "html.parser"
    )


def test_areas_stand_in_the_order_of_the_alphabet_with_their_intervals_and_lead_to_their_pages(
    executed: Path, sweeps: Path
) -> None:
    soup = published(executed, sweeps, Background())
    rows = [
        [cell.get_text() for cell in row.select("th, td")] for row in soup.select(".areas tbody tr")
    ]
    assert rows == [
        ["City of London", "13", "not given", "not given"],
        ["Kent", "3,882", "9.2 (7.8 to 10.7)", "1 to 41"],
    ]
    site = executed.parent / "site"
    assert [link["href"] for link in soup.select("tbody a")] == ["london-city-of.html", "kent.html"]
    assert (
        "<h1>Kent, : 3,882 offences recorded; 9.2 per 1,000 children (7.8 to 10.7)</h1>"
        in (site / "forces" / "kent.html").read_text()
    )
    assert (site / "forces" / "kent.ipynb").is_file()
    assert (site / "forces" / "results.csv").read_text() == "force,count\nKent,3882\n"
    assert "City of London: a count only" in soup.get_text()
    index = BeautifulSoup((site / "index.html").read_text(), "html.parser")
    assert [link["href"] for link in index.select("#analyses + ul li:last-child a")] == [
        "forces/index.html"
    ]
    assert index.select('nav a[href="forces/index.html"]')


def test_rates_are_drawn_with_their_intervals_unless_no_area_has_one(
    executed: Path, sweeps: Path
) -> None:
    soup = published(executed, sweeps, Background())
    assert "Kent" in {text.get_text() for text in soup.select("svg text")}
    assert "City of London" not in {text.get_text() for text in soup.select("svg text")}
    for name in ("kent.ipynb", "kent.manifest.json", "results.csv"):
        (sweeps / "forces" / name).unlink()
    soup = published(executed, sweeps, Background())
    assert soup.svg is None
    assert not soup.select(".download")


def test_what_is_counted_and_when_is_read_from_the_parameters_of_a_page(
    executed: Path, sweeps: Path, make: Make
) -> None:
    asked: tuple[str, list[Any], list[str]] = (
        "definition = 'child_contact'\nperiod = '2024'",
        [],
        ["parameters"],
    )
    path = sweeps / "forces" / "kent.ipynb"
    nbformat.write(make("# What the tables say", asked), path)
    place = path.with_suffix(".manifest.json")
    told = Manifest.read(place).model_copy(
        update={"output_sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    )
    place.write_text(told.model_dump_json())
    soup = published(executed, sweeps, Background())
    said = "Contact offences among the eleven; 2024"
    assert [said in part.get_text() for part in soup.select(".lead + p, .figure-subtitle")] == [
        True,
        True,
    ]


def test_a_force_whose_run_recorded_no_count_is_called_by_its_name(
    executed: Path, sweeps: Path
) -> None:
    place = sweeps / "forces" / "kent.manifest.json"
    place.write_text(Manifest.read(place).model_copy(update={"records": []}).model_dump_json())
    published(executed, sweeps, Background())
    page = executed.parent / "site" / "forces" / "kent.html"
    assert "<h1>Kent</h1>" in page.read_text()
