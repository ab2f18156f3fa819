"""Lesson 2, the masked language model: what a class's check tries beside the examples of the docstrings."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from autograder.calls import BEFORE, CALLS, EVALUATION, KEPT, SEED
from autograder.counting import Count, Occurrences
from autograder.exercise import Inputs, VisibleCase

IDS = [[2, 17, 11, 12, 3], [2, 9, 0, 3, 0]]
SPECIAL = [[True, False, False, False, True], [True, False, False, True, True]]
SELECTED = [[False, True, False, True, False], [False, True, True, False, False]]
ROWS, COLUMNS = 100, 120
FEW = 100


def source(seed: int) -> torch.Generator:
    """What the larger inputs come from: the same every time."""
    return torch.Generator().manual_seed(seed)


def few_ids(rows: int, columns: int, seed: int) -> Tensor:
    """Ids of which each comes often. Shape: (rows, columns), int64"""
    return torch.tensor([0, 5, 7, 11, 102, 900])[torch.randint(6, (rows, columns), generator=source(seed))]


def drawn_mask(rows: int, columns: int, share: float, seed: int) -> Tensor:
    """A mask in which each position is True with that probability. Shape: (rows, columns), bool"""
    return torch.rand(rows, columns, generator=source(seed)) < share


def neighbours(ids: Tensor) -> dict[str, Tensor]:
    """A position's token and those beside it, on which no draw depends; nothing where tokens are too few to tell."""
    return {} if ids.numel() < FEW else {"token": ids, "token-before": ids.roll(1, 1), "token-after": ids.roll(-1, 1)}


# -------------------------------------------------------------------------------------------------- select_positions


def selecting(probability: float, special: Any = SPECIAL, ids: Any = IDS) -> Inputs:
    """A small batch."""
    return {"input_ids": ids, "special_tokens_mask": special, "probability": probability, SEED: 1}


def many_to_select(probability: float, rows: int = ROWS, columns: int = COLUMNS, calls: int = 1) -> Inputs:
    """A batch with special positions here and there, with ids that ordinary positions have too."""
    special = drawn_mask(rows, columns, 0.15, 2)
    return selecting(probability, special, few_ids(rows, columns, 1)) | {CALLS: calls}


def how_many_are_selected(given: Inputs, draws: Sequence[Tensor]) -> Iterator[Count | Occurrences]:
    """Special positions; the rate, and its independence of everything."""
    special, selected = given["special_tokens_mask"], torch.stack(list(draws))
    what = "of the {} positions were selected".format
    caught = int((selected & special).sum())
    yield Count("special", what("special"), caught, int(special.sum()) * len(draws), 0.0)
    if caught:
        return  # what follows would be told of draws that are none
    attributes = neighbours(given["input_ids"])
    yield Occurrences("rate", what("ordinary"), selected, ~special, given["probability"], attributes)


SELECT_POSITIONS = (
    VisibleCase("`probability` is 1", selecting(1.0)),
    VisibleCase("`probability` is 0", selecting(0.0)),
    VisibleCase("the batch is one special position", selecting(1.0, [[True]], [[2]])),
    VisibleCase("memory has another order", selecting(1.0), strided=True),
    VisibleCase("`probability` is 1.5", selecting(1.5), raises="1.5"),
    VisibleCase("`probability` is -0.25", selecting(-0.25), raises="-0.25"),
    VisibleCase("`probability` is NaN", selecting(float("nan")), raises="nan"),
    VisibleCase("there are twelve thousand positions", partial(many_to_select, 0.15), counts=how_many_are_selected),
    VisibleCase(
        "two batches are drawn, one after the other",
        partial(many_to_select, 0.6, calls=2),
        strided=True,
        counts=how_many_are_selected,
    ),
    VisibleCase(
        "rows are short", partial(many_to_select, 0.3, rows=2, columns=4, calls=400), counts=how_many_are_selected
    ),
)

# ----------------------------------------------------------------------------------------------------------- corrupt


def corrupting(selected: Any, ids: Any = IDS, mask_token_id: int = 6, vocab_size: int = 1000) -> Inputs:
    """A small batch."""
    return {
        "input_ids": ids,
        "selected": selected,
        "mask_token_id": mask_token_id,
        "vocab_size": vocab_size,
        SEED: 1,
    }


