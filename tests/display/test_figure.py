from collections.abc import Callable
from typing import Any

import matplotlib.figure
import matplotlib.pyplot as plt
import pandas as pd
import pytest

from replicate.display.bundle import SHOWN, is_true
from replicate.display.figure import MOST_ROWS, Figure, figure

Make = Callable[..., Figure]


@pytest.fixture
def make() -> Make:
    def made(fig: matplotlib.figure.Figure | None = None, **changed: Any) -> Figure:
        pieces: dict[str, Any] = {
            "title": "Recorded offences rose",
            "subtitle": "Offences recorded, including non-recent, England and Wales, 2013 to 2025",
            "source": "Home Office, recorded crime, April 2026",
            "alt": "A line that rises from 27,000 to 103,000.",
            "data": pd.DataFrame({"year": [2013, 2014], "count": [27866, 36617]}),
            "name": "series",
        }
        if fig is None:
            fig = matplotlib.figure.Figure()
            fig.subplots().plot([0, 1], color="#12436D")
        return figure(fig, **(pieces | changed))

    return made


def test_it_has_every_piece(make: Make, read: Callable[[str], Any]) -> None:
    page = read(make(note="Year recorded is not year of offence.").html)
    assert page.elements[0] == ("figure", {"class": "figure", "id": "fig-series"})
    assert page.all_text("h3") == ["Recorded offences rose"]
    assert page.all_text("figcaption") == [
        "Recorded offences rose"
        + "Offences recorded, including non-recent, England and Wales, 2013 to 2025"
    ]
    assert page.one("svg")["aria-label"] == "A line that rises from 27,000 to 103,000."
    assert "Source: Home Office, recorded crime, April 2026" in page.all_text("p")
    assert "Note: Year recorded is not year of offence." in page.all_text("p")
    assert page.count("details") == page.count("summary") == page.count("table") == 1
    assert page.all_text("td") == ["27,866", "36,617"]
    assert page.one("a")["download"] == "series.csv"


def test_it_is_shown_as_html_and_as_text(make: Make) -> None:
    shown = make(note="A note.")
    assert shown._repr_mimebundle_()["text/html"] == shown.html
    assert shown._repr_mimebundle_()["text/plain"].splitlines() == [
        "Recorded offences rose",
        "Offences recorded, including non-recent, England and Wales, 2013 to 2025",
        "A line that rises from 27,000 to 103,000.",
        "Source: Home Office, recorded crime, April 2026",
        "Note: A note.",
    ]


def test_a_note_is_left_out_where_there_is_none(make: Make) -> None:
    assert "Note" not in make().html
    assert "Note" not in make().text


@pytest.mark.parametrize("piece", ["title", "subtitle", "source", "alt"])
@pytest.mark.parametrize("text", ["", "  "])
def test_a_missing_piece_is_named(make: Make, piece: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"^{piece} is empty"):
        make(**{piece: text})


@pytest.mark.parametrize(
    ("alt", "fault"),
    [
        ("No description has been provided for this image", "placeholder"),
        ("no description has been provided for this image.", "placeholder"),
        ("Recorded offences rose", "repeats the title"),
        ("recorded offences rose. ", "repeats the title"),
    ],
)
def test_an_alternative_text_that_says_nothing_is_refused(make: Make, alt: str, fault: str) -> None:
    with pytest.raises(ValueError, match=f"^alt .*{fault}"):
        make(alt=alt)


def test_nbconverts_placeholder_is_the_one_refused() -> None:
    from importlib.metadata import files

    from replicate.display.figure import PLACEHOLDER

    sources = [file for file in files("nbconvert") or [] if file.suffix in (".py", ".j2")]
    assert any(PLACEHOLDER in file.read_text().casefold() for file in sources)


def test_a_figure_without_data_is_refused(make: Make) -> None:
    with pytest.raises(ValueError, match="data is empty"):
        make(data=pd.DataFrame({"year": []}))


def test_a_name_that_is_no_id_is_refused(make: Make) -> None:
    with pytest.raises(ValueError, match="name 'Two words'"):
        make(name="Two words")


def test_two_figures_stand_on_one_page(make: Make, read: Callable[[str], Any]) -> None:
    read(make(name="first").html + make(name="second").html)


def test_words_are_shown_as_they_are(make: Make, read: Callable[[str], Any]) -> None:
    bad = "<script>alert('x')</script> & \"so on\""
    shown = make(
        title=bad,
        subtitle=bad,
        source=bad,
        alt=f"Words {bad}",
        note=bad,
        data=pd.DataFrame({bad: [bad]}),
    )
    page = read(shown.html)
    assert page.count("script") == 0
    assert page.all_text("h3") == [bad]
    assert page.all_text("td") + page.all_text("th") == [bad, bad]
    assert page.one("svg")["aria-label"] == f"Words {bad}"


def test_the_figure_is_closed_so_that_it_is_drawn_once(make: Make) -> None:
    fig, axes = plt.subplots()
    axes.plot([0, 1])
    make(fig)
    assert not plt.fignum_exists(fig.number)


def test_a_colour_of_the_authors_own_gets_a_light_ground(
    make: Make, read: Callable[[str], Any]
) -> None:
    def ground(colour: str) -> str:
        fig = matplotlib.figure.Figure()
        fig.subplots().plot([0, 1], color=colour)
        page = read(make(fig).html)
        (panel,) = (
            given["class"]
            for tag, given in page.elements
            if tag == "div" and "figure-panel" in (given.get("class") or "")
        )
        return str(panel)

    assert ground("#801650") == "figure-panel"
    assert ground("#000080") == "figure-panel figure-panel-light"


def test_the_same_figure_has_the_same_bytes(make: Make) -> None:
    assert make().html == make().html


def test_long_data_are_cut_and_say_so(make: Make) -> None:
    rows = pd.DataFrame({"row": range(MOST_ROWS + 1)})
    html = make(data=rows).html
    assert html.count("<tr>") == MOST_ROWS + 1  # and the row of headers
    said = f"(the first {MOST_ROWS} of {MOST_ROWS + 1} rows; the CSV file has them all)"
    assert said in html
    assert "the first" not in make(data=rows.head(MOST_ROWS)).html


def test_it_says_of_itself_what_it_shows(make: Make) -> None:
    shown = make(alt='It\'s "high" & <rising>.')
    bundle = shown._repr_mimebundle_()[SHOWN]
    assert (bundle["kind"], bundle["name"]) == ("figure", "series")
    assert bundle["data"] == "year,count\n2013,27866\n2014,36617\n"
    assert is_true(bundle, shown.html)
    assert not is_true(bundle, make(name="other", alt=bundle["alt"]).html)
    for piece in ("title", "alt", "source", "data"):
        assert not is_true(bundle | {piece: "Something else"}, shown.html), piece
