"""Whether draws at many positions are independent: of the place, of each other, and of all that a position has.

A *field* is a tensor of shape (calls, rows, columns), bool: at which positions something happened. `valid` says where
it could. Under a right answer each valid position is a success with one probability, independently of
everything else, so every number below is a binomial one; thresholds need no approximation.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import torch
from scipy.stats import binom
from torch import Tensor

from autograder.counting import Count
from autograder.judging.binomial import deviates, tail

PLACES = {"call": 0, "row": 1, "column": 2}
Words = Mapping[str, str]
"""What an exercise calls a position, a call, a row and a column, where it has other words for them."""
NO_WORDS: Words = {}
QUARTERS = 4


def dependences(
    name: str,
    what: str,
    field: Tensor,
    valid: Tensor,
    probability: float,
    attributes: Mapping[str, Tensor],
    words: Words = NO_WORDS,
) -> Iterator[Count]:
    """Counts of one property: the plain rate, then everything that it must not depend on, as they are asked for.

    Args:
        name: of the property, the beginning of the counts' names.
        what: what a success is, after a share.
        field: shape (calls, rows, columns), bool.
        valid: likewise, or (rows, columns) where it is the same in every call.
        probability: of a success at a valid position.
        attributes: further numbers that each position has, shape (rows, columns), int64: its token, its neighbour's.
        words: for `position`, `call`, `row` and `column`, those that are to be read in their place.
    """
    field = field & valid
    rate = Count(
        name, what, int(field.sum()), int(valid.expand(field.shape).sum()), probability, misconception=f"wrong-{name}"
    )
    # Where the rate is wrong already, independence is judged by the rate that there is.
    likely = probability if not deviates(rate) else rate.successes / max(rate.trials, 1)
    yield rate
    if not 0 < likely < 1 or rate.trials == 0:
        return
    places = [place for place, dim in PLACES.items() if field.shape[dim] > 1]
    yield from (by_place(name, what, field, valid, likely, place, words) for place in places)
    yield from (mirrored(name, what, field, valid, place, words) for place in places)
    yield from (by_value(name, what, field, valid, likely, *item) for item in attributes.items())
    yield from (copies(name, what, field, valid, likely, *item) for item in attributes.items())
    yield together(name, what, field, valid, likely, words)
    yield from (spread(name, what, field, valid, likely, place, words) for place in places)


def sums_over_others(values: Tensor, place: str) -> Tensor:
    """Numbers of True at one call, one row or one column."""
    others = [dim for dim in range(3) if dim != PLACES[place]]
    return values.sum(dim=others)


def by_place(
    name: str, what: str, field: Tensor, valid: Tensor, probability: float, place: str, words: Words = NO_WORDS
) -> Count:
    """The most improbable of the counts at one call, row or column."""
    successes, trials = (sums_over_others(each.expand(field.shape), place) for each in (field, valid))
    word = words.get(place, place)
    label = f"{what}, at one {word}"
    return worst(f"{name}-by-{place}", label, successes, trials, probability, f"depends-on-{word}")


def mirrored(name: str, what: str, field: Tensor, valid: Tensor, place: str, words: Words = NO_WORDS) -> Count:
    """Of pairs that lie opposite each other, one in either half, those with one success: in which half is it?

    With equal chances it is in either half as often. This sees a chance that falls or rises slowly.
    """
    dim = PLACES[place]
    half = field.shape[dim] // 2
    success, possible = (each.expand(field.shape) for each in (field, valid))
    first, second = (success.narrow(dim, 0, half), success.flip(dim).narrow(dim, 0, half))
    both = possible.narrow(dim, 0, half) & possible.flip(dim).narrow(dim, 0, half)
    trials, here = int(((first != second) & both).sum()), int((first & ~second & both).sum())
    word = words.get(place, place)
    label = f"{what} in the first half of the {word}s rather than in the second, of pairs that differ"
    return Count(f"{name}-halves-by-{place}", label, here, trials, 0.5, misconception=f"depends-on-{word}")


def by_value(
    name: str, what: str, field: Tensor, valid: Tensor, probability: float, attribute: str, values: Tensor
) -> Count:
    """The most improbable of the counts at positions that share a value, such as one token."""
    kinds, group = torch.unique(values, return_inverse=True)
    group = group.flatten()
    successes, trials = (
        group.bincount(weights=each.sum(dim=0).flatten().double(), minlength=len(kinds)).long()
        for each in (field, valid.expand(field.shape))
    )
    label = f"{what}, at one {attribute}"
    return worst(f"{name}-by-{attribute}", label, successes, trials, probability, f"depends-on-{attribute}")


def worst(
    name: str, what: str, successes: Tensor, trials: Tensor, probability: float | Tensor, misconception: str
) -> Count:
    """The most improbable of several counts."""
    if not len(trials):
        return Count(name, what, 0, 0, 0.5, misconception=misconception)
    chances = torch.as_tensor(probability, dtype=torch.float64).expand(len(trials))
    place = int(tail(successes.numpy(), trials.numpy(), chances.numpy()).argmin())
    return Count(
        name, what, int(successes[place]), int(trials[place]), float(chances[place]), len(trials) + 1, misconception
    )


def together(name: str, what: str, field: Tensor, valid: Tensor, probability: float, words: Words = NO_WORDS) -> Count:
    """Pairs of positions so many rows and columns apart in which both are successes, at the offset that stands out.

    All offsets at once, by a Fourier transform; the pairs counted at the one found do not overlap.
    """
    rows, columns = field.shape[0] * field.shape[1], field.shape[2]
    success, possible = field.reshape(rows, columns), valid.expand(field.shape).reshape(rows, columns)
    size = (2 * rows, 2 * columns)
    centred = torch.where(possible, success.float() - probability, 0.0)
    strength, pairs = (correlate(each, size) for each in (centred, possible.float()))
    score = strength.abs() / pairs.clamp(min=1).sqrt()
    score[0, 0] = 0
    score[pairs < 30] = 0
    place = int(score.argmax())
    if place == 0:  # too few pairs at any offset
        return Count(f"{name}-together", what, 0, 0, 0.5, misconception="positions-hang-together")
    down, right = place // size[1], place % size[1]
    down, right = down - (size[0] if down > rows else 0), right - (size[1] if right > columns else 0)
    if down < 0 or (down == 0 and right < 0):
        down, right = -down, -right
    upper, lower = apart(success, down, right)
    one, other = apart(possible, down, right)
    index = torch.arange(rows - down)[:, None] // down if down else torch.arange(columns - abs(right)) // abs(right)
    first = (index % 2 == 0).expand(upper.shape)
    both, trials = int((upper & lower & first).sum()), int((one & other & first).sum())
    each, row, column = (words.get(word, word) for word in ("position", "row", "column"))
    label = f"{what}, in both of two {each}s that are {down} {row}s and {right} {column}s apart"
    return Count(
        f"{name}-together",
        label,
        both,
        trials,
        probability**2,
        2 * rows * columns,
        "positions-hang-together",
    )


def correlate(values: Tensor, size: tuple[int, int]) -> Tensor:
    """Sums of products with the same values moved by every offset."""
    spectrum = torch.fft.rfft2(values, s=size)
    return torch.fft.irfft2(spectrum * spectrum.conj(), s=size)


def apart(values: Tensor, down: int, right: int) -> tuple[Tensor, Tensor]:
    """The two halves of all pairs of positions at an offset; `down` is not negative."""
    rows, columns = values.shape
    here = slice(max(0, -right), columns - max(0, right))
    there = slice(max(0, right), columns - max(0, -right))
    return values[: rows - down, here], values[down:, there]


def copies(
    name: str, what: str, field: Tensor, valid: Tensor, probability: float, attribute: str, values: Tensor
) -> Count:
    """Pairs of positions of one call that have the same value, and in which both are successes."""
    flat = values.flatten()
    order = flat.sort(stable=True).indices
    if valid.dim() == 2:
        order = order[valid.flatten()[order]]
    pair = order[: len(order) - len(order) % 2].view(-1, 2)
    pair = pair[flat[pair[:, 0]] == flat[pair[:, 1]]]
    both, trials = (
        int(each.reshape(len(field), -1)[:, pair].all(dim=-1).sum()) for each in (field, valid.expand(field.shape))
    )
    return Count(
        f"{name}-in-copies-of-{attribute}",
        f"{what}, in both of two positions with one {attribute}",
        both,
        trials,
        probability**2,
        misconception=f"one-draw-for-equal-{attribute}s",
    )


def spread(
    name: str, what: str, field: Tensor, valid: Tensor, probability: float, place: str, words: Words = NO_WORDS
) -> Count:
    """Numbers of successes in a call, a row of a call, or a column: are they as unequal as independent draws give?

    A number is placed among all that were possible, at random within its own share, which makes the place uniform
    whatever the sizes; what is counted is the quarter that deviates most.
    """
    dims = {"call": (1, 2), "row": (2,), "column": (0, 1)}[place]
    successes, trials = (each.sum(dim=dims).flatten().double() for each in (field, valid.expand(field.shape)))
    counted, possible = successes[trials > 0].numpy(), trials[trials > 0].numpy()
    within = torch.rand(len(possible), generator=torch.Generator().manual_seed(0), dtype=torch.float64).numpy()
    below = binom.cdf(counted - 1, possible, probability)
    position = below + within * binom.pmf(counted, possible, probability)
    quarter = torch.tensor([min(int(each * QUARTERS), QUARTERS - 1) for each in position], dtype=torch.long)
    counts = quarter.bincount(minlength=QUARTERS)
    middle = torch.stack([counts[1] + counts[2], counts[0] + counts[3]])
    chances = torch.tensor([0.25] * QUARTERS + [0.5, 0.5])
    each, word = words.get("position", "position"), words.get(place, place)
    label = f"of the numbers of {each}s that {what.removeprefix('of the ')} in a {word} lay in one range"
    total = torch.full((len(chances),), len(possible))
    return worst(f"{name}-spread-by-{place}", label, torch.cat([counts, middle]), total, chances, "counts-too-regular")


def uniform(name: str, what: str, values: Tensor, size: int) -> list[Count]:
    """Counts of draws that should be uniform over `range(size)`: values, ranges, remainders, repetitions.

    Args:
        name: of the property.
        what: what is counted, after a share.
        values: shape (n,), int64, in [0, size).
        size: how many values there are.
    """
    total = len(values)

    def counted(kind: str, label: str, group: Tensor, sizes: Tensor) -> Count:
        successes = group.bincount(minlength=len(sizes))
        trials = torch.full((len(sizes),), total)
        return worst(f"{name}-{kind}", label, successes, trials, sizes / size, "not-uniform")

    bins = min(size, 32)
    edges = torch.tensor([size * each // bins for each in range(bins + 1)])
    found = [counted("ranges", f"{what} lay in one range of values", torch.bucketize(values, edges[1:-1], right=True),
                     edges.diff())]  # fmt: skip
    for divisor in (2, 3, 4, 5, 7, 8, 10, 16):
        if 2 * divisor <= size:
            sizes = torch.arange(size).remainder(divisor).bincount(minlength=divisor)
            label = f"{what} had one remainder when divided by {divisor}"
            found.append(counted(f"remainders-{divisor}", label, values % divisor, sizes))
    pairs = values[: total - total % 2].view(-1, 2)
    equal = int((pairs[:, 0] == pairs[:, 1]).sum())
    label = f"{what} were the same as the one before"
    often = equal * size > len(pairs)
    misconception = "one-draw-for-many" if often else "avoids-repeats"
    found.append(Count(f"{name}-repeated", label, equal, len(pairs), 1 / size, misconception=misconception))
    for times in (1, 2, 3):
        together = max(2, round(times * math.sqrt(size)))
        groups = values[: total - total % together].view(-1, together).sort(dim=1).values
        different = int((groups.diff(dim=1) != 0).all(dim=1).sum())
        label = f"of the groups of {together} draws were {together} different ones"
        chance = math.exp(sum(math.log1p(-each / size) for each in range(together))) if together <= size else 0.0
        found.append(Count(f"{name}-different-{times}", label, different, len(groups), chance, 1, "not-uniform"))
    return found


def repeats(name: str, what: str, calls: Sequence[Tensor], size: int) -> Count:
    """Calls in which no value comes twice, among as many draws of each as the call with fewest has.

    Sees values that are dealt out like cards, where nothing else is wrong with them.

    Args:
        name: of the property.
        what: what is counted, after "of the calls had no two equal".
        calls: the values of each call, each of shape (n,), int64, in [0, size).
        size: how many values there are.
    """
    drawn = min((len(values) for values in calls), default=0)
    different = sum(len(torch.unique(values[:drawn])) == drawn for values in calls)
    chance = math.exp(sum(math.log1p(-each / size) for each in range(drawn))) if drawn <= size else 0.0
    label = f"of the calls had no two equal {what} among {drawn}"
    return Count(f"{name}-repeats", label, different, len(calls), chance, misconception="dealt-without-return")
