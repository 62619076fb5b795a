"""From source files to tidy tables: one module a family of tables, and `build`, which makes them all."""

from collections.abc import Iterable
from pathlib import Path


def build(source_dir: Path, out_dir: Path, *, only: Iterable[str] | None = None) -> list[Path]:
    """Build tables from the source files, all or none of them; see `build.run.build`."""
    from replicate.sources.build import (
        run,
    )  # here, so that one family can be imported without all the others

    return run.build(source_dir, out_dir, only=only)
