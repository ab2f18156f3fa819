"""Judging an answer: run it on fresh cases, compare with what is right, and name the mistake.

This is trusted code. It sees records made by `observe`, plain data, and nothing that a learner wrote.
"""

import contextlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from autograder.exercise import Exercise, Inputs
from autograder.running.observe import observe, same
from autograder.verdict import Diagnosis, Outcome, PartResult, Verdict
from autograder.wording import quoted

Record = dict[str, Any]
"""What `observe` wrote down about one run."""

Observe = Callable[[Inputs], Record]
"""Runs the answer under judgement on one case, wherever it lives."""


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with an answer."""

    seen: str
    expected: str
    misconception: str | None = None
    """Name of the known mistake, where what was seen gives it away."""


@dataclass(frozen=True)
class Case:
    """One input to try an answer on."""

    inputs: Inputs
    raises: str | None = None
    """Where a ValueError is called for: text that its message has to contain, in any case (may be empty)."""
    unless: str | None = None
    """Name of the known mistake of an answer that does not raise."""
    refused: str | None = None
    """Name of the known mistake of an answer that raises a ValueError although none is called for."""


@dataclass(frozen=True)
class PartTests:
    """How one part of an exercise is tried and judged."""

    cases: Callable[[random.Random], Sequence[Case]]
    """Draws fresh cases."""
    judge: Callable[[Sequence[Case], Sequence[Any]], Finding | None]
    """Given the cases that should return something and the values returned, what is wrong with them, if anything."""


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation that people write, with what to tell them."""

    name: str
    """Stable, short, in the form `like-this`."""
    likely: str
    """One sentence: the idea that is mistaken."""
    look_at: str
    """One sentence: where to look next. Never the solution."""
    answer: Any
    """The wrong implementation itself."""


@dataclass(frozen=True)
class HiddenTests:
    """The half of an exercise that no learner's process ever sees."""

    parts: dict[str, PartTests]
    """By the names of the exercise's parts."""
    mistakes: tuple[Mistake, ...]
    deterministic: bool
    """Whether right answers agree exactly, so that a mistake is known by its outputs alone."""
    tolerance: float = 0.0
    """Largest difference, absolute and relative, between outputs that count as the same."""
    few_mistakes_because: str | None = None
    """Why there are fewer than six known mistakes, where there are."""

    def mistake(self, name: str | None) -> Mistake | None:
        """The known mistake of that name."""
        return next((mistake for mistake in self.mistakes if mistake.name == name), None)


@dataclass
class Trial:
    """One part's cases with the records of the answer under judgement, and what was found."""

    cases: Sequence[Case]
    records: list[Record] = field(default_factory=list)
    finding: Finding | None = None
    crashed: bool = False


CHANGES_ARGUMENT, GLOBAL_RANDOM, LEFT_SWITCHED = "changes-argument", "global-random", "mode-left-switched"
NEEDS_CONTIGUOUS, WRONG_EXCEPTION, VALUE_NOT_NAMED = "needs-contiguous", "wrong-exception", "value-not-named"
RETURNS_NOTHING, WORDS_FOR_TENSORS, NOT_FLATTENED = "returns-nothing", "and-or-not", "not-flattened"
"""Names of the mistakes that many exercises' answers can make; `autograder.hidden.advice` has the texts."""

CRASHES = {
    "view size is not compatible": NEEDS_CONTIGUOUS,
    "Boolean value of Tensor with more than one value": WORDS_FOR_TENSORS,
    "Expected target size": NOT_FLATTENED,
}
"""How torch's message begins, and the mistake behind it."""