def many_to_corrupt(share: float, rows: int = ROWS, columns: int = COLUMNS, calls: int = 1) -> Inputs:
    """A batch of which some share is selected."""
    return corrupting(drawn_mask(rows, columns, share, 3), few_ids(rows, columns, 4)) | {CALLS: calls}


def small_vocabulary() -> Inputs:
    """So few tokens that each of them comes often; all positions are selected."""
    ids = torch.randint(3, (150, 140), generator=source(5))
    return corrupting(torch.ones_like(ids, dtype=torch.bool), ids, 4, 5)


def masks_already() -> Inputs:
    """A batch that is all [MASK], half of it selected."""
    return corrupting(drawn_mask(40, 60, 0.5, 6), torch.full((40, 60), 8), 8, 50)


def fates(given: Inputs, draws: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """What came, and where a position became [MASK], and another token that is not [MASK]."""
    corrupted = torch.stack(list(draws))
    masked = corrupted == given["mask_token_id"]
    return corrupted, masked, ~masked & (corrupted != given["input_ids"])


def unselected_that_changed(given: Inputs, corrupted: Tensor) -> Count:
    """None of them should."""
    elsewhere = ~given["selected"].expand(corrupted.shape)
    changed = int((elsewhere & (corrupted != given["input_ids"])).sum())
    return Count("unselected", "of the positions that were not selected changed", changed, int(elsewhere.sum()), 0.0)


def how_fates_fall(given: Inputs, draws: Sequence[Tensor]) -> Iterator[Count | Occurrences]:
    """Unselected positions; the three shares, and their independence of everything."""
    corrupted, masked, replaced = fates(given, draws)
    yield (unselected := unselected_that_changed(given, corrupted))
    if unselected.successes:
        return
    hit = 0.1 / given["vocab_size"]  # a random token may happen to be [MASK], or the original
    for name, what, field, share in (
        ("mask", "became [MASK]", masked, 0.8 + hit),
        ("random", "became another token", replaced, 0.1 - 2 * hit),
        ("keep", "stayed", ~masked & ~replaced, 0.1 + hit),
    ):
        attributes = neighbours(given["input_ids"])
        what = f"of the selected positions {what}"
        yield Occurrences(f"{name}-share", what, field, given["selected"], share, attributes)


def which_tokens_come(given: Inputs, draws: Sequence[Tensor]) -> Iterator[Count]:
    """Random tokens: each of the vocabulary equally often, [MASK] and the original among them."""
    corrupted, masked, replaced = fates(given, draws)
    size, ids = given["vocab_size"], given["input_ids"]
    strange = int(((corrupted < 0) | (corrupted >= size)).sum())
    some = "of the tokens do not exist in the vocabulary"
    yield Count("range", some, strange, corrupted.numel(), 0.0, misconception="out-of-range")
    total = masked.numel()
    yield Count("mask-hits", "of the positions became [MASK]", int(masked.sum()), total, 0.8 + 0.1 / size)
    kept = total - int(masked.sum()) - int(replaced.sum())
    yield Count("keep-hits", "of the positions stayed", kept, total, 0.1 + 0.1 / size)
    for token in set(range(size)) - {given["mask_token_id"]}:
        what, other = f"of the random tokens were token {token}", replaced & (ids != token)
        came = int((other & (corrupted == token)).sum())
        chance = 1 / (size - 2)
        yield Count(f"token-{token}", what, came, int(other.sum()), chance, misconception="not-uniform")


def which_masks_change(given: Inputs, draws: Sequence[Tensor]) -> Iterator[Count]:
    """What is [MASK] already changes where it is to be a random token, and nowhere else."""
    corrupted, masked, _ = fates(given, draws)
    yield unselected_that_changed(given, corrupted)
    total = int(given["selected"].sum()) * len(draws)
    changed, share = int((given["selected"] & ~masked).sum()), 0.1 - 0.1 / given["vocab_size"]
    yield Count("mask-already", "of the selected positions that were [MASK] already changed", changed, total, share)


NOTHING = [[False] * 5] * 2
CORRUPT = (
    VisibleCase("nothing is selected", corrupting(NOTHING)),
    VisibleCase("nothing is selected and [MASK] is there already", corrupting(NOTHING, [[2, 6, 6, 3, 0]] * 2)),
    VisibleCase("memory has another order", corrupting(NOTHING), strided=True),
    VisibleCase("all of twelve thousand positions are selected", partial(many_to_corrupt, 1.1), counts=how_fates_fall),
    VisibleCase(
        "a third is selected, in two batches, one after the other",
        partial(many_to_corrupt, 0.33, calls=2),
        strided=True,
        counts=how_fates_fall,
    ),
    VisibleCase("rows are short", partial(many_to_corrupt, 1.1, rows=1, columns=5, calls=400), counts=how_fates_fall),
    VisibleCase("the vocabulary has five tokens", small_vocabulary, counts=which_tokens_come),
    VisibleCase("all tokens are [MASK] already", masks_already, counts=which_masks_change),
)

# -------------------------------------------------------------------------------------------------------- mlm_labels


def labelling(selected: Any, ids: Any = IDS) -> Inputs:
    """A small batch."""
    return {"input_ids": ids, "selected": selected}


def many_to_label() -> Inputs:
    """Long rows with many different ids."""
    ids = torch.randint(30_000, (4, 250), generator=source(7))
    return {"input_ids": ids, "selected": drawn_mask(4, 250, 0.3, 8)}


OTHERS = {"input_ids": [[2, 30, 31, 32, 3], [2, 33, 34, 35, 3]], "selected": [[True] * 5, [False] * 5]}
MLM_LABELS = (
    VisibleCase("two rows differ", labelling(SELECTED)),
    VisibleCase("nothing is selected", labelling(NOTHING)),
    VisibleCase("everything is selected", labelling([[True] * 5] * 2)),
    VisibleCase("a selected token is 0", labelling([[True, False, True]], [[0, 0, 7]])),
    VisibleCase("the batch is one position", labelling([[True]], [[9]])),
    VisibleCase("there are a thousand positions", many_to_label),
    VisibleCase("memory has another order", labelling(SELECTED), strided=True),
    VisibleCase("another batch came before", labelling(SELECTED) | {BEFORE: OTHERS}),
    VisibleCase("another batch comes after", labelling(SELECTED) | {BEFORE: OTHERS, KEPT: True}),
)

# ----------------------------------------------------------------------------------------------------------- MLMHead

HIDDEN_SIZE, VOCABULARY = 4, 7


def head(
    *leading: int,
    dtype: torch.dtype = torch.float32,
    training: bool = False,
    frozen: bool = False,
    scale: float = 0.5,
    changes: bool = False,
) -> Inputs:
    """Weights and hidden vectors of shape (..., 4), in numbers that can be read.

    Args:
        leading: the dimensions before the last.
        dtype: of all numbers.
        training: the mode of head and embeddings.
        frozen: whether the table is not trained.
        scale: of the weights of `dense`.
        changes: whether the table changes after the head was built.
    """
    numbers, size = source(9), (VOCABULARY, HIDDEN_SIZE)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=numbers, dtype=torch.float64).round(decimals=1).to(dtype)

    return {
        "embeddings": normal(*size),
        "embeddings_change": normal(*size) if changes else torch.zeros(size, dtype=dtype),
        "dense.weight": scale * normal(HIDDEN_SIZE, HIDDEN_SIZE),
        "dense.bias": scale * normal(HIDDEN_SIZE),
        "norm.weight": normal(HIDDEN_SIZE),
        "norm.bias": normal(HIDDEN_SIZE),
        "decoder.bias": normal(VOCABULARY),
        "hidden": normal(*leading, HIDDEN_SIZE),
        "training": training,
        "padding_idx": 3,
        "table_frozen": frozen,
    }


