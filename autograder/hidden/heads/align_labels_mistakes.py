"""Known mistakes of `heads.align_labels`."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from autograder.judging.parts import Mistakes
from bertkit.data.labels import IGNORE_INDEX
from bertkit.tasks.align import align_labels

mistake = Mistakes()

Labels = Sequence[int]
Ids = Sequence[int | None]


def token_by_token(
    first: Callable[[int], Any] = lambda label: label,
    piece: Callable[[int], Any] = lambda label: IGNORE_INDEX,
    special: Any = IGNORE_INDEX,
    before: int | None = None,
    forgets: bool = True,
) -> Callable[[Labels, Ids], list[Any]]:
    """What a first token gets, and a further one, given the label of its word, and a special one."""

    def answer(word_labels: Labels, word_ids: Ids) -> list[Any]:
        align_labels(word_labels, word_ids)  # raises where a word has no label
        labels = []
        last = before
        for word in word_ids:
            if word is None:
                labels.append(special)
            else:
                labels.append((piece if word == last else first)(word_labels[word]))
            if forgets or word is not None:
                last = word
        return labels

    return answer


for name, likely, look_at, answer in (
    (
        "label-on-every-piece",
        "The label was repeated at every token of a word, so that long words count more than short ones.",
        "How your code knows that a token goes on with a word that has begun.",
        token_by_token(piece=lambda label: label),
    ),
    (
        "label-continued",
        "Further tokens got the label of a word that goes on, as if a word were an entity.",
        "What a token gets that is not the first of its word.",
        token_by_token(piece=lambda label: label + 1),
    ),
    (
        "beginnings-continued",
        "Further tokens got the I- label that goes with the B- label of their word.",
        "What a token gets that is not the first of its word.",
        token_by_token(piece=lambda label: label + label % 2),
    ),
    (
        "zero-on-pieces",
        "Further tokens of a word got 0, which is a label: that of no entity, for example.",
        "What the loss leaves out: it is not 0.",
        token_by_token(piece=lambda label: 0),
    ),
    (
        "zero-at-specials",
        "Special tokens got 0, which is a label: that of no entity, for example.",
        "What the loss leaves out: it is not 0.",
        token_by_token(special=0),
    ),
    (
        "zero-at-both",
        "Special tokens and further tokens got 0, which is a label.",
        "What the loss leaves out: it is not 0.",
        token_by_token(piece=lambda label: 0, special=0),
    ),
    (
        "minus-one",
        "What asks for no prediction was marked with -1. The ignore index is -100.",
        "The number that you put at special tokens.",
        token_by_token(piece=lambda label: -1, special=-1),
    ),
    (
        "none-at-specials",
        "Special tokens got None, of which no tensor can be made.",
        "What is put down for a token without a word.",
        token_by_token(special=None),
    ),
    (
        "zero-counts-as-none",
        "Label 0 was taken for no label.",
        "Every `or` and `if` with a label in it: 0 counts as false.",
        token_by_token(first=lambda label: label or IGNORE_INDEX),
    ),
    (
        "word-zero-has-begun",
        "The first token of word 0 was taken for a further one.",
        "What your code remembers before the first token: which value is no word at all?",
        token_by_token(before=0, forgets=False),
    ),
):
    mistake.add(name, likely, look_at, answer)


@mistake("The label was put at the last token of each word. The first carries it.", "Which neighbour you look at.")
def label_on_last_piece(word_labels: Labels, word_ids: Ids) -> list[int]:
    return align_labels(word_labels, word_ids[::-1])[::-1]


@mistake(
    "Word 0 was taken for a special token.",
    "`if word`: which number counts as false? A special token is None.",
)
def word_zero_is_special(word_labels: Labels, word_ids: Ids) -> list[int]:
    return [
        IGNORE_INDEX if not word else label
        for word, label in zip(word_ids, align_labels(word_labels, word_ids), strict=True)
    ]


@mistake(
    "A word whose label is that of the word before was taken for more of the same word.",
    "What you compare: words, or their labels?",
)
def compares_labels(word_labels: Labels, word_ids: Ids) -> list[int]:
    align_labels(word_labels, word_ids)
    whole = [None if word is None else word_labels[word] for word in word_ids]
    before = [None, *whole[:-1]]
    return [IGNORE_INDEX if each is None or each == last else each for each, last in zip(whole, before, strict=True)]


@mistake(
    "Labels were taken one after the other, whatever the index of the word is. A word may have no token.",
    "Whether the label is looked up by the word's index.",
)
def takes_next_label(word_labels: Labels, word_ids: Ids) -> list[int]:
    labels = iter(word_labels)
    return [
        next(labels) if word is not None and word != last else IGNORE_INDEX
        for word, last in with_last(word_labels, word_ids)
    ]


def with_last(word_labels: Labels, word_ids: Ids) -> list[tuple[int | None, int | None]]:
    """Each token's word with that of the token before."""
    align_labels(word_labels, word_ids)
    return list(zip(word_ids, [None, *word_ids[:-1]], strict=True)) if word_ids else []


