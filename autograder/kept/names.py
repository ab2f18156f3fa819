"""What of a lesson's first cells the code of a cell stands on."""

import ast
from collections.abc import Iterable
from types import CodeType

from autograder.names import bound_names, needed_names

OF_IPYTHON = frozenset({"__file__", "get_ipython", "display", "In", "Out", "exit", "quit", "open", "_", "__", "___"})


def compiled(source: str) -> CodeType | None:
    """The code of a cell as a notebook compiles it; None where it is no Python."""
    try:
        return compile(source, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def found_elsewhere(code: CodeType) -> set[str]:
    """The names that `code` needs and neither Python nor a notebook's kernel provides."""
    return needed_names(code) - OF_IPYTHON


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
            wanted |= found_elsewhere(code)
    return "\n".join(reversed(kept))


def _name_of(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]
