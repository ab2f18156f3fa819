"""Hidden tests of `mlm.mlm_loss`."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.exercises.mlm import run_mlm_loss
from autograder.hidden.advice import change_argument, leave_mode_switched, need_contiguous, return_nothing
from autograder.hidden.draw import kind_of, torch_generator, wrong_kind
from autograder.judging.judge import NOT_FLATTENED, Case, Finding, HiddenTests, Mistake, PartTests
from autograder.running.observe import observe, same
from bertkit.objectives.mlm import mlm_loss

TOLERANCE = 1e-5


def loss_case(
    rng: random.Random,
    leading: tuple[int, ...],
    labelled: float,
    vocabulary: int = 9,
    dtype: torch.dtype = torch.float32,
    scale: float = 1.0,
    **more: Any,
) -> Case:
    """Random logits, with labels at a share of the positions, token 0 among them."""
    generator = torch_generator(rng)
    logits = scale * torch.randn(*leading, vocabulary, generator=generator, dtype=dtype)
    labels = torch.randint(0, vocabulary, leading, generator=generator)
    labels[torch.rand(leading, generator=generator) >= labelled] = -100
    if labelled:
        labels.view(-1)[0] = 0
        if labels.numel() > 1:
            labels.view(-1)[1] = 1  # the first row has two labels at least, and not all for token 0
    return Case({"logits": logits, "labels": labels, **more})


def mean_cases(rng: random.Random) -> list[Case]:
    """Several shapes and both precisions, rows with unequal numbers of labels, scores so large that exp overflows.

    Once without a gradient, as in evaluation.
    """
    return [
        loss_case(rng, (4, 12), 0.3),
        loss_case(rng, (1, 5), 1.0, dtype=torch.float64),
        loss_case(rng, (17,), 0.5),
        loss_case(rng, (2, 3, 4), 0.5),
        loss_case(rng, (6, 5), 0.4, strided=True),
        # Many labels: right answers differ by rounding of the scores, which a loss near 0 would not cover.
        loss_case(rng, (3, 6), 0.9, scale=300.0),
        loss_case(rng, (2, 4), 0.5, evaluation=True),
    ]


def reference(case: Case) -> dict[str, Any]:
    """What the library's loss gives."""
    return cast(dict[str, Any], observe(run_mlm_loss, mlm_loss, case.inputs)["value"])


def judge_mean(cases: Sequence[Case], values: Sequence[Any]) -> Finding | None:
    """Kind, value, gradient."""
    for case, value in zip(cases, values, strict=True):
        right, loss = reference(case), value["loss"]
        one_number = isinstance(loss, Tensor) and loss.numel() == 1
        wrong_shape = None if one_number else "no-reduction"
        finding = wrong_kind(loss, (), case.inputs["logits"].dtype, "changes-precision", wrong_shape)
        if finding:
            return replace(finding, misconception="detached") if isinstance(loss, float) else finding
        labels = int((case.inputs["labels"] != -100).sum())
        where = f"{labels} labels at {case.inputs['labels'].numel()} positions"
        if not same(loss, right["loss"], TOLERANCE):
            ratio = f", {float(loss / right['loss']):.3g} times the right value" if loss.isfinite() else ""
            return Finding(
                f"For {where}, the loss was {float(loss):.4g}{ratio}.",
                "The mean over the labelled positions.",
                None if loss.isfinite() else "unstable-softmax",
            )
        if case.inputs.get("evaluation"):
            continue
        if value["gradient"] is None:
            return Finding("The loss has no gradient.", "A loss that can be differentiated.", "detached")
        if not same(value["gradient"], right["gradient"], TOLERANCE):
            return Finding(f"For {where}, the gradient is not that of the mean.", "The gradient of the mean.")
    return None


def empty_cases(rng: random.Random) -> list[Case]:
    """No labels at all."""
    return [loss_case(rng, (2, 5), 0.0), loss_case(rng, (1,), 0.0, dtype=torch.float64)]