def judge(exercise: Exercise, hidden: HiddenTests, observe_answer: Observe, seed: int) -> Verdict:
    """Judge one answer.

    Args:
        exercise: what was asked.
        hidden: cases, judging and known mistakes of that exercise.
        observe_answer: runs the answer on a case and returns the record.
        seed: the same seed gives the same cases.

    Returns:
        The verdict; points are the sum over the parts that nothing was found wrong with.
    """
    with one_thread():
        return judge_parts(exercise, hidden, observe_answer, seed)


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let torch compute in this thread alone.

    Tensors are small here, and threads that wait for one another make a check on a busy machine twenty times slower.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def judge_parts(exercise: Exercise, hidden: HiddenTests, observe_answer: Observe, seed: int) -> Verdict:
    """`judge`, in whatever number of threads."""
    trials = {}
    for part in exercise.parts:
        tests = hidden.parts[part.name]
        trial = Trial(tests.cases(random.Random(f"{seed}/{exercise.id}/{part.name}")))
        trial.records = [observe_answer(case.inputs) for case in trial.cases]
        trial.finding = examine(exercise, trial, tests)
        trials[part.name] = trial
    if all(is_unwritten(record) for trial in trials.values() for record in trial.records):
        return not_attempted(exercise)
    parts = tuple(PartResult(part.title, part.points, trials[part.name].finding is None) for part in exercise.parts)
    points = sum(part.points for part in parts if part.passed)
    failed = [trials[part.name] for part in exercise.parts if trials[part.name].finding]
    if not failed:
        return Verdict(exercise.id, exercise.title, Outcome.PASSED, points, exercise.points, parts)
    finding, mistake = recognize(exercise, hidden, failed, list(trials.values()))
    outcome = Outcome.CODE_FAILED if all(trial.crashed for trial in trials.values()) else Outcome.NOT_PASSED
    if points:
        outcome = Outcome.PARTLY
    return Verdict(
        exercise.id,
        exercise.title,
        outcome,
        points,
        exercise.points,
        parts,
        diagnosis(finding, mistake, exercise),
        mistake.name if mistake else None,
    )


def is_unwritten(record: Record) -> bool:
    """Whether the run met a stub that nobody has filled in."""
    raised = record.get("raised")
    return isinstance(raised, dict) and raised.get("is_not_implemented") is True


def not_attempted(exercise: Exercise) -> Verdict:
    """The verdict on a stub."""
    parts = tuple(PartResult(part.title, part.points, False) for part in exercise.parts)
    return Verdict(exercise.id, exercise.title, Outcome.NOT_ATTEMPTED, 0, exercise.points, parts)


def code_failed(exercise: Exercise, told: Diagnosis) -> Verdict:
    """The verdict on an answer that could not be run to the end: its file raised, hung or left the process."""
    parts = tuple(PartResult(part.title, part.points, False) for part in exercise.parts)
    return Verdict(exercise.id, exercise.title, Outcome.CODE_FAILED, 0, exercise.points, parts, told)


def examine(exercise: Exercise, trial: Trial, tests: PartTests) -> Finding | None:
    """What is wrong with the records of one part: first what holds for every exercise, then the part's own judging."""
    returned_cases, values = [], []
    for case, record in zip(trial.cases, trial.records, strict=True):
        if case.raises is None and record.get("raised") is not None:
            trial.crashed = True
            return crash(case, record["raised"])
    for case, record in zip(trial.cases, trial.records, strict=True):
        raised = record.get("raised")
        if raised is None and case.raises is not None:
            return Finding(
                f"It returned a result for {describe(case)}.",
                "A ValueError whose message names the bad value.",
                case.unless,
            )
        if raised is not None and case.raises is not None:
            finding = examine_error(case, raised)
            if finding:
                return finding
            continue
        returned_cases.append(case)
        values.append(record.get("value"))
    # An argument that changed spoils every later comparison, so it is named first.
    finding = changed_argument(trial.records) or judged(exercise, tests, returned_cases, values)
    if finding and finding.misconception:
        return finding
    return global_randomness_used(trial.records) or mode_left_switched(trial.records) or finding


def crash(case: Case, raised: dict[str, Any]) -> Finding:
    """The finding on an exception where a result was asked for."""
    room = 100  # for both, so that the whole stays one short line
    message = quoted(raised["message"], max(60, room - len(raised["line"]))).rstrip(".") or "no message"
    line = f" in the line `{quoted(raised['line'], room - len(message))}`" if raised["line"] else ""
    misconception = next((name for start, name in CRASHES.items() if raised["message"].startswith(start)), None)
    return Finding(
        f"It raised {quoted(raised['type'], 30)}: {message}{line}.",
        "A result.",
        case.refused if raised["is_value_error"] else misconception,
    )


def judged(exercise: Exercise, tests: PartTests, cases: Sequence[Case], values: Sequence[Any]) -> Finding | None:
    """The part's own judging, which may take for granted that values have the form that `exercise.run` gives them.

    A process that a learner's code runs in can send something else. That is the answer's fault, whereas an error on
    values of the right form is ours.
    """
    try:
        return tests.judge(cases, values)
    except Exception:
        right = [observe(exercise.run, exercise.load_reference(), case.inputs).get("value") for case in cases]
        if form(right) == form(values):
            raise
        return Finding("What came back has another form than a result has.", "What the docstring says is returned.")


