"""Set-up installs exactly what the lock says, or says what it could not install and leaves nothing behind.

A package index on loopback serves small wheels made here, and the installer itself, packed again from where it is installed. `make lock`
and `make` run as they are for the project, in a project of one module.
"""

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "tiny"
version = "1"
requires-python = ">=3.11"
dependencies = ["needs-extra"]

[project.optional-dependencies]
dev = ["uv"]
"""
BACKEND = """
import zipfile


def build_editable(folder, settings=None, metadata=None):
    with zipfile.ZipFile(f"{folder}/tiny-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", "")
        wheel.writestr("tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n")
        wheel.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("tiny-1.dist-info/RECORD", "")
    return "tiny-1-py3-none-any.whl"
"""


def pack(folder: Path, name: str, version: str, files: Mapping[str, bytes], tag: str) -> Path:
    """Write a wheel, its list of files and hashes included."""
    wheel = folder / name / f"{name}-{version}-{tag}.whl"
    wheel.parent.mkdir(parents=True, exist_ok=True)
    record = f"{name}-{version}.dist-info/RECORD"
    lines = []
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, content in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            lines.append(f"{path},sha256={digest.decode()},{len(content)}\n")
            entry = zipfile.ZipInfo(path)
            entry.external_attr = (0o100755 if ".data/scripts/" in path else 0o100644) << 16
            archive.writestr(entry, content)
        archive.writestr(record, "".join(lines) + f"{record},,\n")
    return wheel


def small(folder: Path, name: str, version: str, *metadata: str) -> Path:
    """Write a wheel of one empty module."""
    about = f"{name}-{version}.dist-info"
    described = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *metadata]
    files = {
        f"{name}.py": b"",
        f"{about}/METADATA": "\n".join([*described, ""]).encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    return pack(folder, name, version, files, "py3-none-any")


def installer(folder: Path) -> None:
    """Pack the installed uv as a wheel."""
    found = distribution("uv")
    about = f"uv-{found.version}.dist-info"
    files = {}
    for path in found.files or ():
        content = found.locate_file(path)
        if path.parent.name == "bin":
            files[f"uv-{found.version}.data/scripts/{path.name}"] = Path(str(content)).read_bytes()
        elif path.suffix != ".pyc" and (str(path).startswith("uv/") or path.name == "METADATA"):
            files[str(path)] = Path(str(content)).read_bytes()
    files[f"{about}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-any\n"
    pack(folder, "uv", found.version, files, "py3-none-any")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing of requests."""


