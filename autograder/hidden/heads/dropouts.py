"""What a head's dropout does in training, and what to say of one that does otherwise."""

from typing import Any

import torch

from autograder.exercise import Inputs
from autograder.hidden.heads.layers import known_by_name
from autograder.judging.draw import Draw
from autograder.judging.parts import Finding, Mistakes

DEFAULT = 0.1
SHARES = (0.2, 0.3, 0.4, 0.6, 0.7, 0.8)
"""Of numbers dropped. A half is an edge: what is kept and what is dropped are equally many there."""
AS_ASKED = "as asked"
EXPECTED = (
    "In training each number of a vector is dropped by itself, with probability `dropout`; the rest makes up for it."
)


def in_training(draw: Draw, share: float | None, long: bool = False) -> Inputs:
    """A head whose logits tell what became of each number of the vectors; many rows, or with `long` many positions."""
    size = draw.size(5, 9)
    rows, length = (draw.integer(5, 9), draw.integer(60, 80)) if long else (draw.integer(60, 80), draw.size(3, 5))

    def away_from_zero(*shape: int) -> torch.Tensor:
        drawn = draw.normal(*shape)
        return drawn + drawn.sign() + (drawn == 0)

    return {
        "hidden_size": size,
        "num_labels": size,
        "dropout": share,
        "classifier.weight": away_from_zero(size).diag(),
        "classifier.bias": away_from_zero(size),
        # The same at all positions: which of them is read is no matter of dropout.
        "hidden": away_from_zero(rows, 1, size).expand(rows, length, size).clone(),
        "training": True,
    }


def some_share(draw: Draw) -> Inputs:
    """A share that is not the default, and not a half."""
    return in_training(draw, draw.contents.choice(SHARES))


EDGES = {
    "`dropout` is left out": lambda draw: in_training(draw, None),
    "`dropout` is 0": lambda draw: in_training(draw, 0.0),
    "`dropout` is a half": lambda draw: in_training(draw, 0.5),
    "`dropout` is 1": lambda draw: in_training(draw, 1.0),
}

AT_ALL_POSITIONS = {
    **EDGES,
    "there are many positions": lambda draw: in_training(draw, draw.contents.choice(SHARES), long=True),
}
"""Of a head that is read at all positions: of few rows, position 0 alone has too few numbers to tell their share."""


