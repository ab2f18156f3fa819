"""Hidden tests of `finetuning.layerwise_learning_rates`."""

import math
from collections.abc import Callable
from typing import Any

import torch

from autograder.exercise import Inputs
from autograder.judging.draw import Draw
from autograder.judging.parts import TOLERANCES, Case, Compare, Finding, HiddenTests, Mistakes, Refuse
from bertkit.finetuning.finetune import layerwise_learning_rates

mistake = Mistakes()
ROUNDING = TOLERANCES | {torch.float64: 2e-6}
"""What numbers of 32 bits leave."""
Rates = list[float]


def model(draw: Draw, layers: int | None = None, decay: float | None = None) -> Inputs:
    """A model of so many layers."""
    return {
        "num_layers": draw.size(2, 12, 48) if layers is None else layers,
        "base_lr": draw.share(0.3, 2.0),
        "decay": draw.share(0.5, 0.95) if decay is None else decay,
    }


RATES = {
    "there is one layer": lambda draw: model(draw, 1),
    "there are 24 layers": lambda draw: model(draw, 24, draw.share(0.8, 0.97)),
    "`decay` is small": lambda draw: model(draw, 3, draw.share(0.1, 0.3)),
    "`base_lr` is a whole number": lambda draw: model(draw) | {"base_lr": draw.integer(1, 2)},
}


def fine_tuned(draw: Draw, layers: int | None = None, decay: float | None = None) -> Inputs:
    """The same with rates such as people fine-tune with."""
    return model(draw, layers, decay) | {"base_lr": draw.share(1.0, 6.0) * 10.0 ** -draw.integer(5, 7)}


SMALL = {
    "there are 24 layers": lambda draw: fine_tuned(draw, 24, draw.share(0.5, 0.6)),
    "`decay` is small": lambda draw: fine_tuned(draw, 12, draw.share(0.1, 0.3)),
}


def beside_the_right_ones(given: Inputs, value: Any) -> Any:
    """How many times the right one each rate is, since all differences between small ones are small; 0 for none."""
    right = layerwise_learning_rates(given["num_layers"], given["base_lr"], given["decay"])
    come = [*value, *[0.0] * len(right)]
    return {"times": torch.tensor([each / due for each, due in zip(come, right, strict=False)], dtype=torch.float64)}


def small_rates(got: Any, want: Any) -> Finding:
    """Rates that are wrong where they are small."""
    worst = float(got[(got - want).abs().argmax()])
    return Finding(
        f"With a `base_lr` as small as fine-tuning has, a rate was off by {100 * abs(worst - 1):.2g} %.",
        "What the docstring says, however small.",
        "small-rates-otherwise",
    )


FEW = {
    "`decay` is 1": lambda draw: model(draw, decay=1.0),
    "`decay` is the whole number 1": lambda draw: model(draw, decay=1),
    "there is no layer and `decay` is 1": lambda draw: model(draw, 0, 1.0),
}


def refused(draw: Draw) -> list[Case]:
    """A decay outside of (0, 1]; beside it, its ends."""
    negative, large = -draw.integer(1, 9) / 4, 1 + draw.integer(1, 9) / 4

    def case(decay: float, raises: str, unless: str) -> Case:
        return Case(model(draw, decay=decay), raises=raises, unless=unless)

    return [
        case(0.0, "0", "zero-taken"),
        case(0, "0", "zero-taken"),
        case(negative, str(negative), "negative-taken"),
        case(-1.0, "-1", "negative-taken"),
        case(large, str(large), "above-one-taken"),
        case(1.0625, "1.06", "above-one-taken"),
        case(2, "2", "above-one-taken"),
        case(math.inf, "inf", "above-one-taken"),
        case(math.nan, "nan", "nan-taken"),
        Case(model(draw, decay=1.0)),
        Case(model(draw, decay=0.001)),
    ]


def checked(decay: float) -> None:
    if not 0 < decay <= 1:
        raise ValueError(f"decay {decay}")


def rates(num_layers: int, base_lr: float, decay: float, exponents: Callable[[int], Any]) -> Rates:
    """Rates with these exponents, from which the wrong ones are made."""
    checked(decay)
    return [base_lr * decay**each for each in exponents(num_layers)]


