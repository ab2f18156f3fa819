"""A lesson as its author writes it: one file in jupytext's py:percent form, with markers where the exercises go.

`# %% [markdown]` begins a Markdown cell, `# %%` a demonstration, `# %% tags=["setup"]` a cell that grading runs too,
and `# %% exercise="mlm.corrupt"`, with nothing below it, stands for the four cells of an exercise.
`# %% [markdown] written="mlm.in-your-words" points=3` begins the answer to a written question, which the Markdown cell
before it asks: a model answer, and the rubric by which a human grades. Learners get an empty cell in its place.
"""

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import jupytext
from nbformat import ValidationError

from autograder.exercise import SETUP
from autograder.lessons.notebooks import PERSONAL, RAISES

AUTHOR_TAGS = frozenset({SETUP, PERSONAL, RAISES, "nbval-check-output"})
AUTHOR_METADATA = frozenset({"tags", "exercise", "jupyter", "written", "points"})
"""`jupyter` holds JupyterLab's own settings of a cell, such as `{"source_hidden": true}`."""

WRITTEN_NAME = re.compile(r"[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*")
RUBRIC = "**Rubric**"


class LessonError(ValueError):
    """Something in a lesson has to be mended by its author; the message says where and how."""


class Kind(Enum):
    """What a cell of a lesson source is."""

    MARKDOWN = "markdown"
    CODE = "code"
    EXERCISE = "exercise"
    WRITTEN = "written"
    """The model answer to a question that a human grades."""


@dataclass(frozen=True)
class Cell:
    """One cell of a lesson source."""

    kind: Kind
    source: str
    """Markdown or code; for an exercise, its id."""
    tags: tuple[str, ...] = ()
    jupyter: dict[str, Any] | None = None
    name: str = ""
    """Of a written answer."""
    points: float = 0
    """The most that a written answer earns."""


@dataclass(frozen=True)
class Lesson:
    """One lesson source."""

    name: str
    cells: tuple[Cell, ...]

    @property
    def exercise_ids(self) -> tuple[str, ...]:
        """The exercises it has markers for, in order."""
        return tuple(cell.source for cell in self.cells if cell.kind is Kind.EXERCISE)


def source_path(root: Path, name: str) -> Path:
    """The authored file of a lesson."""
    return root / "solutions" / name / f"{name}.py"


def solution_path(root: Path, name: str) -> Path:
    """nbgrader's source notebook of a lesson."""
    return root / "solutions" / name / f"{name}.ipynb"


def lesson_path(root: Path, name: str) -> Path:
    """nbgrader's release notebook of a lesson."""
    return root / "lessons" / name / f"{name}.ipynb"


def lesson_names(root: Path) -> list[str]:
    """The lessons that have a source, in course order."""
    return sorted(path.stem for path in root.glob("solutions/*/*.py") if path.stem == path.parent.name)


def assignment_names(root: Path) -> list[str]:
    """Those of them that have exercises: what a class hands in. Raises `LessonError` as `read_lesson` does."""
    return [name for name in lesson_names(root) if read_lesson(source_path(root, name)).exercise_ids]


def read_lesson(path: Path) -> Lesson:
    """Read and check a lesson source.

    Raises `LessonError` naming the lesson where the file is not in py:percent form, and the cell where a tag or a key
    of the metadata is unknown, a cell is neither Markdown nor code, or an exercise's marker has a body or tags.
    """
    name = path.stem
    try:
        notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    except ValidationError as error:
        raise LessonError(f"{name} is not a notebook in py:percent form: {error.message}") from error
    return Lesson(name, tuple(_read_cell(f"{name}, cell {n}", raw) for n, raw in enumerate(notebook.cells, start=1)))


def _read_cell(where: str, raw: Any) -> Cell:
    # jupytext notes blank lines there, which the notebooks have no use for.
    metadata = {key: value for key, value in raw.metadata.items() if not key.startswith("lines_to_")}
    if unknown := sorted(metadata.keys() - AUTHOR_METADATA):
        raise LessonError(f"{where}: {unknown[0]!r} is unknown; a cell may have {', '.join(sorted(AUTHOR_METADATA))}")
    tags: list[str] = metadata.get("tags", [])
    if unknown := [tag for tag in tags if tag not in AUTHOR_TAGS]:
        raise LessonError(f"{where}: the tag {unknown[0]!r} is unknown; there are {', '.join(sorted(AUTHOR_TAGS))}")
    if raw.cell_type not in ("markdown", "code"):
        raise LessonError(f"{where} is a {raw.cell_type} cell; a lesson is made of Markdown and code")
    if "exercise" in metadata:
        return _read_marker(where, raw, metadata)
    if "written" in metadata or "points" in metadata:
        return _read_written(where, raw, metadata)
    if raw.cell_type == "markdown" and tags:
        raise LessonError(f"{where}: Markdown cells have no tags; take {', '.join(tags)} away")
    if not raw.source.strip():
        raise LessonError(f"{where} is empty; fill it or delete it")
    return Cell(Kind(raw.cell_type), raw.source, tuple(tags), metadata.get("jupyter"))


def _read_marker(where: str, raw: Any, metadata: dict[str, Any]) -> Cell:
    exercise_id = metadata["exercise"]
    if not isinstance(exercise_id, str) or raw.cell_type != "code" or metadata.keys() != {"exercise"}:
        raise LessonError(f'{where}: an exercise is marked by `# %% exercise="lesson.name"` and nothing else')
    if raw.source.strip():
        raise LessonError(
            f"{where}: the marker of {exercise_id} has a body; its cells are written by the build, so delete the "
            "body, or begin a new cell for it"
        )
    return Cell(Kind.EXERCISE, exercise_id)


def _read_written(where: str, raw: Any, metadata: dict[str, Any]) -> Cell:
    name, points = metadata.get("written"), metadata.get("points")
    if not isinstance(name, str) or raw.cell_type != "markdown" or metadata.keys() != {"written", "points"}:
        raise LessonError(
            f'{where}: a written answer is marked by `# %% [markdown] written="lesson.name" points=3` and nothing else'
        )
    if not WRITTEN_NAME.fullmatch(name):
        raise LessonError(f"{where}: the written answer is named {name!r}; let it be like mlm.in-your-words")
    if isinstance(points, bool) or not isinstance(points, int | float) or not points > 0:
        raise LessonError(f"{where}: {name} is worth {points!r} points; give it more than 0")
    if RUBRIC not in raw.source:
        raise LessonError(f"{where}: {name} has no line {RUBRIC}; below it goes what earns the {points:g} points")
    return Cell(Kind.WRITTEN, raw.source, name=name, points=points)
