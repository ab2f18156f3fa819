"""Lesson 5, heads: what a class's check tries beside the examples of the docstrings."""

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor

from autograder.calls import BEFORE, EVALUATION, KEPT
from autograder.exercise import Inputs, VisibleCase

HIDDEN_SIZE = 4


def source(seed: int) -> torch.Generator:
    """What the larger inputs come from: the same every time."""
    return torch.Generator().manual_seed(seed)


def another_came_before(inputs: Inputs) -> Inputs:
    """The same head, used twice."""
    return inputs | {BEFORE: {"hidden": -inputs["hidden"]}}


# ---------------------------------------------------------------------------------------------------- HEAD_FOR_TASK

TASKS = (
    *("sentiment", "intent", "document classification", "entailment", "paraphrase detection"),
    *("named-entity recognition", "part-of-speech tagging", "question answering"),
)
HEAD_FOR_TASK = (VisibleCase("all eight tasks are looked up", {}),)
ENTRIES_OF_TASKS = {
    "tasks": (
        "The tasks are others than the eight of the stub, or this is no dict.",
        "These eight, as they are written there, and no others.",
        "A task is missing, misspelt or one too many.",
        "The keys, letter by letter.",
    ),
    **{
        task: (
            f"`{task}` has another head than it needs.",
            '`"cls"`, `"token"` or `"span"`, by what its answers are about.',
            "One answer of this task is about something else than this head reads.",
            "An answer of this task: is it about the whole input, about every word, or a piece of the input?",
        )
        for task in TASKS
    },
}

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
        "The dropout goes on where it should rest.",
        "What `eval()` reaches: a module inside of the head, and `self.training`.",
    ),
    "masks": (
        "In training the logits had another shape.",
        "The shape that they have in evaluation.",
        "Training and evaluation do different things.",
        "Every line that asks for the mode.",
    ),
    "logits": (
        "In training some logits were exactly 0, whatever the bias.",
        "Numbers of the vector that are 0, in front of the classifier.",
        "The dropout stands behind the layer, so that whole answers vanish.",
        "Which of the two steps comes first.",
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
        "The same vectors, the same logits, in every mode.",
        "There is a dropout, or something like it. This head has none.",
        "The layers for which `train()` and `eval()` make a difference.",
    ),
}

# ------------------------------------------------------------------------------------------------------ align_labels


def aligning(word_labels: Sequence[int], word_ids: Sequence[int | None]) -> Inputs:
    """Labels of words, and the word of each token."""
    return {"word_labels": [*word_labels], "word_ids": [*word_ids]}


def many_words(number: int) -> Inputs:
    """Words of one to three tokens each."""
    pieces = torch.randint(1, 4, (number,), generator=source(23)).tolist()
    labels = torch.randint(7, (number,), generator=source(24)).tolist()
    return aligning(labels, [None, *(word for word, size in enumerate(pieces) for _ in range(size)), None])


OTHER_WORDS = {"word_labels": [3, 3], "word_ids": [None, 0, 1, 1, 1]}
ALIGN_LABELS = (
    VisibleCase("every word has one token", partial(aligning, [2, 1, 4], [None, 0, 1, 2, None])),
    VisibleCase("words are cut into pieces", partial(aligning, [2, 1, 4], [None, 0, 0, 0, 1, 2, 2, None])),
    VisibleCase("the first word is cut, and there is no special token", partial(aligning, [6, 1], [0, 0, 1])),
    VisibleCase("a label is 0", partial(aligning, [0, 1, 0], [None, 0, 1, 1, 2, 2, None])),
    VisibleCase("a word's own label is -100", partial(aligning, [-100, 3], [None, 0, 0, 1, None])),
    VisibleCase("words next to each other have one label", partial(aligning, [5, 5, 5], [None, 0, 1, 1, 2, None])),
    VisibleCase("a word has no token", partial(aligning, [5, 6, 7, 8], [None, 0, 2, 2, 3, None])),
    VisibleCase("there are two segments", partial(aligning, [5, 6, 7], [None, 0, 0, None, 1, 2, 2, None, None])),
    VisibleCase("words come in another order", partial(aligning, [5, 6, 7], [None, 2, 2, 0, 1, 1, None])),
    VisibleCase("there is no token", partial(aligning, [5], [])),
    VisibleCase("there are special tokens alone", partial(aligning, [], [None, None])),
    VisibleCase("there are a hundred words", partial(many_words, 100)),
    VisibleCase("other words came before", lambda: aligning([7, 8], [None, 0, 1]) | {BEFORE: OTHER_WORDS}),
    VisibleCase("other words come after", lambda: aligning([7, 8], [None, 0, 1]) | {BEFORE: OTHER_WORDS, KEPT: True}),
    VisibleCase("a word is one too far", partial(aligning, [5, 6], [None, 0, 1, 2, None]), raises="2"),
    VisibleCase("a word is negative", partial(aligning, [5, 6, 7], [None, 0, -2, None]), raises="-2"),
)

# --------------------------------------------------------------------------------------------------------- span_loss

START_LOGITS, END_LOGITS = [[1.0, -0.5, 2.0], [0.5, 3.0, 0.0]], [[0.0, 1.5, -1.0], [2.0, 1.0, -2.0]]


def answers(start: Sequence[int], end: Sequence[int]) -> Inputs:
    """Two passages of three positions."""
    return {"start_logits": START_LOGITS, "end_logits": END_LOGITS, "start": [*start], "end": [*end]}


