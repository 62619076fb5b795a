"""Build every table from the files of the catalogue, or some of them."""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from replicate.sources.build import (
    boundaries,
    census,
    factors,
    forces,
    groups,
    offences,
    population,
    recorded_crime,
)
from replicate.sources.build.writing import install
from replicate.sources.catalogue import Source, catalogue
from replicate.sources.home import sha256
from replicate.sources.schemas import validate
from replicate.vocabulary.errors import InputError, unknown

Files = Mapping[str, Path]
"""Where each source is, by its id."""

_COPIES = {
    "2023-10": ("home-office-prc-2023-10-copy", recorded_crime.read_2023_10),
    "2026-04": ("home-office-prc-2026-04-copy", recorded_crime.read_2026_04),
}


def _read(files: Files, vintage: str) -> pd.DataFrame:
    source, read = _COPIES[vintage]
    return read(files[source])


def _recorded_crime(files: Files, *, vintage: str) -> pd.DataFrame:
    return recorded_crime.tidy(_read(files, vintage), vintage=vintage)


def _offences(files: Files) -> pd.DataFrame:
    return offences.build(
        {
            vintage: recorded_crime.offence_rows(_read(files, vintage), vintage=vintage)
            for vintage in _COPIES
        }
    )


TABLES: dict[str, Callable[[Files], pd.DataFrame]] = {
    **{
        f"recorded_crime_{vintage}": functools.partial(_recorded_crime, vintage=vintage)
        for vintage in _COPIES
    },
    "offences": _offences,
    "forces": lambda files: forces.build(
        boundaries=files["ons-boundaries-pfa-2023"], geography=files["home-office-geography"]
    ),
    "children": lambda files: population.children(
        single_years=files["ons-mye24-ew"],
        series=files["dfe-ons-children-2012-2024"],
        areas=files["ons-lookup-ltla24-pfa24"],
        upper_tier=files["ons-lookup-ltla23-utla23"],
    ),
    "residents": lambda files: population.residents(by_force=files["ons-population-pfa-2024"]),
    "census_ethnic_group": lambda files: census.build(
        ethnic_group=files["ons-census-ts021"], areas=files["ons-lookup-ltla24-pfa24"]
    ),
    "assessment_factors": lambda files: factors.build(factors=files["dfe-c3-factors"]),
    "recorded_groups": lambda files: groups.build(
        annual=files["ons-pfa-first-published-2015-2024"],
        april_2025=files["ons-pfa-tables-2024-12"],
        october_2025=files["ons-pfa-tables-2025-06"],
    ),
    "boundaries": lambda files: boundaries.build(boundaries=files["ons-boundaries-pfa-2023"]),
}
"""How each shipped table is built; the catalogue's `feeds` say from which sources."""


def build(source_dir: Path, out_dir: Path, *, only: Iterable[str] | None = None) -> list[Path]:
    """Build tables from the source files, all or none of them.

    Every source's sha256 is held to the catalogue before anything is built; the tables are finished beside `out_dir` and then
    moved in. Built twice, they are the same bytes.

    Parameters
    ----------
    source_dir
        The folder of source files, laid out as the catalogue's `file` says.
    out_dir
        Where the tables go, with their `hashes.json`.
    only
        Names of tables, or None for all.

    Returns
    -------
    list of pathlib.Path
        The tables written.

    Raises
    ------
    InputError
        When a table is not known, a source file is missing or not the one of the catalogue, or a file can't be read as
        it must.
    RunError
        When the tables can't be written.
    """
    names = list(TABLES) if only is None else list(only)
    for name in names:
        if name not in TABLES:
            raise unknown("table", name, TABLES, where="tables to build")
    files = {
        source.id: _checked(source, source_dir)
        for source in catalogue().values()
        if source.file and set(source.feeds) & set(names)
    }
    return install(_built(names, files), out_dir)


def _built(names: Iterable[str], files: Files) -> Iterator[tuple[str, pd.DataFrame]]:
    for name in names:
        yield name, validate(TABLES[name](files), name)


def _checked(source: Source, folder: Path) -> Path:
    """Return a source's file once its bytes are known to be the ones of the catalogue."""
    path = folder / str(source.file)
    try:
        got = sha256(path)
    except OSError as error:
        reason = error.strerror or str(error)
        expected = f"{source.publisher}, {source.publication}"
        raise InputError(
            "a source file that can't be read", where=str(path), got=reason, expected=expected
        ) from None
    if got != source.sha256:
        raise InputError(
            "a source file that is not the one of the catalogue",
            where=str(path),
            got=f"sha256 {got}, {path.stat().st_size} bytes",
            expected=f"sha256 {source.sha256}, {source.bytes} bytes",
            hint="the file was changed or cut short; get it again",
        )
    return path
