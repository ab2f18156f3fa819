"""Hidden tests of `mlm.corrupt`."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from autograder.exercise import Inputs
from autograder.hidden.advice import change_argument, need_contiguous, return_nothing, use_global_random
from autograder.hidden.draw import percent, seed, torch_generator, wrong_kind
from autograder.judging.binomial import improbable
from autograder.judging.judge import GLOBAL_RANDOM, Case, Finding, HiddenTests, Mistake, PartTests

MASK_IDS = range(5, 900)
"""[MASK] is one of these, another each time: whoever writes its usual number into the code is found out."""
LARGE_VOCABULARY = 30000

RIGHT_SHARES = (0.8, 0.1, 0.1)
SHARES = {
    "random-share-of-rest": (0.80, 0.02, 0.18),
    "keep-share-of-rest": (0.80, 0.18, 0.02),
    "random-overwrites-mask": (0.72, 0.10, 0.18),
    "fates-drawn-independently": (0.81, 0.09, 0.10),
    "changes-nothing": (0.0, 0.0, 1.0),
    "always-mask": (1.0, 0.0, 0.0),
    "masks-overwritten": (0.0, 0.9, 0.1),
    "no-random": (0.8, 0.0, 0.2),
    "no-keep": (0.8, 0.2, 0.0),
    "mask-and-keep-swapped": (0.1, 0.1, 0.8),
}
"""Shares of masked, random and kept that known mistakes give. 81/10/9 and 80/10/10 differ by one position in a hundred:
it takes some 60,000 positions to tell them apart with the certainty asked for."""


def batch(rng: random.Random, rows: int, length: int, vocab_size: int = LARGE_VOCABULARY) -> Tensor:
    """Ordinary token ids."""
    return torch.randint(5, vocab_size, (rows, length), generator=torch_generator(rng))


def case(
    ids: Tensor, selected: Tensor, case_seed: int, mask_id: int, vocab_size: int = LARGE_VOCABULARY, **more: Any
) -> Case:
    """One case. Where the batch happens to contain [MASK], its neighbour takes its place."""
    inputs: Inputs = {
        "input_ids": torch.where(ids == mask_id, mask_id + 1, ids),
        "selected": selected,
        "mask_token_id": mask_id,
        "vocab_size": vocab_size,
        "seed": case_seed,
    }
    return Case(inputs | more)


def everywhere(ids: Tensor) -> Tensor:
    """A selection of all positions."""
    return torch.ones(ids.shape, dtype=torch.bool)


@dataclass(frozen=True)
class Fates:
    """What happened to the selected positions of one call. Each of shape (B, T), bool."""

    masked: Tensor
    random: Tensor
    kept: Tensor

    @classmethod
    def of(cls, inputs: Inputs, corrupted: Tensor) -> "Fates":
        """Read the fates off. A random draw that hits [MASK] or the original is counted as these."""
        selected = inputs["selected"]
        masked, kept = selected & (corrupted == inputs["mask_token_id"]), selected & (corrupted == inputs["input_ids"])
        return cls(masked, selected & ~masked & ~kept, kept)

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many were masked, random, kept."""
        return int(self.masked.sum()), int(self.random.sum()), int(self.kept.sum())


def shares_cases(rng: random.Random) -> list[Case]:
    """One large batch for the shares, one small three times for the source of randomness, many tiny for the spread."""
    large, small, tiny = batch(rng, 128, 512), batch(rng, 8, 16), batch(rng, 1, 10)
    first_seed, mask_id = seed(rng), rng.choice(MASK_IDS)
    return [
        case(large, everywhere(large), seed(rng), mask_id),
        case(small, everywhere(small), first_seed, mask_id, calls=2, global_seed=1),
        case(small, everywhere(small), first_seed, mask_id, calls=2, global_seed=2),
        case(small, everywhere(small), first_seed + 1, mask_id, calls=2, strided=True),
        case(tiny, everywhere(tiny), seed(rng), mask_id, calls=60),
    ]