@mistake(
    "The rates come from the top down; embeddings are the bottom, and come first.",
    "The order of what you return.",
)
def top_down(num_layers: int, base_lr: float, decay: float) -> Rates:
    return rates(num_layers, base_lr, decay, lambda layers: range(layers + 2))


@mistake(
    "Every exponent is one too large: the head itself is slowed down already.",
    "The exponent of the head.",
)
def one_too_large(num_layers: int, base_lr: float, decay: float) -> Rates:
    return rates(num_layers, base_lr, decay, lambda layers: range(layers + 2, 0, -1))


@mistake(
    "Every exponent but the head's is one too small: the top layer learns as fast as the head.",
    "The exponent of the top layer: how many parts stand above it?",
)
def top_layer_like_the_head(num_layers: int, base_lr: float, decay: float) -> Rates:
    return rates(num_layers, base_lr, decay, lambda layers: [*range(layers, -1, -1), 0])


@mistake(
    "The embeddings learn as fast as the lowest layer; they are one step below it.",
    "The exponent of the embeddings.",
)
def embeddings_like_the_lowest(num_layers: int, base_lr: float, decay: float) -> Rates:
    return rates(num_layers, base_lr, decay, lambda layers: [layers, *range(layers, -1, -1)])


@mistake("The embeddings have no rate.", "How many rates come back: which part of the model is missing?")
def no_embeddings(num_layers: int, base_lr: float, decay: float) -> Rates:
    return rates(num_layers, base_lr, decay, lambda layers: range(layers, -1, -1))


@mistake("The head has no rate.", "How many rates come back: which part of the model is missing?")
def no_head(num_layers: int, base_lr: float, decay: float) -> Rates:
    return rates(num_layers, base_lr, decay, lambda layers: range(layers + 1, 0, -1))


@mistake(
    "Only the layers have rates; the embeddings below and the head above them need one, too.",
    "How many rates come back, and which parts a model has.",
)
def layers_alone(num_layers: int, base_lr: float, decay: float) -> Rates:
    return rates(num_layers, base_lr, decay, lambda layers: range(layers, 0, -1))


@mistake(
    "Only the layers have rates, and the top one has the head's.",
    "How many rates come back, and the exponent of the top layer.",
)
def layers_alone_from_base(num_layers: int, base_lr: float, decay: float) -> Rates:
    return rates(num_layers, base_lr, decay, lambda layers: range(layers - 1, -1, -1))


@mistake("There is a rate too many, below the embeddings.", "How many rates come back, and the ends of your range.")
def one_too_many(num_layers: int, base_lr: float, decay: float) -> Rates:
    return rates(num_layers, base_lr, decay, lambda layers: range(layers + 2, -1, -1))


@mistake(
    "The embeddings have the head's rate: they are the lowest part, and learn most slowly.",
    "The first number that you return.",
)
def embeddings_at_base(num_layers: int, base_lr: float, decay: float) -> Rates:
    return rates(num_layers, base_lr, decay, lambda layers: [0, *range(layers, -1, -1)])


@mistake(
    "The layers are the wrong way round: the lowest has the highest rate.",
    "The exponent of layer 0.",
)
def layers_reversed(num_layers: int, base_lr: float, decay: float) -> Rates:
    return rates(num_layers, base_lr, decay, lambda layers: [layers + 1, *range(1, layers + 1), 0])


@mistake(
    "The rates fall in a straight line. Each is the next higher one *times* `decay`.",
    "What is done to a rate on the way down: a product, or a difference?",
)
def linear(num_layers: int, base_lr: float, decay: float) -> Rates:
    checked(decay)
    return [base_lr * (1 - (1 - decay) * above / (num_layers + 1)) for above in range(num_layers + 1, -1, -1)]


@mistake(
    "All rates below the head are the same: one step down, and no further.",
    "What of each rate depends on how deep its part is.",
)
def one_step_for_all(num_layers: int, base_lr: float, decay: float) -> Rates:
    return rates(num_layers, base_lr, decay, lambda layers: [*[1] * (layers + 1), 0])


