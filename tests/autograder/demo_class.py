"""A class to look at: `make demo-class` lets a seeded class of sixty hand in, grades it, and says what to open.

Right answers of several people, known mistakes, unfilled notebooks, accidents and attacks come as a download in
Moodle's shape and go the whole way: collect, grade, feedback, report, export.
"""

import argparse
import ast
import inspect
import io
import random
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
from corpus.base import NAME as SMALL
from corpus.base import Base, HandIn
from corpus.specimens import find as find_specimen
from nbformat import NotebookNode
from right_answers import VECTORISED

from autograder import hidden
from autograder.exercise import Exercise, grade_id
from autograder.grading.assignment import Assignment, is_setup, read_assignment
from autograder.lessons.source import assignment_names, lesson_path, solution_path
from autograder.lessons.stub import worked_source
from autograder.names import bound_names, needed_names

PROJECT = Path(__file__).parents[2]
LESSON = "02_masked_language_model"
SIZE = 60
FIRST_NAMES = (
    *("Ada", "Amara", "Anton", "Aylin", "Bilal", "Chen", "Clara", "David", "Elif", "Emil", "Fatima", "Femi", "Greta"),
    *("Hana", "Hugo", "Ines", "Ivan", "Jonas", "Kenji", "Lena", "Luca", "Malik", "Mei", "Nadia", "Noah", "Olga"),
    *("Paul", "Priya", "Quentin", "Rosa", "Samuel", "Tara", "Umar", "Vera", "Wanja", "Ximena", "Yusuf", "Zoe"),
)
LAST_NAMES = (
    *("Adeyemi", "Becker", "Costa", "Dubois", "Eriksen", "Fischer", "García", "Haddad", "Ito", "Jansen", "Kaya"),
    *("Lindqvist", "Moreau", "Novak", "Okafor", "Petrov", "Quispe", "Rossi", "Sato", "Tanaka", "Usman", "Wang"),
)
ACCIDENTS = ("duplicated-solution-cell", "schema-1", "not-json", "renamed", "endless-call", "os-exit", "magics")
ATTACKS = ("input-transformer", "imported-reference", "displayhook", "gradebook-written", "script-in-repr")
"""Specimens, which are written for the exercises of `LESSON`."""

Write = Callable[[random.Random], bytes]


@dataclass(frozen=True)
class Sources:
    """What people write for one exercise."""

    right: list[str]
    wrong: list[str]


class Lesson:
    """The lesson that the class works on, and what can be written into it."""

    def __init__(self, root: Path, name: str) -> None:
        self.root, self.name = root, name
        self.assignment: Assignment = read_assignment(root, name)
        self.worked = nbformat.read(solution_path(root, name), as_version=4)
        known = {"get_ipython"}
        for cell in self.assignment.skeleton.cells:
            if is_setup(cell):
                known |= bound_names(compile(cell.source, "<setup>", "exec"))
        self.sources = {exercise: sources_of(exercise, known) for exercise in self.assignment.exercises}

    def filled(self, answers: dict[Exercise, str]) -> bytes:
        """The lesson with these answers, as a file."""
        notebook: NotebookNode = nbformat.from_dict(self.assignment.skeleton)
        notebook = nbformat.reads(nbformat.writes(notebook), as_version=4)
        by_grade_id = {grade_id(exercise.id): source for exercise, source in answers.items()}
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in by_grade_id:
                cell.source = by_grade_id[name]
        return nbformat.writes(notebook).encode()

    def right(self, rng: random.Random) -> dict[Exercise, str]:
        """Right answers, each of somebody's."""
        return {exercise: rng.choice(sources.right) for exercise, sources in self.sources.items()}

    def solved(self, rng: random.Random) -> bytes:
        """All of it right."""
        return self.filled(self.right(rng))

    def mistaken(self, rng: random.Random, mistakes: int) -> bytes:
        """Right but for so many known mistakes."""
        answers = self.right(rng)
        possible = [exercise for exercise in answers if self.sources[exercise].wrong]
        for exercise in rng.sample(possible, min(mistakes, len(possible))):
            answers[exercise] = rng.choice(self.sources[exercise].wrong)
        return self.filled(answers)

    def begun(self, rng: random.Random, written: int) -> bytes:
        """The first exercises alone."""
        return self.filled(dict(list(self.right(rng).items())[:written]))

    def copied(self, rng: random.Random, seed: int) -> bytes:
        """Somebody else's work with the names changed."""
        answers = self.right(random.Random(seed))
        return self.filled({exercise: renamed_locals(source, rng) for exercise, source in answers.items()})

    def specimen(self, rng: random.Random, name: str) -> HandIn:
        """An attack or an accident; the exercises that it does not touch are unwritten."""
        base = Base(self.assignment.skeleton, self.worked, self.root, self.root / "secret.txt", 9)
        hand_in = find_specimen(name).hand_in(base)
        return HandIn({path.replace(SMALL, self.name): content for path, content in hand_in.files.items()})


