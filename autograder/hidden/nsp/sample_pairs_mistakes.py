"""Known mistakes of `nsp.sample_pairs`."""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, pairwise
from typing import Any

from autograder.judging.parts import Mistakes

mistake = Mistakes()
Documents = Sequence[Sequence[Any]]
Pair = tuple[Any, Any, bool]
Second = Callable[[Documents, int, int, random.Random], Any]
"""Draws a second for the pair at a place of a document."""


def check(documents: Documents) -> None:
    if sum(map(bool, documents)) < 2:
        raise ValueError("fewer than two documents have a sentence")


def others(documents: Documents, place: int) -> list[Sequence[Any]]:
    """All other documents that have a sentence."""
    return [document for number, document in enumerate(documents) if document and number != place]


def of_another(documents: Documents, place: int, at: int, rng: random.Random) -> Any:
    """The right way."""
    return rng.choice(rng.choice(others(documents, place)))


def begun(documents: Documents) -> Iterator[tuple[int, int, Any, Any]]:
    """Every pair of consecutive sentences: its document, its place in there, both sentences."""
    for place, document in enumerate(documents):
        for at, (first, following) in enumerate(pairwise(document)):
            yield place, at, first, following


def by_second(second: Second) -> Any:
    """Right but for where a random second comes from."""

    def sample_pairs(documents: Documents, rng: random.Random) -> list[Pair]:
        check(documents)
        return [
            (first, following, True) if rng.random() < 0.5 else (first, second(documents, place, at, rng), False)
            for place, at, first, following in begun(documents)
        ]

    return sample_pairs


def by_coins(coins: Callable[[Documents, random.Random], Iterator[bool]]) -> Any:
    """Right but for how it is decided which pairs are real."""

    def sample_pairs(documents: Documents, rng: random.Random) -> list[Pair]:
        check(documents)
        real = coins(documents, rng)
        return [
            (first, following, True) if next(real) else (first, of_another(documents, place, at, rng), False)
            for place, at, first, following in begun(documents)
        ]

    return sample_pairs


# ----------------------------------------------------------------------------------------------- where seconds are from

mistake.add(
    "draws-from-all-documents",
    "A random second is drawn from all documents, so that some come from the pair's own, even the real one as false.",
    "What you draw from: is the document that the first sentence comes from still in it?",
    by_second(lambda documents, place, at, rng: rng.choice(rng.choice([each for each in documents if each]))),
)
mistake.add(
    "draws-from-all-sentences",
    "A random second is drawn from all sentences there are, also from those of its own document.",
    "What you draw from: are the sentences of the first one's document still among it?",
    by_second(lambda documents, place, at, rng: rng.choice([*chain(*documents)])),
)
mistake.add(
    "draws-from-own-document",
    "A random second is drawn from the document of the first. It has to come from another one.",
    "Which document you draw from.",
    by_second(lambda documents, place, at, rng: rng.choice(documents[place])),
)
mistake.add(
    "one-document-only",
    "A random second always comes from one certain document, such as the one after the pair's own.",
    "How the other document is chosen: every one of them should be possible.",
    by_second(
        lambda documents, place, at, rng: rng.choice(others([*documents[place:], *documents[:place]], 0)[0]),
    ),
)
mistake.add(
    "one-place-only",
    "A random second always stands at one certain place of its document, such as its beginning.",
    "What you take from the document that you have drawn.",
    by_second(lambda documents, place, at, rng: rng.choice(others(documents, place))[0]),
)
mistake.add(
    "never-from-one-sentence",
    "A document of one sentence never supplies a second, where there is another that can. It starts no pair, but may.",
    "Which documents you leave out before you draw.",
    by_second(
        lambda documents, place, at, rng: rng.choice(
            rng.choice([each for each in others(documents, place) if len(each) > 1] or others(documents, place))
        )
    ),
)
mistake.add(
    "same-place-in-another",
    "A random second stands at the place in its document that the real one has in its own.",
    "How the sentence is chosen once the document is: does the place of the pair enter?",
    by_second(
        lambda documents, place, at, rng: (lambda each: each[(at + 1) % len(each)])(
            rng.choice(others(documents, place))
        )
    ),
)


