"""One file to deposit: code, tables, outputs and metadata, the same bytes each time.

Everything can be made again from it. `outputs` lists what each cell made.
"""

import csv
import hashlib
import json
import os
import subprocess
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import yaml

from replicate.display.markup import SHOWN
from replicate.ledger import Verdict, claims
from replicate.publication.crate import (
    METADATA,
    authors,
    crate,
    datapackage,
    tables_as_csv,
)
from replicate.publication.page import CHECKSUM, anchor
from replicate.publication.runs import Run, Section, built, refuse_stale, runs, sections
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.files import read_yaml, write_atomic
from replicate.vocabulary.runs import PUBLISH, RECORD, source_files

RUNS, SITE, SWEEPS = "outputs/runs", "outputs/site", "outputs/sweeps"

SUMS = "SHA256SUMS"
"""The list of every file in an archive with its sha256, as `sha256sum --check` reads it."""

ADDED = ("codecheck.yml", "datapackage.json", METADATA, SUMS)
"""What an archive has and a checkout has not, beside `MADE`."""

MADE = (f"{RUNS}/", f"{SITE}/", f"{SWEEPS}/", "tables/")

_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time that every file in the archive bears: the earliest that the format knows."""


def archive(
    project: Path, executed: Path, site: Path, target: Path, *, sweeps: Path | None = None
) -> Path:
    """Write the archive.

    The same project, runs and site give the same bytes: files stand in order of their paths, bear
    one time, and may be read by everyone; those that the project marks so may be run.

    Parameters
    ----------
    project
        The checkout, or an archive unpacked.
    executed, site, sweeps
        What runs and publishing wrote.
    target
        The file to write; replaced whole, or not touched.

    Raises
    ------
    InputError
        When there is nothing to deposit, or the project's own files are not known.
    RunError
        When a run failed, is stale or used code that the archive would not hold, there is no site,
        or the file can't be written.
    """
    if not (site / "index.html").is_file():
        raise RunError("no site to deposit", where=str(site), hint="run `replicate report` first")
    parts = sections(sweeps)
    every = [*runs(executed), *(run for part in parts for run in part.runs)]
    refuse_stale(every, project)
    files = {name: project / name for name in tracked(project)}
    for run in every:
        files[f"{run.folder}/{run.path.name}"] = run.path
        files[f"{run.folder}/{run.name}.manifest.json"] = run.path.with_suffix(".manifest.json")
    for part in parts:
        files[f"{part.runs[0].folder}/{PUBLISH}"] = part.folder / PUBLISH
    pages = (path for path in site.rglob("*") if path.is_file())
    files |= {f"{SITE}/{path.relative_to(site).as_posix()}": path for path in pages}
    content = {name: path.read_bytes() for name, path in sorted(files.items())}
    content |= _metadata(content, every)
    programs = {name for name, path in files.items() if os.access(path, os.X_OK)}
    return write_atomic(target, _zipped(dict(sorted(content.items())), programs))


def tracked(project: Path) -> list[str]:
    """Return the project's own files, by path.

    They are those that git has, or, in an archive unpacked, those that it lists.

    Raises
    ------
    InputError
        When neither says, or a file is not there.
    RunError
        When something that the archive needs is not among them.
    """
    if (project / ".git").exists():
        git = ["git", "ls-files", "-z"]  # whichever git the user has
        listed = subprocess.check_output(git, cwd=project, text=True).split("\0")  # noqa: S603
    elif (project / SUMS).is_file():
        lines = (project / SUMS).read_text(encoding="utf-8").splitlines()
        listed = [line.partition("  ")[2] for line in lines]
    else:
        raise InputError(
            "a folder whose files are not known",
            where=str(project),
            expected=f"a git checkout, or an archive with {SUMS}",
        )
    names = sorted(name for name in listed if name and not name.startswith((*ADDED, *MADE)))
    root = project.resolve()
    used = (path.resolve() for path in source_files(root / "notebooks").values())
    inside = (path.relative_to(root).as_posix() for path in used if path.is_relative_to(root))
    for name in (*names, "CITATION.cff", *inside):
        if name not in names or not (project / name).is_file():
            raise RunError(
                "a file that the archive needs is not there, or git does not have it",
                where=name,
                hint="restore or commit it, and run `replicate report` again",
            )
    return names


def _metadata(content: Mapping[str, bytes], made_by: Sequence[Run]) -> dict[str, bytes]:
    """Write what the archive adds; the sums come last, and are named without their own size."""
    cited = read_yaml(content["CITATION.cff"].decode())
    made = tables_as_csv()
    made["datapackage.json"] = _json(datapackage(made, version=str(cited["version"])))
    made["codecheck.yml"] = codecheck(content, cited).encode()
    day = built(made_by)
    made[METADATA] = _json(crate({**content, **made}, made_by, cited, day))
    lines = (
        f"{hashlib.sha256(data).hexdigest()}  {name}\n"
        for name, data in sorted({**content, **made}.items())
    )
    return made | {SUMS: "".join(lines).encode()}


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _zipped(content: Mapping[str, bytes], programs: Iterable[str]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, data in content.items():
            entry = zipfile.ZipInfo(name, _FIRST_MOMENT)
            entry.create_system = 3  # Unix, on every machine, or the permissions would not count
            entry.external_attr = (0o100755 if name in programs else 0o100644) << 16
            file.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def codecheck(content: Mapping[str, bytes], cited: Mapping[str, Any]) -> str:
    """List the outputs for a codechecker, with what each shows.

    Parameters
    ----------
    content
        What the archive holds, by path.
    cited
        What CITATION.cff says.

    Returns
    -------
    str
        YAML as https://codecheck.org.uk/spec/config/1.0/ has it: the executed notebooks, the table
        of verdicts, and the page of every figure of the audit and the inspectorate that rests on
        data, with the figure, its verdict, and what a share by ethnicity must not be shown without.
    """
    verdicts = f"{SITE}/verdicts.csv"
    comments = {verdicts: "every claim of the ledger with its verdict"}
    for path in content:
        if path.startswith(f"{RUNS}/") and path.endswith(".ipynb"):
            comments[path] = f"notebook {Path(path).stem}, executed"
    for row in csv.DictReader(StringIO(content[verdicts].decode())):
        claim, page = claims()[row["id"]], f"{SITE}/claims/{row['id']}.html"
        if claim.is_headline and page in content:
            figure = claim.figure if claim.has_figure else claim.published
            missing = f" ({row['missing']})" if row["missing"] else ""
            label = Verdict(row["verdict"]).label
            comments[page] = f"{claim.id}, {claim.attribution}: {figure}{missing}. {label}"
    document = {
        "version": "https://codecheck.org.uk/spec/config/1.0/",
        "paper": {"title": cited["title"], "authors": [{"name": name} for name in authors(cited)]},
        "manifest": [{"file": file, "comment": comments[file]} for file in sorted(comments)],
    }
    head = "# Made by `replicate archive`. A codechecker adds the nodes codechecker and report.\n"
    return f"{head}---\n{yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=140)}"


def outputs(runs: Iterable[Run], sections: Iterable[Section]) -> Iterator[dict[str, str]]:
    """List what cells made; of a sweep with a page a run, what its first run made.

    Yields
    ------
    dict
        made (a figure, table or verdict, or the numbers of a cell), notebook, cell, and page: where
        a reader finds it, which of numbers is the manifest of the run; `*` is any page of a sweep.
    """
    pages = [(run, run.name) for run in runs]
    pages += [(section.runs[0], f"{section.name}/*") for section in sections]
    for run, page in pages:
        for cell in run.notebook.cells:
            data = [output.get("data", {}) for output in cell.get("outputs", [])]
            bundles = [one[SHOWN] for one in data if SHOWN in one]
            places = {
                f"{one['kind']} {one['name']}": f"{page}.html#{anchor(one['kind'], one['name'])}"
                for one in bundles
            }
            records = [one[RECORD] for one in data if RECORD in one]
            if numbers := [one["name"] for one in records if one.get("unit") != CHECKSUM]:
                places[f"numbers {', '.join(numbers)}"] = f"{page}.manifest.json"
            for made, place in places.items():
                where = {"notebook": run.manifest.notebook, "cell": cell["id"]}
                yield {"made": made, **where, "page": place}
