"""Lesson 4, the pre-training loop: what a class's check tries beside the examples of the docstrings."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from autograder.calls import BEFORE, EVALUATION, KEPT
from autograder.exercise import Inputs, VisibleCase
from autograder.exercises.pretraining_models import Node, model, part


def source(seed: int) -> torch.Generator:
    """What the larger inputs come from: the same every time."""
    return torch.Generator().manual_seed(seed)


# --------------------------------------------------------------------------------------------------------- pad_batch


def padding(*sequences: Sequence[int], pad_id: int = 1) -> Inputs:
    """Sequences as they are written."""
    return {"sequences": [[*each] for each in sequences], "pad_id": pad_id}


OTHER_SEQUENCES = {"sequences": [[40, 41, 42, 43], [44]]}
PAD_BATCH = (
    VisibleCase("the first sequence is the shortest", partial(padding, [7], [8, 9, 10], [11, 12])),
    VisibleCase("the last sequence is the shortest", partial(padding, [8, 9, 10], [11, 12], [7])),
    VisibleCase("sequences contain pad_id", partial(padding, [5, 1], [1, 5, 1, 1], [1])),
    VisibleCase("sequences contain 0 and `pad_id` is another", partial(padding, [0, 6], [6, 0, 0], pad_id=9)),
    VisibleCase("all sequences are equally long", partial(padding, [7, 8], [9, 1])),
    VisibleCase("there is one sequence", partial(padding, [7, 8, 9])),
    VisibleCase("a sequence is empty", partial(padding, [], [7, 8], [])),
    VisibleCase("a sequence has a thousand tokens", partial(padding, range(1000), range(3))),
    VisibleCase("there are a hundred sequences", lambda: padding(*(range(each % 7) for each in range(100)))),
    VisibleCase("other sequences came before", lambda: padding([7], [8, 9]) | {BEFORE: OTHER_SEQUENCES}),
    VisibleCase("other sequences come after", lambda: padding([7], [8, 9]) | {BEFORE: OTHER_SEQUENCES, KEPT: True}),
    VisibleCase("there is no sequence", padding, raises=""),
)

# ----------------------------------------------------------------------------------------------------- warmup_linear


def at_step(title: str, step: int, warmup_steps: int, total_steps: int, raises: str | None = None) -> VisibleCase:
    """A step of a schedule."""
    return VisibleCase(title, {"step": step, "warmup_steps": warmup_steps, "total_steps": total_steps}, raises)


WARMUP_LINEAR = (
    at_step("nothing has been done yet", 0, 4, 12),
    at_step("one step is done", 1, 4, 12),
    at_step("one step of the warm-up is left", 3, 4, 12),
    at_step("the warm-up is done", 4, 4, 12),
    at_step("the fall has begun", 5, 4, 12),
    at_step("the fall is half done", 8, 4, 12),
    at_step("one step is left", 11, 4, 12),
    at_step("all is done", 12, 4, 12),
    at_step("it goes on after the end", 15, 4, 12),
    at_step("there is no warm-up and no step is taken", 0, 0, 5),
    at_step("there is no warm-up", 2, 0, 5),
    at_step("all steps are warm-up", 3, 4, 4),
    at_step("all steps are warm-up and done", 4, 4, 4),
    at_step("there are no steps", 0, 0, 0),
    at_step("the step is negative", -3, 4, 12, raises="-3"),
    at_step("the warm-up is negative", 2, -4, 12, raises="-4"),
    at_step("the warm-up is longer than all", 0, 13, 12, raises=""),
    at_step("the number of all steps is negative", 0, 0, -5, raises=""),
)

# -------------------------------------------------------------------------------------------------- parameter_groups


def grouping(
    parts: dict[str, Node],
    own: dict[str, list[int]] | None = None,
    ties: list[list[str]] | None = None,
    frozen: list[str] | None = None,
    weight_decay: float = 0.1,
) -> Inputs:
    """A model of these parts."""
    return {"model": model(part("module", parts=parts, own=own), ties, frozen), "weight_decay": weight_decay}


def small_encoder() -> Inputs:
    """Embeddings, a norm, a layer in which a layer stands, and a decoder tied to the embeddings."""
    layer = part("module", parts={"attention": part("attention"), "norm": part("layer norm"), "dense": part("linear")})
    return grouping(
        {"embeddings": part("embedding"), "norm": part("layer norm"), "layer": layer, "decoder": part("linear")},
        ties=[["embeddings.weight", "decoder.weight"]],
    )


ENTRIES_OF_GROUPS = {
    "form": (
        "What came back is no list of groups.",
        "A list of dicts, each with `params` and `weight_decay`.",
        "What is returned has another form than an optimiser takes.",
        "The docstring's Returns, and what stands behind `return`.",
    ),
    "strangers": (
        "Something in the groups is no parameter of the model.",
        "Parameters of the model, the objects themselves.",
        "Names, copies or detached tensors stand in the place of parameters.",
        "What you append to `params`.",
    ),
    "changed": (
        "The model was no longer what it had been.",
        "A model as it was.",
        "Something in your code writes to the model.",
        "Whatever is assigned to a parameter or to the model, and what is called on them.",
    ),
}
PARAMETER_GROUPS = (
    VisibleCase("the model is a small encoder", small_encoder),
    VisibleCase("a bias stands in the model itself", partial(grouping, {"dense": part("linear")}, {"bias": [2]})),
    VisibleCase(
        "names begin or end with bias",
        partial(grouping, {}, {"query_bias": [2], "bias_table": [2, 2], "position_bias": [3, 2], "unbias": [2]}),
    ),
    VisibleCase(
        "names contain bias",
        partial(grouping, {"bias": part("embedding")}, {"unbiased": [2], "biases": [2], "debias": [2, 2]}),
    ),
    VisibleCase(
        "a linear layer is called norm, and a layer norm is not",
        partial(grouping, {"norm": part("linear"), "LayerNorm": part("linear"), "scale": part("layer norm")}),
    ),
    VisibleCase(
        "other norms have weights",
        partial(grouping, {"a": part("rms norm"), "b": part("batch norm"), "c": part("group norm")}),
    ),
    VisibleCase("a weight has one dimension", partial(grouping, {"dense": part("linear")}, {"gain": [4]})),
    VisibleCase("a layer norm has a class of its own", partial(grouping, {"a": part("layer norm of its own class")})),
    VisibleCase(
        "a layer norm's weight has another name",
        partial(grouping, {"a": part("layer norm"), "b": part("linear")}, ties=[["a.weight", "gain"]]),
    ),
    VisibleCase(
        "a layer norm stands in two places",
        partial(grouping, {"a": part("layer norm"), "b": part("linear")}, ties=[["a", "c"]]),
    ),
    VisibleCase(
        "parameters are frozen",
        partial(
            grouping,
            {"a": part("linear"), "b": part("layer norm"), "c": part("linear")},
            frozen=["a.weight", "a.bias", "b.weight"],
        ),
    ),
    VisibleCase("`weight_decay` is 0.3", partial(grouping, {"a": part("linear")}, weight_decay=0.3)),
)

# -------------------------------------------------------------------------------------------------- pretraining_loss

LABELS = [[-100, 3, 1], [2, -100, -100]]
NSP_LOGITS = [[1.0, -0.5], [0.5, 3.0]]


def judging(labels: Any = LABELS, is_next: Any = (True, False)) -> Inputs:
    """Scores of four tokens at two rows of three positions, and of two pairs."""
    return {
        "mlm_logits": [
            [[1.0, -0.5, 2.0, 0.0], [0.5, 1.5, -1.0, 3.0], [2.0, 1.0, 0.0, -2.0]],
            [[0.0, 4.0, 1.0, -1.0]] * 3,
        ],
        "mlm_labels": labels,
        "nsp_logits": NSP_LOGITS,
        "is_next": [*is_next],
    }


def many_scores(
    rows: int, length: int, share: float = 0.5, scale: float = 1.0, dtype: torch.dtype = torch.float32
) -> Inputs:
    """Scores of seven tokens, of which some share has a label, and of as many pairs as there are rows."""
    numbers = source(11)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=numbers, dtype=torch.float64).mul(scale).to(dtype)

    labels = torch.randint(7, (rows, length), generator=numbers)
    return {
        "mlm_logits": normal(rows, length, 7),
        "mlm_labels": torch.where(torch.rand(rows, length, generator=numbers) < share, labels, -100),
        "nsp_logits": normal(rows, 2),
        "is_next": torch.rand(rows, generator=numbers) < 0.5,
    }


PRETRAINING_LOSS = (
    VisibleCase("rows have different numbers of labels", judging()),
    VisibleCase("no position has a label", judging([[-100] * 3] * 2)),
    VisibleCase("every position has a label, 0 among them", judging([[0, 3, 1], [2, 0, 1]])),
    VisibleCase("both seconds follow", judging(is_next=(True, True))),
    VisibleCase("no second follows", judging(is_next=(False, False))),
    VisibleCase("there is one row", partial(many_scores, 1, 5)),
    VisibleCase("there are as many rows as positions", partial(many_scores, 5, 5)),
    VisibleCase("there are a hundred rows", partial(many_scores, 100, 9, share=0.15)),
    VisibleCase("scores are in the hundreds", partial(many_scores, 3, 5, scale=300.0)),
    VisibleCase("the numbers have 64 bits", partial(many_scores, 3, 5, dtype=torch.float64)),
    VisibleCase("memory has another order", partial(many_scores, 3, 5), strided=True),
    VisibleCase("no gradients are recorded", lambda: many_scores(3, 5) | {EVALUATION: True}),
)

# --------------------------------------------------------------------------------------------------- masked_accuracy


def predicting(labels: Any, *predicted: int, classes: int = 4) -> Inputs:
    """Scores of which the highest are at these tokens, in the shape of the labels."""
    shape = torch.tensor(labels).shape
    numbers = torch.rand(*shape, classes, generator=source(12)).round(decimals=2)
    best = torch.nn.functional.one_hot(torch.tensor(predicted).view(shape), classes)
    return {"logits": numbers - 2 + 1.5 * best, "labels": torch.tensor(labels)}


def many_predictions(*leading: int, dtype: torch.dtype = torch.float32) -> Inputs:
    """Scores of five tokens at positions of that shape, of which some have a label."""
    numbers = source(13)
    logits = torch.randn(*leading, 5, generator=numbers, dtype=torch.float64).to(dtype)
    labels = torch.randint(5, leading, generator=numbers)
    return {"logits": logits, "labels": torch.where(torch.rand(leading, generator=numbers) < 0.6, labels, -100)}


MASKED_ACCURACY = (
    VisibleCase("some are right", lambda: predicting([[1, -100, 3], [2, 2, -100]], 1, 0, 2, 2, 3, 0)),
    VisibleCase("label 0 is predicted right", lambda: predicting([[0, -100], [0, 1]], 0, 0, 0, 2)),
    VisibleCase("all are right", lambda: predicting([[3, 0], [-100, 1]], 3, 0, 0, 1)),
    VisibleCase("none is right", lambda: predicting([[3, 0], [-100, 1]], 0, 3, 0, 2)),
    VisibleCase("no position has a label", lambda: predicting([[-100, -100]], 0, 1)),
    VisibleCase("there is one position", lambda: predicting(2, 2)),
    VisibleCase("there is one dimension of positions", partial(many_predictions, 9)),
    VisibleCase("there are three dimensions of positions", partial(many_predictions, 2, 3, 4)),
    VisibleCase("rows, positions and tokens are five each", partial(many_predictions, 5, 5)),
    VisibleCase("there are thousands of labels", partial(many_predictions, 60, 90)),
    VisibleCase("the numbers have 64 bits", partial(many_predictions, 3, 4, dtype=torch.float64)),
    VisibleCase("memory has another order", partial(many_predictions, 3, 4), strided=True),
)
