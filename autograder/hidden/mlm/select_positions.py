"""Hidden tests of `mlm.select_positions`."""

import random
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.hidden.advice import (
    change_argument,
    need_contiguous,
    not_name_the_value,
    raise_another_exception,
    return_nothing,
    use_global_random,
    use_words_for_tensors,
)
from autograder.hidden.draw import percent, seed, token_batch, wrong_kind
from autograder.judging.binomial import improbable
from autograder.judging.judge import GLOBAL_RANDOM, Case, Finding, HiddenTests, Mistake, PartTests

PROBABILITY = 0.15


def rate_cases(rng: random.Random) -> list[Case]:
    """One large batch three times (as it is, other global state, other seed), many short rows, and the two ends."""
    ids, special = token_batch(rng, 64, 96, 30000)
    batch = {"input_ids": ids, "special_tokens_mask": special, "probability": PROBABILITY, "calls": 2}
    first_seed, short = seed(rng), token_batch(rng, 40, 20, 1000)[0]
    short_special = torch.zeros(40, 20, dtype=torch.bool)
    short_special[:, [0, -1]] = True
    many = {
        "input_ids": short,
        "special_tokens_mask": short_special,
        "probability": PROBABILITY,
        "calls": 20,
        "seed": seed(rng),
    }
    one_ids, one_special = token_batch(rng, 1, 200, 100)
    one = {"input_ids": one_ids, "special_tokens_mask": one_special, "seed": seed(rng)}
    return [
        Case(batch | {"seed": first_seed, "global_seed": 1}),
        Case(batch | {"seed": first_seed, "global_seed": 2}),
        Case(batch | {"seed": first_seed + 1, "global_seed": 1, "strided": True}),
        Case(many),
        Case(one | {"probability": 1.0}, refused="ends-refused"),
        Case(one | {"probability": 0.0}, refused="ends-refused"),
    ]


def judge_rate(cases: Sequence[Case], values: Sequence[Any]) -> Finding | None:
    """Kind, ends, independence of rows and columns, source of randomness, share, spread."""
    finding = kind(cases, values)
    if finding:
        return finding
    special = cases[0].inputs["special_tokens_mask"]
    draws: list[list[Tensor]] = list(values)
    finding = judge_ends(cases[4:], [value[0] for value in draws[4:]])
    return (
        finding
        or judge_patterns(draws[0][0], ~special)
        or judge_source(draws[:3])
        or judge_share(draws[0] + draws[2], ~special)
        or judge_spread(draws[3], ~cases[3].inputs["special_tokens_mask"])
    )


def kind(cases: Sequence[Case], values: Sequence[Any]) -> Finding | None:
    """Whether every call returned a BoolTensor of the batch's shape."""
    for case, draws in zip(cases, values, strict=True):
        if len(draws) != case.inputs.get("calls", 1):
            return Finding(f"{len(draws)} selections came back.", "One from each call.")
        for draw in draws:
            shape = tuple(case.inputs["input_ids"].shape)
            finding = wrong_kind(draw, shape, torch.bool, "not-boolean", None)
            if finding:
                return finding
    return None


def judge_ends(cases: Sequence[Case], selections: Sequence[Tensor]) -> Finding | None:
    """With probability 1 all ordinary positions, with probability 0 none."""
    ordinary = ~cases[0].inputs["special_tokens_mask"]
    everything, nothing = (selection & ordinary for selection in selections)
    if not torch.equal(everything, ordinary):
        inverted = not everything.any() and bool(selections[0].any())
        complement = not everything.any() and bool(nothing.any())
        # Some selected at either end, of so many positions that no chance explains it.
        ignored = bool(everything.any() and nothing.any())
        # A normal number is below 1 in 84 % of cases and below 0 in half of them.
        normal = ignored and not any(
            improbable(int(selection.sum()), int(ordinary.sum()), share)
            for selection, share in ((everything, 0.8413), (nothing, 0.5))
        )
        return Finding(
            f"With probability 1, {percent(int(everything.sum()), int(ordinary.sum()))} of the ordinary positions "
            "were selected.",
            "All of them.",
            "mask-inverted"
            if inverted
            else "complement"
            if complement
            else "normal-not-uniform"
            if normal
            else "ignores-probability"
            if ignored
            else None,
        )
    if nothing.any():
        return Finding("With probability 0, positions were selected.", "None of them.", "at-least-one")
    return None


