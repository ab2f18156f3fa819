"""Known mistakes of `pretraining.masked_accuracy`."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.judging.parts import Mistakes
from bertkit.evaluation.metrics import masked_accuracy

mistake = Mistakes()

Counted = tuple[int, int]
DIMENSION = "Every `dim` in your code: the tokens lie along the last dimension, however many there are in front."


def by_counts(change: Callable[[int, int, Tensor, Tensor], Any]) -> Any:
    """A change of the right numbers, given with them scores and labels."""
    return lambda logits, labels: change(*masked_accuracy(logits, labels), logits, labels)


def by_prediction(predict: Callable[[Tensor], Tensor]) -> Any:
    """Right but for what is taken to be predicted."""

    def counting(logits: Tensor, labels: Tensor) -> Counted:
        labelled = labels != -100
        return int(((predict(logits) == labels) & labelled).sum()), int(labelled.sum())

    return counting


def by_mask(labelled: Callable[[Tensor, Tensor], Tensor]) -> Any:
    """Right but for which positions count, told from scores and labels."""

    def counting(logits: Tensor, labels: Tensor) -> Counted:
        there = labelled(logits, labels)
        return int(((logits.argmax(dim=-1) == labels) & there).sum()), int(there.sum())

    return counting


# ------------------------------------------------------------------------------------------------------ which positions

mistake.add(
    "total-is-all",
    "The second number counts every position, those without a label too.",
    "What is counted for the second number: are labels compared with -100 there, and not predictions or -1?",
    by_counts(lambda correct, total, logits, labels: (correct, labels.numel())),
)
mistake.add(
    "total-is-rows",
    "The second number counts rows, not positions.",
    "`len` and `shape[0]` of a tensor with several dimensions.",
    by_counts(lambda correct, total, logits, labels: (correct, labels.shape[0] if labels.dim() else 1)),
)
mistake.add(
    "total-is-row-length",
    "The second number is how many positions a row has.",
    "`shape[-1]` and `shape[1]`, and where -100 enters.",
    by_counts(lambda correct, total, logits, labels: (correct, labels.shape[-1] if labels.dim() else 1)),
)
mistake.add(
    "label-0-left-out",
    "Label 0 was left out. 0 is a token; only -100 says that nothing is to be predicted.",
    "Comparisons of labels with 0.",
    by_mask(lambda logits, labels: labels > 0),
)
mistake.add(
    "label-0-left-out-and-100-counted",
    "Positions with label 0 were left out, and those with -100 were counted.",
    "What the labels are compared with to find those that count.",
    by_mask(lambda logits, labels: labels != 0),
)
mistake.add(
    "truth-of-labels",
    "A label counts where it is not 0, as the truth of a number has it. -100 is not 0, and 0 is a token.",
    "Conditions such as `labels.bool()` and `if label`.",
    by_counts(lambda correct, total, logits, labels: (correct, int(labels.bool().sum()))),
)
mistake.add(
    "label-0-missing-in-total",
    "The second number leaves out positions with label 0, which is a token.",
    "Comparisons of labels with 0.",
    by_counts(lambda correct, total, logits, labels: (correct, int((labels > 0).sum()))),
)
mistake.add(
    "label-0-missing-in-correct",
    "The first number leaves out positions with label 0, which is a token.",
    "Comparisons with 0, and products with labels.",
    by_counts(
        lambda correct, total, logits, labels: (
            int(((logits.argmax(dim=-1) == labels) & (labels > 0)).sum()),
            total,
        )
    ),
)
mistake.add(
    "mask-inverted",
    "The positions without a label were counted, and those with one left out.",
    "`==` or `!=`, where labels are compared with -100.",
    by_mask(lambda logits, labels: labels == -100),
)
mistake.add(
    "total-of-unlabelled",
    "The second number counts the positions without a label.",
    "`==` or `!=`, where labels are compared with -100.",
    by_counts(lambda correct, total, logits, labels: (correct, labels.numel() - total)),
)
mistake.add(
    "ignored-as-zero",
    "Positions without a label were counted as if token 0 were right there.",
    "What becomes of -100: clamping turns it into a token.",
    lambda logits, labels: masked_accuracy(logits, labels.clamp(min=0)),
)
mistake.add(
    "ignored-as-zero-in-correct",
    "In the first number, positions without a label count as right where token 0 is predicted.",
    "What becomes of -100: clamping turns it into a token.",
    by_counts(
        lambda correct, total, logits, labels: (int((logits.argmax(dim=-1) == labels.clamp(min=0)).sum()), total)
    ),
)
mistake.add(
    "unlabelled-count-as-right",
    "Positions without a label count as right in the first number.",
    "`|` or `&`, and what a mask does to places that do not count.",
    by_counts(lambda correct, total, logits, labels: (correct + labels.numel() - total, total)),
)
mistake.add(
    "unlabelled-count-as-right-everywhere",
    "Positions without a label count as right, in both numbers.",
    "`|` or `&`, and what a mask does to places that do not count.",
    by_counts(lambda correct, total, logits, labels: (correct + labels.numel() - total, labels.numel())),
)
mistake.add(
    "predicted-0-left-out",
    "Positions at which token 0 is predicted were left out.",
    "Which of the two is compared: labels say what counts, and predictions do not.",
    by_mask(lambda logits, labels: (labels != -100) & (logits.argmax(dim=-1) != 0)),
)
mistake.add(
    "one-at-least",
    "Where nothing has a label, the second number is 1. It is a count, and nobody divides yet.",
    "Limits such as `max(total, 1)`.",
    by_counts(lambda correct, total, logits, labels: (correct, max(total, 1))),
)
mistake.add(
    "divides-by-no-labels",
    "Something is divided by the number of labels, which may be 0.",
    "Divisions: both results are counts.",
    by_counts(lambda correct, total, logits, labels: (round(correct / total * total), total)),
)
mistake.add(
    "last-position-missing",
    "The labels were shifted by one position, as for predicting the next token.",
    "Slices such as `[:-1]` and `[1:]`: here a label stands where its scores do.",
    lambda logits, labels: (
        masked_accuracy(logits[..., :-1, :], labels[..., 1:]) if labels.dim() else masked_accuracy(logits, labels)
    ),
)
mistake.add(
    "first-position-missing",
    "The first position of every row was left out.",
    "Slices such as `[1:]`: every position with a label counts.",
    lambda logits, labels: (
        masked_accuracy(logits[..., 1:, :], labels[..., 1:]) if labels.dim() else masked_accuracy(logits, labels)
    ),
)
mistake.add(
    "first-row-alone",
    "Only the first row was counted.",
    "An index `[0]`, or a `return` inside a loop.",
    lambda logits, labels: masked_accuracy(logits[0], labels[0]) if labels.dim() else masked_accuracy(logits, labels),
)
mistake.add(
    "rows-without-labels",
    "The second number counts the rows that have a label.",
    "`any` along a dimension: what is to be counted?",
    by_counts(
        lambda correct, total, logits, labels: (
            correct,
            int((labels != -100).any(dim=-1).sum()) if labels.dim() else total,
        )
    ),
)
mistake.add(
    "rows-wholly-right",
    "The first number counts rows in which everything is right.",
    "`all` along a dimension: what is to be counted?",
    by_counts(
        lambda correct, total, logits, labels: (
            int(((logits.argmax(dim=-1) == labels) | (labels == -100)).all(dim=-1).sum()) if labels.dim() else correct,
            total,
        )
    ),
)
mistake.add(
    "each-token-once",
    "Each label counts once, however often it comes.",
    "`unique`, sets and dicts.",
    by_counts(lambda correct, total, logits, labels: (correct, len({*labels[labels != -100].tolist()}))),
)

# ---------------------------------------------------------------------------------------------------- what is predicted


def along(dim: int) -> Callable[[Tensor], Tensor]:
    """The place of the highest along another dimension, where there is one."""
    return lambda logits: logits.argmax(dim=dim) if logits.dim() > 1 else logits.argmax()


mistake.add(
    "highest-along-dimension-0",
    "The highest score was looked for along the first dimension, from row to row.",
    DIMENSION,
    by_prediction(along(0)),
)
mistake.add(
    "highest-along-dimension-1",
    "The highest score was looked for along the second dimension, which has the tokens only where there is one "
    "dimension of positions.",
    DIMENSION,
    by_prediction(lambda logits: logits.argmax(dim=1) if logits.dim() > 1 else logits.argmax()),
)
mistake.add(
    "highest-along-dimension-2",
    "The highest score was looked for along the third dimension, which has the tokens only where there are two "
    "dimensions of positions.",
    DIMENSION,
    by_prediction(lambda logits: logits.argmax(dim=2)),
)
mistake.add(
    "highest-along-positions",
    "The highest score was looked for from position to position, not from token to token.",
    DIMENSION,
    by_prediction(along(-2)),
)
mistake.add(
    "highest-of-all",
    "The highest score of the whole batch was looked for, not that of each position.",
    "`argmax` without a dimension.",
    by_prediction(lambda logits: logits.argmax()),
)
mistake.add(
    "lowest-score",
    "The token with the lowest score was taken for the predicted one.",
    "`argmin` and `argmax`, and a minus in front of the scores.",
    by_prediction(lambda logits: logits.argmin(dim=-1)),
)
mistake.add(
    "scores-for-predictions",
    "The highest scores themselves were compared with the labels. It is their place that is a token.",
    "What `max` along a dimension gives: two results.",
    by_prediction(lambda logits: logits.amax(dim=-1)),
)
mistake.add(
    "rounded-scores",
    "The scores lost what lies behind their point before the highest was looked for.",
    "`long`, `int` and `round` on the scores.",
    by_prediction(lambda logits: logits.clamp(-1e15, 1e15).long().argmax(dim=-1)),
)
mistake.add(
    "largest-magnitude",
    "The score with the largest magnitude was taken, whatever its sign is.",
    "`abs` and squares on the scores.",
    by_prediction(lambda logits: logits.abs().argmax(dim=-1)),
)
mistake.add(
    "token-0-never-predicted",
    "Token 0 can never be predicted.",
    "Slices such as `[..., 1:]`, and the value that a search begins with.",
    by_prediction(lambda logits: logits[..., 1:].argmax(dim=-1) + 1 if logits.shape[-1] > 1 else logits.argmax(-1)),
)
mistake.add(
    "last-token-never-predicted",
    "The last token can never be predicted.",
    "Slices such as `[..., :-1]`, and ranges that end too early.",
    by_prediction(lambda logits: logits[..., :-1].argmax(dim=-1) if logits.shape[-1] > 1 else logits.argmax(-1)),
)
mistake.add(
    "negative-scores-cut",
    "Scores below 0 became 0, so that where all are, token 0 is predicted.",
    "`relu`, `clamp`, and the number that a search for the highest begins with.",
    by_prediction(lambda logits: logits.relu().argmax(dim=-1)),
)
mistake.add(
    "tokens-from-1",
    "Tokens were counted from 1.",
    "A `+ 1` behind `argmax`.",
    by_prediction(lambda logits: logits.argmax(dim=-1) + 1),
)
for k in (2, 3, 5):
    mistake.add(
        f"among-the-best-{k}",
        f"A position counts as right where its label is among the {k} highest scores.",
        "`topk`: how many may there be?",
        lambda logits, labels, k=k: (
            int((logits.topk(min(k, logits.shape[-1]), dim=-1).indices == labels[..., None]).any(-1).sum()),
            int((labels != -100).sum()),
        ),
    )
mistake.add(
    "above-one-half",
    "A position counts as right only where the model gives more than one half to the label.",
    "Thresholds: is the highest score not enough?",
    lambda logits, labels: (
        int(((logits.softmax(-1).gather(-1, labels.clamp(min=0)[..., None])[..., 0] > 0.5) & (labels != -100)).sum()),
        int((labels != -100).sum()),
    ),
)
mistake.add(
    "positive-scores",
    "A position counts as right where the score of its label is above 0.",
    "What is compared with 0: it is the highest score that is predicted.",
    lambda logits, labels: (
        int(((logits.gather(-1, labels.clamp(min=0)[..., None])[..., 0] > 0) & (labels != -100)).sum()),
        int((labels != -100).sum()),
    ),
)


def mixed(logits: Tensor, labels: Tensor) -> Counted:
    swapped = logits.transpose(-1, -2) if logits.dim() > 1 else logits
    return masked_accuracy(swapped.reshape(-1, logits.shape[-1]), labels.reshape(-1))


mistake.add(
    "mixed-by-reshape",
    "Dimensions were exchanged before the scores were put in rows, so that positions and tokens got mixed.",
    "`transpose` before `reshape`.",
    mixed,
)

# ------------------------------------------------------------------------------------------------------ what comes back

mistake.add(
    "accuracy-returned",
    "The accuracy came back. Two counts are asked for, since batches have different numbers of labels.",
    "What stands behind `return`.",
    by_counts(lambda correct, total, *given: correct / max(total, 1)),
)
mistake.add(
    "accuracy-and-total",
    "The accuracy came back in the place of the first count.",
    "Divisions: both results are counts.",
    by_counts(lambda correct, total, *given: (correct / max(total, 1), total)),
)
mistake.add(
    "accuracy-as-tensor",
    "The accuracy came back, as a tensor. Two counts are asked for.",
    "What stands behind `return`.",
    by_counts(lambda correct, total, *given: torch.tensor(correct / max(total, 1))),
)


def mean_of_hits(logits: Tensor, labels: Tensor) -> Tensor:
    there = labels != -100
    return (logits.argmax(dim=-1) == labels)[there].float().mean()


mistake.add(
    "mean-of-hits",
    "The mean over labelled positions came back, which is an accuracy and a tensor. Two counts are asked for.",
    "What stands behind `return`.",
    mean_of_hits,
)
mistake.add(
    "mean-of-hits-as-number",
    "The mean over labelled positions came back, which is nan where there is none. Two counts are asked for.",
    "What stands behind `return`.",
    lambda logits, labels: mean_of_hits(logits, labels).item(),
)
mistake.add(
    "total-first",
    "The number of labels came first. The hits come first.",
    "The order behind `return`.",
    by_counts(lambda correct, total, *given: (total, correct)),
)
mistake.add(
    "right-and-wrong",
    "The second number counts what was predicted wrong, not all that has a label.",
    "What the docstring says of the second number.",
    by_counts(lambda correct, total, *given: (correct, total - correct)),
)
mistake.add(
    "wrong-for-right",
    "The first number counts what was predicted wrong.",
    "`!=` and `==`, where predictions are compared with labels.",
    by_counts(lambda correct, total, *given: (total - correct, total)),
)
mistake.add(
    "mismatches-everywhere",
    "The first number counts where predictions and labels differ, in positions without a label too.",
    "`!=` and `==`, where predictions are compared with labels.",
    by_counts(lambda correct, total, logits, labels: (labels.numel() - correct, total)),
)
mistake.add(
    "correct-alone",
    "Only the number of hits came back.",
    "What stands behind `return`: two numbers are asked for.",
    by_counts(lambda correct, total, *given: correct),
)
mistake.add(
    "tensors",
    "Both numbers are tensors. Python ints are asked for, so that they can be added up and written down anywhere.",
    "What a `sum` of a mask is, and what takes the number out of it.",
    by_counts(lambda correct, total, *given: (torch.tensor(correct), torch.tensor(total))),
)
mistake.add(
    "correct-is-a-tensor",
    "The first number is a tensor. Python ints are asked for.",
    "What a `sum` of a mask is, and what takes the number out of it.",
    by_counts(lambda correct, total, *given: (torch.tensor(correct), total)),
)
mistake.add(
    "total-is-a-tensor",
    "The second number is a tensor. Python ints are asked for.",
    "What a `sum` of a mask is, and what takes the number out of it.",
    by_counts(lambda correct, total, *given: (correct, torch.tensor(total))),
)
mistake.add(
    "floats",
    "Both numbers are floats. Counts are whole numbers.",
    "`float`, and what `item` gives of a tensor of floats.",
    by_counts(lambda correct, total, *given: (float(correct), float(total))),
)
mistake.add(
    "correct-is-a-float",
    "The first number is a float. Counts are whole numbers.",
    "`float`, and what `item` gives of a tensor of floats.",
    by_counts(lambda correct, total, *given: (float(correct), total)),
)
mistake.add(
    "total-is-a-float",
    "The second number is a float. Counts are whole numbers.",
    "`float`, and what `item` gives of a tensor of floats.",
    by_counts(lambda correct, total, *given: (correct, float(total))),
)
mistake.add(
    "as-dict",
    "A dict came back where two numbers are asked for.",
    "What stands behind `return`.",
    by_counts(lambda correct, total, *given: {"correct": correct, "total": total}),
)
mistake.add(
    "a-count-for-each-row",
    "Each row has counts of its own. One of each for all positions is asked for.",
    "`sum` along a dimension, and `tolist`.",
    lambda logits, labels: (
        ((logits.argmax(dim=-1) == labels) & (labels != -100)).sum(dim=-1).tolist(),
        (labels != -100).sum(dim=-1).tolist(),
    ),
)
mistake.add(
    "counts-of-8-bits",
    "The counts were added up in numbers of 8 bits, which begin anew at 256.",
    "`dtype=torch.uint8`, `byte()` and `sum`.",
    by_counts(lambda correct, total, *given: (correct % 256, total % 256)),
)
mistake.add(
    "changes-labels",
    "The labels are changed in place. They belong to the caller, who needs them afterwards.",
    "Assignments to `labels[...]`, and methods ending in `_`.",
    lambda logits, labels: (masked_accuracy(logits, labels), labels.clamp_(min=0))[0],
)


def changes_labels_first(logits: Tensor, labels: Tensor) -> Counted:
    labels[labels == -100] = 0
    return masked_accuracy(logits, labels)


mistake.add(
    "labels-become-0",
    "-100 is replaced by 0 in the labels themselves, so that these positions count, and the caller's labels are lost.",
    "Assignments to `labels[...]`, and what -100 says.",
    changes_labels_first,
)

# ----------------------------------------------------------------------------------------------- known by what was seen

for name, likely, look_at in (
    ("no-two-results", "What came back is not two counts.", "What stands behind `return`."),
    (
        "tensors-for-counts",
        "A tensor came back where a Python int is asked for.",
        "What a `sum` of a mask is, and what takes the number out of it.",
    ),
    ("floats-for-counts", "A float came back where a Python int is asked for.", "`float`, divisions, and `item`."),
    (
        "no-python-ints",
        "One of the counts is no Python int. NumPy's whole numbers look the same and are none.",
        "The type of both results: what turns a number of any kind into a Python int?",
    ),
    (
        "counts-too-many-positions",
        "The second number counts positions that have no label.",
        "What is counted for the second number: where does -100 enter?",
    ),
    (
        "counts-too-few-positions",
        "The second number leaves out positions that have a label.",
        "What is counted for the second number: is every label but -100 in it, 0 too, in every row?",
    ),
    (
        "counts-too-many-hits",
        "The first number is higher than the number of right predictions.",
        "What counts as right: the place of the highest score, compared with the label, where there is one.",
    ),
    (
        "counts-too-few-hits",
        "The first number is lower than the number of right predictions.",
        "What counts as right: the place of the highest score, compared with the label, along which dimension?",
    ),
):
    mistake.add(name, likely, look_at, None)
