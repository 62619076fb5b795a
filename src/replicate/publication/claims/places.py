"""Where the pages of notebooks show a claim: its verdict's box, or a row of a table."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from replicate.publication.pictures import Shown


@dataclass(frozen=True)
class Place:
    """A part of a page that shows a claim."""

    file: str
    anchor: str
    title: str


def places(pages: Mapping[str, tuple[str, Iterable[Shown]]]) -> dict[str, list[Place]]:
    """Find every claim that the pages show: claim → places, verdict boxes first.

    Parameters
    ----------
    pages
        File → title and what it shows.
    """
    found: dict[str, list[Place]] = defaultdict(list)
    listed = [(file, title, one) for file, (title, parts) in pages.items() for one in parts]
    for file, title, one in sorted(listed, key=lambda part: part[2].kind != "verdict"):
        words = "the verdict" if one.kind == "verdict" else one.bundle["title"]
        for claim in one.bundle["claims"]:
            found[claim].append(Place(file, one.anchor, f"{title}: {words}"))
    return dict(found)
