"""Whether every exercise finds the names it needs when only setup and solution cells run, as they do in grading.

A solution takes the helpers and constants along that it stands on; everything else comes from setup cells.
"""

import ast
import importlib
import inspect
from collections.abc import Container

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from autograder.definitions import definition, names_bound
from autograder.exercise import SETUP, Exercise, module_of
from autograder.lessons.notebooks import is_nbgrader_cell, tags_of
from autograder.lessons.source import Kind, Lesson, LessonError
from autograder.lessons.stub import stub_source
from autograder.names import bound_names, needed_names


def check_names(lesson: str, notebook: NotebookNode) -> None:
    """Raise `LessonError` naming the cell and the name where an exercise needs what no setup cell before it defines.

    A setup cell with `from ... import *` could define anything, so after one nothing is checked.
    """
    known = {"get_ipython"}
    for cell in notebook.cells:
        if cell.cell_type != "code" or not (is_nbgrader_cell(cell) or SETUP in tags_of(cell)):
            continue
        where = f"{lesson}, cell {cell.id}"
        tree = parse_code(where, cell.source)
        code = compile(tree, f"<{lesson}>", "exec", dont_inherit=True)
        if missing := sorted(needed_names(code) - known):
            raise LessonError(
                f"{where}: `{missing[0]}` is not defined by any setup cell before it; import or "
                'define it in a cell tagged "setup", since grading leaves the others out'
            )
        if any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in ast.walk(tree)):
            return
        released = compile(parse_code(where, stub_source(cell.source)), f"<{lesson}>", "exec", dont_inherit=True)
        if missing := sorted(needed_names(released) - known):
            raise LessonError(
                f"{where}: `{missing[0]}` is in what a learner is given, but only the worked notebook defines it; "
                'import it in a cell tagged "setup" instead of letting the solution stand on it'
            )
        known |= bound_names(released)


def parse_code(where: str, source: str) -> ast.Module:
    """The syntax tree of a cell's source, magics included. Raises `LessonError` saying `where` on a syntax error."""
    try:
        return ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError as error:
        raise LessonError(f"{where}: {error.msg}: {error.text or ''}".rstrip()) from error


def stood_on(exercise: Exercise, given: Container[str] = ()) -> tuple[set[str], set[str]]:
    """What the library's own answer to an exercise uses, directly or through what it uses: `module:name` each.

    Args:
        exercise: whose answer is looked through.
        given: what setup cells import, which need not be taken along.

    Returns:
        Of its `stands_on` what is used; and what else is used of the modules that all this is defined in. Names that
        those import themselves are left out, unless `stands_on` has them: setup cells can import them as well.

    Raises:
        DefinitionError: where the library defines one of them in no form that can be read.
    """
    known = {*exercise.defines, *exercise.stands_on}
    used: set[str] = set()
    waiting = list(exercise.defines)
    while waiting:
        path = waiting.pop()
        homes = _homes(module_of(path))
        code = compile(ast.parse(definition(path).source), path, "exec", dont_inherit=True)
        found = {homes[name] for name in needed_names(code) if name in homes} - used - {path}
        own = {each for each in found if module_of(each) == module_of(path) and each not in given}
        used |= own | found & known
        waiting += (own | found) & known
    return used & set(exercise.stands_on), used - known


def _homes(module: str) -> dict[str, str]:
    """Where the names at the top of a module are defined, its own and those that it imports: `module:name` each."""
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    own = {name: f"{module}:{name}" for statement in tree.body for name in names_bound(statement)}
    return imported(tree) | own


def imported(tree: ast.Module) -> dict[str, str]:
    """What a module or a cell imports from others, by the names it has there: `module:name` each."""
    return {
        alias.asname or alias.name: f"{node.module}:{alias.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def imports_for(lesson: Lesson) -> set[str]:
    """What the setup cells of a lesson import: `module:name` each. Raises `LessonError` on a syntax error."""
    cells = [cell for cell in lesson.cells if cell.kind is Kind.CODE and SETUP in cell.tags]
    return {path for cell in cells for path in imported(parse_code(lesson.name, cell.source)).values()}
