"""Writes a site's files into a new folder."""

import base64
import hashlib
import shutil
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup

from replicate.publication.background import Background
from replicate.publication.claims.page import claim_page
from replicate.publication.claims.places import places
from replicate.publication.exporter import TEMPLATES, ReplicateExporter, style
from replicate.publication.gate import refuse_csv
from replicate.publication.pages.index import index_view
from replicate.publication.pages.reference import NAVIGATION, reference_pages
from replicate.publication.pages.section import MEASURED, left_out, section_view
from replicate.publication.pictures import Shown, shown
from replicate.publication.refusals import refuse_page
from replicate.publication.runs import Run, Section
from replicate.publication.verdicts import Row, as_csv

Pages = dict[str, tuple[str, list[Shown]]]
"""File → title, and what the page shows."""


class Builder:
    """Builds one site.

    Parameters
    ----------
    folder
        Where to; it must not exist yet.
    background
        What the site is made of besides runs and verdicts.
    on_step
        Called with a line for each part of the site before it is written.
    """

    def __init__(
        self, folder: Path, background: Background, on_step: Callable[[str], None]
    ) -> None:
        self.folder = folder
        self.background = background
        self.on_step = on_step
        self.exporter = ReplicateExporter()  # type: ignore[no-untyped-call]

    def build(
        self, notebooks: Sequence[Run], sections: Sequence[Section], verdicts: Sequence[Row]
    ) -> None:
        """Write every page and file."""
        self._navigation(sections)
        self.on_step(f"Writing the pages of {len(notebooks)} notebooks (10 seconds)")
        pages = {f"{run.name}.html": self._notebook(run) for run in notebooks}
        for section in sections:
            self.on_step(f"Writing the pages of {section.name}: {len(section.runs)} (10 seconds)")
            self._section(section)
        self.on_step(f"Writing the pages of {len(verdicts)} figures (10 seconds)")
        self._claims(verdicts, pages)
        for name, view in reference_pages(self.background):
            self._page(f"{name}.html", f"{name}.html.j2", view)
        self._index(verdicts, pages, sections)
        self._write("style.css", style())
        self._write("verdicts.csv", as_csv(verdicts))
        for table in sorted(
            {table for run in notebooks for table in run.path.parent.glob("*.csv")}
        ):
            self._copy(table)

    def _navigation(self, sections: Sequence[Section]) -> None:
        held = {f"{section.name}/index.html" for section in sections}
        shown = [(file, name) for file, name in NAVIGATION if "/" not in file or file in held]
        self.exporter.environment.globals["navigation"] = shown

    def _notebook(
        self, run: Run, *, root: str = "", label: str = "", folder: str = ""
    ) -> tuple[str, list[Shown]]:
        """Write the page of an executed notebook, and the notebook beside it.

        Return its title and what it shows.
        """
        notebook = nbformat.read(run.path, as_version=4)  # type: ignore[no-untyped-call]
        metadata = {"name": run.name, "path": str(run.path.parent), "label": label}
        parts = list(shown(notebook))
        drawn = {} if folder else _pictures(run.name, parts)
        files = {"notebook": run.path.name, "pictures": list(drawn)}
        resources = {
            "metadata": metadata,
            "site": True,
            "root": root,
            "manifest": run.manifest,
            **files,
        }
        html, made = self.exporter.from_notebook_node(notebook, resources)
        self._write(f"{folder}{run.name}.html", html)
        if not folder:
            self._moved(notebook, f"{run.name}.html", str(made["title"]))
        shutil.copyfile(run.path, self.folder / f"{folder}{run.path.name}")
        for name, content in drawn.items():
            (self.folder / name).write_bytes(content)
        return str(made["title"]), parts

    def _moved(self, notebook: Any, file: str, title: str) -> None:
        """Lead from each page that the notebook had under an earlier name to the one it has now."""
        for name in notebook.metadata.get("replicate", {}).get("formerly", []):
            self._page(f"{name}.html", "moved.html.j2", {"file": file, "title": title})

    def _section(self, section: Section) -> None:
        for run in section.runs:
            self._notebook(run, root="../", label=section.label(run), folder=f"{section.name}/")
        view = section_view(section, self.background.boundaries)
        self._page(f"{section.name}/index.html", "section.html.j2", view, root="../")
        if view["results"]:
            self._copy(section.folder / view["results"], folder=section.name, without=MEASURED)

    def _claims(self, verdicts: Sequence[Row], pages: Pages) -> None:
        shown_at, known = places(pages), {row["id"] for row in verdicts}
        for row in verdicts:
            made = claim_page(row, shown_at.get(str(row["id"]), []))
            self._page(
                f"claims/{row['id']}.html",
                "claim.html.j2",
                {**made.view, "known": known},
                root="../",
            )
            for name, content in made.files.items():
                (self.folder / "claims" / name).write_bytes(content)

    def _index(
        self,
        verdicts: Sequence[Row],
        pages: Pages,
        sections: Sequence[Section],
    ) -> None:
        script = (TEMPLATES / "replicate" / "claims.js").read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        listed = [(file, title) for file, (title, _) in pages.items()]
        areas = [{"folder": section.name, "pages": section.runs} for section in sections]
        scripted = {"script": Markup(script), "script_hash": f"sha256-{digest}"} if verdicts else {}  # noqa: S704 - our own
        self._page(
            "index.html",
            "verdicts.html.j2",
            {"pages": listed, "sections": areas, **scripted, **index_view(verdicts)},
        )

    def _copy(self, table: Path, *, folder: str = "", without: Collection[str] = ()) -> None:
        """Copy a file of data, but for some columns, unless it shows what its publisher suppressed."""
        text = table.read_text(encoding="utf-8")
        text = left_out(text, without) if without else text
        refuse_csv(text, where=table.name)
        self._write(f"{folder}/{table.name}" if folder else table.name, text)

    def _page(self, file: str, template: str, view: dict[str, Any], *, root: str = "") -> None:
        html = self.exporter.environment.get_template(template).render(
            site=True, root=root, here=file, **view
        )
        refuse_page(html, where=file)
        self._write(file, html)

    def _write(self, file: str, text: str) -> None:
        place = self.folder / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")


def _pictures(name: str, parts: Iterable[Shown]) -> dict[str, bytes]:
    """Return the figures of a notebook as files: each a drawing, and a picture where there is one."""
    files = {}
    for one in parts:
        if one.kind == "figure":
            files[f"{name}-{one.name}.svg"] = one.svg.encode()
            files |= {f"{name}-{one.name}.png": one.png} if one.png else {}
    return files
