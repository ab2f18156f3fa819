"""What a class receives, as one ZIP file: the lessons, bertkit, and the half of autograder that runs beside an answer.

What goes in is listed, not what stays out: the released notebooks of the lessons that have a source, what an
installation of bertkit has, and those modules of autograder that are loaded when a notebook or the command line
starts, or when visible cases are judged. Hidden tests, solutions and everything of a class are not among these.

With the diagnosis the hidden tests go in too. The source of the course is public, the library has a version of every
function, and grading draws its cases from a key that stays with the instructor, so that gives little away: the known
mistakes, and how cases are drawn.

bertkit has the library's own version of every exercise, since a lesson goes on with it where the learner has none yet.
So whether one may be copied is a matter of policy; one cannot be *called* in grading, which withholds them.
"""

import ast
import io
import re
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from autograder.build import stale
from autograder.lessons.notebooks import is_edited, parse
from autograder.lessons.source import LessonError, lesson_names, lesson_path
from bertkit.atomic import write_atomically

FOLDER = "bert-training"
"""Folder that the archive unpacks to."""
ENTRIES = (
    *("autograder.notebook", "autograder.__main__", "autograder.kept.progress", "autograder.visible.cases"),
    *("autograder.certificate.unconfined", "autograder.certificate.reported"),
)
"""What a lesson imports, the command line, and what they load late. What these load goes in too."""
HIDDEN = "autograder.hidden"
"""Goes in with the diagnosis alone."""
WITHHELD = (HIDDEN, "autograder.grading", "autograder.lessons")
"""Not in a bundle, whatever imports them."""
AS_THEY_ARE = (
    "pyproject.toml",
    "requirements.lock",
    "environment.yml",
    ".make/install.py",
    ".make/learner/labconfig/page_config.json",
    ".jupyterlab.json",
    "LICENSE",
)
RULES = frozenset({"help", "learn", "$(STAMP)", "python"})
"""Rules of the Makefile that need nothing but what goes in."""

README = """\
# How BERT is trained

You need Python 3.11.2 or newer and make (on Debian and Ubuntu: `apt install python3 python3-venv make`), two cores and
the disk below.

```sh
make learn    # makes .venv, installs, opens JupyterLab on the first lesson and prints its address
```

On Linux pip takes torch's build for CUDA. `make learn TORCH_INDEX=https://…` takes torch, and torch alone, from another
index, and remembers it; the page *Get started* of pytorch.org gives the address for your system, behind `--index-url`
(on a machine without an accelerator: choose *CPU*).

| torch | to fetch | disk | minutes, two cores |
| --- | --- | --- | --- |
| CPU: macOS, or on Linux with `TORCH_INDEX` | 0.5 GB | 2.1 GB | 3 to 4 |
| CUDA: Linux without `TORCH_INDEX` | 3 GB | 6 GB | 5, and 4 to fetch it at 100 Mbit/s |

`PORT=9000 make learn` takes another port. After the installation everything runs offline.

With conda: `conda env create -f environment.yml`, `conda activate bert-training-course`, then `make learn` as above; it
uses that environment and makes no `.venv`.

## The lessons

{lessons}

Work in these notebooks. Each exercise is a cell to fill in, with a cell below that checks it. A lesson never gets
stuck: what you have not written yet, the library does for the time being, and says so.

## What `check` tells you

{check}

A right answer is kept as a file in `my_work/answers`, and later lessons go on with it, after a restart too. Which ones
you have, and what is next: `.venv/bin/autograder progress`. It is no part of what you hand in.

JupyterLab's *Validate* button runs the notebook from the top, trainings included, and lists the checks that fail. All
exercises and their points: `.venv/bin/autograder list`.

## Handing in

Save the notebook and hand in the notebook itself, **with its name unchanged**:

```
{first}
```

Grading takes your answers from the cells that the lesson has for them, so an answer has to stand in its own cell with
all that it needs beyond the lesson's first cells. Do not delete or copy these cells. All others are yours.

## The library

`bertkit/` is the library of the course. It has its own version of every function that you are asked to write, since
the lessons go on with it. You may read it; whether you may copy from it, your instructor says. Calling it in place of
an answer earns nothing: where your notebook is graded, those versions are not there.

MIT licence, see LICENSE.
"""

CHECK = """\
Here `check` runs the example in the exercise's docstring, then some visible cases: a batch of two, nothing selected, a
value to be refused, shares over ten thousand positions. Where your answer fails, four lines say what came out, what
should have, and where to look; for most exercises a small case follows in which it goes wrong. **Passing here is no
grade:** the full tests run when your notebook is graded, on other inputs, and give points for each statement in the
exercise's list. So read that list, and try inputs of your own."""
DIAGNOSIS = """\
`check` runs the full tests: it names the mistake where it knows it, and gives the points that your answer would get.
Inputs are drawn anew each time. **Passing here is no grade:** your notebook is graded on inputs that are drawn there,
so an answer that is made to pass these tests, and not to be right, fails."""


