"""Judging files from outside: each runs in a process of its own, while cases and judging stay in this one."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

from autograder import hidden, wire, worker
from autograder.exercise import Exercise, Inputs
from autograder.exercises import find
from autograder.judging import code_failed, judge
from autograder.verdict import Diagnosis, Verdict

DEADLINE = 60.0
"""Seconds that one file may take, loading included. A right answer needs less than one."""
LARGEST_REPLY = 256 * 2**20
"""Bytes that one reply may have."""


FAILURES = {
    "raises": (
        "The file raised {detail}.",
        "The error comes from code outside your function, which runs as soon as the file is read.",
        "The line named; `python FILE` shows the whole error.",
    ),
    "exits": (
        "The file left Python by itself, with {detail}.",
        "Somewhere it calls `exit`, `quit` or `sys.exit`.",
        "Take that call out: a file that defines functions only has to end by coming to its end.",
    ),
    "syntax": (
        "The file is not Python: {detail}.",
        "A bracket, a colon or an indentation is not where it should be, or the file is no text.",
        "The line named, and the one before it.",
    ),
    "undefined": (
        "The file does not define `{name}`; it defines {detail}.",
        "The name is misspelt, or this is the file of another exercise.",
        "The name after `def` or `class`.",
    ),
    "late": (
        "The code was still running after {detail} seconds and was stopped.",
        "A loop does not end, or waits for input that never comes.",
        "Every `while`, and what makes its condition false.",
    ),
    "gone": (
        "The code ended its own process while it was being tried.",
        "It called `os._exit` or crashed the interpreter, or the machine ran out of memory.",
        "How large the largest tensor is that you make, and whether anything calls `_exit`.",
    ),
    "garbled": (
        "The code's process answered with something that is no result.",
        "The code writes to connections that are not its own.",
        "Anything that touches `os`, `gc` or file descriptors.",
    ),
}
"""Ways in which a learner's process can fail: what was seen, the likely mistake, where to look."""


class StoppedError(Exception):
    """The learner's process gave no result."""

    def __init__(self, failure: str, detail: str = "") -> None:
        super().__init__(failure, detail)
        self.failure, self.detail = failure, detail

    def diagnosis(self, exercise: Exercise) -> Diagnosis:
        """The four lines for it."""
        seen, likely, look_at = FAILURES[self.failure]
        expected = f"A file that defines `{exercise.name}`, and a function that comes back."
        return Diagnosis(seen.format(detail=self.detail, name=exercise.name), expected, likely, look_at)


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
        if not path.is_file():
            raise FileNotFoundError(f"there is no file {path}")
    tests = hidden.load(exercise_id)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(worker.PRELOAD)

    def verdicts() -> Iterator[Verdict]:
        for path in paths:
            try:
                with running(context, path, exercise, deadline) as observe_answer:
                    yield judge(exercise, tests, observe_answer, seed)
            except StoppedError as error:
                yield code_failed(exercise, error.diagnosis(exercise))

    return verdicts()


@contextmanager
def running(context: ForkServerContext, path: Path, exercise: Exercise, deadline: float) -> Iterator[Any]:
    """A process with the file loaded; yields a function that runs the answer there on given inputs.

    Raises:
        StoppedError: on entry or from that function, when the process does not answer.
    """
    ours, theirs = context.Pipe()
    process = context.Process(target=worker.serve, args=(theirs, str(path.resolve()), exercise.id), daemon=True)
    process.start()
    theirs.close()
    end = time.monotonic() + deadline
    try:
        loaded = receive(ours, end, deadline)
        if not isinstance(loaded, dict) or "failure" not in loaded:
            raise StoppedError("garbled")
        if loaded["failure"] is not None:
            failure, detail = str(loaded["failure"]), str(loaded.get("detail"))
            raise StoppedError(failure, detail) if failure in FAILURES else StoppedError("garbled")

        def observe_answer(inputs: Inputs) -> Any:
            try:
                ours.send_bytes(wire.encode(inputs))
            except OSError as error:
                raise StoppedError("gone") from error
            return checked_record(receive(ours, end, deadline))

        yield observe_answer
    finally:
        ours.close()
        end_group(process)


def receive(connection: Connection, end: float, deadline: float) -> Any:
    """The next message, decoded. Raises `StoppedError` if none comes in time, or the process is gone."""
    try:
        if not connection.poll(max(0.0, end - time.monotonic())):
            raise StoppedError("late", f"{deadline:g}")
        return wire.decode(connection.recv_bytes(LARGEST_REPLY))
    except (EOFError, OSError) as error:
        raise StoppedError("gone") from error
    except wire.WireError as error:
        raise StoppedError("garbled") from error


def checked_record(record: Any) -> dict[str, Any]:
    """A record of the form that `observe` makes; the process it came from may have sent anything."""
    raised = record.get("raised") if isinstance(record, dict) else None
    well_formed = (
        isinstance(record, dict)
        and isinstance(record.get("changed"), list)
        and all(isinstance(name, str) for name in record["changed"])
        and isinstance(record.get("global_random"), bool)
        and (raised is None or is_raised(raised))
    )
    if not well_formed:
        raise StoppedError("garbled")
    return dict(record)


def is_raised(raised: Any) -> bool:
    """Whether a value describes an exception."""
    return (
        isinstance(raised, dict)
        and all(isinstance(raised.get(key), str) for key in ("type", "message", "line"))
        and all(isinstance(raised.get(key), bool) for key in ("is_value_error", "is_not_implemented"))
    )


def end_group(process: Any) -> None:
    """End a learner's process and all that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.join()
    process.close()
