"""Publishes a folder of executed notebooks as a site, whole or not at all.

The walk from an executed notebook to its page: `runs` finds it with its manifest, `page.read_page`
reads it, `gate` refuses what may not be published, and `_Site.page` here puts it into a template
and writes the file, as it does the pages of claims (`claims`), of police forces, and of how it was
done. A search index of all of them is a file of its own.
"""

import json
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from markupsafe import Markup

from replicate.derivations.verification import Verification
from replicate.display.figure import document, figure
from replicate.display.rows import rows_plot
from replicate.display.theme import SYMBOLS, area_name
from replicate.ledger import Verdict
from replicate.publication import claims
from replicate.publication.exporter import TEMPLATES, ReplicateExporter, style
from replicate.publication.gate import refuse_csv, refuse_page
from replicate.publication.page import Shown, read_page, without_removed
from replicate.publication.runs import (
    Background,
    Run,
    Section,
    built,
    made_from,
    refuse_stale,
    runs,
    sections,
)
from replicate.vocabulary.definitions import definitions, kinds
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.files import shipped_yaml, write_atomic
from replicate.vocabulary.numbers import number

MARK = 'name="generator" content="casey-audit-replication'
"""What the index of a site of ours says of itself."""

SHARED = "share.png"
"""The picture by which a page is shared that has none of its own."""

NO_RATE = "not given"
ENDS = ("lower", "upper")
MEASURED = ["seconds", "peak_memory"]
"""Columns of a sweep's table that differ from run to run."""


def publish(
    executed: Path,
    site: Path,
    verdicts: Sequence[Verification],
    *,
    background: Background | None = None,
    sweeps: Path | None = None,
    project: Path | None = None,
    url: str = "",
    charts: Path | None = None,
    on_step: Callable[[str], None] = lambda _: None,
) -> Path:
    """Make a page of every executed notebook, of every claim, and of every run of some sweeps.

    The site is built beside its place and then put there, so that a page which fails leaves the
    last good site as it was. Published twice from the same runs it is the same, byte for byte.

    Parameters
    ----------
    executed
        The folder that runs wrote; its CSV files go into the site.
    site
        The folder to publish to: new, empty, or a site published before.
    verdicts, background
        From `verify`; rules, choices and tables, for the pages about how it was done.
    sweeps
        The folder of sweeps; those that hold a `publish.json` get a folder of pages.
    project
        The folder with the notebooks, to refuse runs of what has changed since; none asks nothing.
    url
        The address that the site will have, for links that others need whole; none writes none.
    charts
        The file that keeps the charts of claims, so that only those which changed are drawn.
    on_step
        Called with a line before each part of the site, and for each warning.

    Returns
    -------
    Path
        The index.

    Raises
    ------
    InputError
        When there is nothing to publish, or the folder holds something else.
    RunError
        When a run failed or is stale, a claim was not checked, or a page may not be published.
    """
    notebooks, parts = runs(executed), sections(sweeps)
    every = (*notebooks, *(run for part in parts for run in part.runs))
    _check_place(site)
    _check_verdicts(verdicts)
    if project:
        refuse_stale(every, project)
    with _replacing(site) as beside:
        building = _Site(beside, background or Background(), on_step)
        building.share(date=built(every), url=f"{url.rstrip('/')}/" if url else "")
        with _kept(building.charts, charts):
            building.build(notebooks, parts, verdicts)
    return site / "index.html"


@contextmanager
def _replacing(site: Path) -> Iterator[Path]:
    """Give a folder beside a site, and put it in the site's place once all is well."""
    beside = site.with_name(f".{site.name}.{secrets.token_hex(4)}")
    try:
        yield beside
        _swap(beside, site)
    except OSError as error:
        raise RunError(
            "a site that can't be written",
            where=str(site),
            got=str(error),
            hint="the last good one is untouched",
        ) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def _kept(drawn: claims.Charts, file: Path | None) -> Iterator[None]:
    """Draw no chart again that a file keeps, and keep those used once all is well."""
    source = made_from()  # the package, its tables and the lock
    if file and file.is_file():
        drawn.kept = json.loads(file.read_bytes()).get(source, {})
    yield
    if file:
        write_atomic(file, json.dumps({source: drawn.used}))


def _check_verdicts(verdicts: Iterable[Verification]) -> None:
    if unchecked := [one.claim.id for one in verdicts if one.verdict is Verdict.NOT_CHECKED]:
        raise RunError(
            "claims that nobody has checked",
            where="the verdicts",
            got=", ".join(unchecked),
            hint="write their derivations, or say in the ledger why there can be none",
        )


def _check_place(site: Path) -> None:
    index = site / "index.html"
    ours = index.is_file() and MARK in index.read_text(encoding="utf-8")
    if site.exists() and not ours and not (site.is_dir() and not any(site.iterdir())):
        raise InputError(
            "a folder that holds something else than a site of ours",
            where=str(site),
            expected="a new or empty folder",
        )


