"""Publishes a folder of executed notebooks as a site, whole or not at all.

The walk from an executed notebook to its page: `runs` finds it with its manifest, `gate` refuses
what may not be published, `page.read_page` reads it, `exporter` puts it into a template, and
`_Builder` here writes the file, beside the pages of claims (`claims`), of police forces, and of
how it was done. A search index of all of them is a file of its own.
"""

import csv
import io
import json
import secrets
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup

from replicate.display.figure import Figure, document, figure
from replicate.display.rows import rows_plot
from replicate.display.theme import area_name
from replicate.ledger import Verdict
from replicate.publication import claims
from replicate.publication.claims import Row
from replicate.publication.exporter import TEMPLATES, ReplicateExporter, style
from replicate.publication.gate import refuse_csv, refuse_page, refuse_verdicts
from replicate.publication.page import Page, Shown, shown, without_removed
from replicate.publication.runs import Background, Run, Section, built, refuse_stale, runs, sections
from replicate.vocabulary.definitions import definitions, kinds
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.files import shipped_yaml
from replicate.vocabulary.numbers import number

MARK = 'name="generator" content="casey-audit-replication'
"""What the index of a site of ours says of itself."""

NAVIGATION = (
    ("claims/index.html", "All figures"),
    ("forces/index.html", "Police forces"),
    ("index.html#analyses", "Analyses"),
    ("methods.html", "Methods"),
)
"""What the head of every page leads to; forces only where there are any."""

SHARED = "share.png"
"""The picture by which a page is shared that has none of its own."""

NO_RATE = "not given"
MEASURED = ("seconds", "peak_memory")
"""Columns of a sweep's table that differ from run to run."""

Pages = dict[str, tuple[str, list[Shown]]]
"""File → title, and what the page shows."""


