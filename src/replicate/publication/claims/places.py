"""Where the pages of notebooks show a claim: its verdict's box, or a row of a table."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

_BOX = re.compile(r'id="(verdict-([A-Z]\d\d[a-z]?))"')
_TABLE = re.compile(r'<table id="(?P<id>tab-[^"]+)">(?P<body>.*?)</table>', re.DOTALL)
_CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)
_ROW = re.compile(r'<th scope="row">([A-Z]\d\d[a-z]?)</th>')


@dataclass(frozen=True)
class Place:
    """A part of a page that shows a claim; the title is HTML."""

    file: str
    anchor: str
    title: str


def places(pages: Mapping[str, tuple[str, str]]) -> dict[str, list[Place]]:
    """Find every claim that the pages show.

    Parameters
    ----------
    pages
        File → title and HTML.

    Returns
    -------
    dict
        Claim → places, verdict boxes first.

    Examples
    --------
    >>> page = '<section id="verdict-C01"></section><table id="tab-all"><caption>All</caption><th scope="row">C01</th></table>'
    >>> [place.anchor for place in places({"01.html": ("Counts", page)})["C01"]]
    ['verdict-C01', 'tab-all']
    """
    found: dict[str, list[Place]] = defaultdict(list)
    for file, (title, html) in pages.items():
        for anchor, claim in _BOX.findall(html):
            found[claim].append(Place(file, anchor, f"{title}: the verdict"))
    for file, (title, html) in pages.items():
        for table in _TABLE.finditer(html):
            caption = _CAPTION.search(table["body"])
            words = f"{title}: {caption[1]}" if caption else title
            for claim in dict.fromkeys(_ROW.findall(table["body"])):
                found[claim].append(Place(file, table["id"], words))
    return dict(found)
