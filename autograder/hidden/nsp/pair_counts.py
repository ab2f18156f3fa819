"""What is counted in the pairs of `nsp.sample_pairs`: how the coin falls, and which sentences come as random seconds.

Sentences are whole numbers here, one number for each place unless said otherwise, so that a second says where it comes
from.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import torch
from torch import Tensor

from autograder.calls import CALLS, SEED
from autograder.counting import Count
from autograder.exercise import Inputs
from autograder.exercises.nsp_cases import PAIR_WORDS
from autograder.judging.draw import Draw
from autograder.judging.independence import dependences, repeats, uniform, worst

DRAWN = 8
"""Random pairs from which on two calls that agree have drawn the same."""
REAL = "of the pairs were real"
SECONDS = "of the random seconds"


def numbered(draw: Draw, lengths: Sequence[int], calls: int, different: int | None = None) -> Inputs:
    """Documents of so many sentences: numbers in any order, each once, or so many different ones again and again."""
    total = sum(lengths)
    start = draw.integer(0, 500)
    numbers = (draw.permutation(total) % (different or total) + start).tolist()
    ends = [*accumulate(lengths)]
    documents = [numbers[end - length : end] for length, end in zip(lengths, ends, strict=True)]
    return {"documents": documents, SEED: draw.seed(), CALLS: calls}


@dataclass(frozen=True, eq=False)
class Pairs:
    """All pairs of all calls on one list of documents, one column for each pair of a call."""

    first: Tensor
    second: Tensor
    real: Tensor
    """Shape: (calls, pairs), the first two int64, the last bool"""
    document: Tensor
    """In which document a pair begins. Shape: (pairs,), int64"""
    place: Tensor
    """The place of its first sentence in there. Shape: (pairs,), int64"""
    lengths: list[int]


def pairs_of(given: Inputs, draws: Any) -> Pairs | None:
    """None where there is another number of pairs, or something else than numbers: how so is told elsewhere."""
    lengths = [len(document) for document in given["documents"]]
    begins = [(row, place) for row, length in enumerate(lengths) for place in range(length - 1)]
    if not isinstance(draws, list) or len(draws) != given[CALLS]:
        return None
    for pairs in draws:
        if not isinstance(pairs, list) or len(pairs) != len(begins):
            return None
        if not all(isinstance(pair, list) and [*map(type, pair)] == [int, int, bool] for pair in pairs):
            return None
    told = torch.tensor([list(draw) for draw in draws], dtype=torch.int64)
    document, place = torch.tensor(begins).T
    return Pairs(told[..., 0], told[..., 1], told[..., 2].bool(), document, place, lengths)


def all_pairs(inputs: Sequence[Inputs], values: Sequence[Any]) -> list[Pairs] | Count:
    """The pairs on every list of documents; where there is something else, a count of that."""
    known = [pairs_of(*each) for each in zip(inputs, values, strict=True)]
    found = [each for each in known if each is not None]
    if len(found) == len(known):
        return found
    what = "of the lists of documents gave something else than a pair for every sentence with a next one"
    return Count("form", what, len(known) - len(found), len(known), 0.0, 1, "no-pairs")


# ---------------------------------------------------------------------------------------------------------- the coin


def coin_samples(draw: Draw) -> list[Inputs]:
    """Many calls; one call on many documents; one pair, or two, very often; a document that is long."""
    size = draw.contents.randint
    usual = [draw.contents.choice((0, 1, size(2, 6), size(7, 24))) for _ in range(size(5, 7))] + [size(20, 30)] * 2
    pairs = sum(max(length - 1, 0) for length in usual)
    draw.contents.shuffle(usual)
    many = [size(2, 7) for _ in range(size(400, 500))]
    few = [size(2, 3), 1]
    draw.contents.shuffle(few)
    long = [size(900, 1200), size(900, 1200)]
    return [
        numbered(draw, usual, 7_500 // pairs, different=size(9, 14)),
        numbered(draw, many, 2),
        numbered(draw, few, 700),
        numbered(draw, long, 1),
    ]


def coin_counts(inputs: Sequence[Inputs], values: Sequence[Any]) -> Iterator[Count]:
    """The rate of all pairs, and its independence of document, place, sentence, call, and each other."""
    found = all_pairs(inputs, values)
    if isinstance(found, Count):
        yield found
        return
    yield like_the_one_before(found[0])
    total, real = sum(each.real.numel() for each in found), sum(int(each.real.sum()) for each in found)
    yield Count("rate", REAL, real, total, 0.5, misconception="wrong-rate")
    calls = torch.cat([found[0].second, found[0].real.long()], dim=1)
    # Where nearly all are real, for whatever reason, two calls are alike without having drawn the same.
    calls = calls[(~found[0].real).sum(dim=1) >= DRAWN]
    alike = len(calls) - len(torch.unique(calls, dim=0))
    yield Count("alike", "of the calls made the same pairs as another", alike, len(calls), 0.0, 1, "few-seeds")
    for name, pairs in zip(("", "many-documents-", "few-pairs-", "long-"), found, strict=True):
        shape = len(pairs.lengths), max(pairs.lengths) - 1
        possible = torch.zeros(shape, dtype=torch.bool)
        possible[pairs.document, pairs.place] = True
        happened = torch.zeros(len(pairs.real), *shape, dtype=torch.bool)
        happened[:, pairs.document, pairs.place] = pairs.real
        attributes = {}
        if len(pairs.real) > 1:
            attributes["pair"] = torch.arange(possible.numel()).view(shape)
        if not name:
            numbers = torch.full(shape, -1)
            numbers[pairs.document, pairs.place] = pairs.first[0]
            attributes["sentence"] = numbers
        rate, *others = dependences(f"{name}coin", REAL, happened, possible, 0.5, attributes, PAIR_WORDS)
        yield replace(rate, misconception="wrong-rate")
        yield from others
        yield in_line(f"{name}after-real", pairs.real)


def like_the_one_before(pairs: Pairs) -> Count:
    """Of fair coins a half falls as the one before did, in one document; all do where one coin is thrown for many."""
    agree = pairs.real[:, 1:] == pairs.real[:, :-1]
    within = same_row(pairs.document)
    misconception = "positions-hang-together"
    if agree[:, within].all():
        misconception = "one-coin-for-all" if agree.all() else "one-coin-for-a-document"
    what = "of the pairs were what the one before them in their document was, real or random"
    agreeing = int(agree[:, within].sum())
    return Count("like-the-one-before", what, agreeing, agree[:, within].numel(), 0.5, 1, misconception)


def in_line(name: str, real: Tensor) -> Count:
    """Pairs that come after a real one of the same call: are they real as often as others?"""
    before, after = real[:, :-1], real[:, 1:]
    what = "of the pairs that came after a real one were real"
    return Count(name, what, int((before & after).sum()), int(before.sum()), 0.5, 1, "positions-hang-together")


# ------------------------------------------------------------------------------------------------------- the seconds


def second_samples(draw: Draw) -> list[Inputs]:
    """Documents of one length, of many lengths, very many, very long; and documents that say the same in places."""
    size = draw.contents.randint
    count, length = size(4, 5), size(6, 7)
    even = numbered(draw, [length] * count, 6_000 // (count * (length - 1)))
    uneven = [size(35, 45), 1, 1, 1, size(2, 3), size(7, 10), 0]
    draw.contents.shuffle(uneven)
    many = numbered(draw, [2] * size(350, 450), 3)
    long = numbered(draw, [size(350, 450)] * 3, 1)
    same_length = size(3, 5)
    alike = numbered(draw, [same_length] * 4, 1_600 // (3 * same_length))
    shared = alike["documents"][0][-1]
    for document in alike["documents"]:  # two documents say the same, and a sentence comes in all of them
        document[draw.integer(0, same_length - 1)] = shared
    twin, other = draw.contents.sample(range(4), 2)
    alike["documents"][other] = [*alike["documents"][twin]]
    return [even, numbered(draw, uneven, 4_000 // sum(uneven)), many, long, alike]


def second_counts(inputs: Sequence[Inputs], values: Sequence[Any]) -> Iterator[Count]:
    """Each sentence of the other documents as often as it should, one draw for each pair."""
    found = all_pairs(inputs, values)
    if isinstance(found, Count):
        yield found
        return
    seconds: list[Seconds] = []
    for given, pairs in zip(inputs[:4], found[:4], strict=True):
        where = {number: place for place, number in enumerate(n for each in given["documents"] for n in each)}
        at = torch.tensor([where.get(each, -1) for each in pairs.second.flatten().tolist()]).view(pairs.second.shape)
        begins = torch.tensor([0, *accumulate(pairs.lengths)])
        home = torch.bucketize(at, begins[1:], right=True)
        random = ~pairs.real
        strange = int((random & ((at < 0) | (home == pairs.document))).sum())
        what = f"{SECONDS} came from no other document"
        yield Count(f"elsewhere-{len(seconds)}", what, strange, int(random.sum()), 0.0, 1, "own-document")
        if strange or not random.any():
            return
        seconds.append(Seconds(pairs, random, at, home, begins))
    even, uneven, many, long = seconds
    for name, each in (("", even), ("many-", many), ("long-", long)):
        yield from of_one_length(name, each)
    yield from of_many_lengths(uneven)
    yield from said_more_than_once(inputs[4], found[4])


@dataclass(frozen=True, eq=False)
class Seconds:
    """Where random seconds come from."""

    pairs: Pairs
    random: Tensor
    """Which pairs have one. Shape: (calls, pairs), bool"""
    at: Tensor
    """The second's place among all sentences. Shape: (calls, pairs), int64"""
    home: Tensor
    """Its document. Shape: (calls, pairs), int64"""
    begins: Tensor
    """Where each document begins among all sentences."""

    @property
    def among_others(self) -> Tensor:
        """The second's place among the sentences of the other documents. Shape: (calls, pairs), int64"""
        own = torch.tensor(self.pairs.lengths)[self.pairs.document]
        return self.at - own * (self.home > self.pairs.document)


