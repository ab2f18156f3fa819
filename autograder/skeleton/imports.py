"""The imports at the top of a module, in the order that the linter asks for."""

import ast
import re
import sys
from collections.abc import Iterable, Mapping

from autograder.skeleton.arguments import laid_out

FIRST_PARTY = ("autograder", "bertkit")
WIDTH = 120

Imports = Mapping[str, str]
"""By the name that is bound: `module:name` for `from module import name`, `module` for `import module`."""


def imports_in(tree: ast.Module) -> dict[str, str]:
    """What a module imports at its top."""
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name: f"{node.module}:{alias.name}" for alias in node.names}
    return found


def needed(text: str, known: Imports) -> dict[str, str]:
    """Those of `known` whose names a piece of code has outside of its strings."""
    names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    return {name: path for name, path in known.items() if name in names}


def import_block(imports: Imports) -> str:
    """The statements, in sections: the standard library, other packages, this project."""
    modules = {path for path in imports.values() if ":" not in path}
    sections = [_section(imports, modules, place) for place in range(3)]
    return "\n\n".join("\n".join(section) for section in sections if section)


def _section(imports: Imports, modules: Iterable[str], place: int) -> list[str]:
    plain = [name if path == name else f"{path} as {name}" for name, path in imports.items() if path in modules]
    lines = [f"import {each}" for each in sorted(plain) if _place(each.split()[0]) == place]
    homes = sorted({path.partition(":")[0] for path in imports.values() if ":" in path}, key=str.lower)
    for home in (each for each in homes if _place(each) == place):
        bound = [(name, path.partition(":")[2]) for name, path in imports.items() if path.startswith(f"{home}:")]
        names = [
            own if own == name else f"{own} as {name}" for name, own in sorted(bound, key=lambda each: _key(each[1]))
        ]
        line = f"from {home} import {', '.join(names)}"
        lines += [line] if len(line) <= WIDTH else laid_out(f"from {home} import (", names, ")", 0)
    return lines


def _place(module: str) -> int:
    top = module.partition(".")[0]
    return 2 if top in FIRST_PARTY else 0 if top in sys.stdlib_module_names else 1


def _key(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest."""
    kind = 0 if re.fullmatch(r"[A-Z][A-Z0-9_]+", name) else 1 if name[0].isupper() else 2
    return kind, name
