"""What a class was given: the released notebook of a lesson, as the skeleton that every submission is rebuilt from."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from nbformat import NotebookNode

from autograder.exercise import SETUP, Exercise, grade_id
from autograder.exercises import CATALOGUE
from autograder.lessons.notebooks import is_edited, is_nbgrader_cell, parse, tags_of
from autograder.lessons.source import lesson_path

BY_GRADE_ID = {grade_id(exercise.id): exercise for exercise in CATALOGUE}
CHECK = re.compile(r"(?P<solution>.+)-check")


class AssignmentError(ValueError):
    """The released notebook cannot serve as a skeleton: the operator's problem."""


@dataclass(frozen=True)
class Assignment:
    """A released lesson, read and checked."""

    name: str
    skeleton: NotebookNode

    @cached_property
    def stubs(self) -> dict[str, str]:
        """The released sources of the cells that learners write in, by grade id."""
        return {
            cell.metadata.nbgrader.grade_id: cell.source for cell in self.skeleton.cells if is_written_by_learners(cell)
        }

    @cached_property
    def sources(self) -> frozenset[str]:
        """The released sources of all cells."""
        return frozenset(cell.source for cell in self.skeleton.cells)

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """What is judged, in the order of the grade cells."""
        return tuple(exercise_of(cell) for cell in self.skeleton.cells if is_judged(cell))


def read_assignment(root: Path, name: str) -> Assignment:
    """The released lesson of a course.

    Raises `AssignmentError` where there is none, where somebody has worked in it, and where one of its cells is graded
    automatically that belongs to no exercise.
    """
    path = lesson_path(root, name)
    try:
        status = path.stat()
    except OSError:
        raise AssignmentError(f"there is no {path}; `nbgrader generate_assignment {name}` makes it") from None
    return _read(path, name, (status.st_mtime_ns, status.st_size, status.st_ino))


@lru_cache(maxsize=8)
def _read(path: Path, name: str, version: tuple[int, ...]) -> Assignment:
    """`read_assignment`, once for each version of the file: nbgrader's steps ask for it at every submission."""
    if is_edited(path):
        raise AssignmentError(
            f"{path} was changed since it was released, so submissions cannot be rebuilt from it; move it elsewhere "
            f"and release it again with `nbgrader generate_assignment {name}`"
        )
    assignment = Assignment(name, parse(path.read_text(encoding="utf-8")))
    if not assignment.exercises:
        raise AssignmentError(f"{path} has no exercise that is judged automatically")
    return assignment


def is_written_by_learners(cell: NotebookNode) -> bool:
    """Whether a cell holds what a learner hands in: a solution, or an answer that a human grades."""
    return is_nbgrader_cell(cell) and bool(cell.metadata.nbgrader.get("solution"))


def is_judged(cell: NotebookNode) -> bool:
    """Whether a cell's points come from a verdict."""
    return (
        cell.cell_type == "code"
        and is_nbgrader_cell(cell)
        and bool(cell.metadata.nbgrader.get("grade"))
        and not cell.metadata.nbgrader.get("solution")
    )


def exercise_of(cell: NotebookNode) -> Exercise:
    """The exercise that a grade cell belongs to. Raises `AssignmentError` where there is none."""
    name = cell.metadata.nbgrader.grade_id
    match = CHECK.fullmatch(name)
    if match is None or match["solution"] not in BY_GRADE_ID:
        raise AssignmentError(
            f"the cell {name} is graded automatically but belongs to no exercise; put an exercise in its place, or let "
            "a human grade it"
        )
    return BY_GRADE_ID[match["solution"]]


def is_setup(cell: NotebookNode) -> bool:
    """Whether a cell is run in grading although it belongs to no exercise."""
    return cell.cell_type == "code" and SETUP in tags_of(cell)
