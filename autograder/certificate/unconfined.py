"""Judging one's own notebooks where there is no sandbox, as in what a class receives: each in a process of its own."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

from autograder.certificate import child
from autograder.certificate.confirmed import Confirmation, Judged, Row, row_of, twice
from autograder.exercise import SETUP, Exercise, grade_id
from autograder.exercises import CATALOGUE, find
from autograder.foreign import ForeignNotebook, FoundCell, notebook_or_reason, within_length
from autograder.running.beside import process_beside
from autograder.running.channel import Channel
from autograder.running.failures import GARBLED, StoppedError
from autograder.verdict import Outcome
from autograder.visible.outcome import full_tests_are_here
from autograder.wording import quoted

DEADLINE = 60.0
"""Seconds for all cells of a notebook, and for each exercise."""
PRELOAD = ["torch", "numpy", "autograder.certificate.child"]
NO_CELL = "the notebook has no cell that answers it"


class SetupError(Exception):
    """A notebook's first cells do not run, so none of its answers can."""


def confirm(
    paths: Sequence[Path], advance: Callable[[], object] = lambda: None, deadline: float = DEADLINE
) -> Confirmation:
    """Judge the answers in notebooks with the tests that are here; `advance` is called after each of them.

    A notebook's lesson is known by its exercises: all that begin alike belong to one lesson.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    found = {str(path): notebook_or_reason(path) for path in paths}
    lessons = {file: lesson_of(one) for file, one in found.items() if isinstance(one, ForeignNotebook)}
    doubled = twice(lessons)
    judged = list[Judged]()
    for file, notebook in found.items():
        judged.append(judge_notebook(context, file, doubled.get(file, notebook), deadline))
        advance()
    return Confirmation(tuple(judged), full_tests_are_here(), False, datetime.now().astimezone())


def lesson_of(notebook: ForeignNotebook) -> str | None:
    """The first half of the ids of the exercises that it has cells for; None where it has none."""
    names = {name for cell in notebook.cells for name in cell.names}
    return next((lesson_id(each) for each in CATALOGUE if grade_id(each.id) in names), None)


def lesson_id(exercise: Exercise) -> str:
    """`mlm` of `mlm.corrupt`."""
    return exercise.id.partition(".")[0]


def judge_notebook(context: ForkServerContext, file: str, notebook: ForeignNotebook | str, deadline: float) -> Judged:
    """What holds of one notebook, given as it was read, or as the reason why it is not judged."""
    if isinstance(notebook, str):
        return Judged(file, None, not_judged=notebook)
    lesson = lesson_of(notebook)
    if lesson is None:
        return Judged(file, notebook.lesson)
    asked = [each for each in CATALOGUE if lesson_id(each) == lesson]
    try:
        rows = dict(rows_of(context, notebook.cells, asked, deadline))
    except SetupError as error:
        return Judged(file, notebook.lesson or lesson, not_judged=str(error))
    return Judged(file, notebook.lesson or lesson, tuple(rows[each.id] for each in asked))


def rows_of(
    context: ForkServerContext, cells: Sequence[FoundCell], asked: Sequence[Exercise], deadline: float
) -> Iterator[tuple[str, Row]]:
    """Every exercise and what comes of it. An answer that ends its process, or hangs, costs itself alone."""
    by_name = {grade_id(each.id): each for each in asked}
    messages = list[dict[str, str | None]]()
    for cell in cells:
        exercise = next((by_name[name] for name in cell.names if name in by_name), None)
        if exercise is not None or SETUP in cell.tags:
            messages.append({"exercise": exercise.id if exercise else None, "source": within_length(cell.source)})
    waiting = {message["exercise"] for message in messages} - {None}
    for exercise in asked:
        if exercise.id not in waiting:
            yield exercise.id, row_of(exercise, Outcome.NOT_ATTEMPTED, None, NO_CELL)
    while waiting:
        with process_beside(context, child.serve) as channel:
            for exercise_id, row in session(channel, messages, waiting, deadline):
                waiting.discard(exercise_id)
                yield exercise_id, row
        messages = [each for each in messages if each["exercise"] is None or each["exercise"] in waiting]


def session(
    channel: Channel, messages: Sequence[dict[str, str | None]], waiting: set[str | None], deadline: float
) -> Iterator[tuple[str, Row]]:
    """Load the cells in one process and judge there what is waiting, up to an answer at which the process ends."""
    busy_with: Exercise | None = None
    failed = dict[str, StoppedError]()
    try:
        with channel.within(deadline):
            channel.send(messages)
            for message in messages:
                busy_with = find(message["exercise"]) if message["exercise"] else None
                try:
                    channel.receive_loaded()
                    if busy_with:
                        failed.pop(busy_with.id, None)
                except StoppedError as stopped:
                    if not stopped.told:
                        raise
                    if busy_with is None:
                        raise SetupError(f"one of its first cells fails: {quoted(stopped.detail)}") from stopped
                    failed[busy_with.id] = stopped
        for exercise_id in [each.id for each in CATALOGUE if each.id in waiting]:
            busy_with = find(exercise_id)
            if exercise_id in failed:
                yield exercise_id, stopped_row(busy_with, failed[exercise_id])
                continue
            with channel.within(deadline):
                channel.send(exercise_id)
                told = checked(channel.receive())
            yield exercise_id, row_of(busy_with, Outcome(told["outcome"]), told["points"], told["seen"])
    except StoppedError as stopped:
        if busy_with is None:
            raise SetupError("its first cells do not come to an end") from stopped
        yield busy_with.id, stopped_row(busy_with, stopped)


def stopped_row(exercise: Exercise, stopped: StoppedError) -> Row:
    """What is noted where the code gave no result."""
    points = 0.0 if full_tests_are_here() else None
    return row_of(exercise, Outcome.CODE_FAILED, points, stopped.diagnosis(exercise, "cell").seen)


def checked(told: Any) -> dict[str, Any]:
    """A message of `child.judged`. Raises `StoppedError` where it is none."""
    if (
        isinstance(told, dict)
        and told.get("outcome") in list(Outcome)
        and isinstance(told.get("points"), float | None)
        and isinstance(told.get("seen"), str)
        and len(told["seen"]) <= child.LONGEST_SEEN
    ):
        return told
    raise StoppedError(GARBLED)
