"""What the library defines under a name, as text: the definition as it stands there, and its docstrings.

The docstring of a value is the string literal right below its assignment: help systems look there, and a comment would
not survive where the text is parsed.
"""

import ast
import importlib
import inspect
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from autograder.exercise import module_of, name_of

Function = ast.FunctionDef | ast.AsyncFunctionDef
Assignment = ast.Assign | ast.AnnAssign


class DefinitionError(ValueError):
    """The library defines nothing under a name in a form that can be read."""


@dataclass(frozen=True)
class Definition:
    """A function, a class or a value that stands at the top of a module."""

    path: str
    """`module:name`."""
    node: Function | ast.ClassDef | Assignment
    docstring: str | None
    source: str
    """Its lines: decorators and a value's docstring belong to it, comments above it do not."""

    @property
    def name(self) -> str:
        """The name alone."""
        return name_of(self.path)

    @cached_property
    def docstrings(self) -> tuple[str, ...]:
        """Its own docstring and, of a class, those of its methods."""
        methods = self.node.body if isinstance(self.node, ast.ClassDef) else []
        below = (ast.get_docstring(node) for node in methods if isinstance(node, Function | ast.ClassDef))
        return tuple(text for text in (self.docstring, *below) if text)


def definition(path: str) -> Definition:
    """What the library defines as `module:name`.

    Raises:
        DefinitionError: where there is no such module, its source cannot be read, or neither `def` nor `class` nor a
            plain assignment at its top gives it the name.
    """
    try:
        source = inspect.getsource(importlib.import_module(module_of(path)))
    except (ImportError, OSError, TypeError) as error:
        raise DefinitionError(f"the source of {path} cannot be read: {error}") from error
    for statement, below in reversed(_at_the_top(source)):
        if name_of(path) in names_bound(statement) and isinstance(statement, Function | ast.ClassDef | Assignment):
            return _definition(path, source, statement, below)
    raise DefinitionError(f"{module_of(path)} does not define {name_of(path)} by `def`, `class` or `=` at its top")


def examples_in(definitions: Iterable[Definition]) -> bool:
    """Whether one of their docstrings has an example."""
    return any(">>>" in docstring for each in definitions for docstring in each.docstrings)


def names_bound(statement: ast.stmt) -> set[str]:
    """The name that a definition or an assignment gives; none for another statement."""
    if isinstance(statement, Function | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, Assignment) and statement.value is not None:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return {target.id for target in targets if isinstance(target, ast.Name)}
    return set()


@lru_cache(maxsize=64)
def _at_the_top(source: str) -> list[tuple[ast.stmt, ast.stmt | None]]:
    """The statements of a module, each with the one below it."""
    body = ast.parse(source).body
    return list(zip(body, [*body[1:], None], strict=True))


def _definition(
    path: str, source: str, node: Function | ast.ClassDef | Assignment, below: ast.stmt | None
) -> Definition:
    last = node.end_lineno or node.lineno
    if isinstance(node, Assignment):
        docstring = _text(below)
        last = below.end_lineno or last if below is not None and docstring is not None else last
    else:
        docstring = ast.get_docstring(node)
    lines = source.splitlines()
    end = last
    while end < len(lines) and re.match(r"\s*$|\s+#", lines[end]):  # a comment below a body is still inside it
        end += 1
        last = end if lines[end - 1].strip() else last
    return Definition(path, node, docstring, "\n".join(lines[first_line(node) - 1 : last]))


def _text(statement: ast.stmt | None) -> str | None:
    """What a statement says that is nothing but a string literal."""
    literal = statement.value if isinstance(statement, ast.Expr) else None
    text = literal.value if isinstance(literal, ast.Constant) else None
    return inspect.cleandoc(text) if isinstance(text, str) else None


def first_line(statement: ast.stmt) -> int:
    """Where a statement begins, its decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])
