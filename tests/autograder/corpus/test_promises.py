"""The corpus against this course's own grading: no specimen gets what it aims at, none costs another student anything.

All of them are one class, graded in one run between a right answer and a wrong one.
"""

import json
import subprocess
from dataclasses import dataclass

import pytest

from corpus.base import NAME, Specimen
from corpus.classroom import Happened, broken_promises, grade_together
from corpus.course import NEXT, Place, make_place
from corpus.specimens import SPECIMENS

OURS = """
c.TrustedExecution.seconds = 5.0
"""
"""Below the course's own configuration: specimens that hang do so in a quarter of the usual time."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

by_name = pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.name)


@dataclass(frozen=True)
class Graded:
    """The class after it was graded."""

    said: dict[str, object]
    happened: dict[str, Happened]


def student_of(specimen: Specimen) -> str:
    """Who hands a specimen in; between the other two students by name."""
    return f"m-{specimen.name}"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    said: list[dict[str, object]] = []

    def grade(place: Place) -> None:
        python = str(place.folder / "python" / "bin" / "python")
        finished = subprocess.run(
            [python, "-m", "autograder", "grade", NAME, "--workers", "2", "--json"],
            cwd=place.course,
            env=place.environment,
            capture_output=True,
            text=True,
        )
        place.nbgrader("generate_feedback", NAME)
        assert finished.returncode in (0, 1), finished.stderr
        said.append(json.loads(finished.stdout))

    place = make_place(tmp_path_factory.mktemp("ours") / "class", configuration=OURS)
    happened = grade_together({student_of(each): each for each in SPECIMENS}, place, grade)
    return Graded(said[0], {each.name: happened[student_of(each)] for each in SPECIMENS})


def test_everybody_is_accounted_for(graded: Graded) -> None:
    accounted = {student for each in ("graded", "kept", "failed", "empty") for student in graded.said[each]}
    assert accounted == {"alice", NEXT, *map(student_of, SPECIMENS)}
    assert graded.said["failed"] == {}


@by_name
def test_a_specimen_gets_what_its_honest_code_deserves_and_nothing_else(specimen: Specimen, graded: Graded) -> None:
    assert broken_promises(specimen, graded.happened[specimen.name]) == []
