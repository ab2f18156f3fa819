"""The process that runs one learner's file, and nothing else: it executes, it does not judge.

`serve` runs in a child of a fork server that has imported torch once and never the hidden tests. It loads the file,
then answers one request after another: inputs come in, the record of a run goes out, both as plain bytes.
"""

import contextlib
import os
import sys
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.exercise import Exercise, UndefinedError
from autograder.exercises import find
from autograder.running import wire
from autograder.running.failures import EXITS, RAISES, SYNTAX, UNDEFINED, message_of
from autograder.running.observe import observe, text_of

PRELOAD = ["torch", "numpy", "autograder.running.worker"]
"""What the fork server imports, so that a child starts with it."""


def serve(connection: Connection, path: str, exercise_id: str) -> None:
    """Load `path` and run the answer it defines on every inputs received, until the other side hangs up.

    The first message sent says how loading went: `{"failure": None}`, or a kind of failure with a `detail`.
    """
    leave_terminal()
    import torch

    torch.set_num_threads(1)  # a fork inherits no thread pool, and small tensors gain nothing from one
    exercise = find(exercise_id)
    answer, failure = load_answer(Path(path), exercise)
    connection.send_bytes(wire.encode(failure or {"failure": None}))
    if failure is None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                inputs = wire.decode(connection.recv_bytes())
                connection.send_bytes(wire.encode(observe(exercise.run, answer, inputs)))


def leave_terminal() -> None:
    """Cut the process off from the caller's terminal, and make it leader of a group that can be ended as one."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def load_answer(path: Path, exercise: Exercise) -> tuple[Any, dict[str, str] | None]:
    """Execute a file and pick the answer that it defines; or say what kind of failure came of that, and its details."""
    # Compiled here, not imported: Python would take a file changed within the second for the one it has in its cache,
    # and would leave that cache in the learner's folder.
    sys.dont_write_bytecode = True
    module = ModuleType("answer")
    module.__file__ = str(path)
    sys.modules["answer"] = module
    sys.path.insert(0, str(path.parent))
    try:
        code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        return None, message_of(SYNTAX, f"{error.msg} in line {error.lineno or '?'}")
    except Exception as error:
        return None, message_of(SYNTAX, text_of(error))
    try:
        exec(code, vars(module))
    except SystemExit as error:
        return None, message_of(EXITS, f"exit status {error.code}")
    except BaseException as error:  # whatever the file raises is the file's failure, not ours
        return None, message_of(
            RAISES, f"{type(error).__name__}{in_line(error, path)}: {text_of(error) or 'no message'}"
        )
    try:
        return exercise.answer_in(vars(module)), None
    except UndefinedError as error:
        return None, message_of(UNDEFINED, str(error))


def in_line(error: BaseException, path: Path) -> str:
    """Where in the learner's file an exception came up, where that is known."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f" in line {lines[-1]}" if lines else ""
