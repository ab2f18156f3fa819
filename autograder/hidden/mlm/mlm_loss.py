"""Hidden tests of `mlm.mlm_loss`."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.exercise import Inputs
from autograder.judging.draw import RESERVED, Draw
from autograder.judging.parts import TOLERANCES, Compare, HiddenTests, Mistakes
from autograder.running.observe import STRIDED
from bertkit.objectives.mlm import mlm_loss

mistake = Mistakes()
SCALES = (1.0, 1.0, 6.0, 300.0)
"""Of the scores: the largest lets `exp` overflow."""
SINGLE = TOLERANCES | {torch.float32: 1e-4}
"""Scores of hundreds leave so much rounding in single precision. What sets formulas apart is seen in double."""


def inputs(draw: Draw, labelled: float | None = None) -> Inputs:
    """Scores of any size over any vocabulary, with a label at some share of the positions, one at least."""
    leading, vocabulary = draw.leading(0, 3, 40), draw.size(3, 40)
    logits = draw.normal(*leading, vocabulary, scale=1.0 if draw.small else draw.contents.choice(SCALES))
    has_label = draw.mask(leading, draw.share(0.2, 0.9) if labelled is None else labelled)
    if labelled is None:
        has_label.view(-1)[draw.integer(0, has_label.numel() - 1)] = True
    return {"logits": logits, "labels": draw.ids(leading, vocabulary).masked_fill(~has_label, -100)}


def one_label(draw: Draw) -> Inputs:
    """A label at one position alone."""
    drawn = inputs(draw, 0.0)
    place = draw.integer(0, drawn["labels"].numel() - 1)
    drawn["labels"].view(-1)[place] = draw.integer(0, drawn["logits"].shape[-1] - 1)
    return drawn


def twins(draw: Draw) -> Inputs:
    """Two positions with the same scores and the same label."""
    rows, length, vocabulary = draw.rows(), draw.size(1, 5), draw.size(3, 40)
    logits, labels = draw.normal(rows, length, vocabulary), draw.ids((rows, length), vocabulary)
    return {name: torch.cat([each, each[:1]]) for name, each in (("logits", logits), ("labels", labels))}


def square(draw: Draw, dims: int) -> Inputs:
    """As many classes as positions in a row, and as rows: no shape tells the dimensions apart."""
    size = draw.size(2, 5)
    logits, labels = draw.normal(*[size] * dims, size), draw.ids([size] * dims, size)
    return {"logits": logits, "labels": labels.masked_fill(draw.mask(labels.shape, 0.3), -100)}


def many_classes(draw: Draw) -> Inputs:
    """A vocabulary as large as real ones are; one label is its last token."""
    vocabulary = draw.size(3, 5) if draw.small else draw.sizes.randint(33_000, 40_000)
    labels = torch.cat([draw.ids((1, 4), vocabulary), torch.tensor([[vocabulary - 1]])], dim=1)
    return {"logits": draw.normal(1, 5, vocabulary), "labels": labels}


def every_class(draw: Draw) -> Inputs:
    """All the ids that released vocabularies have for special tokens are labels."""
    vocabulary = draw.size(3, 5) if draw.small else draw.sizes.randint(RESERVED, RESERVED + 50)
    return {"logits": draw.normal(1, vocabulary, vocabulary), "labels": draw.permutation(vocabulary)[None]}


def many_positions(draw: Draw, labelled: float) -> Inputs:
    """Rows so long that no usual limit covers them."""
    shape = (draw.size(1, 2), draw.size(3, 5) if draw.small else draw.sizes.randint(4200, 5000))
    labels = draw.ids(shape, 3).masked_fill(~draw.mask(shape, labelled), -100)
    labels[0, 0] = 0
    return {"logits": draw.normal(*shape, 3), "labels": labels}


def crosswise(draw: Draw) -> Inputs:
    """A batch of rows that lies in memory column by column."""
    shape, vocabulary = (draw.size(2, 5), draw.size(2, 7)), draw.size(3, 40)
    labels = draw.ids(shape, vocabulary).masked_fill(draw.mask(shape, 0.3), -100)
    return {"logits": draw.normal(*shape, vocabulary), "labels": labels, STRIDED: True}


def label_zero(draw: Draw) -> Inputs:
    """Labels of which some are 0."""
    drawn = inputs(draw, 1.1)
    drawn["labels"].view(-1)[0] = 0
    return drawn


def flat(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    return logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)


def labelled_mean(per_position: Tensor, labels: Tensor) -> Tensor:
    return per_position.sum() / (labels != -100).sum().clamp(min=1)


@mistake(
    "The sum was divided by the number of all positions. Positions without a label do not count.",
    "The denominator.",
)
def all_positions(logits: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(*flat(logits, labels), reduction="sum") / labels.numel()


@mistake(
    "Without any label, the mean is 0 / 0. A small batch gets there some day, and one nan ends a training.",
    "What you divide by, when there is nothing to count.",
)
def nan_when_empty(logits: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(*flat(logits, labels))


@mistake(
    "This is the sum. Its size depends on how many positions happened to be selected.",
    "What is missing after the sum.",
)
def sum_not_mean(logits: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(*flat(logits, labels), reduction="sum")


@mistake(
    'Label 0 was left out. 0 is a token; the label for "nothing to predict" is -100.',
    "`ignore_index`, or a comparison with 0.",
)
def ignore_zero(logits: Tensor, labels: Tensor) -> Tensor:
    scores, targets = flat(logits, labels)
    targets = targets.clamp(min=0)
    return F.cross_entropy(scores, targets, ignore_index=0, reduction="sum") / (targets != 0).sum().clamp(min=1)


@mistake(
    "Positions without a label were counted as if token 0 were right there.",
    "What becomes of -100 before the loss is taken: clamping turns it into a class.",
)
def ignored_as_zero(logits: Tensor, labels: Tensor) -> Tensor:
    scores, targets = flat(logits, labels)
    return F.cross_entropy(scores, targets.clamp(min=0))


@mistake(
    "The mean was taken row by row and then over rows, so a label in a short row weighs more.",
    "One mean over all labelled positions of the batch.",
)
def mean_of_row_means(logits: Tensor, labels: Tensor) -> Tensor:
    rows = [mlm_loss(row, row_labels) for row, row_labels in zip(logits, labels, strict=True)]
    return torch.stack(rows).mean()


@mistake(
    "The logits went through softmax before a function that does so itself.",
    "What `cross_entropy` expects: raw scores.",
)
def softmax_twice(logits: Tensor, labels: Tensor) -> Tensor:
    return mlm_loss(logits.softmax(dim=-1), labels)


@mistake(
    "exp of a large score overflows, and the loss becomes inf or nan.",
    "`log_softmax` and `cross_entropy` subtract the largest score first; exp followed by log does not.",
)
def unstable_softmax(logits: Tensor, labels: Tensor) -> Tensor:
    scores, targets = flat(logits, labels)
    log_probabilities = (scores.exp() / scores.exp().sum(dim=-1, keepdim=True)).log()
    picked = -log_probabilities.gather(1, targets.clamp(min=0)[:, None])[:, 0]
    return labelled_mean(torch.where(targets != -100, picked, 0.0), targets)


@mistake(
    "The zero is a constant that hangs on nothing: `backward` finds no way from it to the logits.",
    "Can you get the zero out of the same formula as every other loss?",
)
def empty_without_gradient(logits: Tensor, labels: Tensor) -> Tensor:
    if not (labels != -100).any():
        return torch.tensor(0.0, dtype=logits.dtype)
    return mlm_loss(logits, labels)


@mistake(
    "`cross_entropy` takes the second dimension for the classes, and yours is the sequence.",
    "The shapes that go in: (N, V) and (N,), all positions of the batch in one row.",
)
def not_flattened(logits: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(logits, labels)


@mistake(
    "The loss is cut off from the logits, so that nothing can be learned from it.",
    "`detach`, `item`, `no_grad`, or a tensor made from a number.",
)
def detached(logits: Tensor, labels: Tensor) -> Tensor:
    return mlm_loss(logits, labels).detach()


@mistake(
    "The logarithm is to base 2. Torch and this course measure in nats, base e.",
    "Which logarithm you take.",
)
def bits_not_nats(logits: Tensor, labels: Tensor) -> Tensor:
    return mlm_loss(logits, labels) / math.log(2)


@mistake(
    "The precision was changed on the way. The loss has the type of the logits that it is computed from.",
    "`float()`, `double()`, or a tensor of another type that meets the scores.",
)
def changes_precision(logits: Tensor, labels: Tensor) -> Tensor:
    return mlm_loss(logits.float(), labels)


@mistake(
    "One loss a position came back; the optimiser needs one number.",
    "What is missing at the end: a mean over the labelled positions.",
)
def no_reduction(logits: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(*flat(logits, labels), reduction="none").view(labels.shape)


@mistake(
    "The sign is wrong: training would make the right word less and less likely.",
    "Cross-entropy is *minus* the log-probability.",
)
def wrong_sign(logits: Tensor, labels: Tensor) -> Tensor:
    return -mlm_loss(logits, labels)


@mistake("The divisor is one too large.", "What keeps you from dividing by zero: does it act where there are labels?")
def count_plus_one(logits: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(*flat(logits, labels), reduction="sum") / ((labels != -100).sum() + 1)


@mistake("Part of the target was given to the other tokens.", "`label_smoothing`: BERT's loss has none.")
def label_smoothing(logits: Tensor, labels: Tensor) -> Tensor:
    per_position = F.cross_entropy(*flat(logits, labels), reduction="none", label_smoothing=0.1)
    return labelled_mean(per_position, labels)


@mistake("The probabilities were averaged before the logarithm.", "The order of the mean and the logarithm.")
def log_of_mean_probability(logits: Tensor, labels: Tensor) -> Tensor:
    scores, targets = flat(logits, labels)
    picked = scores.softmax(dim=-1).gather(1, targets.clamp(min=0)[:, None])[:, 0]
    mean = labelled_mean(torch.where(targets != -100, picked, 0.0), targets)
    return -mean.log() if (targets != -100).any() else mean


@mistake(
    "The mean was taken row by row, and then over the rows that have labels.",
    "One mean over all labelled positions of the batch.",
)
def mean_of_labelled_rows(logits: Tensor, labels: Tensor) -> Tensor:
    rows = [mlm_loss(*each) for each in zip(logits, labels, strict=True) if (each[1] != -100).any()]
    return torch.stack(rows).mean() if rows else mlm_loss(logits, labels)


@mistake("The raw scores were used as if they were log-probabilities.", "What `nll_loss` expects.")
def no_log_softmax(logits: Tensor, labels: Tensor) -> Tensor:
    return F.nll_loss(*flat(logits, labels), reduction="sum") / (labels != -100).sum().clamp(min=1)


@mistake("The perplexity came back, the exponential of the loss.", "The last step: the mean itself is asked for.")
def perplexity(logits: Tensor, labels: Tensor) -> Tensor:
    return mlm_loss(logits, labels).exp() if (labels != -100).any() else mlm_loss(logits, labels)


@mistake(
    "The softmax runs over the positions. It has to run over the vocabulary, the last dimension.",
    "Every `dim` in your code.",
)
def softmax_over_positions(logits: Tensor, labels: Tensor) -> Tensor:
    scores, targets = flat(logits, labels)
    per_position = F.nll_loss(scores.log_softmax(dim=0), targets, reduction="none")
    return labelled_mean(per_position, targets)


@mistake(
    "Dimensions were exchanged before the scores were put in rows, so that positions and vocabulary got mixed.",
    "`transpose` before `reshape`.",
)
def mixed_by_reshape(logits: Tensor, labels: Tensor) -> Tensor:
    mixed = logits.transpose(-1, -2) if logits.dim() > 1 else logits
    return mlm_loss(mixed.reshape(-1, logits.shape[-1]), labels.reshape(-1))


@mistake("The squared error was taken.", "The name of the loss: classes call for cross-entropy.")
def squared_error(logits: Tensor, labels: Tensor) -> Tensor:
    scores, targets = flat(logits, labels)
    target = F.one_hot(targets.clamp(min=0), scores.shape[-1]).to(scores.dtype)
    return labelled_mean(((scores.softmax(-1) - target) ** 2).sum(-1) * (targets != -100), targets)


TESTS = HiddenTests(
    parts={
        "mean": (
            Compare(
                inputs,
                {
                    "every position has a label": label_zero,
                    "one position has a label": one_label,
                    "two positions are alike": twins,
                    "columns follow one another in memory": crosswise,
                    "there are many classes": many_classes,
                    "special tokens are labels": every_class,
                    "there are many labels": lambda draw: many_positions(draw, 0.9),
                    "few positions have a label": lambda draw: many_positions(draw, 0.04),
                    "all three dimensions are of one size": lambda draw: square(draw, 2),
                    "all four dimensions are of one size": lambda draw: square(draw, 3),
                },
                cases=5,
                tolerances=SINGLE,
                titles={"value": "The loss"},
            ),
        ),
        "empty": (Compare(lambda draw: inputs(draw, 0.0), titles={"value": "The loss"}),),
    },
    mistakes=mistake.all,
)
