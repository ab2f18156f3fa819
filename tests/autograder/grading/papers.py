"""Papers: notebooks as students hand them in, and cells that define a given answer."""

import ast
import functools
import inspect
import json
import sys
import textwrap
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from types import FunctionType
from typing import Any

from autograder.confined.limits import MIB, Limits
from autograder.exercise import grade_id
from autograder.exercises import find
from autograder.grading.assignment import Assignment
from autograder.grading.grader import grade_bytes
from autograder.grading.job import Job, make_job
from autograder.grading.results import SubmissionResult
from autograder.grading.sandbox import Settings
from autograder.grading.submission import read
from autograder.lessons.stub import worked_source

PROJECT = Path(__file__).parents[3]
LESSON = "02_masked_language_model"
SECRET = b"a course's own"
SETTINGS = Settings(Limits(memory=1024 * MIB), seconds=5.0)
"""One for all, so that the sandbox is started once; what hangs does so for less than the usual time."""
Content = dict[str, Any]


def content_of(assignment: Assignment) -> Content:
    """The released notebook as plain JSON values, to be changed at will."""
    content: Content = json.loads(json.dumps(assignment.skeleton))
    return content


def cell_of(content: Content, name: str) -> Content:
    """The cell of that grade id."""
    found: Content = next(
        cell for cell in content["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == name
    )
    return found


def answered(assignment: Assignment, answers: Mapping[str, str]) -> Content:
    """The released notebook with these sources, by exercise id, in the cells of their exercises."""
    content = content_of(assignment)
    for exercise_id, source in answers.items():
        cell_of(content, grade_id(exercise_id))["source"] = source
    return content


def right_cells(assignment: Assignment) -> dict[str, str]:
    """The solutions, by exercise id."""
    return {exercise.id: worked_source(exercise) for exercise in assignment.exercises}


def as_bytes(content: Any) -> bytes:
    """The file of a notebook; what UTF-8 cannot say becomes an escape."""
    return json.dumps(content).encode()


def task_for(assignment: Assignment, content: Any, settings: Settings | None = None) -> Job:
    """The task of a notebook that was handed in."""
    return make_job(assignment, read(as_bytes(content), assignment), settings or SETTINGS, SECRET)


def graded(task: Job, seed: int | None = None) -> SubmissionResult:
    """The result, of this process's sandbox; `seed` draws the cases instead of the task's own."""
    if seed is not None:
        task = replace(task, seed=f"{seed:x}")
    return SubmissionResult.from_json(grade_bytes(task.to_bytes()))


def cell_defining(exercise_id: str, answer: Any) -> str:
    """The source of a cell that defines the same answer, with all that it takes from the module that it stands in.

    Whatever that is gets a scope of its own: an answer may call the library's version, which has its name.
    """
    function = answer.func if isinstance(answer, functools.partial) else answer
    owner = function if isinstance(function, FunctionType | type) else type(function)
    tree = ast.parse(inspect.getsource(sys.modules[owner.__module__]))
    expression = expression_for(answer, tree)
    exercise = find(exercise_id)
    definitions = [
        worked_source(exercise)
        if isinstance(each, ast.ImportFrom) and exercise.name in bound(each)
        else ast.unparse(each)
        for each in needed(tree, names_in(ast.parse(expression)))
    ]
    body = textwrap.indent("\n\n".join([*definitions, f"return {expression}"]), "    ")
    return f"def make():\n{body}\n\n{exercise.name} = make()\n"


def expression_for(answer: Any, tree: ast.Module) -> str:
    """What makes the answer, in terms of what its module defines."""
    if isinstance(answer, functools.partial):
        return f"functools.partial({', '.join([answer.func.__name__, *map(repr, answer.args)])})"
    if not isinstance(answer, FunctionType | type):
        return f"{type(answer).__name__}()"
    if answer.__name__ == "<lambda>":
        line = answer.__code__.co_firstlineno
        found = [node for node in ast.walk(tree) if isinstance(node, ast.Lambda) and node.lineno == line]
        assert len(found) == 1
        return ast.unparse(found[0])
    if isinstance(answer, FunctionType) and answer.__closure__:
        closed = zip(answer.__code__.co_freevars, answer.__closure__, strict=True)
        arguments = ", ".join(f"{name}={cell.cell_contents!r}" for name, cell in closed)
        return f"{answer.__qualname__.partition('.')[0]}({arguments})"
    return answer.__qualname__


def needed(tree: ast.Module, names: set[str]) -> list[ast.stmt]:
    """What defines or imports these names, and the names that that needs, in the order of the module."""
    found: dict[int, ast.stmt] = {}
    waiting, seen = list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for number, statement in enumerate(tree.body):
            if name in bound(statement):
                found[number] = statement = without_decorators(statement)
                waiting += names_in(statement)
    return [found[number] for number in sorted(found)]


def bound(statement: ast.stmt) -> set[str]:
    """The names that a statement at the top of a module binds."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    if isinstance(statement, ast.Assign):
        return {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return set()


def names_in(node: ast.AST) -> set[str]:
    """The names that a piece of code reads."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}


def without_decorators(statement: ast.stmt) -> ast.stmt:
    """The statement without what registers an answer."""
    statement = deepcopy(statement)
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        statement.decorator_list = []
    return statement