def judge_patterns(selection: Tensor, ordinary: Tensor) -> Finding | None:
    """Rows that repeat one another, or that are all or nothing."""
    shared = ordinary.all(dim=0)
    inside = selection[:, shared]
    if (inside == inside[0]).all() and inside.any():
        return Finding(
            "Every row of the batch had the same positions selected.",
            "Another draw for every row.",
            "one-draw-per-batch",
        )
    if (inside == inside[:, :1]).all():
        return Finding(
            "Each row was selected as a whole or not at all.", "Another draw for every position.", "one-draw-per-row"
        )
    return None


def judge_source(draws: Sequence[Sequence[Tensor]]) -> Finding | None:
    """The generator, the whole generator, and nothing but the generator."""
    (first, second), (again, _), (other, _) = draws
    if not torch.equal(first, again):
        return Finding(
            "Two calls with equally seeded generators selected different positions.",
            "The same positions: all randomness from `generator`.",
            GLOBAL_RANDOM,
        )
    if torch.equal(first, other) and torch.equal(first, second):
        return Finding("Generators with different seeds gave the same selection.", "Another selection.", "own-seed")
    if torch.equal(first, second):
        return Finding(
            "Two calls in a row on one generator selected the same positions.",
            "Two independent selections.",
            "generator-reseeded",
        )
    return None


def judge_share(draws: Sequence[Tensor], ordinary: Tensor) -> Finding | None:
    """The number selected, and the number of neighbours selected together."""
    count = sum(int((draw & ordinary).sum()) for draw in draws)
    total = len(draws) * int(ordinary.sum())
    if improbable(count, total, PROBABILITY):
        return Finding(
            f"With probability {PROBABILITY}, {percent(count, total)} of the ordinary positions were selected.",
            f"About {percent(PROBABILITY, 1)}: a deviation this large is no accident.",
            None if improbable(count, total, 1 - PROBABILITY) else "complement",
        )
    left, right = slice(1, -1, 2), slice(2, None, 2)  # pairs that do not overlap, so that they are independent
    pairs = ordinary[:, left] & ordinary[:, right]
    both = sum(int((draw[:, left] & draw[:, right] & pairs).sum()) for draw in draws)
    if improbable(both, len(draws) * int(pairs.sum()), PROBABILITY**2):
        return Finding(
            f"{percent(both, len(draws) * int(pairs.sum()))} of the neighbouring pairs were selected together.",
            f"About {percent(PROBABILITY**2, 1)}, as independent draws give.",
            "spans",
        )
    half = len(ordinary) // 2
    for upper, lower in ((slice(0, 2 * half, 2), slice(1, 2 * half, 2)), (slice(0, half), slice(half, 2 * half))):
        pairs = ordinary[upper] & ordinary[lower]
        both = sum(int((draw[upper] & draw[lower] & pairs).sum()) for draw in draws)
        if improbable(both, len(draws) * int(pairs.sum()), PROBABILITY**2):
            return Finding(
                f"{percent(both, len(draws) * int(pairs.sum()))} of the positions were selected in two rows together.",
                f"About {percent(PROBABILITY**2, 1)}: another draw for every row.",
            )
    return None


def judge_spread(draws: Sequence[Tensor], ordinary: Tensor) -> Finding | None:
    """Counts that do not vary as independent draws do."""
    per_row = torch.stack([(draw & ordinary).sum(dim=1) for draw in draws])
    rows, length = per_row.numel(), int(ordinary[0].sum())
    if (per_row == per_row[0, 0]).all() or (per_row.sum(dim=1) == per_row[0].sum()).all():
        return Finding(
            f"The number of selected positions was the same in {rows} rows and {len(draws)} batches.",
            "A number that varies: each position is drawn on its own.",
            "fixed-count",
        )
    empty = int((per_row == 0).sum())
    if improbable(empty, rows, (1 - PROBABILITY) ** length):
        return Finding(
            f"{empty} of {rows} rows of {length} ordinary positions had none selected.",
            f"About {round(rows * (1 - PROBABILITY) ** length)}: that is what independent draws give.",
            "at-least-one" if empty == 0 else None,
        )
    return None


def special_cases(rng: random.Random) -> list[Case]:
    """Batches with plenty of padding."""
    cases = []
    for probability, rows, length in ((0.5, 8, 24), (1.0, 5, 13), (0.15, 32, 40)):
        ids, special = token_batch(rng, rows, length, 1000)
        inputs = {"input_ids": ids, "special_tokens_mask": special, "probability": probability, "seed": seed(rng)}
        cases.append(Case(inputs))
    return cases


