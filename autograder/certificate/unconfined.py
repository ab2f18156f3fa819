"""Judging one's own notebooks where there is no sandbox, as in what a class receives: each in a process of its own."""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

from autograder.certificate import child
from autograder.certificate.confirmed import Confirmation, Judged, Row, row_of, twice
from autograder.exercise import SETUP, Exercise, grade_id
from autograder.exercises import CATALOGUE, find
from autograder.foreign import ForeignNotebook, FoundCell, answers_to, defining, notebook_or_reason, within_length
from autograder.running.beside import process_beside
from autograder.running.channel import Channel
from autograder.running.failures import GARBLED, LATE, StoppedError
from autograder.verdict import Outcome
from autograder.visible.outcome import full_tests_are_here
from autograder.wording import quoted

DEADLINE = 60.0
"""Seconds for all cells of a notebook, and for each exercise."""
PRELOAD = ["torch", "numpy", "autograder.certificate.child"]
NO_CELL = "the notebook has no cell that answers it"
NOTHING_OF_THE_COURSE = "it does not say that it is a lesson of this course, and has no cell that answers an exercise"


Message = dict[str, str | None]
"""A cell as it is sent: its source, and the id of the exercise that it answers."""


class SetupError(Exception):
    """A notebook's first cells do not run, so none of its answers can."""


class StoppedAtError(Exception):
    """The process gave no result for an exercise."""

    def __init__(self, exercise: Exercise, stopped: StoppedError) -> None:
        super().__init__(exercise.id, stopped)
        self.exercise, self.stopped = exercise, stopped


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
    """The first half of the ids of the exercises that it has most cells for; None where it has none.

    An editor may have lost all ids. Then a lesson is known by what is defined, if that is half of what it asks for: a
    notebook of something else may have a function `attention`, too.
    """
    names = {name for cell in notebook.cells for name in cell.names}
    if named := Counter(lesson_id(each) for each in CATALOGUE if grade_id(each.id) in names):
        return named.most_common(1)[0][0]
    asked = Counter(map(lesson_id, CATALOGUE))
    written = Counter(lesson_id(each) for each in CATALOGUE if defining(each, notebook.cells))
    return next((lesson for lesson, count in written.most_common(1) if 2 * count >= asked[lesson]), None)


def lesson_id(exercise: Exercise) -> str:
    """`mlm` of `mlm.corrupt`."""
    return exercise.id.partition(".")[0]


def judge_notebook(context: ForkServerContext, file: str, notebook: ForeignNotebook | str, deadline: float) -> Judged:
    """What holds of one notebook, given as it was read, or as the reason why it is not judged."""
    if isinstance(notebook, str):
        return Judged(file, None, not_judged=notebook)
    lesson = lesson_of(notebook)
    if lesson is None:
        return Judged(file, notebook.lesson, not_judged=None if notebook.lesson else NOTHING_OF_THE_COURSE)
    asked = [each for each in CATALOGUE if lesson_id(each) == lesson]
    try:
        rows = {row.exercise: row for row in rows_of(context, notebook.cells, asked, deadline)}
    except SetupError as error:
        return Judged(file, notebook.lesson or lesson, not_judged=str(error))
    return Judged(file, notebook.lesson or lesson, tuple(rows[each.id] for each in asked))


def rows_of(
    context: ForkServerContext, cells: Sequence[FoundCell], asked: Sequence[Exercise], deadline: float
) -> Iterator[Row]:
    """Every exercise and what comes of it."""
    answered = {number: each for each in asked for number in answers_to(grade_id(each.id), each, cells)}
    messages = list[Message]()
    for number, cell in enumerate(cells):
        exercise = answered.get(number)
        if exercise is not None or SETUP in cell.tags:
            messages.append({"exercise": exercise.id if exercise else None, "source": within_length(cell.source)})
    for exercise in asked:
        if exercise not in answered.values():
            yield row_of(exercise, Outcome.NOT_ATTEMPTED, None, NO_CELL)
    yield from rows_in(context, messages, deadline)


def rows_in(context: ForkServerContext, messages: Sequence[Message], deadline: float) -> Iterator[Row]:
    """The exercises that these cells answer. An answer that ends its process, or hangs, costs itself alone."""
    waiting = [each for each in CATALOGUE if each.id in {message["exercise"] for message in messages}]
    while waiting:
        ids = {None, *(each.id for each in waiting)}
        messages = [message for message in messages if message["exercise"] in ids]
        try:
            with process_beside(context, child.serve) as channel:
                for row in session(channel, messages, waiting, deadline):
                    waiting.remove(find(row.exercise))
                    yield row
        except StoppedAtError as at:
            waiting.remove(at.exercise)
            alone = [message for message in messages if message["exercise"] in (None, at.exercise.id)]
            if waiting and at.stopped.failure != LATE:
                # Another answer's code is in that process, too, and may have done it.
                yield from rows_in(context, alone, deadline)
            else:
                yield stopped_row(at.exercise, at.stopped)


def session(
    channel: Channel, messages: Sequence[Message], waiting: Sequence[Exercise], deadline: float
) -> Iterator[Row]:
    """Load the cells in one process and judge there what is waiting, in order.

    Raises `StoppedAtError` where the process ends or hangs, and `SetupError` where it does before the first answer.
    """
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
        for busy_with in tuple(waiting):
            if busy_with.id in failed:
                yield stopped_row(busy_with, failed[busy_with.id])
                continue
            with channel.within(deadline):
                channel.send(busy_with.id)
                told = checked(busy_with, channel.receive())
            yield row_of(busy_with, Outcome(told["outcome"]), told["points"], told["seen"])
    except StoppedError as stopped:
        if busy_with is None:
            raise SetupError(
                f"its first cells were still running after {deadline:g} seconds"
                if stopped.failure == LATE
                else "its process ended while its first cells ran"
            ) from stopped
        raise StoppedAtError(busy_with, stopped) from stopped


def stopped_row(exercise: Exercise, stopped: StoppedError) -> Row:
    """What is noted where the code gave no result."""
    points = 0.0 if full_tests_are_here() else None
    return row_of(exercise, Outcome.CODE_FAILED, points, stopped.diagnosis(exercise, "cell").seen)


def checked(exercise: Exercise, told: Any) -> dict[str, Any]:
    """A message of `child.judged`. Raises `StoppedError` where it is none."""
    if (
        isinstance(told, dict)
        and told.get("outcome") in list(Outcome)
        and are_points(told.get("points"), exercise)
        and isinstance(told.get("seen"), str)
        and len(told["seen"]) <= child.LONGEST_SEEN
    ):
        return told
    raise StoppedError(GARBLED)


def are_points(points: Any, exercise: Exercise) -> bool:
    """Whether a value is what an exercise can be worth here; what is no number is in no range."""
    if not full_tests_are_here():
        return points is None
    return isinstance(points, float) and 0 <= points <= exercise.points
