"""environment.yml, pyproject.toml and requirements.lock say the same thing."""

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ENVIRONMENT: dict[str, Any] = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))

DECLARED = [
    Requirement(text)
    for text in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
]


def locked() -> dict[str, list[tuple[Version, Marker | None, list[str]]]]:
    """Return name → version, marker and hashes of every pin; a name has several when versions fork by platform."""
    pins: dict[str, list[tuple[Version, Marker | None, list[str]]]] = {}
    for block in re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"(?m)^ *#.*\n?", "", LOCK).strip()):
        requirement = Requirement(block.partition("\\")[0].strip())
        (pin,) = requirement.specifier
        assert pin.operator == "=="
        hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})(?= |$)", block, re.MULTILINE)
        pins.setdefault(canonicalize_name(requirement.name), []).append(
            (Version(pin.version), requirement.marker, hashes)
        )
    return pins


PINS = locked()


@pytest.mark.parametrize("requirement", DECLARED, ids=lambda requirement: requirement.name)
def test_every_declared_dependency_is_locked_at_a_version_it_allows(
    requirement: Requirement,
) -> None:
    applying = [
        version
        for version, marker, _ in PINS[canonicalize_name(requirement.name)]
        if marker is None or marker.evaluate()
    ]
    assert len(applying) == 1
    assert requirement.specifier.contains(applying[0])


def test_every_pin_is_exact_and_hashed() -> None:
    assert len(PINS) > len(DECLARED)
    assert [name for name, pins in PINS.items() if not all(hashes for _, _, hashes in pins)] == []


def test_the_lock_names_no_host_and_no_path() -> None:
    assert not re.search(r"://|index|--find-links|--trusted-host|file:", LOCK)
    assert "/" not in re.sub(r"(?m)^ *#.*$", "", LOCK)


def test_the_lock_says_how_it_is_made() -> None:
    assert "#    make lock\n" in LOCK
    assert "\nlock:" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_lock_is_made_for_the_oldest_python_allowed() -> None:
    (oldest,) = SpecifierSet(PROJECT["requires-python"])
    assert f"--python-version {oldest.version} " in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert Version("{}.{}.{}".format(*sys.version_info)) in SpecifierSet(PROJECT["requires-python"])


def test_the_makefile_asks_for_the_python_that_the_package_asks_for() -> None:
    (oldest,) = SpecifierSet(PROJECT["requires-python"])
    asked = "(" + ", ".join(oldest.version.split(".")) + ")"
    assert f"sys.version_info < {asked}" in (ROOT / "Makefile").read_text(encoding="utf-8")


def conda_requirements() -> list[str]:
    return [entry for entry in ENVIRONMENT["dependencies"] if isinstance(entry, str)]


def test_conda_gives_a_python_that_the_package_allows_and_pip() -> None:
    wanted = {entry.split()[0]: "".join(entry.split()[1:]) for entry in conda_requirements()}
    assert set(wanted) == {"python", "pip"}
    allowed = SpecifierSet(wanted["python"])
    (oldest,) = SpecifierSet(PROJECT["requires-python"])
    assert Version(oldest.version) in allowed
    assert not any(Version(version) in allowed for version in ("3.10.19", "3.11.4"))
    assert all(Version(version) in allowed for version in ("3.11.5", "3.11.14"))


def test_conda_installs_the_lock_and_names_no_package_beside_it() -> None:
    assert ENVIRONMENT["name"] == PROJECT["name"]
    (pip,) = [entry["pip"] for entry in ENVIRONMENT["dependencies"] if isinstance(entry, dict)]
    assert pip == ["-r requirements.lock"]
    assert ENVIRONMENT["channels"] == ["conda-forge", "nodefaults"]
