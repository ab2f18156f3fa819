"""Lesson 6, fine-tuning: what a class's check tries beside the examples of the docstrings."""

from functools import partial
from typing import Any

import torch
from torch import Tensor

from autograder.calls import BEFORE, EVALUATION, KEPT
from autograder.exercise import Inputs, VisibleCase
from autograder.exercises.finetuning_encoders import Plan
from autograder.exercises.finetuning_frozen import EVAL, TRAIN, TRAIN_AROUND
from autograder.exercises.pretraining_trainings import EVALUATION as EVALUATING
from autograder.exercises.pretraining_trainings import MIXED, ROOT, TRAINING

# ------------------------------------------------------------------------------------------------------ FrozenEncoder


def numbers(seed: int, *shape: int) -> Tensor:
    """The same every time."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).round(decimals=1)


def encoder(**changes: Any) -> Plan:
    """A small encoder, the same every time."""
    usual: Plan = {
        "width": 3,
        "hidden": 4,
        "normalised": "by row",
        "dropout": 0.0,
        "functional": False,
        "output": "a tensor",
        "frozen": False,
        "mode": TRAINING,
        "weights": numbers(1, 71),
    }
    return usual | changes


def freezing(
    *prepared: str, passing: str = "some by name", records: bool = False, fails: bool = False, **changes: Any
) -> Inputs:
    """Four rows go through a frozen encoder."""
    return {
        "encoder": encoder(**changes),
        "x": numbers(2, 4, 3),
        "scale": 1.5,
        "shift": numbers(3, 3),
        "passing": passing,
        "prepared": [*prepared],
        "records": records,
        "fails": fails,
    }


FROZEN_ENCODER = (
    VisibleCase("the encoder has dropout", partial(freezing, dropout=0.5)),
    VisibleCase("`.train()` was called on it", partial(freezing, TRAIN, dropout=0.5)),
    VisibleCase("`.train()` was called on a model around it", partial(freezing, TRAIN_AROUND, dropout=0.5)),
    VisibleCase(
        "it was evaluated and trained, and dropout is functional",
        partial(freezing, EVAL, TRAIN, dropout=0.5, functional=True),
    ),
    VisibleCase("the encoder has a batch norm", partial(freezing, TRAIN, normalised="by batch")),
    VisibleCase("the input asks for a gradient", partial(freezing, records=True)),
    VisibleCase("the encoder raises an error", partial(freezing, fails=True)),
    VisibleCase("gradients are off and the encoder raises an error", lambda: freezing(fails=True) | {EVALUATION: True}),
    VisibleCase("the encoder returns a tuple", partial(freezing, records=True, output="a tuple")),
    VisibleCase("the encoder returns a dict", partial(freezing, records=True, output="a dict of its own class")),
    VisibleCase("the encoder returns an object", partial(freezing, output="a dataclass")),
    VisibleCase("arguments are passed by position", partial(freezing, passing="two by position")),
    VisibleCase("arguments are passed by name", partial(freezing, passing="all by name")),
    VisibleCase("a layer of the encoder is frozen", partial(freezing, frozen=True, mode=MIXED)),
)
ENTRIES_OF_FROZEN = {
    "module": (
        "What came back is no module.",
        "An `nn.Module`.",
        "The class is made from something else than `nn.Module`.",
        "The first line of your class.",
    ),
    "modes": (
        "In a forward pass the encoder, or a part of it, was in training mode.",
        "Evaluation mode in every forward pass.",
        "A mode that is set from above reaches every part of a module.",
        "What `train` does to a module's parts, and when the encoder is switched.",
    ),
    "chained": (
        "`.train()` or `.eval()` did not return the module.",
        "The module itself.",
        "Whoever overrides `train` has to return what torch's own returns.",
        "The last line of your `train`.",
    ),
    "changed": (
        "A weight or a buffer of the encoder is another one than before.",
        "Everything in the encoder as it was.",
        "A batch norm in training mode writes its statistics, or something in your code writes.",
        "The encoder's mode in forward passes.",
    ),
    "requires": (
        "What `forward` returned has a gradient to the input or to the encoder.",
        "No gradient.",
        "A frozen parameter needs no gradient, and the input may still want one.",
        "The context in which the encoder is called.",
    ),
    "fed": (
        "A trainable layer could not learn from what `forward` returned.",
        "Vectors that can be fed to any layer.",
        "There is a context that forbids any later use in a training.",
        "The context in which the encoder is called.",
    ),
    "grad_mode": (
        "Torch's grad mode was another than before the call.",
        "The mode as it was, also after an error.",
        "The mode is switched by a call, and not or wrongly put back.",
        "What puts the mode back where the encoder raises an error.",
    ),
    "error": (
        "An error in the encoder did not reach the caller.",
        "The encoder's own error.",
        "It was caught on the way.",
        "`try` and `except` around the call of the encoder.",
    ),
    "form": (
        "`forward` returned another type than the encoder does.",
        "What the encoder returned, as it is.",
        "The output was taken apart, or is treated as if it were a tensor.",
        "What happens between the encoder's output and your `return`.",
    ),
    "values": (
        "`forward` returned other numbers than the encoder does.",
        "The encoder's own numbers.",
        "Arguments are lost on the way, or the encoder is in training mode.",
        "What the encoder is called with, and in which mode it is then.",
    ),
    "trainable": (
        "Parameters of the module are trainable.",
        "None.",
        "Without a gradient a parameter is still handed to an optimiser.",
        "`requires_grad` of each parameter, right after the module was made.",
    ),
    "registered": (
        "The encoder is not among the modules of the `FrozenEncoder`.",
        "The encoder, under any name.",
        "It is kept in a list, a dict or a closure, where torch does not find it.",
        "How the encoder is stored.",
    ),
}

# ----------------------------------------------------------------------------------------------------- cache_features


def caching(*sizes: tuple[int, int], fails_at: int | None = None, double: bool = False, **changes: Any) -> Inputs:
    """Batches of these numbers of rows and positions."""
    usual: dict[str, Any] = {"dropout": 0.5} | changes
    batches = [
        {"shift": numbers(place, 3), "x": numbers(9 + place, rows, length, 3)}
        for place, (rows, length) in enumerate(sizes or ((2, 4), (3, 2)))
    ]
    plan = encoder(**usual)
    if double:
        batches = [{name: each.double() for name, each in batch.items()} for batch in batches]
        plan["weights"] = plan["weights"].double()
    return {"encoder": plan, "batches": batches, "fails_at": fails_at}


OTHER_BATCHES = {"batches": [{"x": numbers(7, 2, 3, 3), "shift": numbers(8, 3)}]}
CACHE_FEATURES = (
    VisibleCase("the encoder is in training mode", caching),
    VisibleCase("there is one batch of one example", partial(caching, (1, 3), mode=EVALUATING)),
    VisibleCase("every batch has one example", partial(caching, (1, 3), (1, 3), mode=EVALUATING)),
    VisibleCase("there is one position", partial(caching, (2, 1), (2, 1), mode=EVALUATING)),
    VisibleCase("rows, positions and batches are as many", partial(caching, (3, 3), (3, 3), (3, 3), dropout=0.0)),
    VisibleCase("the encoder is in evaluation mode", partial(caching, mode=EVALUATING)),
    VisibleCase("the parts of the encoder are in different modes", partial(caching, mode=MIXED)),
    VisibleCase("a part of the encoder is in evaluation mode", partial(caching, mode=ROOT)),
    VisibleCase("a layer of the encoder is frozen", partial(caching, frozen=True)),
    VisibleCase("the encoder raises an error", partial(caching, fails_at=1)),
    VisibleCase("gradients are off and the encoder raises an error", lambda: caching(fails_at=0) | {EVALUATION: True}),
    VisibleCase("the numbers have 64 bits", partial(caching, double=True, dropout=0.0)),
    VisibleCase("other batches came before", lambda: caching(dropout=0.0) | {BEFORE: OTHER_BATCHES}),
    VisibleCase("other batches come after", lambda: caching(dropout=0.0) | {BEFORE: OTHER_BATCHES, KEPT: True}),
)
ENTRIES_OF_FEATURES = {
    "modes": (
        "While features were computed, the encoder or a part of it was in training mode.",
        "Evaluation mode in every forward pass.",
        "The mode is whatever the caller left it in, or is not set for all parts.",
        "Which mode the encoder is in when it is called.",
    ),
    "modes_after": (
        "Afterwards the encoder, or a part of it, was in another mode than before.",
        "Every part in the mode that it was in, also after an error.",
        "The mode is not put back, or to a single one for all parts.",
        "What happens to the mode at the end, and after an error.",
    ),
    "requires": (
        "What came back has a gradient.",
        "Numbers alone.",
        "The forward passes are recorded.",
        "The context in which the encoder is called.",
    ),
    "fed": (
        "A trainable layer could not learn from what came back.",
        "Vectors that can be fed to any layer.",
        "There is a context that forbids any later use in a training.",
        "The context in which the encoder is called.",
    ),
    "grad_mode": ENTRIES_OF_FROZEN["grad_mode"],
    "error": ENTRIES_OF_FROZEN["error"],
    "flags": (
        "Afterwards a parameter's `requires_grad` or its gradient was another one.",
        "Parameters as they were.",
        "Something freezes parameters, or thaws them.",
        "`requires_grad` in your code.",
    ),
    "changed": ENTRIES_OF_FROZEN["changed"],
}
