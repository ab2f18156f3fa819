"""Hidden tests of `heads.align_labels`."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.exercise import Inputs
from autograder.hidden.heads.align_labels_mistakes import mistake
from autograder.judging.draw import Draw
from autograder.judging.parts import Case, Compare, Finding, HiddenTests, Refuse
from autograder.judging.values import kind_of
from bertkit.data.labels import IGNORE_INDEX

LABELS = 9
Ids = list[int | None]


def words(draw: Draw, number: int | None = None, labels: int = LABELS, most: int = 4) -> Inputs:
    """So many words of some tokens each, between two special tokens."""
    number = draw.size(1, 12, 300) if number is None else number
    pieces = [draw.integer(1, most) for _ in range(number)]
    return {
        "word_labels": [draw.integer(0, labels - 1) for _ in pieces],
        "word_ids": [None, *in_tokens(pieces), None],
    }


def in_tokens(pieces: Sequence[int]) -> Ids:
    """The index of each word, as often as it has tokens."""
    return [word for word, number in enumerate(pieces) for _ in range(number)]


def cut_words(draw: Draw) -> Inputs:
    """Every word is cut into two tokens or more."""
    drawn = words(draw)
    pieces = [draw.integer(2, 5) for _ in drawn["word_labels"]]
    return drawn | {"word_ids": [None, *in_tokens(pieces), None]}


def skipped(draw: Draw) -> Inputs:
    """Some words have no token, as where a tokenizer leaves nothing of them; others have."""
    drawn = words(draw, draw.size(4, 12, 80))
    gone = {draw.integer(0, 1), draw.integer(2, len(drawn["word_labels"]) - 1)}
    drawn["word_labels"] = [(place * 4 + 1) % LABELS for place in range(len(drawn["word_labels"]))]
    return drawn | {"word_ids": [each for each in drawn["word_ids"] if each not in gone]}


def two_segments(draw: Draw) -> Inputs:
    """A special token in the middle, and several in a row at the end, as padding is."""
    drawn = words(draw, draw.size(2, 12, 80))
    middle = draw.integer(1, len(drawn["word_labels"]) - 1)
    before = [each for each in drawn["word_ids"] if each is not None and each < middle]
    after = [each for each in drawn["word_ids"] if each is not None and each >= middle]
    padding = [None] * draw.integer(1, 5)
    return drawn | {"word_ids": [None, *before, None, *after, None, *padding]}


def same_neighbours(draw: Draw) -> Inputs:
    """Words next to each other have the same label."""
    drawn = words(draw, draw.size(3, 12))
    return drawn | {"word_labels": [drawn["word_labels"][0]] * len(drawn["word_labels"])}


def all_zero(draw: Draw) -> Inputs:
    """Every label is 0, and words are cut."""
    drawn = cut_words(draw)
    return drawn | {"word_labels": [0] * len(drawn["word_labels"])}


def some_unlabelled(draw: Draw) -> Inputs:
    """Some words have the label -100, others are 0."""
    drawn = words(draw, draw.size(3, 12))
    labels = [draw.contents.choice((IGNORE_INDEX, 0, each)) for each in drawn["word_labels"]]
    labels[0], labels[-1] = 0, IGNORE_INDEX
    return drawn | {"word_labels": labels}


def in_another_order(draw: Draw) -> Inputs:
    """The words come in another order than they are numbered in."""
    drawn = words(draw, draw.size(3, 12))
    order = draw.permutation(len(drawn["word_labels"])).tolist()[::-1]
    tokens = [word for word in order for _ in range(draw.integer(1, 3))]
    return drawn | {"word_ids": [None, *tokens, None]}


def no_specials(draw: Draw) -> Inputs:
    """Words alone, the first of which begins at once."""
    drawn = cut_words(draw)
    return drawn | {"word_ids": drawn["word_ids"][1:-1]}


def more_labels(draw: Draw) -> Inputs:
    """The end of the words was cut off, so that there are labels left over."""
    drawn = words(draw, draw.size(3, 12))
    kept = [each for each in drawn["word_ids"][1:-1] if each <= len(drawn["word_labels"]) // 2]
    return drawn | {"word_ids": [None, *kept, None]}


def large_labels(draw: Draw) -> Inputs:
    """Labels of any size."""
    return words(draw, labels=50_000)


EDGES = {
    "every word has one token": lambda draw: words(draw, most=1),
    "every word has several tokens": cut_words,
    "a word has no token": skipped,
    "there are two segments": two_segments,
    "all words have one label": same_neighbours,
    "all labels are 0": all_zero,
    "a label is -100": some_unlabelled,
    "words come in another order": in_another_order,
    "there is no special token": no_specials,
    "there are more labels than words": more_labels,
    "labels are large": large_labels,
    "there is one word": lambda draw: words(draw, 1),
    "there is one word and no special token": lambda draw: words(draw, 1) | {"word_ids": [0] * draw.integer(1, 4)},
    "there are special tokens alone": lambda draw: words(draw, 2) | {"word_ids": [None] * draw.size(1, 5)},
    "there are special tokens alone and no label": lambda draw: {"word_labels": [], "word_ids": [None, None]},
    "there is no token": lambda draw: words(draw) | {"word_ids": []},
    "there is no token and no label": lambda draw: {"word_labels": [], "word_ids": []},
    "there are hundreds of words": lambda draw: words(draw, 20 if draw.small else draw.sizes.randint(200, 400)),
}


def what_it_is(value: Any) -> str | None:
    """What came in the place of a list of whole numbers; None where one did."""
    if not isinstance(value, list):
        return kind_of(value)
    odd = next(((each,) for each in value if type(each) is not int or each.bit_length() > 62), None)
    return None if odd is None else f"a list in which {kind_of(odd[0])} stands for a label"


def places(word_ids: Ids) -> dict[str, list[int]]:
    """Where words begin, where they go on, and where special tokens stand."""
    found: dict[str, list[int]] = {"firsts": [], "pieces": [], "specials": []}
    before: int | None = None
    for place, word in enumerate(word_ids):
        found["specials" if word is None else "pieces" if word == before else "firsts"].append(place)
        before = word
    return found


def picked(given: Inputs, value: Any, *names: str) -> dict[str, Any]:
    """The labels at some kinds of places, of a list of the right length."""
    kind = what_it_is(value)
    length = len(given["word_ids"])
    came = len(value) if kind is None else length
    usable = kind is None and came == length
    labels = {
        name: torch.tensor([value[place] if usable else 0 for place in there], dtype=torch.int64)
        for name, there in places(given["word_ids"]).items()
        if name in names
    }
    return {"kind": kind, "length": came, **labels}


def of_firsts(given: Inputs, value: Any) -> dict[str, Any]:
    """The labels at the first tokens of words."""
    return picked(given, value, "firsts")


def of_others(given: Inputs, value: Any) -> dict[str, Any]:
    """The labels at all other places."""
    return picked(given, value, "specials", "pieces")


def another_kind(got: Any, want: Any) -> Finding:
    """Something else than a list of whole numbers."""
    due = "A list of whole numbers, one a token."
    if got == "None":
        return Finding("It returned None.", due, "returns-nothing")
    name = "no-whole-numbers" if str(got).startswith("a list in") else "no-list"
    return Finding(f"It returned {got}.", due, name)


def another_length(got: Any, want: Any) -> Finding:
    """Labels too many or too few."""
    return Finding(f"There were {got} labels for {want} tokens.", "One label for each token.", "number-of-labels")


def other_firsts(got: Tensor, want: Tensor) -> Finding:
    """First tokens without the label of their word."""
    wrong = got[got != want]
    ignored = bool((wrong == IGNORE_INDEX).all())
    return Finding(
        f"The first token of a word had {'-100' if ignored else 'another label than its word'}.",
        "The label of the word at its first token.",
        "first-ignored" if ignored else "another-label",
    )


def other_pieces(got: Tensor, want: Tensor) -> Finding:
    """Further tokens of words with a label."""
    return Finding("A token of a word that is not its first had a label.", "-100 at these tokens.", "pieces-labelled")


def other_specials(got: Tensor, want: Tensor) -> Finding:
    """Special tokens with a label."""
    return Finding("A special token had a label.", "-100 at special tokens.", "specials-labelled")


WORDS = {
    "kind": another_kind,
    "length": another_length,
    "firsts": other_firsts,
    "pieces": other_pieces,
    "specials": other_specials,
}


def refused(draw: Draw) -> list[Case]:
    """Words beyond the labels, and before them; beside them, the last one that has a label."""
    number = draw.size(2, 9)
    far, bad = number + draw.integer(11, 90), -draw.integer(1, number)

    def first(word: int) -> Case:
        return Case(
            {"word_labels": [draw.integer(0, 8) for _ in range(number)], "word_ids": [word, 0]},
            raises=str(word),
            unless="negative-word-taken" if word != -1 else None,
        )

    def case(word: int, raises: str | None, unless: str | None = None, labels: int = number) -> Case:
        return Case(
            {
                "word_labels": [draw.integer(0, 8) for _ in range(labels)],
                "word_ids": [None, *([0] * (labels > 0)), word],
            },
            raises=raises,
            unless=unless,
        )

    return [
        case(number, str(number), "word-beyond-taken"),
        case(far, str(far), "word-beyond-taken"),
        case(bad, str(bad), "negative-word-taken"),
        case(-1, "-1", "negative-word-taken"),
        case(-number - 20, str(-number - 20), "negative-word-taken"),
        case(0, "0", "word-beyond-taken", labels=0),
        first(bad),
        first(-1),
        case(number - 1, None),
        case(0, None, labels=1),
    ]


TESTS = HiddenTests(
    parts={
        "firsts": (Compare(words, EDGES, of=of_firsts, words=WORDS),),
        "others": (Compare(words, EDGES, of=of_others, words=WORDS, cases=1),),
        "refused": (Refuse(refused, "refuses-nothing"),),
    },
    mistakes=mistake.all,
)
