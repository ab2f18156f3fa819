"""Hidden tests of `mlm.corrupt`."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.counting import Count
from autograder.exercise import Inputs
from autograder.hidden.mlm.corrupt_mistakes import mistake
from autograder.judging.binomial import deviates
from autograder.judging.draw import RESERVED, Draw
from autograder.judging.independence import dependences, repeats, uniform
from autograder.judging.parts import Compare, HiddenTests, Sample, Source

MASK, RANDOM, KEEP = 0.8, 0.1, 0.1


def batch(draw: Draw, rows: int, length: int, vocab_size: int, share: float) -> Inputs:
    """Few different ids, so that each comes often, [MASK] not among them; a selection of any share."""
    shape, mask_id = (rows, length), draw.integer(0, vocab_size - 1)
    ids = draw.ids(shape, vocab_size, different=draw.contents.randint(5, 14))
    return {
        "input_ids": torch.where(ids == mask_id, (mask_id + 1) % vocab_size, ids),
        "selected": draw.mask(shape, share),
        "mask_token_id": mask_id,
        "vocab_size": vocab_size,
        "seed": draw.seed(),
    }


def small_batch(draw: Draw) -> Inputs:
    """A batch of any size."""
    return batch(draw, draw.rows(), draw.size(3, 40), draw.vocabulary(4), draw.share(0.1, 0.9))


def selecting(draw: Draw, share: float) -> Inputs:
    """A batch of which all positions are selected, or none."""
    drawn = small_batch(draw)
    return drawn | {"selected": torch.full_like(drawn["selected"], share > 0)}


def with_mask_in_it(draw: Draw) -> Inputs:
    """A batch that has [MASK] in it already, selected and not."""
    drawn = batch(draw, draw.size(15, 25), draw.size(50, 70), draw.vocabulary(4), draw.share(0.1, 0.6))
    there = draw.mask(drawn["input_ids"].shape, 0.3)
    return drawn | {"input_ids": torch.where(there, drawn["mask_token_id"], drawn["input_ids"])}


def fates(given: Inputs, corrupted: Tensor) -> tuple[Tensor, Tensor]:
    """Where selected positions look masked, and where they have a token that is neither [MASK] nor their own."""
    masked = given["selected"] & (corrupted == given["mask_token_id"])
    return masked, given["selected"] & ~masked & (corrupted != given["input_ids"])


def share_samples(draw: Draw) -> list[Inputs]:
    """Many calls, most positions selected; few, as in BERT; one long row, all selected; one position; two or three."""
    calls, rows = draw.contents.randint(40, 60), draw.contents.randint(18, 30)
    many = batch(draw, rows, 125_000 // (calls * rows), draw.contents.randint(20_000, 60_000), draw.share(0.85, 0.95))
    few = with_mask_id(batch(draw, 90, 150, draw.vocabulary(2000), draw.share(0.12, 0.3)), -1)
    long = with_mask_id(batch(draw, 1, draw.contents.randint(900, 1300), draw.vocabulary(2000), 1.1), 0)
    # All the ids that released vocabularies have for special tokens.
    long["input_ids"] = 1 + torch.arange(long["input_ids"].numel()).view(1, -1) % RESERVED
    single, handful = (
        batch(draw, 1, draw.contents.randint(2, 3), draw.vocabulary(2000), share) for share in (0.0, 1.1)
    )
    single["selected"][0, 0] = True
    return [many | {"calls": calls}, few, long | {"calls": 8}, single | {"calls": 250}, handful | {"calls": 150}]


def with_mask_id(inputs: Inputs, place: int) -> Inputs:
    """The same with the first or the last of the vocabulary as [MASK]; what had its id becomes another token."""
    mask_id = place % inputs["vocab_size"]
    ids = inputs["input_ids"]
    return inputs | {
        "mask_token_id": mask_id,
        "input_ids": torch.where(ids == mask_id, (mask_id + 1) % inputs["vocab_size"], ids),
    }


def share_counts(inputs: Sequence[Inputs], values: Sequence[Any]) -> Iterator[Count]:
    """Shares of the three fates, and independence of place, token, neighbours, number of calls, and each other."""
    found = []
    for name, given, draws in zip(("", "partly-", "long-", "single-", "handful-"), inputs, values, strict=True):
        ids, selected, corrupted = given["input_ids"], given["selected"], torch.stack(draws)
        masked, replaced = fates(given, corrupted)
        attributes = {
            "token": ids,
            "token-before": ids.roll(1, 1),
            "token-after": ids.roll(-1, 1),
            "selection-before": selected.roll(1, 1).long(),
        }
        hit = RANDOM / given["vocab_size"]  # a random token may happen to be [MASK], or the original
        for fate, what, field, share in (
            ("mask", "became [MASK]", masked, MASK + hit),
            ("random", "became another token", replaced, RANDOM - 2 * hit),
            ("keep", "stayed", selected & ~masked & ~replaced, KEEP + hit),
        ):
            label = f"of the selected positions {what}"
            counts = dependences(f"{name}{fate}-share", label, field, selected, share, attributes)
            # The third share is what the others leave.
            found.append(counts if fate == "mask" or (fate, name) == ("random", "") else itertools.islice(counts, 1))
    yield from (next(each) for each in found)  # the rates, which set most mistakes apart
    yield from itertools.chain(*found)


def token_samples(draw: Draw) -> list[Inputs]:
    """A vocabulary so small that every token must come up, a medium one, and one so large that repeats are rare."""
    small = batch(draw, 100, 140, draw.contents.randint(6, 9), 1.1)
    medium = batch(draw, 50, 110, 2 * draw.contents.randint(30, 450), 1.1)
    large = batch(draw, 20, 250, draw.contents.randint(9_000, 60_000), 1.1)
    masks = batch(draw, 60, 100, draw.vocabulary(2000), 1.1)
    there = {"input_ids": torch.full_like(masks["input_ids"], masks["mask_token_id"])}
    smallest = batch(draw, 100, 110, draw.contents.randint(3, 5), 1.1)
    sized = [small | {"calls": 2}, medium | {"calls": 2}, large | {"calls": 14}, smallest | {"calls": 4}]
    return [*sized, masks | there]


def token_counts(inputs: Sequence[Inputs], values: Sequence[Any]) -> Iterator[Count]:
    """Random tokens: in range, of the whole vocabulary, equally often, a draw for each position."""
    for name, given, draws in zip(("small", "medium", "large", "smallest"), inputs, values, strict=False):
        corrupted, size, mask_id = torch.stack(draws), given["vocab_size"], given["mask_token_id"]
        outside = int(((corrupted < 0) | (corrupted >= size)).sum())
        some = "of the tokens do not exist in the vocabulary"
        yield Count(f"{name}-range", some, outside, corrupted.numel(), 0.0, misconception="out-of-range")
        if outside:
            return
        ids = given["input_ids"].expand(corrupted.shape)
        _, replaced = fates(given, corrupted)
        none = int(not replaced.any())
        yield Count(f"{name}-any", "of the batches had no random token", none, 1, 0.0, misconception="no-random")
        if none:
            return
        # Among the tokens that are neither [MASK] nor the original, all are as likely.
        drawn = corrupted - (corrupted > ids).long() - (corrupted > mask_id).long()
        yield from uniform(f"{name}-tokens", "of the random tokens", drawn[replaced], size - 2)
        if name == "large":
            # Which of the values cannot come differs from place to place: that changes the chance by one in 9,000.
            tokens = [here[there] for here, there in zip(corrupted, replaced, strict=True)]
            yield repeats(name, "random tokens", tokens, size - 2)
        lower = (size - 2) // 2
        what = "of the random tokens came from the upper half of the vocabulary"
        upper = replaced & (drawn >= lower)
        yield from dependences(f"{name}-upper-half", what, upper, replaced, 1 - lower / (size - 2), {"token": ids[0]})
    yield from hits(inputs, values)


def hits(inputs: Sequence[Inputs], values: Sequence[Any]) -> list[Count]:
    """In the smallest vocabulary, how often a draw hits [MASK] and the original: as often as any other token.

    Nothing where the shares are wrong in the large one: these have their own points, and no hit can be told there.
    """
    _, _, large, smallest, masks = zip(inputs, values, strict=True)
    if any(map(deviates, looks(*large))):
        return []
    given, (corrupted,) = masks
    changed, total, size = int((corrupted != given["mask_token_id"]).sum()), corrupted.numel(), given["vocab_size"]
    what = "of the selected positions that were [MASK] already changed"
    already = Count("mask-already", what, changed, total, RANDOM - RANDOM / size, misconception="mask-already-there")
    return [*looks(*smallest), already]


def looks(given: Inputs, draws: Sequence[Tensor]) -> list[Count]:
    """How many positions look masked and how many look kept, of which random tokens are a share."""
    corrupted, size = torch.stack(list(draws)), given["vocab_size"]
    masked, replaced = fates(given, corrupted)
    total, hit = masked.numel(), RANDOM / size
    kept = total - int(masked.sum()) - int(replaced.sum())
    where = f"in a vocabulary of {size}"
    return [
        Count("mask-hits", f"became [MASK] {where}", int(masked.sum()), total, MASK + hit, 1, "random-excludes-mask"),
        Count("keep-hits", f"stayed {where}", kept, total, KEEP + hit, 1, "random-excludes-original"),
    ]


UNSELECTED = ("{} of the positions that were not selected had changed.", "None of them.")

TESTS = HiddenTests(
    parts={
        "shares": (
            Source(lambda draw: batch(draw, 8, 24, draw.vocabulary(5000), 1.1)),
            Sample(share_samples, share_counts),
        ),
        "unselected": (
            Compare(
                small_batch,
                {
                    "nothing is selected": lambda draw: selecting(draw, 0),
                    "everything is selected": lambda draw: selecting(draw, 1),
                    "[MASK] is in the batch already": with_mask_in_it,
                },
                of=lambda given, drawn: drawn[~given["selected"]],
                each_call=True,
                shows=UNSELECTED,
                misconception="unselected-changed",
            ),
        ),
        "vocabulary": (Sample(token_samples, token_counts),),
    },
    mistakes=mistake.all,
)
