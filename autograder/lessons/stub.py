"""The code cell of an exercise, taken from bertkit's own source: what is given, and what is marked as solution.

Of functions and classes, signatures and docstrings are given and bodies are marked as nbgrader's solution regions:
its ClearSolutions turns each into "YOUR CODE HERE". Of a value, the docstring is given and an `...` for each thing to
fill in. What only the worked notebook has, the values themselves and whatever a solution stands on, is between marks of
ours; `without_worked` takes it out when a lesson is released.
"""

import ast
import json
import textwrap

from autograder.definitions import Assignment, Definition, DefinitionError, Function, definition, first_line
from autograder.exercise import Exercise

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
BEGIN_WORKED, END_WORKED = "### BEGIN WORKED", "### END WORKED"

Region = tuple[int, int]
"""First and last line of a function's body, counted from 1, both included."""


class StubError(ValueError):
    """The source of a reference is not of a form from which a stub can be cut."""


def worked_source(exercise: Exercise) -> str:
    """The cell of an exercise in the worked notebook: what it defines, in order, below what that stands on.

    Docstrings stay outside the marks, and so does a `super().__init__()` right after one. Raises `StubError` where a
    source is not at hand, is none of a function, a class or a value, or leaves nothing to solve.
    """
    try:
        helpers = [definition(path) for path in exercise.stands_on]
        defined = [definition(path) for path in exercise.defines]
    except DefinitionError as error:
        raise StubError(str(error)) from error
    parts = [worked_only("\n\n\n".join(each.source for each in helpers))] if helpers else []
    parts += [_worked_value(each) if isinstance(each.node, Assignment) else _worked(each) for each in defined]
    return "\n\n\n".join(parts)


def solution_lines(exercise: Exercise) -> list[str]:
    """The lines that the marks enclose, in order, without those that are given as well: what a learner must not be
    shown. Raises `StubError`.
    """
    marks = {BEGIN: True, BEGIN_WORKED: True, END: False, END_WORKED: False}
    enclosed: list[str] = []
    given: set[str] = set()
    inside = False
    for line in worked_source(exercise).splitlines():
        inside = marks.get(line.strip(), inside)
        if line.strip() not in marks:
            enclosed.append(line) if inside else given.add(line)
    return [line for line in enclosed if not line.strip() or line not in given]


def worked_only(source: str) -> str:
    """Code between the marks of what a release leaves out."""
    return f"{BEGIN_WORKED}\n{source}\n{END_WORKED}"


def without_worked(source: str) -> str:
    """A cell without what only the worked notebook has, and without the blank lines that this leaves at its ends.

    Raises `StubError` where a mark stands alone.
    """
    lines = source.split("\n")
    kept: list[str] = []
    inside = False
    for line in lines:
        if line.strip() in (BEGIN_WORKED, END_WORKED):
            if inside is (line.strip() == BEGIN_WORKED):
                raise StubError(f"`{line.strip()}` stands alone; put its other half where the code between them ends")
            inside = not inside
        elif not inside:
            kept.append(line)
    if inside:
        raise StubError(f"`{BEGIN_WORKED}` stands alone; put `{END_WORKED}` where the code below it ends")
    return source if kept == lines else "\n".join(kept).strip("\n")


def stub_source(source: str) -> str:
    """What a release leaves of a cell, as far as its names go: without comments and texts of nbgrader's.

    Raises `StubError` where a mark of ours stands alone.
    """
    lines: list[str] = []
    inside = False
    for line in without_worked(source).split("\n"):
        if line.strip() == BEGIN:
            lines.append(f"{_indent(line)}raise NotImplementedError()")
        inside = line.strip() == BEGIN or (inside and line.strip() != END)
        if not inside and line.strip() != END:
            lines.append(line)
    return "\n".join(lines)


def _worked_value(value: Definition) -> str:
    """A value's stub, and below it the assignment of the value itself, which a release leaves out.

    The docstring comes first: at the end of a cell, a notebook would show it once more as the cell's result.
    """
    statement = ast.parse(value.source).body[0]
    assert isinstance(statement, Assignment)
    assert statement.value is not None
    docstring = value.source.splitlines()[statement.end_lineno :]
    annotation = f": {ast.unparse(statement.annotation)}" if isinstance(statement, ast.AnnAssign) else ""
    given = [*docstring, f"{value.name}{annotation} = {_left_open(statement.value)}"]
    whole = ast.get_source_segment(value.source, statement.value)
    return "\n".join([*given, worked_only(f"{value.name} = {whole}")])


def _left_open(value: ast.expr) -> str:
    """What is shown of a value: the keys of a dict that has only constant ones, else nothing but an `...`."""
    keys = [each.value for each in value.keys if isinstance(each, ast.Constant)] if isinstance(value, ast.Dict) else []
    if not (isinstance(value, ast.Dict) and len(keys) == len(value.keys)):
        return "..."
    shown = [json.dumps(key) if isinstance(key, str) else repr(key) for key in keys]
    return "\n".join(["{", *(f"    {key}: ...," for key in shown), "}"])


def _worked(reference: Definition) -> str:
    """A function or a class, its body or the bodies of its methods marked as solution."""
    lines = textwrap.dedent(reference.source).rstrip().splitlines()
    (node,) = ast.parse("\n".join(lines)).body
    inner = [node] if isinstance(node, Function) else node.body if isinstance(node, ast.ClassDef) else []
    functions = [each for each in inner if isinstance(each, Function)]
    regions = [
        region for function in functions if (region := _solution_region(function, lines, reference.name)) is not None
    ]
    if not regions:
        raise StubError(f"{reference.name} has no body after its docstring: nothing is left to solve")
    for first, last in reversed(regions):
        indent = _indent(next(line for line in lines[first - 1 : last] if line.strip()))
        lines[last:last] = [indent + END]
        lines[first - 1 : first - 1] = [indent + BEGIN]
    return "\n".join(lines)


def _solution_region(function: Function, lines: list[str], name: str) -> Region | None:
    """Where the part of a function is that the learner writes; None where all of it is given."""
    given = _count_given(function)
    solution = function.body[given:]
    if not solution:
        return None
    first = first_line(solution[0])
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


def _is_inner_comment_or_blank(line: str, column: int) -> bool:
    stripped = line.lstrip()
    return not stripped or (stripped.startswith("#") and len(line) - len(stripped) > column)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
