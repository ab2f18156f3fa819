"""Hidden tests of `mlm.mlm_labels`."""

import torch
from torch import Tensor

from autograder.exercise import Inputs
from autograder.judging.draw import RESERVED, Draw
from autograder.judging.parts import Compare, HiddenTests, Mistakes

mistake = Mistakes()


def inputs(draw: Draw, share: float | None = None) -> Inputs:
    """Ids of the whole vocabulary, 0 among them more often than chance has it, and a selection of any share."""
    shape = (draw.rows(1, 9, 12), draw.size(1, 20, 1400))
    ids = draw.ids(shape, draw.vocabulary()).masked_fill(draw.mask(shape, 0.15), 0)
    return {"input_ids": ids, "selected": draw.mask(shape, draw.share(0.1, 0.9) if share is None else share)}


def token_zero(draw: Draw) -> Inputs:
    """A selected token 0."""
    drawn = inputs(draw)
    drawn["input_ids"][0, 0], drawn["selected"][0, 0] = 0, True
    return drawn


def many_rows(draw: Draw) -> Inputs:
    """More rows than a usual batch has."""
    shape = (draw.size(80, 120), draw.size(1, 3))
    return {"input_ids": draw.ids(shape, draw.vocabulary()), "selected": draw.mask(shape, 0.5)}


def square(draw: Draw) -> Inputs:
    """As many rows as positions: no shape tells the two dimensions apart."""
    size = draw.size(2, 9)
    return {"input_ids": draw.ids((size, size), draw.vocabulary()), "selected": draw.mask((size, size), 0.5)}


def equal_rows(draw: Draw) -> Inputs:
    """Two rows that are the same."""
    drawn = inputs(draw)
    return {name: torch.cat([each, each[:1]]) for name, each in drawn.items()}


def one_selected(draw: Draw) -> Inputs:
    """A single position selected."""
    drawn = inputs(draw, 0.0)
    drawn["selected"].view(-1)[draw.integer(0, drawn["selected"].numel() - 1)] = True
    return drawn


def every_id(draw: Draw) -> Inputs:
    """All the ids that released vocabularies have for special tokens, each of them selected."""
    ids = draw.permutation(RESERVED + draw.size(0, 40))[None]
    return {"input_ids": ids, "selected": torch.ones_like(ids, dtype=torch.bool)}


EDGES = {
    "nothing is selected": lambda draw: inputs(draw, 0.0),
    "everything is selected": lambda draw: inputs(draw, 1.1),
    "one position is selected": one_selected,
    "a selected token is 0": token_zero,
    "two rows are equal": equal_rows,
    "there are as many rows as positions": square,
    "there are many rows": many_rows,
    "special tokens are selected": every_id,
}


@mistake(
    "Every position got a label, so the model is paid for copying words that it can see.",
    "What should stand where nothing was selected?",
)
def labels_everywhere(input_ids: Tensor, selected: Tensor) -> Tensor:
    return input_ids.clone()


@mistake("The two cases are the wrong way round.", "The order of the arguments of `torch.where`, or a `~` too many.")
def inverted(input_ids: Tensor, selected: Tensor) -> Tensor:
    return torch.where(selected, -100, input_ids)


@mistake(
    '0 was used for "no label". But 0 is a token, and the loss would ask for it everywhere.',
    "The number that torch's cross-entropy leaves out.",
)
def ignore_zero(input_ids: Tensor, selected: Tensor) -> Tensor:
    return torch.where(selected, input_ids, 0)


@mistake(
    '-1 was used for "no label". The loss does not know that number and would stop with an error.',
    "The number that torch's cross-entropy leaves out.",
)
def ignore_minus_one(input_ids: Tensor, selected: Tensor) -> Tensor:
    return torch.where(selected, input_ids, -1)


@mistake(
    'A selected token with id 0 lost its label: 0 was taken for "nothing here".',
    "Decide by `selected`, not by the value of the token.",
)
def drops_token_zero(input_ids: Tensor, selected: Tensor) -> Tensor:
    labels = input_ids * selected
    return labels.masked_fill(labels == 0, -100)


@mistake(
    "The labels say *where* something is selected instead of *what* stood there.",
    "Where `input_ids` enters your result.",
)
def returns_selection(input_ids: Tensor, selected: Tensor) -> Tensor:
    return selected.long()


@mistake(
    "Picking with a mask flattens the batch: nobody can tell any more where the tokens stood.",
    "The shape of what you return: it should be the shape of `input_ids`.",
)
def only_selected(input_ids: Tensor, selected: Tensor) -> Tensor:
    return input_ids[selected]


@mistake(
    "The labels became floating-point numbers. A label is a class number, an integer.",
    "The types that meet in your expression: -100.0 and `float()` make everything float.",
)
def float_labels(input_ids: Tensor, selected: Tensor) -> Tensor:
    return torch.where(selected, input_ids.float(), -100.0)


@mistake(
    "The labels are -100 times the selection, or a sum of both, not one or the other.",
    "Arithmetic with masks: choosing between two values needs no multiplication.",
)
def multiplied(input_ids: Tensor, selected: Tensor) -> Tensor:
    return input_ids * selected - 100


@mistake(
    "The label is that of the token one place further on: the next word, not the hidden one.",
    "Slices and `roll`: the label stands where the token stood.",
)
def next_token(input_ids: Tensor, selected: Tensor) -> Tensor:
    return torch.where(selected, input_ids.roll(-1, 1), -100)


@mistake(
    "The same positions were taken in every row, those of the first.",
    "Where a row's own selection enters your loop.",
)
def selection_of_the_first_row(input_ids: Tensor, selected: Tensor) -> Tensor:
    return torch.where(selected[:1], input_ids, -100)


@mistake(
    "Every place that holds a selected token got a label, also where it was not selected.",
    "Decide by the position, not by which token stands there.",
)
def every_occurrence(input_ids: Tensor, selected: Tensor) -> Tensor:
    return torch.where(torch.isin(input_ids, input_ids[selected]), input_ids, -100)


@mistake(
    "The labels were pushed to the left of each row. A label stands where its token stood.",
    "What tells the loss which position a label belongs to.",
)
def packed_left(input_ids: Tensor, selected: Tensor) -> Tensor:
    order = (~selected).long().sort(dim=1, stable=True).indices
    return torch.where(selected, input_ids, -100).gather(1, order)


@mistake(
    "The selected places were filled with tokens one after the other, not each with its own.",
    "`masked_scatter` takes its values in order: what should they be?",
)
def scattered_in_order(input_ids: Tensor, selected: Tensor) -> Tensor:
    return torch.full_like(input_ids, -100).masked_scatter(selected, input_ids)


TESTS = HiddenTests(
    parts={
        "selected": (Compare(inputs, EDGES, of=lambda given, labels: labels[given["selected"]]),),
        "elsewhere": (Compare(inputs, EDGES, of=lambda given, labels: labels[~given["selected"]]),),
    },
    mistakes=mistake.all,
)
