"""Hidden tests of `pretraining.pretraining_loss`."""

from collections.abc import Callable
from typing import Any

import torch

from autograder.calls import EVALUATION
from autograder.exercise import Inputs
from autograder.hidden.pretraining.pretraining_loss_mistakes import mistake
from autograder.judging.draw import DOUBLE, ONE_ROW, Draw
from autograder.judging.parts import TOLERANCES, Compare, HiddenTests
from autograder.running.observe import STRIDED

SCALES = (1.0, 1.0, 4.0, 300.0)
"""Of the scores: the largest lets `exp` overflow."""
SINGLE = TOLERANCES | {torch.float32: 1e-4, torch.float64: 1e-7}
"""Scores of hundreds leave so much rounding in single precision. What sets formulas apart is seen in double, where a
1e-8 that keeps a divisor from 0 is no other formula."""
MLM, NSP = "mlm_logits", "nsp_logits"


def of_size(
    draw: Draw,
    rows: int,
    length: int,
    vocabulary: int,
    labelled: float | None = None,
    follows: float | None = None,
    scale: float | None = None,
) -> Inputs:
    """Scores and labels of that size, one label at least unless none is asked for."""
    labels = draw.ids((rows, length), vocabulary)
    has_label = draw.mask((rows, length), draw.share(0.2, 0.8) if labelled is None else labelled)
    if labelled is None:
        has_label.view(-1)[draw.integer(0, has_label.numel() - 1)] = True
    usual = 1.0 if draw.small else draw.contents.choice(SCALES)
    scale = usual if scale is None else scale
    # Scores that are not centred: a second class that is likelier throughout.
    shift = draw.normal(1, 2, scale=scale) * draw.integer(0, 1)
    return {
        MLM: draw.normal(rows, length, vocabulary, scale=scale),
        "mlm_labels": labels.masked_fill(~has_label, -100),
        NSP: draw.normal(rows, 2, scale=scale) + shift,
        "is_next": draw.mask((rows,), draw.contents.choice((0.3, 0.5, 0.8)) if follows is None else follows),
    }


def inputs(draw: Draw, labelled: float | None = None, follows: float | None = None) -> Inputs:
    """Rows of several positions, a pair each."""
    return of_size(draw, draw.rows(1, 8, 60), draw.size(1, 9, 30), draw.size(3, 20), labelled, follows)


def labels_at_zero(draw: Draw) -> Inputs:
    """Every position has a label, and some of these are 0."""
    drawn = inputs(draw, 1.1)
    drawn["mlm_labels"].view(-1)[0] = 0
    return drawn


def uneven(draw: Draw) -> Inputs:
    """One row has a single label, the others have many."""
    drawn = of_size(draw, draw.size(2, 6), draw.size(4, 9), draw.size(3, 30), 1.1)
    drawn["mlm_labels"][0, 1:] = -100
    return drawn


def one_row_without(draw: Draw) -> Inputs:
    """A row has no label, the others have."""
    drawn = of_size(draw, draw.size(2, 6), draw.size(2, 9), draw.size(3, 30), 0.7)
    drawn["mlm_labels"][0] = -100
    drawn["mlm_labels"][1, 0] = 1
    return drawn


def square(draw: Draw, classes: bool) -> Inputs:
    """As many rows as positions, and as tokens too: no shape tells the dimensions apart."""
    size = draw.size(3, 5)
    return of_size(draw, size, size, size if classes else size + 3)


def large(draw: Draw) -> Inputs:
    """Scores in the hundreds and thousands, which are sure and wrong in places."""
    scale = draw.contents.choice((400.0, 3000.0))
    return of_size(draw, draw.size(2, 6), draw.size(2, 6), draw.size(3, 9), scale=scale)


def alike(draw: Draw) -> Inputs:
    """Two rows with the same scores and the same labels, beside others."""
    drawn = inputs(draw)
    return {name: torch.cat([each, each[:1]]) for name, each in drawn.items()}


