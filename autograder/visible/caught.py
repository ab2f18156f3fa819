"""What share of the mistakes that people make the check of a class finds."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.exercise import Exercise, Inputs
from autograder.judging.generic import variants
from autograder.judging.judge import one_thread, try_part
from autograder.judging.parts import HiddenTests, Record, Sample, Way
from autograder.running.observe import observe, same
from autograder.visible.cases import PART, in_parts, loaded, observer
from autograder.visible.examples import verdict_on_examples

SEED = 0
"""Draws the full tests' cases."""


@dataclass(frozen=True)
class Caught:
    """Wrong answers to an exercise, by whether the visible check finds fault with them: names of mistakes."""

    caught: tuple[str, ...]
    through: tuple[str, ...]

    @property
    def share(self) -> float:
        """Of all of them, those that are caught; 1 where there are none."""
        total = len(self.caught) + len(self.through)
        return len(self.caught) / total if total else 1.0


def caught(exercise: Exercise, tests: HiddenTests) -> Caught:
    """Try the known mistakes, and those made of the reference, on an exercise's example and visible cases.

    What is made of the reference counts where it gives a result in one visible case at least, and where the full tests
    find fault with it: not every change makes a difference to every function.
    """
    found: tuple[list[str], list[str]] = [], []
    known = right_records(exercise, tests)
    for name, answer in wrong_answers(exercise, tests):
        visible = is_caught(exercise, answer)
        if visible or (makes_a_difference(exercise, answer, known) and is_wrong(exercise, tests, answer)):
            found[not visible].append(name)
    return Caught(tuple(found[0]), tuple(found[1]))


def wrong_answers(exercise: Exercise, tests: HiddenTests) -> Iterator[tuple[str, Any]]:
    """The known mistakes, then the generic ones."""
    yield from ((mistake.name, mistake.answer) for mistake in tests.mistakes if mistake.answer is not None)
    for name, _, answer in variants(exercise.load_reference()):
        ask = observer(exercise, answer)
        if any("value" in ask(loaded(case)) for case in exercise.visible if case.counts is None):
            yield name, answer


def is_caught(exercise: Exercise, answer: Any) -> bool:
    """Whether the check that a class has finds fault with an answer; what it would say of it is not looked for."""
    if not verdict_on_examples(exercise, answer).passed:
        return True
    alone, tests = in_parts(exercise)
    return fails(alone, answer, tests.parts[PART.name])


def right_records(exercise: Exercise, tests: HiddenTests) -> list[tuple[Inputs, Record]]:
    """Inputs of the full tests that are soon tried, each with what the reference does."""
    rng, reference = random.Random(SEED), exercise.load_reference()
    few = [way for ways in tests.parts.values() for way in ways if not isinstance(way, Sample)]
    inputs = [case.inputs for way in few for case in way.draw(exercise, rng)]
    return [(each, observe(exercise.run, reference, each)) for each in inputs]


def makes_a_difference(exercise: Exercise, answer: Any, known: Sequence[tuple[Inputs, Record]]) -> bool:
    """Whether an answer does anything that the reference does not, with the same seeds.

    What an error says is left to its author, and may name a folder that is another each time.
    """
    return any(
        not same(_without_words(observe(exercise.run, answer, inputs)), _without_words(right))
        for inputs, right in known
    )


def _without_words(record: Record) -> Record:
    said = ("message", "line")
    raised = {name: value for name, value in record.get("raised", {}).items() if name not in said}
    return record | {"raised": raised} if raised else record


def is_wrong(exercise: Exercise, tests: HiddenTests, answer: Any) -> bool:
    """Whether the full tests find fault with an answer."""
    return any(fails(exercise, answer, tests.parts[part.name]) for part in exercise.parts)


def fails(exercise: Exercise, answer: Any, ways: Sequence[Way]) -> bool:
    """Whether one of these ways finds fault with an answer, tried up to the first that does."""
    ask = observer(exercise, answer)
    with one_thread():
        return any(try_part(exercise, PART, (way,), ask, SEED).finding for way in ways)
