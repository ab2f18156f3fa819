"""Who may import whom: the layers of bertkit, and what a process that runs a learner's code must not hold."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import bertkit

ROOT = Path(__file__).parents[1]
PACKAGES = ("bertkit", "autograder")

LAYERS: list[list[str]] = [
    re.findall(r"`(\w+)`", line) for line in (bertkit.__doc__ or "").splitlines() if re.match(r"\d+\. ", line)
]
"""The table that stands in bertkit's own docstring, the lowest layer first."""
LAYER = {name: number for number, names in enumerate(LAYERS) for name in names}

TRUSTED = ("autograder.hidden", "autograder.judging")
"""Cases, expected values and judging: never in a process that runs a learner's code."""
BESIDE_LEARNERS = (
    *("autograder.worker", "autograder.exercises", "autograder.observe", "autograder.wire"),
    *("autograder.confined.fork_server", "autograder.visible"),
)


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))}


def imports_of(module: str) -> set[str]:
    """Every module that `module` imports anywhere in its text, late imports and those for type checkers included."""
    return set(_imports(module))


def _imports(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: import by the full name, not {'.' * node.level}{node.module or ''}"
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in MODULES else str(node.module)


def top(name: str) -> str:
    """`checkpoint` of `bertkit.checkpoint`, `objectives` of `bertkit.objectives.mlm`."""
    return name.split(".")[1]


def inside(name: str, packages: Iterable[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def reachable(starts: Iterable[str]) -> set[str]:
    """All modules of this project that `starts` import, directly or through others, with the packages around them."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name in MODULES and name not in found:
            found.add(name)
            waiting += [*imports_of(name), name.rpartition(".")[0]]
    return found


def test_the_table_has_every_module_once() -> None:
    listed = [name for names in LAYERS for name in names]
    there = {top(name) for name in MODULES if name.startswith("bertkit.")} - {"__main__"}
    assert sorted(listed) == sorted(there), "bring the list in bertkit/__init__.py up to date"


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("bertkit.")])
def test_imports_point_downward(module: str) -> None:
    if module == "bertkit.__main__":
        assert imports_of(module) == {"bertkit.cli"}
        return
    own = LAYER[top(module)]
    above = {
        name for name in imports_of(module) if inside(name, ["bertkit"]) and "." in name and LAYER[top(name)] > own
    }
    assert not above


def test_no_module_of_bertkit_imports_itself_through_others() -> None:
    graph: dict[str, set[str]] = {}
    for module in MODULES:
        if module.startswith("bertkit."):
            used = {top(name) for name in imports_of(module) if name.startswith("bertkit.")}
            graph.setdefault(top(module), set()).update(used - {top(module)})
    assert len(list(TopologicalSorter(graph).static_order())) == len(graph)  # a circle raises CycleError


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [("bertkit", "autograder"), ("bertkit", "transformers"), ("autograder", "transformers"), ("bertkit", "pickle")],
)
def test_packages_that_stay_apart(package: str, forbidden: str) -> None:
    importing = [
        module
        for module in MODULES
        if inside(module, [package]) and any(inside(name, [forbidden]) for name in imports_of(module))
    ]
    assert not importing


@pytest.mark.parametrize("module", BESIDE_LEARNERS)
def test_no_text_beside_a_learner_leads_to_the_hidden_tests(module: str) -> None:
    found = reachable(name for name in MODULES if inside(name, [module]))
    assert module in found
    assert not [name for name in found if inside(name, TRUSTED)]


def test_the_walk_finds_the_hidden_tests_where_they_are_used() -> None:
    assert "autograder.judging" in reachable(["autograder.files"])


def test_no_process_beside_a_learner_holds_the_hidden_tests() -> None:
    script = (
        f"import importlib, json, sys\nfor name in {BESIDE_LEARNERS}: importlib.import_module(name)\n"
        "from autograder.exercises import CATALOGUE\nfor each in CATALOGUE: each.load_reference()\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    output = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    loaded = json.loads(output)
    assert set(BESIDE_LEARNERS) <= set(loaded)
    assert not [name for name in loaded if inside(name, [*TRUSTED, "transformers"])]
