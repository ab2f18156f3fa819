"""Lesson 5, heads: what a class's check tries beside the examples of the docstrings."""

from functools import partial

import torch
from torch import Tensor

from autograder.calls import BEFORE, EVALUATION
from autograder.exercise import Inputs, VisibleCase

HIDDEN_SIZE = 4


def source(seed: int) -> torch.Generator:
    """What the larger inputs come from: the same every time."""
    return torch.Generator().manual_seed(seed)


def another_came_before(inputs: Inputs) -> Inputs:
    """The same head, used twice."""
    return inputs | {BEFORE: {"hidden": -inputs["hidden"]}}


# ------------------------------------------------------- SequenceClassificationHead, TokenClassificationHead


def classifier(
    rows: int, length: int, labels: int = 3, dropout: float | None = 0.3, dtype: torch.dtype = torch.float32
) -> Inputs:
    """Weights and hidden vectors of shape (rows, length, 4), in numbers that can be read, in evaluation mode."""
    numbers = source(21)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=numbers, dtype=torch.float64).round(decimals=1).to(dtype)

    return {
        "hidden_size": HIDDEN_SIZE,
        "num_labels": labels,
        "dropout": dropout,
        "classifier.weight": normal(labels, HIDDEN_SIZE),
        "classifier.bias": normal(labels),
        "hidden": normal(rows, length, HIDDEN_SIZE),
        "training": False,
    }


def training(dropout: float | None) -> Inputs:
    """As many labels as features and a diagonal weight, so that the logits tell what was dropped."""
    return {
        "hidden_size": HIDDEN_SIZE,
        "num_labels": HIDDEN_SIZE,
        "dropout": dropout,
        "classifier.weight": torch.tensor([1.0, -2.0, 3.0, 0.5]).diag(),
        "classifier.bias": torch.tensor([0.5, 1.5, -1.0, 2.5]),
        "hidden": torch.tensor([2.0, 1.0, -1.0, 3.0]).expand(90, 3, HIDDEN_SIZE).clone(),
        "training": True,
    }


IN_ALL = (
    VisibleCase("there are two rows of three positions", partial(classifier, 2, 3)),
    VisibleCase("there is one row", partial(classifier, 1, 3)),
    VisibleCase("there is one position", partial(classifier, 3, 1)),
    VisibleCase("there is one label", partial(classifier, 2, 3, labels=1)),
    VisibleCase("there are as many rows as positions", partial(classifier, 3, 3, labels=5)),
    VisibleCase("rows, positions, features and labels are four each", partial(classifier, 4, 4, labels=4)),
    VisibleCase("no gradients are recorded", lambda: classifier(2, 3) | {EVALUATION: True}),
    VisibleCase("the numbers have 64 bits", partial(classifier, 2, 3, dtype=torch.float64)),
    VisibleCase("memory has another order", partial(classifier, 3, 2), strided=True),
    VisibleCase("another batch came before", lambda: another_came_before(classifier(2, 3))),
    VisibleCase("the head is in training mode", partial(training, 0.3)),
    VisibleCase("it is in training mode, and `dropout` is not given", partial(training, None)),
    VisibleCase("it is in training mode, and `dropout` is 0", partial(training, 0.0)),
)
SEQUENCE_HEAD = IN_ALL
TOKEN_HEAD = IN_ALL

