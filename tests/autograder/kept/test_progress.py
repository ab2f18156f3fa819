"""`autograder progress`: what has passed, what has not, and what is next."""

import json
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner, Result

from autograder.cli import app
from autograder.exercise import grade_id
from autograder.exercises import CATALOGUE, find
from autograder.kept.answers import FULL, VISIBLE, keep
from autograder.kept.progress import progress
from bertkit import work_folder

LESSON = "02_masked_language_model"
FIRST, LAST = CATALOGUE[0], CATALOGUE[-1]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course with one lesson and nothing done."""
    folder = tmp_path / "lessons" / LESSON
    folder.mkdir(parents=True)
    made = nbformat.v4.new_notebook()
    for exercise in CATALOGUE:
        of_nbgrader = {"grade_id": grade_id(exercise.id), "solution": True}
        made.cells.append(nbformat.v4.new_code_cell("", metadata={"nbgrader": of_nbgrader}))
    nbformat.write(made, folder / f"{LESSON}.ipynb")
    (folder / "broken.ipynb").write_text("{")
    return tmp_path


def done(root: Path, *ids: str, tests: str = FULL) -> None:
    for exercise_id in ids:
        keep(root / work_folder.NAME, find(exercise_id), "x = 1\n", LESSON, tests)


def told(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["progress", "--root", str(root), *arguments])


def test_nothing_done(root: Path) -> None:
    lines = told(root).stdout.splitlines()
    assert [line.split()[:2] for line in lines[: len(CATALOGUE)]] == [["○", each.id] for each in CATALOGUE]
    assert all(line.endswith("not yet") for line in lines[: len(CATALOGUE)])
    points = sum(each.points for each in CATALOGUE)
    assert lines[-2] == f"0 of {len(CATALOGUE)} exercises, 0 of {points:g} points"
    assert lines[-1] == f"Next: {FIRST.title} ({FIRST.id} in lessons/{LESSON}), about {FIRST.minutes} minutes"
    assert not (root / work_folder.NAME).exists()


def test_some_done(root: Path) -> None:
    done(root, FIRST.id, LAST.id)
    lines = told(root).stdout.splitlines()
    day = progress(root).rows[0].passed
    assert day is not None
    assert lines[0].startswith(f"✓ {FIRST.id}")
    assert lines[0].endswith(f"passed {day[:10]}, {LESSON}")
    assert f"2 of {len(CATALOGUE)} exercises, {FIRST.points + LAST.points:g} of" in lines[-2]
    assert CATALOGUE[1].id in lines[-1]


def test_all_done(root: Path) -> None:
    done(root, *(each.id for each in CATALOGUE))
    found = progress(root)
    assert found.next is None
    assert found.to_text().splitlines()[-1].startswith(f"{len(CATALOGUE)} of {len(CATALOGUE)} exercises")


def test_what_passed_on_visible_cases_alone_is_said_to_be_no_points(root: Path) -> None:
    done(root, FIRST.id, tests=VISIBLE)
    assert "Points are given when a notebook is graded" in told(root).stdout
    done(root, FIRST.id)
    assert "Points are given" not in told(root).stdout


def test_json(root: Path) -> None:
    done(root, FIRST.id)
    found = json.loads(told(root, "--json").stdout)
    assert list(found) == ["exercises", "passed", "points", "max_points", "next"]
    assert (found["passed"], found["points"], found["next"]) == (1, FIRST.points, CATALOGUE[1].id)
    first, second = found["exercises"][:2]
    assert (first["id"], first["lesson"], first["tests"], first["note"]) == (FIRST.id, LESSON, FULL, None)
    assert (second["passed"], second["lesson"], second["tests"]) == (None, None, None)


def test_a_damaged_answer_is_said_and_does_not_count(root: Path) -> None:
    done(root, FIRST.id)
    (root / work_folder.NAME / "answers" / f"{FIRST.id}.py").write_text("x")
    assert "not yet (the one that was kept cannot be read)" in told(root).stdout.splitlines()[0]
    assert json.loads(told(root, "--json").stdout)["passed"] == 0


def test_a_folder_that_is_no_course(tmp_path: Path) -> None:
    result = told(tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        result.stderr
        == f"autograder: there is no folder {tmp_path / 'lessons'}; name the course's folder with --root\n"
    )


@pytest.mark.parametrize("place", [".", f"lessons/{LESSON}"])
def test_it_knows_the_course_that_you_are_in(root: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done(root, FIRST.id)
    monkeypatch.chdir(root / place)
    monkeypatch.setattr(work_folder, "STARTED_IN", root / place)
    assert CliRunner().invoke(app, ["progress"]).stdout.startswith("✓")
