"""What is kept of each part of the project."""

import json
import re
import subprocess
from collections import Counter
from pathlib import Path

from tests.golden.comparison import Frames
from tests.golden.gate import gate
from tests.golden.reading import (
    COMMAND,
    leaves,
    read_notebook,
    refusal,
    replicate,
    replicate_json,
    told,
)

ROOT = Path(__file__).parents[2]

DEFINITIONS = (
    "child_specific",
    "child_specific_images",
    "child_specific_images_familial",
    "child_contact",
    "child_exploitation",
    "images",
    "images_and_grooming",
)
RELEASES = {
    "2026-04": ("2013..2024", "2024", "2023/24", "YE 2024-09", "2024-Q1", "2025-Q1..2025-Q3"),
    "2023-10": ("2013..2022", "2022", "2021/22", "YE 2023-03", "2023-Q1"),
}
"""Release → a long period, for quarters, and shorter ones, for totals."""

IN_FULL = (
    *("C01", "C02", "C03", "C04", "C05", "C06", "C08", "C12", "C14a", "C22", "C25", "C29", "H05"),
    *("H09", "H10", "H13", "V01", "V02", "R02a", "R05", "R08b", "S06d", "S14", "S16"),
    *("X01", "D02"),
)
"""A claim of each verdict by each kind of derivation, of which every key is kept."""

CASES = "tests/cases/mse_uk_modern_slavery_2013/UKdat_4.csv"
FIVE, SIX = "uk_modern_slavery_2013_five", "uk_modern_slavery_2013"
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("verify", "C01", "H10", "F08a"),
    ("count", "--codes", "17B,71", "--period", "2024-Q1", "--force", "Kent", "--by", "code"),
    ("count", "--codes", "86", "--force", "Kent", "--force", "London, City of", "--by", "force"),
    ("count", "--definition", "child_specific", "--exclude-btp", "--period", "YE 2024-03"),
    ("count", "--definition", "images", "--vintage", "2023-10", "--period", "2022..2022"),
    ("interval", "--successes", "38", "--trials", "40"),
    ("interval", "--successes", "0", "--trials", "17", "--method", "clopper-pearson"),
    ("interval", "--successes", "7", "--trials", "90", "--method", "wald", "--level", "0.9"),
    ("interval", "--rate", "89.5", "--half-width", "1.64"),
    ("interval", "--rate", "0.8%", "--half-width", "0.3", "--method", "wald", "--level", "0.99"),
    ("systems", FIVE),
    *(("systems", FIVE, "--select", how) for how in ("aic", "bic", "stepwise")),
    ("systems", FIVE, "--order", "1", "--select", "bic"),
    ("systems", FIVE, "--select", "stepwise", "--threshold", "0.2"),
    ("systems", FIVE, "--terms", "LA:NG,NG:GP"),
    ("systems", SIX, "--select", "stepwise"),
    ("systems", CASES, "--order", "3", "--select", "aic"),
    ("systems", CASES, "--order", "3", "--select", "bic"),
    ("systems", CASES, "--select", "bic", "--bootstrap", "40", "--seed", "7", "--jobs", "2"),
    ("systems", CASES, "--select", "stepwise", "--bootstrap", "40", "--seed", "7"),
    ("systems", "tests/cases/mse_artificial3_existence/Artificial_3.csv", "--select", "aic"),
    ("data", "list"),
)
REFUSED: tuple[tuple[str, ...], ...] = (
    ("verify", "C999"),
    ("count",),
    ("count", "--definition", "imagess"),
    ("count", "--definition", "images", "--period", "2031"),
    ("count", "--definition", "images", "--vintage", "2023-10", "--period", "2024"),
    ("count", "--codes", "17B", "--force", "Kentt"),
    ("interval", "--successes", "41", "--trials", "40"),
    ("interval", "--rate", "89.5"),
    ("systems", "no-such-lists"),
    ("systems", FIVE, "--terms", "LA:XX"),
)
VERBS = (
    *("report", "run", "publish", "archive", "outputs", "sweep", "status", "schemas", "count"),
    *("verify", "interval", "systems", "lab", "test", "soak", "bench"),
    *("data list", "data check", "data build", "data fetch"),
)


def verify(_: Path) -> Frames:
    """Of every claim value, computed value, uncertainty and verdict."""
    rows = {}
    for claim in replicate_json("verify"):
        kept = {name: claim[name] for name in ("value", "computed", "uncertainty", "verdict")}
        rows[claim["id"]] = dict(leaves(kept))
    return {"claim": rows}


