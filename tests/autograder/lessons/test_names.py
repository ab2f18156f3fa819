"""Names that a learner's cell has to find: in setup cells, not in what only the worked notebook has."""

from dataclasses import replace

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.exercise import SETUP
from autograder.exercises import CATALOGUE
from autograder.lessons.names import check_names
from autograder.lessons.source import LessonError
from autograder.lessons.stub import worked_source

LIMIT = 3


class Kind:
    """In a signature."""


def inside(number: int) -> int:
    return min(number, LIMIT)


def by_default(number: int = LIMIT) -> int:
    return number


def annotated(kind: Kind) -> int:
    return LIMIT


def notebook(*names: str, setup: str = "") -> NotebookNode:
    """Setup, and the worked cells of exercises on what is defined here; the first takes LIMIT and Kind along."""
    cells = [new_code_cell(setup, metadata={"tags": [SETUP]})]
    for place, name in enumerate(names):
        helpers = () if place else (f"{__name__}:LIMIT", f"{__name__}:Kind")
        exercise = replace(CATALOGUE[0], defines=(f"{__name__}:{name}",), stands_on=helpers)
        cells.append(new_code_cell(worked_source(exercise), id=name, metadata={"nbgrader": {"grade_id": name}}))
    return new_notebook(cells=cells)


def test_a_body_may_stand_on_what_is_taken_along() -> None:
    check_names("lesson", notebook("inside"))


@pytest.mark.parametrize(("name", "helper"), [("by_default", "LIMIT"), ("annotated", "Kind")])
def test_a_stub_that_needs_what_is_not_released_is_refused(name: str, helper: str) -> None:
    with pytest.raises(
        LessonError, match=f"cell {name}: `{helper}` is in what a learner is given, but only the worked"
    ):
        check_names("lesson", notebook(name))
    check_names("lesson", notebook(name, setup=f"{helper} = 1"))


def test_what_one_solution_takes_along_is_not_there_for_the_next() -> None:
    with pytest.raises(LessonError, match="cell by_default: `LIMIT` is not defined by any setup cell"):
        check_names("lesson", notebook("inside", "by_default"))