class BundleError(ValueError):
    """Something has to be done before a class can receive the course; the message says what."""


def make_bundle(root: Path, output: Path, force: bool = False, diagnosis: bool = False) -> list[str]:
    """Write the ZIP file that a class receives; the same course gives the same bytes.

    Args:
        root: the folder of the course, a full clone.
        output: where the file goes; its folder has to be there.
        force: replace a file that is already there.
        diagnosis: whether the hidden tests go in, so that `check` tells a class all that it tells in the clone.

    Returns:
        The names in the archive, sorted. All are in one folder, `FOLDER`.

    Raises:
        BundleError: if `output` is there, or cannot be written; if a lesson was worked in, is stale or belongs to no
            source; if a file of the course is missing, or a module to go in imports one that must not.
        OSError: if a file cannot be read or written.
    """
    if output.is_dir() or not output.parent.is_dir():
        raise BundleError(f"{output} cannot be written: name a file, in a folder that is there")
    if output.exists() and not force:
        raise BundleError(f"{output} is there already; name another file, or replace it with --force")
    files = contents(root, diagnosis)
    write_atomically(output, archive({f"{FOLDER}/{name}": content for name, content in files.items()}))
    return sorted(f"{FOLDER}/{name}" for name in files)


def contents(root: Path, diagnosis: bool = False) -> dict[str, bytes]:
    """All that goes in, by its path in the bundle. Raises `BundleError` as `make_bundle` does."""
    lessons = released_lessons(root)
    packages = [*bertkit_files(root), *autograder_files(root, diagnosis)]
    paths = [*lessons, *packages, *(root / name for name in AS_THEY_ARE)]
    if missing := [path for path in [*paths, root / "Makefile"] if not path.is_file()]:
        raise BundleError(f"there is no file {missing[0]}; a bundle is made from a full clone of the course")
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
    files["Makefile"] = makefile((root / "Makefile").read_text(encoding="utf-8")).encode()
    files["README.md"] = readme(root, lessons, diagnosis).encode()
    return files


def released_lessons(root: Path) -> list[Path]:
    """The notebook of every lesson, after making sure that it is just what its source gives."""
    paths = [lesson_path(root, name) for name in lesson_names(root)]
    if not paths:
        raise BundleError(f"there are no lessons in {root}; run this from the folder of the course")
    there = {path for path in root.glob("lessons/*/*.ipynb") if not path.parent.name.startswith(".")}
    if others := sorted(there - set(paths)):
        raise BundleError(f"{others[0]} belongs to no lesson in {root / 'solutions'}; move it elsewhere")
    if edited := [path for path in paths if is_edited(path)]:
        raise BundleError(
            f"{edited[0]} has been worked in; copy it elsewhere, then put the lesson back with: "
            f"nbgrader generate_assignment --force {edited[0].stem}"
        )
    try:
        messages = stale(root)
    except LessonError as error:
        raise BundleError(str(error)) from error
    if messages:
        raise BundleError(messages[0])
    return paths


def bertkit_files(root: Path) -> list[Path]:
    """What an installation of bertkit has: its modules, and the data that pyproject.toml lists."""
    modules = (path for path in (root / "bertkit").rglob("*.py") if can_be_imported(path.relative_to(root)))
    return sorted({*modules, *package_data(root, "bertkit")})


def can_be_imported(path: Path) -> bool:
    """Whether a file in a package is one of its modules, and not something that an editor left behind."""
    return all(part.isidentifier() for part in path.with_suffix("").parts)


def autograder_files(root: Path, diagnosis: bool = False) -> list[Path]:
    """The modules of autograder that are loaded when `ENTRIES` are, and the data beside them."""
    entries: tuple[str, ...] = ENTRIES
    withheld: tuple[str, ...] = WITHHELD
    if diagnosis:
        entries = (*ENTRIES, *hidden_modules(root))
        withheld = tuple(name for name in WITHHELD if name != HIDDEN)
    modules = loaded_modules(root, entries)
    if leaks := sorted(name for name in modules if any(f"{name}.".startswith(f"{each}.") for each in withheld)):
        raise BundleError(
            f"a class would receive {leaks[0]}, since {importers(modules, leaks[0])} loads it; import it inside the "
            "function that needs it, which runs in the full clone alone"
        )
    folders = {path.parent for path in modules.values()}
    return [*modules.values(), *(path for path in package_data(root, "autograder") if path.parent in folders)]