def without_gradients() -> Inputs:
    """As in evaluation."""
    return head(2, 3) | {EVALUATION: True}


ENTRIES_OF_A_HEAD = {
    "missing": (
        "The head lacks `weight` or `bias` of `dense`, `norm` or `decoder`.",
        "Modules of these names, each with weight and bias.",
        "A module has another name, stands outside of the head, or was built without one of the two.",
        "The names behind `self.`, letter by letter, and the arguments of each layer.",
    ),
    "table_changed": (
        "The embeddings were no longer the same after the head was built.",
        "Embeddings as they were: their weight, its numbers, and their mode.",
        "Something in `__init__` writes into the embeddings, or gives them another weight or mode.",
        "Each line in which `token_embeddings` stands: the head only takes its weight.",
    ),
    "weight_is_table": (
        "The decoder's weight is not the table's parameter.",
        "One parameter, used at both ends.",
        "The two are separate objects, whatever numbers they hold.",
        "The line that ties them: what stands on both sides of its `=`?",
    ),
    "bias_at_birth": (
        "The decoder's bias does not start at zero, or has another shape.",
        "A zero for every token.",
        "A layer fills its bias by itself when it is built.",
        "What happens to the bias between the building of the decoder and the end of `__init__`.",
    ),
    "trained": (
        "Parameters of the head will not be trained.",
        "Five parameters that an optimiser is given.",
        "Something is a plain tensor, is detached, or has its `requires_grad` switched off.",
        "`list(head.named_parameters())` shows what an optimiser is given.",
    ),
    "shared": (
        "Two heads on one table share more than the table.",
        "Layers that belong to one head alone.",
        "A layer is made once, outside of `__init__`.",
        "Where each layer is built: in the class's body, in a default, or in `__init__`?",
    ),
    "parameter_elements": (
        "The head has another number of parameters than it needs.",
        "`dense`, `norm`, the table, and a bias for every token.",
        "There is a layer too many, or one of another size.",
        "`list(head.named_parameters())`, with the shape of each.",
    ),
}
MLM_HEAD = (
    VisibleCase("there are two rows", partial(head, 2, 3)),
    VisibleCase("there is a single vector", head),
    VisibleCase("head and embeddings are in training mode", partial(head, 2, 3, training=True)),
    VisibleCase("no gradients are recorded", without_gradients),
    VisibleCase("the numbers have 64 bits", partial(head, 1, 4, dtype=torch.float64)),
    VisibleCase("memory has another order", partial(head, 3, 2), strided=True),
    VisibleCase("vectors are small", partial(head, 2, 3, scale=1e-4)),
    VisibleCase("the table changes after the head is built", partial(head, 2, 3, changes=True)),
    VisibleCase("the table is not trained", partial(head, 2, 3, frozen=True)),
)