@mistake(
    "`decay` is divided by: lower layers learn faster than the head.",
    "What is done to a rate on the way down.",
)
def divided(num_layers: int, base_lr: float, decay: float) -> Rates:
    return rates(num_layers, base_lr, decay, lambda layers: range(-layers - 1, 1))


@mistake(
    "The factors came back, without `base_lr`.",
    "Where `base_lr` enters your code.",
)
def factors_alone(num_layers: int, base_lr: float, decay: float) -> Rates:
    return layerwise_learning_rates(num_layers, 1.0, decay)


@mistake("The rates were rounded; small ones lose all their digits.", "`round` in what you return.")
def rounds(num_layers: int, base_lr: float, decay: float) -> Rates:
    return [round(each, 3) for each in layerwise_learning_rates(num_layers, base_lr, decay)]


@mistake(
    "The embeddings get a rate of 0 and never learn. Theirs is the smallest, and not 0.",
    "The first of the rates.",
)
def embeddings_stand_still(num_layers: int, base_lr: float, decay: float) -> Rates:
    return [0.0, *layerwise_learning_rates(num_layers, base_lr, decay)[1:]]


def taking(accepted: Callable[[float], bool]) -> Callable[[int, float, float], Rates]:
    """An answer that takes what is allowed, and these decays besides."""

    def answer(num_layers: int, base_lr: float, decay: float) -> Rates:
        if not (accepted(decay) or 0 < decay <= 1):
            raise ValueError(f"decay {decay}")
        return [base_lr * decay**above for above in range(num_layers + 1, -1, -1)]

    return answer


for name, likely, look_at, accepted in (
    (
        "refuses-nothing",
        "Any `decay` is taken, also one that lets rates grow downward or change their sign.",
        "What the docstring has under Raises.",
        lambda decay: True,
    ),
    (
        "zero-taken",
        "A `decay` of 0 is taken, and nothing but the head learns.",
        "The lower end of your test.",
        lambda decay: decay == 0,
    ),
    (
        "negative-taken",
        "A negative `decay` is taken, and every other rate is negative.",
        "The lower end of your test.",
        lambda decay: decay < 0,
    ),
    (
        "zero-and-negative-taken",
        "A `decay` of 0 or below is taken.",
        "Both ends of the range that is allowed.",
        lambda decay: decay <= 0,
    ),
    (
        "above-one-taken",
        "A `decay` above 1 is taken, and lower layers learn faster than the head.",
        "The upper end of your test.",
        lambda decay: decay > 1,
    ),
    (
        "nan-taken",
        "A `decay` that is no number is taken: every comparison with it is False, and a test for what is bad as well.",
        "What your test is for: what is bad, or what is good?",
        math.isnan,
    ),
):
    mistake.add(name, likely, look_at, taking(accepted))


@mistake(
    "A `decay` of exactly 1 is refused. It is allowed: all parts learn alike.",
    "The upper end of your test: is 1 still inside?",
)
def refuses_one(num_layers: int, base_lr: float, decay: float) -> Rates:
    if not 0 < decay < 1:
        raise ValueError(f"decay {decay}")
    return layerwise_learning_rates(num_layers, base_lr, decay)


mistake.add(
    "small-rates-otherwise",
    "Some small rate is not what it should be: rounded, cut off, kept above a least value, or with a trace added.",
    "What is done to a rate after the powers, and every small constant in your code.",
    None,
)
mistake.add(
    "other-rates",
    "Some rate is not `base_lr` times `decay`, once for each part of the model above.",
    "How many rates come back, in which order, and the exponent of each.",
    None,
)

TESTS = HiddenTests(
    parts={
        "rates": (
            Compare(model, RATES, tolerances=ROUNDING),
            Compare(
                fine_tuned,
                SMALL,
                beside_the_right_ones,
                1,
                tolerances=TOLERANCES | {torch.float64: 1e-5},
                words={"times": small_rates},
                conditions=(),
            ),
        ),
        "few": (Compare(lambda draw: model(draw, 0), FEW, tolerances=ROUNDING),),
        "refused": (Refuse(refused, "refuses-nothing"),),
    },
    mistakes=mistake.all,
    otherwise={"rates": "other-rates", "few": "other-rates"},
)
