"""A training that was sent as a plan is built again, and shows what was done to it."""

from typing import Any

import pytest
import torch

from autograder.exercises.pretraining_state_cases import checkpoint, plan, stepping
from autograder.exercises.pretraining_steps import norm_of, run_train_step
from autograder.exercises.pretraining_trainings import (
    BUFFERS,
    EVALUATION,
    MIXED,
    MODES,
    OPTIMIZER,
    OPTIMIZERS,
    PARAMETERS,
    RANDOM,
    RESTORED,
    SCHEDULER,
    SCHEDULES,
    TRAINING,
    batch_of,
    built,
    described,
    differing,
    equal,
    going_on,
    in_a_row,
    kept,
    modes_of,
    set_mode,
    standing,
    take_step,
    trained,
)
from bertkit.training.optimization import train_step


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_same_plan_gives_the_same_training(optimizer: str, schedule: str) -> None:
    own = plan(optimizer=optimizer, schedule=schedule, dropout=0.3, normalised="by batch", groups=2)
    one, other = (trained(own, 2, 7) for _ in range(2))
    assert differing(standing(one), standing(other), (PARAMETERS, BUFFERS, OPTIMIZER, SCHEDULER)) == []
    torch.manual_seed(1)
    first = going_on(one, own)
    torch.manual_seed(1)
    assert equal(first, going_on(other, own))


def test_a_training_at_other_starting_values_has_nothing_in_common() -> None:
    own = plan(normalised="by batch")
    one, other = built(own), built(own, other=True)
    assert differing(standing(one), standing(other), (PARAMETERS, BUFFERS)) == [PARAMETERS, BUFFERS]


def test_each_part_of_a_training_is_told_by_itself() -> None:
    own = plan(normalised="by batch")

    def told(change: Any) -> list[str]:
        training = trained(own, 1, 3)
        before = kept(standing(training))
        change(training)
        return differing(before, standing(training), (*RESTORED, MODES))

    assert told(lambda training: None) == []
    assert told(lambda training: training.model.last.bias.data.add_(1)) == [PARAMETERS]
    assert told(lambda training: training.model.passes.add_(1)) == [BUFFERS]
    assert told(lambda training: training.optimizer.state.clear()) == [OPTIMIZER]
    assert told(lambda training: torch.rand(1)) == [RANDOM]
    assert told(lambda training: training.model.eval()) == [MODES]
    assert told(lambda training: take_step(training, batch_of(own))) == list(RESTORED[:4])


def test_modes_are_set_for_every_module() -> None:
    model = built(plan()).model
    for mode, seen in ((TRAINING, {True}), (EVALUATION, {False}), (MIXED, {True, False})):
        set_mode(model, mode)
        assert set(modes_of(model)) == seen


def test_a_plan_is_said_in_words() -> None:
    words = described(plan(dropout=0.25, tied=True, spare=True, groups=2))
    assert words == (
        "a network of 3 features, LayerNorm, dropout 0.25, tied weights, a parameter that no loss uses, "
        "AdamW with 2 groups, rate 0.05, LambdaLR"
    )
    assert checkpoint("resume")["training"]["tied"]


def test_a_step_tells_what_happened() -> None:
    seen = run_train_step(train_step, stepping(2, norm=0.25, stale=3.0))
    assert (seen["order"], seen["modes"]) == ("optimizer, scheduler", "training")
    assert float(seen["gradients"].norm()) == pytest.approx(0.25, rel=1e-4)
    assert seen["kind"] == "float"


def test_the_norm_of_a_step_is_that_of_the_mean_loss() -> None:
    given = stepping(3)
    training = built(given["training"])
    loss = sum(training.model(**each) for each in given["micro_batches"]) / 3
    found = torch.autograd.grad(loss, training.parameters)
    assert norm_of(given["training"], given["micro_batches"]) == pytest.approx(float(in_a_row(found, found).norm()))
