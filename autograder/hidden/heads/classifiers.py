"""What the two heads with a classifier are drawn with: one label for the whole input, or one a token."""

from autograder.exercise import Inputs
from autograder.judging.draw import Draw

SHARES = (None, 0.1, 0.3, 0.5, 0.9)


def inputs(
    draw: Draw,
    rows: int | None = None,
    length: int | None = None,
    hidden_size: int | None = None,
    num_labels: int | None = None,
    scale: float = 1.0,
) -> Inputs:
    """Weights, and hidden vectors of shape (B, T, H), for a head in evaluation mode."""
    hidden_size = draw.size(2, 12, 70) if hidden_size is None else hidden_size
    num_labels = draw.size(1, 9, 90) if num_labels is None else num_labels
    rows = draw.rows(1, 9, 90) if rows is None else rows
    length = draw.size(1, 9, 140) if length is None else length
    return {
        "hidden_size": hidden_size,
        "num_labels": num_labels,
        "dropout": draw.contents.choice(SHARES),
        "classifier.weight": draw.normal(num_labels, hidden_size),
        "classifier.bias": draw.normal(num_labels),
        "hidden": draw.normal(rows, length, hidden_size, scale=scale),
        "training": False,
    }


def cube(draw: Draw) -> Inputs:
    """As many rows as positions, features and labels."""
    size = draw.size(2, 6)
    return inputs(draw, size, size, size, size)


def square(draw: Draw) -> Inputs:
    """As many rows as positions: no shape tells them apart."""
    size = draw.size(2, 6)
    return inputs(draw, size, size)


def as_many_labels_as_features(draw: Draw) -> Inputs:
    """A square weight."""
    size = draw.size(2, 9)
    return inputs(draw, hidden_size=size, num_labels=size)
