"""Hidden tests of `pretraining.masked_accuracy`."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.exercise import Inputs
from autograder.hidden.pretraining.masked_accuracy_mistakes import mistake
from autograder.judging.advice import RETURNS_NOTHING
from autograder.judging.draw import Draw
from autograder.judging.parts import Compare, Finding, HiddenTests
from autograder.judging.values import kind_of
from autograder.running.observe import STRIDED

LABELLED = (0.3, 0.9)
RIGHT = (0.3, 0.7)


def scores(draw: Draw, predicted: Tensor, vocabulary: int) -> Tensor:
    """Scores of either sign of which the highest of each position is at the token that is said; never two the same."""
    others = draw.normal(*predicted.shape, vocabulary).double()
    if draw.small:  # round numbers tie: their order of a permutation does not
        others = torch.stack([draw.permutation(vocabulary) for _ in range(predicted.numel())]).double() / 2
        others = others.view(*predicted.shape, vocabulary) - vocabulary / 4
    highest = others.amax(dim=-1, keepdim=True) + 0.5
    return torch.where(F.one_hot(predicted, vocabulary).bool(), highest, others).to(draw.dtype)


def drawn(draw: Draw, leading: tuple[int, ...], vocabulary: int, labelled: float, right: float) -> Inputs:
    """Scores and labels; where there is no label, one in three predictions is 0."""
    labels, predicted = draw.ids(leading, vocabulary), draw.ids(leading, vocabulary)
    has_label = draw.mask(leading, labelled)
    predicted = torch.where(draw.mask(leading, right), labels, predicted)
    predicted = predicted.masked_fill(~has_label & draw.mask(leading, 0.3), 0)
    return {"logits": scores(draw, predicted, vocabulary), "labels": labels.masked_fill(~has_label, -100)}


def inputs(draw: Draw) -> Inputs:
    """Positions of any shape, some with a label, some of these predicted right."""
    leading, vocabulary = draw.leading(0, 3, 40), draw.size(3, 30)
    made = drawn(draw, leading, vocabulary, draw.share(*LABELLED), draw.share(*RIGHT))
    # One that is right and one that is not, so that both numbers say something wherever there are two positions.
    labels, flat = made["labels"].view(-1), made["logits"].reshape(-1, vocabulary)
    if len(labels) > 1:
        one, other = draw.permutation(len(labels))[:2].tolist()
        best = flat.argmax(dim=-1)
        labels[one], labels[other] = best[one], (best[other] + 1) % vocabulary
    return made


def of_shape(draw: Draw, *leading: int, labelled: float = 0.6, right: float = 0.5, vocabulary: int = 0) -> Inputs:
    """Positions of that shape."""
    return drawn(draw, leading, vocabulary or draw.size(3, 30), labelled, right)


def shape(draw: Draw) -> tuple[int, int]:
    """Rows and positions."""
    return draw.rows(1, 6), draw.size(2, 9)


def square(draw: Draw, dims: int) -> Inputs:
    """As many tokens as positions in a row, and as rows: no shape tells the dimensions apart."""
    size = draw.size(3, 6)
    return of_shape(draw, *[size] * dims, vocabulary=size)


def zeros(draw: Draw) -> Inputs:
    """Labels and predictions that are 0 in many places."""
    made = of_shape(draw, *shape(draw), labelled=1.1)
    zero, other = (draw.mask(made["labels"].shape, 0.5) for _ in range(2))
    zero.view(-1)[0] = other.view(-1)[0] = True
    predicted = made["logits"].argmax(dim=-1).masked_fill(other, 0)
    return {
        "logits": scores(draw, predicted, made["logits"].shape[-1]),
        "labels": made["labels"].masked_fill(zero, 0),
    }


def of_one_sign(draw: Draw, sign: int) -> Inputs:
    """All scores are below 0, or all are above it."""
    made = inputs(draw)
    logits = made["logits"]
    return made | {"logits": logits - logits.max() - 1 if sign < 0 else logits - logits.min() + 1}


def close(draw: Draw) -> Inputs:
    """Scores that are the same in 16 bits, and to whoever rounds."""
    made = of_shape(draw, *shape(draw))
    return made | {"logits": made["logits"] / 1000 + 6}


def far_beside(draw: Draw) -> Inputs:
    """Wrong predictions are as far from the label as numbers of 8 bits go."""
    leading = shape(draw)
    labels, wrong = draw.ids(leading, 256), draw.mask(leading, 0.5)
    return {"logits": scores(draw, labels + 256 * wrong, 512), "labels": labels}


def close_in_double(draw: Draw) -> Inputs:
    """Scores of 64 bits that are the same in 32."""
    made = of_shape(draw, *shape(draw))
    return made | {"logits": made["logits"].double() / 1e10 + 6}


def hidden_tokens(draw: Draw) -> Inputs:
    """Tokens that a model may not give have a score of minus infinity."""
    made = inputs(draw)
    logits = made["logits"]
    lowest = logits.argmin(dim=-1, keepdim=True)
    return made | {"logits": logits.scatter(-1, lowest, -torch.inf)}


def crosswise(draw: Draw) -> Inputs:
    """A batch of rows that lies in memory column by column."""
    return of_shape(draw, draw.size(2, 5), draw.size(2, 7)) | {STRIDED: True}


def uneven(draw: Draw) -> Inputs:
    """Rows with very different numbers of labels, the one with few all right and the other all wrong."""
    length, vocabulary = draw.size(3, 9), draw.size(3, 9)
    labels = draw.ids((2, length), vocabulary)
    predicted = torch.stack([labels[0], (labels[1] + 1) % vocabulary])
    labels[0, 1:] = -100
    return {"logits": scores(draw, predicted, vocabulary), "labels": labels}


def at_ends(draw: Draw, first: bool) -> Inputs:
    """Labels at one end of each row alone, predicted right there."""
    rows, length = shape(draw)
    vocabulary = draw.size(3, 9)
    labels = draw.ids((rows, length), vocabulary)
    made = {"logits": scores(draw, labels, vocabulary), "labels": torch.full_like(labels, -100)}
    place = 0 if first else length - 1
    made["labels"][:, place] = labels[:, place]
    return made


EDGES: dict[str, Callable[[Draw], Inputs]] = {
    "no position has a label": lambda draw: of_shape(draw, *shape(draw), labelled=0.0),
    "every position has a label": lambda draw: of_shape(draw, *shape(draw), labelled=1.1),
    "all are right": lambda draw: of_shape(draw, *shape(draw), right=1.1),
    "few are right": lambda draw: of_shape(draw, *shape(draw), right=0.0),
    "labels and predictions are 0 in places": zeros,
    "there is one position": lambda draw: of_shape(draw, labelled=1.1, right=1.1),
    "there is one dimension of positions": lambda draw: of_shape(draw, draw.size(2, 9)),
    "there are three dimensions of positions": lambda draw: of_shape(draw, 2, 3, draw.size(2, 5)),
    "both dimensions are of one size": lambda draw: square(draw, 1),
    "all three dimensions are of one size": lambda draw: square(draw, 2),
    "what is predicted is 256 beside the label": far_beside,
    "scores of 64 bits are the same in 32": close_in_double,
    "there are two tokens": lambda draw: of_shape(draw, *shape(draw), vocabulary=2),
    "there is one token": lambda draw: of_shape(draw, *shape(draw), vocabulary=1),
    "there are many tokens": lambda draw: of_shape(draw, 1, 5, labelled=1.1, right=0.8, vocabulary=33_000),
    "there are thousands of labels": lambda draw: of_shape(draw, 60, 90, labelled=0.9, vocabulary=5),
    "all scores are below 0": lambda draw: of_one_sign(draw, -1),
    "all scores are above 0": lambda draw: of_one_sign(draw, 1),
    "scores are close to one another": close,
    "some scores are minus infinity": hidden_tokens,
    "columns follow one another in memory": crosswise,
    "rows have different numbers of labels": uneven,
    "only the first position has a label": lambda draw: at_ends(draw, True),
    "only the last position has a label": lambda draw: at_ends(draw, False),
}


def what_it_is(value: Any) -> str | None:
    """What came in the place of two whole numbers; None where they did."""
    if not isinstance(value, list) or len(value) != 2:
        return kind_of(value)
    strange = [each for each in value if type(each) is not int]
    return f"two results of which one is {kind_of(strange[0])}" if strange else None


def looked_at(given: Inputs, value: Any, place: int) -> dict[str, Any]:
    """One of the two numbers."""
    kind = what_it_is(value)
    return {"kind": kind, "number": 0 if kind else value[place]}


def another_kind(got: Any, want: Any) -> Finding:
    """Something else than two whole numbers."""
    due = "Two Python ints: correct and total."
    said = str(got)
    if said == "None":
        return Finding("It returned None.", due, RETURNS_NOTHING)
    name = "no-two-results"
    if "one is a tensor" in said:
        name = "tensors-for-counts"
    elif "one is a value of type float" in said:
        name = "floats-for-counts"
    elif said.startswith("two results"):
        name = "no-python-ints"
    return Finding(f"It returned {said}.", due, name)


def another_total(got: Any, want: Any) -> Finding:
    """Positions too many or too few."""
    seen = f"The second number was {abs(got - want)} too {'high' if got > want else 'low'}."
    return Finding(
        seen,
        "The number of positions whose label is not -100.",
        "counts-too-many-positions" if got > want else "counts-too-few-positions",
    )


def another_correct(got: Any, want: Any) -> Finding:
    """Hits too many or too few."""
    seen = f"The first number was {abs(got - want)} too {'high' if got > want else 'low'}."
    return Finding(
        seen,
        "The number of labelled positions at which the highest score is the label's.",
        "counts-too-many-hits" if got > want else "counts-too-few-hits",
    )


TESTS = HiddenTests(
    parts={
        "correct": (
            Compare(
                inputs,
                EDGES,
                of=lambda given, value: looked_at(given, value, 0),
                words={"kind": another_kind, "number": another_correct},
            ),
        ),
        "total": (
            Compare(
                inputs,
                EDGES,
                of=lambda given, value: looked_at(given, value, 1),
                words={"kind": another_kind, "number": another_total},
            ),
        ),
    },
    mistakes=mistake.all,
)