def sources_of(exercise: Exercise, known: set[str]) -> Sources:
    """Answers to an exercise whose source stands alone, given the names that the lesson's setup defines."""
    right = [standing_alone(answer, exercise, known) for answer in VECTORISED[exercise.id]]
    wrong = [standing_alone(mistake.answer, exercise, known) for mistake in hidden.load(exercise.id).implemented]
    return Sources([worked_source(exercise), *filter(None, right)], list(filter(None, wrong)))


def standing_alone(answer: Any, exercise: Exercise, known: set[str]) -> str | None:
    """The source of an answer under the exercise's names; None where it needs more than a cell has.

    An answer of several functions is a class that has them as static methods.
    """
    if isinstance(answer, dict):
        return f"{exercise.name} = {dict(answer)!r}"
    name = getattr(answer, "__name__", "")
    if not re.fullmatch(r"\w+", name) or not (inspect.isfunction(answer) or inspect.isclass(answer)):
        return None
    source = without_decorators(textwrap.dedent(inspect.getsource(answer)))
    if len(exercise.names) > 1:
        (group,) = ast.parse(source).body
        assert isinstance(group, ast.ClassDef)
        functions = [node for node in group.body if isinstance(node, ast.FunctionDef)]
        assert {node.name for node in functions} == set(exercise.names)
        source = "\n\n\n".join(without_decorators(ast.unparse(node)) for node in functions)
    else:
        source = re.sub(rf"\b{name}\b", exercise.name, source)
    return with_what_it_needs(source, inspect.getmodule(answer), known | set(exercise.names))


def with_what_it_needs(source: str, module: ModuleType | None, known: set[str]) -> str | None:
    """A source below the imports and helpers that it takes from the module it stands in; None where it needs more.

    What tests and hidden tests define is no learner's, and an import under a known name would hide the learner's own.
    """
    top = ast.parse(inspect.getsource(module)).body if module else []
    while needed := needed_names(compile(source, "<answer>", "exec", dont_inherit=True)) - known:
        name = min(needed)
        lines = [line for statement in top if (line := line_binding(statement, name))]
        if not lines:
            return None
        source = f"{lines[-1]}\n\n\n{source}"
    return source