def of_dropout(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """What a head does in training, in a word."""
    return {**known_by_name(value), "told": manner(given["dropout"], value.get("masks"))}


def manner(asked: float | None, masks: Any) -> str:
    """The name of what is wrong with a dropout, given what was asked for and what was measured."""
    share = DEFAULT if asked is None else asked
    if not isinstance(masks, dict):
        return "another-dropout"
    got, factor = masks["share"], masks["factor"]
    if share == 1:  # a hand-written one may divide 0 by 0 there
        return AS_ASKED if got == 1 else "never-drops" if got == 0 and factor == 1 else "another-share"
    if masks["logits"] > 0:
        return "logits-dropped"
    if factor is None:
        return "another-share"
    if not masks["even"]:
        return "another-noise"
    if unchanging := masks["unchanging"]:
        return next(name for axis, name in AXES.items() if axis in unchanging)
    if masks["repeating"]:
        return "draws-repeated"
    right_factor = close(factor, 1 / (1 - share))
    if got == round(share, 1) and right_factor:
        return AS_ASKED
    if share == 0:
        return "zero-taken-for-none" if got == DEFAULT and close(factor, 1 / (1 - DEFAULT)) else "another-share"
    if got == 0:
        return "never-drops" if close(factor, 1) else "scaled-and-not-dropped"
    if got == round(share, 1):
        return "unscaled" if close(factor, 1) else "another-default" if asked is None else "another-factor"
    if asked is None:
        return "another-default"
    if close(factor, (1 - share) ** -2):
        return "dropped-twice"
    return "keeps-for-drops" if got == round(1 - share, 1) else "another-share"


def close(got: float, want: float) -> bool:
    """Whether two factors are the same, but for three digits."""
    return abs(got - want) < 2e-3 * want


AXES = {
    "calls": "one-mask-for-all-calls",
    "features": "whole-vectors-dropped",
    "rows": "one-mask-for-all-rows",
    "positions": "one-mask-for-all-positions",
}

SEEN = {
    "another-dropout": "In training the logits had another form than in evaluation.",
    "never-drops": "In training nothing was dropped.",
    "another-share": "In training another share of the numbers was dropped than `dropout` says.",
    "logits-dropped": "In training some logits were exactly 0, whatever the bias.",
    "another-noise": "In training the numbers that remained were changed by more than one factor.",
    "one-mask-for-all-calls": "In training every call dropped the same numbers.",
    "whole-vectors-dropped": "In training a vector was dropped as a whole, or kept as a whole.",
    "one-mask-for-all-rows": "In training the same numbers were dropped in every row of a batch.",
    "one-mask-for-all-positions": "In training the same numbers were dropped at every position.",
    "draws-repeated": "In training the same pattern of dropped numbers came back after some rows or positions.",
    "zero-taken-for-none": "With `dropout` 0, a tenth of the numbers was dropped in training.",
    "scaled-and-not-dropped": "In training nothing was dropped, and all numbers were scaled.",
    "unscaled": "In training the numbers that were kept stayed as they were.",
    "another-factor": "In training the numbers that were kept were scaled by another factor.",
    "another-default": "Without a `dropout` in the call, another share than a tenth was dropped in training.",
    "dropped-twice": "In training more was dropped than `dropout` says, and the rest was scaled twice.",
    "keeps-for-drops": "In training the share that `dropout` says was kept, and the rest was dropped.",
}


def told(got: Any, want: Any) -> Finding:
    """What to say of a dropout."""
    return Finding(SEEN.get(got, SEEN["another-dropout"]), EXPECTED, got if got in SEEN else "another-dropout")


def draws_in_evaluation(got: Any, want: Any) -> Finding:
    """What to say of a head that draws in evaluation mode."""
    return Finding(
        "In evaluation mode numbers were drawn at random.",
        "No dropout in evaluation: the same logits for the same vectors.",
        "drops-in-evaluation",
    )


TEXTS = {
    "another-dropout": (
        "In training the head does something else than dropping numbers in front of its layer.",
        "What depends on `self.training`.",
    ),
    "never-drops": (
        "There is no dropout, or it is never in training mode, or it is given another share than `dropout`.",
        "Whether `forward` uses the dropout, and how it learns that the head is in training mode.",
    ),
    "another-share": (
        "The dropout is built with another number than the one that the head is given.",
        "What the dropout gets: the argument as it is, or a number that stands in the code?",
    ),
    "logits-dropped": (
        "The dropout stands behind the layer, so that whole answers vanish. It belongs in front of it.",
        "The order of the two steps in `forward`.",
    ),
    "another-noise": (
        "This is another kind of noise than dropout, which sets a number to 0 or multiplies it with one factor.",
        "The name of the dropout: there are several kinds.",
    ),
    "one-mask-for-all-calls": (
        "What is dropped was drawn once and is kept, or a seed is set again in every call.",
        "What `__init__` draws, and every seed.",
    ),
    "whole-vectors-dropped": (
        "Whole vectors are dropped. Here every number has a draw of its own.",
        "The kind of dropout, `Dropout1d` and the like among them, and the shape of what is drawn.",
    ),
    "one-mask-for-all-rows": (
        "One draw serves all rows. Every number of every row has a draw of its own.",
        "The shape of what is drawn.",
    ),
    "one-mask-for-all-positions": (
        "One draw serves all positions of a row. Every number of every vector has a draw of its own.",
        "The shape of what is drawn.",
    ),
    "draws-repeated": (
        "A pattern is drawn for some rows or positions and used again for others. Every number has a draw of its own.",
        "The shape of what is drawn, and every `repeat`, `expand` and `tile`.",
    ),
    "zero-taken-for-none": (
        "`dropout=0` counts as false, so that the default takes its place.",
        "Every `or` and every `if dropout`: what does 0 do there?",
    ),
    "scaled-and-not-dropped": (
        "The numbers are scaled as if others had been dropped.",
        "Every factor in `forward` that depends on `self.training`.",
    ),
    "unscaled": (
        "What is kept does not make up for what is dropped, so that sums are smaller in training than in evaluation.",
        "The factor that the kept numbers get: what would keep the mean of a number as it was?",
    ),
    "another-factor": (
        "What is kept does not make up for what is dropped.",
        "The factor that the kept numbers get: what would keep the mean of a number as it was?",
    ),
    "another-default": (
        "The default of `dropout` is another one than the docstring's signature has.",
        "The line of `def __init__`, and the number that the dropout is built with.",
    ),
    "dropped-twice": (
        "Two dropouts stand one after the other.",
        "Every line of `forward` in which something is dropped.",
    ),
    "keeps-for-drops": (
        "`dropout` was read as the share to keep. It is the share to drop.",
        "The number that the dropout is built with.",
    ),
    "drops-in-evaluation": (
        "The dropout does not know that the head is in evaluation mode, or a layer is made anew in every call.",
        "How the dropout learns the mode: a module does by itself, a function is told. And what `forward` builds.",
    ),
}


def add_dropout_mistakes(mistake: Mistakes) -> None:
    """The mistakes about a dropout that are known by what is seen, as far as there is no code of that name."""
    known = {each.name for each in mistake.all}
    for name, texts in TEXTS.items():
        if name not in known:
            mistake.add(name, *texts, None)
