"""The code cell of an exercise, taken from bertkit's own source: signatures and docstrings given, bodies marked.

nbgrader's ClearSolutions turns every marked region into its "YOUR CODE HERE".
"""

import ast
import inspect
import textwrap
from typing import Any

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"

Function = ast.FunctionDef | ast.AsyncFunctionDef
Region = tuple[int, int]
"""First and last line of a function's body, counted from 1, both included."""


class StubError(ValueError):
    """The source of a reference is not of a form from which a stub can be cut."""


def worked_source(reference: Any) -> str:
    """The reference's source, with the body of the function, or of every method of the class, marked as solution.

    The docstring stays outside the marks, and so does a `super().__init__()` right after it. Raises `StubError` where
    the source is not at hand, is neither a function nor a class, or leaves nothing to solve.
    """
    lines, regions = _read(reference)
    for first, last in reversed(regions):
        indent = _indent(next(line for line in lines[first - 1 : last] if line.strip()))
        lines[last:last] = [indent + END]
        lines[first - 1 : first - 1] = [indent + BEGIN]
    return "\n".join(lines)


def solution_lines(reference: Any) -> list[str]:
    """The lines that the marks enclose, in order: what a learner must not be shown. Raises `StubError`."""
    lines, regions = _read(reference)
    return [line for first, last in regions for line in lines[first - 1 : last]]


def _read(reference: Any) -> tuple[list[str], list[Region]]:
    """The source lines of a reference, and the regions in them that are its solution."""
    name = getattr(reference, "__qualname__", repr(reference))
    try:
        source = textwrap.dedent(inspect.getsource(reference))
    except (OSError, TypeError) as error:
        raise StubError(f"the source of {name} cannot be read: {error}") from error
    lines = source.rstrip().splitlines()
    definition = ast.parse(source).body[0]
    if isinstance(definition, Function):
        functions: list[Function] = [definition]
    elif isinstance(definition, ast.ClassDef):
        functions = [node for node in definition.body if isinstance(node, Function)]
    else:
        raise StubError(f"{name} is neither a function nor a class")
    regions = [region for function in functions if (region := _solution_region(function, lines, name)) is not None]
    if not regions:
        raise StubError(f"{name} has no body after its docstring: nothing is left to solve")
    return lines, regions


def _solution_region(function: Function, lines: list[str], name: str) -> Region | None:
    """Where the part of a function is that the learner writes; None where all of it is given."""
    given = _count_given(function)
    solution = function.body[given:]
    if not solution:
        return None
    first = _first_line(solution[0])
    if given:
        above = function.body[given - 1].end_lineno or 0
    else:  # Comments above the first statement belong to the solution as well.
        above = first - 1
        while not lines[above - 1].strip() or lines[above - 1].lstrip().startswith("#"):
            above -= 1
    if first <= max(above, function.lineno):
        raise StubError(f"{name}: the body of {function.name} has to begin on a line of its own")
    start = above + 1
    while not lines[start - 1].strip():
        start += 1
    last = end = solution[-1].end_lineno or first
    # A comment after the last statement gives as much away as the statement.
    while end < len(lines) and _is_inner_comment_or_blank(lines[end], function.col_offset):
        end += 1
        last = end if lines[end - 1].strip() else last
    return start, last


def _count_given(function: Function) -> int:
    """How many statements at the top of a function the learner is given: its docstring, and `super().__init__()`."""
    given = 0 if ast.get_docstring(function, clean=False) is None else 1
    if len(function.body) > given and ast.unparse(function.body[given]) == "super().__init__()":
        given += 1
    return given


def _first_line(statement: ast.stmt) -> int:
    """Where a statement begins, its decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _is_inner_comment_or_blank(line: str, column: int) -> bool:
    stripped = line.lstrip()
    return not stripped or (stripped.startswith("#") and len(line) - len(stripped) > column)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
