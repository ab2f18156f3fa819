"""Judging an answer: run it on fresh cases, compare with what is right, and name the mistake.

This is trusted code. It sees records made by `observe`, plain data, and nothing that a learner wrote.
"""

import contextlib
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from autograder.calls import CALLS
from autograder.exercise import Exercise, Inputs, Part
from autograder.judging.advice import (
    DETACHED,
    IGNORES_ARGUMENT,
    IGNORES_INPUT,
    RETURNS_NOTHING,
    WRONG_DTYPE,
    mistake_named,
)
from autograder.judging.conditions import CONDITIONS, EXCEPT, ONLY_THERE, there_alone, under
from autograder.judging.counterexample import is_wrong, is_wrong_refusal, smallest
from autograder.judging.crashes import NEEDS_CONTIGUOUS, crash_mistake
from autograder.judging.findings import draws, examine
from autograder.judging.parts import (
    Case,
    Compare,
    Finding,
    HiddenTests,
    Mistake,
    PartTests,
    Record,
    Refuse,
    Run,
    Sample,
    Tried,
    Way,
    raised_wrongly,
    results,
)
from autograder.judging.recognize import only_one, same_counts, same_records
from autograder.judging.values import same_form
from autograder.judging.vary import ignored_argument, ignores_all, needed_condition
from autograder.running.observe import STRIDED, observe
from autograder.verdict import Counterexample, Diagnosis, Outcome, PartResult, Verdict

Observe = Callable[[Inputs], Record]
"""Runs the answer under judgement on one case, wherever it lives."""
KnownCases = tuple[Way, Sequence[tuple[Case, Record]]]
"""One way to judge, with its cases and the right record of each."""


@dataclass
class Trial:
    """One part's cases with the records of the answer under judgement, and what was found."""

    part: Part
    tried: Sequence[Tried]
    finding: Finding | None

    @property
    def runs(self) -> list[Run]:
        """All runs, in order."""
        return [run for _, runs in self.tried for run in runs]

    @property
    def crashed(self) -> bool:
        """Whether an exception came where a result should have."""
        return any(raised_wrongly(run) for run in self.runs)


def judge(
    exercise: Exercise, hidden: HiddenTests, observe_answer: Observe, seed: int, explain: bool = False
) -> Verdict:
    """Judge one answer.

    Args:
        exercise: what was asked.
        hidden: cases, judging and known mistakes of that exercise.
        observe_answer: runs the answer on a case and returns the record.
        seed: the same seed gives the same cases.
        explain: whether to look for a counterexample and show it, with inputs and right values.

    Returns:
        The verdict; points are the sum over the parts that nothing was found wrong with.
    """
    with one_thread():
        return judge_parts(exercise, hidden, observe_answer, seed, explain)


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


def judge_parts(exercise: Exercise, hidden: HiddenTests, ask: Observe, seed: int, explain: bool) -> Verdict:
    """`judge`, in whatever number of threads."""
    trials = [try_part(exercise, part, hidden.parts[part.name], ask, seed) for part in exercise.parts]
    if all(is_unwritten(run.record) for trial in trials for run in trial.runs):
        return not_attempted(exercise)
    failed = [trial for trial in trials if trial.finding]
    if not failed:
        parts = tuple(PartResult(part.title, part.points, True) for part in exercise.parts)
        return Verdict(exercise.id, exercise.title, Outcome.PASSED, exercise.points, exercise.points, parts)
    rng = random.Random(f"{seed}/{exercise.id}/again")
    finding, mistake = recognized(exercise, hidden, trials, failed, ask, rng)
    earns = mistake is None or mistake.name != IGNORES_INPUT
    parts = tuple(PartResult(each.part.title, each.part.points, earns and not each.finding) for each in trials)
    points = sum(part.points for part in parts if part.passed)
    outcome = Outcome.CODE_FAILED if all(trial.crashed for trial in trials) else Outcome.NOT_PASSED
    example = smallest(exercise, failed[0].tried, ask, rng) if explain else None
    return Verdict(
        exercise.id,
        exercise.title,
        Outcome.PARTLY if points else outcome,
        points,
        exercise.points,
        parts,
        diagnosis(finding, mistake, example),
        mistake.name if mistake else None,
        example,
    )


def try_part(exercise: Exercise, part: Part, tests: PartTests, ask: Observe, seed: int) -> Trial:
    """Draw the cases of a part, run the answer and the reference on them, and look at the records."""
    return try_known(part, known_cases(exercise, part, tests, seed), ask)