def _swap(beside: Path, site: Path) -> None:
    """Put the new site in its place; should that fail, put the old one back."""
    old = site.with_name(f"{beside.name}.old")
    if site.exists():
        site.rename(old)
    try:
        beside.rename(site)
    except OSError:
        old.rename(site)
        raise
    shutil.rmtree(old, ignore_errors=True)


class _Site:
    """A site that is built in a folder which does not exist yet."""

    def __init__(
        self, folder: Path, background: Background, on_step: Callable[[str], None]
    ) -> None:
        self.folder, self.background, self.on_step = folder, background, on_step
        self.found: list[dict[str, str]] = []
        self.charts = claims.Charts()
        self.environment = ReplicateExporter().environment  # type: ignore[no-untyped-call]
        self.environment.filters |= {
            name: getattr(claims, name)
            for name in ("difference", "headline", "shortened", "summary", "tally", "where_read")
        }
        self.share(signs=SYMBOLS, released=background.released)

    def share(self, **known: Any) -> None:
        """Tell every page something."""
        self.environment.globals |= known

    def build(
        self, notebooks: Sequence[Run], parts: Sequence[Section], verdicts: Sequence[Verification]
    ) -> None:
        """Write every page and file."""
        if drawn := claims.verdicts_drawn(verdicts):
            self.write(SHARED, drawn.png or b"")
            self.share(share_of_all=SHARED)
        self.share(sections={part.name: len(part.runs) for part in parts})
        self.cards = claims.cards(verdicts)
        for card in self.cards:
            self.find("Main figure", card.heading, card.link, card.text)
        self.on_step(f"Writing the pages of {len(notebooks)} notebooks (10 seconds)")
        pages = {f"{run.name}.html": self.notebook(run) for run in notebooks}
        for part in parts:
            self.on_step(f"Writing the pages of {part.name}: {len(part.runs)} (10 seconds)")
            self.section(part)
        self.on_step(f"Writing the pages of {len(verdicts)} figures (20 seconds)")
        self.claims(verdicts, claims.places(pages))
        self.reference()
        view = {
            "home": True,
            "cards": self.cards,
            "figure": drawn and Markup(drawn.html),  # noqa: S704 - display.figure escapes
            "groups": claims.groups(verdicts),
            "pages": {file: title for file, (title, _) in pages.items()},
            "support": shipped_yaml("publication", "support.yaml"),
            "total": len(verdicts),
        }
        self.page("index.html", "home.html.j2", view)
        self.write("style.css", style())
        self.write("search.js", (TEMPLATES / "replicate" / "search.js").read_bytes())
        found = json.dumps(self.found, ensure_ascii=False)
        self.write("search-index.js", f"const FOUND = {found};\n")
        self.write("verdicts.csv", claims.as_csv(verdicts))
        for table in sorted({one for run in notebooks for one in run.path.parent.glob("*.csv")}):
            self.write(table.name, _checked(table.read_text(encoding="utf-8"), table.name))

    def page(self, file: str, template: str, view: dict[str, Any]) -> None:
        """Write a page."""
        root = "../" * file.count("/")
        html = self.environment.get_template(template).render(
            site=True, root=root, here=file, **view
        )
        refuse_page(html, where=file)
        self.write(file, html)

    def write(self, file: str, content: str | bytes) -> None:
        """Write a file, its folder too."""
        place = self.folder / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)

    def find(self, kind: str, title: str, address: str, text: str) -> None:
        """Put a page, or a place in one, into the search index."""
        self.found.append({"kind": kind, "title": title, "address": address, "text": text})

    def notebook(self, run: Run, label: str = "") -> tuple[str, list[Shown]]:
        """Write the page of an executed notebook, its pictures, and the notebook beside it.

        A page of a section is called by its finding, so that a reader has the answer first.
        """
        page = read_page(run.notebook, name=run.name, folder=str(run.path.parent))
        for warning in page.warnings:
            self.on_step(f"warning: {warning}")
        changed = "" if run.section else run.changed
        heading = (page.finding or label) if run.section else page.title
        title = f"{heading} ({changed})" if changed else heading
        figures = [one for one in page.shown if one.kind == "figure"]
        files: dict[str, bytes] = {}
        for one in figures[:1] if run.section else figures:
            name = f"{run.page.removesuffix('.html')}-{one.name}"
            files[f"{name}.svg"] = document(one.svg, one.bundle).encode()
            files |= {f"{name}.png": one.png} if one.png else {}
        view = {
            "page": page,
            "heading": heading,
            "changed": changed,
            "manifest": run.manifest,
            "notebook": run.path.name,
            "pictures": [] if run.section else list(files),
            "share": next((name for name in files if name.endswith(".png")), None),
        }
        self.page(run.page, "index.html.j2", view)
        kept = without_removed(run.notebook)
        written = nbformat.writes(kept)  # type: ignore[no-untyped-call]
        files[f"{run.page.removesuffix('html')}ipynb"] = (
            run.path.read_bytes() if kept == run.notebook else written.encode()
        )
        for name, content in files.items():
            self.write(name, content)
        for former in run.notebook.metadata.get("replicate", {}).get("formerly", []):
            self.page(f"{former}.html", "moved.html.j2", {"file": run.page, "title": title})
        self.find("Police force" if run.section else "Analysis", title, run.page, page.description)
        return title, page.shown

    def section(self, section: Section) -> None:
        """Write the pages of a sweep, and their list."""
        areas = []
        for run in section.runs:
            name = area_name(section.label(run))
            areas.append(_area(name, run))
            self.notebook(run, name)
        given = {one.name: one.value for one in section.runs[0].parameters}
        found = definitions().get(given.get("definition", ""))
        results = section.folder / "results.csv"
        view = {
            "areas": sorted(areas, key=lambda area: area["name"]),
            "counted": f"{found.title}; {given.get('period')}" if found else "",
            "rates": _rates(section),
            "results": results.name if results.is_file() else None,
        }
        self.page(f"{section.name}/index.html", "section.html.j2", view)
        if results.is_file():
            table = pd.read_csv(results, dtype=str, keep_default_na=False)
            text = table.drop(columns=MEASURED, errors="ignore").to_csv(
                index=False, lineterminator="\n"
            )
            self.write(f"{section.name}/results.csv", _checked(text, results.name))

    def claims(self, verdicts: Sequence[Verification], places: dict[str, dict[str, str]]) -> None:
        """Write a page a claim, and the list of all."""
        listed = claims.listed(verdicts)
        for name, results in listed.items():
            view = {"results": results, "pages": listed, "name": name, "total": len(verdicts)}
            self.page(f"claims/{name}", "claims.html.j2", view)
        in_list = {one.claim.id: name for name, page in listed.items() for one in page}
        for result in verdicts:
            claim = result.claim.id
            view, files = claims.claim_page(result, self.charts)
            for name, content in files.items():
                self.write(f"claims/{name}", content)
            view |= {"known": in_list, "places": places.get(claim, {})}
            self.page(f"claims/{claim}.html", "claim.html.j2", view)
            title = claims.headline(result)
            self.find(claim, title, f"claims/{claim}.html", claims.words_of(result))

    def reference(self) -> None:
        """Write the pages about how it was done."""
        for name, one in definitions().items():
            text = f"{one.rationale} {', '.join(one.codes)}"
            self.find("Definition", one.title, f"definitions.html#{name}", text)
        by_kind: dict[str, list[str]] = {}
        for code, kind in kinds().items():
            by_kind.setdefault(kind, []).append(code)
        view = {
            "background": self.background,
            "cards": shipped_yaml("publication", "cards.yaml"),
            "definitions": definitions().values(),
            "kinds": by_kind,
            "placebo": claims.placebo_meaning(),
            "verdicts": [one for one in Verdict if one is not Verdict.NOT_CHECKED],
        }
        for name in ("methods", "data", "definitions", "accessibility"):
            self.page(f"{name}.html", f"{name}.html.j2", view)


