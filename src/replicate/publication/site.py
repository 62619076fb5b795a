"""Publishes a folder of executed notebooks as a site, whole or not at all."""

import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from replicate.publication.background import Background
from replicate.publication.building import Builder
from replicate.publication.gate import refuse_stale, refuse_verdicts
from replicate.publication.runs import runs, sections
from replicate.publication.verdicts import check, complete
from replicate.vocabulary.errors import InputError, RunError

MARK = 'name="generator" content="casey-audit-replication'
"""What the index of a site of ours says of itself."""


def publish(
    executed: Path,
    site: Path,
    verdicts: Sequence[Mapping[str, object]],
    *,
    background: Background | None = None,
    sweeps: Path | None = None,
    project: Path | None = None,
    on_step: Callable[[str], None] = lambda _: None,
) -> Path:
    """Make a page of every executed notebook, of every claim, and of every run of the sweeps that say so, with an index of the verdicts.

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
        counted in the first sentences), attribution, missing; what else `verdicts.DETAILS` lists, its page says as well.
    background
        Rules, choices, tables and boundaries, for the pages about how it was done.
    sweeps
        The folder of sweeps; those that hold a `publish.json` get a folder of pages.
    project
        The folder with the notebooks, to refuse runs of what has changed since; none asks nothing.
    on_step
        Called with a line for each part of the site before it is written.

    Returns
    -------
    Path
        The index.

    Raises
    ------
    InputError
        When there is nothing to publish, or the folder holds something else.
    RunError
        When a run failed, is stale or is not the one its manifest describes, a claim was not checked, or a page or a file may not be
        published (see `refusals` and `gate`).
    """
    notebooks, parts = runs(executed), sections(sweeps)
    _check_place(site)
    check(verdicts)
    refuse_verdicts(verdicts)
    if project:
        every = (*notebooks, *(run for part in parts for run in part.runs))
        refuse_stale({run.path: run.manifest for run in every}, project)
    builder = partial(Builder, background=background or Background(), on_step=on_step)
    _put(site, lambda folder: builder(folder).build(notebooks, parts, complete(verdicts)))
    return site / "index.html"


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
