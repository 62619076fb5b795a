"""What needs no browser: valid HTML, and links that lead somewhere."""

import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from .conftest import ROOT, missing

pytestmark = pytest.mark.slow


def test_every_page_is_valid_html(site: Path) -> None:
    """By the HTML standard and by rules for accessibility.

    Left out are: roles written out on the table of claims, which its cards on a telephone would otherwise lose; regions that are div
    elements; and the integrity of a style sheet that stands beside the page.
    """
    program = ROOT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
    if not program.is_file():
        missing("no html-validate here: run `npm ci`")
    config = Path(__file__).with_name("htmlvalidate.json")
    pages = sorted(map(str, site.rglob("*.html")))
    done = subprocess.run(
        ["node", program, "--config", config, *pages], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_every_link_inside_the_site_leads_to_a_file_and_to_a_place_in_it(site: Path) -> None:
    pages = {
        path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in site.rglob("*.html")
    }
    places = {path: {str(tag["id"]) for tag in soup.select("[id]")} for path, soup in pages.items()}
    broken = []
    followed = 0
    for path, soup in pages.items():
        for link in soup.select("[href]"):
            file, _, anchor = unquote(str(link["href"])).partition("#")
            if "://" in file or file.startswith("data:"):
                continue
            target = (path.parent / file).resolve() if file else path
            followed += 1
            if not target.is_file() or (anchor and anchor not in places.get(target, ())):
                broken.append((path.name, str(link["href"])))
    assert broken == []
    assert followed > len(pages)


def test_every_id_stands_once_on_its_page(site: Path) -> None:
    for path in site.rglob("*.html"):
        ids = [
            str(tag["id"])
            for tag in BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select("[id]")
        ]
        assert len(ids) == len(set(ids)), path.name
