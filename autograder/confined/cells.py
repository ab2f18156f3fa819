"""A notebook's own cells, run one after the other in an IPython shell, and the answers that they define."""

import contextlib
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any

from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from traitlets.config import Config

from autograder.exercise import UndefinedError
from autograder.exercises import find
from autograder.running import wire
from autograder.running.failures import EXITS, RAISES, SYNTAX, UNDEFINED, message_of
from autograder.running.observe import observe, text_of

SETUP = None
"""Stands for the exercise of a cell that belongs to none."""


def make_shell() -> InteractiveShell:
    """The shell that cells run in. It keeps no history, starts no thread, formats no traceback and runs no command."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autocall = 0
    shell = InteractiveShell.instance(config=config)
    # Formatting a traceback takes longer than most cells do.
    shell.showtraceback = shell.showsyntaxerror = do_nothing
    # `!pip install …` and `%matplotlib` are at home in notebooks and of no use here: no process may be started, and
    # nobody looks at a figure.
    shell.system = shell.getoutput = shell.enable_gui = shell.ask_exit = do_nothing
    return shell


def do_nothing(*arguments: Any, **options: Any) -> list[str]:
    """Takes the place of methods whose work is not wanted; the output of a command that was not run has no lines."""
    return []


def serve_cells(connection: Connection, shell: InteractiveShell) -> None:
    """Run the cells that are sent, then the answers that they define, until the other side hangs up.

    The first message is a list of cells, each with `source` and the id of the `exercise` that it answers, None for a
    setup cell. After each one a message tells how it went: `failure` is None, or what kept the name from being defined,
    with a `detail`. After that every message is `{"exercise", "inputs"}`, and the record of the run comes back.
    """
    answers: dict[str, Any] = {}
    with contextlib.suppress(EOFError, OSError):
        for cell in wire.decode(connection.recv_bytes()):
            told = run_cell(shell, cell["source"], cell["exercise"], answers)
            connection.send_bytes(wire.encode(told))
        while True:
            message = wire.decode(connection.recv_bytes())
            exercise = find(message["exercise"])
            record = observe(exercise.run, answers[exercise.id], message["inputs"])
            connection.send_bytes(wire.encode(record))


def run_cell(
    shell: InteractiveShell, source: str, exercise_id: str | None, answers: dict[str, Any]
) -> Mapping[str, str | None]:
    """Run one cell and pick the answer that it defines. An error after the definition takes nothing away."""
    result = shell.run_cell(source, store_history=False, silent=True)
    failure = failure_of(result)
    if exercise_id is SETUP:
        return failure or {"failure": None}
    try:
        answers[exercise_id] = find(exercise_id).answer_in(shell.user_ns, shell.user_ns_hidden)
    except UndefinedError as error:
        return failure or message_of(UNDEFINED, str(error))
    return {"failure": None}


def failure_of(result: ExecutionResult) -> dict[str, str] | None:
    """What kind of failure a cell came to, and its details; None where it ran to its end."""
    error = result.error_before_exec or result.error_in_exec
    if error is None:
        return None
    if isinstance(error, SystemExit):
        return message_of(EXITS, f"exit status {error.code}")
    if isinstance(error, SyntaxError):
        return message_of(SYNTAX, f"{error.msg} in line {error.lineno or '?'}")
    if isinstance(error, ValueError) and error is result.error_before_exec:
        return message_of(SYNTAX, text_of(error))  # a null byte, for Python before 3.11.4
    return message_of(RAISES, f"{type(error).__name__}: {text_of(error) or 'no message'}")
