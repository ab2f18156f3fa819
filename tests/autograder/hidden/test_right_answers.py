"""A right answer passes, however it is written: over many seeds, since cases are drawn afresh for every check."""

from typing import Any

import pytest
import right_answers
from repetitions import repetitions

from autograder.exercise import Exercise
from autograder.exercises import CATALOGUE
from autograder.notebook import verdict_on

SEEDS, SLOW_SEEDS = repetitions(2, 200), repetitions(1, 4)
LEAST_ANSWERS = 3


def parameters(answers: dict[str, list[Any]]) -> list[Any]:
    """One parameter set for each answer."""
    return [
        pytest.param(exercise_id, answer, id=f"{exercise_id}-{getattr(answer, '__name__', type(answer).__name__)}")
        for exercise_id, of_exercise in answers.items()
        for answer in of_exercise
    ]


def assert_passes(exercise_id: str, answer: Any, seeds: int) -> None:
    """The answer passes with each of so many seeds."""
    failed = {
        seed: verdict.to_text()
        for seed in range(seeds)
        if not (verdict := verdict_on(exercise_id, answer, seed)).passed
    }
    assert not failed, next(iter(failed.items()))


@pytest.mark.parametrize(("exercise_id", "answer"), parameters(right_answers.VECTORISED))
def test_a_right_answer_passes(exercise_id: str, answer: Any) -> None:
    assert_passes(exercise_id, answer, SEEDS)


@pytest.mark.parametrize(("exercise_id", "answer"), parameters(right_answers.SLOW))
def test_a_loop_passes(exercise_id: str, answer: Any) -> None:
    assert_passes(exercise_id, answer, SLOW_SEEDS)


@pytest.mark.parametrize("exercise", CATALOGUE, ids=lambda exercise: exercise.id)
def test_the_reference_passes(exercise: Exercise) -> None:
    assert_passes(exercise.id, exercise.load_reference(), SEEDS)


@pytest.mark.parametrize("exercise", CATALOGUE, ids=lambda exercise: exercise.id)
def test_there_are_enough_right_answers(exercise: Exercise) -> None:
    assert len(right_answers.VECTORISED[exercise.id]) >= LEAST_ANSWERS