def counts(_: Path) -> Frames:
    """Counts by quarter, force and code of each definition and release, and totals of periods."""
    frames: Frames = {}
    for definition in DEFINITIONS:
        for release, (long, year, *others) in RELEASES.items():
            asked = ("count", "--definition", definition, "--vintage", release)
            place = f"count/{definition}/{release}"
            for period, by in ((long, "quarter"), (year, "force"), (year, "code")):
                found = replicate_json(*asked, "--period", period, "--by", by)
                frames[f"{place}/{period} by {by}"] = {
                    str(row.pop(by)): row for row in map(dict, found["rows"])
                }
            totals = (
                replicate_json(*asked, "--period", period, *more)
                for period in (long, year, *others)
                for more in ((), ("--exclude-btp",))
            )
            frames[f"{place}/total"] = {
                f"{found['period']}, {len(found['forces'])} forces": {
                    name: found[name] for name in ("count", "missing_cells")
                }
                for found in totals
            }
    return frames


def commands(_: Path) -> Frames:
    """Every key of the JSON that commands print, how they refuse, and their options."""
    frames: Frames = {}
    for words in COMMANDS:
        frames[f"command/{' '.join(words)}"] = told(*words)
    for claim in replicate_json("verify"):
        if claim["id"] in IN_FULL:
            found = dict(leaves(claim))
            frames[f"command/verify {claim['id']}"] = {
                path: {"value": one} for path, one in found.items()
            }
    frames["refused"] = {" ".join(words): refusal(*words) for words in REFUSED}
    frames["option"] = {
        verb: dict.fromkeys(_options(replicate(*verb.split(), "--help")[1]), True) for verb in VERBS
    }
    code, out, _err = replicate("data", "check")
    frames["checked"] = {row[0]: {"fault": row[-1]} for row in _table(out)} | {
        "exit code": {"value": code}
    }
    return frames


def _options(text: str) -> list[str]:
    """Return the options that a text of help lists, boxed or not."""
    listed = re.findall(r"^(?:│[ *]*|\s+)((?:--?[a-z][-\w]*[, ]*)+)", text, re.MULTILINE)
    return [option for line in listed for option in re.findall(r"--?[a-z][-\w]*", line)]


def _table(text: str) -> list[list[str]]:
    """Return the rows of a printed table, without its headers."""
    lines = (line.strip("│ ").split("│") for line in text.splitlines() if line.startswith("│"))
    return [[cell.strip() for cell in line] for line in lines]


def notebooks(folder: Path) -> Frames:
    """Every recorded value, table and figure's data of the notebooks."""
    frames: Frames = {}
    for path in sorted((folder / "runs").glob("*.ipynb")):
        read_notebook(path, frames)
    return frames


def forces(folder: Path) -> Frames:
    """The same of the report on each force."""
    frames: Frames = {}
    for path in sorted((folder / "sweeps" / "forces").glob("*.ipynb")):
        read_notebook(path, frames, f"force/{path.stem}/")
    return frames


def site(folder: Path) -> Frames:
    """The addresses of the site, and how many results and pages stand."""
    place = folder / "site"
    files = sorted(path for path in place.rglob("*") if path.is_file())
    code, out, err = replicate("status", str(folder), "--site", str(place), "--json")
    if code:
        raise RuntimeError(f"replicate status ended with {code}: {err}")
    states = Counter(", ".join((*row, row["state"], row["page"])) for row in json.loads(out))
    return {
        "address": {path.relative_to(place).as_posix(): {"published": True} for path in files},
        "status": {state: {"results": number} for state, number in states.items()},
    }


SECTIONS = {
    "verify": verify,
    "counts": counts,
    "commands": commands,
    "gate": gate,
    "notebooks": notebooks,
    "forces": forces,
    "site": site,
}
READ_FROM_RUNS = ("notebooks", "forces", "site")


def started(folder: Path, sections: list[str]) -> subprocess.Popen[str] | None:
    """Start what the sections read, if they read any runs, in the background."""
    needed = [name for name in READ_FROM_RUNS if name in sections]
    if not needed:
        return None
    out = ("--out", str(folder / "runs"))
    words: tuple[str, ...] = ("report", *out, "--site", str(folder / "site"))
    if needed == ["notebooks"]:
        sweep = (ROOT / "params" / "sweeps" / "forces.yaml").read_text(encoding="utf-8")
        names = (path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb")))
        words = ("run", *(name for name in names if f"notebook: {name}" not in sweep), *out)
    elif needed == ["forces"]:
        words = ("sweep", "forces", "--out", str(folder / "sweeps" / "forces"))
    return subprocess.Popen(
        [COMMAND, *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
