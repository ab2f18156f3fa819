"""How a step of training is run once: with a training built from plain data, and an eye on what happens in it."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import torch
from torch import Tensor, nn

from autograder.exercise import Inputs
from autograder.exercises.pretraining_trainings import (
    Plan,
    Training,
    built,
    described,
    gradients_of,
    in_a_row,
    in_words,
    set_mode,
)

FLOAT = "float"
OPTIMIZER, SCHEDULER = "optimizer", "scheduler"
"""What steps."""


@dataclass(frozen=True)
class Step:
    """Calls an answer with a model, micro-batches, an optimiser, a scheduler and a norm.

    What comes back is a dict: `kind` and `loss`, what the answer returned and the number that it is; `order`, what
    stepped, in order; `modes`, those that the model and its modules were in during forward passes; `gradients` at the
    optimiser's last step, of all its parameters in a row; `parameters` and `rates` afterwards.
    """

    described: Mapping[str, Callable[[Any], str]] = field(default_factory=lambda: {"training": described}, hash=False)

    def __call__(self, answer: Any, inputs: Inputs) -> dict[str, Any]:
        """One step."""
        training = built(inputs["training"])
        set_mode(training.model, inputs["mode"])
        if inputs["stale"]:
            leave_gradients(training.parameters, inputs["stale"])
        seen = Seen(training)
        draws = bool(inputs["training"]["dropout"])  # nothing else in a step may touch the global random state
        with torch.random.fork_rng(devices=[], enabled=draws):
            loss = answer(
                training.model,
                inputs["micro_batches"],
                training.optimizer,
                training.scheduler,
                inputs["max_grad_norm"],
            )
        numbers = {
            "loss": torch.tensor(number_in(loss), dtype=inputs["training"]["weights"].dtype),
            "gradients": seen.gradients,
            "parameters": in_a_row(training.parameters, training.parameters),
        }
        if inputs["training"]["dropout"]:  # in which order micro-batches draw is free
            numbers = {name: None if each is None else torch.zeros_like(each) for name, each in numbers.items()}
        rates = [float(group["lr"]) for group in training.optimizer.param_groups]
        return numbers | {
            "kind": kind_of(loss),
            "order": in_words(seen.order),
            "modes": in_words(sorted(training.model.modes_seen)),
            "rates": torch.tensor(rates, dtype=torch.float64),
        }


def kind_of(loss: Any) -> str:
    """What a returned loss is, in a word; a number of numpy's that is one of Python's is that."""
    return FLOAT if isinstance(loss, float) else type(loss).__name__


def number_in(loss: Any) -> float:
    """The number that a returned loss is, whatever its kind; NaN where it is none."""
    try:
        return float(loss)
    except Exception:  # an answer may return anything
        return math.nan


def norm_of(plan: Plan, micro_batches: Sequence[dict[str, Tensor]]) -> float:
    """The L2 norm of the gradient of the mean loss over all parameters together, without dropout."""
    training = built(plan | {"dropout": 0.0})
    losses = [training.model(**each) for each in micro_batches]
    torch.autograd.backward(torch.stack(losses).mean())
    return float(in_a_row(gradients_of(training.parameters), training.parameters).double().norm())


def leave_gradients(parameters: Sequence[nn.Parameter], size: float) -> None:
    """Gradients from before, in every one of these parameters."""
    for place, parameter in enumerate(parameters):
        parameter.grad = torch.full_like(parameter, size * (-1) ** place)


class Seen:
    """What happens while an answer runs."""

    def __init__(self, training: Training) -> None:
        self.order: list[str] = []
        self.gradients: Tensor | None = None
        self._training = training
        training.optimizer.register_step_post_hook(lambda *_: self._note_step())
        scheduler: Any = training.scheduler
        step = scheduler.step

        @wraps(step)
        def noted(*arguments: Any, **options: Any) -> Any:
            self.order.append(SCHEDULER)
            return step(*arguments, **options)

        scheduler.step = noted

    def _note_step(self) -> None:
        self.order.append(OPTIMIZER)
        self.gradients = in_a_row(gradients_of(self._training.parameters), self._training.parameters)


run_train_step = Step()
