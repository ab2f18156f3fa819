"""Known mistakes of `pretraining.pretraining_loss`: of the sum, and of either loss in it."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.hidden.mlm import mlm_loss as of_mlm
from autograder.hidden.nsp import nsp_loss_mistakes as of_nsp
from autograder.judging.parts import Mistake, Mistakes
from bertkit.objectives.joint import pretraining_loss
from bertkit.objectives.mlm import mlm_loss
from bertkit.objectives.nsp import nsp_loss

mistake = Mistakes()
Loss = Callable[[Tensor, Tensor], Tensor]


def by_parts(change: Callable[[Tensor, Tensor], Any]) -> Any:
    """What is made of both right losses."""
    return lambda mlm_logits, mlm_labels, nsp_logits, is_next: change(
        mlm_loss(mlm_logits, mlm_labels), nsp_loss(nsp_logits, is_next)
    )


def adding(mlm: Loss = mlm_loss, nsp: Loss = nsp_loss) -> Any:
    """The sum of two losses."""
    return lambda mlm_logits, mlm_labels, nsp_logits, is_next: mlm(mlm_logits, mlm_labels) + nsp(nsp_logits, is_next)


def positions(logits: Tensor, labels: Tensor) -> Tensor:
    """The loss of each position with a label."""
    scores, targets = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    return F.cross_entropy(scores[targets != -100], targets[targets != -100], reduction="none")


def pairs(logits: Tensor, is_next: Tensor) -> Tensor:
    """The loss of each pair."""
    return F.cross_entropy(logits, (~is_next).long(), reduction="none")


# -------------------------------------------------------------------------------------------------------------- the sum

mistake.add(
    "mean-of-both",
    "The mean of both losses came back. Their sum is asked for.",
    "What you divide by at the end.",
    by_parts(lambda mlm, nsp: (mlm + nsp) / 2),
)
mistake.add(
    "nsp-missing",
    "The MLM loss alone came back.",
    "Where `nsp_logits` enters what you return.",
    by_parts(lambda mlm, nsp: mlm),
)
mistake.add(
    "mlm-missing",
    "The NSP loss alone came back.",
    "Where `mlm_logits` enters what you return.",
    by_parts(lambda mlm, nsp: nsp),
)
mistake.add(
    "product",
    "The two losses were multiplied. Their sum is asked for.",
    "The operator between both losses.",
    by_parts(lambda mlm, nsp: mlm * nsp),
)
mistake.add(
    "difference",
    "The NSP loss was subtracted: training would make the pairs worse and worse.",
    "The operator between both losses.",
    by_parts(lambda mlm, nsp: mlm - nsp),
)
mistake.add(
    "larger-of-both",
    "The larger of both losses came back.",
    "`max`: both are to be added up.",
    by_parts(torch.maximum),
)
mistake.add(
    "smaller-of-both",
    "The smaller of both losses came back.",
    "`min`: both are to be added up.",
    by_parts(torch.minimum),
)
mistake.add(
    "geometric",
    "The root of the sum of both squares came back.",
    "Powers and roots: both losses are to be added up.",
    by_parts(lambda mlm, nsp: (mlm**2 + nsp**2) ** 0.5),
)
mistake.add(
    "both-come-back",
    "Both losses came back by themselves. One number is asked for.",
    "What stands behind `return`.",
    by_parts(lambda mlm, nsp: (mlm, nsp)),
)
mistake.add(
    "all-three-come-back",
    "The sum came back together with both losses. One number is asked for.",
    "What stands behind `return`.",
    by_parts(lambda mlm, nsp: (mlm + nsp, mlm, nsp)),
)
mistake.add(
    "stacked",
    "Both losses came back in one tensor. Their sum is asked for.",
    "`stack` and `cat`: what is missing behind them?",
    by_parts(lambda mlm, nsp: torch.stack([mlm, nsp])),
)
mistake.add(
    "number-for-loss",
    "A Python number came back. Nothing can be learned from it.",
    "`item` and `float`.",
    by_parts(lambda mlm, nsp: mlm.item() + nsp.item()),
)
mistake.add(
    "mlm-cut-off",
    "The MLM loss is cut off from its scores, so that nothing is learned from it.",
    "`item`, `detach`, `float` and `no_grad` around the first loss.",
    by_parts(lambda mlm, nsp: mlm.detach() + nsp),
)
mistake.add(
    "nsp-cut-off",
    "The NSP loss is cut off from its scores, so that nothing is learned from it.",
    "`item`, `detach`, `float` and `no_grad` around the second loss.",
    by_parts(lambda mlm, nsp: mlm + nsp.detach()),
)
mistake.add(
    "both-cut-off",
    "The loss is cut off from all scores, so that nothing can be learned from it.",
    "`item`, `detach`, `no_grad`, and tensors that are made of a number.",
    by_parts(lambda mlm, nsp: (mlm + nsp).detach()),
)
mistake.add(
    "pooled",
    "Positions and pairs went into one mean, in which a pair weighs no more than a word. Each loss is a mean of "
    "its own.",
    "What is divided by what: there are two means, and then a sum.",
    lambda mlm_logits, mlm_labels, nsp_logits, is_next: torch.cat(
        [positions(mlm_logits, mlm_labels), pairs(nsp_logits, is_next)]
    ).mean(),
)
mistake.add(
    "both-sums",
    "Both losses are sums. Each has to be a mean, or the one with more terms decides alone.",
    "`reduction`, and what is missing after a sum.",
    adding(of_mlm.sum_not_mean, of_nsp.sum_not_mean),
)
mistake.add(
    "sum-over-labels",
    "The sums of both losses were added up, and divided by the number of labels.",
    "What is divided by what: there are two means, and then a sum.",
    lambda mlm_logits, mlm_labels, nsp_logits, is_next: (
        (positions(mlm_logits, mlm_labels).sum() + pairs(nsp_logits, is_next).sum())
        / (mlm_labels != -100).sum().clamp(min=1)
    ),
)
mistake.add(
    "divided-by-rows",
    "The MLM loss was added up and divided by the number of rows. It is a mean over the positions with a label.",
    "What you divide the first loss by.",
    adding(mlm=lambda logits, labels: positions(logits, labels).sum() / len(labels) + logits.sum() * 0),
)
mistake.add(
    "zero-label-ignored-by-both",
    "Label 0 was left out in both losses. 0 is a token, and it is the class of pairs that follow.",
    "`ignore_index`: what does it leave out in each loss?",
    lambda mlm_logits, mlm_labels, nsp_logits, is_next: (
        of_mlm.ignore_zero(mlm_logits, mlm_labels) + of_nsp.class_0_ignored(nsp_logits, is_next)
    ),
)
mistake.add(
    "softmax-twice-in-both",
    "The scores of both went through softmax before a function that does so itself.",
    "What `cross_entropy` expects: raw scores.",
    adding(of_mlm.softmax_twice, of_nsp.softmax_twice),
)
mistake.add(
    "nan-and-swapped",
    "The classes of pairs are the wrong way round, and a batch without a label gives nan.",
    "What True becomes as a number, and what the first loss is divided by when there is nothing to count.",
    adding(of_mlm.nan_when_empty, of_nsp.classes_swapped),
)
mistake.add(
    "nan-and-class-0-ignored",
    "Pairs of class 0 were left out, and a batch without a label gives nan.",
    "`ignore_index`, and what the first loss is divided by when there is nothing to count.",
    adding(of_mlm.nan_when_empty, of_nsp.class_0_ignored),
)
mistake.add(
    "nan-and-mean-of-both",
    "The mean of both losses came back, and a batch without a label gives nan. A sum is asked for, in which the MLM "
    "loss is 0 there.",
    "What you divide by at the end, and in the first loss when there is nothing to count.",
    lambda mlm_logits, mlm_labels, nsp_logits, is_next: (
        (of_mlm.nan_when_empty(mlm_logits, mlm_labels) + nsp_loss(nsp_logits, is_next)) / 2
    ),
)
mistake.add(
    "nothing-without-labels",
    "Where nothing was selected the whole loss is 0. The pairs are there all the same.",
    "What is returned early: does it concern both losses?",
    lambda mlm_logits, mlm_labels, nsp_logits, is_next: (
        pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next) * float(bool((mlm_labels != -100).any()))
    ),
)
mistake.add(
    "nsp-alone-without-labels",
    "Where nothing was selected the MLM loss is left out, so that no gradient comes to its scores: it has to be 0 and "
    "hang on them all the same.",
    "What is returned early. Can the zero come out of the same formula as every other loss?",
    lambda mlm_logits, mlm_labels, nsp_logits, is_next: (
        pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next)
        if (mlm_labels != -100).any()
        else nsp_loss(nsp_logits, is_next)
    ),
)
mistake.add(
    "changes-precision",
    "The precision was changed on the way. The loss has the type of the scores that it is computed from.",
    "`float()`, `double()`, or a tensor of another type that meets the scores.",
    lambda mlm_logits, mlm_labels, nsp_logits, is_next: pretraining_loss(
        mlm_logits.float(), mlm_labels, nsp_logits.float(), is_next
    ),
)
mistake.add(
    "of-shape-one",
    "The loss has the shape (1,). A number without dimensions is asked for.",
    "Brackets around a number, `reshape` and `keepdim`.",
    by_parts(lambda mlm, nsp: (mlm + nsp).reshape(1)),
)
for weight, words in ((0.5, "one half"), (0.1, "one tenth"), (2.0, "2")):
    mistake.add(
        f"nsp-times-{words.replace(' ', '-')}",
        f"The NSP loss was multiplied by {words}. Both count the same.",
        "Factors in front of the losses.",
        by_parts(lambda mlm, nsp, weight=weight: mlm + weight * nsp),  # type: ignore[misc]
    )
    mistake.add(
        f"mlm-times-{words.replace(' ', '-')}",
        f"The MLM loss was multiplied by {words}. Both count the same.",
        "Factors in front of the losses.",
        by_parts(lambda mlm, nsp, weight=weight: weight * mlm + nsp),  # type: ignore[misc]
    )


def next_tokens(logits: Tensor, labels: Tensor) -> Tensor:
    return mlm_loss(logits[:, :-1], labels[:, 1:])


mistake.add(
    "labels-shifted",
    "The labels were shifted by one position, as for predicting the next token.",
    "Slices such as `[:-1]` and `[1:]`: here a label stands where its scores do.",
    adding(mlm=next_tokens),
)

# ----------------------------------------------------------------------------------------------------------- the losses

OF_MLM = (
    *("all-positions", "nan-when-empty", "sum-not-mean", "ignore-zero", "ignored-as-zero", "mean-of-row-means"),
    *("softmax-twice", "unstable-softmax", "not-flattened", "bits-not-nats", "wrong-sign"),
    *("count-plus-one", "label-smoothing", "log-of-mean-probability", "mean-of-labelled-rows", "no-log-softmax"),
    *("perplexity", "softmax-over-positions", "mixed-by-reshape", "squared-error"),
)
OF_NSP = (
    *("classes-swapped", "sum-not-mean", "class-0-ignored", "real-pairs-alone", "random-pairs-count-as-0"),
    *("mean-of-class-means", "softmax-twice", "unstable-softmax", "log-of-softmax", "no-log-softmax", "no-logarithm"),
    *("softmax-over-pairs", "first-score-alone", "second-score-alone", "second-score-for-follows", "two-sigmoids"),
    *("squared-error", "bits-not-nats", "label-smoothing", "perplexity"),
    *("turns-labels-round", "all-follow", "classes-from-1", "boolean-classes", "minus-for-not", "first-pair-alone"),
    *("swapped-and-ignored",),
)
"""Known mistakes of the two losses that are mistakes of their sum."""


def named(known: Mistakes, name: str) -> Mistake:
    return next(each for each in known.all if each.name == name)


def inside(text: str, of: str) -> str:
    """A sentence about a loss, said of it inside the sum."""
    return f"In the {of} loss, {text if text.startswith(('`', 'Python')) else text[0].lower() + text[1:]}"


for name in OF_MLM:
    known = named(of_mlm.mistake, name)
    mistake.add(f"mlm-{name}", inside(known.likely, "MLM"), known.look_at, adding(mlm=known.answer))
for name in OF_NSP:
    known = named(of_nsp.mistake, name)
    mistake.add(f"nsp-{name}", inside(known.likely, "NSP"), known.look_at, adding(nsp=known.answer))

mistake.add(
    "nsp-one-loss-a-pair",
    "The NSP loss is one number a pair, so that the sum has one for each. One number is asked for.",
    "`reduction`, and what is missing at the end of the second loss.",
    adding(nsp=of_nsp.no_reduction),
)

# ----------------------------------------------------------------------------------------------- known by what was seen

mistake.add(
    "another-sum",
    "The loss is not the sum of both means.",
    "Both losses by themselves, in a case so small that you know them; and what stands between and around them.",
    None,
)
mistake.add(
    "another-gradient-of-tokens",
    "What goes back to the scores of tokens is not the gradient of the mean over labelled positions.",
    "What the first loss is made of: which positions, what is divided by what, and `detach`.",
    None,
)
mistake.add(
    "another-gradient-of-pairs",
    "What goes back to the scores of pairs is not the gradient of the mean over pairs.",
    "What the second loss is made of: which class is which, what is divided by what, and `detach`.",
    None,
)
mistake.add(
    "another-loss-without-labels",
    "Where nothing was selected the loss is not that of the pairs alone, with all zeros for the scores of tokens.",
    "What your first loss gives, when there is nothing to count.",
    None,
)
