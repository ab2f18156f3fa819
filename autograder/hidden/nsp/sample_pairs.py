"""Hidden tests of `nsp.sample_pairs`."""

import itertools
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import torch

from autograder.calls import CALLS, SEED
from autograder.exercise import Inputs
from autograder.hidden.nsp.pair_counts import coin_counts, coin_samples, second_counts, second_samples
from autograder.hidden.nsp.sample_pairs_mistakes import mistake
from autograder.judging.advice import RETURNS_NOTHING
from autograder.judging.draw import Draw, percent
from autograder.judging.parts import Case, Compare, Finding, HiddenTests, Refuse, Sample, Source
from autograder.judging.values import kind_of
from autograder.running.observe import same

NO_CHECK = "no-check"
Sentence = Callable[[Draw, int], Any]
"""Makes a sentence of that number, different from those of all other numbers."""


def words(draw: Draw, number: int) -> str:
    """A sentence of some length that says its number."""
    return f"{draw.contents.choice(('It rains', 'They left', 'Why not', 'The dog of', 'So it was'))} {number} ."


def token_ids(draw: Draw, number: int) -> list[int]:
    """Token ids, their number first."""
    return [1000 + number, *(draw.integer(0, 99) for _ in range(draw.integer(0, 4)))]


KINDS: dict[str, Sentence] = {
    "words": words,
    "numbers": lambda draw, number: number,
    "floats": lambda draw, number: number + draw.share(0.01, 0.9),
    "lists": token_ids,
    "nested lists": lambda draw, number: [[number], token_ids(draw, number)],
    "dicts": lambda draw, number: {"text": words(draw, number)},
    "tensors": lambda draw, number: torch.tensor(token_ids(draw, number)),
}
ODD: tuple[Any, ...] = (None, False, True, 0, 1, "", [], -1, 0.0, "None", [0], {})
"""Values that a condition takes for nothing, or for each other; each may be a sentence."""


