"""The folder of source files, for the tests that build from it or read it by another route."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def source_data() -> Path:
    """Find the source files; a clone without them skips the tests that need them, CI does not."""
    checkout = Path(__file__).parents[2]
    folder = Path(os.environ.get("REPLICATE_SOURCE_DATA", checkout.parent / "shared" / "data"))
    if not folder.is_dir():
        absent = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        absent("no source files: set REPLICATE_SOURCE_DATA to their folder, or put them at ../shared/data")
    return folder
