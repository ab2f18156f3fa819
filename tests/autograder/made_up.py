"""Exercises made up for tests of the judging core, one of each kind, with the judging of an answer to one.

Their references stand here, where `defines` finds them, and are as plain as can be.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from autograder.calls import Call
from autograder.exercise import Difficulty, Exercise, Inputs, Part
from autograder.judging.draw import Draw
from autograder.judging.independence import dependences
from autograder.judging.judge import judge
from autograder.judging.parts import Case, Compare, HiddenTests, Mistakes, PartTests, Refuse, Sample, Source
from autograder.running.observe import observe
from autograder.verdict import Verdict


@dataclass(frozen=True, eq=False)
class MadeUp:
    """An exercise with its hidden tests."""

    exercise: Exercise
    hidden: HiddenTests

    def judged(self, answer: Any, seed: int = 0, explain: bool = False) -> Verdict:
        """The verdict on an answer."""
        return judge(self.exercise, self.hidden, partial(observe, self.exercise.run, answer), seed, explain)


def made_up(
    name: str, run: Any, parts: dict[str, PartTests], mistakes: Mistakes | None = None, points: Sequence[float] = ()
) -> MadeUp:
    """An exercise that asks for what this module has under that name."""
    worth = points or [1.0] * len(parts)
    exercise = Exercise(
        id=f"made_up.{name}",
        title=name,
        difficulty=Difficulty.EASY,
        minutes=1,
        why="It is made up.",
        parts=tuple(Part(each, f"{each} is right", value) for each, value in zip(parts, worth, strict=True)),
        hints=(),
        defines=(f"made_up:{name}",),
        run=run,
    )
    return MadeUp(exercise, HiddenTests(parts, mistakes.all if mistakes else ()))


def masked_error(predicted: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """Squared error per row of (..., H), weighted by place, averaged over the rows where the mask (...) is True."""
    weights = torch.arange(1, predicted.shape[-1] + 1, dtype=predicted.dtype)
    each = (weights * (predicted - target) ** 2 * (1 + predicted.exp())).sum(-1)
    return (each * mask).sum() / mask.sum().clamp(min=1)


def error_inputs(draw: Draw, share: float | None = None) -> Inputs:
    shape = (*draw.leading(1, 3, 20), draw.size(2, 4), draw.size(3, 7, 40))
    drawn = draw.mask(shape[:-1], draw.share(0.3, 0.7) if share is None else share)
    if share is None and drawn.numel() > 1:
        drawn.view(-1)[:2] = torch.tensor([True, False])
    return {"predicted": draw.normal(*shape), "target": draw.normal(*shape), "mask": drawn}


ERROR = made_up(
    "masked_error",
    Call(("predicted", "target", "mask"), gradients=("predicted",)),
    {
        "value": (
            Compare(
                error_inputs,
                {
                    "nothing is selected": lambda draw: error_inputs(draw, 0.0),
                    "everything is selected": lambda draw: error_inputs(draw, 1.1),
                },
                titles={"value": "The error"},
            ),
        )
    },
)
"""A scalar with a gradient."""


def kept_labels(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
    """The ids (B, T) where `keep` (B, T) is True, the number `fill` elsewhere."""
    return torch.where(keep, ids, fill)


def label_inputs(draw: Draw, share: float | None = None) -> Inputs:
    shape = (draw.rows(large=30), draw.size(2, 12, 640))
    keep = draw.mask(shape, draw.share(0.3, 0.7) if share is None else share)
    if share is None:
        keep[0, :2] = torch.tensor([True, False])
    return {"ids": draw.ids(shape, draw.vocabulary(50)), "keep": keep, "fill": -draw.integer(1, 500)}


LABEL_EDGES = {
    "nothing is kept": lambda draw: label_inputs(draw, 0.0),
    "everything is kept": lambda draw: label_inputs(draw, 1.1),
}
LABELS = made_up(
    "kept_labels",
    Call(("ids", "keep", "fill")),
    {
        "kept": (Compare(label_inputs, LABEL_EDGES, of=lambda given, labels: labels[given["keep"]]),),
        "elsewhere": (Compare(label_inputs, LABEL_EDGES, of=lambda given, labels: labels[~given["keep"]]),),
    },
    points=(2, 1),
)
"""Elementwise, integers, two parts."""


def largest(scores: Tensor) -> tuple[Tensor, Tensor]:
    """The largest score of each row of (B, T), and where it is."""
    found = scores.max(dim=-1)
    return found.values, found.indices


def diagonal(seen: Tensor) -> Tensor:
    """The diagonal of a mask of shape (T, T)."""
    return seen.diagonal().clone()


LARGEST = made_up(
    "largest",
    Call(("scores",)),
    {"both": (Compare(lambda draw: {"scores": draw.normal(draw.rows(), draw.size(2, 9, 300))}),)},
)
"""Two values."""


def scaled(scores: Tensor) -> Tensor:
    """Scores (..., T, H), times their mean size, divided by the root of H: floats in, floats of the same shape out."""
    return scores * scores.abs().mean() / math.sqrt(scores.shape[-1])


SCALED = made_up(
    "scaled",
    Call(("scores",), gradients=("scores",)),
    {"scores": (Compare(lambda draw: {"scores": draw.normal(draw.rows(), draw.size(2, 6, 60), draw.size(3, 9, 60))}),)},
)
"""Floats of the input's shape, with a gradient."""


