"""A site is left as it is only where nothing that it is made from, and nothing in it, has changed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from replicate.publication.runs import made_from, read_stamp, write_stamp

TALLY = [{"verdict": "differs", "figures": 1, "claims": "C12a"}]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REPLICATE_DATA", str(tmp_path / "fetched"))
    for name in ("runs/one.ipynb", "site/index.html", "fetched/table.parquet", "requirements.lock"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "runs" / "runs.log").touch()
    write_stamp(tmp_path / "site", made_from(tmp_path / "runs"), TALLY)
    return tmp_path / "site"


def test_a_site_of_which_nothing_changed_keeps_its_table(site: Path) -> None:
    (site.parent / "runs" / "runs.log").write_text("grows with every run")
    assert read_stamp(site, made_from(site.parent / "runs")) == TALLY


CHANGES: dict[str, Callable[[Path], object]] = {
    "a run": lambda folder: (folder / "runs" / "one.ipynb").write_text("another"),
    "a run is gone": lambda folder: (folder / "runs" / "one.ipynb").unlink(),
    "a run is new": lambda folder: (folder / "runs" / "two.ipynb").touch(),
    "a fetched table": lambda folder: (folder / "fetched" / "table.parquet").write_text("another"),
    "the lock": lambda folder: (folder / "requirements.lock").write_text("another"),
    "a page": lambda folder: (folder / "site" / "index.html").write_text("another"),
    "a page is gone": lambda folder: (folder / "site" / "index.html").unlink(),
    "the stamp is no JSON": lambda folder: (folder / ".site.json").write_text("{"),
    "the stamp is gone": lambda folder: (folder / ".site.json").unlink(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_of_anything_makes_it_stale(site: Path, change: Callable[[Path], object]) -> None:
    change(site.parent)
    assert read_stamp(site, made_from(site.parent / "runs")) is None


def test_so_does_another_date(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780000000")
    assert read_stamp(site, made_from(site.parent / "runs")) is None
