"""What an answer stands on: its own cell, other answers' cells, the lesson's first cells, and what it should not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from autograder.kept.cells import Ran, cell_of, cells_before, defining, moment_of
from autograder.kept.names import compiled, found_elsewhere, imports_everything, prelude
from autograder.kept.saved import Notebook
from autograder.names import bound_names


@dataclass(frozen=True)
class Standing:
    """The source of an answer, as far as there is one."""

    cells: tuple[Ran, ...] = ()
    """The cells that it takes along, in the order in which they ran."""
    own: tuple[Ran, ...] = ()
    """Those of them that define its names."""
    leans_on: tuple[str, ...] = ()
    """Names that it reads of cells which grading leaves out."""
    source: str = ""
    """All that it needs, as one text of Python; empty where `obstacle` says why there is none."""
    obstacle: str | None = None


def standing_of(shell: InteractiveShell, notebook: Notebook | None, answers: Mapping[str, Any]) -> Standing:
    """Find the source of an answer, given under the names that its exercise asks for."""
    own: list[Ran] = []
    aliases: list[str] = []
    for name, answer in answers.items():
        cell = cell_of(shell, answer, name)
        bound = _bound([cell]) if cell is not None else set()
        known = name if name in bound or not isinstance(answer, FunctionType | type) else answer.__name__
        if cell is None or known not in bound:
            return Standing(own=tuple(own), obstacle=f"no cell of this notebook is found that defines `{name}`")
        own.append(cell)
        if known != name:
            aliases.append(f"{name} = {known}")
    own = list(dict.fromkeys(own))
    if notebook is None:
        return Standing(own=tuple(own), obstacle="the lesson's notebook cannot be read, which says what it stands on")
    first = compiled(notebook.setup)
    setup_names = set() if first is None else bound_names(first)
    cells, leans_on = _with_answers(shell, own, setup_names, _graded_names(shell, notebook))
    if notebook.setup and imports_everything(notebook.setup):
        leans_on = set()  # which may come from there
    order = {cell: number for number, cell in enumerate(reversed([*cells_before(shell)]))}
    cells.sort(key=lambda cell: order[cell])  # by when each ran last
    texts = [prelude(notebook.setup, _needed(cells)), *(cell.code.rstrip() for cell in cells), "\n".join(aliases)]
    source = "\n\n\n".join(filter(None, texts)) + "\n"
    standing = Standing(tuple(cells), tuple(own), tuple(sorted(leans_on)), source)
    if compiled_as_a_file(source):
        return standing
    return Standing(standing.cells, standing.own, standing.leans_on, obstacle="its cell makes no file of Python")


def compiled_as_a_file(source: str) -> bool:
    """Whether the text is Python outside a notebook, where for example no `await` may stand at the top."""
    try:
        compile(source, "<kept>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _with_answers(
    shell: InteractiveShell, own: Iterable[Ran], setup_names: set[str], graded: set[str]
) -> tuple[list[Ran], set[str]]:
    """Cells, with those of other answers that they read names of, and the names that they read of still others."""
    cells = list(own)
    while True:
        elsewhere = (_needed(cells) - _bound(cells) - setup_names) & set(shell.user_ns)
        found = [defining(shell, name) for name in sorted(elsewhere & graded)]
        more = [cell for cell in dict.fromkeys(found) if cell is not None and cell not in cells]
        if not more:
            return cells, elsewhere - graded
        cells += more


def _graded_names(shell: InteractiveShell, notebook: Notebook) -> set[str]:
    """What grading has of this notebook, by its file and by what was run since it was saved."""
    ids = {cell.id for cell in notebook.cells if cell.is_solution and cell.id is not None}
    moments = ((cell, moment_of(cell)) for cell in cells_before(shell))
    return notebook.graded_names | _bound(cell for cell, moment in moments if moment and moment.cell_id in ids)


def _bound(cells: Iterable[Ran]) -> set[str]:
    codes = [compiled(cell.code) for cell in cells]
    return {name for code in codes if code is not None for name in bound_names(code)}


def _needed(cells: Iterable[Ran]) -> set[str]:
    codes = [compiled(cell.code) for cell in cells]
    return {name for code in codes if code is not None for name in found_elsewhere(code)}
