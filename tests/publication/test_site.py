"""A folder of executed notebooks published as a site: its pages, its files, and what is refused."""
# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure as Drawing

from replicate.derivations.verification import Verification, verify
from replicate.display import figure, prose
from replicate.ledger import Verdict, claims
from replicate.publication.runs import Background
from replicate.publication.site import publish
from replicate.vocabulary.definitions import definitions, kinds
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.files import shipped_yaml
from replicate.vocabulary.runs import Manifest, Publication

Make = Callable[..., Any]


def contents(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def read(site: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((site / name).read_text(), "html.parser")


def text_of(soup: Any) -> str:
    return " ".join(soup.get_text(" ").split())


def links(soup: BeautifulSoup, selector: str) -> list[str]:
    return [str(link["href"]) for link in soup.select(selector)]


@pytest.fixture
def executed(make: Make, ran: Make) -> Path:
    """Two good runs, and a file of data."""
    ran("02_rates", make("# Rates"))
    folder: Path = ran("01_counts", make("# Counts", "## Where?"))
    (folder / "series.csv").write_text("year,offences\n2024,3\n")
    return folder


Publish = Callable[..., Path]


@pytest.fixture
def published(executed: Path, tmp_path: Path) -> Publish:
    """Publish the runs with some verdicts, and return the folder of the site."""

    def made(*verdicts: Verification, **options: Any) -> Path:
        return publish(executed, tmp_path / "site", verdicts, **options).parent

    return made


# Pages.


def test_a_site_is_its_pages_their_data_and_one_style(published: Publish, tmp_path: Path) -> None:
    site = published(*verify(["C02"]))
    own = ["accessibility.html", "data.html", "definitions.html", "index.html", "methods.html"]
    files = ["style.css", "search.js", "search-index.js", "verdicts.csv"]
    claim = ["claims/C02.csv", "claims/C02.html", "claims/index.html"]
    runs = ["01_counts.html", "01_counts.ipynb", "02_rates.html", "02_rates.ipynb", "series.csv"]
    assert sorted(contents(site)) == sorted([*own, *files, *claim, *runs])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["executed", "site"]
    soup = read(site, "index.html")
    assert links(soup, "#analyses + ul a") == ["01_counts.html", "02_rates.html"]
    assert links(soup, "nav a") == [
        *("index.html", "claims/index.html", "index.html#analyses", "methods.html")
    ]


def test_the_index_says_what_the_verdicts_come_to(published: Publish, verified: Make) -> None:
    soup = read(
        published(verified("C01", 102834.0), verified("C02"), verified("V01")), "index.html"
    )
    text = text_of(soup.main)
    assert "HMICFRS that can be checked against data: 2." in text
    assert [tag.get_text() for tag in soup.select(".tally strong")] == ["2 Does not match"]
    assert [tag["style"] for tag in soup.select(".bar span")] == ["flex-grow: 2"]
    assert "Figures of other publications that can be checked against data: 1." in text
    assert links(soup, ".card h2 a") == ["claims/C01.html"]
    assert soup.select(".chart figure")
    support = shipped_yaml("publication", "support.yaml")["places"]
    assert links(soup, "#support + p + ul a") == [place["address"] for place in support]
    assert all(place["number"] and place["words"] for place in support)


def test_without_verdicts_there_are_no_main_points(published: Publish) -> None:
    assert not read(published(), "index.html").select(".card, .tally, .chart")


def test_all_claims_are_listed_a_page_at_a_time_without_a_script(
    published: Publish, verified: Make
) -> None:
    names = [name for name in claims() if name[0] not in "CFHRSV"][:45]
    site = published(
        verified("C02", statement="A <b>bold</b> figure"),
        *(verified(name) for name in names),
    )
    first, second = read(site, "claims/index.html"), read(site, "claims/page-2.html")
    ids = [tag["id"] for page in (first, second) for tag in page.select("tbody tr")]
    assert ids[0] == "C02"
    assert sorted(ids) == sorted([*names, "C02"])
    assert links(first, ".turn:first-of-type a")[:2] == ["index.html", "page-2.html"]
    assert first.select("#C02 a")[0].get_text() == "A <b>bold</b> figure"
    assert [text_of(cell) for cell in first.select("#C02 td")] == [
        *("estimated 17,100 offences", "not computed", "≠ Does not match")
    ]
    assert f"page-2.html#{ids[-1]}" in links(read(site, f"claims/{ids[-1]}.html"), "a")


def test_a_claims_page_says_the_answer_first_and_folds_the_rest(published: Publish) -> None:
    site = published(*verify(["C01", "V09", "C02"]))
    soup = read(site, "claims/C01.html")
    (answer,) = soup.select(".answer")
    for words in (
        "Matches, if our method is theirs",
        "Published 102,878 offences",
        "Our figure 102,834 offences",
        "Difference 44 offences (0.043 %) below",
        "Where we read it Second-hand",
        "What it does not show how much abuse took place",
    ):
        assert words in text_of(answer)
    assert answer.select("figure")
    assert [tag.get_text() for tag in soup.select("details.fold > summary")] == [
        "More of the reason",
        "What was published, and what was counted",
        "Ways tried",
        "By release",
        "Sources and hashes",
        "Cite, download, correct",
    ]
    assert "1 of 2 releases cover the period" in text_of(soup)
    # of the figures near it, those that the site has lead somewhere
    assert links(soup, ".facts a[href^='V']") == ["V09.html"]
    missing = text_of(read(site, "claims/C02.html"))
    assert "Nothing was recomputed" in missing
    assert "What it would take" in missing


def test_every_page_has_title_description_date_and_what_a_footer_says(published: Publish) -> None:
    site = published(*verify(["C02"]))
    for path in site.rglob("*.html"):
        soup = read(site, str(path))
        assert soup.title, path
        if path.name not in ("01_counts.html", "02_rates.html"):  # which hold a title and no more
            assert soup.select_one('meta[name="description"][content]'), path
        assert soup.select('meta[name="date"]'), path
        assert not soup.select("[property='og:image'], [rel='canonical']"), path
        assert "Built on" in text_of(soup.footer)
        assert shipped_yaml("vocabulary", "disclosure.yaml")["sentence"] in text_of(soup.footer)
        ends = [link.rpartition("/")[2] for link in links(soup, "footer p:last-child a")]
        assert ends == ["data.html", "definitions.html", "accessibility.html", "index.html#support"]


def test_addresses_are_whole_only_where_the_sites_own_is_given(
    published: Publish, verified: Make
) -> None:
    site = published(verified("C01", 102834.0), url="https://example.org/casey")
    for name, picture in (("claims/C01", "claims/C01.png"), ("methods", "share.png")):
        soup = read(site, f"{name}.html")
        given = [
            tag.get(end)
            for selector, end in (("[rel=canonical]", "href"), ("[property='og:image']", "content"))
            for tag in soup.select(selector)
        ]
        assert given == [f"https://example.org/casey/{end}" for end in (f"{name}.html", picture)]
        assert (site / picture).read_bytes().startswith(b"\x89PNG")


def test_the_search_index_holds_claims_forces_definitions_and_analyses(published: Publish) -> None:
    site = published(*verify(["R01"]))
    text = (site / "search-index.js").read_text()
    found = json.loads(text.removeprefix("const FOUND = ").rstrip(";\n"))
    assert {one["kind"] for one in found} == {"R01", "Analysis", "Definition"}
    for one in found:
        page, _, anchor = one["address"].partition("#")
        assert (site / page).is_file(), one
        assert not anchor or f'id="{anchor}"' in (site / page).read_text(), one
    (claim,) = (one for one in found if one["kind"] == "R01")
    assert claim["title"].startswith("80.5 %")


def test_how_it_was_done_is_told_by_rule_choice_table_and_definition(published: Publish) -> None:
    reason = {"reason": "A reason.", "fixed_in": "ab" * 20}
    rule = {"name": "chance", "rule": "A rule.", "value": 0.2, "after_results": True} | reason
    choice = {"kind": "periods", "choice": "2024"} | reason
    words = {"name": "count", "type": "integer", "means": "offences recorded", "unit": "offences"}
    words |= {"values": "", "missing": ""}
    source = {"publisher": "Home Office", "released": "2026-04-23", "standing": "third-party"}
    table = {"name": "recorded_crime", "columns": [words], "sources": [source]}
    known = Background(rules=[rule], choices=[choice], tables=[table])
    site = published(background=known)
    methods = read(site, "methods.html")
    (told,) = methods.select("#rules + p + dl > div")
    assert text_of(told) == (
        "chance A rule. The number in this rule: 0.2. Why: A reason. "
        f"Fixed in {'ab' * 5} , after results had been seen."
    )
    rows = [text_of(row) for row in methods.select("#choices ~ .table-scroll tbody tr")]
    assert f"2024 periods A reason. {'ab' * 5}" in rows
    unsaid = [one for one in Verdict if one.meaning not in methods.get_text()]
    assert unsaid == [Verdict.NOT_CHECKED]
    data = read(site, "data.html")
    assert [text_of(row) for row in data.select("#recorded_crime ~ .table-scroll tbody tr")] == [
        "count integer offences recorded (offences) any never missing"
    ]
    assert "a copy that is third-party" in text_of(data)
    assert "Recorded crime as released on 23 April 2026." in text_of(data.footer)
    said = text_of(read(site, "definitions.html"))
    for one in definitions().values():
        assert {one.title in said, one.rationale in said, one.caveat in said} == {True}
        assert ", ".join(one.codes) in said
    assert all(kind in said for kind in kinds().values())


# Notebooks.


def test_a_run_under_a_name_of_its_own_is_listed_with_what_was_changed(
    ran: Make, make: Make, published: Publish
) -> None:
    given: list[Any] = [
        ("force = 'Essex'\nlevel = 0.95", [], ["parameters"]),
        ("force = 'Kent'", [], ["injected-parameters"]),
    ]
    ran("kent", make("# A police force", *given), of="05_force")
    ran("odd", make("# A police force", ("%matplotlib inline", [], ["parameters"])), of="05_force")
    site = published()
    names = [link.get_text() for link in read(site, "index.html").select("#analyses + ul a")]
    assert names[2:] == ["A police force (force Kent)", "A police force (odd)"]
    assert "Run with other parameters than usual: force Kent" in read(site, "kent.html").get_text()


def test_what_an_author_removed_is_not_in_the_published_notebook_either(
    ran: Make, make: Make, stream: Make, published: Publish
) -> None:
    ran("03", make("# One", ("x", [stream("stdout", "hidden words")], ["remove-output"])))
    site = published()
    assert "hidden words" not in (site / "03.html").read_text()
    assert "hidden words" not in (site / "03.ipynb").read_text()


def test_a_formula_that_can_not_be_shown_is_told_where_it_stands(
    ran: Make, make: Make, published: Publish
) -> None:
    told: list[str] = []
    ran("03", make("# One\n\n$x_a_b$"))
    published(on_step=told.append)
    assert "warning: 03, cell 1: a formula is shown as text: x_a_b" in told


def test_a_page_under_an_earlier_name_leads_to_the_present_one(
    make: Make, ran: Make, published: Publish
) -> None:
    notebook = make("# Which figures hold?")
    notebook.metadata["replicate"] = {"formerly": ["04_old"]}
    ran("00_new", notebook)
    site = published()
    soup = read(site, "04_old.html")
    assert soup.select("meta[http-equiv='refresh'][content='0; url=00_new.html']")
    assert "Which figures hold?" in str(soup.select('meta[name="description"]'))
    assert links(soup, "main a") == ["00_new.html"]
    assert "04_old.html" not in links(read(site, "index.html"), "#analyses + ul a")


def test_figures_are_files_as_well(ran: Make, make: Make, show: Make, published: Publish) -> None:
    def drawn(name: str) -> Any:
        fig = Drawing()
        fig.subplots().plot([1, 2])
        data = pd.DataFrame({"year": [2023, 2024], "count": [1, 2]})
        words: dict[str, Any] = {"title": "It rose", "subtitle": "Of Kent", "source": "Home Office"}
        return figure(fig, data=data, name=name, alt="A line.", **words)

    shown = show(drawn("series"), image_png="QUJD")
    ran("03", make("# Counts", ("x", [shown, show(drawn("map"))])))
    site = published()
    assert (site / "03-series.png").read_bytes() == b"ABC"
    passed_on = (site / "03-series.svg").read_text()
    assert all(f">{words}</text>" in passed_on for words in ("It rose", "Source: Home Office"))
    assert links(read(site, "03.html"), "a[download][href^='03']") == [
        *("03.ipynb", "03-series.svg", "03-series.png", "03-map.svg")
    ]


# Police forces.


@pytest.fixture
def sweeps(make: Make, ran: Make, show: Make, tmp_path: Path) -> Path:
    """A sweep of two areas, made before the other runs are: one has a rate and a finding."""

    def recorded(count: int, rate: float | None) -> list[dict[str, Any]]:
        ends = {"lower": 7.8, "upper": 10.7, "kind": "sampling", "level": 0.95} if rate else None
        values = (count, rate, rate and 1, rate and 41)
        names = ("count", "rate", "rank_highest", "rank_lowest")
        return [
            {"name": name, "value": value, "unit": "", "interval": ends if name == "rate" else None}
            for name, value in zip(names, values, strict=True)
        ]

    said = show(prose("Kent, 2024: {count} offences; {rate}. More.", count="3,882", rate="9.2"))
    asked: Any = ("definition = 'child_contact'\nperiod = '2024'", [], ["parameters"])
    name, city = "# What the tables say", {"force": "London, City of"}
    ran("city", make(name, asked), parameters=city, records=recorded(13, None))
    kent = make(name, ("x", [said]))
    ran("kent", kent, parameters={"force": "Kent"}, records=recorded(3882, 9.152))
    folder = tmp_path / "sweeps" / "forces"
    folder.parent.mkdir()
    (tmp_path / "executed").rename(folder)
    Publication(section="forces", parameter="force").write(folder)
    (folder / "results.csv").write_text("force,seconds,count,peak_memory\nKent,2.5,3882,250\n")
    return folder.parent


def test_areas_are_listed_with_their_intervals_and_lead_to_their_pages(
    sweeps: Path, published: Publish
) -> None:
    site = published(sweeps=sweeps)
    soup = read(site, "forces/index.html")
    assert [
        [cell.get_text() for cell in row.select("th, td")] for row in soup.select(".areas tbody tr")
    ] == [
        ["City of London", "13", "not given", "not given"],
        ["Kent", "3,882", "9.2 (7.8 to 10.7)", "1 to 41"],
    ]
    assert links(soup, ".areas a") == ["city.html", "kent.html"]
    assert "Contact offences among the eleven; 2024" in text_of(soup)
    assert "City of London: a count only" in text_of(soup)
    headings = [text_of(read(site, f"forces/{name}.html").h1) for name in ("city", "kent")]
    assert headings == ["City of London", "Kent, 2024: 3,882 offences; 9.2"]
    assert (site / "forces" / "kent.ipynb").is_file()
    assert (site / "forces" / "results.csv").read_text() == "force,count\nKent,3882\n"
    index = read(site, "index.html")
    assert "forces/index.html" in links(index, "#analyses + ul li:last-child a")
    assert "forces/index.html" in links(index, "nav a")


def test_a_section_needs_no_rates_and_no_table(sweeps: Path, published: Publish) -> None:
    for name in ("city.ipynb", "city.manifest.json", "results.csv"):
        (sweeps / "forces" / name).unlink()
    place = sweeps / "forces" / "kent.manifest.json"
    place.write_text(Manifest.read(place).model_copy(update={"records": []}).model_dump_json())
    soup = read(published(sweeps=sweeps), "forces/index.html")
    assert not soup.select(".download")
    assert text_of(soup.select("tbody tr")[0]) == "Kent not available not given not given"


def test_a_chart_is_kept_until_what_it_shows_changes(
    executed: Path, tmp_path: Path, verified: Make
) -> None:
    kept, site = tmp_path / "charts.json", tmp_path / "site"
    drawn = site / "claims" / "C01.svg"
    publish(executed, site, [verified("C01", 102834.0)], charts=kept)
    made = json.loads(kept.read_text())
    (source,) = made
    (key,) = made[source]
    made[source][key]["svg"] = "<svg/>"
    kept.write_text(json.dumps(made))
    publish(executed, site, [verified("C01", 102834.0)], charts=kept)
    assert drawn.read_text() == "<svg/>"
    publish(executed, site, [verified("C01", 102835.0)], charts=kept)
    assert "102,835" in drawn.read_text()
    assert key not in json.loads(kept.read_text())[source]


# Whole or not at all.


def test_published_twice_it_is_the_same(
    executed: Path, tmp_path: Path, verified: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = verified("C01", 102834.0)
    for name in ("first", "second"):
        publish(executed, tmp_path / name, [result])
    assert contents(tmp_path / "first") == contents(tmp_path / "second")
    kept = tmp_path / "charts.json"
    for name in ("third", "fourth"):
        publish(executed, tmp_path / name, [result], charts=kept)
        assert contents(tmp_path / name) == contents(tmp_path / "first")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1776902400")
    assert "23 April 2026" in publish(executed, tmp_path / "dated", []).read_text()


def test_a_claim_that_nobody_checked_and_a_stale_run_are_refused(
    published: Publish, verified: Make, tmp_path: Path
) -> None:
    with pytest.raises(RunError, match="claims that nobody has checked") as caught:
        published(verified("C01", verdict="not_checked"), verified("C02"))
    assert caught.value.got == "C01"
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "01_counts.ipynb").write_text("{}")
    with pytest.raises(RunError, match="a stale run"):
        published(project=tmp_path)
    assert not (tmp_path / "site").exists()


def test_a_page_that_fails_leaves_the_last_good_site(
    published: Publish, verified: Make, tmp_path: Path, make: Make, show: Make, ran: Make
) -> None:
    before = contents(published())
    with pytest.raises(RunError, match="a path of this machine") as caught:
        published(verified("C02", reason="read from /" + "home/someone/table.csv"))
    assert caught.value.where == "claims/C02.html"
    ran("02_rates", make("# Rates", ("plt.show()", [show(image_png="QUJD")])))
    with pytest.raises(RunError, match="an image without a text alternative") as caught:
        published()
    assert caught.value.where == "02_rates, cell 2"
    assert contents(tmp_path / "site") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["executed", "site"]


def test_a_site_is_replaced_whole_and_an_empty_folder_is_taken(
    published: Publish, executed: Path, tmp_path: Path
) -> None:
    (tmp_path / "site").mkdir()
    assert "02_rates.html" in contents(published())
    for name in ("02_rates.ipynb", "02_rates.manifest.json"):
        (executed / name).unlink()
    assert "02_rates.html" not in contents(published())


def test_a_run_that_failed_or_changed_is_not_published(published: Publish, executed: Path) -> None:
    path = executed / "02_rates.ipynb"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(RunError, match="not the one its manifest describes"):
        published()
    (executed / "02_rates.failed.ipynb").write_text("{}")
    with pytest.raises(RunError, match="last run failed") as caught:
        published()
    assert "replicate run 02_rates" in str(caught.value.hint)


@pytest.mark.parametrize("name", ["index", "methods"])
def test_a_notebook_that_is_called_as_a_page_of_the_site_is_refused(
    ran: Make, make: Make, published: Publish, name: str
) -> None:
    ran(name, make("# Counts"))
    with pytest.raises(RunError, match="the site's own"):
        published()


def test_nothing_to_publish_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to publish"):
        publish(tmp_path, tmp_path / "site", [])


@pytest.mark.parametrize("kind", ["a file", "a folder of something else", "another site"])
def test_nothing_but_a_site_of_ours_is_replaced(executed: Path, tmp_path: Path, kind: str) -> None:
    place = tmp_path / "thesis"
    if kind == "a file":
        place.write_text("a thesis")
    else:
        place.mkdir()
        (place / ("index.html" if kind == "another site" else "thesis.txt")).write_text("a thesis")
    with pytest.raises(InputError, match="holds something else"):
        publish(executed, place, [])
    assert place.exists()


def test_a_site_that_can_not_be_put_in_place_leaves_the_last_good_one(
    published: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(published())
    rename = Path.rename

    def refused(self: Path, target: Path) -> Path:
        if Path(target) == tmp_path / "site" and not self.name.endswith(".old"):
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(RunError, match="a site that can't be written"):
        published()
    assert contents(tmp_path / "site") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["executed", "site"]