# ---------------------------------------------------------------------------------------------------------- mlm_loss

LOGITS = [[[1.0, -0.5, 2.0, 0.0], [0.5, 0.5, -1.0, 3.0], [2.0, 1.0, 0.0, -2.0]], [[0.0, 4.0, 1.0, -1.0]] * 3]
LABELS = [[-100, 3, 1], [2, -100, -100]]


def scoring(labels: Any = LABELS, logits: Any = LOGITS) -> Inputs:
    """Scores of four tokens at two rows of three positions."""
    return {"logits": logits, "labels": labels}


def many_scores(
    *leading: int, classes: int = 7, scale: float = 1.0, dtype: torch.dtype = torch.float32, share: float = 0.6
) -> Inputs:
    """Scores at positions of that shape, of which some share has a label."""
    numbers = source(10)
    logits = torch.randn(*leading, classes, generator=numbers, dtype=torch.float64).mul(scale).to(dtype)
    labels = torch.randint(classes, leading, generator=numbers)
    return {"logits": logits, "labels": torch.where(torch.rand(leading, generator=numbers) < share, labels, -100)}


MLM_LOSS = (
    VisibleCase("rows have different numbers of labels", scoring()),
    VisibleCase("no position has a label", scoring([[-100] * 3] * 2)),
    VisibleCase("every position has a label, 0 among them", scoring([[0, 3, 1], [2, 0, 1]])),
    VisibleCase("there is one position", scoring(1, [1.0, -0.5, 2.0]) | {"labels": torch.tensor(1)}),
    VisibleCase("there are three dimensions of positions", partial(many_scores, 2, 3, 4)),
    VisibleCase("scores are in the hundreds", partial(many_scores, 2, 5, scale=300.0)),
    VisibleCase("the numbers have 64 bits", partial(many_scores, 2, 5, dtype=torch.float64)),
    VisibleCase("few of a thousand positions have a label", partial(many_scores, 10, 100, share=0.05)),
    VisibleCase("memory has another order", scoring(), strided=True),
    VisibleCase("no gradients are recorded", scoring() | {EVALUATION: True}),
)
