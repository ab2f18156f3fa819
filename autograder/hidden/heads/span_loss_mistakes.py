"""Known mistakes of `heads.span_loss`."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.judging.parts import Mistakes
from bertkit.objectives.spans import span_loss

mistake = Mistakes()


def halves(one: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]:
    """The mean of two losses of another kind."""

    def loss(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
        return (one(start_logits, start) + one(end_logits, end)) / 2

    return loss


# ------------------------------------------------------------------------------------------------------ which of both


@mistake(
    "The two losses were added and not averaged.",
    "The last line: a mean of two is half of their sum.",
)
def added(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return F.cross_entropy(start_logits, start) + F.cross_entropy(end_logits, end)


@mistake("Only the start has a loss; the end is never learned.", "Where `end_logits` and `end` enter your code.")
def start_alone(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return F.cross_entropy(start_logits, start)


@mistake("Only the end has a loss; the start is never learned.", "Where `start_logits` and `start` enter your code.")
def end_alone(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return F.cross_entropy(end_logits, end)


@mistake(
    "The logits of the starts were held against the ends, and the other way round.",
    "Which positions go with which logits.",
)
def crossed(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return span_loss(start_logits, end_logits, end, start)


@mistake("The logits of the starts were used for both.", "Every name in the second loss.")
def start_logits_twice(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return span_loss(start_logits, start_logits, start, end)


@mistake("The start was taken for the end too.", "Every name in the second loss.")
def start_twice(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return span_loss(start_logits, end_logits, start, start)


@mistake(
    "The end of the answer was taken as one position further, or nearer.", "Whether the end belongs to the answer."
)
def end_exclusive(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return span_loss(start_logits, end_logits, start, (end - 1).clamp(min=0))


@mistake("The larger of the two losses came back.", "What becomes of the two losses at the end.")
def larger_of_both(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return torch.maximum(F.cross_entropy(start_logits, start), F.cross_entropy(end_logits, end))


@mistake("The two losses were multiplied.", "What becomes of the two losses at the end.")
def multiplied(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return F.cross_entropy(start_logits, start) * F.cross_entropy(end_logits, end)


@mistake(
    "The logits of starts and ends were added, or averaged, before the loss. Each has a softmax of its own.",
    "What goes into `cross_entropy`.",
)
def logits_averaged(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    logits = (start_logits + end_logits) / 2
    return span_loss(logits, logits, start, end)


@mistake(
    "Starts and ends share one softmax, as if there were twice as many positions.",
    "The dimension along which you put the two together: rows or positions?",
)
def one_softmax_for_both(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    logits = torch.cat([start_logits, end_logits], dim=1)
    return span_loss(logits, logits, start, end + start_logits.shape[1])


# -------------------------------------------------------------------------------------------------- how it is averaged


@mistake(
    "The losses of all rows were added up, so that a larger batch has a larger loss.",
    "`sum` and `reduction`: the mean over the rows is asked for.",
)
def summed_over_rows(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return span_loss(start_logits, end_logits, start, end) * len(start)


@mistake(
    "All losses, of starts and of ends, were added up.",
    "`sum` and `reduction`: the mean over the rows, and over the two, is asked for.",
)
def all_summed(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return span_loss(start_logits, end_logits, start, end) * len(start) * 2


@mistake("The loss was divided by the number of positions.", "What you divide by.")
def divided_by_positions(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return span_loss(start_logits, end_logits, start, end) / start_logits.shape[1]


@mistake("The loss was divided by the number of rows once more.", "What you divide by: a mean has done so already.")
def divided_by_rows(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return span_loss(start_logits, end_logits, start, end) / len(start)


@mistake("One loss for each row came back.", "What is missing at the end, and `reduction`.")
def loss_of_each_row(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return (
        F.cross_entropy(start_logits, start, reduction="none") + F.cross_entropy(end_logits, end, reduction="none")
    ) / 2


@mistake("The first row alone has a loss.", "Every index `[0]`, and a `return` inside a loop.")
def first_row_alone(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return span_loss(start_logits[:1], end_logits[:1], start[:1], end[:1])


# ------------------------------------------------------------------------------------------------------ which positions


@mistake(
    "Answers at position 0 were left out. Here every position is one, [CLS] for a question without an answer.",
    "`ignore_index`, and conditions such as `> 0`.",
)
def position_zero_left_out(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    losses = [
        (F.cross_entropy(logits, place, reduction="none") * (place > 0)).sum() / (place > 0).sum().clamp(min=1)
        for logits, place in ((start_logits, start), (end_logits, end))
    ]
    return (losses[0] + losses[1]) / 2


@mistake(
    "Position 0 was taken out of the softmax.",
    "Every slice `[:, 1:]`: what do the numbers in `start` count from?",
)
def position_zero_cut_off(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    cut = [logits.clone() for logits in (start_logits, end_logits)]
    for logits in cut:
        logits[:, 0] = -1e9
    return span_loss(cut[0], cut[1], start, end)


@mistake(
    "The softmax runs over the rows of the batch, and not over the positions of a row.",
    "The dimension of your softmax.",
)
def softmax_over_rows(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return halves(lambda logits, place: -logits.log_softmax(0).gather(1, place[:, None]).mean())(
        start_logits, end_logits, start, end
    )


# -------------------------------------------------------------------------------------------------------- which formula

for name, likely, look_at, one in (
    (
        "softmax-first",
        "The logits went through softmax before `cross_entropy`, which does that itself.",
        "What goes into `cross_entropy`: raw scores.",
        lambda logits, place: F.cross_entropy(logits.softmax(1), place),
    ),
    (
        "no-softmax",
        "The logit at the answer was taken as it is, without what the others take away from it.",
        "`nll_loss` wants logarithms of probabilities.",
        lambda logits, place: -logits.gather(1, place[:, None]).mean(),
    ),
    (
        "probability",
        "The probability itself was taken, without a logarithm.",
        "What stands between softmax and the mean.",
        lambda logits, place: -logits.softmax(1).gather(1, place[:, None]).mean(),
    ),
    (
        "overflow",
        "exp of a large score is inf: the softmax was written out without taking the largest score off.",
        "Which function of torch computes the logarithm of a softmax in one step?",
        lambda logits, place: (logits.exp().sum(1).log() - logits.gather(1, place[:, None])[:, 0]).mean(),
    ),
    (
        "logarithm-of-softmax",
        "The logarithm was taken of a softmax, which is 0 where the model is sure and wrong.",
        "Which function of torch computes the logarithm of a softmax in one step?",
        lambda logits, place: -logits.softmax(1).gather(1, place[:, None]).log().mean(),
    ),
    (
        "epsilon-in-logarithm",
        "A small number was added inside of the logarithm, which hides how wrong a sure model is.",
        "Which function of torch computes the logarithm of a softmax in one step?",
        lambda logits, place: -(logits.softmax(1).gather(1, place[:, None]) + 1e-8).log().mean(),
    ),
    (
        "one-hot-times-infinity",
        "All logarithms were multiplied by 0 or 1. Where a position is ruled out, that is 0 times infinity: nan.",
        "How the one position that counts is picked: an index has no such trouble.",
        lambda logits, place: -(logits.log_softmax(1) * F.one_hot(place, logits.shape[1])).sum(1).mean(),
    ),
    (
        "each-position-by-itself",
        "Every position has a yes or no of its own. A start is one of all positions: they share one softmax.",
        "`binary_cross_entropy` and sigmoid.",
        lambda logits, place: F.binary_cross_entropy_with_logits(logits, F.one_hot(place, logits.shape[1]).to(logits)),
    ),
    (
        "labels-smoothed",
        "The answer got less than the whole probability, others the rest.",
        "`label_smoothing`: none is asked for.",
        lambda logits, place: F.cross_entropy(logits, place, label_smoothing=0.1),
    ),
    (
        "logarithm-to-base-two",
        "The logarithm is one to base 2. The loss is in nats.",
        "`log2`, and divisions by ln 2.",
        lambda logits, place: F.cross_entropy(logits, place) / 0.6931471805599453,
    ),
    (
        "distance",
        "The distance of the positions was taken, which the model cannot learn from in this way.",
        "A position is a class here, not a number that can be nearly right.",
        lambda logits, place: (
            (logits.softmax(1) * torch.arange(logits.shape[1]).to(logits)).sum(1) - place.to(logits)
        ).abs().mean(),
    ),
    (
        "detached",
        "As far as torch can see, the loss does not depend on the logits, so that nothing can be learned from it.",
        "`detach`, `item`, `data`, `no_grad`, and a tensor made from a number.",
        lambda logits, place: F.cross_entropy(logits.detach(), place),
    ),
):  # fmt: skip
    mistake.add(name, likely, look_at, halves(one))


@mistake("The end's logits are cut off from the model: only the start is learned.", "`detach`, `data` and `no_grad`.")
def end_detached(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return span_loss(start_logits, end_logits.detach(), start, end)


@mistake("The sign is wrong: a better answer has a higher loss.", "A minus too many, or one that is missing.")
def wrong_sign(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    return -span_loss(start_logits, end_logits, start, end)


@mistake("A Python number came back, through which nothing can be learned.", "`item` and `float` near the end.")
def python_number(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> float:
    return span_loss(start_logits, end_logits, start, end).item()


# ------------------------------------------------------------------------------------------------ known by what is seen

for name, likely, look_at in (
    (
        "another-loss",
        "The number is not the mean of two cross-entropies, each a mean over the rows.",
        "One row with two positions, by hand: each loss first, then what becomes of them.",
    ),
    (
        "another-gradient",
        "The loss is right in value, and what is learned from it is not.",
        "What happens to the logits on the way: `detach`, comparisons, rounding, and numbers put in their place.",
    ),
):
    mistake.add(name, likely, look_at, None)
