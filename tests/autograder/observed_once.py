"""What our own answers do on the same inputs is observed once: each known mistake is held against all the others."""

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

from autograder import hidden
from autograder.exercise import Exercise, Inputs
from autograder.exercises import find
from autograder.running import wire
from autograder.running.observe import observe

Records = dict[tuple[int, bytes], dict[str, Any]]


@cache
def known_answers(exercise_id: str) -> dict[int, Any]:
    """The reference and the known mistakes, by identity; kept, so that nothing else is ever at the place of one."""
    tests = hidden.load(exercise_id)
    answers = [find(exercise_id).load_reference(), *(mistake.answer for mistake in tests.implemented)]
    return {id(answer): answer for answer in answers}


def throughout(exercise: Exercise, value: object) -> object:
    """The same in the place of everything that an exercise defines."""
    return exercise.answer_of(*[value] * len(exercise.names))


def left_open(exercise: Exercise) -> object:
    """What a learner finds: functions that say that they are not written, a table with nothing filled in."""

    def unwritten(*_: object, **__: object) -> None:
        raise NotImplementedError

    asked = exercise.load_reference()
    return dict.fromkeys(asked, ...) if isinstance(asked, dict) else throughout(exercise, unwritten)


@contextmanager
def observed_once(exercise: Exercise, records: Records) -> Iterator[None]:
    """Looks up what is in `records`, and adds to them, wherever `observe` is called in here.

    Judging changes no record. An answer that remembers earlier calls is known by the calls within one record.
    """

    def look_up(run: Any, answer: Any, inputs: Inputs) -> dict[str, Any]:
        if id(answer) not in known_answers(exercise.id):
            return observe(run, answer, inputs)
        key = id(answer), hashlib.blake2b(wire.encode(inputs), digest_size=16).digest()
        if key not in records:
            records[key] = observe(run, answer, inputs)
        return records[key]

    users = [each for each in list(sys.modules.values()) if vars(each).get("observe") is observe]
    users = [each for each in users if each.__name__.startswith("autograder.") and each.__name__ != observe.__module__]
    patches = [patch.object(each, "observe", look_up) for each in users]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in patches:
            each.stop()
