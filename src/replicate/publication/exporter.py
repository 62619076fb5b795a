"""An nbconvert exporter whose pages anyone can read, offline and without scripts."""

from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter

from replicate.display.theme import stylesheet
from replicate.publication.gate import refuse_page
from replicate.publication.page import EVERYTHING, Page, read_page
from replicate.publication.runs import publication_date
from replicate.vocabulary.files import shipped_yaml

TEMPLATES = Path(__file__).parent / "templates"


class ReplicateExporter(TemplateExporter):
    """Makes one page of an executed notebook (`jupyter nbconvert --to replicate`).

    A page is refused, with the cell named, when a cell ended in an error, an image has no text
    alternative, or a reader's browser would have to run or fetch something. Cells and outputs
    tagged `remove-cell` or `remove-output` are left out, and so is what nbconvert's options
    exclude.
    """

    export_from_notebook = "A page for readers (replicate)"
    output_mimetype = "text/html"
    file_extension = ".html"
    template_name = "replicate"
    extra_template_basedirs = [str(TEMPLATES)]  # noqa: RUF012 - a trait, of which each has its own

    def _create_environment(self) -> Environment:
        """Escape whatever is put into a template, which nbconvert leaves to each template."""
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]
        environment.autoescape = environment.trim_blocks = environment.lstrip_blocks = True
        environment.filters |= {"page": self._page, "day": day}
        environment.globals |= {
            "site_title": "Casey audit replication",
            "version": version("casey-audit-replication"),
            "date": publication_date(),
            "style": style(),
            "disclosure": shipped_yaml("vocabulary", "disclosure.yaml"),
        }
        return environment

    def _page(self, notebook: Any, resources: dict[str, Any]) -> Page:
        metadata, wanted = resources.get("metadata", {}), resources["global_content_filter"]
        page = read_page(
            notebook,
            name=metadata.get("name", "Notebook"),
            folder=metadata.get("path") or ".",
            parts={part for part in EVERYTHING if wanted.get(f"include_{part}", True)},
        )
        for warning in page.warnings:
            self.log.warning(warning)
        resources["title"] = page.title
        return page

    def from_notebook_node(  # type: ignore[override]  # it gives text
        self, nb: Any, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[str, dict[str, Any]]:
        """Make the page, and hold it to the gate."""
        html, resources = super().from_notebook_node(nb, resources, **options)
        refuse_page(html, where=resources["title"])
        return html, resources


def style() -> Markup:
    """Return the style sheet of every page: what notebooks show, then the page's own layout."""
    own = (TEMPLATES / "replicate" / "style.css").read_text(encoding="utf-8")
    return Markup(stylesheet() + own)  # noqa: S704 - our own


def day(moment: date) -> str:
    """Write a day as readers do."""
    return f"{moment.day} {moment:%B %Y}"
