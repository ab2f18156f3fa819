"""A small encoder that was sent as a plan is built again, and shows what is done to it."""

import copy

import pytest
import torch
from torch import nn

from autograder.exercises.finetuning_cases import encoder, freezing, tuning
from autograder.exercises.finetuning_encoders import (
    LEARNS,
    NO_VECTORS,
    OUTPUTS,
    Encoder,
    GradMode,
    built,
    dropped,
    fed,
    opened,
    state_of,
)
from autograder.exercises.finetuning_frozen import Freeze, after
from autograder.exercises.finetuning_runs import Apart, Model, run_finetune
from autograder.exercises.pretraining_trainings import EVALUATION, NOTHING, TRAINING, equal, modes_of
from bertkit.finetuning.finetune import finetune

X = torch.ones(4, 3)


def test_the_same_plan_gives_the_same_encoder_and_dropout_the_same_places() -> None:
    one, other = (built(encoder(dropout=0.5)) for _ in range(2))
    assert equal(state_of(one), state_of(other))
    assert torch.equal(one(X), other(X))
    assert not torch.equal(one(X), one.eval()(X))
    assert torch.equal(dropped(X, 0.5, False), X)
    assert 0 < int((dropped(X, 0.5, True) == 0).sum()) < X.numel()


@pytest.mark.parametrize("functional", [False, True])
def test_both_kinds_of_dropout_look_at_the_mode(functional: bool) -> None:
    own = built(encoder(dropout=0.5, functional=functional))
    assert not torch.equal(own(X), own.eval()(X))
    assert own.seen.modes == {TRAINING, EVALUATION}


def test_a_copy_is_seen_too() -> None:
    own = built(encoder())
    copy.deepcopy(own).eval()(X)
    assert own.seen.modes == {EVALUATION}


def test_every_output_is_told_apart_and_its_tensors_are_found() -> None:
    told = [opened(built(encoder(output=output))(X)) for output in OUTPUTS]
    assert len({form for form, _ in told}) == len(OUTPUTS)
    assert all(tensors for _, tensors in told)
    assert opened({"a": None, "b": [X, 3]}) == ("dict(a: NoneType, b: list(0: Tensor, 1: int))", [X])


def test_what_no_layer_can_learn_from_is_told() -> None:
    with torch.inference_mode():
        made = X + 1
    assert fed([made]) == "RuntimeError"
    assert fed([X]) == LEARNS
    with torch.no_grad():
        assert fed([X]) == LEARNS
    assert fed([]) == NO_VECTORS


def test_a_grad_mode_that_was_left_is_noted_and_put_back() -> None:
    mode = GradMode()
    mode.look("before")
    torch.set_grad_enabled(False)
    mode.look("after")
    assert torch.is_grad_enabled()
    assert mode.left == "after"
    assert GradMode().left == NOTHING


@pytest.mark.parametrize(
    ("before", "now", "how"),
    [
        ([True, False], [True, False], "as before"),
        ([True, False], [False, False], "in evaluation"),
        ([True, False], [True, True], "in training"),
        ([True, True], [True, False], "of some parts alone"),
    ],
)
def test_modes_beside_what_they_were(before: list[bool], now: list[bool], how: str) -> None:
    assert after(before, now) == how


def test_what_is_no_module_is_told_by_its_type() -> None:
    assert Freeze()(lambda _: 3, freezing()) == {"module": "int"}


def test_no_mode_from_above_reaches_what_is_held_apart() -> None:
    inputs = tuning(kept=True)
    model = Model(inputs["training"])
    assert isinstance(model.body, Apart)
    model.eval()
    model.inside.eval()  # type: ignore[union-attr]
    model.train()
    assert not any(modes_of(model.body.inside))
    assert not any(each.requires_grad for each in model.body.parameters())
    assert len([each for each in model.parameters() if each.requires_grad]) == 2


def test_steps_say_which_batches_they_were_taken_on() -> None:
    inputs = tuning(2, 3)
    assert run_finetune(finetune, inputs)["steps"] == "0; 1; 0; 1"

    def second_alone(model: nn.Module, batches: list[dict[str, torch.Tensor]], *rest: object) -> object:
        with torch.no_grad():
            model(**batches[0])  # nothing is learned from it
        return finetune(model, [{name: each + 1 for name, each in batches[1].items()}], *rest)  # type: ignore[arg-type]

    assert run_finetune(second_alone, inputs)["steps"] == "another; another"


def test_frozen_layers_are_as_the_plan_says() -> None:
    frozen = [each.requires_grad for each in built(encoder(frozen=True)).first.parameters()]
    assert frozen == [False, False]
    assert all(each.requires_grad for each in Encoder(encoder(), torch.float32).parameters())
