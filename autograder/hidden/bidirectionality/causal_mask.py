"""Hidden tests of `bidirectionality.causal_mask`."""

import torch
from torch import Tensor

from autograder.calls import KEPT
from autograder.exercise import Inputs
from autograder.judging.draw import LARGE, TINY, Draw
from autograder.judging.parts import AGAIN, Case, Compare, HiddenTests, Mistakes, Refuse

mistake = Mistakes()


def length(draw: Draw) -> Inputs:
    """A length as short rows have."""
    return {"seq_len": draw.size(1, 14, 120)}


def some_length(draw: Draw) -> Inputs:
    """One of many lengths, so that hardly any of the small ones is left out."""
    return {"seq_len": draw.size(1, 36)}


def beyond_limits(draw: Draw) -> Inputs:
    """More positions than usual models have: a mask that was made once for 512 or 1024 does not reach."""
    return {"seq_len": draw.size(1, 3) if draw.small else draw.sizes.randint(1030, 1100)}


def refused(draw: Draw) -> list[Case]:
    """0 and negative numbers, near and far; beside them, 1."""
    far = -draw.integer(2, 900)
    return [
        Case({"seq_len": 0}, raises="0", unless="zero-taken"),
        Case({"seq_len": -1}, raises="-1", unless="negative-taken"),
        Case({"seq_len": far}, raises=str(far), unless="negative-taken"),
        Case({"seq_len": 1}),
        Case({"seq_len": 2}),
    ]


def check_length(seq_len: int) -> None:
    if seq_len < 1:
        raise ValueError(f"seq_len is {seq_len}")


def ones(seq_len: int) -> Tensor:
    check_length(seq_len)
    return torch.ones(seq_len, seq_len, dtype=torch.bool)


@mistake(
    "The triangle is the other one: every position sees itself and what comes after it, and nothing before.",
    "Row 0, the first position: how many entries should be True in it?",
)
def upper_triangle(seq_len: int) -> Tensor:
    return ones(seq_len).triu()


@mistake(
    "True marks what is hidden. In this course True says what may be seen.",
    "What does the docstring say that True means?",
)
def true_hides(seq_len: int) -> Tensor:
    return ones(seq_len).triu(1)


@mistake("A position may not look at itself here.", "The main diagonal: is j <= i where j is i?")
def without_itself(seq_len: int) -> Tensor:
    return ones(seq_len).tril(-1)


@mistake(
    "Every position sees one place too far, its own next-token target.",
    "The number behind the triangle, or `<=` against `<`.",
)
def sees_the_next(seq_len: int) -> Tensor:
    return ones(seq_len).tril(1)


@mistake("Everything may look at everything: nothing is hidden.", "What makes the entries above the diagonal False.")
def hides_nothing(seq_len: int) -> Tensor:
    return ones(seq_len)


@mistake("Every position sees itself alone.", "What should be True to the left of the diagonal.")
def itself_alone(seq_len: int) -> Tensor:
    check_length(seq_len)
    return torch.eye(seq_len, dtype=torch.bool)


@mistake(
    "Every position sees only itself and the one before. The whole past may be seen.",
    "How far to the left of the diagonal the mask reaches.",
)
def one_back(seq_len: int) -> Tensor:
    return ones(seq_len).tril() & ones(seq_len).triu(-1)


@mistake(
    "This is the form that is added to scores, 0 and minus infinity. A mask of booleans is asked for.",
    "The type of what you return.",
)
def added_to_scores(seq_len: int) -> Tensor:
    check_length(seq_len)
    return torch.full((seq_len, seq_len), -torch.inf).triu(1)


@mistake(
    "The mask is made of the numbers 1.0 and 0.0. Booleans are asked for.",
    "The type of what you return; `dtype=` where the tensor is made.",
)
def numbers_not_booleans(seq_len: int) -> Tensor:
    return ones(seq_len).tril().float()


@mistake(
    "The mask is made of whole numbers, 1 and 0. As an index they would pick rows 1 and 0.",
    "The type of what you return; `dtype=` where the tensor is made.",
)
def integers_not_booleans(seq_len: int) -> Tensor:
    return ones(seq_len).tril().long()


@mistake(
    "There are dimensions in front for batch and heads. The mask alone is asked for, (T, T).",
    "The shape: who calls `unsqueeze`, or puts 1 in front?",
)
def for_batch_and_heads(seq_len: int) -> Tensor:
    return ones(seq_len).tril()[None, None]


@mistake("There is one row and column too many.", "Where one is added to `seq_len`.")
def one_too_many(seq_len: int) -> Tensor:
    check_length(seq_len)
    return ones(seq_len + 1).tril()


@mistake("There is one row and column too few.", "Where one is taken from `seq_len`.")
def one_too_few(seq_len: int) -> Tensor:
    check_length(seq_len)
    return torch.ones(seq_len - 1, seq_len - 1, dtype=torch.bool).tril()


@mistake(
    "The triangle runs along the other diagonal: rows or columns come in the opposite order.",
    "`flip`, and from which side you count.",
)
def other_diagonal(seq_len: int) -> Tensor:
    return ones(seq_len).tril().flip(-1)


@mistake(
    "Your code refuses no length itself. Where torch stops at one, that is no ValueError that names it.",
    "What the docstring has under Raises, and what comes first in your code.",
)
def unchecked(seq_len: int) -> Tensor:
    return torch.ones(seq_len, seq_len, dtype=torch.bool).tril()


@mistake("A length of 1 was refused: one position may attend to itself.", "`<` and `<=` in front of your `raise`.")
def refuses_one(seq_len: int) -> Tensor:
    if seq_len <= 1:
        raise ValueError(f"seq_len is {seq_len}")
    return ones(seq_len).tril()


mistake.add(
    "zero-taken",
    "A length of 0 is taken. A sequence has one position at least.",
    "`<` and `<=` in front of your `raise`, or a test for 0 that never runs.",
    None,
)
mistake.add(
    "negative-taken",
    "A negative length is taken, although others are refused.",
    "The condition in front of your `raise`: which numbers are below 1?",
    None,
)
TESTS = HiddenTests(
    parts={
        "triangle": (
            Compare(length, conditions=(TINY, LARGE, AGAIN, KEPT)),
            # The longest once, since whoever fills the mask place by place takes a second for it.
            Compare(some_length, {"there are more than a thousand positions": beyond_limits}, conditions=(), cases=15),
        ),
        "refused": (Refuse(refused, "unchecked"),),
    },
    mistakes=mistake.all,
)
