"""What is kept, how it is written down, and how what is found now is held to it.

A section is a mapping of frames: prefix → row label → column → value. The key of a value is the
three joined by `/`.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Frames = dict[str, dict[str, dict[str, Any]]]

RELATIVE = 1e-8
DIGITS = 12
ABSENT, GONE, AT, ANY = "absent", "gone", "at ", "*"


class UnusableListError(Exception):
    """A list of intended changes that can't be used."""


def rounded(value: Any) -> Any:
    """Leave twelve digits of a number, so that the last bits of one machine are not kept."""
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def flat(frames: Frames) -> dict[str, Any]:
    return {
        f"{prefix}/{label}/{column}": rounded(value)
        for prefix, rows in frames.items()
        for label, cells in rows.items()
        for column, value in cells.items()
    }


def store(frames: Frames, path: Path) -> None:
    """Write frames as JSON, a row a line; one that equals another names it instead."""
    seen: dict[str, str] = {}
    parts = []
    for prefix in sorted(frames):
        text = _frame(frames[prefix])
        parts.append(f"{_json(prefix)}: {_json(seen[text]) if text in seen else text}")
        seen.setdefault(text, prefix)
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def _frame(rows: Mapping[str, Mapping[str, Any]]) -> str:
    columns = list(dict.fromkeys(column for cells in rows.values() for column in cells))
    lines = [
        f"{_json(label)}: {_json([rounded(cells.get(column, {})) for column in columns])}"
        for label, cells in rows.items()
    ]
    return f'{{"columns": {_json(columns)}, "rows": {{\n' + ",\n".join(lines) + "}}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def stored(path: Path) -> Frames:
    """Read what `store` wrote; a cell that a row doesn't have stands there as `{}`."""
    read = json.loads(path.read_text(encoding="utf-8"))
    whole = {
        prefix: read[frame] if isinstance(frame, str) else frame for prefix, frame in read.items()
    }
    return {
        prefix: {
            label: {
                column: value
                for column, value in zip(frame["columns"], values, strict=True)
                if value != {}
            }
            for label, values in frame["rows"].items()
        }
        for prefix, frame in whole.items()
    }


def same(was: Any, now: Any) -> bool:
    """Compare words, counts and truth values exactly, other numbers to a relative 1e-8."""
    if isinstance(was, list) and isinstance(now, list):
        return len(was) == len(now) and all(map(same, was, now))
    if not (_is_number(was) and _is_number(now)):
        return type(was) is type(now) and bool(was == now)
    if isinstance(was, int) or isinstance(now, int):
        return bool(was == now)
    return bool(abs(was - now) <= RELATIVE * max(abs(was), abs(now)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True)
class Difference:
    """A value that is not what it was; `was` or `now` is None in words where there is none."""

    key: str
    was: str
    now: str
    listed: str = ""

    def __str__(self) -> str:
        told = f"\n  listed: {self.listed}" if self.listed else ""
        return f"{self.key}\n  was: {self.was}\n  is:  {self.now}{told}"


def written(values: Mapping[str, Any], key: str) -> str:
    """Write a value as the list of intended changes has it: text as it is, all else as JSON."""
    if key not in values:
        return ABSENT
    return values[key] if isinstance(values[key], str) else _json(values[key])


def differences(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    for key in sorted({*was, *now}):
        if key in was and key in now and same(was[key], now[key]):
            continue
        after = written(now, key) if key in now else GONE
        yield Difference(key, written(was, key), after)


@dataclass
class Change:
    """An intended change: a key or a pattern, with `*` for any text; `was` empty asks nothing.

    `is` may be `gone`, `at KEY` (the same value under another key; each `*` of KEY stands for that
    of the pattern), or, where `was` is `absent`, `*` (whatever is new there).
    """

    key: str
    was: str
    now: str
    reason: str
    used: bool = field(default=False)

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise UnusableListError(f"{self.key}: no reason is given")
        if self.now == ANY and self.was != ABSENT:
            raise UnusableListError(
                f"{self.key}: '*' stands only for what was absent; say what it is"
            )
        self.pattern = re.compile(".*".join(map(re.escape, self.key.split("*"))), re.DOTALL)

    def reaches(self, key: str) -> bool:
        return bool(self.pattern.fullmatch(key))

    def other_key(self, key: str) -> str:
        """Return the key that the value of a key is under now, where it has been moved."""
        groups = re.compile("(.*)".join(map(re.escape, self.key.split("*"))), re.DOTALL)
        parts, found = self.now.removeprefix(AT).split("*"), groups.fullmatch(key)
        texts = found.groups() if found else ()
        return "".join(part + text for part, text in zip(parts, (*texts, ""), strict=False))


def read_changes(path: Path) -> list[Change]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Change(row["key"], row["was"], row["is"], row["reason"]) for row in csv.DictReader(file)
        ]


def unexplained(
    was: Mapping[str, Any], now: Mapping[str, Any], changes: list[Change]
) -> list[Difference]:
    """Return the differences that no listed change explains; those that do are marked as used."""
    moved: set[str] = set()
    left = []
    for one in differences(was, now):
        reached = [change for change in changes if change.reaches(one.key)]
        for change in reached:
            if change.now.startswith(AT) and one.now == GONE:
                there = change.other_key(one.key)
                held = there in now and same(was[one.key], now[there])
                moved |= {there} if held else set()
            else:
                held = _explains(change, one)
            if held:
                change.used = True
                break
        else:
            told = "; ".join(f"{change.was} -> {change.now}" for change in reached)
            left.append(Difference(one.key, one.was, one.now, told))
    return [one for one in left if not (one.was == ABSENT and one.key in moved)]


def _explains(change: Change, found: Difference) -> bool:
    if change.was and not _agree(change.was, found.was):
        return False
    return (change.now == ANY and found.now != GONE) or _agree(change.now, found.now)


def _agree(listed: str, found: str) -> bool:
    return listed == found or same(_parsed(listed), _parsed(found))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