def judge_special(cases: Sequence[Case], values: Sequence[Any]) -> Finding | None:
    """Special positions stay out, ordinary ones are not all left out."""
    finding = kind(cases, values)
    if finding:
        return finding
    hit = total = ordinary = 0
    for case, (selection,) in zip(cases, values, strict=True):
        special = case.inputs["special_tokens_mask"]
        hit, total = hit + int((selection & special).sum()), total + int(special.sum())
        ordinary += int((selection & ~special).sum())
    if hit:
        return Finding(
            f"{percent(hit, total)} of the [CLS], [SEP] and [PAD] positions were selected.",
            "None of them.",
            "special-selected" if ordinary else "mask-inverted",
        )
    if not ordinary:
        return Finding("No position at all was selected.", "Ordinary positions, and only these.")
    return None


def range_cases(rng: random.Random) -> list[Case]:
    """Probabilities just outside and at the ends of the range."""
    ids, special = token_batch(rng, 2, 6, 100)
    inputs = {"input_ids": ids, "special_tokens_mask": special, "seed": seed(rng)}
    return [
        Case(inputs | {"probability": 1.5}, raises="1.5", unless="no-range-check"),
        Case(inputs | {"probability": -0.25}, raises="-0.25", unless="no-range-check"),
        Case(inputs | {"probability": float("nan")}, raises="nan", unless="nan-slips-through"),
        Case(inputs | {"probability": 0.0}, refused="ends-refused"),
        Case(inputs | {"probability": 1.0}, refused="ends-refused"),
    ]


