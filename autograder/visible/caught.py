"""What share of the mistakes that people make the check of a class finds."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.exercise import Exercise, Inputs
from autograder.judging.generic import variants
from autograder.judging.judge import KnownCases, known_cases, one_thread, try_known
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
    known, of_a_class, full = right_records(exercise, tests), check_of_a_class(exercise), full_check(exercise, tests)
    for name, answer in wrong_answers(exercise, tests):
        visible = is_caught(of_a_class, answer)
        if visible or (makes_a_difference(exercise, answer, known) and full.finds_fault(answer)):
            found[not visible].append(name)
    return Caught(tuple(found[0]), tuple(found[1]))


def wrong_answers(exercise: Exercise, tests: HiddenTests) -> Iterator[tuple[str, Any]]:
    """The known mistakes, then the generic ones."""
    yield from ((mistake.name, mistake.answer) for mistake in tests.mistakes if mistake.answer is not None)
    for name, _, answer in variants(exercise.load_reference()):
        ask = observer(exercise, answer)
        if any("value" in ask(loaded(case)) for case in exercise.visible if case.counts is None):
            yield name, answer


class Check:
    """Ways of judging an exercise, the cases of each drawn once for all answers, when the first gets that far."""

    def __init__(self, exercise: Exercise, ways: Sequence[Way]) -> None:
        self.exercise = exercise
        self._ways = ways
        self._known: list[KnownCases] = []

    def finds_fault(self, answer: Any) -> bool:
        """Whether one of the ways finds fault with an answer, tried up to the first that does."""
        ask = observer(self.exercise, answer)
        with one_thread():
            return any(try_known(PART, (known,), ask).finding for known in self._each())

    def _each(self) -> Iterator[KnownCases]:
        for place, way in enumerate(self._ways):
            if place == len(self._known):
                self._known += known_cases(self.exercise, PART, (way,), SEED)
            yield self._known[place]


def check_of_a_class(exercise: Exercise) -> Check:
    """The visible cases; the docstring's example is no part of them."""
    alone, tests = in_parts(exercise)
    return Check(alone, tests.parts[PART.name])


def full_check(exercise: Exercise, tests: HiddenTests) -> Check:
    """The full tests of all parts."""
    return Check(exercise, [way for part in exercise.parts for way in tests.parts[part.name]])


def is_caught(of_a_class: Check, answer: Any) -> bool:
    """Whether the check that a class has finds fault with an answer; what it would say of it is not looked for."""
    return not verdict_on_examples(of_a_class.exercise, answer).passed or of_a_class.finds_fault(answer)


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