def _checked(text: str, where: str) -> str:
    """Return a file of data, unless it shows what is suppressed."""
    refuse_csv(text, where=where)
    return text


def _area(name: str, run: Run) -> dict[str, str]:
    """Return what a run recorded of an area: count, rate with its interval, ranks."""
    rate = run.recorded("rate")
    ends = rate.get("interval") or {}
    high, low = (run.recorded(f"rank_{end}").get("value") for end in ("highest", "lowest"))
    told = [number(one, decimals=1) for one in (rate.get("value"), *map(ends.get, ENDS))]
    return {
        "name": name,
        "file": f"{run.name}.html",
        "count": number(run.recorded("count").get("value")),
        "rate": f"{told[0]} ({told[1]} to {told[2]})" if ends else NO_RATE,
        "ranks": NO_RATE if None in (high, low) else f"{number(high)} to {number(low)}",
    }


def _rates(section: Section) -> Markup | None:
    """Draw the rates with their intervals; nothing where no area has one."""
    found = {section.label(run): run.recorded("rate") for run in section.runs}
    rows = [
        {"force": force, "rate": rate["value"], **rate["interval"]}
        for force, rate in found.items()
        if rate.get("interval")
    ]
    if not rows:
        return None
    values = pd.DataFrame(rows)[["force", "rate", *ENDS]].sort_values("rate", ascending=False)
    label = "Offences per 1,000 children a year"
    drawn = figure(
        rows_plot(values, kind="intervals", y="force", x="rate", label=label),
        title=f"Recorded rates run from {values['rate'].min():.1f} to {values['rate'].max():.1f} "
        "per 1,000 children a year",
        subtitle="Offences recorded, non-recent included, by police force area; 95 % intervals",
        source="the pages of the areas, which name their sources",
        data=values,
        name="areas",
    )
    return Markup(drawn.html)  # noqa: S704 - display.figure escapes
