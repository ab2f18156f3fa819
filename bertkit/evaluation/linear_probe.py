"""What a vector holds: how well a linear classifier, trained on frozen vectors, reads it off (Alain and Bengio 2016,
arXiv 1610.01644)."""

from collections.abc import Hashable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

RIDGE = 1e-2
"""Penalty on the weights, as a share of the number of vectors: with it the solution is unique."""


def linear_probe(
    vectors: Tensor, labels: Sequence[Hashable], unseen: Tensor, unseen_labels: Sequence[Hashable]
) -> float:
    """Accuracy, on unseen vectors, of a linear classifier fitted to others.

    It is the least-squares fit to one-hot labels with a small penalty, of features that have mean 0 and deviation 1:
    nothing is drawn and nothing is iterated, so that it gives the same result every time.

    Args:
        vectors: to fit. Shape: (N, H)
        labels: their N classes.
        unseen: to judge by. Shape: (M, H)
        unseen_labels: their M classes.

    Raises:
        ValueError: where vectors and labels do not match, or there is only one class to learn.

    >>> two = torch.tensor([[0.0, 1.0], [0.0, -1.0], [0.1, 2.0], [0.1, -2.0]])
    >>> linear_probe(two, ["up", "down", "up", "down"], two, ["up", "down", "up", "down"])
    1.0
    """
    for name, given, known in (("fit", vectors, labels), ("judge", unseen, unseen_labels)):
        if len(given) != len(known) or not len(known):
            raise ValueError(f"{len(given)} vectors but {len(known)} labels to {name}; there has to be one each")
    classes = sorted(set(labels), key=str)
    if len(classes) < 2:
        raise ValueError(f"all vectors to fit are of the class {classes[0]!r}; a probe needs at least two classes")
    mean, deviation = vectors.double().mean(dim=0), vectors.double().std(dim=0).clamp(min=1e-6)
    features, others = (
        F.pad((each.double() - mean) / deviation, (0, 1), value=1.0) for each in (vectors, unseen)
    )  # the last feature is the bias
    targets = F.one_hot(torch.tensor([classes.index(label) for label in labels]), len(classes)).double()
    penalty = RIDGE * len(vectors) * torch.eye(features.shape[1], dtype=torch.float64)
    weights = torch.linalg.solve(features.T @ features + penalty, features.T @ targets)
    said = (others @ weights).argmax(dim=1).tolist()
    return sum(classes[each] == label for each, label in zip(said, unseen_labels, strict=True)) / len(unseen_labels)