def special_selected(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return torch.rand(ids.shape, generator=generator) < probability


def mask_inverted(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return (torch.rand(ids.shape, generator=generator) < probability) & special


def complement(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return (torch.rand(ids.shape, generator=generator) > probability) & ~special


def fixed_count(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    selected = torch.zeros(ids.shape, dtype=torch.bool)
    for row in range(ids.shape[0]):
        ordinary = (~special[row]).nonzero().flatten()
        order = torch.randperm(len(ordinary), generator=generator)
        selected[row, ordinary[order[: round(probability * len(ordinary))]]] = True
    return selected


def at_least_one(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    draws = torch.rand(ids.shape, generator=generator).masked_fill(special, 2.0)
    best = draws.argmin(dim=1, keepdim=True)
    selected = draws < probability
    return selected.scatter(1, best, True) & ~special


def one_draw_per_batch(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return (torch.rand(ids.shape[1], generator=generator) < probability) & ~special


def one_draw_per_row(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return (torch.rand(ids.shape[0], 1, generator=generator) < probability) & ~special


def spans(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    # Three neighbours at a time; each position is then inside a span with the probability asked for.
    start = 1 - (1 - probability) ** (1 / 3)
    starts = torch.rand(ids.shape[0], ids.shape[1] + 2, generator=generator) < start
    return (starts[:, :-2] | starts[:, 1:-1] | starts[:, 2:]) & ~special


def global_random(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return (torch.rand(ids.shape) < probability) & ~special


def own_seed(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return (torch.rand(ids.shape, generator=torch.Generator().manual_seed(0)) < probability) & ~special


def generator_reseeded(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    generator.manual_seed(generator.initial_seed())
    return (torch.rand(ids.shape, generator=generator) < probability) & ~special


def not_boolean(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return ((torch.rand(ids.shape, generator=generator) < probability) & ~special).long()


def no_range_check(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    return (torch.rand(ids.shape, generator=generator) < probability) & ~special


def ends_refused(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    if not 0 < probability < 1:
        raise ValueError(f"probability {probability} is not between 0 and 1")
    return (torch.rand(ids.shape, generator=generator) < probability) & ~special


def ignores_probability(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return (torch.rand(ids.shape, generator=generator) < 0.15) & ~special


def normal_not_uniform(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return (torch.randn(ids.shape, generator=generator) < probability) & ~special


def words_for_tensors(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    return torch.rand(ids.shape, generator=generator) < probability and not special  # type: ignore[return-value]


def another_exception(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    # Torch refuses a bad probability too, but with a RuntimeError.
    return torch.bernoulli(torch.full(ids.shape, float(probability)), generator=generator).bool() & ~special


def value_not_named(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    if not 0 <= probability <= 1:
        raise ValueError("the probability has to lie between 0 and 1")
    return (torch.rand(ids.shape, generator=generator) < probability) & ~special


def needs_contiguous(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    draws = torch.rand(ids.numel(), generator=generator)
    return ((draws < probability) & ~special.view(-1)).view(ids.shape)


def nan_slips_through(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    if probability < 0 or probability > 1:
        raise ValueError(f"probability {probability} is not between 0 and 1")
    return (torch.rand(ids.shape, generator=generator) < probability) & ~special


def changes_argument(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    check_range(probability)
    selected = (torch.rand(ids.shape, generator=generator) < probability) & ~special
    special |= selected
    return selected


def check_range(probability: float) -> None:
    if not 0 <= probability <= 1:
        raise ValueError(f"probability {probability} is not between 0 and 1")


TESTS = HiddenTests(
    parts={
        "rate": PartTests(rate_cases, judge_rate),
        "special": PartTests(special_cases, judge_special),
        "range": PartTests(range_cases, lambda cases, values: None),
    },
    deterministic=False,
    mistakes=(
        Mistake(
            "special-selected",
            "The special tokens took part in the draw. Padding is special too.",
            "What does `special_tokens_mask` say at a [PAD], and where do you use it?",
            special_selected,
        ),
        Mistake(
            "mask-inverted",
            "The mask is read the wrong way round: True marks a special position, one that must stay out.",
            "The line where the mask meets the draw.",
            mask_inverted,
        ),
        Mistake(
            "complement",
            "The comparison points the wrong way, so that the rest is selected instead.",
            "Which share of uniform numbers is *below* 0.15?",
            complement,
        ),
        Mistake(
            "fixed-count",
            "A fixed number of positions is picked. BERT flips a coin for each position on its own.",
            "Can your function ever select one position more, or one less, than the rounded share?",
            fixed_count,
        ),
        Mistake(
            "at-least-one",
            "Some position is always selected. With independent draws a short row has none now and then.",
            "The code that makes sure of a minimum; the loss will deal with an empty selection.",
            at_least_one,
        ),
        Mistake(
            "one-draw-per-batch",
            "One row of numbers was drawn and shared by the whole batch.",
            "The shape of your random numbers: is the batch dimension in it?",
            one_draw_per_batch,
        ),
        Mistake(
            "one-draw-per-row",
            "One number was drawn for a whole sentence.",
            "The shape of your random numbers: is the sequence dimension in it?",
            one_draw_per_row,
        ),
        Mistake(
            "spans",
            "Neighbours were selected together. That is SpanBERT's idea; BERT draws each position by itself.",
            "Does the draw at one position influence the next?",
            spans,
        ),
        use_global_random(global_random),
        Mistake(
            "own-seed",
            "The function seeds a generator of its own, so every batch of the training gets the same mask.",
            "Where a seed is written in your code: the caller's `generator` has one already.",
            own_seed,
        ),
        Mistake(
            "generator-reseeded",
            "The generator is set back to its seed in every call, so every batch gets the same mask.",
            "The line with `manual_seed`: a generator is there to move on.",
            generator_reseeded,
        ),
        Mistake(
            "not-boolean",
            "The selection was turned into numbers. Indexing with 0 and 1 picks rows 0 and 1.",
            "The type of what you return; comparisons give booleans already.",
            not_boolean,
        ),
        Mistake(
            "no-range-check",
            "The probability is used without a look at it.",
            "What should happen first when somebody writes 15 instead of 0.15?",
            no_range_check,
        ),
        Mistake(
            "ends-refused",
            "0 and 1 were refused. They are in the range: none of the positions, and all of them.",
            "`<` where `<=` is meant.",
            ends_refused,
        ),
        Mistake(
            "ignores-probability",
            "The share is written into the function; whatever `probability` the caller asks for has no effect.",
            "Every number in your code: is one of them an argument?",
            ignores_probability,
        ),
        Mistake(
            "normal-not-uniform",
            "The random numbers are not uniform: they fall on both sides of 0, and some are larger than 1.",
            "The name of the function that draws: one letter makes the difference.",
            normal_not_uniform,
        ),
        return_nothing(lambda *arguments: None),
        use_words_for_tensors(words_for_tensors),
        raise_another_exception(another_exception),
        not_name_the_value(value_not_named),
        need_contiguous(needs_contiguous),
        Mistake(
            "nan-slips-through",
            "Asking whether a number is too small or too large lets NaN pass: all comparisons with it are False.",
            "Ask the opposite question: is it inside the range?",
            nan_slips_through,
        ),
        change_argument(changes_argument),
    ),
)
