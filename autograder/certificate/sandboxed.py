"""Judging a learner's notebooks as submissions are graded: in the sandbox, with the full tests, on fresh cases."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from autograder.certificate.confirmed import Confirmation, Judged, row_of_verdict, twice
from autograder.exercises import find
from autograder.foreign import ForeignNotebook, notebook_or_reason
from autograder.grading.assignment import Assignment
from autograder.grading.executors import run_all
from autograder.grading.job import make_job
from autograder.grading.processes import local_processes
from autograder.grading.results import SECRET_BYTES, SubmissionResult
from autograder.grading.sandbox import find_bwrap
from autograder.grading.submission import answers_in
from autograder.lessons.expand import source_notebook
from autograder.lessons.notebooks import parse, serialise
from autograder.lessons.source import lesson_names, read_lesson, source_path
from autograder.nbgrader_plugin.autograde import TrustedExecution
from autograder.nbgrader_plugin.release import load_configuration, release
from autograder.wording import quoted


def confirm(
    root: Path, paths: Sequence[Path], workers: int, advance: Callable[[], object] = lambda: None
) -> Confirmation:
    """Judge the answers in notebooks; `advance` is called after each of them.

    Args:
        root: folder of the course, a full clone; its configuration says how code is run.
        paths: notebooks, which may have been worked in, renamed, damaged.
        workers: how many are judged at once.

    Raises:
        LessonError: if `root` is no course, or a lesson's source is not in order.
        RefusedError: if there can be no sandbox.
    """
    settings = TrustedExecution(config=load_configuration(root)).settings
    if not settings.unconfined:
        find_bwrap()
    known = lesson_names(root)
    read = {str(path): notebook_at(path, known) for path in paths}
    lessons = {file: found[0] for file, found in read.items() if isinstance(found, tuple)}
    doubled = twice(lessons)
    judged = dict[str, Judged]()

    def jobs() -> Iterator[tuple[str, bytes]]:
        for file, found in read.items():
            if isinstance(found, str) or file in doubled:
                judged[file] = Judged(file, lessons.get(file), not_judged=doubled.get(file) or str(found))
            elif not (assignment := skeleton(root, found[0])).exercises:
                judged[file] = Judged(file, found[0])
            else:
                submission = answers_in(found[1].cells, assignment)
                yield file, make_job(assignment, submission, settings, secrets.token_bytes(SECRET_BYTES)).to_bytes()
                continue
            advance()

    for file, outcome in run_all(jobs(), partial(local_processes, workers), workers):
        judged[file] = of_outcome(file, lessons[file], outcome)
        advance()
    in_order = tuple(judged[file] for file in read)
    return Confirmation(in_order, True, not settings.unconfined, datetime.now().astimezone())


def notebook_at(path: Path, known: Sequence[str]) -> tuple[str, ForeignNotebook] | str:
    """The lesson and the content of a notebook; or why it cannot be judged.

    The lesson is the one that it says it is, else that of its name.
    """
    notebook = notebook_or_reason(path)
    if isinstance(notebook, str):
        return notebook
    lesson = next((name for name in (notebook.lesson, path.stem) if name in known), None)
    if lesson is None:
        return f"it does not say which lesson it is; name it after one: {', '.join(known) or 'there is none'}"
    return lesson, notebook


def skeleton(root: Path, lesson: str) -> Assignment:
    """A lesson as it is released, made of its source: in a clone the notebook itself is what the learner works in."""
    return Assignment(
        lesson, parse(release(root, lesson, serialise(source_notebook(read_lesson(source_path(root, lesson))))))
    )


def of_outcome(file: str, lesson: str, outcome: bytes | Exception) -> Judged:
    """What a worker has sent."""
    if isinstance(outcome, Exception):
        return Judged(file, lesson, not_judged=quoted(f"{type(outcome).__name__}: {outcome}", 300))
    result = SubmissionResult.from_json(outcome)
    if result.infrastructure is not None:
        return Judged(file, lesson, not_judged=quoted(result.infrastructure, 300))
    return Judged(file, lesson, tuple(row_of_verdict(find(each.exercise), each) for each in result.verdicts))
