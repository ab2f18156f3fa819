"""A submission as a task: the same one is the same task, and whatever the result depends on makes another key."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.confined.limits import Limits
from autograder.exercise import grade_id
from autograder.grading import job as module
from autograder.grading.assignment import Assignment, is_setup
from autograder.grading.job import SEED_DIGITS, Job, code_sha256, make_job
from autograder.grading.sandbox import ACCEPTED_RISK, Settings
from autograder.grading.submission import Submission, read
from grading.papers import SECRET, SETTINGS, answered, as_bytes, cell_of, content_of, right_cells, task_for

LABELS = "mlm.mlm_labels"
ANSWER = "def mlm_labels(input_ids, selected):\n    return input_ids\n"


@pytest.fixture
def submission(assignment: Assignment) -> Submission:
    """One answer, beside four stubs."""
    return read(as_bytes(answered(assignment, {LABELS: ANSWER})), assignment)


@pytest.fixture
def task(assignment: Assignment, submission: Submission) -> Job:
    return make_job(assignment, submission, SETTINGS, SECRET)


def test_the_same_submission_is_the_same_task(assignment: Assignment, submission: Submission, task: Job) -> None:
    again = make_job(assignment, replace(submission), SETTINGS, SECRET)
    assert again == task
    assert again.key == task.key
    assert again.to_bytes() == task.to_bytes()


def test_it_has_the_cells_that_are_graded_in_the_order_of_the_lesson(assignment: Assignment, task: Job) -> None:
    setup = [cell.source for cell in assignment.skeleton.cells if is_setup(cell)]
    assert task.setup == tuple(setup)
    assert len(setup) > 0
    assert [cell.exercise for cell in task.cells] == [None] * len(setup) + [each.id for each in assignment.exercises]
    assert [cell.source for cell in task.cells if cell.exercise == LABELS] == [ANSWER]
    assert task.exercises == tuple(each.id for each in assignment.exercises)


def test_what_stands_in_other_cells_is_left_out(assignment: Assignment, task: Job) -> None:
    content = answered(assignment, {LABELS: ANSWER})
    content["cells"].insert(0, {"cell_type": "code", "source": "raise SystemExit", "metadata": {}, "outputs": []})
    cell_of(content, f"{grade_id(LABELS)}-check")["source"] = "print(6)"
    assert task_for(assignment, content) == task


def answer_changed(assignment: Assignment) -> Submission:
    return read(as_bytes(answered(assignment, {LABELS: ANSWER + "# a comment\n"})), assignment)


def another_answer_too(assignment: Assignment) -> Submission:
    return read(as_bytes(answered(assignment, {LABELS: ANSWER, "mlm.corrupt": "corrupt = 1"})), assignment)


def answer_missing(assignment: Assignment) -> Submission:
    content = answered(assignment, {LABELS: ANSWER})
    content["cells"].remove(cell_of(content, "mlm-corrupt"))
    return read(as_bytes(content), assignment)


def names_elsewhere(assignment: Assignment) -> Submission:
    content = answered(assignment, {LABELS: ANSWER})
    content["cells"].append({"cell_type": "code", "source": "helper = 1", "metadata": {}, "outputs": []})
    return read(as_bytes(content), assignment)


@pytest.mark.parametrize(
    "make",
    [answer_changed, another_answer_too, answer_missing, names_elsewhere, lambda assignment: read(b"{", assignment)],
    ids=["changed", "another", "missing", "names-elsewhere", "unreadable"],
)
def test_another_submission_has_another_key(
    assignment: Assignment, task: Job, make: Callable[[Assignment], Submission]
) -> None:
    assert make_job(assignment, make(assignment), SETTINGS, SECRET).key != task.key


@pytest.mark.parametrize("make", [answer_changed, another_answer_too, answer_missing], ids=lambda make: make.__name__)
def test_another_submission_meets_other_cases(
    assignment: Assignment, task: Job, make: Callable[[Assignment], Submission]
) -> None:
    assert make_job(assignment, make(assignment), SETTINGS, SECRET).seed != task.seed


@pytest.mark.parametrize(
    "settings",
    [Settings(seconds=7.0), Settings(Limits(memory=2**30)), Settings(accepted_risk=ACCEPTED_RISK)],
    ids=["seconds", "memory", "risk"],
)
def test_other_settings_make_another_key_for_the_same_cases(
    assignment: Assignment, submission: Submission, task: Job, settings: Settings
) -> None:
    other = make_job(assignment, submission, settings, SECRET)
    assert other.key != task.key
    assert other.seed == task.seed


def test_another_courses_secret_draws_other_cases(assignment: Assignment, submission: Submission, task: Job) -> None:
    other = make_job(assignment, submission, SETTINGS, SECRET + b"!")
    assert other.seed != task.seed
    assert other.key != task.key


def test_another_assignment_draws_other_cases(assignment: Assignment, submission: Submission, task: Job) -> None:
    assert make_job(replace(assignment, name="03_other"), submission, SETTINGS, SECRET).seed != task.seed


def test_other_code_makes_another_key(task: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    before = task.key
    monkeypatch.setattr(module, "code_sha256", lambda: "of another version")
    assert task.key != before


def test_every_file_of_both_packages_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", code_sha256())
    before = code_sha256.__wrapped__()
    monkeypatch.setattr(module, "PACKAGES", tmp_path)
    assert code_sha256.__wrapped__() != before


def test_the_seed_is_a_number_that_does_not_tell_the_secret(task: Job) -> None:
    assert re.fullmatch(rf"[0-9a-f]{{{SEED_DIGITS}}}", task.seed)
    assert SECRET.hex() not in task.to_bytes().decode()
    assert SECRET.decode() not in task.to_bytes().decode()


# -------------------------------------------------------------------------------------------------------- untouched


def test_stubs_as_they_were_released_are_unchanged(assignment: Assignment) -> None:
    assert task_for(assignment, content_of(assignment)).unchanged == tuple(each.id for each in assignment.exercises)


@pytest.mark.parametrize(
    "change",
    [
        lambda stub: stub + "\n\n\n",
        lambda stub: stub.replace("\n", "\r\n"),
        lambda stub: "\n" + stub.replace("    ", "\t"),
    ],
    ids=["lines-below", "carriage-returns", "tabs"],
)
def test_white_space_makes_no_attempt(assignment: Assignment, change: Callable[[str], str]) -> None:
    stub = assignment.stubs[grade_id(LABELS)]
    assert LABELS in task_for(assignment, answered(assignment, {LABELS: change(stub)})).unchanged


@pytest.mark.parametrize("answer", [ANSWER, "x", "# I could not do it", "pass", ""])
def test_whatever_else_was_written_is_an_attempt(assignment: Assignment, answer: str) -> None:
    assert LABELS not in task_for(assignment, answered(assignment, {LABELS: answer})).unchanged


def test_solutions_are_attempts(assignment: Assignment) -> None:
    assert task_for(assignment, answered(assignment, right_cells(assignment))).unchanged == ()


def test_a_deleted_cell_is_neither_there_nor_unchanged(assignment: Assignment) -> None:
    content = content_of(assignment)
    content["cells"].remove(cell_of(content, grade_id(LABELS)))
    task = task_for(assignment, content)
    assert LABELS not in task.unchanged
    assert LABELS not in [cell.exercise for cell in task.cells]
    assert LABELS in task.exercises


def test_what_cannot_be_read_has_no_answers(assignment: Assignment) -> None:
    task = make_job(assignment, read(b"not JSON", assignment), SETTINGS, SECRET)
    assert task.unreadable is not None
    assert task.setup == task_for(assignment, content_of(assignment)).setup  # else it would need a sandbox of its own
    assert ([cell.exercise for cell in task.cells if cell.exercise], task.unchanged) == ([], ())
    assert task.exercises == tuple(each.id for each in assignment.exercises)


# ------------------------------------------------------------------------------------------------------------ bytes


@pytest.mark.parametrize("answer", [ANSWER, "ö = '\u2028'", "x = '\x00\ud83d\ude00'", "é" * 70_000], ids=range(4))
@pytest.mark.parametrize("settings", [Settings(), Settings(Limits(2**29, 5), 3.5, ACCEPTED_RISK)], ids=["usual", "own"])
def test_a_task_comes_back_from_its_bytes(assignment: Assignment, answer: str, settings: Settings) -> None:
    task = task_for(assignment, answered(assignment, {LABELS: answer}), settings)
    again = Job.from_bytes(task.to_bytes())
    assert again == task
    assert again.key == task.key


def test_its_bytes_are_plain_json(task: Job) -> None:
    assert json.loads(task.to_bytes())["assignment"] == task.assignment