def ruled_out() -> Inputs:
    """The same without position 0."""
    inputs = {name: torch.tensor(each) for name, each in answers([1, 2], [2, 2]).items()}
    for name in ("start_logits", "end_logits"):
        inputs[name][:, 0] = -torch.inf
    return inputs


def many_answers(rows: int, length: int, scale: float = 1.0, dtype: torch.dtype = torch.float32) -> Inputs:
    """Passages of so many positions."""
    numbers = source(25)
    logits = torch.randn(2, rows, length, generator=numbers, dtype=torch.float64).mul(scale).to(dtype)
    places = torch.randint(length, (2, rows), generator=numbers)
    return {"start_logits": logits[0], "end_logits": logits[1], "start": places[0], "end": places[1]}


SPAN_LOSS = (
    VisibleCase("there are two passages", answers([0, 1], [2, 1])),
    VisibleCase("there is one passage", partial(many_answers, 1, 4)),
    VisibleCase("there is one position", partial(many_answers, 3, 1)),
    VisibleCase("an answer is position 0", answers([0, 0], [0, 1])),
    VisibleCase("there are as many passages as positions", partial(many_answers, 4, 4)),
    VisibleCase("position 0 is ruled out by minus infinity", ruled_out),
    VisibleCase("there are a hundred passages of two hundred positions", partial(many_answers, 100, 200)),
    VisibleCase("scores are in the hundreds", partial(many_answers, 5, 6, scale=300.0)),
    VisibleCase("the numbers have 64 bits", partial(many_answers, 4, 6, dtype=torch.float64)),
    VisibleCase("memory has another order", partial(many_answers, 4, 6), strided=True),
    VisibleCase("no gradients are recorded", lambda: many_answers(3, 5) | {EVALUATION: True}),
)

# --------------------------------------------------------------------------------------------------------- best_span


def choosing(
    start: Sequence[float], end: Sequence[float], max_length: int = 9, forbidden: Sequence[int] = ()
) -> Inputs:
    """Logits of one passage, in which some positions are not allowed."""
    return {
        "start_logits": torch.tensor([*start], dtype=torch.float32),
        "end_logits": torch.tensor([*end], dtype=torch.float32),
        "allowed": torch.tensor([place not in forbidden for place in range(len(start))]),
        "max_length": max_length,
    }


def long_passage(length: int, max_length: int, shift: float = 0.0, share: float = 0.6) -> Inputs:
    """A passage of many positions, of which some are allowed."""
    numbers = source(26)
    logits = torch.randn(2, length, generator=numbers, dtype=torch.float64) * 4 + shift
    return {
        "start_logits": logits[0],
        "end_logits": logits[1],
        "allowed": torch.rand(length, generator=numbers) < share,
        "max_length": max_length,
    }


UP, DOWN = [1, 2, 3, 4.5, 6], [7, 5, 3.5, 2.5, 1]
BEST_SPAN = (
    VisibleCase("the best start stands before the best end", partial(choosing, [1, 6, 2, 0], [2, 1, 0.5, 5])),
    VisibleCase("the best start stands behind the best end", partial(choosing, UP, DOWN)),
    VisibleCase("start and end are far apart, and no span is longer than two", partial(choosing, DOWN, UP, 2)),
    VisibleCase("no span is longer than one", partial(choosing, [1, 5, 2.5, 0], [2, 1, 4, 6], 1)),
    VisibleCase("the best span is as long as is allowed", partial(choosing, [9, 0, 1, 0.5], [0, 1.5, 2, 9.5], 4)),
    VisibleCase("the best span is one token longer", partial(choosing, [9, 0, 1, 0.5], [0, 1.5, 2, 9.5], 3)),
    VisibleCase("there is one position", partial(choosing, [-2], [-3])),
    VisibleCase(
        "the best positions are forbidden", partial(choosing, [9, 1, 8, 2, 3], [8, 0, 1, 1.5, 9], 9, [0, 2, 4])
    ),
    VisibleCase("one that is forbidden lies inside", partial(choosing, [4, 1, 0, 2], [0, 1, 2, 5.5], 9, [1, 2])),
    VisibleCase("one position is allowed", partial(choosing, [4, -7, 0, 2], [0, -8, 2, 5], 9, [0, 2, 3])),
    VisibleCase("all logits are negative", partial(choosing, [-4, -1, -3], [-2, -6, -1.5], 9, [0])),
    VisibleCase("all logits are below -600", partial(long_passage, 12, 5, shift=-700.0)),
    VisibleCase("a logit is minus infinity", partial(choosing, [-torch.inf, 1, 2.5, 0], [3, -torch.inf, 0, 1], 3, [2])),
    VisibleCase("there are two hundred positions", partial(long_passage, 200, 15)),
    VisibleCase("everything is allowed in sixty positions", partial(long_passage, 60, 60, share=1.1)),
    VisibleCase("memory has another order", partial(long_passage, 20, 6), strided=True),
    VisibleCase("nothing is allowed", partial(choosing, [1, 2], [2, 1], 9, [0, 1]), raises=""),
    VisibleCase("`max_length` is 0", partial(choosing, [1, 2], [2, 1], 0), raises=""),
    VisibleCase("`max_length` is negative", partial(choosing, [1, 2], [2, 1], -3), raises=""),
)
