"""Judging files from outside: each runs in a process of its own, while cases and judging stay in this one."""

import contextlib
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Container, Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

from autograder import hidden, wire, worker
from autograder.exercise import Exercise, Inputs
from autograder.exercises import find
from autograder.judging import code_failed, judge
from autograder.observe import MODES
from autograder.verdict import Diagnosis, Verdict, quoted

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
        return Diagnosis(seen.format(detail=quoted(self.detail), name=exercise.name), expected, likely, look_at)


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
    context.set_forkserver_preload(worker.PRELOAD)

    def verdicts() -> Iterator[Verdict]:
        for path in paths:
            try:
                with running(context, path, exercise, deadline) as observe_answer:
                    yield judge(exercise, tests, observe_answer, seed)
            except StoppedError as error:
                yield code_failed(exercise, error.diagnosis(exercise))

    return verdicts()


@contextlib.contextmanager
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
    # Half a message, or none taken, would hold us up whatever we ask of the connection.
    watch = threading.Timer(deadline, hang_up, [ours])
    watch.daemon = True
    watch.start()
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
                raise stopped(end, deadline) from error
            return checked_record(receive(ours, end, deadline), inputs)

        yield observe_answer
    finally:
        watch.cancel()
        watch.join()  # it must not hang up on whoever gets the same descriptor next
        ours.close()
        end_group(process)


def hang_up(connection: Connection) -> None:
    """End a connection from our side, so that whoever waits for it here goes on."""
    with socket.socket(fileno=os.dup(connection.fileno())) as line, contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def stopped(end: float, deadline: float) -> StoppedError:
    """Why there is no connection any more."""
    return StoppedError("gone") if time.monotonic() < end else StoppedError("late", f"{deadline:g}")


def receive(connection: Connection, end: float, deadline: float) -> Any:
    """The next message, decoded. Raises `StoppedError` if none comes in time, or the process is gone."""
    try:
        return wire.decode(connection.recv_bytes(LARGEST_REPLY))
    except (EOFError, OSError) as error:
        raise stopped(end, deadline) from error
    except wire.WireError as error:
        raise StoppedError("garbled") from error


def checked_record(record: Any, inputs: Inputs) -> dict[str, Any]:
    """A record of the form that `observe` makes; the process it came from may have sent anything."""
    raised = record.get("raised") if isinstance(record, dict) else None
    well_formed = (
        isinstance(record, dict)
        and are_among(record.get("changed"), inputs)
        and are_among(record.get("switched"), MODES)
        and isinstance(record.get("global_random"), bool)
        and (raised is None or is_raised(raised))
    )
    if not well_formed:
        raise StoppedError("garbled")
    return dict(record)


def are_among(names: Any, known: Container[str]) -> bool:
    """Whether a value is a list of some of these names."""
    return isinstance(names, list) and all(isinstance(name, str) and name in known for name in names)


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
