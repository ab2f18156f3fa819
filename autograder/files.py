"""Judging files from outside: each runs in a process of its own, while cases and judging stay in this one."""

import contextlib
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

from autograder import hidden
from autograder.exercise import Exercise, Inputs
from autograder.exercises import find
from autograder.judging.judge import Observe, code_failed, judge
from autograder.running import worker
from autograder.running.beside import process_beside
from autograder.running.failures import StoppedError
from autograder.verdict import Verdict

DEADLINE = 60.0
"""Seconds that one file may take, loading included. A right answer needs less than one."""


def judge_files(exercise_id: str, paths: Sequence[Path], seed: int, deadline: float = DEADLINE) -> Iterator[Verdict]:
    """Judge what each file defines, one verdict after the other, in order.

    Args:
        exercise_id: for example `"mlm.corrupt"`.
        paths: Python files.
        seed: draws the cases.
        deadline: seconds for each file.

    Raises:
        UnknownExerciseError: if there is no such exercise.
        FileNotFoundError: if a path is no file; nothing has been judged then.
    """
    exercise = find(exercise_id)
    for path in paths:
        if not os.path.isfile(path):  # False for a name that cannot be one, where Path.is_file raises
            raise FileNotFoundError(f"there is no file {path}")
    tests = hidden.load(exercise_id)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*worker.PRELOAD, *exercise.preload])

    def verdicts() -> Iterator[Verdict]:
        for path in paths:
            try:
                with running(context, path, exercise, deadline) as observe_answer:
                    yield judge(exercise, tests, observe_answer, seed, explain=True)
            except StoppedError as error:
                yield code_failed(exercise, error.diagnosis(exercise, "file"), error.misconception)

    return verdicts()


@contextlib.contextmanager
def running(context: ForkServerContext, path: Path, exercise: Exercise, deadline: float) -> Iterator[Observe]:
    """A process with the file loaded; yields a function that runs the answer there on given inputs.

    Raises:
        StoppedError: on entry or from that function, when the process does not answer.
    """
    with process_beside(context, worker.serve, str(path.resolve()), exercise.id) as channel:

        def observe_answer(inputs: Inputs) -> dict[str, Any]:
            channel.send(inputs)
            return channel.receive_record(inputs)

        with channel.within(deadline):
            channel.receive_loaded()
            yield observe_answer