class Gate(nn.Module):
    """A linear layer, and what goes in times the sigmoid of what comes out."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.linear = nn.Linear(size, size)

    def forward(self, hidden: Tensor) -> Tensor:
        """hidden: (..., H). Returns the same shape."""
        return hidden * self.linear(hidden).sigmoid()


def run_gate(answer: Any, inputs: Inputs) -> Any:
    """Build one, give it known weights, and use it."""
    with torch.random.fork_rng(devices=[]):
        gate = answer(inputs["hidden"].shape[-1]).to(inputs["hidden"].dtype)
    with torch.no_grad():
        gate.linear.weight.copy_(inputs["weight"])
        gate.linear.bias.copy_(inputs["bias"])
    return gate(inputs["hidden"])


def gate_inputs(draw: Draw) -> Inputs:
    size = draw.size(2, 6, 20)
    return {
        "hidden": draw.normal(draw.rows(), draw.size(1, 5, 20), size),
        "weight": draw.normal(size, size),
        "bias": draw.normal(size),
    }


GATE = made_up("Gate", run_gate, {"gate": (Compare(gate_inputs),)})
"""A module."""


def rooted(number: float) -> float:
    """The root of a number that is not negative, in Python numbers.

    Raises a ValueError that contains the number.
    """
    if not number >= 0:
        raise ValueError(f"{number} has no root")
    return math.sqrt(number)


def refusals(draw: Draw) -> list[Case]:
    bad = -round(draw.share(0.1, 9), 3)
    return [
        Case({"number": bad}, raises=f"{bad}", unless="negative-accepted"),
        Case({"number": float("nan")}, raises="nan", unless="nan-slips-through"),
        Case({"number": 0.0}),
    ]


ROOTED = made_up(
    "rooted",
    Call(("number",)),
    {"value": (Compare(lambda draw: {"number": draw.share(0, 50)}),), "range": (Refuse(refusals),)},
    points=(1, 2),
)
"""A Python number, and values that are refused."""


def coins(ids: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    """True at each position of the ids (B, T) with that probability."""
    return torch.rand(ids.shape, generator=generator) < probability


def coin_inputs(draw: Draw) -> Inputs:
    shape = (draw.rows(), draw.size(3, 30))
    return {"ids": draw.ids(shape, 100, different=6), "probability": draw.share(0.3, 0.7), "seed": draw.seed()}


def coin_samples(draw: Draw) -> list[Inputs]:
    shape = (draw.contents.randint(20, 30), 40)
    ids = draw.ids(shape, 1000, different=6)
    return [{"ids": ids, "probability": draw.share(0.2, 0.8), "seed": draw.seed(), "calls": 40}]


def coin_counts(inputs: Sequence[Inputs], values: Sequence[Any]) -> Any:
    for given, draws in zip(inputs, values, strict=True):
        ids = given["ids"]
        valid, attributes = torch.ones_like(ids, dtype=torch.bool), {"token": ids}
        yield from dependences("rate", "came up", torch.stack(draws), valid, given["probability"], attributes)


coin_mistake = Mistakes()


@coin_mistake("The rest was chosen.", "The direction of the comparison.")
def complement(ids: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    return torch.rand(ids.shape, generator=generator) > probability


@coin_mistake("One coin was flipped for a row.", "The shape of what is drawn.")
def one_for_a_row(ids: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    return (torch.rand(ids.shape[0], 1, generator=generator) < probability).expand(ids.shape)


COINS = made_up(
    "coins",
    Call(("ids", "probability"), generator=torch.Generator),
    {
        "source": (Source(lambda draw: coin_inputs(draw) | {"ids": draw.ids((20, 30), 9)}),),
        "rate": (Sample(coin_samples, coin_counts),),
    },
    coin_mistake,
    points=(1, 3),
)
"""Draws at random."""

ALL = {each.exercise.name: each for each in (ERROR, LABELS, LARGEST, SCALED, GATE, ROOTED, COINS)}