Edges = dict[str, Callable[[Draw], Inputs]]
PAIRS: Edges = {
    "all seconds follow": lambda draw: inputs(draw, follows=1.1),
    "no second follows": lambda draw: inputs(draw, follows=0.0),
}
LABELS: Edges = {
    "every position has a label": labels_at_zero,
    "one position has a label": lambda draw: one_label(draw),
    "rows have different numbers of labels": uneven,
    "a row has no label": one_row_without,
}
EDGES: Edges = {
    **PAIRS,
    **LABELS,
    "scores are large": large,
    "two rows are alike": alike,
    "there are two rows": lambda draw: of_size(draw, 2, draw.size(2, 6), draw.size(3, 9)),
    "there is one position": lambda draw: of_size(draw, draw.size(2, 6), 1, draw.size(3, 9)),
    "there are two tokens": lambda draw: of_size(draw, draw.size(2, 6), draw.size(2, 6), 2),
    "there are as many rows as positions": lambda draw: square(draw, False),
    "there are as many rows as positions and tokens": lambda draw: square(draw, True),
    "there are many rows": lambda draw: of_size(draw, draw.size(30, 90), 4, 5, scale=1.0),
    "there are many tokens": lambda draw: of_size(draw, 2, 4, 5 if draw.small else 9_000, 0.6, scale=1.0),
}


def one_label(draw: Draw) -> Inputs:
    """A label at one position alone."""
    drawn = inputs(draw, 0.0)
    place = draw.integer(0, drawn["mlm_labels"].numel() - 1)
    drawn["mlm_labels"].view(-1)[place] = draw.integer(0, drawn[MLM].shape[-1] - 1)
    return drawn


def there(value: Any) -> Any:
    """Whether there is a gradient at all, whatever it is."""
    return None if value is None else torch.zeros(())


def of_sum(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """The loss, and whether anything can be learned from it."""
    return {"value": value["value"], "gradients": {name: there(each) for name, each in value["gradients"].items()}}


def of_gradient(name: str) -> Callable[[Inputs, dict[str, Any]], dict[str, Any]]:
    """What reaches one of the two kinds of scores; it says which loss of these scores there is in the sum."""

    def picked(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
        gradients = {each: gradient for each, gradient in value["gradients"].items() if each == name}
        # Whoever returns no loss has no part of it right, also where no gradient is asked for.
        return {"form": form_of(given, value["value"]), "gradients": gradients}

    return picked


def form_of(given: Inputs, loss: Any) -> bool:
    """Whether a loss is one number of the scores' type."""
    return isinstance(loss, torch.Tensor) and loss.dim() == 0 and loss.dtype == given[MLM].dtype


TITLES = {"value": "The loss", "form": "Whether it is one number of the type of the scores"}

FEW = (STRIDED, DOUBLE, ONE_ROW, EVALUATION)
"""Conditions under which the parts are tried that are not about all of the loss."""


def compared(of: Callable[[Inputs, dict[str, Any]], dict[str, Any]], edges: Edges) -> Compare:
    """The cases of a part that is about one of the two losses."""
    return Compare(inputs, edges, of=of, tolerances=SINGLE, titles=TITLES, conditions=FEW, cases=1)


def nothing_selected(draw: Draw) -> Inputs:
    """No position has a label."""
    return inputs(draw, 0.0)


TESTS = HiddenTests(
    parts={
        "sum": (Compare(inputs, EDGES, of=of_sum, tolerances=SINGLE, titles=TITLES),),
        "mlm": (compared(of_gradient(MLM), LABELS),),
        "nsp": (compared(of_gradient(NSP), PAIRS),),
        "empty": (Compare(nothing_selected, tolerances=SINGLE, titles=TITLES, conditions=FEW, cases=1),),
    },
    mistakes=mistake.all,
    otherwise={
        "sum": "another-sum",
        "mlm": "another-gradient-of-tokens",
        "nsp": "another-gradient-of-pairs",
        "empty": "another-loss-without-labels",
    },
)
