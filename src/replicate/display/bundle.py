"""What an output of ours says of itself, and whether it shows what it says.

Beside its HTML a table, a figure or a verdict carries a JSON bundle of the media type `SHOWN`:
kind, name, title, claims, data (a CSV file), columns, alternative text, suppression. Whoever reads
outputs (publication, manifests, the search) reads that. A bundle is a statement that anybody could
have written, so it counts only where its HTML is what it renders to.
"""

from collections.abc import Mapping
from typing import Any

from replicate.display.cells import Column
from replicate.display.figure import figure_html
from replicate.display.markup import SHOWN
from replicate.display.table import claims_in, table_html
from replicate.display.verdict import verdict_html

__all__ = ["SHOWN", "drawing", "is_true"]


def is_true(bundle: Any, html: str) -> bool:
    """Say whether an output shows what its bundle says."""
    try:
        return _rendered(bundle, html) == html and _claims(bundle) == bundle["claims"]
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):  # not a bundle of ours
        return False


def drawing(html: str) -> str:
    """Return the drawing inside the HTML of a figure."""
    return html[html.find("<svg") : html.rfind("</svg>") + len("</svg>")]


def _rendered(bundle: Mapping[str, Any], html: str) -> str:
    if bundle["kind"] == "figure":
        return figure_html(bundle, drawing(html))
    return {"table": table_html, "verdict": verdict_html}[bundle["kind"]](bundle)


def _claims(bundle: Mapping[str, Any]) -> list[str]:
    if bundle["kind"] == "table":
        columns = [Column(**column) for column in bundle["columns"]]
        return claims_in(bundle["rows"], columns, bundle["row_header"])
    return [bundle["name"]] if bundle["kind"] == "verdict" else []
