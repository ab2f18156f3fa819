"""Adding an exercise to its lesson's module, and a lesson to the catalogue, without touching what else stands there."""

import ast
from collections.abc import Sequence

from autograder.definitions import names_bound
from autograder.skeleton.arguments import laid_out
from autograder.skeleton.halves import PUBLIC
from autograder.skeleton.imports import import_block, imports_in, needed

EXERCISES, CATALOGUE = "EXERCISES", "CATALOGUE"
HOME = "autograder.exercises"


class RegisterError(ValueError):
    """A module is not written as the course writes it, so that nothing can be added to it."""


def with_exercise(module: str | None, header: str, constant: str, text: str) -> str:
    """The module of a lesson with one exercise more, the last in its order.

    Args:
        module: its text; None where the lesson has none yet.
        header: the docstring of a module that is to be.
        constant: what the exercise is called there.
        text: the exercise, without imports.

    Raises:
        RegisterError: where the module has no tuple `EXERCISES` of names.
    """
    if module is None:
        gap = _gap(text)
        return f"{header}\n\n{import_block(needed(text, PUBLIC))}\n\n{gap}{text}\n{EXERCISES} = ({constant},)\n"
    tree = ast.parse(module)
    listed = _assignment(tree, EXERCISES)
    names = [*(ast.unparse(each) for each in _elements(listed, EXERCISES)), constant]
    lines = module.splitlines()
    lines[listed.lineno - 1 : listed.end_lineno] = [
        *(_gap(text) + text).splitlines(),
        "",
        *laid_out("EXERCISES = (", names, ")", 120),
    ]
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    wanted = imports_in(tree) | needed(text, PUBLIC)
    if wanted != imports_in(tree):
        lines[imports[0].lineno - 1 : imports[-1].end_lineno] = import_block(wanted).splitlines()
    return "\n".join(lines) + "\n"


def registered(catalogue: str, lesson: str, order: Sequence[str]) -> str:
    """The module of the catalogue with one lesson more, at its place in the course.

    Raises:
        RegisterError: where the module has no tuple `CATALOGUE` of `*lesson.EXERCISES`, or imports no lesson.
    """
    tree = ast.parse(catalogue)
    assignment = _assignment(tree, CATALOGUE)
    starred = [each.value for each in _elements(assignment, CATALOGUE) if isinstance(each, ast.Starred)]
    lessons = [ast.unparse(each).removesuffix(f".{EXERCISES}") for each in starred]
    lessons = sorted([*lessons, lesson], key=order.index)
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == HOME]
    if len(imports) != 1:
        raise RegisterError(f"the catalogue does not import its lessons by one `from {HOME} import`: mend that first")
    lines = catalogue.splitlines()
    lines[assignment.lineno - 1 : assignment.end_lineno] = [
        "CATALOGUE: tuple[Exercise, ...] = (",
        *(f"    *{each}.{EXERCISES}," for each in lessons),
        ")",
    ]
    lines[imports[0].lineno - 1 : imports[0].end_lineno] = [f"from {HOME} import {', '.join(sorted(lessons))}"]
    return "\n".join(lines) + "\n"


def _gap(text: str) -> str:
    """The further blank line that stands above a function."""
    return "\n" * text.startswith("def ")


def _assignment(tree: ast.Module, name: str) -> ast.Assign | ast.AnnAssign:
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and name in names_bound(statement):
            return statement
    raise RegisterError(f"the module has no {name} = (…) at its top: write it first")


def _elements(assignment: ast.Assign | ast.AnnAssign, name: str) -> list[ast.expr]:
    if not isinstance(assignment.value, ast.Tuple):
        raise RegisterError(f"{name} is no tuple written out: write it as one first")
    return assignment.value.elts
