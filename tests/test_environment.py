"""One set of pins: the lock, conda's environment and the package's metadata say the same."""

import re
import tomllib
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
METADATA: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ENVIRONMENT: dict[str, Any] = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
PROJECT = METADATA["project"]

PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9.!]+)")
LINES = [line for line in LOCK.splitlines() if not line.startswith("#")]
PINS = {canonicalize_name(name): Version(version) for name, version in PIN.findall(LOCK)}

INSTALLED_EXTRAS = ("course", "test")
"""Extras that `make` installs; others are for who wants them."""
DECLARED = [
    *METADATA["build-system"]["requires"],
    *PROJECT["dependencies"],
    *(each for extra in INSTALLED_EXTRAS for each in PROJECT["optional-dependencies"][extra]),
]


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_lock_is_one_exact_pin(line: str) -> None:
    # This also keeps out options, paths, addresses and local builds such as +cpu.
    assert PIN.fullmatch(line)


def test_every_package_is_locked_once() -> None:
    assert len(PINS) == len(LINES) > len(DECLARED)


def test_the_lock_says_how_it_is_made() -> None:
    assert LOCK.splitlines()[0].endswith("Made by: make lock")
    assert re.search(r"^lock:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("declared", DECLARED)
def test_what_is_declared_is_locked(declared: str) -> None:
    requirement = Requirement(declared)
    version = PINS.get(canonicalize_name(requirement.name))
    assert version is not None, f"{requirement.name} is not in the lock; run: make lock"
    assert requirement.specifier.contains(version), f"the lock has {version}; run: make lock"


def needed_by(name: str, extras: frozenset[str]) -> list[Requirement]:
    """What an installed package needs here."""
    needs = [Requirement(text) for text in requires(name) or ()]
    return [
        need
        for need in needs
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in {"", *extras})
    ]


def test_the_lock_is_complete() -> None:
    waiting = [Requirement(declared) for declared in DECLARED]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        assert name in PINS, f"{requirement} is needed and not in the lock; run: make lock"
        assert requirement.specifier.contains(PINS[name], prereleases=True), requirement
        # The packages of torch's CUDA build are not those of its CPU build.
        if (name, extras) not in seen and name != "torch":
            seen.add((name, extras))
            waiting += needed_by(name, extras)
    assert len(seen) > 100


def test_conda_takes_the_pins_of_the_lock() -> None:
    *conda, pip = ENVIRONMENT["dependencies"]
    assert pip == {"pip": ["-r requirements.lock", "-e ."]}
    assert [each.partition("=")[0] for each in conda] == ["python", "pip"]


def test_all_name_the_same_python() -> None:
    version = ENVIRONMENT["dependencies"][0].removeprefix("python=")
    assert SpecifierSet(PROJECT["requires-python"]) == SpecifierSet(f">={version}")
    assert METADATA["tool"]["mypy"]["python_version"] == version
    assert METADATA["tool"]["ruff"]["target-version"] == "py" + version.replace(".", "")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"for each in python{version} " in makefile
    assert f"sys.version_info < ({version.replace('.', ', ')})" in makefile
