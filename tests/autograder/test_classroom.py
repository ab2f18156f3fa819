"""A whole class: nobody is lost, nobody is graded twice, whatever is killed on the way."""

import json
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import filelock
import nbformat
import psutil
import pytest
from corpus.base import NAME
from nbgrader.api import Gradebook

from autograder import classroom
from autograder.classroom import BusyError, ClassRun, grade_class, handed_in
from autograder.grading.assignment import AssignmentError
from autograder.grading.executors import dask_cluster
from autograder.grading.processes import local_processes
from autograder.grading.results import ResultStore, course_secret
from autograder.lessons.source import lesson_path
from autograder.nbgrader_plugin.gradebook import GradebookError

LABELS = "def mlm_labels(input_ids, selected):\n    return torch.where(selected, input_ids, {fill})\n"
FILLS = ("-100", "0", None, "-100", "0", None)
"""What the students put at positions that are not asked for: right, wrong, and nothing written yet."""
STUDENTS = len(FILLS)
SLEEPS = "import time\ntime.sleep(0.5)\n"
"""Makes a submission last long enough for a kill to meet it."""

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("bubblewrap")]


@pytest.fixture(scope="module")
def ungraded(released_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose gradebook knows the assignment, with a class of right, wrong and unfilled notebooks."""
    root = shutil.copytree(released_course, tmp_path_factory.mktemp("ungraded") / "course")
    course_secret(root)
    hand_in_all(root)
    return root


@pytest.fixture
def course(ungraded: Path, tmp_path: Path) -> Path:
    """The same, to be graded."""
    return shutil.copytree(ungraded, tmp_path / "course")


@pytest.fixture
def slow_course(course: Path) -> Path:
    """The same, where a submission takes so long that something can happen in the meantime."""
    hand_in_all(course, SLEEPS)
    return course


@pytest.fixture(scope="module")
def graded(ungraded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course after a run on two processes in which nothing happened."""
    root = shutil.copytree(ungraded, tmp_path_factory.mktemp("graded") / "course")
    run = grade_class(root, NAME, partial(local_processes, 2), 3)
    assert (len(run.graded), run.failed) == (STUDENTS, {})
    return root


@pytest.fixture
def graded_course(graded: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return shutil.copytree(graded, tmp_path / "graded")


@pytest.fixture(scope="module")
def undisturbed(graded: Path) -> dict[str, Any]:
    """The gradebook after that run."""
    return gradebook(graded)


def hand_in_all(root: Path, before: str = "") -> None:
    """Everybody's submission."""
    for number, fill in enumerate(FILLS):
        hand_in(root, f"student{number:02}", fill, before)


def hand_in(root: Path, student: str, fill: str | None, before: str = "") -> None:
    """A submission with one answer, or none."""
    notebook = nbformat.read(lesson_path(root, NAME), as_version=4)
    for cell in notebook.cells:
        if fill is not None and cell.metadata.get("nbgrader", {}).get("grade_id") == "mlm-mlm_labels":
            cell.source = before + LABELS.format(fill=fill)
    path = root / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


class ThisProcess(Executor):
    """An executor that does its work at once, here, in a sandbox that stays for the next run."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        future = Future[Any]()
        try:
            future.set_result(function(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


def grade(root: Path) -> ClassRun:
    """Grade the class in this process."""
    return grade_class(root, NAME, ThisProcess, 3)


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
    expected = [2.0, 1.0, 0.0, 2.0, 1.0, 0.0]
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


def test_what_is_graded_is_not_graded_again_until_it_changes(graded_course: Path) -> None:
    written = {path: path.stat().st_mtime_ns for path in graded_course.glob("autograded/*/*/*.ipynb")}
    assert len(written) == STUDENTS
    hand_in(graded_course, "student01", "-100")
    run = grade(graded_course)
    assert (run.graded, len(run.kept), run.failed) == (["student01"], STUDENTS - 1, {})
    assert gradebook(graded_course)["student01"]["mlm-mlm_labels-check"][0] == 2
    again = {path for path in written if path.stat().st_mtime_ns != written[path]}
    assert {path.parts[-3] for path in again} == {"student01"}


def test_a_manual_grade_survives_grading_again(graded_course: Path) -> None:
    with Gradebook(f"sqlite:///{graded_course / 'gradebook.db'}", "bert-training") as book:
        mark = book.find_grade("mlm-mlm_labels-check", NAME, NAME, "student01")
        mark.manual_score = 1.5
        book.db.commit()
    hand_in(graded_course, "student01", "-100")
    grade(graded_course)
    assert gradebook(graded_course)["student01"]["mlm-mlm_labels-check"] == (2.0, 1.5, True)


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


def kill_while_grading(root: Path, *kills: tuple[str, int]) -> subprocess.CompletedProcess[str]:
    """Start a run as a process, kill parts of it, each when so many results are there, and wait for its end."""
    run = subprocess.Popen(
        [sys.executable, "-m", "autograder", "grade", NAME, "--workers", "2", "--json"],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    main = psutil.Process(run.pid)
    all_of_it: set[psutil.Process] = set()
    for kind, after in kills:
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


def test_a_killed_part_is_replaced_and_nobody_is_lost(slow_course: Path, undisturbed: dict[str, Any]) -> None:
    finished = kill_while_grading(slow_course, ("worker", 0), ("parent", 1), ("worker", 3))
    assert finished.returncode == 0, finished.stderr
    said = json.loads(finished.stdout)
    assert sorted(said["graded"]) == sorted(undisturbed)
    assert said["failed"] == said["empty"] == {}
    assert gradebook(slow_course) == undisturbed


def test_a_run_that_is_killed_again_and_again_goes_on_where_it_was(
    slow_course: Path, undisturbed: dict[str, Any]
) -> None:
    judged = dict[str, bytes]()
    for after in (0, 1, 3):
        kill_while_grading(slow_course, ("main", after))
        found = {path.stem: path.read_bytes() for path in slow_course.glob(f"graded/{NAME}/*.json")}
        assert after <= len(found) < STUDENTS
        assert {student: found[student] for student in judged} == judged
        judged = found
    run = grade(slow_course)
    assert run.failed == run.empty == {}
    assert sorted(run.kept) == sorted(judged)
    assert sorted(run.graded + run.kept) == sorted(undisturbed)
    assert gradebook(slow_course) == undisturbed
    assert set(notebooks(slow_course)) == set(undisturbed)
    assert {student: (slow_course / f"graded/{NAME}/{student}.json").read_bytes() for student in judged} == judged


def test_a_damaged_result_is_made_again(graded_course: Path, undisturbed: dict[str, Any]) -> None:
    ResultStore(graded_course, NAME).path("student03").write_text("{")
    run = grade(graded_course)
    assert run.graded == ["student03"]
    assert gradebook(graded_course) == undisturbed


def test_one_run_at_a_time(course: Path) -> None:
    course.joinpath("graded").mkdir(exist_ok=True)
    with filelock.FileLock(course / "graded" / f"{NAME}.lock"), pytest.raises(BusyError, match=NAME):
        grade(course)


def test_who_handed_in_something_else_is_named(graded_course: Path) -> None:
    for student in ("another00", "another01"):
        (graded_course / "submitted" / student / NAME).mkdir(parents=True)
    (graded_course / "submitted" / "another01" / NAME / "Untitled.ipynb").write_text("{}")
    hand_in(graded_course, "student01", "-100")
    run = grade(graded_course)
    assert run.empty == {"another00": "nothing", "another01": "Untitled.ipynb"}
    assert (run.graded, len(run.kept), run.failed) == (["student01"], STUDENTS - 1, {})
    assert "another00" not in gradebook(graded_course)


def test_what_nobody_can_hand_in_by_the_rules_stops_nobody(graded_course: Path) -> None:
    shutil.rmtree(graded_course / "submitted" / "student00" / NAME)
    (graded_course / "submitted" / "student00" / NAME).write_text("a file")
    hand_in(graded_course, "x" * 250, "-100")
    hand_in(graded_course, "student01", "-100")
    run = grade(graded_course)
    assert set(run.failed) == {"student00", "x" * 250}
    assert (run.graded, len(run.kept)) == (["student01"], STUDENTS - 2)


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


def test_another_version_on_a_worker_is_not_believed(graded_course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (student, *_) = handed_in(graded_course, NAME)
    result = ResultStore(graded_course, NAME).load(student)
    assert result is not None
    for path in graded_course.glob(f"graded/{NAME}/*.json"):
        path.unlink()
    told = result.to_json().replace(result.key, "0" * 64).encode()
    monkeypatch.setattr(classroom, "run_all", lambda tasks, *others: ((name, told) for name, _ in tasks))
    assert "another version" in grade(graded_course).failed[student]


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
def test_a_cluster_that_loses_a_worker_gives_the_same_gradebook(slow_course: Path, undisturbed: dict[str, Any]) -> None:
    with dask(slow_course) as (address, workers):
        done = threading.Event()
        seen = 0

        def advance() -> None:
            nonlocal seen
            seen += 1
            if seen == 2:
                workers[0].kill()
                done.set()

        run = grade_class(slow_course, NAME, partial(dask_cluster, address), 4, advance)
    assert done.is_set()
    assert run.failed == {}
    assert sorted(run.graded) == sorted(undisturbed)
    assert gradebook(slow_course) == undisturbed