def kind(cases: Sequence[Case], values: Sequence[Any]) -> Finding | None:
    """Whether every call returned token ids of the batch's shape."""
    for one_case, draws in zip(cases, values, strict=True):
        if len(draws) != one_case.inputs.get("calls", 1):
            return Finding(f"{len(draws)} results came back.", "One from each call.")
        for draw in draws:
            is_float = isinstance(draw, Tensor) and draw.is_floating_point()
            wrong_dtype, shape = "float-ids" if is_float else None, tuple(one_case.inputs["input_ids"].shape)
            finding = wrong_kind(draw, shape, torch.long, wrong_dtype, "only-selected")
            if finding:
                return finding
    return None


def fates_of(one_case: Case, corrupted: Tensor) -> Fates:
    """The fates of one call of a case."""
    return Fates.of(one_case.inputs, corrupted)


def judge_shares(cases: Sequence[Case], values: Sequence[Any]) -> Finding | None:
    """Kind, patterns over the batch, source of randomness, shares, spread."""
    finding = kind(cases, values)
    if finding:
        return finding
    large = fates_of(cases[0], values[0][0])
    return (
        judge_mask_token(values[0][0], large)
        or judge_patterns(large)
        or judge_source(cases[1].inputs["input_ids"], values[1:4])
        or judge_single_fates([fates_of(cases[4], draw) for draw in values[4]])
        or judge_fates_of_two_calls(*(fates_of(cases[1], draw) for draw in values[1]))
        or judge_counts(large)
        or judge_pairs(large)
        or judge_spread([fates_of(cases[4], draw) for draw in values[4]])
    )


def judge_mask_token(corrupted: Tensor, fates: Fates) -> Finding | None:
    """Another token in the place of [MASK]."""
    changed = corrupted[fates.random]
    if not len(changed) or int((changed == changed.mode().values).sum()) * 2 < corrupted.numel():
        return None
    return Finding(
        "Most of the selected positions became one and the same token, and it was not `mask_token_id`.",
        "`mask_token_id`, whatever number the caller gives it.",
        "ignores-mask-token-id",
    )


def judge_fates_of_two_calls(first: Fates, second: Fates) -> Finding | None:
    """Fates that do not come from the generator, though the random tokens do."""
    if min(first.counts[:2]) == 0 or not torch.equal(first.masked, second.masked):
        return None
    return Finding(
        "Two calls in a row on one generator masked the same positions.", "Two independent corruptions.", "own-seed"
    )


def judge_patterns(fates: Fates) -> Finding | None:
    """Whole rows with one fate, or all rows with the same."""
    if min(fates.counts[:2]) < 0.01 * fates.masked.numel():
        return None  # a missing fate is the shares' business
    # Nearly, not wholly: a random token may happen to be [MASK]. Independent draws agree in two positions of three.
    if agreement(fates.masked, fates.masked[:, :1]) > 0.99:
        return Finding("All positions of a row met the same fate.", "A draw for every position.", "one-fate-per-row")
    if agreement(fates.masked, fates.masked[:1]) > 0.99:
        return Finding("Every row was corrupted in the same places.", "Another draw for every row.", "one-fate-per-row")
    return None


def judge_single_fates(calls: Sequence[Fates]) -> Finding | None:
    """Every call with one fate for all, but not always the same one."""
    fates = Counter(call.counts.index(max(call.counts)) for call in calls if max(call.counts) == sum(call.counts))
    if fates.total() < len(calls) or len(fates) == 1:
        return None
    return Finding(
        f"In each of {len(calls)} calls, all positions met the same fate, now this one, now that.",
        "A draw for every position.",
        "one-fate-per-row",
    )


def agreement(left: Tensor, right: Tensor) -> float:
    """Share of positions at which two boolean tensors agree."""
    return float((left == right).float().mean())


def judge_source(ids: Tensor, draws: Sequence[Sequence[Tensor]]) -> Finding | None:
    """The generator, the whole generator, and nothing but the generator."""
    (first, second), (again, _), (other, _) = draws
    if not torch.equal(first, again):
        return Finding(
            "Two calls with equally seeded generators gave different results.",
            "The same result: all randomness from `generator`.",
            GLOBAL_RANDOM,
        )
    # All masked, or all left as they were: that is the shares' business.
    if torch.equal(first, second) and bool((first != first[0, 0]).any()) and not torch.equal(first, ids):
        moved = not torch.equal(first, other)
        return Finding(
            "Two calls in a row on one generator gave the same result.",
            "Two independent corruptions.",
            "generator-reseeded" if moved else "own-seed",
        )
    return None