def line_binding(statement: ast.stmt, name: str) -> str | None:
    """What of a module's statement gives a name, where a learner's cell can have it."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        names = [alias for alias in statement.names if (alias.asname or alias.name) == name]
        module = statement.module if isinstance(statement, ast.ImportFrom) else "".join(each.name for each in names)
        if (
            not names
            or not module
            or module.split(".")[0] not in {*sys.stdlib_module_names, "numpy", "torch", "safetensors"}
        ):
            return None
        statement.names = names
        return ast.unparse(statement)
    if isinstance(statement, ast.FunctionDef) and statement.name == name and not statement.decorator_list:
        return ast.unparse(statement)
    return None


def without_decorators(source: str) -> str:
    """The definition that a source begins with, and nothing in front of it."""
    (definition,) = ast.parse(source).body
    return "".join(source.splitlines(keepends=True)[definition.lineno - 1 :])


def renamed_locals(source: str, rng: random.Random) -> str:
    """The same code with other names for what is assigned in it, and without comments."""
    tree = ast.parse(source)
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    names = {name: f"{rng.choice('abcxyz')}{number}" for number, name in enumerate(sorted(stored))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
    return ast.unparse(tree)


def population(lesson: Lesson, size: int) -> list[tuple[str, Callable[[random.Random], bytes | HandIn]]]:
    """What each member of the class does, with its share of the class."""
    odd: list[tuple[str, Callable[[random.Random], bytes | HandIn]]] = [
        *((f"accident: {name}", partial(lesson.specimen, name=name)) for name in ACCIDENTS if lesson.name == LESSON),
        *((f"attack: {name}", partial(lesson.specimen, name=name)) for name in ATTACKS if lesson.name == LESSON),
        *(("copied", partial(lesson.copied, seed=7)) for _ in range(3)),
        *((f"begun: {written}", partial(lesson.begun, written=written)) for written in (0, 0, 1, 2, 3)),
    ]
    rest = max(0, size - len(odd))
    mistaken = [(f"mistakes: {count}", partial(lesson.mistaken, mistakes=count)) for count in (1, 2, 1, 3, 1, 2)]
    turns = [
        ("solved", lesson.solved) if number % 2 else mistaken[number // 2 % len(mistaken)] for number in range(rest)
    ]
    return [*odd, *turns][:size]


def download(lesson: Lesson, size: int, seed: int) -> tuple[bytes, dict[str, str]]:
    """What Moodle would give: a ZIP with a folder for everybody; and what everybody did, by name."""
    rng = random.Random(seed)
    names = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
    members = population(lesson, size)
    rng.shuffle(members)
    told: dict[str, str] = {}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, (what, write)) in enumerate(zip(sorted(rng.sample(names, size)), members, strict=True)):
            told[name] = what
            content = write(rng)
            files = content.files if isinstance(content, HandIn) else {f"{lesson.name}.ipynb": content}
            for path, data in files.items():
                archive.writestr(f"{name}_{4000 + number}_assignsubmission_file_/{path}", data)
    return buffer.getvalue(), told


def make_course(root: Path, name: str) -> None:
    """A course of its own, with the lesson that this clone has."""
    root.mkdir(parents=True)
    shutil.copy(PROJECT / "nbgrader_config.py", root)
    for path in (lesson_path(PROJECT, name), solution_path(PROJECT, name)):
        target = root / path.relative_to(PROJECT)
        target.parent.mkdir(parents=True)
        shutil.copy(path, target)


def commands(name: str) -> Iterator[tuple[list[str], tuple[int, ...]]]:
    """The way from the download to the grades, as an instructor types it, and the exit statuses that belong to it."""
    nbgrader, autograder = [sys.executable, "-m", "nbgrader"], [sys.executable, "-m", "autograder"]
    yield [*nbgrader, "generate_assignment", name], (0,)
    yield [*autograder, "collect", "download.zip", name], (0,)
    yield [*autograder, "grade", name], (0,)
    yield [*nbgrader, "generate_feedback", name], (0,)
    yield [*autograder, "report", name], (0,)
    yield [*nbgrader, "export"], (0,)


def main() -> None:
    """Make the course, let the class hand in, and run the commands, showing each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where; it must not exist")
    parser.add_argument("--size", type=int, default=SIZE, help="students")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--lesson", choices=assignment_names(PROJECT), default=LESSON)
    options = parser.parse_args()
    lesson, root = options.lesson, options.folder.resolve()
    if root.exists():
        parser.error(f"{options.folder} is there already; delete it, or name another folder")
    make_course(root, lesson)
    content, told = download(Lesson(root, lesson), options.size, options.seed)
    (root / "download.zip").write_bytes(content)
    (root / "who_did_what.txt").write_text("".join(f"{name}: {what}\n" for name, what in sorted(told.items())))
    for command, expected in commands(lesson):
        print(f"\n$ {shlex.join([Path(command[2]).name, *command[3:]])}", flush=True)
        finished = subprocess.run(command, cwd=root, stderr=subprocess.STDOUT, stdout=subprocess.PIPE, text=True)
        print("\n".join(finished.stdout.rstrip().splitlines()[-8:]))
        if finished.returncode not in expected:
            sys.exit(finished.returncode)
    print(
        f"\nThe page: {options.folder}/graded/{lesson}.html\n"
        f"The formgrader: cd {shlex.quote(str(options.folder))} && jupyter lab, then Nbgrader, Formgrader\n"
        f"Who did what: {options.folder}/who_did_what.txt"
    )


if __name__ == "__main__":
    main()
