"""Hidden tests of `heads.span_loss`."""

from typing import Any

import torch

from autograder.exercise import Inputs
from autograder.hidden.heads.span_loss_mistakes import mistake
from autograder.judging.draw import Draw
from autograder.judging.parts import TOLERANCES, Compare, HiddenTests

SCALES = (1.0, 1.0, 4.0, 300.0)
"""Of the scores: the largest lets `exp` overflow."""
SINGLE = TOLERANCES | {torch.float32: 1e-4, torch.float64: 1e-8}
"""Scores of hundreds leave so much rounding in single precision."""
LOGITS = ("start_logits", "end_logits")


def of_size(draw: Draw, rows: int, length: int, scale: float | None = None) -> Inputs:
    """Scores of so many positions, and an answer in each row, which may end before it starts."""
    usual = 1.0 if draw.small else draw.contents.choice(SCALES)
    scale = usual if scale is None else scale
    return {
        **{name: draw.normal(rows, length, scale=scale) + draw.normal(rows, 1, scale=scale) for name in LOGITS},
        "start": draw.ids((rows,), length),
        "end": draw.ids((rows,), length),
    }


def inputs(draw: Draw) -> Inputs:
    """Rows of several positions."""
    return of_size(draw, draw.rows(1, 8, 70), draw.size(1, 12, 400))


def masked(draw: Draw) -> Inputs:
    """Scores of minus infinity at positions that no answer may have, as at padding."""
    drawn = of_size(draw, draw.size(1, 6), draw.size(3, 9), scale=1.0)
    shape = drawn["start_logits"].shape
    hidden = draw.mask(shape, 0.5)
    hidden[:, -1] = True
    for place in ("start", "end"):
        drawn[place] = drawn[place].clamp(max=shape[1] - 2)
    for name, place in zip(LOGITS, ("start", "end"), strict=True):
        there = hidden.scatter(1, drawn[place][:, None], False)
        drawn[name] = drawn[name].masked_fill(there, -torch.inf)
    return drawn


def at(draw: Draw, where: int) -> Inputs:
    """All answers start and end at the first position, or at the last."""
    drawn = of_size(draw, draw.size(2, 6), draw.size(2, 9))
    place = drawn["start_logits"].shape[1] - 1 if where < 0 else where
    return drawn | {name: torch.full_like(drawn[name], place) for name in ("start", "end")}


def some_at_first(draw: Draw) -> Inputs:
    """An answer that starts at position 0, and one that ends there, beside others."""
    drawn = of_size(draw, draw.size(3, 6), draw.size(3, 9))
    drawn["start"][0] = 0
    drawn["end"][-1] = 0
    drawn["start"][-1] = drawn["end"][0] = 1
    return drawn


def one_token(draw: Draw) -> Inputs:
    """Every answer is one token."""
    drawn = of_size(draw, draw.size(2, 6), draw.size(3, 9))
    return drawn | {"end": drawn["start"].clone()}


def square(draw: Draw) -> Inputs:
    """As many rows as positions: no shape tells them apart."""
    size = draw.size(2, 6)
    return of_size(draw, size, size)


def alike(draw: Draw) -> Inputs:
    """Two rows that are the same, beside others."""
    drawn = of_size(draw, draw.size(2, 6), draw.size(3, 9))
    return {name: torch.cat([each, each[:1]]) for name, each in drawn.items()}


def sure(draw: Draw, wrong: bool) -> Inputs:
    """Scores in the hundreds and thousands that are sure, and right or wrong."""
    scale = draw.contents.choice((500.0, 4000.0))
    drawn = of_size(draw, draw.size(2, 6), draw.size(3, 9), scale=1.0)
    for name, place in zip(LOGITS, ("start", "end"), strict=True):
        where = drawn[place][:, None] if not wrong else (drawn[place][:, None] + 1) % drawn[name].shape[1]
        drawn[name] = drawn[name].scatter_add(1, where, torch.full_like(drawn[name], scale))
    return drawn


EDGES = {
    "some scores are minus infinity": masked,
    "answers start and end at position 0": lambda draw: at(draw, 0),
    "answers start and end at the last position": lambda draw: at(draw, -1),
    "an answer starts at position 0": some_at_first,
    "every answer is one token": one_token,
    "there is one position": lambda draw: of_size(draw, draw.size(2, 6), 1),
    "there are two positions": lambda draw: of_size(draw, draw.size(3, 6), 2),
    "there are two rows": lambda draw: of_size(draw, 2, draw.size(3, 9)),
    "there are as many rows as positions": square,
    "two rows are alike": alike,
    "scores are large and right": lambda draw: sure(draw, False),
    "scores are large and wrong": lambda draw: sure(draw, True),
    "there are hundreds of positions": lambda draw: of_size(draw, 3, draw.sizes.randint(300, 600), scale=1.0),
    "there are many rows": lambda draw: of_size(draw, draw.size(30, 90), 7, scale=1.0),
}


def of_mean(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """The loss, and whether anything can be learned from it."""
    there = {name: None if each is None else torch.zeros(()) for name, each in value["gradients"].items()}
    return {"value": value["value"], "gradients": there}


def of_gradients(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """What reaches both kinds of scores."""
    return {"gradients": value["gradients"]}


TITLES = {"value": "The loss"}

TESTS = HiddenTests(
    parts={
        "mean": (Compare(inputs, EDGES, of=of_mean, tolerances=SINGLE, titles=TITLES),),
        "gradients": (Compare(inputs, EDGES, of=of_gradients, tolerances=SINGLE, titles=TITLES, cases=1),),
    },
    mistakes=mistake.all,
    otherwise={"mean": "another-loss", "gradients": "another-gradient"},
)
