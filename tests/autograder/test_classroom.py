"""A whole class: nobody is lost, nobody is graded twice, whatever is killed on the way."""

import json
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import filelock
import nbformat
import psutil
import pytest
from nbgrader.api import Gradebook

from autograder import classroom
from autograder.build import build
from autograder.classroom import BusyError, ClassRun, grade_class, handed_in
from autograder.grading.assignment import AssignmentError
from autograder.grading.executors import dask_cluster
from autograder.grading.processes import local_processes
from autograder.grading.results import ResultStore, course_secret
from autograder.lessons.source import lesson_path
from autograder.nbgrader_plugin.gradebook import GradebookError

NAME = "02_small"
LESSON = """# %% tags=["setup"]
import torch
from torch import Tensor
from autograder.notebook import check
from bertkit.data.labels import IGNORE_INDEX

# %% exercise="mlm.mlm_labels"

# %% exercise="mlm.corrupt"
"""
LABELS = "def mlm_labels(input_ids, selected):\n    return torch.where(selected, input_ids, {fill})\n"
STUDENTS = 12
SLEEPS = "import time\ntime.sleep(0.5)\n"
"""Makes a submission last long enough for a kill to meet it."""

pytestmark = pytest.mark.slow

MakeCourse = Callable[[Path], Path]
WriteLesson = Callable[[Path, str, str], Path]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, make_course: MakeCourse, write_lesson: WriteLesson) -> Path:
    """A course whose gradebook knows the assignment, with a class of right, wrong and unfilled notebooks."""
    root = make_course(tmp_path_factory.mktemp("released") / "course")
    write_lesson(root, NAME, LESSON)
    build(root)
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", NAME], cwd=root, check=True, capture_output=True
    )
    course_secret(root)
    for number in range(STUDENTS):
        hand_in(root, f"student{number:02}", ("-100", "0", None)[number % 3], SLEEPS)
    return root


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    """The same, to be graded."""
    return shutil.copytree(released, tmp_path / "course")


