"""Lesson 3, next-sentence prediction: what a class's check tries beside the examples of the docstrings."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from autograder.calls import BEFORE, CALLS, EVALUATION, KEPT, SEED
from autograder.counting import Count, Occurrences
from autograder.exercise import Inputs, VisibleCase


def source(seed: int) -> torch.Generator:
    """What the larger inputs come from: the same every time."""
    return torch.Generator().manual_seed(seed)


# ------------------------------------------------------------------------------------------------------ sample_pairs

PAIR_WORDS = {"position": "pair", "row": "document", "column": "place"}
STORIES = [["a cat .", "it slept ."], [], ["rain fell ."], ["a dog .", "it ran .", "it barked ."]]
TWINS = [["yes .", "no ."], ["yes .", "no ."]]


def documents(*written: Any, calls: int = 1) -> Inputs:
    """Documents as they are written."""
    return {"documents": [[*each] for each in written], SEED: 1, CALLS: calls}


def numbered(*lengths: int, calls: int = 1) -> Inputs:
    """Documents of so many sentences, each of which is a number of its own."""
    ends = torch.tensor(lengths).cumsum(0).tolist()
    return documents(*(range(end - size, end) for size, end in zip(lengths, ends, strict=True)), calls=calls)


def is_pair(pair: Any) -> bool:
    """Whether something is (first, second, is_next)."""
    return isinstance(pair, list) and len(pair) == 3 and isinstance(pair[2], bool)


def others(given: Inputs, place: int) -> list[Any]:
    """All sentences of all documents but the one at a place."""
    return [each for number, document in enumerate(given["documents"]) if number != place for each in document]


def what_pairs_are(given: Inputs, draws: Sequence[Any]) -> Iterator[Count]:
    """Whether there is a pair for every sentence with a next one, of that sentence and a second as its label says."""
    due = [(place, *pair) for place, document in enumerate(given["documents"]) for pair in pairwise(document)]
    total = len(due) * len(draws)
    numbers = sum(len(pairs) != len(due) for pairs in draws)
    yield Count("number", "of the calls gave another number of pairs", numbers, len(draws), 0.0, 1, "number-of-pairs")
    if numbers or not all(is_pair(pair) for pairs in draws for pair in pairs):
        return
    told = [(*case, *pair) for pairs in draws for case, pair in zip(due, pairs, strict=True)]
    for name, what, wrong in (
        ("firsts", "of the pairs began with another sentence", [a != first for _, a, _, first, _, _ in told]),
        (
            "real",
            "of the pairs were labelled True with a second that is not the next sentence",
            [label and b != second for _, _, b, _, second, label in told],
        ),
        (
            "random",
            "of the pairs were labelled False with a second that is in no other document",
            [not label and second not in others(given, place) for place, _, _, _, second, label in told],
        ),
    ):
        yield Count(name, what, sum(wrong), total, 0.0, 1, f"wrong-{name}")


def how_the_coin_falls(given: Inputs, draws: Sequence[Any]) -> Iterator[Count | Occurrences]:
    """Half of the pairs are real, independently of everything."""
    yield from what_pairs_are(given, draws)
    sizes = [max(len(document) - 1, 0) for document in given["documents"]]
    if not all(len(pairs) == sum(sizes) and all(is_pair(pair) for pair in pairs) for pairs in draws):
        return
    possible = torch.zeros(len(sizes), max(sizes), dtype=torch.bool)
    for row, size in enumerate(sizes):
        possible[row, :size] = True
    real = torch.zeros(len(draws), *possible.shape, dtype=torch.bool)
    real[:, possible] = torch.tensor([[pair[2] for pair in pairs] for pairs in draws])
    where = {"pair": torch.arange(possible.numel()).view(possible.shape)} if len(draws) > 1 else {}
    yield Occurrences("rate", "of the pairs were real", real, possible, 0.5, where, PAIR_WORDS)


def which_seconds_come(given: Inputs, draws: Sequence[Any]) -> Iterator[Count]:
    """Of documents that are all equally long: each sentence of the others is as likely as any other."""
    yield from what_pairs_are(given, draws)
    if not all(is_pair(pair) for pairs in draws for pair in pairs):
        return
    length = len(given["documents"][0])
    seconds = [(first // length, second) for pairs in draws for first, second, label in pairs if not label]
    size = length * (len(given["documents"]) - 1)
    for sentence in range(size + length):
        elsewhere = [second for place, second in seconds if place != sentence // length]
        what = f"of the random seconds were sentence {sentence}"
        yield Count(f"sentence-{sentence}", what, elsewhere.count(sentence), len(elsewhere), 1 / size, 1, "not-uniform")
    again = [one[1] == other[1] for one, other in zip(seconds[::2], seconds[1::2], strict=False) if one[0] == other[0]]
    what = "of the random seconds were the same as the one before"
    yield Count("repeated", what, sum(again), len(again), 1 / size, 1, "one-draw-for-many")


SAMPLE_PAIRS = (
    VisibleCase("every document has one sentence", partial(documents, ["a cat ."], ["rain fell ."])),
    VisibleCase("there is no document", documents, raises=""),
    VisibleCase("there is one document", partial(documents, ["a cat .", "it slept ."]), raises=""),
    VisibleCase(
        "all documents but one are empty", partial(documents, [], ["a cat .", "it slept ."], []), raises=""
    ),
    VisibleCase(
        "documents have one sentence, or none", partial(documents, *STORIES, calls=40), counts=what_pairs_are
    ),
    VisibleCase("two documents are equal", partial(documents, *TWINS, calls=40), counts=what_pairs_are),
    VisibleCase("sentences are lists", partial(documents, [[5, 6], [7]], [[8], [9]], calls=9), counts=what_pairs_are),
    VisibleCase("there are three thousand pairs", partial(numbered, *[31] * 100), counts=how_the_coin_falls),
    VisibleCase("two hundred calls come one after the other", partial(numbered, 1, 9, 0, 14, calls=200),
                counts=how_the_coin_falls),
    VisibleCase("all documents are equally long", partial(numbered, 4, 4, 4, 4, calls=400), counts=which_seconds_come),
)  # fmt: skip

# --------------------------------------------------------------------------------------------------------- pack_pair


def packing(first: Sequence[int], second: Sequence[int], max_length: int = 16) -> Inputs:
    """Two texts, [CLS] 2 and [SEP] 3."""
    return {"first": [*first], "second": [*second], "cls_id": 2, "sep_id": 3, "max_length": max_length}


OTHER_TEXTS = {"first": [30, 31], "second": [32, 33, 34]}
PACK_PAIR = (
    VisibleCase("both sides fit", partial(packing, [7, 8, 9], [10])),
    VisibleCase("both sides fit exactly", partial(packing, [7, 8], [9, 10], 7)),
    VisibleCase("first is longer", partial(packing, [11, 12, 13, 14, 15, 16], [17, 18], 8)),
    VisibleCase("second is longer", partial(packing, [11, 12], [13, 14, 15, 16, 17, 18], 8)),
    VisibleCase("both sides are equally long", partial(packing, [11, 12, 13, 14], [15, 16, 17, 18], 10)),
    VisibleCase("both sides lose tokens", partial(packing, range(20, 29), range(30, 35), 9)),
    VisibleCase("one token of each side is left", partial(packing, range(20, 29), range(30, 35), 5)),
    VisibleCase("a text contains [SEP] and [CLS]", partial(packing, [7, 3, 2], [3, 8])),
    VisibleCase("texts have hundreds of tokens", partial(packing, range(100, 500), range(600, 1300), 512)),
    VisibleCase("other texts came before", lambda: packing([7, 8, 9], [10], 6) | {BEFORE: OTHER_TEXTS}),
    VisibleCase("other texts come after", lambda: packing([7, 8, 9], [10]) | {BEFORE: OTHER_TEXTS, KEPT: True}),
    VisibleCase("`max_length` is 4", partial(packing, [7], [8], 4), raises="4"),
    VisibleCase("first is empty", partial(packing, [], [8]), raises=""),
    VisibleCase("second is empty", partial(packing, [7], []), raises=""),
)

# ----------------------------------------------------------------------------------------------------------- NSPHead

HIDDEN_SIZE = 4


def head(rows: int, length: int, dtype: torch.dtype = torch.float32, training: bool = False) -> Inputs:
    """Weights and hidden vectors of shape (rows, length, 4), in numbers that can be read."""
    numbers = source(9)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=numbers, dtype=torch.float64).round(decimals=1).to(dtype)

    return {
        "hidden_size": HIDDEN_SIZE,
        "dense.weight": normal(HIDDEN_SIZE, HIDDEN_SIZE),
        "dense.bias": normal(HIDDEN_SIZE),
        "classifier.weight": normal(2, HIDDEN_SIZE),
        "classifier.bias": normal(2),
        "hidden": normal(rows, length, HIDDEN_SIZE),
        "training": training,
    }


def another_came_before() -> Inputs:
    """The same head, used twice."""
    drawn = head(2, 3)
    return drawn | {BEFORE: {"hidden": -drawn["hidden"]}}


ENTRIES_OF_A_HEAD = {
    "missing": (
        "The head lacks `weight` or `bias` of `dense` or `classifier`.",
        "Layers of these two names, each with weight and bias.",
        "A layer has another name, stands outside of the head, or was built without a bias.",
        "The names behind `self.`, letter by letter, and the arguments of each layer.",
    ),
    "shapes": (
        "A weight or a bias has another shape than it should.",
        "`dense` from H to H, `classifier` from H to 2.",
        "A layer was built with other sizes.",
        "The two numbers that each `nn.Linear` gets.",
    ),
    "trained": (
        "Parameters of the head will not be trained.",
        "Four parameters that an optimiser is given.",
        "Something is a plain tensor, is detached, or has its `requires_grad` switched off.",
        "`list(head.named_parameters())` shows what an optimiser is given.",
    ),
    "shared": (
        "Two heads share parameters.",
        "Layers that belong to one head alone.",
        "A layer is made once, outside of `__init__`.",
        "Where each layer is built: in the class's body, in a default, or in `__init__`?",
    ),
    "parameter_elements": (
        "The head has another number of parameters than it needs.",
        "`dense` and `classifier`, and nothing besides.",
        "There is a layer too many.",
        "`list(head.named_parameters())`, with the shape of each.",
    ),
}
NSP_HEAD = (
    VisibleCase("there are two rows of three positions", partial(head, 2, 3)),
    VisibleCase("there is one row", partial(head, 1, 3)),
    VisibleCase("there is one position", partial(head, 3, 1)),
    VisibleCase("there are as many rows as positions", partial(head, 3, 3)),
    VisibleCase("the head is in training mode", partial(head, 2, 3, training=True)),
    VisibleCase("no gradients are recorded", lambda: head(2, 3) | {EVALUATION: True}),
    VisibleCase("the numbers have 64 bits", partial(head, 2, 3, dtype=torch.float64)),
    VisibleCase("memory has another order", partial(head, 3, 2), strided=True),
    VisibleCase("another batch came before", another_came_before),
)

# ---------------------------------------------------------------------------------------------------------- nsp_loss

LOGITS = [[1.0, -0.5], [0.5, 3.0], [-2.0, 1.5]]
IS_NEXT = [True, True, False]


def scoring(is_next: Any = IS_NEXT, logits: Any = LOGITS) -> Inputs:
    """Two scores for each pair."""
    return {"logits": logits, "is_next": is_next}


def many_pairs(rows: int, scale: float = 1.0, dtype: torch.dtype = torch.float32) -> Inputs:
    """Scores of many pairs, of which one in three follows."""
    numbers = source(10)
    logits = torch.randn(rows, 2, generator=numbers, dtype=torch.float64).mul(scale).to(dtype)
    return {"logits": logits, "is_next": torch.rand(rows, generator=numbers) < 1 / 3}


NSP_LOSS = (
    VisibleCase("two of three follow", scoring()),
    VisibleCase("all follow", scoring([True] * 3)),
    VisibleCase("none follows", scoring([False] * 3)),
    VisibleCase("there is one pair", scoring([False], [[1.0, -0.5]])),
    VisibleCase("there are two pairs", scoring([False, True], [[1.0, -0.5], [0.0, 2.0]])),
    VisibleCase("there are a thousand pairs", partial(many_pairs, 1000)),
    VisibleCase("scores are in the hundreds", partial(many_pairs, 7, scale=300.0)),
    VisibleCase("the numbers have 64 bits", partial(many_pairs, 5, dtype=torch.float64)),
    VisibleCase("memory has another order", scoring(), strided=True),
    VisibleCase("no gradients are recorded", scoring() | {EVALUATION: True}),
)
