"""Publishes a folder of executed notebooks as a site, whole or not at all."""

import hashlib
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat

from replicate.publication.exporter import ReplicateExporter, style
from replicate.publication.refusals import refuse_page
from replicate.publication.verdicts import Row, as_csv, check, groups, tally
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.manifests import Manifest

MARK = 'name="generator" content="casey-audit-replication'
"""What the index of a site of ours says of itself."""


def publish(executed: Path, site: Path, verdicts: Sequence[Mapping[str, object]]) -> Path:
    """Make a page of every executed notebook in a folder, and an index of the verdicts.

    The site is built beside its place and then put there, so that a page which fails leaves the last good site as it was. Published
    twice from the same runs it is the same, byte for byte; its pages bear a date only where SOURCE_DATE_EPOCH gives one.

    Parameters
    ----------
    executed
        The folder that runs wrote: `NAME.ipynb` with `NAME.manifest.json`, and any CSV files, which go into the site.
    site
        The folder to publish to: new, empty, or a site published before.
    verdicts
        A row a claim: id, report, basis, seen, statement, published, unit, computed, difference, verdict, reason, headline (whether it is
        counted in the first sentences), attribution.

    Returns
    -------
    Path
        The index.

    Raises
    ------
    InputError
        When there is nothing to publish, or the folder holds something else.
    RunError
        When a run failed or is not the one its manifest describes, or a page may not be published (see `refusals`).
    """
    notebooks = _runs(executed)
    _check_place(site)
    check(verdicts)
    site.parent.mkdir(parents=True, exist_ok=True)
    beside = site.with_name(f".{site.name}.{secrets.token_hex(4)}")
    try:
        _build(notebooks, beside, verdicts)
        _swap(beside, site)
    except OSError as error:
        raise RunError("a site that can't be written", where=str(site), got=str(error), hint="the last good one is untouched") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return site / "index.html"


def _runs(executed: Path) -> dict[Path, Manifest]:
    """Return the executed notebooks with their manifests, and refuse what isn't the result of a last, good run."""
    failed = sorted(executed.glob("*.failed.ipynb"))
    if failed:
        name = failed[0].name.removesuffix(".failed.ipynb")
        raise RunError("a notebook whose last run failed", where=str(failed[0]), hint=f"mend it and run `replicate run {name}` again")
    found = {path: Manifest.read(path.with_suffix(".manifest.json")) for path in sorted(executed.glob("*.ipynb"))}
    if not found:
        raise InputError("nothing to publish", where=str(executed), expected="executed notebooks", hint="run `replicate run` first")
    for path, manifest in found.items():
        if hashlib.sha256(path.read_bytes()).hexdigest() != manifest.output_sha256:
            raise RunError("an executed notebook that is not the one its manifest describes", where=str(path), hint="run it again")
        if path.stem == "index":
            raise RunError("a notebook whose page would take the index's place", where=str(path), hint="give it another name")
    return found


def _check_place(site: Path) -> None:
    index = site / "index.html"
    ours = index.is_file() and MARK in index.read_text(encoding="utf-8")
    if site.exists() and not ours and not (site.is_dir() and not any(site.iterdir())):
        raise InputError("a folder that holds something else than a site of ours", where=str(site), expected="a new or empty folder")


def _build(notebooks: Mapping[Path, Manifest], folder: Path, verdicts: Sequence[Row]) -> None:
    exporter = ReplicateExporter()  # type: ignore[no-untyped-call]
    folder.mkdir()
    pages = []
    for path, manifest in notebooks.items():
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        resources = {"metadata": {"name": path.stem, "path": str(path.parent)}, "site": True, "manifest": manifest}
        html, made = exporter.from_notebook_node(notebook, resources)
        (folder / f"{path.stem}.html").write_text(html, encoding="utf-8", newline="\n")
        pages.append((f"{path.stem}.html", made["title"]))
    headline = [row for row in verdicts if row["headline"]]
    template = exporter.environment.get_template("verdicts.html.j2")
    index = template.render(site=True, pages=pages, total=len(headline), tally=tally(headline), groups=groups(verdicts))
    refuse_page(index, where="index.html")
    (folder / "index.html").write_text(index, encoding="utf-8", newline="\n")
    (folder / "style.css").write_text(style(), encoding="utf-8", newline="\n")
    (folder / "verdicts.csv").write_text(as_csv(verdicts), encoding="utf-8", newline="\n")
    for table in sorted({table for path in notebooks for table in path.parent.glob("*.csv")}):
        shutil.copyfile(table, folder / table.name)


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