def judge_counts(fates: Fates) -> Finding | None:
    """The three shares, and which known mistake gives those that were seen."""
    counts = fates.counts
    total = sum(counts)
    if not any_improbable(counts, RIGHT_SHARES, LARGE_VOCABULARY):
        return None
    known = [name for name, shares in SHARES.items() if not any_improbable(counts, shares, LARGE_VOCABULARY)]
    return Finding(
        "Of the selected positions, "
        + ", ".join(
            f"{100 * count / total:.1f} % {word}"
            for count, word in zip(counts, ("became [MASK]", "became another token", "stayed"), strict=True)
        )
        + ".",
        f"80 %, 10 % and 10 %; over {total:,} positions, chance does not explain the difference.",
        known[0] if known else None,
    )


def seen_shares(
    shares: tuple[float, float, float], choices: int, hits_original: float = 1.0, hits_mask: float = 1.0
) -> tuple[float, float, float]:
    """Shares of positions that *look* masked, random and kept: a random draw may hit [MASK] or the original.

    Args:
        shares: of positions that are meant to be masked, random and kept.
        choices: tokens that the draw has to choose from.
        hits_original: 1 if the original is one of them, else 0.
        hits_mask: 1 if [MASK] is.
    """
    mask, random_share, keep = shares
    hit = random_share / choices
    return mask + hits_mask * hit, random_share - (hits_mask + hits_original) * hit, keep + hits_original * hit


def any_improbable(counts: tuple[int, int, int], shares: tuple[float, float, float], vocab_size: int) -> bool:
    """Whether counts of what looks masked, random and kept do not fit shares."""
    return do_not_fit(counts, seen_shares(shares, vocab_size))


def do_not_fit(counts: tuple[int, int, int], expected: tuple[float, float, float]) -> bool:
    """Whether one of the counts is too far from its share to be luck."""
    return any(improbable(count, sum(counts), share) for count, share in zip(counts, expected, strict=True))


def judge_pairs(fates: Fates) -> Finding | None:
    """Positions that share a fate with a neighbour, with one of the row below, or with one of the other half."""
    masked, half = fates.masked, len(fates.masked) // 2
    share = seen_shares(RIGHT_SHARES, LARGE_VOCABULARY)[0]
    # Pairs that do not overlap, so that they are independent.
    for left, right in ((masked[:, ::2], masked[:, 1::2]), (masked[::2], masked[1::2]), (masked[:half], masked[half:])):
        both = int((left & right).sum())
        if improbable(both, left.numel(), share**2):
            return Finding(
                f"Of pairs of positions, {percent(both, left.numel())} became [MASK] together.",
                f"About {percent(share**2, 1)}, as independent draws give.",
            )
    return None


def judge_spread(fates: Sequence[Fates]) -> Finding | None:
    """Numbers of masked positions that never vary."""
    usual, times = Counter(fate.counts[0] for fate in fates).most_common(1)[0]
    if times > 0.9 * len(fates):  # the commonest number of a binomial, 8, comes in 30 % of the calls
        return Finding(
            f"Of 10 selected positions, exactly {usual} became [MASK], {times} times out of {len(fates)}.",
            "A number that varies around 8: each position is drawn on its own.",
            "exact-shares",
        )
    return None


def unselected_cases(rng: random.Random) -> list[Case]:
    """A third of the positions selected, none, and a batch of one."""
    ids, one = batch(rng, 16, 64), batch(rng, 1, 12)
    some = torch.rand(ids.shape, generator=torch_generator(rng)) < 0.3
    none = torch.zeros(one.shape, dtype=torch.bool)
    mask_id = rng.choice(MASK_IDS)
    return [
        case(ids, some, seed(rng), mask_id),
        case(ids, some, seed(rng), mask_id, strided=True),
        case(one, none, seed(rng), mask_id),
    ]


def judge_unselected(cases: Sequence[Case], values: Sequence[Any]) -> Finding | None:
    """Unselected positions stay, selected ones do not all stay."""
    finding = kind(cases, values)
    if finding:
        return finding
    changed = masked = total = selected_changed = 0
    for one_case, (corrupted,) in zip(cases, values, strict=True):
        ids, selected = one_case.inputs["input_ids"], one_case.inputs["selected"]
        touched = (corrupted != ids) & ~selected
        changed, total = changed + int(touched.sum()), total + int((~selected).sum())
        masked += int((touched & (corrupted == one_case.inputs["mask_token_id"])).sum())
        selected_changed += int(((corrupted != ids) & selected).sum())
    if changed:
        return Finding(
            f"{percent(changed, total)} of the positions that were not selected had changed.",
            "None of them.",
            "ignores-selected" if masked else "random-everywhere",
        )
    if not selected_changed:
        return Finding("No selected position had changed.", "Nine in ten of them.")
    return None


