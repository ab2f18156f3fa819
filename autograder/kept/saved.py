"""A lesson's notebook as it is saved, which may be older than what stands in the editor."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from autograder.exercise import SETUP, grade_id
from autograder.kept.names import compiled
from autograder.names import bound_names
from bertkit.work_folder import lesson_folder, session_notebook


@dataclass(frozen=True)
class Cell:
    """A code cell."""

    id: str | None
    grade_id: str | None
    is_solution: bool
    is_setup: bool
    text: str

    @property
    def code(self) -> str:
        """Python, without IPython's magics; nothing where it is no Python."""
        try:
            code: str = TransformerManager().transform_cell(self.text)
        except SyntaxError:
            return ""
        return code if compiled(code) else ""


@dataclass(frozen=True)
class Notebook:
    """The code cells of a notebook's file."""

    cells: tuple[Cell, ...]
    saved_at: float
    """Seconds since the epoch."""

    @property
    def setup(self) -> str:
        """The code that grading runs before the answers."""
        return "\n".join(cell.code for cell in self.cells if cell.is_setup)

    @property
    def graded_names(self) -> set[str]:
        """What the setup cells and the answers' cells define."""
        codes = [compiled(cell.code) for cell in self.cells if cell.is_setup or cell.is_solution]
        return {name for code in codes if code is not None for name in bound_names(code)}

    def answer_cell(self, exercise_id: str) -> Cell | None:
        """The cell of an exercise; None where there is none, or a copy of it as well."""
        name = grade_id(exercise_id)
        found = [cell for cell in self.cells if cell.is_solution and cell.grade_id == name]
        return found[0] if len(found) == 1 else None


def lesson_notebook() -> Notebook | None:
    """The notebook that runs here, or else the one that its folder is named for; None where neither can be read."""
    folder = lesson_folder()
    own = session_notebook()
    return read_notebook(own) if own else read_notebook(folder / f"{folder.name}.ipynb") if folder else None


def read_notebook(path: Path) -> Notebook | None:
    """The notebook in a file; None where there is none."""
    try:
        saved_at = path.stat().st_mtime
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return Notebook(tuple(map(_cell, filter(_is_code, cells))), saved_at)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _is_code(cell: dict[str, Any]) -> bool:
    return cell["cell_type"] == "code"


def _cell(cell: dict[str, Any]) -> Cell:
    metadata = cell["metadata"]
    nbgrader = metadata.get("nbgrader") or {}
    text = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    is_solution, is_setup = bool(nbgrader.get("solution")), SETUP in metadata.get("tags", [])
    return Cell(cell.get("id"), nbgrader.get("grade_id"), is_solution, is_setup, text)