def publish(
    executed: Path,
    site: Path,
    verdicts: Sequence[Mapping[str, object]],
    *,
    background: Background | None = None,
    sweeps: Path | None = None,
    project: Path | None = None,
    url: str = "",
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
        A row a claim with `claims.COLUMNS`, and what else `claims.DETAILS` lists; rules, choices,
        tables, for the pages about how it was done.
    sweeps
        The folder of sweeps; those that hold a `publish.json` get a folder of pages.
    project
        The folder with the notebooks, to refuse runs of what has changed since; none asks nothing.
    url
        The address that the site will have, for links that others need whole; none writes none.
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
    _check_place(site)
    rows = claims.complete(verdicts)
    refuse_verdicts(verdicts)
    if project:
        every = (*notebooks, *(run for part in parts for run in part.runs))
        refuse_stale(every, project)
    _put(
        site,
        lambda folder: _Builder(folder, background or Background(), url, on_step).build(
            notebooks, parts, rows
        ),
    )
    return site / "index.html"


def _check_place(site: Path) -> None:
    index = site / "index.html"
    ours = index.is_file() and MARK in index.read_text(encoding="utf-8")
    if site.exists() and not ours and not (site.is_dir() and not any(site.iterdir())):
        raise InputError(
            "a folder that holds something else than a site of ours",
            where=str(site),
            expected="a new or empty folder",
        )


def _put(site: Path, build: Callable[[Path], None]) -> None:
    """Build beside the place of a site, and then put it there."""
    site.parent.mkdir(parents=True, exist_ok=True)
    beside = site.with_name(f".{site.name}.{secrets.token_hex(4)}")
    try:
        build(beside)
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


def _swap(beside: Path, site: Path) -> None:
    """Put the new site in its place; should that fail, put the old one back."""
    if not site.exists():
        beside.rename(site)
        return
    old = site.with_name(f"{beside.name}.old")
    site.rename(old)
    try:
        beside.rename(site)
    except OSError:
        old.rename(site)
        raise
    shutil.rmtree(old)


class _Builder:
    """Builds one site in a folder that does not exist yet."""

    def __init__(
        self, folder: Path, background: Background, url: str, on_step: Callable[[str], None]
    ) -> None:
        self.folder, self.background, self.on_step = folder, background, on_step
        self.url = f"{url.rstrip('/')}/" if url else ""
        self.exporter = ReplicateExporter()  # type: ignore[no-untyped-call]
        self.found: list[dict[str, str]] = []

    def build(
        self, notebooks: Sequence[Run], parts: Sequence[Section], rows: Sequence[Row]
    ) -> None:
        """Write every page and file."""
        drawn = claims.verdicts_drawn(rows)
        self.folder.mkdir(parents=True, exist_ok=True)
        if drawn:
            (self.folder / SHARED).write_bytes(drawn.png or b"")
        folders = {f"{section.name}/index.html" for section in parts}
        self.exporter.environment.globals |= {
            "navigation": [
                (file, name) for file, name in NAVIGATION if "forces" not in file or file in folders
            ],
            "date": built((*notebooks, *(run for part in parts for run in part.runs))),
            "released": self.background.released,
            "url": self.url,
            "share_of_all": SHARED if drawn else None,
        }
        self._claims_found(rows)
        self.on_step(f"Writing the pages of {len(notebooks)} notebooks (10 seconds)")
        pages = {f"{run.name}.html": self._notebook(run) for run in notebooks}
        for section in parts:
            self.on_step(f"Writing the pages of {section.name}: {len(section.runs)} (10 seconds)")
            self._section(section)
        self.on_step(f"Writing the pages of {len(rows)} figures (20 seconds)")
        self._claims(rows, pages)
        for name, view in self._reference():
            self._page(f"{name}.html", f"{name}.html.j2", view)
        self._index(rows, pages, parts, drawn)
        self._write("style.css", style())
        self._write("search.js", _template("search.js"))
        self._write(
            "search-index.js", f"const FOUND = {json.dumps(self.found, ensure_ascii=False)};\n"
        )
        self._write("verdicts.csv", claims.as_csv(rows))
        for table in sorted({one for run in notebooks for one in run.path.parent.glob("*.csv")}):
            self._copy(table)

    def _notebook(
        self, run: Run, *, folder: str = "", heading: str = ""
    ) -> tuple[str, list[Shown]]:
        """Write the page of an executed notebook, and the notebook beside it."""
        metadata = {"name": run.name, "path": str(run.path.parent), "heading": heading}
        parts = [one for one in shown(without_removed(run.notebook)) if one.kind == "figure"]
        files = _pictures(f"{folder}{run.name}", parts[:1] if folder else parts)
        resources = {
            "metadata": metadata,
            "site": True,
            "root": "../" if folder else "",
            "here": f"{folder}{run.name}.html",
            "manifest": run.manifest,
            "notebook": run.path.name,
            "changed": "" if folder else run.changed,
            "pictures": [] if folder else list(files),
            "share": next((name for name in files if name.endswith(".png")), None),
        }
        html, made = self.exporter.from_notebook_node(run.notebook, resources)
        page: Page = made["read"]
        title = f"{page.title} ({run.changed})" if not folder and run.changed else page.title
        self._write(f"{folder}{run.name}.html", html)
        kept = without_removed(run.notebook)
        if kept is run.notebook:
            shutil.copyfile(run.path, self.folder / f"{folder}{run.path.name}")
        else:
            nbformat.write(kept, self.folder / f"{folder}{run.path.name}")  # type: ignore[no-untyped-call]
        for name, content in files.items():
            (self.folder / name).write_bytes(content)
        for warning in page.warnings:
            self.on_step(f"warning: {warning}")
        if not folder:
            self._moved(run, title)
        kind = "Police force" if folder else "Analysis"
        self._find(kind, title, f"{folder}{run.name}.html", page.description)
        return title, page.shown

    def _moved(self, run: Run, title: str) -> None:
        """Lead from each page that the notebook had under an earlier name to the one it has now."""
        for name in run.notebook.metadata.get("replicate", {}).get("formerly", []):
            view = {"file": f"{run.name}.html", "title": title}
            self._page(f"{name}.html", "moved.html.j2", view)

    def _section(self, section: Section) -> None:
        for run in section.runs:
            heading = _force_heading(section, run)
            self._notebook(run, folder=f"{section.name}/", heading=heading)
        self._page(
            f"{section.name}/index.html",
            "section.html.j2",
            _section_view(section),
        )
        results = section.folder / "results.csv"
        if results.is_file():
            self._copy(results, folder=f"{section.name}/", without=MEASURED)

    def _claims_found(self, rows: Sequence[Row]) -> None:
        for card in claims.cards(rows):
            self._find("Main figure", card.heading, card.link, card.text)
        for row in rows:
            label = Verdict(row["verdict"]).label
            text = "; ".join(filter(None, [label, *claims.words_of(row)]))
            self._find(str(row["id"]), claims.headline(row), f"claims/{row['id']}.html", text)

    def _find(self, kind: str, title: str, address: str, text: str) -> None:
        self.found.append({"kind": kind, "title": title, "address": address, "text": text})

    def _claims(self, rows: Sequence[Row], pages: Pages) -> None:
        shown_at, known = claims.places(pages), {row["id"] for row in rows}
        listed = claims.listed(rows)
        names = ["index.html", *(f"page-{number}.html" for number in range(2, len(listed) + 1))]
        found = {
            row["id"]: f"{name}#{row['id']}"
            for name, part in zip(names, listed, strict=False)
            for row in part
        }
        for name, part in zip(names, listed, strict=False):
            view = {"rows": part, "pages": names, "name": name, "total": len(rows)}
            self._page(f"claims/{name}", "claims.html.j2", view)
        for row in rows:
            made = claims.claim_page(row, shown_at.get(str(row["id"]), []))
            for name, content in made.files.items():
                (self.folder / "claims" / name).write_bytes(content)
            view = {**made.view, "known": known, "in_list": found[row["id"]]}
            self._page(f"claims/{row['id']}.html", "claim.html.j2", view)

    def _reference(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the name and view of each page about how it was done."""
        every = definitions()
        for name, one in every.items():
            text = f"{one.rationale} {', '.join(one.codes)}"
            self._find("Definition", one.title, f"definitions.html#{name}", text)
        meanings = [(one.label, one.meaning) for one in Verdict if one is not Verdict.NOT_CHECKED]
        by_kind: dict[str, list[str]] = {}
        for code, kind in kinds().items():
            by_kind.setdefault(kind, []).append(code)
        yield (
            "methods",
            {
                "verdicts": meanings,
                "rules": self.background.rules,
                "choices": self.background.choices,
                "placebo": claims.placebo_meaning(),
                "cards": shipped_yaml("publication", "cards.yaml"),
            },
        )
        yield "data", {"tables": self.background.tables}
        yield "definitions", {"definitions": every.values(), "kinds": list(by_kind.items())}
        yield "accessibility", {}

    def _index(
        self, rows: Sequence[Row], pages: Pages, parts: Sequence[Section], drawn: Figure | None
    ) -> None:
        groups = claims.groups(rows)
        view = {
            "figure": drawn and Markup(drawn.html),  # noqa: S704 - display.figure escapes
            "cards": claims.cards(rows),
            "groups": groups,
            "description": groups[0].sentence if groups else "Published figures, recomputed.",
            "pages": [(file, title) for file, (title, _) in pages.items()],
            "sections": [(section.name, len(section.runs)) for section in parts],
            "support": shipped_yaml("publication", "support.yaml"),
            "home": True,
            "total": len(rows),
        }
        self._page("index.html", "home.html.j2", view)

    def _copy(self, table: Path, *, folder: str = "", without: Collection[str] = ()) -> None:
        """Copy a file of data, but for some columns, unless it shows what is suppressed."""
        text = table.read_text(encoding="utf-8")
        text = left_out(text, without) if without else text
        refuse_csv(text, where=table.name)
        self._write(f"{folder}{table.name}", text)

    def _page(self, file: str, template: str, view: dict[str, Any]) -> None:
        root = "../" * file.count("/")
        html = self.exporter.environment.get_template(template).render(
            site=True, root=root, here=file, **view
        )
        refuse_page(html, where=file)
        self._write(file, html)

    def _write(self, file: str, text: str) -> None:
        place = self.folder / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")


def _pictures(name: str, figures: Iterable[Shown]) -> dict[str, bytes]:
    """Return figures as files: each a drawing, and a picture where there is one."""
    files = {}
    for one in figures:
        files[f"{name}-{one.name}.svg"] = document(one.svg, one.bundle).encode()
        files |= {f"{name}-{one.name}.png": one.png} if one.png else {}
    return files


def _template(name: str) -> str:
    return (TEMPLATES / "replicate" / name).read_text(encoding="utf-8")


def left_out(text: str, columns: Collection[str]) -> str:
    r"""Return a CSV file without some of its columns.

    Examples
    --------
    >>> left_out("run,seconds,count\nkent,2.5,3882\n", ["seconds"])
    'run,count\nkent,3882\n'
    """
    rows = csv.DictReader(io.StringIO(text, newline=""))
    kept, made = [name for name in rows.fieldnames or () if name not in columns], io.StringIO()
    writer = csv.DictWriter(made, kept, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue()


# Police forces.


def _force_heading(section: Section, run: Run) -> str:
    """Say in a line what a force recorded, from what its run recorded; else its name."""
    name = area_name(section.label(run))
    count, rate = run.recorded("count").get("value"), run.recorded("rate")
    period = next((one.value for one in run.parameters if one.name == "period"), "")
    if count is None:
        return name
    offences = f"{name}, {period}: {number(count)} offences recorded"
    if rate.get("value") is None:
        return offences
    return f"{offences}; {_rate(rate).replace(' (', ' per 1,000 children (')}"


def _rate(rate: Mapping[str, Any]) -> str:
    value, ends = rate.get("value"), rate.get("interval")
    if value is None or ends is None:
        return NO_RATE
    lower, upper = (number(ends[end], decimals=1) for end in ("lower", "upper"))
    return f"{number(value, decimals=1)} ({lower} to {upper})"


def _section_view(section: Section) -> dict[str, Any]:
    """Return the areas from A to Z and the figure of rates, from what each run recorded."""
    ordered = sorted(section.runs, key=lambda run: area_name(section.label(run)))
    areas = [_area(section, run) for run in ordered]
    return {
        "areas": areas,
        "rates": _rates(section, _counted(section.runs[0])),
        "results": "results.csv" if (section.folder / "results.csv").is_file() else None,
        "counted": _counted(section.runs[0]),
        "bare": [area["name"] for area in areas if area["rate"] == NO_RATE],
    }


def _counted(run: Run) -> str:
    """Say what was counted and when; empty where a run has no definition or no period."""
    given = {one.name: one.value for one in run.parameters}
    if not {"definition", "period"} <= set(given):
        return ""
    found = definitions().get(given["definition"])
    return f"{found.title if found else given['definition']}; {given['period']}"


def _area(section: Section, run: Run) -> dict[str, str]:
    high, low = (run.recorded(f"rank_{end}").get("value") for end in ("highest", "lowest"))
    return {
        "file": f"{run.name}.html",
        "name": area_name(section.label(run)),
        "count": number(run.recorded("count").get("value")),
        "rate": _rate(run.recorded("rate")),
        "ranks": NO_RATE if high is None or low is None else f"{number(high)} to {number(low)}",
    }


def _rates(section: Section, counted: str) -> Markup | None:
    """Draw the rates with their intervals; no figure where no area has one."""
    import pandas as pd

    rates = {section.label(run): run.recorded("rate") for run in section.runs}
    rows = [
        {"force": name, "rate": rate["value"], **rate["interval"]}
        for name, rate in rates.items()
        if rate.get("value") is not None
    ]
    if not rows:
        return None
    values = pd.DataFrame(rows)[["force", "rate", "lower", "upper"]]
    span = (
        f"{number(values['rate'].min(), decimals=1)} to {number(values['rate'].max(), decimals=1)}"
    )
    drawn = figure(
        rows_plot(
            values,
            kind="intervals",
            y="force",
            x="rate",
            order="value",
            label="Offences per 1,000 children a year",
        ),
        title=f"Recorded rates run from {span} per 1,000 children a year",
        subtitle="Offences recorded, non-recent included, by police force area of England and Wales"
        + (f": {counted}" if counted else ""),
        source="the pages of the areas, which name their sources",
        alt=f"A dot and an interval for each of {number(len(values))} police force areas, the "
        f"highest rate on top; rates run from {span}.",
        data=values,
        name="areas",
        note="Recorded in the area, including non-recent offences; not where children were harmed.",
    )
    return Markup(drawn.html)  # noqa: S704 - display.figure escapes
