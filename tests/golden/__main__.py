"""Stores what a refactoring may not change, or says what differs from it (`make golden-check`)."""

import os
import sys
import tempfile
import traceback
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is imported
os.environ["COLUMNS"] = "140"
os.environ.pop("SOURCE_DATE_EPOCH", None)

from argparse import ArgumentParser, Namespace

from tests.golden.comparison import (
    Frames,
    UnusableListError,
    flat,
    read_changes,
    store,
    stored,
    unexplained,
)
from tests.golden.sections import READ_FROM_RUNS, SECTIONS, started

HERE = Path(__file__).parent
KEPT, CHANGES = HERE / "stored", HERE / "expected-changes.csv"


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def collect(folder: Path, sections: list[str]) -> dict[str, Frames]:
    """Make and read every section that can be; the notebooks run while the others are asked."""
    os.environ["REPLICATE_DATA"] = str(folder / "data")  # tables that a user fetched stay out
    running = started(folder, sections)
    found = {}
    for name in sections:
        if running and name in READ_FROM_RUNS:
            say("waiting for the notebooks")
            told, _ = running.communicate()
            if running.returncode:
                say(f"the notebooks did not all run:\n{told}")
            running = None
        say(f"reading {name}")
        try:
            found[name] = SECTIONS[name](folder)
        except Exception:
            say(f"{name} could not be read:\n{traceback.format_exc()}")
    return found


def check(found: dict[str, Frames]) -> int:
    """Print each difference that is not listed; return how many there are."""
    changes = read_changes(CHANGES)
    left = []
    for name, frames in found.items():
        left += unexplained(flat(stored(KEPT / f"{name}.json")), flat(frames), changes)
    for one in left:
        say(str(one))
    unused = [change.key for change in changes if not change.used]
    if unused and len(found) == len(SECTIONS):
        say(f"listed in {CHANGES.name}, and did not occur: {', '.join(unused)}")
    values = sum(len(flat(frames)) for frames in found.values())
    say(f"{values:,} values compared, {len(left):,} differ beyond what {CHANGES.name} lists")
    return len(left)


def asked() -> Namespace:
    parser = ArgumentParser(prog="python -m tests.golden", description=__doc__)
    parser.add_argument("what", choices=("store", "check"))
    parser.add_argument("--only", action="append", choices=tuple(SECTIONS), metavar="SECTION")
    parser.add_argument("--folder", type=Path, help="keep the runs there, and run what changed")
    return parser.parse_args()


def main() -> int:
    given = asked()
    sections = [name for name in SECTIONS if name in (given.only or SECTIONS)]
    with tempfile.TemporaryDirectory(prefix="golden-") as made:
        folder = given.folder.resolve() if given.folder else Path(made)
        found = collect(folder, sections)
    unread = len(found) < len(sections)
    if given.what == "check":
        return int(bool(check(found)) or unread)
    if unread:
        return 1
    for name, frames in found.items():
        store(frames, KEPT / f"{name}.json")
    say(f"stored: {', '.join(found)}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except UnusableListError as error:
        sys.exit(f"{CHANGES}: {error}")
