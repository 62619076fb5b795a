"""One file to deposit: code, tables, outputs and metadata, the same bytes each time.

Everything can be made again from it. Beside it stands the list of what each cell made, and the
list of outputs that a codechecker makes again.
"""

import hashlib
import json
import os
import re
import subprocess
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from csv import DictReader
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import nbformat
import yaml
from markupsafe import Markup

from replicate.display.bundle import SHOWN
from replicate.ledger import Verdict, claims
from replicate.publication.crate import METADATA, Deposit, crate, datapackage, tables_as_csv
from replicate.publication.gate import refuse_stale
from replicate.publication.page import CHECKSUM, Outline, anchor, render
from replicate.publication.runs import Run, Section, runs, sections
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.files import write_atomic
from replicate.vocabulary.runs import RECORD, source_files

SUMS = "SHA256SUMS"
"""The list of every file in an archive with its sha256, as `sha256sum --check` reads it."""

ADDED = ("codecheck.yml", "datapackage.json", METADATA, SUMS)
"""What an archive has and a checkout has not."""

_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time that every file in the archive bears: the earliest that the format knows."""

_LEVEL = 9


@dataclass(frozen=True)
class Archive:
    """An archive that was written: its path, how many files it holds, its size and its sha256."""

    path: Path
    files: int
    size: int
    sha256: str


def archive(
    project: Path, executed: Path, site: Path, target: Path, *, sweeps: Path | None = None
) -> Archive:
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
    deposit = _deposit(project, executed, site, sweeps)
    refuse_stale({run.path: run.manifest for _, run in deposit.actions}, project)
    _refuse_missing_code(deposit)
    content = {name: path.read_bytes() for name, path in deposit.files.items()}
    content |= _metadata(deposit, content)
    write_atomic(target, _zipped(dict(sorted(content.items())), _programs(deposit)))
    return Archive(
        target, len(content), target.stat().st_size, hashlib.sha256(target.read_bytes()).hexdigest()
    )


def _deposit(project: Path, executed: Path, site: Path, sweeps: Path | None) -> Deposit:
    if not (site / "index.html").is_file():
        raise RunError("no site to deposit", where=str(site), hint="run `replicate report` first")
    return Deposit(project, tracked(project), runs(executed), sections(sweeps), site)


def _refuse_missing_code(deposit: Deposit) -> None:
    project = deposit.project.resolve()
    files = source_files(project / "notebooks").values()
    inside = (path.resolve() for path in files if path.resolve().is_relative_to(project))
    used = (path.relative_to(project).as_posix() for path in inside)
    if gone := next((name for name in used if name not in deposit.files), None):
        raise RunError(
            "runs that used code that git does not have",
            where=str(deposit.project),
            got=gone,
            hint="commit it, and run them again",
        )


def tracked(project: Path) -> tuple[str, ...]:
    """Return the project's own files, by path.

    They are those that git has, or, in an archive unpacked, those that it lists.

    Raises
    ------
    InputError
        When neither says, or a file is not there.
    """
    if (project / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z"],  # noqa: S607 (whichever git the user has)
            cwd=project,
            capture_output=True,
            check=True,
            text=True,
        ).stdout.split("\0")
    elif (project / SUMS).is_file():
        listed = [
            line.partition("  ")[2]
            for line in (project / SUMS).read_text(encoding="utf-8").splitlines()
        ]
    else:
        raise InputError(
            "a folder whose files are not known",
            where=str(project),
            expected=f"a git checkout, or an archive with {SUMS}",
        )
    made = ("outputs/runs/", "outputs/site/", "outputs/sweeps/", "tables/")
    names = sorted(
        name for name in listed if name and name not in ADDED and not name.startswith(made)
    )
    if gone := [name for name in names if not (project / name).is_file()]:
        raise InputError(
            "a file of the project that is not there",
            where=gone[0],
            hint="restore it, or commit its removal",
        )
    return tuple(names)


def _metadata(deposit: Deposit, content: Mapping[str, bytes]) -> dict[str, bytes]:
    """Write what the archive adds; the sums come last, and are named without their own size."""
    cited = deposit.citation
    verdicts = _verdicts(content)
    checked = codecheck(
        title=cited["title"], authors=deposit.authors, files=deposit.files, verdicts=verdicts
    )
    tables = tables_as_csv()
    made = {
        "codecheck.yml": checked.encode(),
        "datapackage.json": _json(datapackage(tables, version=str(cited["version"]))),
        **tables,
    }
    described = crate(deposit, made, published=_published())
    made[METADATA] = _json(described)
    return made | {SUMS: _sums({**content, **made})}


def _verdicts(content: Mapping[str, bytes]) -> dict[str, dict[str, str]]:
    text = content["outputs/site/verdicts.csv"].decode()
    return {row["id"]: row for row in DictReader(StringIO(text))}


def _published() -> datetime | None:
    """Return the moment that SOURCE_DATE_EPOCH stands for, where it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), tz=UTC) if epoch else None


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _sums(content: Mapping[str, bytes]) -> bytes:
    return "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(content.items())
    ).encode()