def judge_empty(cases: Sequence[Case], values: Sequence[Any]) -> Finding | None:
    """Zero, with a gradient of zeros."""
    for case, value in zip(cases, values, strict=True):
        loss = value["loss"]
        if not isinstance(loss, Tensor) or loss.numel() != 1:
            constant = "empty-without-gradient" if isinstance(loss, int | float) and loss == 0 else None
            return Finding(f"Without labels it returned {kind_of(loss)}.", "A tensor holding 0.", constant)
        if float(loss) != 0:
            shown, name = ("nan", "nan-when-empty") if math.isnan(float(loss)) else (f"{float(loss):.4g}", None)
            return Finding(f"Without labels the loss was {shown}.", "Exactly 0.", name)
        if value["gradient"] is None:
            return Finding("Without labels the loss has no gradient.", "A gradient of zeros.", "empty-without-gradient")
        finding = wrong_kind(loss, (), case.inputs["logits"].dtype, "changes-precision", None)
        if finding:
            return finding
        if not (value["gradient"] == 0).all():
            return Finding("Without labels the gradient is not zero.", "A gradient of zeros.")
    return None


def flat(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    return logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)


def labelled_mean(per_position: Tensor, labels: Tensor) -> Tensor:
    return per_position.sum() / (labels != -100).sum().clamp(min=1)


