"""The visible cases of an exercise, judged by the core that judges everything.

The inputs are public, so a case in which an answer goes wrong is shown with what should have come.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from autograder.calls import BEFORE, CALLS, EVALUATION, KEPT
from autograder.counting import Count, Occurrences
from autograder.exercise import Exercise, Inputs, Part, VisibleCase
from autograder.judging.draw import DOUBLE, Draw
from autograder.judging.findings import draws
from autograder.judging.independence import dependences
from autograder.judging.judge import judge
from autograder.judging.parts import (
    AGAIN,
    TOLERANCES,
    Case,
    Compare,
    HiddenTests,
    Mistake,
    Refuse,
    Sample,
    Source,
    Way,
    named,
    saying,
)
from autograder.judging.values import same_form
from autograder.running.observe import STRIDED, observe
from autograder.verdict import Outcome
from autograder.visible.examples import verdict_on_examples
from autograder.visible.outcome import CASES, VisibleVerdict

PART = Part("visible", "it does what the visible cases show", 1)
ROUNDING = TOLERANCES | {torch.float32: 2e-4}
"""How far right values may lie apart. What sets formulas apart is seen in double."""
SEED = 0
"""Nothing is drawn but in which order further inputs are tried."""

SOME_REFUSED = Mistake(
    "some-refused",
    "Bad values are refused, but not this one.",
    "The condition in front of your `raise`: what does it say of this value?",
)
WRONG = ("{} of the values were not the right ones, where nothing is left to chance.", "None of them.")


@dataclass(frozen=True)
class Shown(Compare):
    """The comparison on cases that are written out, and on no others."""

    shown: Sequence[VisibleCase] = ()

    def draw(self, exercise: Exercise, rng: random.Random, small: int = 0) -> list[Case]:
        """The cases, the same every time."""
        return [Case(loaded(each), conditions_of(exercise, each)) for each in self.shown]


def verdict_on_visible(exercise: Exercise, answer: Any) -> VisibleVerdict:
    """Run the examples of an exercise's docstring, then its visible cases, on an answer that lives in this process.

    Raises:
        NoExampleError: if the docstring has no example.
    """
    seen = verdict_on_examples(exercise, answer)
    if seen.outcome is Outcome.NOT_ATTEMPTED or not exercise.visible:
        return seen
    # A value of many entries makes no table that can be followed by hand.
    found = judge(*in_parts(exercise), observer(exercise, answer), SEED, explain=not exercise.entries)
    if not seen.passed:
        # What the example gave is easiest to follow; the cases may tell what it comes from.
        told = seen.diagnosis
        if found.misconception and found.diagnosis and told:
            told = replace(told, likely=found.diagnosis.likely, look_at=found.diagnosis.look_at)
        return replace(seen, diagnosis=told, misconception=found.misconception)
    return VisibleVerdict(
        exercise.id,
        exercise.title,
        found.outcome,
        0,
        0,
        (),
        found.diagnosis,
        found.misconception,
        found.counterexample,
        len(exercise.visible),
        CASES,
    )


def observer(exercise: Exercise, answer: Any) -> Callable[[Inputs], dict[str, Any]]:
    """Runs the answer on given inputs."""
    return lambda inputs: observe(exercise.run, answer, inputs)


def in_parts(exercise: Exercise) -> tuple[Exercise, HiddenTests]:
    """The exercise as one part, and its visible cases as the tests of that."""
    told = (Mistake(named(name), *texts[2:]) for name, texts in exercise.entries.items())
    return replace(exercise, parts=(PART,)), HiddenTests({PART.name: tuple(ways(exercise))}, (SOME_REFUSED, *told))


def ways(exercise: Exercise) -> Iterator[Way]:
    """How the visible cases are judged: values beside the reference's, refusals, where draws come from, counts."""
    refused = [case for case in exercise.visible if case.raises is not None]
    counted = [case for case in exercise.visible if case.counts is not None]
    compared = [case for case in exercise.visible if case.raises is None and case.counts is None]
    if compared:
        words = {name: saying(*texts[:2], named(name)) for name, texts in exercise.entries.items()}
        if draws(exercise):  # at few positions much is the same by luck, so nothing is told from patterns
            yield Shown(lambda draw: loaded(compared[0]), shown=compared, shows=WRONG)
        else:
            yield Shown(
                lambda draw: shuffled(loaded(compared[0]), draw), tolerances=ROUNDING, words=words, shown=compared
            )
    if refused:
        yield Refuse(
            lambda draw: [
                Case(loaded(case), raises=case.raises, unless=SOME_REFUSED.name if place else None)
                for place, case in enumerate(refused)
            ]
        )
    if counted and draws(exercise):
        yield Source(lambda draw: loaded(counted[0]))
    if counted:
        yield Sample(
            lambda draw: [loaded(case) for case in counted], lambda *given: counts_of(exercise, counted, *given)
        )


def loaded(case: VisibleCase) -> Inputs:
    """The inputs of a case, with how they lie in memory."""
    return case.load() | ({STRIDED: True} if case.strided else {})


def conditions_of(exercise: Exercise, case: VisibleCase) -> frozenset[str]:
    """What is special about a case: a condition that the core has a name for, or what the case's title says.

    Not the title where an answer draws: then most is seen in the counts, and the other cases being right says little.
    """
    inputs = case.load()
    double = any(isinstance(each, torch.Tensor) and each.dtype == torch.float64 for each in inputs.values())
    for condition, holds in (
        (STRIDED, case.strided),
        (EVALUATION, inputs.get(EVALUATION)),
        (KEPT, inputs.get(KEPT)),
        (AGAIN, BEFORE in inputs),
        (DOUBLE, double),
    ):
        if holds:
            return frozenset({condition})
    return frozenset() if draws(exercise) else frozenset({case.title})


def shuffled(inputs: Inputs, draw: Draw) -> Inputs:
    """The same with the numbers of each tensor in another order: what a result depends on is seen by that."""
    return {
        name: value.flatten()[draw.permutation(value.numel())].view(value.shape)
        if isinstance(value, torch.Tensor)
        else value
        for name, value in inputs.items()
    }


def counts_of(
    exercise: Exercise, cases: Sequence[VisibleCase], inputs: Sequence[Inputs], values: Sequence[Any]
) -> Iterator[Count]:
    """What is counted in all cases, with everything that occurrences must not depend on.

    Nothing where the answer stopped at a case, and nothing from a value of another form on.
    """
    if len(values) < len(cases):
        return
    for case, given, draws_of in zip(cases, inputs, values, strict=True):
        (right,) = observe(exercise.run, exercise.load_reference(), given | {CALLS: 1})["value"]
        if case.counts is None or not all(same_form(each, right) for each in draws_of):
            return
        for each in case.counts(given, draws_of):
            if isinstance(each, Occurrences):
                yield from dependences(
                    each.name, each.what, each.happened, each.possible, each.probability, each.attributes, each.words
                )
            else:
                yield each
