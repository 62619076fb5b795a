"""What every test shares: a fixed Hypothesis profile, a drawing backend without a screen, no fetched tables, no process left behind."""

import os
import signal

if (
    signal.getsignal(signal.SIGINT) == signal.SIG_IGN
):  # as a shell has it for `&`; processes that tests start would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)

os.environ.setdefault(
    "OPENBLAS_NUM_THREADS", "1"
)  # before numpy is imported: on busy cores its threads wait for one another

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import matplotlib as mpl
import psutil
import pytest

hypothesis.settings.register_profile(
    "replicate", deadline=None, derandomize=os.environ.get("CI") == "true", print_blob=True
)
hypothesis.settings.load_profile("replicate")

mpl.use("agg")  # not by MPLBACKEND, which kernels would inherit and draw nothing inline

_FETCHED = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Point the data home at an empty folder, or a vintage that a user fetched would become `latest` in the tests."""
    config.stash[_FETCHED] = tempfile.TemporaryDirectory(prefix="replicate-data-")
    os.environ["REPLICATE_DATA"] = config.stash[_FETCHED].name


LONGEST = (
    "tests/project/test_lint.py",
    "tests/e2e/test_report.py",
    "tests/project/test_readme.py",
    "tests/browser/test_lab.py",
)
"""Files that begin first, so that no process waits for one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    first = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: first.get(item.nodeid.partition("::")[0], len(first)))


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_FETCHED].cleanup()


def _running() -> dict[int, psutil.Process]:
    return {child.pid: child for child in psutil.Process().children()}


def _is_helper(process: psutil.Process) -> bool:
    """Tell the helpers that multiprocessing starts once and keeps: they belong to no test."""
    try:
        command = " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return True  # whatever it was, it is gone
    return "multiprocessing.resource_tracker" in command or "multiprocessing.forkserver" in command


@pytest.fixture(autouse=True)
def _no_process_left_behind() -> Iterator[None]:
    """Fail a test that leaves a process of its own running; those of fixtures with a wider scope were there before it."""
    before = _running()
    yield
    started = [
        child for pid, child in _running().items() if pid not in before and not _is_helper(child)
    ]
    if not started:
        return
    _, alive = psutil.wait_procs(started, timeout=3)
    left = [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
    commands = [" ".join(process.cmdline()) for process in left]
    for process in left:
        process.kill()
    assert not commands, f"left running: {commands}"


COUNTED_IN = ("2023-10", "2026-04")
"""The releases of recorded crime that expected values were counted in."""


@pytest.fixture(scope="session", autouse=True)
def _releases_that_values_were_counted_in() -> Iterator[None]:
    """Leave out releases shipped later, so that they change no expected value; fetched ones stay."""
    from replicate.sources import tables

    held = tables.vintages
    shipped = {path.stem for path in tables.shipped_home().glob(f"{tables.RECORDED}*.parquet")}
    later = {name.removeprefix(tables.RECORDED) for name in shipped} - set(COUNTED_IN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "vintages", lambda: tuple(v for v in held() if v not in later))
        yield


@pytest.fixture(scope="session")
def newest() -> str:
    """Name the newest release of recorded crime held."""
    from replicate.sources.tables import vintages

    return vintages()[-1]


@pytest.fixture(scope="session")
def oldest() -> str:
    """Name the oldest release of recorded crime held."""
    from replicate.sources.tables import vintages

    return vintages()[0]


@pytest.fixture(scope="session")
def needs() -> Callable[[str], str]:
    """Find a program a test needs; without it the test skips with a reason, or fails in CI, where all are installed."""

    def find(program: str) -> str:
        path = shutil.which(program)
        if path is None:
            absent = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            absent(f"{program} is not installed")
        return path

    return find


@pytest.fixture(scope="session")
def source_data() -> Path:
    """Find the source files; a clone without them skips the tests that need them, CI does not."""
    checkout = Path(__file__).parents[1]
    folder = Path(os.environ.get("REPLICATE_SOURCE_DATA", checkout.parent / "shared" / "data"))
    if not folder.is_dir():
        absent = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        absent(
            "no source files: set REPLICATE_SOURCE_DATA to their folder, or put them at ../shared/data"
        )
    return folder