@mistake(
    "Another document is drawn once for each document, and all its random seconds come from there.",
    "Where in your loops the other document is drawn.",
)
def one_document_for_many(documents: Documents, rng: random.Random) -> list[Pair]:
    check(documents)
    chosen = [rng.choice(others(documents, place)) for place in range(len(documents))]
    return by_second(lambda documents, place, at, rng: rng.choice(chosen[place]))(documents, rng)


@mistake(
    "A random second is drawn once for each document, and used for all of its pairs.",
    "Where in your loops the second is drawn.",
)
def one_second_for_many(documents: Documents, rng: random.Random) -> list[Pair]:
    check(documents)
    chosen = [of_another(documents, place, 0, rng) for place in range(len(documents))]
    return by_second(lambda documents, place, at, rng: chosen[place])(documents, rng)


@mistake(
    "Documents are compared by what they say, so one that says the same as the pair's own is left out too.",
    "How you tell the other documents: by their place in the list, not with `!=`.",
)
def compares_documents(documents: Documents, rng: random.Random) -> list[Pair]:
    check(documents)

    def second(documents: Documents, place: int, at: int, rng: random.Random) -> Any:
        # A comparison of tensors has no single truth value, which is another story.
        told = [repr(each) for each in documents]
        return rng.choice(
            rng.choice([documents[n] for n, each in enumerate(told) if each != told[place] and documents[n]])
        )

    return by_second(second)(documents, rng)


@mistake(
    "A sentence, or a whole document, that the pair's own document has or equals, never comes as a random second.",
    "What you leave out: this place in the list alone, whatever other documents say.",
)
def leaves_out_equal_sentences(documents: Documents, rng: random.Random) -> list[Pair]:
    check(documents)

    def second(documents: Documents, place: int, at: int, rng: random.Random) -> Any:
        own = {repr(each) for each in documents[place]}
        rest = [each for document in others(documents, place) for each in document]
        return rng.choice([each for each in rest if repr(each) not in own] or rest)

    return by_second(second)(documents, rng)


@mistake(
    "A second that has come does not come again, or not soon, as when cards are dealt.",
    "`sample`, `shuffle`, `pop` and lists of what was used: each pair has a draw of its own.",
)
def dealt_without_return(documents: Documents, rng: random.Random) -> list[Pair]:
    check(documents)
    decks: dict[int, list[Any]] = {}

    def second(documents: Documents, place: int, at: int, rng: random.Random) -> Any:
        if not decks.get(place):
            decks[place] = [each for document in others(documents, place) for each in document]
            rng.shuffle(decks[place])
        return decks[place].pop()

    return by_second(second)(documents, rng)


@mistake(
    "A document without a sentence is drawn now and then, and there is nothing to choose from it.",
    "Which documents can supply a second.",
)
def draws_empty_documents(documents: Documents, rng: random.Random) -> list[Pair]:
    check(documents)

    def second(documents: Documents, place: int, at: int, rng: random.Random) -> Any:
        return rng.choice(rng.choice([each for number, each in enumerate(documents) if number != place]))

    return by_second(second)(documents, rng)


# ------------------------------------------------------------------------------------------------------------- the coin

mistake.add(
    "never-random",
    "Every pair is real, so there is nothing to tell apart.",
    "What decides between the real second and a random one.",
    by_coins(lambda documents, rng: (rng.random() < 2 for _ in begun(documents))),
)
mistake.add(
    "never-real",
    "No pair is real.",
    "The direction of the comparison that decides, and what the random numbers lie between.",
    by_coins(lambda documents, rng: (rng.random() > 2 for _ in begun(documents))),
)
mistake.add(
    "takes-turns",
    "Real and random pairs take turns, so that each gives the next away. A coin has no memory.",
    "What decides: a counter, or a draw for each pair?",
    by_coins(lambda documents, rng: (number % 2 == 0 for number, _ in enumerate(begun(documents)))),
)
mistake.add(
    "one-coin-for-a-document",
    "One coin is thrown for a whole document, and all its pairs are real or all random.",
    "Where in your loops the coin is thrown.",
    by_coins(lambda documents, rng: chain(*([rng.random() < 0.5] * max(len(each) - 1, 0) for each in documents))),
)
mistake.add(
    "one-coin-for-all",
    "One coin is thrown for the whole call.",
    "Where in your loops the coin is thrown.",
    by_coins(lambda documents, rng: iter([rng.random() < 0.5] * sum(map(len, documents)))),
)


