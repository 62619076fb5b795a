"""Time several ways of doing one thing in turn, and print how each compares with a peer."""

import subprocess
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table


def in_turn(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return the seconds that each way took in each round; ways alternate, so that a busy moment of the machine meets all of them."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, do in ways.items():
            began = perf_counter()
            do()
            taken[name].append(perf_counter() - began)
    return taken


def show(title: str, measured: Mapping[str, Mapping[str, Sequence[float]]], *, peer: str) -> None:
    """Print medians in seconds, their spread, and the ratio of each to the peer's in the same run; `measured` is task → way → seconds."""
    table = Table(title=title, title_justify="left")
    table.add_column("task", overflow="fold")
    table.add_column("way", overflow="fold")
    for name in ("median, s", "lowest to highest, s", "rounds", f"ratio to {peer}"):
        table.add_column(name, justify="right")
    for task, ways in measured.items():
        for way, seconds in ways.items():
            ratio = median(seconds) / median(ways[peer])
            spread = f"{min(seconds):.2f} to {max(seconds):.2f}"
            table.add_row(
                task, way, f"{median(seconds):.2f}", spread, str(len(seconds)), f"{ratio:.2f}"
            )
    Console(width=120).print(table)


def call(commands: Sequence[Sequence[str | Path]], jobs: int) -> None:
    """Run commands, so many at a time."""

    def run(command: Sequence[str | Path]) -> None:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{command[0]} failed\n{done.stderr}")

    with ThreadPoolExecutor(jobs) as threads:
        list(threads.map(run, commands))