def form(value: Any) -> Any:
    """What a plain value looks like, without its contents."""
    if isinstance(value, torch.Tensor):
        return value.dtype, tuple(value.shape)
    if isinstance(value, list):
        return [form(item) for item in value]
    if isinstance(value, dict):
        return {key: form(item) for key, item in value.items()}
    return type(value)


def examine_error(case: Case, raised: dict[str, Any]) -> Finding | None:
    """Whether the exception is the one that was called for."""
    if not raised["is_value_error"]:
        return Finding(
            f"It raised {quoted(raised['type'], 30)} for {describe(case)}.",
            "A ValueError whose message names the bad value.",
            WRONG_EXCEPTION,
        )
    if not raised["message"] or (case.raises or "").lower() not in raised["message"].lower():
        return Finding(
            f"It raised a ValueError saying “{quoted(raised['message'], 80)}” for {describe(case)}.",
            "A message that names the bad value.",
            VALUE_NOT_NAMED,
        )
    return None


def describe(case: Case) -> str:
    """The plain values of a case that are numbers, for messages about bad values."""
    return f"the bad value {case.raises}" if case.raises else "input that should be refused"


def changed_argument(records: Sequence[Record]) -> Finding | None:
    """Whether a call wrote into what it was given."""
    names = sorted({name for record in records for name in record["changed"]})
    if not names:
        return None
    listed = " and ".join(f"`{name}`" for name in names)
    return Finding(f"After the call, {listed} had changed.", "Arguments left as they were.", CHANGES_ARGUMENT)


def global_randomness_used(records: Sequence[Record]) -> Finding | None:
    """Whether a call moved a global random generator."""
    if not any(record["global_random"] for record in records):
        return None
    return Finding(
        "A global random generator moved during the call.",
        "No draw, except from a generator that is an argument.",
        GLOBAL_RANDOM,
    )


def mode_left_switched(records: Sequence[Record]) -> Finding | None:
    """Whether a call left one of torch's modes in another state."""
    names = sorted({name for record in records for name in record["switched"]})
    if not names:
        return None
    return Finding(
        f"After the call, torch's {' and '.join(names)} had changed, for everything that runs later.",
        "Modes as they were before.",
        LEFT_SWITCHED,
    )


def recognize(
    exercise: Exercise, hidden: HiddenTests, failed: Sequence[Trial], trials: Sequence[Trial]
) -> tuple[Finding, Mistake | None]:
    """What to tell about an answer, and the known mistake behind it.

    A mistake that gives exactly the same outputs comes first: in every part, else in the first failed part. After that
    comes the first finding that names one; it is told with its own mistake, so that the lines belong together.
    """
    findings = [trial.finding for trial in failed if trial.finding]
    if hidden.deterministic and not any(trial.crashed for trial in failed):
        for compared in (trials, failed[:1]):
            for mistake in hidden.mistakes:
                if all(agrees(exercise, hidden, mistake, trial) for trial in compared):
                    return findings[0], mistake
    # What an answer that crashed does elsewhere, such as with bad values, says nothing about the crash.
    telling = findings[:1] if failed[0].crashed else findings
    for finding in telling:
        known = hidden.mistake(finding.misconception)
        if known:
            return finding, known
    return findings[0], None


def agrees(exercise: Exercise, hidden: HiddenTests, mistake: Mistake, trial: Trial) -> bool:
    """Whether the wrong implementation gives the records of this trial."""
    for case, record in zip(trial.cases, trial.records, strict=True):
        theirs = observe(exercise.run, mistake.answer, case.inputs)
        if ("raised" in theirs) != ("raised" in record) or theirs["changed"] != record["changed"]:
            return False
        if not same(theirs.get("value"), record.get("value"), hidden.tolerance):
            return False
    return True


def diagnosis(finding: Finding, mistake: Mistake | None, exercise: Exercise) -> Diagnosis:
    """Four lines from a finding and the mistake behind it, or the best advice there is without one."""
    if mistake:
        return Diagnosis(finding.seen, finding.expected, mistake.likely, mistake.look_at)
    return Diagnosis(
        finding.seen,
        finding.expected,
        "None of the mistakes we know gives exactly this, so it is one of your own.",
        f"Compare the docstring's example with what your `{exercise.name}` gives for it, one value at a time.",
    )
