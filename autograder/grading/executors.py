"""Many jobs at once, in local processes or on a Dask cluster: both are `concurrent.futures` executors here.

A job is bytes to them and so is its result. What an executor cannot do, going on after a worker has died, stands in
`run_all`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack, contextmanager

from autograder.grading.grader import ATTEMPTS, grade_bytes
from autograder.grading.sandbox import RefusedError

MakeExecutor = Callable[[], AbstractContextManager[Executor]]

DEATHS_IN_A_ROW = 20
"""Of workers, with no result between them, until it is said that none can work here."""


class ClusterError(RuntimeError):
    """There is no such cluster, or no client for one."""


@contextmanager
def dask_cluster(address: str) -> Iterator[Executor]:
    """The workers of a Dask scheduler, which need this course installed and bubblewrap; one thread each is best.

    Raises `ClusterError` where Dask is not installed or nobody answers at the address.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError(
            "Dask is not installed; install it with: pip install 'bert-training-course[cluster]'"
        ) from error
    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no Dask scheduler answers at {address}: {error}") from error
    with client:
        # The same job on purpose meets the same cases, so Dask may not take it for one that is done already.
        yield client.get_executor(pure=False, retries=ATTEMPTS - 1)


def run_all(
    jobs: Iterable[tuple[str, bytes]], make_executor: MakeExecutor, at_once: int
) -> Iterator[tuple[str, bytes | Exception]]:
    """Grade jobs, each named, and yield their results as they come, or the exception that they end in.

    Where a worker process dies, all jobs that were under way are suspects; they are tried again one at a time, so that
    the one that kills workers is known in the end and costs no other job anything.

    Args:
        jobs: taken as needed.
        make_executor: makes another one after the first has broken.
        at_once: how many jobs may be under way.

    Raises `RefusedError` where no job can be graded, as things are.
    """
    waiting, suspects, deaths = iter(jobs), list[tuple[str, bytes]](), Counter[str]()
    in_a_row = 0
    with ExitStack() as stack:
        executor = stack.enter_context(make_executor())
        running: dict[Future[bytes], tuple[str, bytes]] = {}
        while True:
            limit, broken = 1 if suspects else at_once, False
            while len(running) < limit and (job := suspects.pop() if suspects else next(waiting, None)) is not None:
                try:
                    running[executor.submit(grade_bytes, job[1])] = job
                except BrokenProcessPool:  # since the last result; nothing of this job has begun
                    suspects.append(job)
                    broken = True
                    break
            if not running and not broken:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                if is_broken(future):
                    broken = True
                else:
                    in_a_row = 0
                    yield running.pop(future)[0], outcome(future)
            if broken:
                in_a_row += 1
                if in_a_row == DEATHS_IN_A_ROW:
                    raise RefusedError("the processes that grade die as soon as they begin; is there enough memory?")
                stack.close()
                alone = len(running) == 1
                for name, data in running.values():
                    deaths[name] += alone
                    if deaths[name] < ATTEMPTS:
                        suspects.append((name, data))
                    else:
                        yield name, RuntimeError("the process that graded it died each time; is there enough memory?")
                running.clear()
                executor = stack.enter_context(make_executor())


def is_broken(future: Future[bytes]) -> bool:
    """Whether a job was lost because a worker of the pool has died."""
    return not future.cancelled() and isinstance(future.exception(), BrokenProcessPool)


def outcome(future: Future[bytes]) -> bytes | Exception:
    """What a future that is done came to. Raises `RefusedError`, which no other job would escape either."""
    try:
        return future.result()
    except RefusedError:
        raise
    except Exception as error:
        return error
