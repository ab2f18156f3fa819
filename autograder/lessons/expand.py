"""From a lesson source to nbgrader's source notebook, not yet executed: a marker becomes the cells of its exercise."""

import hashlib
import html
import re
from collections import Counter
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder import exercises
from autograder.exercise import SETUP, Exercise, Hint, grade_id, in_words
from autograder.lessons.names import check_names
from autograder.lessons.notebooks import DEMONSTRATION, RAISES, course_metadata
from autograder.lessons.source import Cell, Kind, Lesson, LessonError
from autograder.lessons.stub import StubError, worked_source

NOTEBOOK_METADATA: dict[str, Any] = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    # Without versions: the notebooks must not differ from one maintainer's Python to the next.
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


def source_notebook(lesson: Lesson) -> NotebookNode:
    """The notebook of a lesson with its solutions and without outputs; the same source gives the same bytes.

    Raises `LessonError` where an exercise is unknown or marked twice, no stub can be cut from its reference, or a
    name that an exercise needs is not there when it is graded.
    """
    seen: Counter[str] = Counter()
    cells: list[NotebookNode] = []
    for cell in lesson.cells:
        if cell.kind is Kind.EXERCISE:
            if cell.source in seen:
                raise LessonError(f"{lesson.name}: {cell.source} is marked twice; delete one of the markers")
            cells += _exercise_cells(lesson.name, cell.source)
        elif cell.kind is Kind.WRITTEN:
            if cell.name in seen:
                raise LessonError(f"{lesson.name}: two written answers are named {cell.name}; rename one of them")
            cells.append(_written_cell(cell))
            seen[cell.name] += 1
        else:
            cells.append(_ordinary_cell(lesson.name, cell, seen[cell.source]))
        seen[cell.source] += 1
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=NOTEBOOK_METADATA)
    check_names(lesson.name, notebook)
    notebook.metadata["course"] = course_metadata(lesson.name, notebook)
    return notebook


def statement(exercise: Exercise) -> str:
    """The Markdown that says what an exercise asks, why, and what it is worth."""
    parts = "\n".join(f"- {part.title} ({_points(part.points)})" for part in exercise.parts)
    return (
        f"### Exercise: {exercise.title}\n\n"
        f"{exercise.difficulty} · about {exercise.minutes} minutes · {_points(exercise.points)}\n\n"
        f"{exercise.why}\n\n"
        f"Write {in_words(exercise.names)} in the next cell. It is checked that\n\n{parts}"
    )


def folded_hints(hints: tuple[Hint, ...]) -> str:
    """The Markdown of hints that unfold one at a time: each is inside the one before."""
    text = ""
    for number, hint in reversed(list(enumerate(hints, start=1))):
        # The blank lines end the HTML block, so that what stands between them is read as Markdown.
        inner = f"{hint.text}\n\n{text}" if text else f"{hint.text}\n"
        text = f"<details>\n<summary>Hint {number}: {_summary(hint.symptom)}</summary>\n\n{inner}\n</details>\n"
    return text.rstrip()


def _exercise_cells(lesson: str, exercise_id: str) -> list[NotebookNode]:
    try:
        exercise = exercises.find(exercise_id)
        solution = worked_source(exercise)
    except (exercises.UnknownExerciseError, StubError) as error:
        raise LessonError(f"{lesson}: {error}") from error
    name = grade_id(exercise_id)
    nbgrader = {"schema_version": 3, "grade": False, "grade_id": name, "locked": False, "solution": True, "task": False}
    graded = {"grade": True, "grade_id": f"{name}-check", "locked": True, "solution": False}
    check = f'check("{exercise.id}", {", ".join(exercise.names)})'
    return [
        nbformat.v4.new_markdown_cell(statement(exercise), id=f"{name}-statement"),
        nbformat.v4.new_code_cell(solution, id=name, metadata={"nbgrader": nbgrader}),
        nbformat.v4.new_markdown_cell(folded_hints(exercise.hints), id=f"{name}-hints"),
        nbformat.v4.new_code_cell(
            check,
            id=f"{name}-check",
            metadata={"nbgrader": {**nbgrader, **graded, "points": exercise.points}, "tags": [RAISES]},
        ),
    ]


def _written_cell(cell: Cell) -> NotebookNode:
    """The cell of a written answer, which nbgrader takes for one that a human grades."""
    name = grade_id(cell.name)
    nbgrader = {"schema_version": 3, "grade": True, "grade_id": name, "locked": False, "solution": True, "task": False}
    return nbformat.v4.new_markdown_cell(
        cell.source, id=name, metadata={"nbgrader": {**nbgrader, "points": cell.points}}
    )


def _ordinary_cell(lesson: str, cell: Cell, occurrence: int) -> NotebookNode:
    content = "\0".join([lesson, cell.kind.value, cell.source, str(occurrence)])
    cell_id = hashlib.sha256(content.encode()).hexdigest()[:16]
    if cell.kind is Kind.MARKDOWN:
        return nbformat.v4.new_markdown_cell(cell.source, id=cell_id)
    tags = cell.tags if SETUP in cell.tags else (*cell.tags, DEMONSTRATION)
    metadata: dict[str, Any] = {"tags": sorted(tags)}
    if cell.jupyter is not None:
        metadata["jupyter"] = cell.jupyter
    return nbformat.v4.new_code_cell(cell.source, id=cell_id, metadata=metadata)


def _points(points: float) -> str:
    return f"{points:g} point" if points == 1 else f"{points:g} points"


def _summary(symptom: str) -> str:
    """A summary is HTML to every Markdown renderer, so its code has to be marked as HTML."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(symptom, quote=False))