@pytest.fixture(scope="module")
def undisturbed(released: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The gradebook after a run in which nothing happened."""
    root = shutil.copytree(released, tmp_path_factory.mktemp("undisturbed") / "course")
    run = grade(root)
    assert (len(run.graded), run.failed) == (STUDENTS, {})
    return gradebook(root)


def hand_in(root: Path, student: str, fill: str | None, before: str = "") -> None:
    """A submission with one answer, or none."""
    notebook = nbformat.read(lesson_path(root, NAME), as_version=4)
    for cell in notebook.cells:
        if fill is not None and cell.metadata.get("nbgrader", {}).get("grade_id") == "mlm-mlm_labels":
            cell.source = before + LABELS.format(fill=fill)
    path = root / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def grade(root: Path, at_once: int = 3) -> ClassRun:
    """Grade the class on two processes."""
    return grade_class(root, NAME, partial(local_processes, 2), at_once)


def gradebook(root: Path) -> dict[str, Any]:
    """All that the gradebook says of the assignment, by student."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "bert-training") as book:
        return {
            submission.student.id: {
                grade.name: (grade.auto_score, grade.manual_score, grade.needs_manual_grade)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in book.assignment_submissions(NAME)
        }


def notebooks(root: Path) -> dict[str, bytes]:
    """The graded notebooks, by student."""
    return {path.parts[-3]: path.read_bytes() for path in root.glob(f"autograded/*/{NAME}/{NAME}.ipynb")}


def test_points_are_those_that_were_earned(undisturbed: dict[str, Any]) -> None:
    expected = [2.0, 1.0, 0.0] * (STUDENTS // 3)
    assert [undisturbed[student]["mlm-mlm_labels-check"][0] for student in sorted(undisturbed)] == expected
    assert all(grades["mlm-corrupt-check"] == (0.0, None, False) for grades in undisturbed.values())


def test_nbgraders_own_command_gives_the_same_gradebook(course: Path, undisturbed: dict[str, Any]) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", NAME], cwd=course, capture_output=True, text=True
    )
    assert said.returncode == 0, said.stderr
    assert gradebook(course) == undisturbed
    before = notebooks(course)
    run = grade(course)
    assert run.graded == []
    assert len(run.kept) == STUDENTS
    assert notebooks(course) == before


def test_what_is_graded_is_not_graded_again_until_it_changes(course: Path) -> None:
    assert len(grade(course).graded) == STUDENTS
    written = {path: path.stat().st_mtime_ns for path in course.glob("autograded/*/*/*.ipynb")}
    hand_in(course, "student01", "-100")
    run = grade(course)
    assert (run.graded, len(run.kept), run.failed) == (["student01"], STUDENTS - 1, {})
    assert gradebook(course)["student01"]["mlm-mlm_labels-check"][0] == 2
    again = {path for path in written if path.stat().st_mtime_ns != written[path]}
    assert {path.parts[-3] for path in again} == {"student01"}


def test_a_manual_grade_survives_grading_again(course: Path) -> None:
    grade(course)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "bert-training") as book:
        mark = book.find_grade("mlm-mlm_labels-check", NAME, NAME, "student01")
        mark.manual_score = 1.5
        book.db.commit()
    hand_in(course, "student01", "-100")
    grade(course)
    assert gradebook(course)["student01"]["mlm-mlm_labels-check"] == (2.0, 1.5, True)


def children_of(process: psutil.Process, kind: str) -> list[psutil.Process]:
    """The processes of a run: those that grade (`worker`), and the parents in their sandboxes (`parent`)."""
    try:
        everything = process.children(recursive=True)
        rooms = [each for each in everything if each.name() == "bwrap" and each.parent().name() != "bwrap"]
        if kind == "worker":
            return [room.parent() for room in rooms]
        return [each for each in everything if "autograder.confined.fork_server" in each.cmdline()[:6]]
    except psutil.NoSuchProcess:
        return []


def kill_while_grading(root: Path, kind: str, after: int) -> subprocess.CompletedProcess[str]:
    """Start a run as a process, kill a part of it when so many results are there, and wait for its end."""
    run = subprocess.Popen(
        [sys.executable, "-m", "autograder", "grade", NAME, "--workers", "2", "--json"],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    main = psutil.Process(run.pid)
    all_of_it: set[psutil.Process] = set()
    while run.poll() is None and len(list(root.glob(f"graded/{NAME}/*.json"))) < after:
        time.sleep(0.01)
    assert run.poll() is None, run.communicate()
    victims: list[psutil.Process] = [main] if kind == "main" else []
    while not victims:
        victims = children_of(main, kind)
    all_of_it.update(main.children(recursive=True))
    random.Random(after).choice(victims).kill()
    said, errors = run.communicate(timeout=120)
    _, alive = psutil.wait_procs(all_of_it, timeout=20)
    assert not alive, "something outlives the run"
    return subprocess.CompletedProcess(run.args, run.returncode, said, errors)


@pytest.mark.parametrize(("kind", "after"), [("worker", 0), ("worker", 4), ("parent", 2)])
def test_a_killed_part_is_replaced_and_nobody_is_lost(
    course: Path, undisturbed: dict[str, Any], kind: str, after: int
) -> None:
    finished = kill_while_grading(course, kind, after)
    assert finished.returncode == 0, finished.stderr
    said = json.loads(finished.stdout)
    assert sorted(said["graded"]) == sorted(undisturbed)
    assert said["failed"] == said["empty"] == {}
    assert gradebook(course) == undisturbed


@pytest.mark.parametrize("after", [0, 2, 8])
def test_a_killed_run_goes_on_where_it_was(course: Path, undisturbed: dict[str, Any], after: int) -> None:
    kill_while_grading(course, "main", after)
    judged = {path.stem: path.read_bytes() for path in course.glob(f"graded/{NAME}/*.json")}
    assert len(judged) < STUDENTS
    run = grade(course)
    assert run.failed == run.empty == {}
    assert sorted(run.kept) == sorted(judged)
    assert sorted(run.graded + run.kept) == sorted(undisturbed)
    assert gradebook(course) == undisturbed
    assert set(notebooks(course)) == set(undisturbed)
    assert {student: (course / f"graded/{NAME}/{student}.json").read_bytes() for student in judged} == judged


def test_a_damaged_result_is_made_again(course: Path, undisturbed: dict[str, Any]) -> None:
    grade(course)
    ResultStore(course, NAME).path("student03").write_text("{")
    run = grade(course)
    assert run.graded == ["student03"]
    assert gradebook(course) == undisturbed


def test_one_run_at_a_time(course: Path) -> None:
    course.joinpath("graded").mkdir(exist_ok=True)
    with filelock.FileLock(course / "graded" / f"{NAME}.lock"), pytest.raises(BusyError, match=NAME):
        grade(course)


def test_who_handed_in_something_else_is_named(course: Path) -> None:
    for student in ("student00", "student01"):
        shutil.rmtree(course / "submitted" / student)
    (course / "submitted" / "student00" / NAME).mkdir(parents=True)
    (course / "submitted" / "student01" / NAME).mkdir(parents=True)
    (course / "submitted" / "student01" / NAME / "Untitled.ipynb").write_text("{}")
    run = grade(course)
    assert run.empty == {"student00": "nothing", "student01": "Untitled.ipynb"}
    assert len(run.graded) == STUDENTS - 2
    assert "student00" not in gradebook(course)


def test_what_nobody_can_hand_in_by_the_rules_stops_nobody(course: Path) -> None:
    shutil.rmtree(course / "submitted" / "student00" / NAME)
    (course / "submitted" / "student00" / NAME).write_text("a file")
    hand_in(course, "x" * 250, "-100")
    run = grade(course)
    assert set(run.failed) == {"student00", "x" * 250}
    assert len(run.graded) == STUDENTS - 1


@pytest.mark.parametrize(("name", "error"), [("03_none", AssignmentError), (NAME, GradebookError)])
def test_what_is_not_there_is_said_at_once(course: Path, name: str, error: type[Exception]) -> None:
    (course / "gradebook.db").unlink()
    with pytest.raises(error, match=f"nbgrader generate_assignment {name}"):
        grade_class(course, name, partial(local_processes, 1), 1)


def test_where_the_infrastructure_fails_there_is_no_zero(
    course: Path, undisturbed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(
            classroom, "run_all", lambda tasks, *others: ((name, OSError("the disk is full")) for name, _ in tasks)
        )
        run = grade(course)
    assert run.failed == dict.fromkeys(undisturbed, "OSError: the disk is full")
    assert gradebook(course) == {}
    assert grade(course).failed == {}
    assert gradebook(course) == undisturbed


def test_another_version_on_a_worker_is_not_believed(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (student, *_) = handed_in(course, NAME)
    grade(course)
    result = ResultStore(course, NAME).load(student)
    assert result is not None
    for path in course.glob(f"graded/{NAME}/*.json"):
        path.unlink()
    told = result.to_json().replace(result.key, "0" * 64).encode()
    monkeypatch.setattr(classroom, "run_all", lambda tasks, *others: ((name, told) for name, _ in tasks))
    assert "another version" in grade(course).failed[student]


@contextmanager
def dask(root: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers, each a process of its own, as an operator would start them."""
    file = root / "scheduler.json"
    python = [sys.executable, "-m"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": root}
    where = ["--host", "127.0.0.1", "--dashboard-address", ":0"]
    scheduler = subprocess.Popen(
        [*python, "distributed.cli.dask_scheduler", "--port", "0", "--scheduler-file", str(file), *where], **quiet
    )
    started = [scheduler]
    try:
        while not file.exists() or not file.read_text().strip():
            assert scheduler.poll() is None
            time.sleep(0.05)
        address = json.loads(file.read_text())["address"]
        options = ["--nthreads", "1", "--no-nanny", "--local-directory", str(root), *where]
        workers = [subprocess.Popen([*python, "distributed.cli.dask_worker", address, *options], **quiet) for _ in "ab"]
        started += workers
        yield address, workers
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_cluster_that_loses_a_worker_gives_the_same_gradebook(course: Path, undisturbed: dict[str, Any]) -> None:
    with dask(course) as (address, workers):
        done = threading.Event()
        seen = 0

        def advance() -> None:
            nonlocal seen
            seen += 1
            if seen == 3:
                workers[0].kill()
                done.set()

        run = grade_class(course, NAME, partial(dask_cluster, address), 4, advance)
    assert done.is_set()
    assert run.failed == {}
    assert sorted(run.graded) == sorted(undisturbed)
    assert gradebook(course) == undisturbed