def _programs(deposit: Deposit) -> frozenset[str]:
    """Return the project's files that may be run."""
    return frozenset(name for name in deposit.tracked if os.access(deposit.project / name, os.X_OK))


def _zipped(content: Mapping[str, bytes], programs: frozenset[str]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as file:
        for name, data in content.items():
            entry = zipfile.ZipInfo(name, _FIRST_MOMENT)
            entry.create_system = 3  # Unix, on every machine, or the permissions would not count
            entry.external_attr = (0o100755 if name in programs else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, data, compresslevel=_LEVEL)
    return made.getvalue()


# The outputs for a codechecker.

SPECIFICATION = "https://codecheck.org.uk/spec/config/1.0/"
_HEAD = (
    "# Made by `replicate archive` from the ledger. "
    "A codechecker adds the nodes codechecker and report.\n---\n"
)


def codecheck(
    *,
    title: str,
    authors: Iterable[str],
    files: Iterable[str],
    verdicts: Mapping[str, Mapping[str, str]],
) -> str:
    """List the outputs with what each shows.

    Parameters
    ----------
    title, authors
        Of the project.
    files
        Every output in the archive, by its path.
    verdicts
        Claim → its row of `verdicts.csv`: verdict, and what a share by ethnicity must not be shown
        without.

    Returns
    -------
    str
        YAML: the executed notebooks, the table of verdicts, and the page of every figure of the
        audit and the inspectorate that rests on data, with the figure and its verdict.
    """
    manifest = [
        {"file": file, "comment": comment}
        for file in sorted(files)
        if (comment := _comment(file, verdicts))
    ]
    document = {
        "version": SPECIFICATION,
        "paper": {"title": title, "authors": [{"name": name} for name in authors]},
        "manifest": manifest,
    }
    return _HEAD + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=140)


def _comment(file: str, verdicts: Mapping[str, Mapping[str, str]]) -> str:
    folder, _, name = file.rpartition("/")
    stem, _, suffix = name.rpartition(".")
    if folder == "outputs/runs" and suffix == "ipynb":
        return f"notebook {stem}, executed"
    if file == "outputs/site/verdicts.csv":
        return "every claim of the ledger with its verdict"
    claim: Any = claims().get(stem)
    if (
        folder == "outputs/site/claims"
        and suffix == "html"
        and claim
        and claim.is_headline
        and stem in verdicts
    ):
        figure = claim.figure if claim.has_figure else claim.published
        row = verdicts[stem]
        missing = f" ({row['missing']})" if row["missing"] else ""
        verdict = Verdict(row["verdict"]).label
        return f"{stem}, {claim.attribution}: {figure}{missing}. {verdict}"
    return ""


# Which cell made what.

BEGIN, END = "<!-- outputs: begin -->", "<!-- outputs: end -->"
"""What stands around the table in the README."""


