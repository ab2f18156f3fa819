"""Several processes on one training, started by `torchrun` (torch.distributed, gloo: it runs on any CPU)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import torch
from torch import distributed


@contextmanager
def joined_processes() -> Iterator[None]:
    """Be one of the processes that `torchrun` started, where it did; else this changes nothing."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    # Nobody gives up while the first process tokenizes a large text.
    distributed.init_process_group("gloo", timeout=timedelta(days=2))
    try:
        yield
    finally:
        distributed.destroy_process_group()


def place_among_processes() -> tuple[int, int]:
    """(number of this process, how many there are); (0, 1) where there is no process group."""
    return (distributed.get_rank(), distributed.get_world_size()) if distributed.is_initialized() else (0, 1)


def mean_over_processes(value: float) -> float:
    """The mean of what every process has; all of them have to call this."""
    if not distributed.is_initialized():
        return value
    total = torch.tensor(value, dtype=torch.float64)
    distributed.all_reduce(total)
    return float(total) / distributed.get_world_size()


@contextmanager
def first_alone() -> Iterator[bool]:
    """Let the first process do something that the others wait for; yields whether this is the first.

    An error of the first one ends the others too, with one that says so.
    """
    is_first = place_among_processes()[0] == 0
    failed = 0.0
    try:
        yield is_first
    except BaseException:
        failed = 1.0
        raise
    finally:
        anyone_failed = mean_over_processes(failed) > 0
        if anyone_failed and not failed:
            raise ValueError("the first process failed; its message says why")
