"""Counting by other routes than the package's own: Arrow alone in the shipped file, and the publisher's file as it came."""

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from replicate.derivations import verification
from replicate.derivations.counting import group_revisions
from replicate.sources import tables
from replicate.vocabulary.forces import TERRITORIAL

Counter = Callable[..., int]
ELEVEN = ("17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A")
Results = dict[str, verification.Verification]


@pytest.fixture(scope="session")
def results() -> Results:
    """Verify every claim, once for all tests."""
    return {result.claim.id: result for result in verification.verify()}


@cache
def _shipped(vintage: str) -> pa.Table:
    return pq.read_table(
        Path(tables.__file__).with_name("tables") / f"recorded_crime_{vintage}.parquet"
    )


@pytest.fixture(scope="session")
def arrow() -> Counter:
    """Count offences in a shipped file with Arrow alone; forces that are left out come after `but`."""

    def counted(
        vintage: str,
        codes: Iterable[str],
        quarters: Iterable[str],
        *,
        forces: Iterable[str] = (),
        but: Iterable[str] = (),
    ) -> int:
        table = _shipped(vintage)
        keep = pc.and_(
            pc.is_in(table["offence_code"], pa.array(codes)),
            pc.is_in(table["quarter"], pa.array(quarters)),
        )
        if forces:
            keep = pc.and_(keep, pc.is_in(table["force"], pa.array(forces)))
        if but:
            keep = pc.and_(keep, pc.invert(pc.is_in(table["force"], pa.array(but))))
        return int(pc.sum(table.filter(keep)["count"]).as_py())

    return counted


@pytest.fixture(scope="session")
def first_published(arrow: Counter) -> float:
    """The eleven codes and images in 2024, each taken back by the revision of its own group.

    What is counted now is a + b; what was first published was a / (1 + ra) + b / (1 + rb).
    """
    year = ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")
    found = (
        group_revisions("2026-04")
        .query("release == '2025-04' and period == 'YE 2024-12'")
        .set_index("group")["revision"]
    )
    parts = {"Sexual offences": ELEVEN, "Miscellaneous crimes against society": ("86",)}
    return sum(
        arrow("2026-04", codes, year, forces=TERRITORIAL) / (1 + float(found[group]))
        for group, codes in parts.items()
    )


@pytest.fixture(scope="session")
def raw(source_data: Path) -> pd.DataFrame:
    """Read the copy of the release of April 2026 as it came: financial years and quarters, the publisher's own names."""
    frame = pd.read_parquet(source_data / "prc" / "prc_pfa_230426.parquet")
    return frame.assign(year=frame["FY"], quarter=frame["Financial Quarter"].astype(int))
