"""What a kernel knows of the cells that it ran: which of them an answer comes from, and when that was."""

import inspect
import linecache
import time
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from autograder.kept.names import compiled
from autograder.names import bound_names


@dataclass(frozen=True)
class Ran:
    """A cell as it was run."""

    text: str
    """What stood in the cell."""
    code: str
    """The same as Python, without IPython's magics."""


@dataclass(frozen=True)
class Moment:
    """When a cell's text was last run."""

    seconds: float
    """Since the epoch."""
    cell_id: str | None
    """The notebook's own id of the cell, where the editor said it."""


_moments: dict[str, Moment] = {}
"""By the text of the cell."""


def watch(shell: InteractiveShell) -> None:
    """Note from now on when each cell is run."""
    shell.events.register("pre_run_cell", _note)


def _note(info: Any) -> None:
    _moments[str(info.raw_cell).rstrip()] = Moment(time.time(), getattr(info, "cell_id", None))


def moment_of(cell: Ran) -> Moment | None:
    """When a cell's text was last run; None where nobody watched."""
    return _moments.get(cell.text.rstrip())


def cells_before(shell: InteractiveShell) -> Iterator[Ran]:
    """The cells that were run, the latest first."""
    history = shell.history_manager
    if history is not None:
        pairs = zip(history.input_hist_raw, history.input_hist_parsed, strict=False)
        yield from (Ran(text, code) for text, code in reversed([*pairs]))


def defining(shell: InteractiveShell, name: str) -> Ran | None:
    """The latest cell that binds a name, whether or not it came so far."""
    for cell in cells_before(shell):
        if name in cell.code and (code := compiled(cell.code)) is not None and name in bound_names(code):
            return cell
    return None


def cell_of(shell: InteractiveShell, answer: Any, name: str) -> Ran | None:
    """The cell that an answer comes from: that of its code, or for a value that has none, the one that binds the name.

    None for what comes from a file, or from no cell that can be found.
    """
    files = set(_files_of(answer))
    texts = {"".join(linecache.getlines(file)).rstrip() for file in files}
    if found := next((cell for cell in cells_before(shell) if cell.code.rstrip() in texts), None):
        return found
    return None if files else defining(shell, name)


def has_code(answer: Any) -> bool:
    """Whether an answer has code of its own, as functions and classes with methods have."""
    return any(True for _ in _files_of(answer))


def _files_of(answer: Any) -> Iterator[str]:
    """The files, a cell's too, that a function's or a class's code says it is from. What Python generates has none."""
    members = vars(answer).values() if isinstance(answer, type) else (answer,)
    for member in members:
        try:
            function: Any = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
            code = getattr(inspect.unwrap(function), "__code__", None)
        except Exception:  # it wraps itself, or it is an object with ideas of its own
            continue
        if isinstance(code, types.CodeType) and (code.co_filename[0] != "<" or code.co_filename in linecache.cache):
            yield code.co_filename
