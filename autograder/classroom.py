"""A whole class: every submission becomes a job, every result is kept, and one writer puts it into the gradebook.

A run that was interrupted, or killed, goes on where it was: a result that is kept is not made again, and one that is
in the gradebook is not written again.

Of a class every notebook is read twice: here, to be judged with others, and once more by nbgrader when the result is
written, since its own autograding does the writing. That second reading also keeps a result from being written for a
notebook that was replaced in between: it makes another job, which is judged anew.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import filelock

from autograder.grading.assignment import read_assignment
from autograder.grading.executors import MakeExecutor, run_all
from autograder.grading.job import make_job
from autograder.grading.results import ResultStore, SubmissionResult, course_secret
from autograder.grading.submission import Submission, read_file
from autograder.nbgrader_plugin.autograde import TrustedExecution
from autograder.nbgrader_plugin.gradebook import GradebookError, GradebookWriter
from autograder.nbgrader_plugin.release import load_configuration


class BusyError(RuntimeError):
    """Somebody else grades this assignment at the moment."""


@dataclass
class ClassRun:
    """What a run has done, by student."""

    graded: list[str] = field(default_factory=list)
    """Judged in this run."""
    kept: list[str] = field(default_factory=list)
    """Judged before, and not changed since."""
    failed: dict[str, str] = field(default_factory=dict)
    """Not judged, or not written down, and why; no zero was given."""
    empty: dict[str, str] = field(default_factory=dict)
    """Handed in a folder in which the notebook is not, and what is there."""


def handed_in(root: Path, assignment: str) -> dict[str, Path]:
    """The students who have a folder for the assignment, and where their notebook should be, in order."""
    folders = sorted(root.glob(f"submitted/*/{assignment}"))
    return {folder.parent.name: folder / f"{assignment}.ipynb" for folder in folders}


def grade_class(
    root: Path,
    name: str,
    make_executor: MakeExecutor,
    at_once: int,
    advance: Callable[[], object] = lambda: None,
) -> ClassRun:
    """Grade everything that was handed in for an assignment.

    Args:
        root: folder of the course.
        name: of the assignment.
        make_executor: where the work is done.
        at_once: how many submissions may be under way.
        advance: called for each student who is done with, whatever came of it.

    Raises:
        AssignmentError: if the lesson is not in order.
        GradebookError: if the gradebook does not know it.
        RefusedError: if there can be no sandbox.
        BusyError: if another run is under way.
    """
    config = load_configuration(root)
    assignment, settings = read_assignment(root, name), TrustedExecution(config=config).settings
    store, writer, secret = ResultStore(root, name), GradebookWriter(root, name, config), course_secret(root)
    run = ClassRun()
    submissions: dict[str, Submission] = {}
    keys: dict[str, str] = {}

    def write(student: str) -> None:
        try:
            if not writer.is_written(student, keys[student]):
                writer.write(student)
        except (GradebookError, OSError) as error:
            run.failed[student] = str(error)
        advance()

    def jobs() -> Iterator[tuple[str, bytes]]:
        for student, path in handed_in(root, name).items():
            try:
                if not path.exists() and not path.is_symlink():
                    run.empty[student] = ", ".join(sorted(each.name for each in path.parent.iterdir())) or "nothing"
                    advance()
                    continue
                submission = read_file(path, assignment)
                job = make_job(assignment, submission, settings, secret)
                keys[student] = job.key
                kept = store.load_judged(student, keys[student])
            except OSError as error:
                run.failed[student] = f"{path} cannot be read: {error.strerror}"
                advance()
                continue
            if kept is not None:
                run.kept.append(student)
                write(student)
            else:
                submissions[student] = submission
                yield student, job.to_bytes()

    try:
        with filelock.FileLock(store.folder.with_suffix(".lock"), timeout=0):
            for student, outcome in run_all(jobs(), make_executor, at_once):
                result = result_from(outcome, keys[student])
                try:
                    store.save(student, replace(result, notes=submissions.pop(student).notes))
                except OSError as error:
                    result = SubmissionResult(
                        result.key, (), infrastructure=f"it cannot be written down: {error.strerror}"
                    )
                if result.infrastructure is None:
                    run.graded.append(student)
                    write(student)
                else:
                    run.failed[student] = result.infrastructure
                    advance()
    except filelock.Timeout:
        raise BusyError(f"another run grades {name} at the moment; wait for its end") from None
    return run


def result_from(outcome: bytes | Exception, key: str) -> SubmissionResult:
    """The result that a worker sent, or one that says why there is none."""
    if isinstance(outcome, Exception):
        return SubmissionResult(key, (), infrastructure=f"{type(outcome).__name__}: {outcome}")
    result = SubmissionResult.from_json(outcome)
    if result.key != key:
        return SubmissionResult(key, (), infrastructure="a worker has another version of the course installed")
    return result
