"""Hidden tests of `bidirectionality.visible_targets`."""

import torch
from torch import Tensor

from autograder.exercise import Inputs
from autograder.judging.draw import Draw
from autograder.judging.parts import Compare, HiddenTests, Mistakes

mistake = Mistakes()


def matrix(draw: Draw, least: int = 1) -> Inputs:
    """Any matrix of booleans."""
    size = draw.size(least, 14, 300)
    return {"influence": draw.mask((size, size), draw.share(0.25, 0.75))}


def filled(draw: Draw, value: bool) -> Inputs:
    """The same value everywhere."""
    size = draw.size(1, 14)
    return {"influence": torch.full((size, size), value)}


def diagonal(draw: Draw, offset: int, inverted: bool = False) -> Inputs:
    """True on one diagonal alone, or everywhere but there."""
    size = draw.size(2, 14)
    line = torch.diag(torch.ones(size - abs(offset), dtype=torch.bool), offset)
    return {"influence": ~line if inverted else line}


def causal(draw: Draw, leaks: bool) -> Inputs:
    """Nothing from the future, or one leak at a target."""
    size = draw.size(2, 14)
    seen = torch.ones(size, size, dtype=torch.bool).tril()
    if leaks:
        place = draw.integer(0, size - 2)
        seen[place, place + 1] = True
    return {"influence": seen}


def around_the_end(draw: Draw) -> Inputs:
    """The last output sees the first token and itself."""
    drawn = matrix(draw, 2)
    drawn["influence"][-1, 0] = drawn["influence"][-1, -1] = True
    return drawn


EDGES = {
    "nothing depends on anything": lambda draw: filled(draw, False),
    "everything depends on everything": lambda draw: filled(draw, True),
    "outputs depend on the next position alone": lambda draw: diagonal(draw, 1),
    "outputs depend on all but the next position": lambda draw: diagonal(draw, 1, True),
    "outputs depend on their own position alone": lambda draw: diagonal(draw, 0),
    "outputs depend on the position before alone": lambda draw: diagonal(draw, -1),
    "nothing depends on what comes later": lambda draw: causal(draw, False),
    "a single target is seen": lambda draw: causal(draw, True),
    "the last position depends on the first": around_the_end,
}


def with_last(seen: Tensor, last: bool = False) -> Tensor:
    """One entry more."""
    return torch.cat([seen, torch.tensor([last])])


@mistake(
    "This is the main diagonal: whether a position sees itself. Its target is the token after it.",
    "Which column holds token t + 1?",
)
def itself(influence: Tensor) -> Tensor:
    return with_last(influence.diagonal()[:-1])


@mistake("This is the whole main diagonal: whether a position sees itself.", "Which column holds token t + 1?")
def whole_diagonal(influence: Tensor) -> Tensor:
    return influence.diagonal().clone()


@mistake(
    "Rows and columns changed places: you say whether the target's output sees the position.",
    "Which of the two is the output in `influence[i, j]`?",
)
def below_the_diagonal(influence: Tensor) -> Tensor:
    return with_last(influence.diagonal(-1))


@mistake(
    "This is whether a position sees the one *before* it. Its target is the token after it.",
    "Which column holds token t + 1?",
)
def sees_the_one_before(influence: Tensor) -> Tensor:
    return torch.cat([torch.tensor([False]), influence.diagonal(-1)])


@mistake(
    "The position after the last is the first: the index went around the end.",
    "What the last position gets, which has no target.",
)
def wraps_around(influence: Tensor) -> Tensor:
    return influence.roll(-1, 1).diagonal().clone()


@mistake(
    "There is no entry for the last position. It has no target, and its entry is False all the same.",
    "The length of what you return.",
)
def one_short(influence: Tensor) -> Tensor:
    return influence.diagonal(1).clone()


@mistake(
    "The last entry is True. No token follows the last position, so there is no target that it could see.",
    "The value at the end.",
)
def last_is_true(influence: Tensor) -> Tensor:
    return with_last(influence.diagonal(1), True)


@mistake(
    "The last position got what stands in the corner: whether it sees itself.",
    "What the last position gets, which has no target.",
)
def last_sees_itself(influence: Tensor) -> Tensor:
    return torch.cat([influence.diagonal(1), influence[-1:, -1]])


@mistake(
    "The result is moved by one place: the first position is the one without an entry.",
    "At which end the False belongs.",
)
def moved_to_the_right(influence: Tensor) -> Tensor:
    return torch.cat([torch.tensor([False]), influence.diagonal(1)])


@mistake(
    "A position counts as soon as it sees anything that comes later. The question is about its own target.",
    "`any` over the whole future: which single entry do you need?",
)
def anything_later(influence: Tensor) -> Tensor:
    return influence.triu(1).any(dim=1)


@mistake(
    "A position counts as soon as it sees anything at all.",
    "`any` over a whole row: which single entry do you need?",
)
def anything_at_all(influence: Tensor) -> Tensor:
    return with_last(influence.any(dim=1)[:-1])


@mistake(
    "A position counts as soon as some output sees its target.",
    "`any` over a whole column: which row do you need?",
)
def seen_by_anybody(influence: Tensor) -> Tensor:
    return with_last(influence[:, 1:].any(dim=0))


@mistake(
    "True marks the positions that do *not* see their target.",
    "A `~` or a `not` too many, and what the name of the function says.",
)
def hidden_targets(influence: Tensor) -> Tensor:
    return with_last(~influence.diagonal(1))


@mistake(
    "The whole matrix came back, with other entries hidden; one answer for each position is asked for.",
    "The shape of what you return: (T,).",
)
def masked_matrix(influence: Tensor) -> Tensor:
    return influence & torch.diag(torch.ones(len(influence), dtype=torch.bool)[:-1], 1)


@mistake(
    "The numbers of the positions came back, not an answer of True or False for each of them.",
    "`nonzero` and `where` with one argument give indices.",
)
def numbers_of_positions(influence: Tensor) -> Tensor:
    return influence.diagonal(1).nonzero().flatten()


@mistake(
    "The entry two places further on was read: that is the target of the next position.",
    "How often 1 is added.",
)
def two_ahead(influence: Tensor) -> Tensor:
    seen = torch.zeros(len(influence), dtype=torch.bool)
    later = influence.diagonal(2) if len(influence) > 1 else seen[:0]
    seen[: len(later)] = later
    return seen


TESTS = HiddenTests(
    parts={
        "seen": (Compare(matrix, EDGES, of=lambda given, seen: seen[:-1]),),
        "last": (Compare(matrix, EDGES, of=lambda given, seen: seen[-1:]),),
    },
    mistakes=mistake.all,
)
