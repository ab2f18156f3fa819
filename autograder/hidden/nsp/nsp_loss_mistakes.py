"""Known mistakes of `nsp.nsp_loss`."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.judging.parts import Mistakes
from bertkit.objectives.nsp import nsp_loss

mistake = Mistakes()


def classes(is_next: Tensor) -> Tensor:
    return torch.where(is_next, 0, 1)


def by_pair(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.cross_entropy(logits, classes(is_next), reduction="none")


def target(logits: Tensor, is_next: Tensor) -> Tensor:
    """1 at the right class, 0 at the other."""
    return F.one_hot(classes(is_next), 2).to(logits.dtype)


@mistake(
    'The classes are the wrong way round: True became class 1, and class 0 is the one that says "follows".',
    "What True becomes when it is turned into a number.",
)
def classes_swapped(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.cross_entropy(logits, is_next.long())


@mistake("This is the sum. Its size depends on how many pairs a batch has.", "What is missing after the sum.")
def sum_not_mean(logits: Tensor, is_next: Tensor) -> Tensor:
    return by_pair(logits, is_next).sum()


@mistake("One loss a pair came back; the optimiser needs one number.", "What is missing at the end: a mean.")
def no_reduction(logits: Tensor, is_next: Tensor) -> Tensor:
    return by_pair(logits, is_next)


@mistake(
    "Pairs of class 0 were left out: nothing is learned from those that follow.",
    "`ignore_index`: which pairs does it leave out?",
)
def class_0_ignored(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.cross_entropy(logits, classes(is_next), ignore_index=0)


@mistake(
    "Only pairs that follow count. The loss has to learn from random ones too.",
    "Conditions, masks and products with `is_next`.",
)
def real_pairs_alone(logits: Tensor, is_next: Tensor) -> Tensor:
    return by_pair(logits, is_next)[is_next].mean()


@mistake(
    "Random pairs count as 0 in the mean. The loss has to learn from them too.",
    "Conditions, masks and products with `is_next`.",
)
def random_pairs_count_as_0(logits: Tensor, is_next: Tensor) -> Tensor:
    return (by_pair(logits, is_next) * is_next).mean()


@mistake(
    "Both classes weigh the same, however many pairs each has. The mean runs over pairs.",
    "Weights, and means that are taken of each class by itself.",
)
def mean_of_class_means(logits: Tensor, is_next: Tensor) -> Tensor:
    each = by_pair(logits, is_next)
    return torch.stack([each[there].mean() for there in (is_next, ~is_next) if there.any()]).mean()


@mistake(
    "The logits went through softmax before a function that does so itself.",
    "What `cross_entropy` expects: raw scores.",
)
def softmax_twice(logits: Tensor, is_next: Tensor) -> Tensor:
    return nsp_loss(logits.softmax(dim=-1), is_next)


@mistake(
    "exp of a large score overflows, and the loss becomes inf or nan.",
    "`log_softmax` and `cross_entropy` subtract the largest score first; exp followed by log does not.",
)
def unstable_softmax(logits: Tensor, is_next: Tensor) -> Tensor:
    probabilities = logits.exp() / logits.exp().sum(dim=-1, keepdim=True)
    return -probabilities.log().gather(1, classes(is_next)[:, None]).mean()


@mistake(
    "The logarithm of a probability that has become 0 is infinite: softmax and then log lose small numbers.",
    "`softmax` followed by `log`: one function does both at once.",
)
def log_of_softmax(logits: Tensor, is_next: Tensor) -> Tensor:
    return -logits.softmax(dim=-1).log().gather(1, classes(is_next)[:, None]).mean()


@mistake("The raw scores were used as if they were log-probabilities.", "What `nll_loss` expects.")
def no_log_softmax(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.nll_loss(logits, classes(is_next))


@mistake(
    "The probabilities were used as if they were log-probabilities.",
    "What `nll_loss` expects, and a missing logarithm.",
)
def no_logarithm(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.nll_loss(logits.softmax(dim=-1), classes(is_next))


@mistake(
    "The softmax runs over the pairs. It has to run over the two classes, the last dimension.",
    "Every `dim` in your code.",
)
def softmax_over_pairs(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.nll_loss(logits.log_softmax(dim=0), classes(is_next))


@mistake(
    "A sigmoid of the first score alone was taken; two scores compete in a softmax.",
    "Where the second score of a pair enters.",
)
def first_score_alone(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits[:, 0], is_next.to(logits.dtype))


@mistake(
    "A sigmoid of the second score alone was taken; two scores compete in a softmax.",
    "Where the first score of a pair enters.",
)
def second_score_alone(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits[:, 1], (~is_next).to(logits.dtype))


@mistake(
    "A sigmoid of the second score alone was taken, as the score of a second that follows: that is class 0.",
    "Where the first score of a pair enters, and which class is which.",
)
def second_score_for_follows(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits[:, 1], is_next.to(logits.dtype))


@mistake(
    "Each score went through a sigmoid of its own, as if both classes could be right at once.",
    "The name of the loss: one of two classes calls for a softmax.",
)
def two_sigmoids(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits, target(logits, is_next))


@mistake("The squared error was taken.", "The name of the loss: classes call for cross-entropy.")
def squared_error(logits: Tensor, is_next: Tensor) -> Tensor:
    return ((logits.softmax(dim=-1) - target(logits, is_next)) ** 2).mean()


@mistake("The squared error of the raw scores was taken.", "The name of the loss: classes call for cross-entropy.")
def squared_error_of_scores(logits: Tensor, is_next: Tensor) -> Tensor:
    return ((logits - target(logits, is_next)) ** 2).mean()


@mistake(
    "The loss is cut off from the logits, so that nothing can be learned from it.",
    "`detach`, `item`, `no_grad`, or a tensor made from a number.",
)
def detached(logits: Tensor, is_next: Tensor) -> Tensor:
    return nsp_loss(logits, is_next).detach()


@mistake("The logarithm is to base 2. Torch and this course measure in nats, base e.", "Which logarithm you take.")
def bits_not_nats(logits: Tensor, is_next: Tensor) -> Tensor:
    return nsp_loss(logits, is_next) / math.log(2)


@mistake("Part of the target was given to the other class.", "`label_smoothing`: BERT's loss has none.")
def label_smoothing(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.cross_entropy(logits, classes(is_next), label_smoothing=0.1)


@mistake("The probabilities were averaged before the logarithm.", "The order of the mean and the logarithm.")
def log_of_mean_probability(logits: Tensor, is_next: Tensor) -> Tensor:
    return -(logits.softmax(dim=-1) * target(logits, is_next)).sum(dim=-1).mean().log()


@mistake("The perplexity came back, the exponential of the loss.", "The last step: the mean itself is asked for.")
def perplexity(logits: Tensor, is_next: Tensor) -> Tensor:
    return nsp_loss(logits, is_next).exp()


@mistake(
    "The sign is wrong: training would make the right class less and less likely.",
    "Cross-entropy is *minus* the log-probability.",
)
def wrong_sign(logits: Tensor, is_next: Tensor) -> Tensor:
    return -nsp_loss(logits, is_next)


@mistake(
    "The mean was taken over both scores of every pair, so that the loss is half of what it should be.",
    "What you divide by.",
)
def mean_over_scores(logits: Tensor, is_next: Tensor) -> Tensor:
    return -(logits.log_softmax(dim=-1) * target(logits, is_next)).mean()


@mistake(
    "The precision was changed on the way. The loss has the type of the logits that it is computed from.",
    "`float()`, `double()`, or a tensor of another type that meets the scores.",
)
def changes_precision(logits: Tensor, is_next: Tensor) -> Tensor:
    return nsp_loss(logits.float(), is_next)


@mistake(
    "`is_next` is turned round in place. It belongs to the caller, who needs it afterwards.",
    "Methods ending in `_`, and assignments to `is_next[...]`.",
)
def turns_labels_round(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.cross_entropy(logits, is_next.logical_not_().long())


@mistake("The share of wrong verdicts came back. Nothing can be learned from counting.", "`argmax` and comparisons.")
def share_of_errors(logits: Tensor, is_next: Tensor) -> Tensor:
    return (logits.argmax(dim=-1) != classes(is_next)).to(logits.dtype).mean()


@mistake(
    "All pairs were judged as if they followed; what `is_next` says is not used.", "Where `is_next` enters your code."
)
def all_follow(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.int64))


@mistake(
    "The classes became 1 and 2, or one of them points outside of the scores.",
    "The numbers that your classes have: there are two scores, 0 and 1.",
)
def classes_from_1(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.cross_entropy(logits, classes(is_next) + 1)


@mistake("`cross_entropy` wants class numbers, and got True and False.", "The type of the second argument.")
def boolean_classes(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.cross_entropy(logits, ~is_next)


@mistake("A minus does not turn a mask round: torch refuses it for True and False.", "How to say *not* of a mask.")
def minus_for_not(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.cross_entropy(logits, (1 - is_next).long())


@mistake(
    "The sum was divided by one less than there are pairs, as for a variance.",
    "The denominator.",
)
def one_pair_too_few(logits: Tensor, is_next: Tensor) -> Tensor:
    return by_pair(logits, is_next).sum() / max(len(is_next) - 1, 1)


@mistake("The largest loss of all pairs came back.", "What is done with the losses of all pairs at the end.")
def worst_pair(logits: Tensor, is_next: Tensor) -> Tensor:
    return by_pair(logits, is_next).max()


@mistake("The middle one of the losses came back.", "What is done with the losses of all pairs at the end.")
def median(logits: Tensor, is_next: Tensor) -> Tensor:
    return by_pair(logits, is_next).median()


@mistake("Only the first pair counts.", "Indices, and a `return` inside a loop.")
def first_pair_alone(logits: Tensor, is_next: Tensor) -> Tensor:
    return by_pair(logits, is_next)[0]


@mistake(
    "The means of both classes were added up. The mean runs over all pairs at once.",
    "Sums and means that are taken of each class by itself.",
)
def sum_of_class_means(logits: Tensor, is_next: Tensor) -> Tensor:
    each = by_pair(logits, is_next)
    return torch.stack([each[there].sum() / there.sum().clamp(min=1) for there in (is_next, ~is_next)]).sum()


@mistake("A margin loss was taken.", "The name of the loss: classes call for cross-entropy here.")
def margin(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.multi_margin_loss(logits, classes(is_next))


@mistake("The mean probability of the wrong class came back.", "A logarithm that is missing.")
def probability_of_the_wrong_class(logits: Tensor, is_next: Tensor) -> Tensor:
    return 1 - (logits.softmax(dim=-1) * target(logits, is_next)).sum(dim=-1).mean()


@mistake(
    "Pairs that the model is sure of weigh less, as in the focal loss. Here all weigh the same.",
    "Factors beside the logarithm.",
)
def focal(logits: Tensor, is_next: Tensor) -> Tensor:
    each = by_pair(logits, is_next)
    return ((1 - (-each).exp()) ** 2 * each).mean()


@mistake(
    "Classes are swapped, and one of them is left out besides.",
    "`ignore_index`, and what True becomes when it is turned into a number.",
)
def swapped_and_ignored(logits: Tensor, is_next: Tensor) -> Tensor:
    return F.cross_entropy(logits, is_next.long(), ignore_index=0)


mistake.add(
    "another-formula",
    "The loss is not the mean, over all pairs, of minus the logarithm of the right class's softmax.",
    "The steps one at a time: softmax, logarithm, minus, mean; and weights, limits and conditions in between.",
    None,
)
