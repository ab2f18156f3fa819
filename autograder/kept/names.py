"""Which names a piece of code defines and needs, and what of a lesson's first cells it stands on."""

import ast
import builtins
import dis
from collections.abc import Iterable, Iterator
from types import CodeType

ALWAYS_THERE = frozenset(vars(builtins)) | {"__name__", "__doc__", "__annotations__", "__file__"}
OF_IPYTHON = frozenset({"get_ipython", "display", "In", "Out", "exit", "quit", "open", "_", "__", "___"})


def compiled(source: str) -> CodeType | None:
    """The code of a cell as a notebook compiles it; None where it is no Python."""
    try:
        return compile(source, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def bound_names(code: CodeType) -> set[str]:
    """The names that running `code` defines in its own scope, and those that its functions make global."""
    stores = {op.argval for op in dis.get_instructions(code) if op.opname in ("STORE_NAME", "STORE_GLOBAL")}
    return stores.union(*({*_stored_globally(inner)} for inner in _inner(code)))


def needed_names(code: CodeType) -> set[str]:
    """The names that `code` and the functions in it look up outside, those that are always there left out."""
    needed = set(_loaded(code)).union(*(_loaded(inner) for inner in _inner(code)))
    return needed - bound_names(code) - ALWAYS_THERE - OF_IPYTHON


def imports_everything(source: str) -> bool:
    """Whether a `from … import *` may define any name at all."""
    return any(
        isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
        for node in ast.walk(ast.parse(source))
    )


def prelude(setup: str, wanted: Iterable[str]) -> str:
    """Those statements of a lesson's setup that define some names, and what these statements need in their turn.

    Of an import only the wanted names stay. What defines no name, such as a call, is left out.
    """
    wanted, kept = set(wanted), list[str]()
    for statement in reversed(ast.parse(setup).body):
        if isinstance(statement, ast.Import | ast.ImportFrom):
            if getattr(statement, "module", None) != "__future__":  # which changes what the code after it means
                statement.names = [alias for alias in statement.names if _name_of(alias) in wanted | {"*"}]
            if statement.names:
                kept.append(ast.unparse(statement))
            continue
        text = ast.unparse(statement)
        code = compiled(text)
        if code is not None and bound_names(code) & wanted:
            kept.append(text)
            wanted |= needed_names(code)
    return "\n".join(reversed(kept))


def _name_of(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _inner(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inner(constant)


def _loaded(code: CodeType) -> Iterator[str]:
    """Names looked up outside any function: a class's own names are looked up there only where it lacks them."""
    own = {op.argval for op in dis.get_instructions(code) if op.opname == "STORE_NAME"}
    for op in dis.get_instructions(code):
        if op.opname in ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_CLASSDEREF") and op.argval not in own:
            yield op.argval


def _stored_globally(code: CodeType) -> Iterator[str]:
    return (op.argval for op in dis.get_instructions(code) if op.opname == "STORE_GLOBAL")
