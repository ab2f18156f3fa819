"""Which names a piece of code defines and needs, told from its bytecode; nothing is run."""

import builtins
import dis
from collections.abc import Iterator
from types import CodeType

ALWAYS_THERE = frozenset(vars(builtins)) | {"__name__", "__doc__", "__annotations__"}
"""What code finds wherever it runs."""


def bound_names(code: CodeType) -> set[str]:
    """The names that running `code` defines in its own scope, and those that its functions make global."""
    stores = {op.argval for op in dis.get_instructions(code) if op.opname in ("STORE_NAME", "STORE_GLOBAL")}
    return stores.union(*({*_stored_globally(inner)} for inner in _inner(code)))


def needed_names(code: CodeType) -> set[str]:
    """The names that `code` and the functions in it look up outside, those that are `ALWAYS_THERE` left out."""
    needed = set(_loaded(code)).union(*(_loaded(inner) for inner in _inner(code)))
    return needed - bound_names(code) - ALWAYS_THERE


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
