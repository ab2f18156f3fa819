"""A process that runs a learner's code beside this one, and its end, whatever it does."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkServerContext
from typing import Any

from autograder.running.channel import Channel


@contextlib.contextmanager
def process_beside(context: ForkServerContext, serve: Callable[..., None], *arguments: Any) -> Iterator[Channel]:
    """Start a process that calls `serve` with its end of a connection and these arguments; yields our end of it.

    At the end of the block the process is ended, with all that it has started.
    """
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, *arguments), daemon=True)
    process.start()
    theirs.close()
    channel = Channel(ours)
    try:
        yield channel
    finally:
        channel.close()
        _end_group(process)


def _end_group(process: Any) -> None:
    """End a learner's process and all that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.join()
    process.close()
