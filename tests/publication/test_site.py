import base64
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure as Drawing

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


def test_a_site_is_its_pages_their_data_and_one_style(
    executed: Path, tmp_path: Path, row: MakeRow
) -> None:
    index = publish(executed, tmp_path / "site", [row("C01")])
    assert index == tmp_path / "site" / "index.html"
    own = [
        "accessibility.html",
        "data.html",
        "definitions.html",
        "index.html",
        "methods.html",
        "style.css",
        "verdicts.csv",
    ]
    claim = ["claims/C01.csv", "claims/C01.html"]
    runs = ["01_counts.html", "01_counts.ipynb", "02_rates.html", "02_rates.ipynb", "series.csv"]
    assert sorted(contents(tmp_path / "site")) == sorted([*own, *claim, *runs])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["executed", "site"]
    soup = BeautifulSoup(index.read_text(), "html.parser")
    assert [link["href"] for link in soup.select("#pages + ul a")] == [
        "01_counts.html",
        "02_rates.html",
    ]
    named = [
        "index.html",
        "index.html",
        "index.html#pages",
        "methods.html",
        "definitions.html",
        "data.html",
    ]
    assert [link["href"] for link in soup.select("nav a")] == named


def test_the_index_says_the_verdicts_in_words_and_links_each_claim(
    executed: Path, tmp_path: Path, row: MakeRow
) -> None:
    rows = [
        row("C01", verdict="exact", difference=0),
        row("C02", verdict="differs", statement="A <b>bold</b> figure"),
        row("V01", headline=False, report="VKPP/NPCC"),
        row(
            "B02",
            headline=False,
            basis="text",
            verdict="not_a_statistic",
            published=None,
            computed=None,
            difference=None,
            attribution="",
        ),
    ]
    soup = BeautifulSoup(publish(executed, tmp_path / "site", rows).read_text(), "html.parser")
    main = soup.main
    assert main
    text = " ".join(main.get_text(" ").split())
    assert "2 figures of the audit and of HMICFRS rest on data. Of these: 1 is reproduced" in text
    assert "1 differs" in text
    assert "One statement was taken down. Of it: 1 is not a statistic" in text
    opened = [[link["href"] for link in part.select("a")] for part in main.select(".tally details")]
    assert opened == [
        ["claims/C01.html"],
        ["claims/C02.html"],
        ["claims/V01.html"],
        ["claims/B02.html"],
    ]
    assert [tag["id"] for tag in main.select("tbody tr")] == ["C01", "C02", "V01", "B02"]
    assert "A <b>bold</b> figure" in text
    assert main.find("b") is None
    assert {cell.get_text() for cell in main.select("#B02 td")} >= {
        "no figure",
        "not computed",
        "–\N{NO-BREAK SPACE}not a statistic",
    }
    assert "attributed to the audit by a newspaper" in text
    assert main.select("#support + p + ul li")


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
            "#pages + ul a"
        )
    ] == ["00_new.html"]


def test_figures_are_files_as_well(ran: Make, make: Make, show: Make, tmp_path: Path) -> None:
    def drawn(name: str) -> Figure:
        fig = Drawing()
        fig.subplots().plot([1, 2])
        data = pd.DataFrame({"year": [2023, 2024], "count": [1, 2]})
        words = {"title": "It rose", "subtitle": "Offences", "source": "Home Office"}
        return figure(fig, data=data, name=name, alt="A line.", **words)  # type: ignore[arg-type]

    series = drawn("series")
    shown = show(series, image_png="QUJD")
    ran("02_rates", make("# Rates", ("x", [show(drawn("map"))])))
    site = publish(ran("01_counts", make("# Counts", ("x", [shown]))), tmp_path / "site", []).parent
    assert (site / "01_counts-series.png").read_bytes() == b"ABC"
    assert (site / "01_counts-series.svg").read_text() == series.svg
    assert sorted(path.name for path in site.glob("02_rates-*")) == ["02_rates-map.svg"]
    links = BeautifulSoup((site / "01_counts.html").read_text(), "html.parser").select(
        "footer a[download]"
    )
    assert [link["href"] for link in links] == [
        "01_counts.ipynb",
        "01_counts-series.svg",
        "01_counts-series.png",
    ]


def test_the_filter_is_hidden_until_a_script_may_show_it_and_the_policy_lets_that_one_script_run(
    executed: Path, tmp_path: Path, row: MakeRow
) -> None:
    soup = BeautifulSoup(
        publish(
            executed, tmp_path / "site", [row("C01"), row("C02", basis="arithmetic")]
        ).read_text(),
        "html.parser",
    )
    (script,) = soup.select("script")
    digest = base64.b64encode(hashlib.sha256(script.get_text().encode()).digest()).decode()
    policy = soup.select_one('meta[http-equiv="Content-Security-Policy"]')
    assert policy
    assert f"script-src 'sha256-{digest}';" in str(policy["content"])
    assert soup.select(".filter[hidden]")
    assert [option["value"] for option in soup.select("#filter-basis option")] == [
        "",
        "arithmetic",
        "data",
    ]


def test_one_figure_is_said_in_the_singular_and_none_is_not_said(
    executed: Path, tmp_path: Path, row: MakeRow
) -> None:
    one = publish(executed, tmp_path / "one", [row("C01")]).read_text()
    assert "One figure of the audit and of HMICFRS rests on data. Of it:" in one
    none = publish(executed, tmp_path / "none", []).read_text()
    assert "rest on data" not in none
    assert "<script" not in none
    assert "<table" not in none


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
    with pytest.raises(RunError, match="take the place of one of the site's own"):
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
