"""What a learner's code finds to import while it is graded: the course's packages without the answers.

The folder made here is all that a sandbox sees of the course. In its copy of bertkit what is being graded, and what
that stands on, refuses to be used. Of autograder it holds what runs beside a learner's code, found by following the
imports, and a stand-in for the notebook's `check`, since grade cells are not run there.
"""

import ast
import importlib.metadata
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder.definitions import names_bound
from autograder.exercise import Exercise, module_of, name_of

PACKAGES = Path(__file__).parents[2]
"""The folder that both packages are in."""
ENTRY = "autograder.confined.fork_server"
LIBRARIES = (
    *("torch", "tokenizers", "safetensors", "numpy", "scipy", "sentencex", "tqdm", "typer", "filelock"),
    *("ipython", "ipywidgets", "matplotlib"),
)
"""Distributions that a learner's code may import, with all that they need: what bertkit and a lesson's setup import.

No transformers, which has every answer, and no seqeval, which has one.
"""
REFUSAL = "this is what the exercise asks for, so it cannot be called while the exercise is graded"
USES = sorted(
    {name for kind in (bool, int, float, str, list, dict, set) for name in vars(kind) if name.startswith("__")}
    - {*vars(object), "__class_getitem__", "__getformat__", "__getnewargs__"}
    | {"__bool__", "__call__", "__eq__", "__getattr__", "__hash__", "__str__"}
    | {"__lt__", "__le__", "__gt__", "__ge__"}
)
"""Methods by which Python uses a value. What makes an object, and shows it as a default in a signature, is none."""
UNUSABLE = """
class {name}:
    def refuse(self, *arguments, **options):
        {refusal}
    {uses} = refuse
{name} = {name}()
"""
"""Takes the place of a value: it can be imported and handed on, and refuses to be used."""
STAND_IN = '''"""Stands in for the checks of a lesson, which are not run beside the code that they judge."""

from typing import Any


def check(*arguments: Any, **options: Any) -> None:
    """Nothing: a grade cell is judged elsewhere."""


def workbench(*exercise_ids: str) -> None:
    """Nothing: no demonstration is run in grading."""
'''


class WithholdError(ValueError):
    """An answer cannot be taken out of the library."""


def write_course(folder: Path, exercises: Iterable[Exercise]) -> None:
    """Fill an empty folder with both packages, without the answers to these exercises.

    Raises `WithholdError` where an answer is of a form that cannot be taken out.
    """
    withheld = names_by_module(exercises)
    for path in sorted((PACKAGES / "bertkit").rglob("*.py")):
        module = module_name(path)
        source = path.read_text(encoding="utf-8")
        put(folder, path, without(source, module, withheld.pop(module)) if module in withheld else source)
    if withheld:
        raise WithholdError(f"there is no module {', '.join(sorted(withheld))} in bertkit")
    if (checkpoints := PACKAGES / "bertkit" / "checkpoints").is_dir():
        shutil.copytree(checkpoints, folder / "bertkit" / "checkpoints")
    for path in beside_learners().values():
        put(folder, path, path.read_text(encoding="utf-8"))
    (folder / "autograder" / "notebook.py").write_text(STAND_IN, encoding="utf-8")


def names_by_module(exercises: Iterable[Exercise]) -> dict[str, set[str]]:
    """What to take out of which module: what the exercises define, what that stands on, what else would answer them."""
    names: dict[str, set[str]] = {}
    for exercise in exercises:
        for path in (*exercise.defines, *exercise.stands_on, *exercise.equivalents):
            names.setdefault(module_of(path), set()).add(name_of(path))
    return names


def without(source: str, module: str, names: Iterable[str]) -> str:
    """The source of a module in which these functions and classes raise when they are called, these values when used.

    All of them keep their names, so that whoever imports them, or takes one for a default, can still be imported.

    Raises `WithholdError` where one of them is not defined at the top of the module by `def`, `class` or `=`.
    """
    tree = ast.parse(source)
    wanted = set(names)
    missing = set(wanted)
    body: list[ast.stmt] = []
    for node in tree.body:
        bound = names_bound(node)
        if not bound & wanted or isinstance(node, ast.AsyncFunctionDef):
            body.append(node)
            continue
        missing -= bound
        refusals = {name: f"raise RuntimeError({f'{module}.{name}: {REFUSAL}'!r})" for name in sorted(bound)}
        if isinstance(node, ast.FunctionDef):
            node.body = ast.parse(refusals[node.name]).body
            body.append(node)
        elif isinstance(node, ast.ClassDef):
            node.body = ast.parse("def __init__(self, *arguments, **options): pass").body
            node.body[0].body = ast.parse(refusals[node.name]).body  # type: ignore[attr-defined]
            body.append(node)
        else:
            for name, refusal in refusals.items():
                body += ast.parse(UNUSABLE.format(name=name, refusal=refusal, uses=" = ".join(USES))).body
    if missing:
        raise WithholdError(
            f"{module} does not define {', '.join(sorted(missing))} by `def`, `class` or `=` at its top"
        )
    tree.body = body
    # Comments do not survive this, which is as well: they may give away as much as the code.
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def put(folder: Path, path: Path, source: str) -> None:
    """Write a module where it stands in its package."""
    target = folder / path.relative_to(PACKAGES)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(source, encoding="utf-8")


def module_name(path: Path) -> str:
    """`bertkit.objectives` of `bertkit/objectives/__init__.py`."""
    parts = path.relative_to(PACKAGES).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def path_of(module: str) -> Path | None:
    """The file of a module; None where it is no module but a name in one."""
    path = PACKAGES.joinpath(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def beside_learners() -> dict[str, Path]:
    """The modules of autograder that the parent in the sandbox imports, directly or through others, and their files."""
    found: dict[str, Path] = {}
    waiting = [ENTRY]
    while waiting:
        module = waiting.pop()
        path = path_of(module)
        if path is not None and module not in found:
            found[module] = path
            waiting += [*imports_of(path), *filter(None, [module.rpartition(".")[0]])]
    return found


def imports_of(path: Path) -> Iterator[str]:
    """What a file imports from autograder, anywhere in its text: modules, and names that may be modules."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] == "autograder":
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def library_entries(libraries: Iterable[str] = LIBRARIES) -> dict[str, Path]:
    """The top-level files and folders of some distributions and of all that they need, by name.

    Raises `importlib.metadata.PackageNotFoundError` where one of `libraries` is not installed.
    """
    waiting, seen, entries = list(libraries), set[str](), dict[str, Path]()
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in seen:
            continue
        seen.add(name)
        distribution = importlib.metadata.distribution(name)
        for file in distribution.files or ():
            top = file.parts[0]
            if top not in ("..", "__pycache__") and not top.endswith(".pth"):
                entries.setdefault(top, Path(str(distribution.locate_file(top))))
        needs = map(Requirement, distribution.requires or ())
        waiting += [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]
    return entries