ENTRIES_OF_A_CLASSIFIER = {
    "missing": (
        "The head lacks `weight` or `bias` of `classifier`.",
        "A layer of this name, with weight and bias.",
        "The layer has another name, stands outside of the head, or was built without a bias.",
        "The name behind `self.`, letter by letter, and the arguments of the layer.",
    ),
    "shapes": (
        "A weight or a bias has another shape than it should.",
        "`classifier` from H to `num_labels`.",
        "The layer was built with other sizes.",
        "The two numbers that `nn.Linear` gets.",
    ),
    "trained": (
        "Parameters of the head will not be trained.",
        "Two parameters that an optimiser is given.",
        "Something is a plain tensor, is detached, or has its `requires_grad` switched off.",
        "`list(head.named_parameters())` shows what an optimiser is given.",
    ),
    "shared": (
        "Two heads share parameters.",
        "A layer that belongs to one head alone.",
        "The layer is made once, outside of `__init__`.",
        "Where the layer is built: in the class's body, in a default, or in `__init__`?",
    ),
    "parameter_elements": (
        "The head has another number of parameters than it needs.",
        "`classifier`, and nothing besides.",
        "There is a layer too many.",
        "`list(head.named_parameters())`, with the shape of each.",
    ),
    "draws": (
        "In evaluation mode numbers were drawn at random.",
        "No dropout in evaluation.",
        "The dropout does not know that the head is in evaluation mode.",
        "How the dropout learns the mode: a module does by itself, a function has to be told.",
    ),
    "masks": (
        "In training the logits had another shape.",
        "The shape that they have in evaluation.",
        "Training and evaluation do different things.",
        "What depends on `self.training`.",
    ),
    "logits": (
        "In training some logits were exactly 0, whatever the bias.",
        "Numbers of the vector that are 0, in front of the classifier.",
        "The dropout stands behind the layer, so that whole answers vanish.",
        "The order of the two steps in `forward`.",
    ),
    "share": (
        "In training another share of the numbers was dropped than `dropout` says.",
        "Each number of a vector, with probability `dropout`; 0.1 where it is not given.",
        "The dropout is missing, or is built with another number.",
        "What the dropout gets, and whether `forward` uses it.",
    ),
    "factor": (
        "In training the numbers that were kept were scaled by another factor.",
        "What makes up for those that are dropped, so that the mean of a number stays.",
        "The dropout is made by hand, or built with another number.",
        "The factor that the kept numbers get.",
    ),
    "even": (
        "In training the numbers that were kept were changed by more than one factor.",
        "One factor for all of them.",
        "Another kind of noise than dropout, or vectors that are not read as they are.",
        "The name of the dropout, and what else happens in front of the classifier.",
    ),
    "unchanging": (
        "In training numbers were dropped together.",
        "A draw for each number of each vector in each call.",
        "One draw serves whole vectors, all rows, all positions or all calls.",
        "The kind of dropout, and the shape of what is drawn.",
    ),
}

# ---------------------------------------------------------------------------------------------------------- SpanHead


def span_head(rows: int, length: int, dtype: torch.dtype = torch.float32, training: bool = False) -> Inputs:
    """Weights and hidden vectors of shape (rows, length, 4), in numbers that can be read."""
    numbers = source(22)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=numbers, dtype=torch.float64).round(decimals=1).to(dtype)

    return {
        "hidden_size": HIDDEN_SIZE,
        "outputs.weight": normal(2, HIDDEN_SIZE),
        "outputs.bias": normal(2),
        "hidden": normal(rows, length, HIDDEN_SIZE),
        "training": training,
    }


SPAN_HEAD = (
    VisibleCase("there are two rows of three positions", partial(span_head, 2, 3)),
    VisibleCase("there is one row", partial(span_head, 1, 3)),
    VisibleCase("there is one position", partial(span_head, 3, 1)),
    VisibleCase("there are two rows of two positions", partial(span_head, 2, 2)),
    VisibleCase("there are as many rows as positions", partial(span_head, 3, 3)),
    VisibleCase("the head is in training mode", partial(span_head, 2, 3, training=True)),
    VisibleCase("no gradients are recorded", lambda: span_head(2, 3) | {EVALUATION: True}),
    VisibleCase("the numbers have 64 bits", partial(span_head, 2, 3, dtype=torch.float64)),
    VisibleCase("memory has another order", partial(span_head, 3, 2), strided=True),
    VisibleCase("another batch came before", lambda: another_came_before(span_head(2, 3))),
)
ENTRIES_OF_A_SPAN_HEAD = {
    "missing": (
        "The head lacks `weight` or `bias` of `outputs`.",
        "A layer of this name, with weight and bias.",
        "The layer has another name, stands outside of the head, or was built without a bias.",
        "The name behind `self.`, letter by letter, and the arguments of the layer.",
    ),
    "shapes": (
        "A weight or a bias has another shape than it should.",
        "`outputs` from H to 2.",
        "The layer was built with other sizes.",
        "The two numbers that `nn.Linear` gets.",
    ),
    **{name: ENTRIES_OF_A_CLASSIFIER[name] for name in ("trained", "shared")},
    "parameter_elements": (
        "The head has another number of parameters than it needs.",
        "`outputs`, and nothing besides.",
        "There is a layer too many.",
        "`list(head.named_parameters())`, with the shape of each.",
    ),
    "draws": (
        "Numbers were drawn at random.",
        "The same logits for the same vectors, in training and in evaluation.",
        "There is a dropout, or something like it. This head has none.",
        "The layers that behave differently in training.",
    ),
}