def all_positions(logits: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(*flat(logits, labels), reduction="sum") / labels.numel()


def nan_when_empty(logits: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(*flat(logits, labels))


def sum_not_mean(logits: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(*flat(logits, labels), reduction="sum")


def ignore_zero(logits: Tensor, labels: Tensor) -> Tensor:
    scores, targets = flat(logits, labels)
    targets = targets.clamp(min=0)
    return F.cross_entropy(scores, targets, ignore_index=0, reduction="sum") / (targets != 0).sum().clamp(min=1)


def ignored_as_zero(logits: Tensor, labels: Tensor) -> Tensor:
    scores, targets = flat(logits, labels)
    return F.cross_entropy(scores, targets.clamp(min=0))


def mean_of_row_means(logits: Tensor, labels: Tensor) -> Tensor:
    rows = [mlm_loss(row, row_labels) for row, row_labels in zip(logits, labels, strict=True)]
    return torch.stack(rows).mean()


def softmax_twice(logits: Tensor, labels: Tensor) -> Tensor:
    return mlm_loss(logits.softmax(dim=-1), labels)


def unstable_softmax(logits: Tensor, labels: Tensor) -> Tensor:
    scores, targets = flat(logits, labels)
    log_probabilities = (scores.exp() / scores.exp().sum(dim=-1, keepdim=True)).log()
    picked = -log_probabilities.gather(1, targets.clamp(min=0)[:, None])[:, 0]
    return labelled_mean(torch.where(targets != -100, picked, 0.0), targets)


def empty_without_gradient(logits: Tensor, labels: Tensor) -> Tensor:
    if not (labels != -100).any():
        return torch.tensor(0.0, dtype=logits.dtype)
    return mlm_loss(logits, labels)


def not_flattened(logits: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(logits, labels)


def detached(logits: Tensor, labels: Tensor) -> Tensor:
    return mlm_loss(logits, labels).detach()


def changes_precision(logits: Tensor, labels: Tensor) -> Tensor:
    return mlm_loss(logits.float(), labels)


def needs_contiguous(logits: Tensor, labels: Tensor) -> Tensor:
    scores, targets = logits.view(-1, logits.shape[-1]), labels.view(-1)
    return mlm_loss(scores, targets)


def changes_argument(logits: Tensor, labels: Tensor) -> Tensor:
    labelled = labels != -100
    labels[~labelled] = 0
    scores, targets = flat(logits, labels)
    return (F.cross_entropy(scores, targets, reduction="none") * labelled.reshape(-1)).sum() / labelled.sum().clamp(1)


def mode_left_switched(logits: Tensor, labels: Tensor) -> Tensor:
    loss = mlm_loss(logits, labels)
    torch.set_grad_enabled(False)  # "only for counting the labels"
    return loss


def bits_not_nats(logits: Tensor, labels: Tensor) -> Tensor:
    return mlm_loss(logits, labels) / math.log(2)


def no_reduction(logits: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(*flat(logits, labels), reduction="none").view(labels.shape)


def wrong_sign(logits: Tensor, labels: Tensor) -> Tensor:
    return -mlm_loss(logits, labels)


TESTS = HiddenTests(
    parts={"mean": PartTests(mean_cases, judge_mean), "empty": PartTests(empty_cases, judge_empty)},
    deterministic=True,
    tolerance=TOLERANCE,
    mistakes=(
        Mistake(
            "all-positions",
            "The sum was divided by the number of all positions. Positions without a label do not count.",
            "The denominator.",
            all_positions,
        ),
        Mistake(
            "nan-when-empty",
            "Without any label, the mean is 0 / 0. A small batch gets there some day, and one nan ends a training.",
            "What you divide by, when there is nothing to count.",
            nan_when_empty,
        ),
        Mistake(
            "sum-not-mean",
            "This is the sum. Its size depends on how many positions happened to be selected.",
            "What is missing after the sum.",
            sum_not_mean,
        ),
        Mistake(
            "ignore-zero",
            'Label 0 was left out. 0 is a token; the label for "nothing to predict" is -100.',
            "`ignore_index`, or a comparison with 0.",
            ignore_zero,
        ),
        Mistake(
            "ignored-as-zero",
            "Positions without a label were counted as if token 0 were right there.",
            "What becomes of -100 before the loss is taken: clamping turns it into a class.",
            ignored_as_zero,
        ),
        Mistake(
            "mean-of-row-means",
            "The mean was taken row by row and then over rows, so a label in a short row weighs more.",
            "One mean over all labelled positions of the batch.",
            mean_of_row_means,
        ),
        Mistake(
            "softmax-twice",
            "The logits went through softmax before a function that does so itself.",
            "What `cross_entropy` expects: raw scores.",
            softmax_twice,
        ),
        Mistake(
            "unstable-softmax",
            "exp of a large score overflows, and the loss becomes inf or nan.",
            "`log_softmax` and `cross_entropy` subtract the largest score first; exp followed by log does not.",
            unstable_softmax,
        ),
        Mistake(
            "empty-without-gradient",
            "The zero is a constant that hangs on nothing: `backward` finds no way from it to the logits.",
            "Can you get the zero out of the same formula as every other loss?",
            empty_without_gradient,
        ),
        return_nothing(lambda *arguments: None),
        Mistake(
            NOT_FLATTENED,
            "`cross_entropy` takes the second dimension for the classes, and yours is the sequence.",
            "The shapes that go in: (N, V) and (N,), all positions of the batch in one row.",
            not_flattened,
        ),
        Mistake(
            "detached",
            "The loss is cut off from the logits, so that nothing can be learned from it.",
            "`detach`, `item`, `no_grad`, or a tensor made from a number.",
            detached,
        ),
        Mistake(
            "bits-not-nats",
            "The logarithm is to base 2. Torch and this course measure in nats, base e.",
            "Which logarithm you take.",
            bits_not_nats,
        ),
        Mistake(
            "changes-precision",
            "The precision was changed on the way. The loss has the type of the logits that it is computed from.",
            "`float()`, `double()`, or a tensor of another type that meets the scores.",
            changes_precision,
        ),
        need_contiguous(needs_contiguous),
        change_argument(changes_argument),
        leave_mode_switched(mode_left_switched),
        Mistake(
            "no-reduction",
            "One loss a position came back; the optimiser needs one number.",
            "What is missing at the end: a mean over the labelled positions.",
            no_reduction,
        ),
        Mistake(
            "wrong-sign",
            "The sign is wrong: training would make the right word less and less likely.",
            "Cross-entropy is *minus* the log-probability.",
            wrong_sign,
        ),
    ),
)