@dataclass(frozen=True)
class Output:
    """Something that a cell made.

    Attributes
    ----------
    kind, name
        A figure, table, verdict or number, and what it is called.
    notebook, cell
        Where it is made.
    answers
        The last question before the cell, or the last sentence where nothing is asked; empty where
        nothing stands there.
    page
        The page of the run, without its suffix, where that is not called as the notebook is; `*`
        stands for any of many.
    """

    kind: str
    name: str
    notebook: str
    cell: str
    answers: str
    page: str = ""

    @property
    def place(self) -> str:
        """Where a reader finds it: the part of its page, or the manifest of the run."""
        page = self.page or self.notebook
        if self.kind == "number":
            return f"{page}.manifest.json"
        return f"{page}.html#{anchor(self.kind, self.name)}"


def outputs(notebook: Any, name: str, *, page: str = "") -> list[Output]:
    """Return what an executed notebook made, in its order.

    Parameters
    ----------
    notebook
        As nbformat reads it.
    name, page
        What the notebook is called, without its suffix, and its page where that has another name.
    """
    before = [None, *notebook.cells]
    return [
        Output(kind, what, name, cell["id"], _asked(above), page)
        for above, cell in zip(before, notebook.cells, strict=False)
        for output in cell.get("outputs", [])
        for kind, what in _made(output.get("data", {}))
    ]


def every_output(runs: Iterable[Run], sections: Iterable[Section]) -> list[Output]:
    """Return what some runs made; of a sweep with a page a run, what its first run made."""
    named = [(run, run.name, "") for run in runs]
    swept = [(section.runs[0], f"{section.name}/*") for section in sections]
    named += [(run, run.manifest.notebook or run.name, page) for run, page in swept]
    read = ((nbformat.read(run.path, as_version=4), name, page) for run, name, page in named)  # type: ignore[no-untyped-call]
    return [one for notebook, name, page in read for one in outputs(notebook, name, page=page)]


def _asked(above: Any) -> str:
    """Return the last question before a cell, or the last sentence.

    Neither holds a number that new data would change, as a title would.
    """
    if above is None or above.cell_type != "markdown":
        return ""
    last = above.source.strip().rpartition("\n\n")[2]
    text = Markup(render(last, Outline())).striptags()  # noqa: S704 - to take the tags out
    sentences = re.split(r"(?<=[.:?])\s+(?=\W?[A-Z])", text)
    return next((one for one in reversed(sentences) if one.endswith("?")), sentences[-1])


def _made(data: Any) -> Iterator[tuple[str, str]]:
    if RECORD in data and data[RECORD].get("unit") != CHECKSUM:
        yield "number", str(data[RECORD]["name"])
    if SHOWN in data:
        yield data[SHOWN]["kind"], data[SHOWN]["name"]


def readme_block(made: Iterable[Output]) -> str:
    """Return the table for the README: figures, tables, verdicts one by one, numbers by cell.

    Examples
    --------
    >>> made = Output("figure", "series", "01", "shown", "How did it develop?")
    >>> print(readme_block([made]).splitlines()[3])
    | figure `series` | How did it develop? | `01` → `shown` | `01.html#fig-series` |
    """
    rows = [_row(group) for group in _grouped(made)]
    head = [
        "| figure, table or number | what it answers | notebook → cell | output |",
        "|---|---|---|---|",
    ]
    return "\n".join([BEGIN, *head, *rows, END])


def _grouped(made: Iterable[Output]) -> Iterable[Sequence[Output]]:
    """Put the numbers of one cell together; all else stands alone."""
    groups: dict[tuple[str, ...], list[Output]] = {}
    for one in made:
        key = (one.notebook, one.cell, one.kind, "" if one.kind == "number" else one.name)
        groups.setdefault(key, []).append(one)
    return groups.values()


def _row(group: Sequence[Output]) -> str:
    first = group[0]
    kind = first.kind + ("s" if len(group) > 1 else "")
    names = ", ".join(f"`{one.name}`" for one in group)
    answers = first.answers.replace("|", r"\|")
    return f"| {kind} {names} | {answers} | `{first.notebook}` → `{first.cell}` | `{first.place}` |"