def known_cases(exercise: Exercise, part: Part, tests: PartTests, seed: int) -> Iterator[KnownCases]:
    """The cases of a part, drawn as they are asked for, each with what the reference does."""
    rng = random.Random(f"{seed}/{exercise.id}/{part.name}")
    reference = exercise.load_reference()
    for way in tests:
        cases = way.draw(exercise, rng)
        rights = [right_record(exercise, reference, way, case.inputs) for case in cases]
        for case, right in zip(cases, rights, strict=True):
            if case.raises is None and "raised" in right:
                raise RuntimeError(f"{exercise.id}: the reference stops at a case of {part.name}: {right['raised']}")
        yield way, [*zip(cases, rights, strict=True)]


def try_known(part: Part, known: Iterable[KnownCases], ask: Observe) -> Trial:
    """Run the answer on cases of which the right records are known, and look at its own."""
    tried = [(way, [Run(case, ask(case.inputs), right) for case, right in cases]) for way, cases in known]
    return Trial(part, tried, examined(tried))


def right_record(exercise: Exercise, reference: Any, way: Way, inputs: Inputs) -> Record:
    """What the reference does. Of a sample it is the form alone that matters, which one call shows for all."""
    if not isinstance(way, Sample) or CALLS not in inputs:
        return observe(exercise.run, reference, inputs)
    record = observe(exercise.run, reference, inputs | {CALLS: 1})
    return record | {"value": record["value"] * inputs[CALLS]} if "value" in record else record


def examined(tried: Sequence[Tried]) -> Finding | None:
    """What is wrong with the records, which a process that a learner's code runs in may have made of anything.

    That is the answer's fault, whereas an error on values of the right form is ours.
    """
    try:
        return examine(tried)
    except Exception:
        runs = [run for _, each in tried for run in results(each)]
        if all(same_form(run.record["value"], run.right.get("value")) for run in runs):
            raise
        return Finding(
            "What came back has another form than a result has.", "What the docstring says is returned.", "wrong-type"
        )


def goes_wrong(way: Way, run: Run) -> bool:
    """Whether one run shows that an answer is wrong; where only many of them do, none does."""
    if isinstance(way, Compare):
        return is_wrong(way, run)
    return is_wrong_refusal(run) if isinstance(way, Refuse) else raised_wrongly(run)


def is_unwritten(record: Record) -> bool:
    """Whether the run met a stub that nobody has filled in.

    Torch raises the same exception, for a module without `forward` or a type that an operator does not know.
    """
    raised = record.get("raised")
    if not isinstance(raised, dict) or not raised.get("is_not_implemented"):
        return False
    return not raised["message"] or raised["line"].startswith("raise NotImplementedError")


def not_attempted(exercise: Exercise) -> Verdict:
    """The verdict on a stub."""
    parts = tuple(PartResult(part.title, part.points, False) for part in exercise.parts)
    return Verdict(exercise.id, exercise.title, Outcome.NOT_ATTEMPTED, 0, exercise.points, parts)


def code_failed(exercise: Exercise, told: Diagnosis, misconception: str | None = None) -> Verdict:
    """The verdict on an answer that could not be run to the end: its file raised, hung or left the process."""
    parts = tuple(PartResult(part.title, part.points, False) for part in exercise.parts)
    return Verdict(exercise.id, exercise.title, Outcome.CODE_FAILED, 0, exercise.points, parts, told, misconception)