@dataclass(frozen=True)
class Index:
    """A package index on loopback: a folder a package, whose listing is its page."""

    folder: Path
    url: str

    def environment(self, home: Path) -> dict[str, str]:
        """Return an environment in which only this index is known, with caches of its own."""
        ours = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PIP_", "UV_", "PYTHON", "VIRTUAL_ENV", "MAKE"))
        }
        return ours | {
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": self.url,
            "PIP_CACHE_DIR": str(home / "pip"),
            "UV_DEFAULT_INDEX": self.url,
            "UV_CACHE_DIR": str(home / "uv"),
        }


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Serve a package that is asked for with an extra, the package of that extra, and the installer."""
    folder = tmp_path_factory.mktemp("index")
    small(folder, "plain", "1.0", "Provides-Extra: more", "Requires-Dist: extra; extra == 'more'")
    small(folder, "extra", "1.0")
    small(folder, "needs_extra", "1.0", "Requires-Dist: plain[more]")
    (folder / "needs_extra").rename(folder / "needs-extra")  # as an index spells it
    installer(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield Index(folder, f"http://127.0.0.1:{server.server_port}/")
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass(frozen=True)
class Project:
    """A project of one module with the Makefile of this one."""

    folder: Path
    index: Index
    program: str

    def make(self, *words: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.program, *words, f"PYTHON={python}"],
            cwd=self.folder,
            env=self.index.environment(self.folder.parent / "home"),
            capture_output=True,
            text=True,
            check=False,
        )

    def set_up(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self.make(".venv/.ready", *options)

    def installed(self, environment: str = ".venv") -> set[str]:
        """Return the names and versions that an environment holds."""
        (packages,) = (self.folder / environment).glob("lib/python*/site-packages")
        found = (re.fullmatch(r"(.+)-([^-]+)\.dist-info", path.name) for path in packages.iterdir())
        return {f"{match[1]} {match[2]}" for match in found if match}


@pytest.fixture(scope="module")
def locked(
    index: Index, tmp_path_factory: pytest.TempPathFactory, needs: Callable[[str], str]
) -> Project:
    """Lock the project as `make lock` does, and then release newer versions of what it locked."""
    folder = tmp_path_factory.mktemp("locked") / "project"
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "backend.py").write_text(BACKEND)
    project = Project(folder, index, needs("make"))
    done = project.make("lock")
    assert done.returncode == 0, done.stderr
    small(index.folder, "plain", "2.0")
    small(index.folder, "extra", "2.0")
    return project


@pytest.fixture
def project(locked: Project, tmp_path: Path) -> Project:
    """Return the locked project in a folder and with caches of its own."""
    folder = tmp_path / "project"
    shutil.copytree(locked.folder, folder, ignore=shutil.ignore_patterns(".venv"))
    return Project(folder, locked.index, locked.program)


EXPECTED = {"plain 1.0", "extra 1.0", "needs_extra 1.0"}


def test_a_lock_names_neither_the_index_nor_a_place(locked: Project) -> None:
    for name in ("requirements.lock", "requirements-uv.txt"):
        text = (locked.folder / name).read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"127\.0\.0\.1|://|--index|--find-links", text)


def test_set_up_gives_the_locked_versions_though_newer_are_out(project: Project) -> None:
    """And begins at the start where an earlier one was stopped half-way."""
    half = project.folder / ".venv" / "lib" / "half"
    half.mkdir(parents=True)
    done = project.set_up()
    assert done.returncode == 0, done.stdout + done.stderr
    assert not half.exists()
    assert project.installed() >= EXPECTED | {"tiny 1", f"uv {distribution('uv').version}"}
    assert not {"plain 2.0", "extra 2.0"} & project.installed()
    assert "Setting up" not in project.set_up().stdout
    later = (project.folder / ".venv" / ".ready").stat().st_mtime + 10
    os.utime(project.folder / "requirements.lock", (later, later))
    assert "Setting up" in project.set_up("--dry-run").stdout


def spoil(wheel: Path) -> None:
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("other.py", "")


@pytest.mark.parametrize("fault", [spoil, Path.unlink], ids=["wrong-hash", "missing"])
def test_a_wheel_that_is_not_the_locked_one_is_named_and_nothing_is_left(
    project: Project, fault: Callable[[Path], None]
) -> None:
    wheel = project.index.folder / "extra" / "extra-1.0-py3-none-any.whl"
    right = wheel.read_bytes()
    try:
        fault(wheel)
        done = project.set_up()
    finally:
        wheel.write_bytes(right)
    assert done.returncode != 0
    assert re.search(r"extra\s*==\s*1\.0", done.stderr)
    ours = [line for line in done.stderr.splitlines() if "requirements.lock" in line]
    pages = re.findall(r"docs/[\w-]+\.md", ours[-1])
    assert [(ROOT / page).is_file() for page in pages] == [True]
    assert not (project.folder / ".venv").exists()


def test_a_python_that_is_too_old_is_named_before_anything_is_made(
    project: Project, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    run = "import sys; sys.version_info = (3, 11, 4); exec(sys.argv[1])"
    old.write_text(
        f"#!/bin/sh\n[ \"$1\" = -V ] && echo Python 3.11.4 && exit\nshift\nexec '{sys.executable}' -c '{run}' \"$@\"\n"
    )
    old.chmod(0o755)
    done = project.make(".venv/.ready", python=str(old))
    assert done.returncode != 0
    assert "3.11.5" in done.stderr
    assert not (project.folder / ".venv").exists()


def pip(project: Project, python: Path, target: str) -> subprocess.CompletedProcess[str]:
    """Install the lock with the pip of an interpreter, as environment.yml has it."""
    words = ["--require-hashes", "-r", "requirements.lock"]
    return subprocess.run(
        [str(python), "-m", "pip", "--python", target, "install", *words],
        cwd=project.folder,
        env=project.index.environment(project.folder.parent / "home"),
        capture_output=True,
        text=True,
        check=False,
    )


def test_pip_installs_the_same_lock(project: Project) -> None:
    """By the pip that Python 3.11 brings, which resolves extras anew, and by the current one of the lock."""
    tried = {"new": Path(sys.executable)}
    if sys.version_info < (3, 12):  # later ones bring a pip without that trait
        subprocess.run([sys.executable, "-m", "venv", "old"], cwd=project.folder, check=True)
        tried["old"] = project.folder / "old" / "bin" / "python"
    for name, python in tried.items():
        target = project.folder / f"by-{name}"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(target)], check=True)
        done = pip(project, python, str(target / "bin" / "python"))
        assert done.returncode == 0, done.stderr
        assert project.installed(target.name) >= EXPECTED
        assert "plain 2.0" not in project.installed(target.name)


def test_clean_leaves_what_the_repository_keeps(project: Project) -> None:
    site = project.folder / "outputs" / "site"
    site.mkdir(parents=True)
    (site / "index.html").touch()
    (project.folder / "outputs" / "README.md").touch()
    assert project.make("clean").returncode == 0
    assert [path.name for path in (project.folder / "outputs").iterdir()] == ["README.md"]
