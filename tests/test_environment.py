"""One set of pins: the lock, conda's environment and the package's metadata say the same, for the oldest Python too."""

import re
import tomllib
from importlib.metadata import metadata, requires
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from autograder.class_files.bundle import README

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
METADATA: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ENVIRONMENT: dict[str, Any] = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
PROJECT = METADATA["project"]

PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9.!]+)(; sys_platform == \"linux\")?")
LINES = [line for line in LOCK.splitlines() if not line.startswith("#")]
PINS = {canonicalize_name(pin["name"]): Version(pin["version"]) for pin in PIN.finditer(LOCK)}
OLDEST = PROJECT["requires-python"].removeprefix(">=")
"""The oldest Python that the course promises to run on: Debian 12's."""

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
    assert OLDEST == "3.11.2"
    assert Version(OLDEST) in SpecifierSet(f"=={version}.*")
    assert METADATA["tool"]["mypy"]["python_version"] == version
    assert METADATA["tool"]["ruff"]["target-version"] == "py" + version.replace(".", "")
    assert f"for each in python{version} " in (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [(ROOT / "README.md").read_text(encoding="utf-8"), README], ids=["clone", "bundle"])
def test_the_pages_promise_the_same_python(page: str) -> None:
    assert f"Python {OLDEST} or newer" in page


@pytest.mark.parametrize("line", LINES)
def test_the_oldest_python_takes_every_pin(line: str) -> None:
    pin = Requirement(line)
    if pin.marker is None or pin.marker.evaluate():
        needs = metadata(pin.name).get("Requires-Python") or ""
        assert SpecifierSet(needs).contains(OLDEST), (
            f"{line} needs Python {needs}, and the course promises {OLDEST}: pip stops there. Run: make lock"
        )


def test_a_release_has_one_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.stem)
def test_a_workflow_calls_what_the_makefile_has(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    run = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    called = re.findall(r"^make ([a-z-]+)", "\n".join(run), re.MULTILINE)
    assert called
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in called)