def documents_of(draw: Draw, lengths: Sequence[int], sentence: Sentence | None = None) -> Inputs:
    """Documents of so many sentences, all different, and so many calls that luck hides little."""
    sentence = sentence or KINDS[draw.contents.choice([*KINDS])]
    numbers = iter(draw.permutation(sum(lengths)).tolist())
    # Numbers go on from a random one, so that no sentence says where it stands.
    start = draw.integer(0, 900)
    documents = [[sentence(draw, start + next(numbers)) for _ in range(length)] for length in lengths]
    pairs = sum(max(length - 1, 0) for length in lengths)
    return {"documents": documents, SEED: draw.seed(), CALLS: 1 if draw.small else max(1, min(8, 80 // (pairs + 1)))}


def some_lengths(draw: Draw) -> list[int]:
    """Two documents with sentences at least, and others, some of them empty or of one sentence."""
    count = draw.size(2, 6, 20)
    lengths = [draw.sizes.choice((0, 1, 2, 3, draw.size(2, 5, 20))) for _ in range(count - 2)]
    lengths += [draw.size(2, 6, 20), draw.size(1, 6, 20)]
    draw.sizes.shuffle(lengths)
    return lengths


def usual(draw: Draw) -> Inputs:
    """Documents of any lengths, with sentences of one kind."""
    return documents_of(draw, some_lengths(draw))


def of_any_values(draw: Draw) -> Inputs:
    """Sentences that are None, 0, an empty text: of which some say the same."""
    return documents_of(draw, some_lengths(draw), lambda draw, number: ODD[number % len(ODD)])


def shuffled(draw: Draw, lengths: list[int], sentence: Sentence | None = None) -> Inputs:
    """Documents of these lengths in any order."""
    draw.sizes.shuffle(lengths)
    return documents_of(draw, lengths, sentence)


def equal_documents(draw: Draw) -> Inputs:
    """Two documents that say the same, and no other with a sentence."""
    drawn = documents_of(draw, [draw.size(2, 6)])
    (document,) = drawn["documents"]
    return drawn | {"documents": [document, [*document]]}


def repeated_sentences(draw: Draw) -> Inputs:
    """Sentences that come again and again, within a document and in others."""
    few = draw.integer(2, 4)
    return documents_of(draw, some_lengths(draw), lambda draw, number: f"They said {number % few} .")


EDGES: dict[str, Callable[[Draw], Inputs]] = {
    "a document is empty": lambda draw: shuffled(draw, [0, 0, draw.size(2, 5), draw.size(1, 4)]),
    "the first document is empty": lambda draw: documents_of(draw, [0, draw.size(2, 5), draw.size(1, 4)]),
    "documents have one sentence": lambda draw: shuffled(draw, [1, 1, 1, draw.size(2, 5)]),
    "no document has two sentences": lambda draw: shuffled(draw, [1] * draw.size(2, 6) + [0]),
    "there are two documents": lambda draw: shuffled(draw, [draw.size(2, 6), draw.size(2, 6)]),
    "two documents are equal": equal_documents,
    "sentences come again": repeated_sentences,
    "sentences are None, 0 or empty": of_any_values,
    "sentences are lists": lambda draw: documents_of(draw, some_lengths(draw), token_ids),
    "sentences are tensors": lambda draw: documents_of(draw, some_lengths(draw), KINDS["tensors"]),
    "a document is long": lambda draw: shuffled(draw, [draw.size(2, 150), draw.size(1, 4), 2]),
}


def what_it_is(pairs: Any) -> str | None:
    """What came in the place of a list of triples; None where it is one."""
    if not isinstance(pairs, list):
        return kind_of(pairs)
    wrong = next((pair for pair in pairs if not isinstance(pair, list) or len(pair) != 3), None)
    if wrong is not None or any(pair is None for pair in pairs):
        return f"a list in which {kind_of(wrong)} stands for a pair"
    label = next((pair[2] for pair in pairs if type(pair[2]) is not bool), True)
    return None if label is True else f"a list of triples in which {kind_of(label)} stands for is_next"


def key(value: Any) -> Any:
    """Something that can be looked up, the same for two sentences that are equal in type and in all that they hold."""
    if isinstance(value, torch.Tensor):
        return str(value.dtype), tuple(value.shape), tuple(value.flatten().tolist())
    if isinstance(value, dict):
        return "dict", *((name, key(each)) for name, each in sorted(value.items()))
    if isinstance(value, list):
        return "list", *map(key, value)
    return type(value).__name__, value


def entries(given: Inputs, pairs: Any) -> dict[str, Any]:
    """What is right about pairs, one entry for each thing that can be wrong; of every pair True where it is right."""
    places = [(place, *pair) for place, document in enumerate(given["documents"]) for pair in pairwise(document)]
    right = torch.ones(len(places), dtype=torch.bool)
    found: dict[str, Any] = {"kind": what_it_is(pairs), "number": len(places)}
    found |= {"firsts": right.clone(), "order": True, "real": right.clone(), "elsewhere": right.clone()}
    found |= {"known": right.clone(), "end": True}
    if found["kind"]:
        return found
    found["number"] = len(pairs)
    *_, last = itertools.chain([None], *given["documents"])
    found["end"] = len(pairs) <= len(places) or not same(pairs[-1][0], last)
    homes: dict[Any, set[int]] = {}
    for place, document in enumerate(given["documents"]):
        for sentence in document:
            homes.setdefault(key(sentence), set()).add(place)
    for number, ((place, first, following), (one, other, is_next)) in enumerate(zip(places, pairs, strict=False)):
        found["firsts"][number] = same(one, first)
        if not found["firsts"][number]:
            continue
        if is_next:
            found["real"][number] = same(other, following)
            continue
        among = homes.get(key(other), set())
        found["known"][number] = bool(among)
        found["elsewhere"][number] = among != {place}
    if len(pairs) == len(places) and not found["firsts"].all():
        left = [first for _, first, _ in places]
        for one, _, _ in pairs:
            match = next((at for at, each in enumerate(left) if same(one, each)), None)
            if match is not None:
                del left[match]
        found["order"] = bool(left)
    return found


def another_kind(got: Any, want: Any) -> Finding:
    """Something else than a list of triples."""
    due = "A list of triples: first, second, and True or False."
    if got == "None":
        return Finding("It returned None.", due, RETURNS_NOTHING)
    label = str(got).endswith("stands for is_next")
    name = "label-not-bool" if label else "no-triples" if str(got).startswith("a list in") else "wrong-type"
    return Finding(f"It returned {got}.", due, name)


def another_number(got: Any, want: Any) -> Finding:
    """Too many pairs, or too few."""
    name = "pairs-missing" if got < want else "pairs-too-many"
    return Finding(
        f"There were {got} pairs, where {want} sentences have a next one in their document.",
        "A pair for each sentence that has a next one in its document, and for no other.",
        name,
    )


def share_of(what: str, expected: str, name: str) -> Callable[[Any, Any], Finding]:
    """A finding that says which share of the pairs of a call is wrong."""

    def told(got: Any, want: Any) -> Finding:
        wrong = int((got != want).sum())
        return Finding(f"{percent(wrong, len(got))} of the pairs {what}.", expected, name)

    return told


WORDS: dict[str, Callable[[Any, Any], Finding]] = {
    "kind": another_kind,
    "end": lambda got, want: Finding(
        "A pair began with the very last sentence, which has no next one.",
        "A pair for each sentence that has a next one in its document, and for no other.",
        "pairs-too-many",
    ),
    "number": another_number,
    "order": lambda got, want: Finding(
        "The pairs begin with the right sentences, in another order.",
        "Documents in their order, and sentences in theirs.",
        "another-order",
    ),
    "firsts": share_of(
        "began with another sentence than the one whose turn it was",
        "For each two consecutive sentences, in order, one pair that begins with the first of them.",
        "other-firsts",
    ),
    "known": share_of(
        "were labelled False with a second that stands in no document",
        "A random second that is a sentence of another document.",
        "no-sentence",
    ),
    "elsewhere": share_of(
        "were labelled False with a second from their own document",
        "A random second from a different document.",
        "own-document",
    ),
    "real": share_of(
        "were labelled True with a second that is not the next sentence",
        "True for the real next sentence alone.",
        "true-for-another",
    ),
}


def in_order(given: Inputs, pairs: Any) -> dict[str, Any]:
    """The entries in the order in which they are told."""
    found = entries(given, pairs)
    return {name: found[name] for name in ("kind", "end", "number", "order", "firsts", "known", "elsewhere", "real")}


def too_few(draw: Draw) -> list[Case]:
    """No document, one, and several of which one or none has a sentence; beside them, two that have one each."""
    several = draw.size(2, 5)

    def case(lengths: list[int], raises: str | None = "") -> Case:
        # Of one type, so that the form of what is not refused can be compared with the reference's.
        return Case(shuffled(draw, lengths, words), raises=raises, unless=NO_CHECK)

    return [
        case([]),
        case([0] * several),
        case([1]),
        case([several]),
        case([several] + [0] * draw.size(1, 3)),
        case([1] + [0] * draw.size(1, 3)),
        case([1, 1], raises=None),
        case([0, 1, 2], raises=None),
    ]


TESTS = HiddenTests(
    parts={
        "pairs": (Compare(usual, EDGES, of=in_order, each_call=True, words=WORDS),),
        "coin": (
            Source(lambda draw: documents_of(draw, [draw.size(20, 30), 40, 30], KINDS["numbers"])),
            Sample(coin_samples, coin_counts, any_form=True),
        ),
        "random": (Sample(second_samples, second_counts, any_form=True),),
        "refused": (Refuse(too_few, "refuses-nothing"),),
    },
    mistakes=mistake.all,
)
