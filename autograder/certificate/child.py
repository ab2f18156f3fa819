"""The process that runs a notebook's cells and their checks, where there is no sandbox that could keep the two apart.

What it says of an answer is what the notebook's own `check` says, and worth as much: the code could change it.
"""

import contextlib
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any

from autograder.confined.cells import make_shell, run_cell
from autograder.exercises import find
from autograder.notebook import verdict_on, verdict_on_what_is_visible
from autograder.running import wire
from autograder.running.worker import leave_terminal
from autograder.visible.outcome import full_tests_are_here
from autograder.wording import quoted

LONGEST_SEEN = 500
"""Characters of what is said of an answer."""


def serve(connection: Connection) -> None:
    """Run the cells that are sent, then judge one answer after another, until the other side hangs up.

    The first message is a list of cells, each with `source` and the id of the `exercise` that it answers, None for a
    setup cell; after each one a message tells how it went, as `serve_cells` does. After that every message is the id of
    an exercise, and its `outcome`, `points` and what was `seen` come back.
    """
    leave_terminal()
    import torch

    torch.set_num_threads(1)
    shell, answers = make_shell(), dict[str, Any]()
    with contextlib.suppress(EOFError, OSError):
        for cell in wire.decode(connection.recv_bytes()):
            connection.send_bytes(wire.encode(run_cell(shell, cell["source"], cell["exercise"], answers)))
        while True:
            told = judged(wire.decode(connection.recv_bytes()), answers)
            connection.send_bytes(wire.encode(told))


def judged(exercise_id: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent of an answer; no points where the tests that give them are not here."""
    answer, in_full = answers[exercise_id], full_tests_are_here()
    verdict = verdict_on(exercise_id, answer) if in_full else verdict_on_what_is_visible(find(exercise_id), answer)
    seen = quoted(verdict.diagnosis.seen, LONGEST_SEEN) if verdict.diagnosis else ""
    return {"outcome": str(verdict.outcome), "points": float(verdict.points) if in_full else None, "seen": seen}
