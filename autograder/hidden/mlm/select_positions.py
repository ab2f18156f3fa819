"""Hidden tests of `mlm.select_positions`."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.counting import Count
from autograder.exercise import Inputs
from autograder.judging.draw import RESERVED, Draw
from autograder.judging.independence import dependences
from autograder.judging.parts import Case, Compare, HiddenTests, Mistakes, Refuse, Sample, Source

mistake = Mistakes()
WHAT = "of the ordinary positions were selected"


def batch(draw: Draw, rows: int, length: int, probability: float) -> Inputs:
    """Few different ids, so that each comes often, at special positions too: only the mask says which are special."""
    shape = (rows, length)
    ids = draw.ids(shape, draw.vocabulary(1000), different=draw.contents.randint(4, 10))
    special = draw.mask(shape, draw.share(0.05, 0.25))
    return {"input_ids": ids, "special_tokens_mask": special, "probability": probability, "seed": draw.seed()}


def every_id(draw: Draw, inputs: Inputs) -> Inputs:
    """The same with all the ids that released vocabularies have for special tokens."""
    ids = torch.arange(inputs["input_ids"].numel()) % RESERVED
    return inputs | {"input_ids": ids[draw.permutation(len(ids))].view(inputs["input_ids"].shape)}


def small_batch(draw: Draw) -> Inputs:
    """A batch of any size, and any probability."""
    return batch(draw, draw.rows(), draw.size(2, 40, 600), draw.share(0.2, 0.95))


def certain(draw: Draw, probability: float) -> Inputs:
    """A batch with one of the two probabilities that leave nothing to chance."""
    return small_batch(draw) | {"probability": probability}


def samples(draw: Draw) -> list[Inputs]:
    """BERT's probability in many calls; a medium, a tiny and a large one in one call each; tiny batches very often."""
    calls, rows = draw.contents.randint(50, 70), draw.contents.randint(18, 30)
    usual = batch(draw, rows, 122_000 // (calls * rows), 0.15) | {"calls": calls}
    medium = every_id(draw, batch(draw, draw.contents.randint(80, 100), 640, draw.share(0.3, 0.8)))
    tiny = batch(draw, 300, 500, draw.share(0.00001, 0.00002))
    small = batch(draw, 60, 200, draw.share(0.002, 0.0045))
    large = batch(draw, 100, 200, draw.share(0.994, 0.9994))
    handful = batch(draw, draw.contents.randint(1, 2), draw.contents.randint(2, 4), draw.share(0.2, 0.6)) | {
        "calls": 1000
    }
    handful["special_tokens_mask"] = torch.zeros_like(handful["special_tokens_mask"])
    return [usual, medium, tiny, small, large, handful]


INDEPENDENT = ("rate", "medium-rate", "rate-in-small-batches")
"""Of these, all that a position has is looked at; of the others there is too little to count but the rate."""
NAMES = ("rate", "medium-rate", "tiny-rate", "small-rate", "large-rate", "rate-in-small-batches")


def counts(inputs: Sequence[Inputs], values: Sequence[Any]) -> Iterator[Count]:
    """Rates, and independence of place, token, neighbours, number of calls, and each other."""
    for name, given, draws in zip(NAMES, inputs, values, strict=True):
        ids, ordinary = given["input_ids"], ~given["special_tokens_mask"]
        attributes = {"token": ids, "token-before": ids.roll(1, 1), "token-after": ids.roll(-1, 1)}
        what = f"{WHAT} with a probability of {given['probability']:.4g}"
        counts = dependences(name, what, torch.stack(draws), ordinary, given["probability"], attributes)
        yield from counts if name in INDEPENDENT else itertools.islice(counts, 1)


def bad_values(draw: Draw) -> list[Case]:
    """Probabilities outside of the range, near and far, and the two ends, which are in it."""
    inputs = batch(draw, 2, 6, 0.5)
    if draw.integer(0, 1):  # a bad value is refused also where nobody would be selected
        inputs["special_tokens_mask"] = torch.ones(2, 6, dtype=torch.bool)
    above, below = round(draw.share(1.02, 3.0), 2), -round(draw.share(0.02, 3.0), 2)

    def bad(value: float, named: str | None = None, unless: str = "no-range-check") -> Case:
        return Case(inputs | {"probability": value}, raises=f"{value:g}" if named is None else named, unless=unless)

    return [
        bad(above),
        bad(below),
        bad(float(draw.integer(2, 90))),
        bad(1 + 1e-6, ""),
        bad(-1e-6, ""),
        bad(float("inf"), ""),
        bad(float("nan"), unless="nan-slips-through"),
        Case(inputs | {"probability": 0.0}),
        Case(inputs | {"probability": 1.0}),
    ]


def check_range(probability: float) -> None:
    if not 0 <= probability <= 1:
        raise ValueError(f"probability {probability} is not between 0 and 1")


@mistake(
    "The special tokens took part in the draw. Padding is special too.",
    "What does `special_tokens_mask` say at a [PAD], and where do you use it?",
)
def special_selected(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return torch.rand(ids.shape, generator=generator) < probability


@mistake(
    "The mask is read the wrong way round: True marks a special position, one that must stay out.",
    "The line where the mask meets the draw.",
)
def mask_inverted(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return (torch.rand(ids.shape, generator=generator) < probability) & special


@mistake(
    "The comparison points the wrong way, so that the rest is selected instead.",
    "Which share of uniform numbers is *below* 0.15?",
)
def complement(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return (torch.rand(ids.shape, generator=generator) > probability) & ~special


@mistake(
    "A fixed number of positions is picked. BERT flips a coin for each position on its own.",
    "Can your function ever select one position more, or one less, than the rounded share?",
)
def fixed_count(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    selected = torch.zeros(ids.shape, dtype=torch.bool)
    for row in range(ids.shape[0]):
        ordinary = (~special[row]).nonzero().flatten()
        order = torch.randperm(len(ordinary), generator=generator)
        selected[row, ordinary[order[: round(probability * len(ordinary))]]] = True
    return selected


@mistake(
    "Some position is always selected. With independent draws a short row has none now and then.",
    "The code that makes sure of a minimum; the loss will deal with an empty selection.",
)
def at_least_one(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    draws = torch.rand(ids.shape, generator=generator).masked_fill(special, 2.0)
    best = draws.argmin(dim=1, keepdim=True)
    selected = draws < probability
    return selected.scatter(1, best, True) & ~special


@mistake(
    "One row of numbers was drawn and shared by the whole batch.",
    "The shape of your random numbers: is the batch dimension in it?",
)
def one_draw_per_batch(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return (torch.rand(ids.shape[1], generator=generator) < probability) & ~special


@mistake(
    "One number was drawn for a whole sentence.",
    "The shape of your random numbers: is the sequence dimension in it?",
)
def one_draw_per_row(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return (torch.rand(ids.shape[0], 1, generator=generator) < probability) & ~special


@mistake(
    "Neighbours were selected together. That is SpanBERT's idea; BERT draws each position by itself.",
    "Does the draw at one position influence the next?",
)
def spans(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    # Three neighbours at a time; each position is then inside a span with the probability asked for.
    start = 1 - (1 - probability) ** (1 / 3)
    starts = torch.rand(ids.shape[0], ids.shape[1] + 2, generator=generator) < start
    return (starts[:, :-2] | starts[:, 1:-1] | starts[:, 2:]) & ~special


@mistake(
    "The function seeds a generator of its own, so every batch of the training gets the same mask.",
    "Where a seed is written in your code: the caller's `generator` has one already.",
)
def own_seed(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return (torch.rand(ids.shape, generator=torch.Generator().manual_seed(0)) < probability) & ~special


@mistake(
    "The generator is set back to its seed in every call, so every batch gets the same mask.",
    "The line with `manual_seed`: a generator is there to move on.",
)
def generator_reseeded(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    generator.manual_seed(generator.initial_seed())
    return (torch.rand(ids.shape, generator=generator) < probability) & ~special


@mistake(
    "The selection was turned into numbers. Indexing with 0 and 1 picks rows 0 and 1.",
    "The type of what you return; comparisons give booleans already.",
)
def not_boolean(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return ((torch.rand(ids.shape, generator=generator) < probability) & ~special).long()


@mistake(
    "The probability is used without a look at it.",
    "What should happen first when somebody writes 15 instead of 0.15?",
)
def no_range_check(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    return (torch.rand(ids.shape, generator=generator) < probability) & ~special


@mistake(
    "0 and 1 were refused. They are in the range: none of the positions, and all of them.",
    "`<` where `<=` is meant.",
)
def ends_refused(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    if not 0 < probability < 1:
        raise ValueError(f"probability {probability} is not between 0 and 1")
    return (torch.rand(ids.shape, generator=generator) < probability) & ~special


@mistake(
    "The share is written into the function; whatever `probability` the caller asks for has no effect.",
    "Every number in your code: is one of them an argument?",
)
def ignores_probability(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return (torch.rand(ids.shape, generator=generator) < 0.15) & ~special


@mistake(
    "The random numbers are not uniform: they fall on both sides of 0, and some are larger than 1.",
    "The name of the function that draws: one letter makes the difference.",
)
def normal_not_uniform(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return (torch.randn(ids.shape, generator=generator) < probability) & ~special


@mistake(
    "Asking whether a number is too small or too large lets NaN pass: all comparisons with it are False.",
    "Ask the opposite question: is it inside the range?",
)
def nan_slips_through(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    if probability < 0 or probability > 1:
        raise ValueError(f"probability {probability} is not between 0 and 1")
    return (torch.rand(ids.shape, generator=generator) < probability) & ~special


mistake.add(
    "wrong-at-certainty",
    "A probability of 1 does not select all ordinary positions, or one of 0 selects some.",
    "The comparison with `probability`: its direction, and what the random numbers lie between.",
    None,
)
CERTAIN = (
    "With a probability of 0 or 1, {} of the ordinary positions were not as they should be.",
    "All of them selected with 1, none with 0.",
)
SPECIAL = ("{} of the special positions were selected, [PAD] among them.", "None of them.")
TESTS = HiddenTests(
    parts={
        "rate": (
            Compare(
                small_batch,
                {
                    "`probability` is 1": lambda draw: every_id(draw, batch(draw, 12, 30, 1.0)),
                    "`probability` is 0": lambda draw: certain(draw, 0.0),
                },
                of=lambda given, drawn: (
                    drawn[~given["special_tokens_mask"]] if given["probability"] in (0, 1) else drawn[:0]
                ),
                each_call=True,
                shows=CERTAIN,
                misconception="wrong-at-certainty",
            ),
            Source(lambda draw: batch(draw, 12, 30, draw.share(0.3, 0.7))),
            Sample(samples, counts),
        ),
        "special": (
            Compare(
                small_batch,
                {"`probability` is 1": lambda draw: certain(draw, 1.0)},
                of=lambda given, drawn: drawn[given["special_tokens_mask"]],
                each_call=True,
                shows=SPECIAL,
                misconception="special-selected",
            ),
        ),
        "range": (Refuse(bad_values),),
    },
    mistakes=mistake.all,
)
