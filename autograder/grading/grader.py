"""Judging one submission: its cells run in the sandbox, the cases are drawn and judged here."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.util import Finalize
from typing import Any

from autograder import hidden
from autograder.exercise import Exercise, Inputs
from autograder.exercises import find
from autograder.grading.job import Job
from autograder.grading.results import SubmissionResult
from autograder.grading.sandbox import Child, RefusedError, Sandbox, SandboxError
from autograder.judging.judge import code_failed, judge, not_attempted
from autograder.running.channel import Channel
from autograder.running.failures import GONE, LATE, StoppedError
from autograder.verdict import Diagnosis, Outcome, Verdict
from autograder.wording import quoted

ATTEMPTS = 3
"""How often a submission is tried before the infrastructure is said to have failed it."""
BUDGET = 5
"""How many times the seconds for one exercise a whole submission may take, waiting for processes that hang included."""
UNDEFINED_NAME = re.compile(r"(?:free variable|name) '(\w+)'")


def grade(job: Job, sandbox: Sandbox) -> tuple[Verdict, ...]:
    """Judge the answers of one submission, one verdict an exercise.

    Where a process ends, the answer that it was busy with is tried again with no other beside it: another's thread may
    have ended it. An answer that ends its process alone is left out of all that follow, so that it costs one exercise.

    Raises `SandboxError` where not the submission but the sandbox fails.
    """
    exercises = [find(exercise_id) for exercise_id in job.exercises]
    if job.unreadable is not None:
        return tuple(code_failed(exercise, unreadable(job.unreadable)) for exercise in exercises)
    verdicts = {exercise.id: not_attempted(exercise) for exercise in exercises if exercise.id in job.unchanged}
    ended_by: set[str] = set()
    suspect: Exercise | None = None
    end = time.monotonic() + BUDGET * job.settings.seconds
    while waiting := [exercise for exercise in exercises if exercise.id not in verdicts]:
        if time.monotonic() > end:
            late = StoppedError(LATE, f"{BUDGET * job.settings.seconds:g}")
            verdicts |= {
                each.id: code_failed(each, late.diagnosis(each, "notebook"), late.misconception) for each in waiting
            }
            break
        tried = waiting if suspect is None else [suspect]
        left_out = ended_by if suspect is None else set(job.exercises) - {suspect.id}
        with sandbox.session() as (channel, child):
            try:
                run_session(job, tried, left_out, channel, verdicts)
                suspect = None
            except EndedError as ended:
                if ended.stopped.failure == GONE:
                    child.check_not_killed()
                if suspect is None and ended.exercise in waiting and may_be_anothers_doing(ended, job, ended_by):
                    suspect = ended.exercise
                else:
                    verdicts.setdefault(ended.exercise.id, ended.verdict(child, job))
                    ended_by.add(ended.exercise.id)
                    suspect = None
    if job.settings.counterexamples:
        explain(job, sandbox, exercises, verdicts, end)
    return tuple(verdicts[exercise.id] for exercise in exercises)


def explain(job: Job, sandbox: Sandbox, exercises: list[Exercise], verdicts: dict[str, Verdict], end: float) -> None:
    """Put a counterexample beside the diagnoses. The points stand, whatever the answers do while one is looked for."""
    for exercise in exercises:
        verdict = verdicts[exercise.id]
        if time.monotonic() > end or verdict.passed or verdict.outcome is Outcome.NOT_ATTEMPTED:
            continue
        shown = dict[str, Verdict]()
        with sandbox.session() as (channel, child):
            try:
                run_session(job, [exercise], set(job.exercises) - {exercise.id}, channel, shown, explaining=True)
            except EndedError as ended:
                if ended.stopped.failure == GONE:
                    child.check_not_killed()
                continue
        verdicts[exercise.id] = replace(verdict, counterexample=shown[exercise.id].counterexample)


class EndedError(Exception):
    """An answer has ended the process it ran in, or has to have it ended."""

    def __init__(self, exercise: Exercise, stopped: StoppedError) -> None:
        super().__init__(exercise.id, stopped.failure)
        self.exercise, self.stopped = exercise, stopped

    def verdict(self, child: Child, job: Job) -> Verdict:
        """What is told of the answer."""
        limits = job.settings.limits
        stopped = StoppedError(LATE, f"{limits.cpu_seconds} CPU") if child.end().killed else self.stopped
        return code_failed(self.exercise, stopped.diagnosis(self.exercise, "cell"), stopped.misconception)


def may_be_anothers_doing(ended: EndedError, job: Job, left_out: set[str]) -> bool:
    """Whether another answer was loaded that may have ended the process; waiting too long is not tried twice."""
    loaded = {cell.exercise for cell in job.cells} - {None, ended.exercise.id} - left_out
    return ended.stopped.failure != LATE and bool(loaded)


def run_session(
    job: Job,
    waiting: list[Exercise],
    left_out: set[str],
    channel: Channel,
    verdicts: dict[str, Verdict],
    explaining: bool = False,
) -> None:
    """Load the cells in one process and judge what is still waiting there, putting the verdicts where they belong.

    Raises `EndedError` where the process gives no answer any more.
    """
    failed = load(job, left_out, channel)
    for exercise in waiting:
        if exercise.id in failed:
            verdicts[exercise.id] = advised(failed[exercise.id], set(), job, exercise)
            continue
        undefined: set[str] = set()
        observe_answer = observer(exercise, channel, undefined)
        try:
            with channel.within(job.settings.seconds):
                verdict = judge(exercise, hidden.load(exercise.id), observe_answer, seed_of(job), explaining)
        except StoppedError as stopped:
            raise EndedError(exercise, stopped) from stopped
        verdicts[exercise.id] = advised(verdict, undefined, job, exercise)


def load(job: Job, left_out: set[str], channel: Channel) -> dict[str, Verdict]:
    """Run the cells; return the verdicts on those exercises whose cell does not define the answer.

    Raises `EndedError` blaming the cell that was running, or the last answer before a setup cell.
    """
    cells = [cell for cell in job.cells if cell.exercise not in left_out]
    answered = {cell.exercise for cell in cells}
    failed: dict[str, Verdict] = {}
    for exercise_id in job.exercises:
        if exercise_id not in answered | left_out:
            failed[exercise_id] = replace(not_attempted(find(exercise_id)), diagnosis=missing_cell())
    running: Exercise | None = None
    try:
        with channel.within(job.settings.seconds):
            channel.send([{"exercise": cell.exercise, "source": cell.source} for cell in cells])
            for cell in cells:
                if cell.exercise is not None:
                    running = find(cell.exercise)
                try:
                    channel.receive_loaded()
                    failed.pop(cell.exercise or "", None)  # an earlier cell for it may not have had the name yet
                except StoppedError as stopped:
                    if not stopped.told:
                        raise
                    if running is None:
                        raise SandboxError(f"a setup cell fails: {stopped.detail}") from stopped
                    if cell.exercise is not None:
                        failed[running.id] = loading_failed(running, cell.source, stopped)
    except StoppedError as stopped:
        if running is None:
            raise SandboxError(f"the setup cells did not run: {stopped.failure} {stopped.detail}") from stopped
        raise EndedError(running, stopped) from stopped
    return failed


def loading_failed(exercise: Exercise, source: str, stopped: StoppedError) -> Verdict:
    """The verdict on an answer that its cell does not define."""
    if not source.strip():
        return not_attempted(exercise)
    return code_failed(exercise, stopped.diagnosis(exercise, "cell"), stopped.misconception)


def observer(exercise: Exercise, channel: Channel, undefined: set[str]) -> Callable[[Inputs], dict[str, Any]]:
    """A function that runs the answer on given inputs; it collects the names that the answer lacked."""

    def observe_answer(inputs: Inputs) -> dict[str, Any]:
        channel.send({"exercise": exercise.id, "inputs": inputs})
        record = channel.receive_record(inputs)
        raised = record.get("raised")
        if raised is not None and raised["type"] == "NameError":
            undefined.update(UNDEFINED_NAME.findall(raised["message"]))
        return record

    return observe_answer


def seed_of(job: Job) -> int:
    """The number that draws the cases."""
    return int(job.seed, 16)


def advised(verdict: Verdict, undefined: set[str], job: Job, exercise: Exercise) -> Verdict:
    """The verdict, with the advice to move a definition where an answer leans on a cell that is not graded."""
    if verdict.passed or verdict.diagnosis is None:
        return verdict
    if verdict.outcome is Outcome.CODE_FAILED:
        undefined = undefined | set(UNDEFINED_NAME.findall(verdict.diagnosis.seen))
    elsewhere = sorted(undefined & set(job.own_names))
    if not elsewhere:
        return verdict
    name = quoted(elsewhere[0], 40)
    told = replace(
        verdict.diagnosis,
        likely=f"`{name}` is defined or imported in a cell of your own, and only the exercise's own cell is graded.",
        look_at=f"Move what defines `{name}` into the cell of `{exercise.name}`.",
    )
    return replace(verdict, diagnosis=told, misconception=None)


def unreadable(why: str) -> Diagnosis:
    """What to tell somebody whose file is no notebook."""
    return Diagnosis(
        f"What was handed in could not be read: {quoted(why, 120)}.",
        "The lesson's notebook, as JupyterLab saves it.",
        "The file was damaged on its way, or it is another file with the notebook's name.",
        "Open the file in JupyterLab, save it, and hand it in again.",
    )


def missing_cell() -> Diagnosis:
    """What to tell somebody whose notebook has no cell for an exercise."""
    return Diagnosis(
        "The notebook has no cell that answers this exercise.",
        "The cell that the lesson has for it.",
        "The cell was deleted, or moved into another notebook.",
        "The lesson as you received it; copy your answer into its cell there.",
    )


_sandbox: Sandbox | None = None
_sandbox_for: tuple[object, ...] = ()
_one_at_a_time = threading.Lock()
"""Judging seeds the global generators and puts them back, so a process judges one submission at a time."""


def grade_bytes(data: bytes) -> bytes:
    """Grade a job; the result as bytes. The function that executors run, in whatever process.

    The sandbox stays for the next job of the same assignment. Where it fails it is built anew, `ATTEMPTS` times; then
    the result says that the infrastructure failed. Raises `RefusedError` where there can be no sandbox.
    """
    job = Job.from_bytes(data)
    begun = time.monotonic()
    verdicts: tuple[Verdict, ...] = ()
    infrastructure = None
    with _one_at_a_time:
        for _ in range(ATTEMPTS):
            try:
                verdicts, infrastructure = grade(job, sandbox_for(job)), None
                break
            except RefusedError:
                close_sandbox()
                raise
            except SandboxError as error:
                close_sandbox()
                infrastructure = str(error)
    seconds = round(time.monotonic() - begun, 3)
    result = SubmissionResult(job.key, verdicts, (), job.answers, infrastructure, seconds)
    return result.to_json().encode()


def sandbox_for(job: Job) -> Sandbox:
    """The sandbox of this process for the job's assignment; that of another assignment is closed."""
    global _sandbox, _sandbox_for
    wanted = (job.exercises, job.setup, replace(job.settings, seconds=0.0))  # patience is a matter of this process
    if _sandbox is None or _sandbox_for != wanted:
        close_sandbox()
        _sandbox = Sandbox([find(exercise_id) for exercise_id in job.exercises], job.setup, job.settings)
        _sandbox_for = wanted
        Finalize(None, close_sandbox, exitpriority=1)  # workers of multiprocessing run no atexit functions
    return _sandbox


def close_sandbox() -> None:
    """Close the sandbox of this process, if there is one."""
    global _sandbox
    if _sandbox is not None:
        _sandbox.close()
        _sandbox = None