SMALL_VOCABULARY, ORIGINAL = 6, 1
OWN_VOCABULARY = 1000
"""All that the batch itself contains is below this."""


def vocabulary_cases(rng: random.Random) -> list[Case]:
    """A vocabulary so small that every token must come up, and one so large that repeats are rare.

    In the small one, [MASK] is neither the first nor the last token, so that a draw that leaves out an end is seen.
    """
    same_token = torch.full((256, 256), ORIGINAL)
    large = batch(rng, 32, 128, OWN_VOCABULARY)
    return [
        case(same_token, everywhere(same_token), seed(rng), rng.randrange(2, 5), SMALL_VOCABULARY),
        case(large, everywhere(large), seed(rng), rng.choice(MASK_IDS), calls=2),
    ]


def judge_vocabulary(cases: Sequence[Case], values: Sequence[Any]) -> Finding | None:
    """Which tokens random draws give, and how often."""
    finding = kind(cases, values)
    if finding:
        return finding
    (small,), (large, again) = values
    if int(large.min()) < 0 or int(small.min()) < 0 or int(small.max()) >= SMALL_VOCABULARY:
        return Finding(
            f"With a vocabulary of {SMALL_VOCABULARY}, token {int(small.max())} came up.",
            f"Tokens from 0 to {SMALL_VOCABULARY - 1}.",
            "random-range",
        )
    largest, vocab_size = int(torch.stack([large, again]).max()), cases[1].inputs["vocab_size"]
    if largest >= vocab_size:
        return Finding(
            f"With a vocabulary of {vocab_size}, token {largest} came up.",
            f"Tokens from 0 to {vocab_size - 1}.",
            "random-range",
        )
    drawn = large[fates_of(cases[1], large).random]
    if not len(drawn):
        return Finding("No selected position got a random token.", "One in ten of them.", "no-random")
    if len(drawn.unique()) * 2 < len(drawn):
        own = bool((drawn < OWN_VOCABULARY).all()) and len(drawn.unique()) > 64
        return Finding(
            f"Among {len(drawn)} random tokens there were only {len(drawn.unique())} different ones.",
            "A fresh draw for every position.",
            "random-from-batch" if own else "one-random-token",
        )
    # One position in a hundred is random in both calls.
    both = fates_of(cases[1], large).random & fates_of(cases[1], again).random
    if both.any() and torch.equal(large[both], again[both]):
        return Finding(
            "Two calls in a row on one generator drew the same random tokens.", "Two independent draws.", "own-seed"
        )
    if (drawn < OWN_VOCABULARY).all():
        return Finding(
            f"All {len(drawn)} random tokens came from the batch itself.",
            "Draws from the whole vocabulary.",
            "random-from-batch",
        )
    mask_id = cases[0].inputs["mask_token_id"]
    others = [token for token in range(SMALL_VOCABULARY) if token not in (mask_id, ORIGINAL)]
    counts = {token: int((small == token).sum()) for token in others}
    changed = sum(counts.values())
    token = min(counts, key=lambda each: counts[each])
    if not changed or any(improbable(count, changed, 1 / len(others)) for count in counts.values()):
        return Finding(
            f"With a vocabulary of {SMALL_VOCABULARY}, token {token} was {counts[token]} of {changed} random tokens.",
            f"The same number, give or take luck, for every token from 0 to {SMALL_VOCABULARY - 1}.",
            "random-range",
        )
    if any_improbable(fates_of(cases[1], large).counts, RIGHT_SHARES, LARGE_VOCABULARY):
        return None  # what the draw may hit cannot be told where the shares are wrong, and those have their own points
    return judge_hits(fates_of(cases[0], small).counts)


