"""Building the two notebooks of every lesson from its source, and telling which of them are out of date."""

import difflib
from collections.abc import Iterable
from pathlib import Path

from nbformat import NotebookNode

from autograder.lessons.execute import execute as run_cells
from autograder.lessons.expand import source_notebook
from autograder.lessons.notebooks import code_sha256, is_edited, parse, serialise
from autograder.lessons.source import (
    LessonError,
    lesson_names,
    lesson_path,
    read_lesson,
    solution_path,
    source_path,
)
from autograder.nbgrader_plugin.release import release
from bertkit.atomic import write_atomically

COMMAND = "make lessons"


def build(root: Path, names: Iterable[str] | None = None, execute: bool = True, force: bool = False) -> list[Path]:
    """Write the solution and the lesson notebook of the lessons named, or of all; return the files that changed.

    Cells are executed only where their code is not the one that made the outputs there are, or with `force`. Without
    `execute`, such a notebook is written without outputs. Only with `force` is a lesson overwritten in which somebody
    has worked. Raises `LessonError` naming the lesson, and what to do.
    """
    names = _chosen(root, names)
    if not force:
        for name in names:
            _refuse_edited(root, name)
    changed = []
    for name in names:
        notebook = source_notebook(read_lesson(source_path(root, name)))
        solution = solution_path(root, name)
        up_to_date = not force and _take_outputs(notebook, _read(solution))
        if execute and not up_to_date:
            run_cells(notebook, solution.parent, name)
            _note_execution(notebook)
        text = serialise(notebook)
        # The lesson first: where nbgrader refuses, neither file has changed.
        lesson_text = release(root, name, text)
        for path, content in ((solution, text), (lesson_path(root, name), lesson_text)):
            if write_atomically(path, content):
                changed.append(path)
    return changed


def stale(root: Path, names: Iterable[str] | None = None) -> list[str]:
    """One message for every notebook that differs from what its source gives; nothing is executed or written.

    All lessons are looked at, or those named. Every message ends with the command that mends it. Raises `LessonError`
    where a source is itself at fault.
    """
    messages = []
    for name in _chosen(root, names):
        solution, lesson = solution_path(root, name), lesson_path(root, name)
        notebook, committed = source_notebook(read_lesson(source_path(root, name))), _read(solution)
        shown, source = solution.relative_to(root), source_path(root, name).relative_to(root)
        if committed is None:
            messages.append(f"{shown} is missing or is no notebook of this course; mend it with: {COMMAND}")
            continue
        if not _take_outputs(notebook, committed):
            messages.append(f"the outputs in {shown} were made by other code than {source}; mend it with: {COMMAND}")
        elif serialise(notebook) != solution.read_text(encoding="utf-8"):
            messages.append(f"{shown} differs from what {source} gives; mend it with: {COMMAND}")
        if not lesson.exists():
            messages.append(f"{lesson.relative_to(root)} is missing; mend it with: {COMMAND}")
        elif release(root, name, solution.read_text(encoding="utf-8")) != lesson.read_text(encoding="utf-8"):
            messages.append(f"{lesson.relative_to(root)} differs from what {shown} gives; mend it with: {COMMAND}")
    return messages


def _chosen(root: Path, names: Iterable[str] | None) -> list[str]:
    known = lesson_names(root)
    if names is None:
        return known
    chosen = list(names)
    for name in chosen:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.3) or known or ["none"]
            raise LessonError(f"there is no lesson {name!r} in {root / 'solutions'}; did you mean {near[0]!r}?")
    return chosen


def _refuse_edited(root: Path, name: str) -> None:
    path = lesson_path(root, name)
    if is_edited(path):
        raise LessonError(
            f"{path} has been worked in, and building would overwrite that; copy it elsewhere, or pass --force to "
            "lose what was written in it"
        )


def _read(path: Path) -> NotebookNode | None:
    """The notebook at `path`; None where there is none of this course."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _note_execution(notebook: NotebookNode) -> None:
    notebook.metadata["course"]["executed_sha256"] = code_sha256(notebook)


def _take_outputs(notebook: NotebookNode, executed: NotebookNode | None) -> bool:
    """Give `notebook` the outputs of `executed` where they were made by the same code; say whether they were."""
    if executed is None or executed.metadata.get("course", {}).get("executed_sha256") != code_sha256(notebook):
        return False
    fresh, old = ([cell for cell in each.cells if cell.cell_type == "code"] for each in (notebook, executed))
    if [cell.source for cell in fresh] != [cell.source for cell in old]:
        return False
    for cell, before in zip(fresh, old, strict=True):
        cell.outputs, cell.execution_count = before.get("outputs", []), before.get("execution_count")
    _note_execution(notebook)
    return True
