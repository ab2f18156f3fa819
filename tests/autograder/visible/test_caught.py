"""What the check of a class finds of the mistakes that people make."""

from dataclasses import replace

import pytest

from autograder import hidden
from autograder.audit import LEAST_CAUGHT
from autograder.exercise import Exercise
from autograder.exercises import CATALOGUE, find
from autograder.visible.caught import (
    Caught,
    caught,
    check_of_a_class,
    full_check,
    is_caught,
    makes_a_difference,
    right_records,
)

pytestmark = pytest.mark.slow
LABELS = find("mlm.mlm_labels")
GENERIC = {"nsp.sample_pairs": 5, "pretraining.masked_accuracy": 5, "pretraining.train_step": 4}
GENERIC |= {"pretraining.checkpoint": 0, "heads.HEAD_FOR_TASK": 0, "heads.align_labels": 6, "heads.best_span": 8}
GENERIC |= {"finetuning.entity_f1": 3, "finetuning.training_flops": 5}
"""How many generic mistakes there are at least, where fewer than usual: most are made of tensors, all of functions."""
FEWEST_RECORDS = {"heads.HEAD_FOR_TASK": 3}
"""Inputs of the full tests, where there are few: a value takes none, and is looked at once for each part."""


@pytest.mark.parametrize("exercise", CATALOGUE, ids=lambda exercise: exercise.id)
def test_enough_mistakes_are_caught(exercise: Exercise) -> None:
    tests = hidden.load(exercise.id)
    found = caught(exercise, tests)
    assert found.share >= LEAST_CAUGHT, found.through
    known = {mistake.name for mistake in tests.mistakes if mistake.answer is not None}
    assert known <= {*found.caught, *found.through}
    assert len(found.caught) + len(found.through) >= len(known) + GENERIC.get(exercise.id, 15)


@pytest.mark.parametrize("exercise", CATALOGUE, ids=lambda exercise: exercise.id)
def test_the_reference_is_not_caught(exercise: Exercise) -> None:
    assert not is_caught(check_of_a_class(exercise), exercise.load_reference())
    known = right_records(exercise, hidden.load(exercise.id))
    assert len(known) >= FEWEST_RECORDS.get(exercise.id, 6)
    assert not makes_a_difference(exercise, exercise.load_reference(), known)
    assert makes_a_difference(exercise, lambda *_: None, known)


def test_what_the_example_alone_lets_through_is_counted() -> None:
    """The docstring's example with one other case: token 0 stands nowhere in it."""
    alone = replace(LABELS, visible=LABELS.visible[1:2])
    found = caught(alone, hidden.load(LABELS.id))
    assert "drops-token-zero" in found.through
    assert found.share < 1


def test_a_wrong_answer_is_wrong_in_full() -> None:
    full = full_check(LABELS, hidden.load(LABELS.id))
    assert full.finds_fault(lambda ids, selected: ids)
    assert not full.finds_fault(LABELS.load_reference())
    assert full.finds_fault(lambda ids, selected: ids.zero_())  # into a copy of its own
    assert not full.finds_fault(LABELS.load_reference())


def test_the_share() -> None:
    assert Caught(("a", "b", "c"), ("d",)).share == 0.75
    assert Caught((), ()).share == 1.0
