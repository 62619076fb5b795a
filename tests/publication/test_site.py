import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure as Drawing

from replicate import ledger
from replicate.display.figure import Figure, figure
from replicate.publication.site import publish
from replicate.vocabulary.errors import InputError, RunError

Make = Callable[..., Any]
MakeRow = Callable[..., Mapping[str, object]]


def contents(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


@pytest.fixture
def executed(make: Make, ran: Make) -> Path:
    """Two good runs, and a file of data."""
    ran("02_rates", make("# Rates"))
    folder: Path = ran("01_counts", make("# Counts", "## Where?"))
    (folder / "series.csv").write_text("year,offences\n2024,3\n")
    return folder


def read(site: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((site / name).read_text(), "html.parser")


def test_a_site_is_its_pages_their_data_and_one_style(
    executed: Path, tmp_path: Path, row: MakeRow
) -> None:
    index = publish(executed, tmp_path / "site", [row("C01")])
    assert index == tmp_path / "site" / "index.html"
    own = ["accessibility.html", "data.html", "definitions.html", "index.html", "methods.html"]
    files = ["style.css", "search.js", "search-index.js", "verdicts.csv"]
    claim = ["claims/C01.csv", "claims/C01.html", "claims/index.html"]
    runs = ["01_counts.html", "01_counts.ipynb", "02_rates.html", "02_rates.ipynb", "series.csv"]
    assert sorted(contents(tmp_path / "site")) == sorted([*own, *files, *claim, *runs])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["executed", "site"]
    soup = read(tmp_path / "site", "index.html")
    analyses = ["01_counts.html", "02_rates.html"]
    assert [link["href"] for link in soup.select("#analyses + ul a")] == analyses
    assert [link["href"] for link in soup.select("nav a")] == [
        *("index.html", "claims/index.html", "index.html#analyses", "methods.html")
    ]


def test_the_index_says_what_the_verdicts_come_to(
    executed: Path, tmp_path: Path, row: MakeRow
) -> None:
    rows = [
        row("C01", verdict="exact", difference=0),
        row("C02", verdict="differs"),
        row("V01", headline=False),
    ]
    soup = read(publish(executed, tmp_path / "site", rows).parent, "index.html")
    assert soup.main
    text = " ".join(soup.main.get_text(" ").split())
    assert "can be checked against data: 2." in text
    assert [tag.get_text() for tag in soup.select(".tally strong")] == [
        "1 Matches exactly",
        "1 Does not match",
    ]
    assert [tag["style"] for tag in soup.select(".bar span")] == ["flex-grow: 1"] * 2
    assert "Figures of other publications that can be checked against data: 1." in text
    assert "none" not in text.split()
    assert [tag["href"] for tag in soup.select(".card h2 a")] == ["claims/C01.html"]
    assert soup.select("#support + p + ul li")
    empty = read(publish(executed, tmp_path / "none", []).parent, "index.html")
    assert not empty.select(".card, .tally")


def test_all_claims_are_listed_a_page_at_a_time_without_a_script(
    executed: Path, tmp_path: Path, row: MakeRow
) -> None:
    names = [name for name in ledger.claims() if name[0] in "SV"][:45]
    rows = [row(name, headline=False) for name in names]
    rows.append(row("C02", statement="A <b>bold</b> figure", computed=None, published=None))
    site = publish(executed, tmp_path / "site", rows).parent
    first, second = read(site, "claims/index.html"), read(site, "claims/page-2.html")
    ids = [tag["id"] for page in (first, second) for tag in page.select("tbody tr")]
    assert ids[0] == "C02"
    assert sorted(ids) == sorted(str(one["id"]) for one in rows)
    assert [link["href"] for link in first.select(".turn")[0].select("a")] == [
        "index.html",
        "page-2.html",
    ]
    assert first.select("#C02 a")[0].get_text() == "A <b>bold</b> figure"
    cells = [cell.get_text().strip() for cell in first.select("#C02 td")]
    assert cells[:2] == ["no figure", "not computed 2 fewer"]
    last = read(site, f"claims/{names[-1]}.html").select("a")
    assert f"page-2.html#{names[-1]}" in [link["href"] for link in last]


def test_a_claims_page_says_the_answer_first_and_folds_the_rest(
    executed: Path, tmp_path: Path, row: MakeRow
) -> None:
    told = row(
        "C01",
        value=1200.0,
        conflicts=("C02", "X99"),
        conflict_note="By others.",
        tables=[
            {
                "publication": "Open data",
                "publisher": "Home Office",
                "released": "2026",
                "standing": "third-party",
                "table": "crime",
                "table_sha256": "0" * 64,
            }
        ],
        derivation={"kind": "recorded_total", "periods": ["2024"]},
        vintages=[
            {
                "vintage": "2026-04",
                "computed": "3",
                "value": 3.0,
                "verdict": "differs",
                "reason": "far",
            }
        ],
    )
    site = publish(executed, tmp_path / "site", [told, row("C02")]).parent
    soup = read(site, "claims/C01.html")
    answer = soup.select_one(".answer")
    assert answer
    text = " ".join(answer.get_text(" ").split())
    for words in (
        "Matches, allowing for later revisions",
        "Published 1,200 offences",
        "Our figure 1,198 offences",
        "Difference 2 fewer",
        "Where we read it Second-hand",
        "What it does not show how much abuse took place",
    ):
        assert words in text
    assert answer.select("figure")
    folds = [tag.get_text() for tag in soup.select("details.fold > summary")]
    assert folds == [
        "What was published, and what was counted",
        "Ways tried",
        "By release",
        "Sources and hashes",
        "Cite, download, correct",
    ]
    assert [link["href"] for link in soup.select("details:first-of-type p a")] == ["C02.html"]


def test_every_page_has_a_title_a_description_and_a_date(
    executed: Path, tmp_path: Path, row: MakeRow
) -> None:
    site = publish(executed, tmp_path / "site", [row("C01")]).parent
    for path in site.rglob("*.html"):
        soup = BeautifulSoup(path.read_text(), "html.parser")
        assert soup.title, path
        described = soup.select_one('meta[name="description"]')
        if path.name not in ("01_counts.html", "02_rates.html"):  # which hold a title and no more
            assert described, path
            assert described["content"]
        assert soup.select('meta[name="date"]'), path
        assert "Built on" in soup.get_text()
        assert not soup.select("[property='og:image'], [rel='canonical']"), path


def test_addresses_are_whole_only_where_the_sites_own_is_given(
    executed: Path, tmp_path: Path, row: MakeRow
) -> None:
    told = row("C01", value=1200.0)
    site = publish(executed, tmp_path / "site", [told], url="https://example.org/casey").parent
    soup = read(site, "claims/C01.html")

    def given(selector: str, name: str) -> Any:
        (tag,) = soup.select(selector)
        return tag[name]

    assert given("[rel='canonical']", "href") == "https://example.org/casey/claims/C01.html"
    assert given("[property='og:image']", "content") == ("https://example.org/casey/claims/C01.png")
    assert (site / "claims" / "C01.png").is_file()
    soup = read(site, "methods.html")
    assert given("[property='og:image']", "content") == "https://example.org/casey/share.png"
    assert (site / "share.png").read_bytes().startswith(b"\x89PNG")


def test_the_search_index_holds_claims_forces_definitions_and_analyses(
    executed: Path, tmp_path: Path, row: MakeRow
) -> None:
    share = {"unit": "percent", "published": "80.5", "value": 80.5, "computed": None}
    site = publish(executed, tmp_path / "site", [row("R01", **share)]).parent
    text = (site / "search-index.js").read_text()
    assert text.startswith("const FOUND = ")
    found = json.loads(text.removeprefix("const FOUND = ").rstrip(";\n"))
    assert {one["kind"] for one in found} == {"R01", "Analysis", "Definition"}
    for one in found:
        page, _, anchor = one["address"].partition("#")
        assert (site / page).is_file(), one
        assert not anchor or f'id="{anchor}"' in (site / page).read_text(), one
    (claim,) = (one for one in found if one["kind"] == "R01")
    assert claim["title"].startswith("80.5 %")
    assert "1 in 5" in claim["text"]  # 19.5 in 100 were not


def test_a_run_under_a_name_of_its_own_is_listed_with_what_was_changed(
    ran: Make, make: Make, tmp_path: Path
) -> None:
    given: list[Any] = [
        ("force = 'Essex'\nlevel = 0.95", [], ["parameters"]),
        ("force = 'Kent'", [], ["injected-parameters"]),
    ]
    ran("kent", make("# A police force", *given), of="05_force")
    ran("again", make("# A police force"), of="05_force")
    odd: Any = ("%matplotlib inline", [], ["parameters"])
    site = publish(
        ran("odd", make("# A police force", odd), of="05_force"), tmp_path / "site", []
    ).parent
    soup = read(site, "index.html")
    assert [link.get_text() for link in soup.select("#analyses + ul a")] == [
        "A police force (again)",
        "A police force (force Kent)",
        "A police force (odd)",
    ]
    assert "Run with other parameters than usual: force Kent" in read(site, "kent.html").get_text()


def test_what_an_author_removed_is_not_in_the_published_notebook_either(
    ran: Make, make: Make, stream: Make, tmp_path: Path
) -> None:
    hidden = ("x", [stream("stdout", "hidden words")], ["remove-output"])
    site = publish(ran("01", make("# One", hidden)), tmp_path / "site", []).parent
    assert "hidden words" not in (site / "01.html").read_text()
    assert "hidden words" not in (site / "01.ipynb").read_text()


def test_a_formula_that_can_not_be_shown_is_told_where_it_stands(
    ran: Make, make: Make, tmp_path: Path
) -> None:
    told: list[str] = []
    publish(ran("01", make("# One\n\n$x_a_b$")), tmp_path / "site", [], on_step=told.append)
    assert "warning: 01, cell 1: a formula is shown as text: x_a_b" in told


def test_a_page_under_an_earlier_name_leads_to_the_present_one(
    make: Make, ran: Make, tmp_path: Path
) -> None:
    notebook = make("# Which figures hold?")
    notebook.metadata["replicate"] = {"formerly": ["04_old", "09_older"]}
    site = publish(ran("00_new", notebook), tmp_path / "site", []).parent
    for name in ("04_old", "09_older"):
        soup = BeautifulSoup((site / f"{name}.html").read_text(), "html.parser")
        assert soup.select_one('meta[http-equiv="refresh"]')["content"] == "0; url=00_new.html"  # type: ignore[index]
        assert "Which figures hold?" in str(soup.select_one('meta[name="description"]'))
        assert [link.get_text() for link in soup.select('main a[href="00_new.html"]')] == [
            "Which figures hold?"
        ]
    assert [
        link["href"]
        for link in BeautifulSoup((site / "index.html").read_text(), "html.parser").select(
            "#analyses + ul a"
        )
    ] == ["00_new.html"]


def test_figures_are_files_as_well(ran: Make, make: Make, show: Make, tmp_path: Path) -> None:
    def drawn(name: str) -> Figure:
        fig = Drawing()
        fig.subplots().plot([1, 2])
        data = pd.DataFrame({"year": [2023, 2024], "count": [1, 2]})
        words = {"title": "It rose", "subtitle": "Offences", "source": "Home Office"}
        return figure(fig, data=data, name=name, alt="A line.", **words)  # type: ignore[arg-type]

    shown = show(drawn("series"), image_png="QUJD")
    ran("02_rates", make("# Rates", ("x", [show(drawn("map"))])))
    site = publish(ran("01_counts", make("# Counts", ("x", [shown]))), tmp_path / "site", []).parent
    assert (site / "01_counts-series.png").read_bytes() == b"ABC"
    passed_on = (site / "01_counts-series.svg").read_text()
    assert all(f">{words}</text>" in passed_on for words in ("It rose", "Source: Home Office"))
    assert sorted(path.name for path in site.glob("02_rates-*")) == ["02_rates-map.svg"]
    links = BeautifulSoup((site / "01_counts.html").read_text(), "html.parser").select(
        "a[download][href^='01']"
    )
    assert [link["href"] for link in links] == [
        "01_counts.ipynb",
        "01_counts-series.svg",
        "01_counts-series.png",
    ]


def test_published_twice_it_is_the_same(
    executed: Path, tmp_path: Path, row: MakeRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(executed, tmp_path / "first", [row("C01")])
    publish(executed, tmp_path / "second", [row("C01")])
    assert contents(tmp_path / "first") == contents(tmp_path / "second")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1776902400")
    dated = publish(executed, tmp_path / "dated", [row("C01")])
    assert "23 April 2026" in dated.read_text()


def test_a_claim_that_nobody_checked_and_a_stale_run_are_refused(
    executed: Path, tmp_path: Path, row: MakeRow
) -> None:
    with pytest.raises(RunError, match="claims that nobody has checked"):
        publish(executed, tmp_path / "site", [row("C01", verdict="not_checked")])
    with pytest.raises(RunError, match="a stale run"):
        publish(executed, tmp_path / "site", [], project=tmp_path)
    assert not (tmp_path / "site").exists()


def test_a_page_that_fails_leaves_the_last_good_site(
    executed: Path, tmp_path: Path, make: Make, show: Make, ran: Make
) -> None:
    publish(executed, tmp_path / "site", [])
    before = contents(tmp_path / "site")
    ran("02_rates", make("# Rates", ("plt.show()", [show(image_png="QUJD")])))
    with pytest.raises(RunError, match="an image without a text alternative") as caught:
        publish(executed, tmp_path / "site", [])
    assert caught.value.where == "02_rates, cell 2"
    assert contents(tmp_path / "site") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["executed", "site"]


def test_a_site_is_replaced_whole(executed: Path, tmp_path: Path) -> None:
    publish(executed, tmp_path / "site", [])
    for name in ("02_rates.ipynb", "02_rates.manifest.json"):
        (executed / name).unlink()
    publish(executed, tmp_path / "site", [])
    assert "02_rates.html" not in contents(tmp_path / "site")


def test_a_run_that_failed_since_is_not_published(executed: Path, tmp_path: Path) -> None:
    (executed / "02_rates.failed.ipynb").write_text("{}")
    with pytest.raises(RunError, match="last run failed") as caught:
        publish(executed, tmp_path / "site", [])
    assert "replicate run 02_rates" in str(caught.value.hint)
    assert not (tmp_path / "site").exists()


def test_a_notebook_that_is_not_the_one_that_ran_is_not_published(
    executed: Path, tmp_path: Path
) -> None:
    (executed / "02_rates.ipynb").write_bytes((executed / "02_rates.ipynb").read_bytes() + b"\n")
    with pytest.raises(RunError, match="not the one its manifest describes"):
        publish(executed, tmp_path / "site", [])
    (executed / "02_rates.manifest.json").unlink()
    with pytest.raises(RunError, match="no manifest beside an executed notebook"):
        publish(executed, tmp_path / "site", [])


@pytest.mark.parametrize("name", ["index", "methods"])
def test_a_notebook_that_is_called_as_a_page_of_the_site_is_refused(
    ran: Make, make: Make, tmp_path: Path, name: str
) -> None:
    with pytest.raises(RunError, match="one of the site's own"):
        publish(ran(name, make("# Counts")), tmp_path / "site", [])


def test_nothing_to_publish_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to publish"):
        publish(tmp_path, tmp_path / "site", [])


def test_a_verdict_that_names_a_machine_is_refused(
    executed: Path, tmp_path: Path, row: MakeRow
) -> None:
    with pytest.raises(RunError, match="a path of this machine") as caught:
        publish(
            executed,
            tmp_path / "site",
            [row("C01", reason="read from /" + "home/someone/table.csv")],
        )
    assert caught.value.where == "claims/C01.html"


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


def test_an_empty_folder_is_taken(executed: Path, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    assert publish(executed, tmp_path / "site", []).is_file()


def test_a_site_that_can_not_be_put_in_place_leaves_the_last_good_one(
    executed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(executed, tmp_path / "site", [])
    before = contents(tmp_path / "site")
    rename = Path.rename

    def refused(self: Path, target: Path) -> Path:
        if Path(target) == tmp_path / "site" and not self.name.endswith(".old"):
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(RunError, match="a site that can't be written"):
        publish(executed, tmp_path / "site", [])
    assert contents(tmp_path / "site") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["executed", "site"]
