"""Worker processes of this machine. Imports nothing that takes long, so that they can be started first."""

import multiprocessing
import multiprocessing.connection
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext

PRELOAD = ["autograder.grading.grader", "autograder.grading.preload"]
"""What every worker begins with."""


def prepare() -> ForkServerContext:
    """Start the process that workers are forked from, if there is none; it imports torch while this one does too."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    forkserver.ensure_running()
    return context


@contextmanager
def local_processes(workers: int) -> Iterator[Executor]:
    """So many processes, each with a sandbox of its own."""
    executor = ProcessPoolExecutor(workers, mp_context=prepare(), initializer=end_with_parent)
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def end_with_parent() -> None:
    """Let this worker end when the process that started the run is gone, even if that was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_outlive, args=(parent.sentinel,), daemon=True).start()


def _outlive(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