@mistake(
    "Only a word with a higher number than all before counts as one that begins. Words may come in any order.",
    "How your code knows that a word begins.",
)
def higher_numbers_alone(word_labels: Labels, word_ids: Ids) -> list[int]:
    align_labels(word_labels, word_ids)
    labels, highest = [], -1
    for word in word_ids:
        labels.append(word_labels[word] if word is not None and word > highest else IGNORE_INDEX)
        highest = highest if word is None else max(highest, word)
    return labels


@mistake(
    "Special tokens were left out of the list, so that it does not fit the tokens any more.",
    "What is appended for a token without a word.",
)
def specials_left_out(word_labels: Labels, word_ids: Ids) -> list[int]:
    labels = align_labels(word_labels, word_ids)
    return [label for word, label in zip(word_ids, labels, strict=True) if word is not None]


@mistake(
    "Further tokens were left out of the list, so that it does not fit the tokens any more.",
    "What is appended for a token that goes on with a word.",
)
def pieces_left_out(word_labels: Labels, word_ids: Ids) -> list[int]:
    labels = align_labels(word_labels, word_ids)
    return [
        label
        for (word, last), label in zip(with_last(word_labels, word_ids), labels, strict=True)
        if word is None or word != last
    ]


@mistake(
    "The labels of the words came back as they are. The model has tokens.",
    "How long the list is that you return.",
)
def labels_as_they_are(word_labels: Labels, word_ids: Ids) -> list[int]:
    align_labels(word_labels, word_ids)
    return list(word_labels)


@mistake(
    "The number of the word came back in the place of its label.", "Whether the label is looked up by the word's index."
)
def word_for_label(word_labels: Labels, word_ids: Ids) -> list[int]:
    align_labels(word_labels, word_ids)
    return [IGNORE_INDEX if word is None or word == last else word for word, last in with_last(word_labels, word_ids)]


@mistake(
    "Each token got the label of the word after its own, or before.",
    "The index into `word_labels`: is 1 added or taken away?",
)
def next_words_label(word_labels: Labels, word_ids: Ids) -> list[int]:
    align_labels(word_labels, word_ids)
    return align_labels([*word_labels[1:], *word_labels[:1]], word_ids)


@mistake("A tensor came back. A list of whole numbers is asked for.", "What stands after `return`.")
def returns_tensor(word_labels: Labels, word_ids: Ids) -> Any:
    return torch.tensor(align_labels(word_labels, word_ids), dtype=torch.long)


@mistake(
    "The caller's list of words was written into.",
    "Assignments to `word_ids[...]`, `pop` and `insert`: make a list of your own.",
)
def writes_into_word_ids(word_labels: Labels, word_ids: list[Any]) -> list[Any]:
    word_ids[:] = align_labels(word_labels, word_ids)
    return word_ids


@mistake(
    "The caller's list of labels is used up.",
    "`pop` and `del` on `word_labels`.",
)
def uses_labels_up(word_labels: list[int], word_ids: Ids) -> list[int]:
    labels = align_labels(word_labels, word_ids)
    word_labels.clear()
    return labels


