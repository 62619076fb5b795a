"""Whether an output of ours shows what it says of itself.

Beside its HTML a table, a figure or a verdict carries a JSON bundle of the media type `SHOWN`:
kind, name, title, claims, data (a CSV file), columns, alternative text, suppression. Whoever reads
outputs (publication, manifests, the search) reads that. A bundle is a statement that anybody could
have written, so it counts only where its HTML is what it renders to.
"""

from typing import Any

from replicate.display.figure import figure_html
from replicate.display.markup import SHOWN
from replicate.display.table import claims_in, table_html, verdict_html

__all__ = ["SHOWN", "drawing", "is_true"]


def is_true(bundle: Any, html: str) -> bool:
    """Say whether an output shows what its bundle says."""
    try:
        if bundle["kind"] == "figure":
            return figure_html(bundle, drawing(html)) == html and bundle["claims"] == []
        if bundle["kind"] == "verdict":
            return verdict_html(bundle) == html and bundle["claims"] == [bundle["name"]]
        told = bundle["kind"] == "table" and bundle["claims"] == claims_in(bundle)
        return told and table_html(bundle) == html
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):  # not a bundle of ours
        return False


def drawing(html: str) -> str:
    """Return the drawing inside the HTML of a figure."""
    return html[html.find("<svg") : html.rfind("</svg>") + len("</svg>")]