def of_one_length(name: str, seconds: Seconds) -> Iterator[Count]:
    """Where all documents are equally long, each sentence of the others is as likely, whichever way it is drawn."""
    pairs, random, among = seconds.pairs, seconds.random, seconds.among_others
    length, documents = pairs.lengths[0], len(pairs.lengths)
    size = length * (documents - 1)
    home, place = seconds.home, seconds.at - seconds.begins[seconds.home]
    document, first = pairs.document.expand(home.shape), pairs.place.expand(home.shape)
    steps = (home - document) % documents - 1
    yield each_value(f"{name}documents", f"{SECONDS} came from one document, counted from the pair's own",
                     steps[random], documents - 1, "documents-not-uniform")  # fmt: skip
    yield each_value(f"{name}places", f"{SECONDS} stood at one place of their document", place[random], length,
                     "places-not-uniform")  # fmt: skip
    yield each_value(f"{name}beside", f"{SECONDS} stood at one place, counted from the first's",
                     ((place - first) % length)[random], length, "places-not-uniform")  # fmt: skip
    # A document with a cut at some number shows in the numbers as they are.
    yield from uniform(f"{name}seconds", SECONDS, among[random], size)
    in_turn = [(among[:, :-1], among[:, 1:], random[:, :-1] & random[:, 1:] & same_row(pairs.document)),
               (among[:-1], among[1:], random[:-1] & random[1:])]  # fmt: skip
    for (before, after, both), kind in zip(in_turn, ("pair", "call"), strict=True):
        if len(before):
            both = both & every_other(both, 1 if kind == "pair" else 0)
            what = f"{SECONDS} stood at one distance from that of the {kind} before"
            moved = ((after - before) % size)[both]
            yield each_value(f"{name}after-{kind}", what, moved, size, "seconds-hang-together")
            what = f"{SECONDS} came from the document of that of the {kind} before"
            again = int((after[both] // length == before[both] // length).sum())
            chance = 1 / (documents - 1)
            often = again > chance * len(moved)
            misconception = "one-document-for-many" if often else "avoids-repeats"
            yield Count(f"{name}document-after-{kind}", what, again, len(moved), chance, 1, misconception)
    groups = [
        among[call, mine][random[call, mine]]
        for call in range(len(among))
        for mine in (pairs.document == row for row in range(min(documents, 12)))
    ]
    # A few draws of each, so that most calls have as many.
    least = max(2, round(math.sqrt(size) / 3))
    groups = [each for each in groups if len(each) >= least]
    yield repeats(f"{name}seconds", "random seconds for one document", [each[:least] for each in groups], size)


def same_row(document: Tensor) -> Tensor:
    """Whether a pair and the next begin in one document. Shape: (pairs - 1,), bool"""
    return document[:-1] == document[1:]


def every_other(pattern: Tensor, dim: int) -> Tensor:
    """True at every second place of a dimension, so that pairs of neighbours do not overlap."""
    even = torch.arange(pattern.shape[dim]) % 2 == 0
    return even if dim else even[:, None]


def each_value(name: str, what: str, values: Tensor, size: int, misconception: str) -> Count:
    """The most improbable of the counts of single values, all as likely as one another."""
    counts = values.bincount(minlength=size)
    return worst(name, what, counts, torch.full_like(counts, len(values)), 1 / size, misconception)


def of_many_lengths(seconds: Seconds) -> Iterator[Count]:
    """Each document equally often, or as often as it has sentences, whichever fits better; then each of its sentences.

    What is between the two is neither, and deviates.
    """
    pairs, random, home = seconds.pairs, seconds.random, seconds.home
    lengths = torch.tensor(pairs.lengths, dtype=torch.float64)
    document = pairs.document.expand(home.shape)[random]
    came = home[random]
    usable = (lengths > 0).double()
    chances = []
    for weights in (usable, lengths):
        others = weights.expand(len(lengths), -1).clone().fill_diagonal_(0)
        chances.append(others / others.sum(dim=1, keepdim=True))
    likely = max(chances, key=lambda each: float(each[document, came].clamp(min=1e-9).log().sum()))
    drawn = torch.zeros(len(lengths), len(lengths), dtype=torch.int64)
    drawn.index_put_((document, came), torch.ones_like(came), accumulate=True)
    longest, single = int(lengths.argmax()), lengths == 1
    yield Count(
        "documents-of-one-sentence",
        f"{SECONDS} came from documents of one sentence",
        int(drawn[longest, single].sum()),
        int(drawn[longest].sum()),
        float(likely[longest, single].sum()),
        1,
        "documents-not-uniform",
    )
    possible = likely > 0
    trials = drawn.sum(dim=1, keepdim=True).expand(drawn.shape)
    yield worst(
        "documents-of-many-lengths",
        f"{SECONDS} came from one document",
        drawn[possible],
        trials[possible],
        likely[possible],
        "documents-not-uniform",
    )
    at = seconds.at[random].bincount(minlength=int(lengths.sum()))
    owner = torch.repeat_interleave(torch.arange(len(lengths)), lengths.long())
    of_document = drawn.sum(dim=0)[owner]
    several = lengths[owner] > 1
    yield worst(
        "places-of-many-lengths",
        f"{SECONDS} from one document were one sentence of it",
        at[several],
        of_document[several],
        1 / lengths[owner][several],
        "places-not-uniform",
    )


def said_more_than_once(given: Inputs, pairs: Pairs) -> Iterator[Count]:
    """Where documents of one length share sentences: a sentence is as likely as places of other documents have it."""
    counted = [Counter(document) for document in given["documents"]]
    size = sum(pairs.lengths) - pairs.lengths[0]
    values = sorted(set().union(*counted))
    random = ~pairs.real
    rows = pairs.document.expand(random.shape)[random].tolist()
    drawn = Counter(zip(rows, pairs.second[random].tolist(), strict=True))
    totals = Counter(rows)
    cells = [
        (drawn[row, value], totals[row], sum(each[value] for place, each in enumerate(counted) if place != row) / size)
        for row in totals
        for value in values
    ]
    strange = sum(each for each, _, chance in cells if not chance)
    yield Count("shared-elsewhere", f"{SECONDS} came from no other document", strange, len(rows), 0.0, 1,
                "own-document")  # fmt: skip
    successes, trials, chances = zip(*(each for each in cells if 0 < each[2] < 1), strict=True)
    yield worst(
        "said-more-than-once",
        f"{SECONDS} were one sentence that other documents have too",
        torch.tensor(successes),
        torch.tensor(trials),
        torch.tensor(chances, dtype=torch.float64),
        "compares-sentences",
    )