def recognized(
    exercise: Exercise,
    hidden: HiddenTests,
    trials: Sequence[Trial],
    failed: Sequence[Trial],
    ask: Observe,
    rng: random.Random,
) -> tuple[Finding, Mistake | None]:
    """What to tell about an answer, and the mistake behind it, if one is known.

    First a mistake that does the same in everything that was seen; then what the first finding shows by itself.
    """
    finding = failed[0].finding
    assert finding is not None
    finding = as_far_as_it_holds(finding, wrong_runs(failed))
    tried = [each for trial in trials for each in trial.tried]
    somewhere = finding.elsewhere is not None  # where the form is wrong under one condition alone
    formed = (somewhere or finding.misconception not in FORMS) and not any(trial.crashed for trial in trials)
    if draws(exercise):
        known = same_counts(exercise, hidden, tried)
        if known is not None:
            return finding, known
    else:

        def redraw(number: int) -> list[Case]:
            again = random.Random(f"{rng.random()}/{number}")
            return [case for trial in trials for way, _ in trial.tried for case in way.draw(exercise, again)]

        same = same_records(exercise, hidden, tried, ask, redraw)
        own = same is not None and same[0].answer is not None
        if not own and formed and ignores_all(exercise, tried, ask, rng):
            return finding, mistake_named(IGNORES_INPUT)  # also where the softmax of one number is always 1
        if same is None:
            same = alone_in(failed[0], exercise, hidden, ask, rng)
        if same is not None:
            mistake, about = same
            return finding, filled(mistake, {**finding.about, **about})
    if draws(exercise) and formed and ignores_all(exercise, tried, ask, rng):
        return finding, mistake_named(IGNORES_INPUT)
    if finding.misconception is None or finding.misconception in UNTOLD:
        if condition := needed_condition(exercise, tried, ask):
            name, words = CONDITIONS[condition]
            return replace(finding, seen=there_alone(words, finding.seen)), mistake_named(name)
        argument = None if any(trial.crashed for trial in trials) else ignored_argument(exercise, tried, ask, rng)
        if argument:
            ignored = mistake_named(IGNORES_ARGUMENT)
            assert ignored is not None
            return finding, filled(ignored, {"argument": f"`{argument}`"})
    last = finding.misconception or hidden.otherwise.get(failed[0].part.name)
    shown = hidden.mistake(last) or mistake_named(last)
    if last == NEEDS_CONTIGUOUS and not all(STRIDED in run.case.conditions for run in wrong_runs(failed)):
        shown = crash_mistake(last)  # what `view` wants is true whatever else is wrong
    return finding, filled(shown, finding.about) if shown else None


def as_far_as_it_holds(finding: Finding, wrong: Sequence[Run]) -> Finding:
    """What was found, without "only there" where some run goes wrong elsewhere, in this part or another."""
    where, only_there, seen = finding.seen.partition(ONLY_THERE)
    if not only_there or finding.misconception == "needs-dimensions":
        return finding
    if all(under(run, where.removeprefix("Where ")) for run in wrong):
        return finding
    name = finding.misconception or ""
    said_so = name in EXCEPT or name.startswith("only-where-")
    told = finding.elsewhere if said_so else name or None
    return replace(finding, seen=f"{seen[0].upper()}{seen[1:]}", misconception=told)


def wrong_runs(trials: Sequence[Trial]) -> list[Run]:
    """The runs that each show by themselves that the answer is wrong."""
    return [run for trial in trials for way, runs in trial.tried for run in runs if goes_wrong(way, run)]


def alone_in(
    trial: Trial, exercise: Exercise, hidden: HiddenTests, ask: Observe, rng: random.Random
) -> tuple[Mistake, Mapping[str, str]] | None:
    """The one known mistake that does the same as an answer with several mistakes, in the part that is told about."""
    ways = [way for way, _ in trial.tried]

    def redraw(number: int) -> list[Case]:
        again = random.Random(f"{rng.random()}/{number}")
        return [case for way in ways for case in way.draw(exercise, again)]

    return only_one(exercise, hidden, trial.tried, ask, redraw)


FORMS = frozenset(
    {
        RETURNS_NOTHING,
        WRONG_DTYPE,
        "wrong-type",
        "number-for-tensor",
        "list-for-tensor",
        "tensor-for-number",
        "wrong-size",
    }
)
"""What is said of a result before whether it depends on anything."""
ONE_SIDED = frozenset({"true-too-often", "true-too-rarely"})
UNTOLD = frozenset({"another-value-there", "offset", "wrong-in-places", "argument-there", DETACHED}) | ONE_SIDED
"""What says less than which argument makes no difference."""


def filled(mistake: Mistake, about: Mapping[str, str]) -> Mistake:
    """The texts of a mistake, with what they speak of."""
    if mistake.answer is not None:  # an exercise's own texts speak of nothing that is seen only now
        return mistake
    texts = [text.format_map(about) for text in (mistake.likely, mistake.look_at)]
    return Mistake(mistake.name, texts[0], texts[1])


def diagnosis(finding: Finding, mistake: Mistake | None, example: Counterexample | None) -> Diagnosis:
    """Four lines from a finding and the mistake behind it, or the way to find it where none is known."""
    if mistake:
        return Diagnosis(finding.seen, finding.expected, mistake.likely, mistake.look_at)
    return Diagnosis(
        finding.seen,
        finding.expected,
        "This is none of the mistakes that we know.",
        "The case below, the smallest we found: follow it through your code, one value at a time."
        if example
        else "A case so small that you know the result: follow it through your code, one value at a time.",
    )