def hidden_modules(root: Path) -> list[str]:
    """The names of all modules of hidden tests, which are loaded by the ids of exercises."""
    files = sorted((root / "autograder" / "hidden").rglob("*.py"))
    paths = [path.relative_to(root) for path in files if can_be_imported(path.relative_to(root))]
    return [".".join((path.parent if path.stem == "__init__" else path.with_suffix("")).parts) for path in paths]


def package_data(root: Path, package: str) -> list[Path]:
    """Files of a package that are no modules, as pyproject.toml lists them for its installation."""
    try:
        metadata = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        patterns = metadata["tool"]["setuptools"]["package-data"][package]
    except (FileNotFoundError, KeyError) as error:
        raise BundleError(f"{root / 'pyproject.toml'} does not list the package data of {package}") from error
    found = {path for pattern in patterns for path in (root / package).glob(pattern)}
    hidden = {path for path in found if any(part.startswith(".") for part in path.relative_to(root).parts)}
    return sorted(path for path in found - hidden if path.is_file())


def loaded_modules(root: Path, starts: Iterable[str]) -> dict[str, Path]:
    """The modules of autograder that importing `starts` loads, with the packages around them, by name.

    Imports inside functions are not followed: those run on the way to what a class does not have.
    """
    found: dict[str, Path] = {}
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        path = module_path(root, name)
        if name not in found and path is not None:
            found[name] = path
            waiting += [*imports_at_loading(path), name.rpartition(".")[0]]
    return dict(sorted(found.items()))


def module_path(root: Path, name: str) -> Path | None:
    """The file of a module of autograder; None for any other name."""
    if name.partition(".")[0] != "autograder":
        return None
    place = root.joinpath(*name.split("."))
    return next((path for path in (place / "__init__.py", place.with_suffix(".py")) if path.is_file()), None)


def imports_at_loading(path: Path) -> Iterator[str]:
    """Names of what a module imports while it is loaded; of a name taken from a module, both might be one."""
    waiting: list[ast.AST] = [ast.parse(path.read_bytes())]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def importers(modules: Mapping[str, Path], wanted: str) -> str:
    """The first module that loads another one, for a message."""
    return next(
        name
        for name, path in modules.items()
        if name != wanted and any(f"{each}.".startswith(f"{wanted}.") for each in imports_at_loading(path))
    )


def makefile(text: str) -> str:
    """The course's Makefile with the rules in `RULES` alone, and the variables.

    Its blocks, with blank lines between them, stay or go as a whole. Raises `BundleError` where a rule is not found.
    """
    kept, rules = [], set()
    for block in text.strip().split("\n\n"):
        targets = set(re.findall(r"^([\w$()./-]+):(?!=)", block, re.MULTILINE))
        if targets - {".PHONY"} <= RULES:
            kept.append(block)
            rules |= targets
    if lost := sorted(RULES - rules):
        raise BundleError(
            f"the Makefile has no block for the rule {lost[0]!r} alone; bring RULES in bundle.py up to date"
        )
    phony = " ".join(sorted(RULES - {"$(STAMP)"}))
    return re.sub(r"^\.PHONY: help.*$", f".PHONY: {phony}", "\n\n".join(kept), flags=re.MULTILINE) + "\n"


def readme(root: Path, lessons: Iterable[Path], diagnosis: bool = False) -> str:
    """The page for the class."""
    paths = [path.relative_to(root).as_posix() for path in lessons]
    titles = [title(root / path) for path in paths]
    listed = "\n".join(f"- `{path}`: {name}" for path, name in zip(paths, titles, strict=True))
    return README.format(
        lessons=listed,
        first=next((path for path in paths if answers_in(root / path)), paths[0]),
        check=DIAGNOSIS if diagnosis else CHECK,
    )


def answers_in(path: Path) -> int:
    """How many cells of a notebook somebody is to write an answer in."""
    notebook = parse(path.read_text(encoding="utf-8"))
    return sum(bool(cell.metadata.get("nbgrader", {}).get("solution")) for cell in notebook.cells)


def title(path: Path) -> str:
    """The first heading of a notebook; its name where it has none."""
    notebook = parse(path.read_text(encoding="utf-8"))
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    heading = re.search(r"^# (.+)$", text, re.MULTILINE)
    return heading[1].strip() if heading else path.stem


def archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive with the same bytes for the same files: sorted, at one time, with one mode."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as bundle:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name)  # of 1980, the format's first day
            entry.create_system = 3  # Unix, whatever this is, so that the mode counts
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, files[name])
    return data.getvalue()
