"""The normal form of an answer: what is left of it when everything is gone that a copier changes without thinking."""

import ast
import re
import warnings

LONGEST = 6_000
"""Characters of an answer that are looked at. The longest right answer in the tests has less than a third of that."""
MOST_TOKENS = 800
"""Tokens of a normal form that are kept."""
TOKEN = re.compile(r"\d+(?:\.\d*)?(?:e[+-]?\d+)?|\w+|[^\w\s]")
OWN = "_"
"""Stands for every name that the answer itself binds."""


def normal_form(source: str) -> tuple[str, ...]:
    """The tokens of an answer without docstrings, comments, annotations and layout, all its own names alike.

    Names that the answer binds, attributes that it sets included, become `OWN`, all of them: if they were numbered, one
    more variable at the top would change every line below. Lines are put in alphabetical order, so that moving one
    changes little. Code that Python cannot parse, or that is longer than `LONGEST`, only loses comments and layout.
    """
    text = source[:LONGEST]
    lines = None if len(source) > LONGEST else _parsed(text)
    if lines is None:
        lines = [line.partition("#")[0] for line in text.splitlines()]
    ordered = sorted(line.strip() for line in lines)
    return tuple([token for line in ordered for token in TOKEN.findall(line)][:MOST_TOKENS])


def _parsed(text: str) -> list[str] | None:
    """The lines of the parsed and renamed code; None where Python cannot do it, as for code nested too deeply."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the compiler thinks of a student's escape sequences
            tree = ast.parse(text)
        return ast.unparse(_Normalise(tree).visit(tree)).splitlines()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class _Normalise(ast.NodeTransformer):
    """Drops docstrings and annotations, and makes all names alike that the code binds."""

    def __init__(self, tree: ast.AST) -> None:
        self.bound = _bound_names(tree)

    def rename(self, name: str) -> str:
        """`OWN` for a name bound here; one bound elsewhere, such as `torch`, stays."""
        return OWN if name in self.bound else name

    def visit_Module(self, node: ast.Module) -> ast.AST:
        return self._without_docstring(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._definition(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._definition(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self.rename(node.name)
        return self._without_docstring(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg, node.annotation = self.rename(node.arg), None
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self.rename(node.id)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if f".{node.attr}" in self.bound:
            node.attr = OWN
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = node.name and self.rename(node.name)
        return self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> ast.AST:
        node.asname = node.asname and self.rename(node.asname)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return self.visit(ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node))

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.name, node.returns = self.rename(node.name), None
        return self._without_docstring(node)

    def _without_docstring(self, node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        if ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
        self.generic_visit(node)
        if not node.body and not isinstance(node, ast.Module):
            node.body.append(ast.Pass())
        return node


def _bound_names(tree: ast.AST) -> set[str]:
    """The names that code binds, and, behind a dot, the attributes that it sets."""
    bound: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            bound.add(f".{node.attr}")
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler):
            bound.update(filter(None, [node.name]))
        elif isinstance(node, ast.alias) and node.asname:
            bound.add(node.asname)
    return bound
