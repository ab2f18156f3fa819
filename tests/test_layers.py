"""Who may import whom: the layers of both packages, and what a process that runs a learner's code must not hold."""

import ast
import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import autograder
import bertkit

ROOT = Path(__file__).parents[1]
PACKAGES = ("bertkit", "autograder")

TABLES: dict[str, list[list[str]]] = {
    package.__name__: [
        re.findall(r"`(\w+)`", line.partition(":")[0])
        for line in (package.__doc__ or "").splitlines()
        if re.match(r"\d+\. ", line)
    ]
    for package in (bertkit, autograder)
}
"""The tables in the packages' own docstrings, the lowest layer first."""
PLACE = {
    f"{package}.{name}": place
    for package, layers in TABLES.items()
    for place, name in enumerate(name for names in layers for name in names)
}
"""Places in the order of the table; in one line, the lower stands further left."""
ENTRANCES = ("__main__",)
"""Modules that only start the one below, and are in no layer."""
MOST_NAMES, MOST_LINES = 16, 400
LONG_BY_NATURE = ("autograder.hidden",)
"""Judging of one exercise each, and data."""

TRUSTED = ("autograder.hidden", "autograder.judging")
"""Cases, expected values and judging: never in a process that runs a learner's code."""
BESIDE_LEARNERS = (
    *("autograder.running.worker", "autograder.exercises", "autograder.running.observe", "autograder.running.wire"),
    *("autograder.confined.fork_server", "autograder.visible.examples"),
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


def room(name: str) -> str:
    """`bertkit.model` of `bertkit.model.encoder`; a package itself is no room of its own."""
    return ".".join(name.split(".")[:2])


def own_imports(module: str) -> set[str]:
    """What `module` imports of its own package, the package's own names and itself left out."""
    package = module.split(".")[0]
    return {name for name in imports_of(module) if inside(name, [package]) and name not in (package, module)}


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


@pytest.mark.parametrize("package", PACKAGES)
def test_the_table_has_every_room_once(package: str) -> None:
    listed = [f"{package}.{name}" for names in TABLES[package] for name in names]
    there = {room(name) for name in MODULES if inside(name, [package])} - {package}
    assert sorted(listed) == sorted(there - {f"{package}.{name}" for name in ENTRANCES}), (
        f"bring the table in {package}/__init__.py up to date"
    )


@pytest.mark.parametrize("module", [name for name in MODULES if "." in name])
def test_imports_point_downward(module: str) -> None:
    if module.endswith(ENTRANCES):
        assert imports_of(module) == {f"{module.split('.')[0]}.cli"}
        return
    assert not {name for name in own_imports(module) if PLACE[room(name)] > PLACE[room(module)]}


@pytest.mark.parametrize("module", [name for name in MODULES if "." in name])
def test_what_a_package_says_of_itself_is_no_way_round_its_layers(module: str) -> None:
    """A package's public names are for its users; its own modules take them from where they are."""
    package = importlib.import_module(module.split(".")[0])
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    taken = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == package.__name__
        for alias in node.names
    }
    assert not taken & set(getattr(package, "__all__", ()))


def test_no_module_imports_itself_through_others() -> None:
    graph = {module: own_imports(module) & set(MODULES) for module in MODULES}
    assert len(list(TopologicalSorter(graph).static_order())) == len(graph)  # a circle raises CycleError


def test_a_circle_would_be_found() -> None:
    with pytest.raises(CycleError):
        list(TopologicalSorter({"a": {"b"}, "b": {"c"}, "c": {"a"}}).static_order())


def test_the_first_floor_of_the_library_can_be_taken_in_at_a_glance() -> None:
    names = [path.name for path in (ROOT / "bertkit").iterdir()]
    assert len([name for name in names if not name.startswith("__") and name != "py.typed"]) <= MOST_NAMES


@pytest.mark.parametrize("module", [name for name in MODULES if not inside(name, LONG_BY_NATURE)])
def test_a_module_can_be_read_in_one_sitting(module: str) -> None:
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("module", MODULES)
def test_no_module_is_named_like_one_of_pythons(module: str) -> None:
    assert module.rpartition(".")[2] not in sys.stdlib_module_names - set(ENTRANCES)


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


def test_no_text_of_the_visible_check_leads_to_the_hidden_tests() -> None:
    found = reachable(["autograder.visible.cases"])
    assert "autograder.judging.judge" in found
    assert not [name for name in found if inside(name, ["autograder.hidden"])]


def test_the_walk_finds_the_hidden_tests_where_they_are_used() -> None:
    assert "autograder.judging.judge" in reachable(["autograder.files"])


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
