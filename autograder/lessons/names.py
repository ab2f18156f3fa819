"""Whether every exercise finds the names it needs when only setup and solution cells run, as they do in grading."""

import ast
import builtins
import dis
from types import CodeType

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from autograder.lessons.notebooks import SETUP, is_nbgrader_cell, tags_of
from autograder.lessons.source import LessonError

ALWAYS_THERE = frozenset(vars(builtins)) | {"__name__", "__doc__", "__annotations__", "get_ipython"}


def check_names(lesson: str, notebook: NotebookNode) -> None:
    """Raise `LessonError` naming the cell and the name where an exercise needs what no setup cell before it defines.

    A setup cell with `from ... import *` could define anything, so after one nothing is checked.
    """
    known: set[str] = set(ALWAYS_THERE)
    for cell in notebook.cells:
        if cell.cell_type != "code" or not (is_nbgrader_cell(cell) or SETUP in tags_of(cell)):
            continue
        tree = parse_cell(lesson, cell)
        code = compile(tree, f"<{lesson}>", "exec", dont_inherit=True)
        if missing := sorted(needed_names(code) - known):
            raise LessonError(
                f"{lesson}, cell {cell.id}: `{missing[0]}` is not defined by any setup cell before it; import or "
                'define it in a cell tagged "setup", since grading leaves the others out'
            )
        if any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in ast.walk(tree)):
            return
        known |= bound_names(code)


def parse_cell(lesson: str, cell: NotebookNode) -> ast.Module:
    """The syntax tree of a cell, magics included. Raises `LessonError` on a syntax error."""
    try:
        return ast.parse(TransformerManager().transform_cell(cell.source))
    except SyntaxError as error:
        raise LessonError(f"{lesson}, cell {cell.id}: {error.msg}: {error.text or ''}".rstrip()) from error


def bound_names(code: CodeType) -> set[str]:
    """The names that running `code` defines in its own scope."""
    return {op.argval for op in dis.get_instructions(code) if op.opname in ("STORE_NAME", "STORE_GLOBAL")}


def needed_names(code: CodeType) -> set[str]:
    """The names that `code` and the functions in it look up outside."""
    loads = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_CLASSDEREF")
    needed = {op.argval for op in dis.get_instructions(code) if op.opname in loads}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            needed |= needed_names(constant)
    return needed - bound_names(code)