def judge_hits(counts: tuple[int, int, int]) -> Finding | None:
    """Whether, in the small vocabulary, the draw hits [MASK] and the original as often as any other token."""
    if not any_improbable(counts, RIGHT_SHARES, SMALL_VOCABULARY):
        return None
    without = {"random-excludes-original": (0.0, 1.0), "random-excludes-mask": (1.0, 0.0)}
    known = [
        name
        for name, hits in without.items()
        if not do_not_fit(counts, seen_shares(RIGHT_SHARES, SMALL_VOCABULARY - 1, *hits))
    ]
    masked, _, kept = (percent(count, sum(counts)) for count in counts)
    right_masked, _, right_kept = (f"{100 * share:.1f} %" for share in seen_shares(RIGHT_SHARES, SMALL_VOCABULARY))
    return Finding(
        f"With a vocabulary of {SMALL_VOCABULARY}, {masked} became [MASK] and {kept} had their own token.",
        f"About {right_masked} and {right_kept}: a uniform draw hits these two now and then, as any other.",
        known[0] if known else None,
    )


def choose(ids: Tensor, masked: Tensor, randomized: Tensor, mask_id: int, random_ids: Tensor) -> Tensor:
    return torch.where(randomized, random_ids, torch.where(masked, mask_id, ids))


def uniform(ids: Tensor, generator: torch.Generator) -> Tensor:
    return torch.rand(ids.shape, generator=generator)


def tokens(ids: Tensor, vocab_size: int, generator: torch.Generator) -> Tensor:
    return torch.randint(vocab_size, ids.shape, generator=generator)


def by_shares(mask: float, rand: float) -> Any:
    """A right implementation with wrong shares."""

    def corrupt(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, generator: torch.Generator) -> Tensor:
        fate = uniform(ids, generator)
        masked, randomized = selected & (fate < mask), selected & (fate >= mask) & (fate < mask + rand)
        return choose(ids, masked, randomized, mask_id, tokens(ids, vocab_size, generator))

    return corrupt