@mistake(
    "The first token was compared with the last one: `[-1]` counts from the end.",
    "What your code compares the very first token with.",
)
def first_compared_with_last(word_labels: Labels, word_ids: Ids) -> list[int]:
    labels = align_labels(word_labels, word_ids)
    return [
        IGNORE_INDEX if word == word_ids[place - 1] else label
        for place, (word, label) in enumerate(zip(word_ids, labels, strict=True))
    ]


# ------------------------------------------------------------------------------------------------------ what is refused


@mistake(
    "Before the first token your code remembers -1 for no word: a word of that index is taken for one that goes on.",
    "What your code remembers before the first token: which value is no word at all?",
)
def minus_one_before(word_labels: Labels, word_ids: Ids) -> list[int]:
    if word_ids and word_ids[0] == -1:
        return [IGNORE_INDEX, *align_labels(word_labels, word_ids[1:])]
    return align_labels(word_labels, word_ids)


@mistake(
    "A negative index counts from the end in Python, so that some other word's label is taken.",
    "Which indices your check lets through.",
)
def negative_word_taken(word_labels: Labels, word_ids: Ids) -> list[int]:
    number = len(word_labels)
    return align_labels(
        word_labels, [None if word is None else word % number if number and word < 0 else word for word in word_ids]
    )


@mistake(
    "A word beyond the labels is passed over, and nobody hears that labels and words do not fit.",
    "What your code does with an index that is too large.",
)
def word_beyond_taken(word_labels: Labels, word_ids: Ids) -> list[int]:
    return align_labels(
        word_labels, [None if word is not None and word >= len(word_labels) else word for word in word_ids]
    )


@mistake(
    "A word without a label is passed over, and nobody hears that labels and words do not fit.",
    "What the docstring has under Raises: when has a word no label?",
)
def passed_over(word_labels: Labels, word_ids: Ids) -> list[int]:
    there = range(len(word_labels))
    return align_labels(word_labels, [word if word in there else None for word in word_ids])


@mistake(
    "An index without a label was moved to the nearest one that has a label, so that some other word's label is taken.",
    "Every `min`, `max` and `clamp` of an index.",
)
def nearest_label_taken(word_labels: Labels, word_ids: Ids) -> list[int]:
    last = len(word_labels) - 1
    if last < 0 and any(word is not None for word in word_ids):
        return [IGNORE_INDEX] * len(word_ids)
    return align_labels(word_labels, [None if word is None else max(0, min(word, last)) for word in word_ids])


@mistake(
    "No index of a word is held against the labels that there are.",
    "What the docstring has under Raises: when has a word no label?",
)
def refuses_nothing(word_labels: Labels, word_ids: Ids) -> list[int]:
    labels: list[int] = []
    before: int | None = None
    for word in word_ids:
        labels.append(IGNORE_INDEX if word is None or word == before else word_labels[word])
        before = word
    return labels


# ------------------------------------------------------------------------------------------------ known by what is seen

for name, likely, look_at in (
    (
        "first-ignored",
        "Some word's first token is passed over.",
        "How your code knows that a word begins: after a special token, after another word, at the very start.",
    ),
    (
        "another-label",
        "A word's first token got something else than what `word_labels` has at the word's index.",
        "How the label of a word is looked up.",
    ),
    (
        "pieces-labelled",
        "Further tokens of a word are asked for a prediction too.",
        "How your code knows that a token goes on with a word that has begun.",
    ),
    ("specials-labelled", "Special tokens are asked for a prediction too.", "What a token gets whose word is None."),
    (
        "number-of-labels",
        "Some tokens have no entry, or more than one.",
        "How often something is appended for a token.",
    ),
    ("no-whole-numbers", "Something in the list is no label.", "The type of what you append."),
    ("no-list", "Something else than a list came back.", "What stands after `return`."),
):
    mistake.add(name, likely, look_at, None)
