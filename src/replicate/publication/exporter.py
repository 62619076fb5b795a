"""An nbconvert exporter whose pages anyone can read, offline and without scripts."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from nbconvert.exporters.html import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets import Unicode, default

from replicate.display.labels import area_name
from replicate.display.theme import stylesheet
from replicate.publication.page import Page, read_page
from replicate.publication.refusals import refuse_page
from replicate.vocabulary.files import shipped_yaml

TEMPLATES = Path(__file__).parent / "templates"
PACKAGE = "casey-audit-replication"
SITE_TITLE = "Casey audit replication"


class ReplicateExporter(HTMLExporter):
    """Makes one page of an executed notebook (`jupyter nbconvert --to replicate`), with its style sheet inside it.

    A page is refused, with the cell named, when a cell ended in an error, an image has no text alternative, or a reader's browser would
    have to run or fetch something.
    """

    export_from_notebook = "A page for readers (replicate)"
    template_name = Unicode("replicate").tag(config=True, affects_template=True)

    @default("extra_template_basedirs")
    def _template_folders(self) -> list[str]:
        return [str(TEMPLATES)]

    def _create_environment(self) -> Environment:
        """Escape whatever is put into a template, which nbconvert leaves to each template."""
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]
        environment.autoescape = environment.trim_blocks = environment.lstrip_blocks = True
        environment.filters["page"] = self._page
        environment.globals |= {
            "site_title": SITE_TITLE,
            "version": version(PACKAGE),
            "date": publication_date(),
            "style": style(),
            "disclosure": shipped_yaml("vocabulary", "disclosure.yaml"),
        }
        return environment

    def _page(self, notebook: Any, resources: dict[str, Any]) -> Page:
        metadata = resources.get("metadata", {})
        page = read_page(
            notebook, name=metadata.get("name", "Notebook"), folder=metadata.get("path", "")
        )
        if label := metadata.get("label"):
            page = replace(
                page, title=f"{area_name(label)}: {page.title[:1].lower()}{page.title[1:]}"
            )
        resources["title"] = page.title
        return page

    def from_notebook_node(  # type: ignore[override]  # an HTMLExporter gives text, an Exporter a notebook
        self, nb: Any, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[str, dict[str, Any]]:
        """Make the page.

        HTMLExporter's own step is left out: it rewrites the finished page, and puts a placeholder where a text alternative is missing.
        """
        html, resources = TemplateExporter.from_notebook_node(self, nb, resources, **options)
        refuse_page(html, where=resources["title"])
        return html, resources


def style() -> Markup:
    """Return the style sheet of every page: the figures, tables and verdicts that notebooks show, then the page's own layout."""
    return Markup(  # noqa: S704
        stylesheet() + (TEMPLATES / "replicate" / "style.css").read_text(encoding="utf-8")
    )


def publication_date() -> str | None:
    """Return the day that SOURCE_DATE_EPOCH stands for, or None where it is not set: a page has no other date."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), tz=UTC) if epoch else None
    return f"{moment.day} {moment:%B %Y}" if moment else None