def exact_half(documents: Documents, rng: random.Random) -> Iterator[bool]:
    total = len([*begun(documents)])
    real = [number < total // 2 for number in range(total)]
    rng.shuffle(real)
    return iter(real)


mistake.add(
    "exactly-half",
    "Exactly half of the pairs are real. With a coin for each pair, the number differs from call to call.",
    "Can your function ever return one real pair more, or one less?",
    by_coins(exact_half),
)
mistake.add(
    "bert-share",
    "A pair is random in 15 % of all cases: that is the share of masked tokens. A pair is real with probability 1/2.",
    "The number that a draw is compared with.",
    by_coins(lambda documents, rng: (rng.random() >= 0.15 for _ in begun(documents))),
)
mistake.add(
    "first-pair-always-real",
    "The first pair of a document is always real.",
    "What is special about the first sentence in your code.",
    by_coins(lambda documents, rng: (not at or rng.random() < 0.5 for _, at, _, _ in begun(documents))),
)

# ------------------------------------------------------------------------------------------------------------ the pairs


def right(documents: Documents, rng: random.Random) -> list[Pair]:
    return by_second(of_another)(documents, rng)


@mistake(
    "The labels are the wrong way round: True says that the second really comes next.",
    "What stands at the end of each of the two kinds of pairs.",
)
def labels_swapped(documents: Documents, rng: random.Random) -> list[Pair]:
    return [(first, second, not is_next) for first, second, is_next in right(documents, rng)]


@mistake(
    "The label is a number, not True or False.",
    "The third thing in a pair; the loss turns it into a class later.",
)
def labels_as_numbers(documents: Documents, rng: random.Random) -> list[Any]:
    return [(first, second, int(is_next)) for first, second, is_next in right(documents, rng)]


@mistake(
    "The sentences of all documents were put in one row, so that pairs reach over the end of a document.",
    "Whether you go through the documents one by one.",
)
def crosses_documents(documents: Documents, rng: random.Random) -> list[Pair]:
    check(documents)
    row = [(place, each) for place, document in enumerate(documents) for each in document]
    return [
        (first, following, True) if rng.random() < 0.5 else (first, of_another(documents, place, 0, rng), False)
        for (place, first), (_, following) in pairwise(row)
    ]


@mistake(
    "Every second pair is missing: a sentence is a second of one pair and the first of the next.",
    "The step of your loop.",
)
def pairs_do_not_overlap(documents: Documents, rng: random.Random) -> list[Pair]:
    check(documents)
    return [
        (first, following, True) if rng.random() < 0.5 else (first, of_another(documents, place, at, rng), False)
        for place, at, first, following in begun(documents)
        if at % 2 == 0
    ]


@mistake(
    "The last sentence of a document has no next one, and started a pair all the same, with a random second.",
    "Where your loop over the sentences ends.",
)
def last_sentence_starts_a_pair(documents: Documents, rng: random.Random) -> list[Pair]:
    check(documents)
    return [
        (first, document[at + 1], True)
        if at + 1 < len(document) and rng.random() < 0.5
        else (first, of_another(documents, place, at, rng), False)
        for place, document in enumerate(documents)
        for at, first in enumerate(document)
    ]


@mistake(
    "Some sentences with a next one start no pair: the loop ends one too early.",
    "The end of the range of your loop over the sentences.",
)
def last_pair_missing(documents: Documents, rng: random.Random) -> list[Pair]:
    check(documents)
    return [
        (first, following, True) if rng.random() < 0.5 else (first, of_another(documents, place, at, rng), False)
        for place, at, first, following in begun(documents)
        if at + 2 < len(documents[place])
    ]


@mistake(
    "Only the real pairs came back: where the coin fell the other way, nothing was made.",
    "What happens where the coin says that a pair is not real.",
)
def real_pairs_alone(documents: Documents, rng: random.Random) -> list[Pair]:
    return [pair for pair in right(documents, rng) if pair[2]]


@mistake(
    "Each sentence has two pairs, a real one and a random one.",
    "What decides between the two kinds, and whether both are appended.",
)
def both_kinds(documents: Documents, rng: random.Random) -> list[Pair]:
    check(documents)
    return [
        pair
        for place, at, first, following in begun(documents)
        for pair in ((first, following, True), (first, of_another(documents, place, at, rng), False))
    ]


@mistake(
    "The pairs were shuffled. They come in the order of the text; whoever trains on them shuffles batches.",
    "Everything that you do with the list after it is made.",
)
def shuffled(documents: Documents, rng: random.Random) -> list[Pair]:
    pairs = right(documents, rng)
    rng.shuffle(pairs)
    return pairs


@mistake(
    "The random sentence took the place of the first one, not of the second.",
    "Which of the two sentences of a pair is replaced.",
)
def replaces_the_first(documents: Documents, rng: random.Random) -> list[Pair]:
    check(documents)
    return [
        (first, following, True) if rng.random() < 0.5 else (of_another(documents, place, at, rng), following, False)
        for place, at, first, following in begun(documents)
    ]


@mistake(
    "A random second is a whole document instead of one of its sentences.",
    "How many draws a random second takes: what comes after the document?",
)
def second_is_a_document(documents: Documents, rng: random.Random) -> list[Pair]:
    return by_second(lambda documents, place, at, rng: [*rng.choice(others(documents, place))])(documents, rng)


# --------------------------------------------------------------------------------------------- rng, and what is refused


@mistake(
    "A seed is written into the function, so every call makes the same pairs.",
    "Where a seed is written in your code: the caller's `rng` has one already.",
)
def own_seed(documents: Documents, rng: random.Random) -> list[Pair]:
    return right(documents, random.Random(0))


@mistake(
    "The caller's documents were shuffled or changed. The list belongs to the caller.",
    "`shuffle`, `remove`, `pop` and `del`: what are they used on?",
)
def documents_shuffled(documents: Documents, rng: random.Random) -> list[Pair]:
    check(documents)
    rng.shuffle(documents)  # type: ignore[arg-type]
    return right(documents, rng)


@mistake(
    "Your code refuses nothing itself. Where fewer than two documents have a sentence, there is no other to draw from.",
    "What the docstring has under Raises, and what comes first in your code: which documents count?",
)
def refuses_nothing(documents: Documents, rng: random.Random) -> list[Pair]:
    if sum(map(bool, documents)) < 2:
        return [(first, following, True) for _, _, first, following in begun(documents)]
    return right(documents, rng)


@mistake(
    "Documents were counted whether they have a sentence or not. An empty one has nothing to draw.",
    "What you count before you raise.",
)
def counts_empty_documents(documents: Documents, rng: random.Random) -> list[Pair]:
    if len(documents) < 2:
        raise ValueError("fewer than two documents")
    return refuses_nothing(documents, rng)


@mistake(
    "Documents of one sentence were not counted. They start no pair, but they may supply a second.",
    "What you count before you raise.",
)
def counts_long_documents(documents: Documents, rng: random.Random) -> list[Pair]:
    if sum(len(each) > 1 for each in documents) < 2:
        raise ValueError("fewer than two documents with two sentences")
    return right(documents, rng)


# ------------------------------------------------------------------------------------------------ known by what is seen

for name, likely, look_at in (
    ("own-document", "A random second comes from the document of the first now and then.", "What you draw from."),
    (
        "no-sentence",
        "A random second is something else than a sentence of a document.",
        "What you take, once you have drawn where from.",
    ),
    (
        "true-for-another",
        "A pair is called real although its second is not the sentence that comes next.",
        "What stands in a pair when the coin says real, and how the label is found.",
    ),
    ("another-order", "The pairs are not in the order of the text.", "The order of your loops, and `shuffle`."),
    (
        "other-firsts",
        "A pair does not begin with the sentence whose turn it is.",
        "Which of the two sentences is replaced, and where your loops begin and end.",
    ),
    (
        "pairs-missing",
        "Some sentences that have a next one start no pair.",
        "The ends and steps of your loops, `continue`, and conditions in front of `append`.",
    ),
    (
        "pairs-too-many",
        "There are pairs that no two consecutive sentences of one document start.",
        "The ends of your loops: does one reach over the end of a document, or append twice?",
    ),
    (
        "no-pairs",
        "On some lists of documents there is something else than one pair for every sentence with a next one.",
        "Limits on how many there are, and what your loops do on long lists.",
    ),
    (
        "few-seeds",
        "Two calls in a row on one generator made the same pairs: too little of its randomness is used.",
        "What your code takes from `rng`, and whether a number as small as that seeds another generator.",
    ),
    (
        "avoids-repeats",
        "A random second, or its document, avoids what came just before. Each draw is made by itself.",
        "What is remembered from one pair to the next, and permutations in the place of draws.",
    ),
    (
        "and-or-not",
        "Sentences or documents are compared. A sentence may be anything, also a tensor, and two may say the same.",
        "Comparisons, `in`, `index` and conditions on sentences: go by places in the list.",
    ),
    (
        "shapes-do-not-fit",
        "Sentences or documents are compared. A sentence may be anything, also a tensor, and two may say the same.",
        "Comparisons, `in`, `index` and conditions on sentences: go by places in the list.",
    ),
    (
        "value-not-named",
        "The message is empty, so whoever reads it does not know what is wrong.",
        "The text of your ValueError.",
    ),
    ("label-not-bool", "The third of a pair is neither True nor False.", "What you put at the end of a pair."),
    (
        "no-triples",
        "What came back is no list of triples of a first, a second, and True or False.",
        "What you append, and what you return.",
    ),
    (
        "wrong-rate",
        "The coin is no fair one.",
        "What decides whether a pair is real, and whether anything is drawn again or changed afterwards.",
    ),
    (
        "depends-on-document",
        "How often a pair is real differs from document to document.",
        "Where the coin is thrown, and whether anything about the document enters.",
    ),
    (
        "depends-on-place",
        "How often a pair is real differs with its place in the document.",
        "What is special about the first and the last pair in your code, and counters.",
    ),
    ("depends-on-call", "How often a pair is real differs from call to call.", "Where the coin is thrown."),
    (
        "depends-on-pair",
        "The same pairs are real in every call, or more often than others.",
        "Everything that decides besides a draw: counters, places, what the sentences say.",
    ),
    (
        "depends-on-sentence",
        "How often a pair is real differs with what its first sentence says.",
        "Everything that decides besides a draw.",
    ),
    (
        "one-draw-for-equal-sentences",
        "Pairs with equal first sentences share a coin.",
        "What is looked up or remembered by what a sentence says.",
    ),
    (
        "positions-hang-together",
        "Whether one pair is real says something about another. Each has a coin of its own.",
        "Where the coin is thrown, counters, and what is remembered from one pair to the next.",
    ),
    (
        "counts-too-regular",
        "The numbers of real pairs vary less, or more, than coins make them vary.",
        "Whether your code fixes or limits how many there are, or throws one coin for several pairs.",
    ),
    (
        "documents-not-uniform",
        "Some documents supply more random seconds than others, by more than how many sentences they have.",
        "How the other document is drawn: can every one of them come, and is it equally likely?",
    ),
    (
        "places-not-uniform",
        "Some sentences of a document come more often than others, or not at all.",
        "How a sentence is drawn: the ends of the range, and whether the place of the pair enters.",
    ),
    (
        "seconds-hang-together",
        "A random second says something about that of another pair. Each is a draw of its own.",
        "Where a second is drawn, and what is remembered from one to the next.",
    ),
    (
        "compares-sentences",
        "Where documents share sentences, some of these come too often, or too seldom.",
        "Comparisons, sets and look-ups of sentences or documents: only places in the list tell them apart.",
    ),
):
    mistake.add(name, likely, look_at, None)