def changes_nothing(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform(ids, g)[selected]
    corrupted = ids.clone()
    corrupted[selected][fate < 0.8] = mask_id
    corrupted[selected][fate >= 0.9] = torch.randint(vocab_size, (int((fate >= 0.9).sum()),), generator=g)
    return corrupted


def random_share_of_rest(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    masked = selected & (uniform(ids, g) < 0.8)
    randomized = selected & ~masked & (uniform(ids, g) < 0.1)
    return choose(ids, masked, randomized, mask_id, tokens(ids, vocab_size, g))


def keep_share_of_rest(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    masked = selected & (uniform(ids, g) < 0.8)
    kept = selected & ~masked & (uniform(ids, g) < 0.1)
    return choose(ids, masked, selected & ~masked & ~kept, mask_id, tokens(ids, vocab_size, g))


def random_overwrites_mask(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    masked, randomized = selected & (uniform(ids, g) < 0.8), selected & (uniform(ids, g) < 0.1)
    return choose(ids, masked, randomized, mask_id, tokens(ids, vocab_size, g))


def fates_drawn_independently(
    ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator
) -> Tensor:
    kept = selected & (uniform(ids, g) < 0.1)
    randomized = selected & ~kept & (uniform(ids, g) < 0.1)
    return choose(ids, selected & ~kept & ~randomized, randomized, mask_id, tokens(ids, vocab_size, g))


def masks_overwritten(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform(ids, g)
    masked = torch.where(selected & (fate < 0.8), mask_id, ids)
    return torch.where(selected & (fate < 0.9), tokens(ids, vocab_size, g), masked)


def exact_shares(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    corrupted = ids.clone().flatten()
    places = selected.flatten().nonzero().flatten()
    places = places[torch.randperm(len(places), generator=g)]
    first, second = round(0.8 * len(places)), round(0.9 * len(places))
    corrupted[places[:first]] = mask_id
    corrupted[places[first:second]] = torch.randint(vocab_size, (second - first,), generator=g)
    return corrupted.view(ids.shape)


def one_fate_per_row(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = torch.rand(ids.shape[0], 1, generator=g)
    return choose(ids, selected & (fate < 0.8), selected & (fate >= 0.9), mask_id, tokens(ids, vocab_size, g))


def ignores_selected(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform(ids, g)
    return choose(ids, fate < 0.8, fate >= 0.9, mask_id, tokens(ids, vocab_size, g))


def random_everywhere(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform(ids, g)
    return choose(ids, selected & (fate < 0.8), fate >= 0.9, mask_id, tokens(ids, vocab_size, g))


def random_range(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform(ids, g)
    random_ids = torch.randint(5, vocab_size, ids.shape, generator=g)  # ordinary tokens only
    return choose(ids, selected & (fate < 0.8), selected & (fate >= 0.9), mask_id, random_ids)


def one_random_token(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform(ids, g)
    random_ids = torch.randint(vocab_size, (1,), generator=g).expand(ids.shape)
    return choose(ids, selected & (fate < 0.8), selected & (fate >= 0.9), mask_id, random_ids)


def random_from_batch(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform(ids, g)
    random_ids = ids.flatten()[torch.randint(ids.numel(), ids.shape, generator=g)]
    return choose(ids, selected & (fate < 0.8), selected & (fate >= 0.9), mask_id, random_ids)


def random_excludes_original(
    ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator
) -> Tensor:
    fate = uniform(ids, g)
    random_ids = (ids + torch.randint(1, vocab_size, ids.shape, generator=g)) % vocab_size
    return choose(ids, selected & (fate < 0.8), selected & (fate >= 0.9), mask_id, random_ids)


def random_excludes_mask(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform(ids, g)
    random_ids = torch.randint(vocab_size - 1, ids.shape, generator=g)
    random_ids += random_ids >= mask_id
    return choose(ids, selected & (fate < 0.8), selected & (fate >= 0.9), mask_id, random_ids)


def ignores_mask_token_id(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    return by_shares(0.8, 0.1)(ids, selected, 4, vocab_size, g)


def float_ids(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate, chosen = uniform(ids, g), selected.float()
    masked, randomized = (fate < 0.8).float() * chosen, (fate >= 0.9).float() * chosen
    return ids * (1 - masked - randomized) + mask_id * masked + tokens(ids, vocab_size, g) * randomized


def needs_contiguous(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    flat_ids, flat_selected = ids.view(1, -1), selected.view(1, -1)
    return by_shares(0.8, 0.1)(flat_ids, flat_selected, mask_id, vocab_size, g).view(ids.shape)


def global_random(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform(ids, g)
    random_ids = torch.randint(vocab_size, ids.shape)
    return choose(ids, selected & (fate < 0.8), selected & (fate >= 0.9), mask_id, random_ids)


def own_seed(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    return by_shares(0.8, 0.1)(ids, selected, mask_id, vocab_size, torch.Generator().manual_seed(0))


def generator_reseeded(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    g.manual_seed(g.initial_seed())
    return by_shares(0.8, 0.1)(ids, selected, mask_id, vocab_size, g)


def changes_argument(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform(ids, g)
    random_ids = tokens(ids, vocab_size, g)
    ids[selected & (fate < 0.8)] = mask_id
    randomized = selected & (fate >= 0.9)
    ids[randomized] = random_ids[randomized]
    return ids


def only_selected(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    return by_shares(0.8, 0.1)(ids, selected, mask_id, vocab_size, g)[selected]


TESTS = HiddenTests(
    parts={
        "shares": PartTests(shares_cases, judge_shares),
        "unselected": PartTests(unselected_cases, judge_unselected),
        "vocabulary": PartTests(vocabulary_cases, judge_vocabulary),
    },
    deterministic=False,
    mistakes=(
        Mistake(
            "random-share-of-rest",
            "The 10 % for random tokens was taken of those left over after masking, which makes it 2 % of all.",
            "What share of the *remaining* 20 % has to become random?",
            random_share_of_rest,
        ),
        Mistake(
            "keep-share-of-rest",
            "The 10 % to keep was taken of those left over after masking, which makes it 2 % of all.",
            "What share of the *remaining* 20 % has to stay?",
            keep_share_of_rest,
        ),
        Mistake(
            "random-overwrites-mask",
            "Masks and random tokens were drawn separately, and some random tokens replaced a mask.",
            "A position must meet exactly one fate: can one of yours meet two?",
            random_overwrites_mask,
        ),
        Mistake(
            "fates-drawn-independently",
            "Kept and random positions were drawn separately, each 10 %: where both hit, one gives way, hence 81/9/10.",
            "One draw a position, cut in three, decides all fates at once.",
            fates_drawn_independently,
        ),
        Mistake(
            "always-mask",
            "Every selected position becomes [MASK]; the other two fates are missing.",
            "What happens to a selected position that is not masked?",
            by_shares(1.0, 0.0),
        ),
        Mistake(
            "changes-nothing",
            "No token changed: what was written went into a copy, or nothing was written.",
            "Assignments such as `tensor[a][b] = …`: `tensor[a]` with a mask is a new tensor already.",
            changes_nothing,
        ),
        Mistake(
            "masks-overwritten",
            "The masks were set, and then the random tokens were written over them.",
            "Your second condition: is it also true where the first one was?",
            masks_overwritten,
        ),
        return_nothing(lambda *arguments: None),
        Mistake(
            "no-random",
            "What is not masked stays as it is; the random tokens are missing.",
            "The 20 % that are not masked: how are they split?",
            by_shares(0.8, 0.0),
        ),
        Mistake(
            "no-keep",
            "What is not masked becomes random; none is kept on purpose.",
            "The 20 % that are not masked: how are they split?",
            by_shares(0.8, 0.2),
        ),
        Mistake(
            "mask-and-keep-swapped",
            "The large share stays and a small one is masked: a comparison points the wrong way.",
            "Which share of uniform numbers is below 0.8?",
            by_shares(0.1, 0.1),
        ),
        Mistake(
            "exact-shares",
            "The selected positions were dealt out in fixed numbers. BERT draws the fate of each one on its own.",
            "Can your function mask nine of ten selected positions, or seven?",
            exact_shares,
        ),
        Mistake(
            "one-fate-per-row",
            "One draw decides for many positions at once.",
            "The shape of your random numbers: it should be the shape of `input_ids`.",
            one_fate_per_row,
        ),
        Mistake(
            "ignores-selected",
            "The recipe was applied to the whole batch, whatever `selected` says.",
            "Where `selected` enters your conditions.",
            ignores_selected,
        ),
        Mistake(
            "random-everywhere",
            "The masks respect the selection, the random tokens do not.",
            "The condition that chooses where random tokens go.",
            random_everywhere,
        ),
        Mistake(
            "random-range",
            "Random tokens do not come from the whole vocabulary, 0 to V - 1, special tokens included.",
            "The bounds of the draw: `torch.randint`'s upper one is excluded already.",
            random_range,
        ),
        Mistake(
            "one-random-token",
            "One random token was drawn and used in many places.",
            "The shape of the random tokens: one for each position.",
            one_random_token,
        ),
        Mistake(
            "random-from-batch",
            "The replacements are tokens of the batch itself. They should be any token of the vocabulary.",
            "What your random numbers index: the batch or the vocabulary?",
            random_from_batch,
        ),
        Mistake(
            "random-excludes-original",
            "The random token is never the original one. BERT draws from the whole vocabulary, the original included.",
            "The code that avoids the original: it is not needed.",
            random_excludes_original,
        ),
        Mistake(
            "random-excludes-mask",
            "The random token is never [MASK]. BERT draws from the whole vocabulary, [MASK] included.",
            "The code that avoids [MASK]: it is not needed.",
            random_excludes_mask,
        ),
        Mistake(
            "ignores-mask-token-id",
            "The number of [MASK] is written into the function; the caller's is not used.",
            "Where `mask_token_id` enters your code.",
            ignores_mask_token_id,
        ),
        Mistake(
            "float-ids",
            "Token ids became floating-point numbers; an embedding looks up integers only.",
            "Arithmetic with masks: choosing between values needs no multiplication.",
            float_ids,
        ),
        need_contiguous(needs_contiguous),
        use_global_random(global_random),
        Mistake(
            "own-seed",
            "The function seeds a generator of its own, so every batch is corrupted alike.",
            "Where a seed is written in your code: the caller's `generator` has one already.",
            own_seed,
        ),
        Mistake(
            "generator-reseeded",
            "The generator is set back to its seed in every call, so every batch is corrupted alike.",
            "The line with `manual_seed`: a generator is there to move on.",
            generator_reseeded,
        ),
        change_argument(changes_argument),
        Mistake(
            "only-selected",
            "Only the selected tokens came back; the sentence around them is what the model has to read.",
            "The shape of what you return: it should be the shape of `input_ids`.",
            only_selected,
        ),
    ),
)
