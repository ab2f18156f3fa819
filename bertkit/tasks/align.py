"""From words and characters to tokens, and back: labelled text as the model reads it.

A label belongs to a sentence, a word or a stretch of characters; the model sees sub-word tokens between `[CLS]` and
`[SEP]`. The tokenizer is one of `bertkit.data.tokenizer`: lower-casing, and adding the special tokens itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tokenizers import Encoding, Tokenizer

from bertkit.data.batches import PackPair, packed
from bertkit.data.checks import wrong
from bertkit.data.labels import IGNORE_INDEX
from bertkit.data.tokenizer import special_ids
from bertkit.tasks.examples import SpanExample


def align_labels(word_labels: Sequence[int], word_ids: Sequence[int | None]) -> list[int]:
    """One label a token from one label a word: the first token of a word carries it (BERT, section 5.3).

    Args:
        word_labels: the label of each word.
        word_ids: for each token the index of its word, or None for a special token. The tokens of a word stand
            together.

    Returns:
        As many labels as tokens: -100, which asks for no prediction, at special tokens and at every token of a word
        but its first.

    Raises:
        ValueError: naming the word that has no label.

    `grandpa` is here the second word, in two pieces:

    >>> align_labels([5, 7], [None, 0, 1, 1, None])
    [-100, 5, 7, -100, -100]
    """
    labels: list[int] = []
    before: int | None = None
    for word in word_ids:
        if word is None or word == before:
            labels.append(IGNORE_INDEX)
        elif 0 <= word < len(word_labels):
            labels.append(word_labels[word])
        else:
            raise ValueError(f"word {word} has no label: there are labels for {len(word_labels)} words, from 0")
        before = word
    return labels


AlignLabels = Callable[[Sequence[int], Sequence[int | None]], list[int]]
"""A function with the signature of `align_labels`."""


@dataclass(frozen=True)
class Encoded:
    """One text, or a pair, as token ids and their token types (0 for the first text, 1 for the second)."""

    input_ids: list[int]
    token_type_ids: list[int]


def encode_sentence(tokenizer: Tokenizer, text: str, max_length: int) -> Encoded:
    """`[CLS] text [SEP]`; of a text too long for `max_length` tokens the end is cut off.

    Raises:
        ValueError: for an empty text, and `max_length` below 3.
    """
    ids = special_ids(tokenizer)
    tokens = _tokens(tokenizer, text, "the text")[: _room(max_length, specials=2, least=1)]
    return Encoded([ids.cls, *tokens, ids.sep], [0] * (len(tokens) + 2))


def encode_pair(
    tokenizer: Tokenizer, first: str, second: str, max_length: int, pack_pair: PackPair | None = None
) -> Encoded:
    """`[CLS] first [SEP] second [SEP]`. While too long, the last token of the longer text goes, of `second` in a tie.

    A `pack_pair` that is given does this in its way.

    Raises:
        ValueError: for an empty text, and `max_length` below 5.
    """
    ids = special_ids(tokenizer)
    room = _room(max_length, specials=3, least=2)
    a, b = _tokens(tokenizer, first, "the first text"), _tokens(tokenizer, second, "the second text")
    if pack_pair is not None:
        return Encoded(*packed(pack_pair, a, b, ids.cls, ids.sep, max_length))
    while len(a) + len(b) > room:
        (a if len(a) > len(b) else b).pop()
    return Encoded([ids.cls, *a, ids.sep, *b, ids.sep], [0] * (len(a) + 2) + [1] * (len(b) + 1))


@dataclass(frozen=True)
class EncodedWords:
    """The words of a text as token ids, and for each token the label of its word or -100.

    word_ids: for each token the index of its word, None for special tokens.
    """

    input_ids: list[int]
    labels: list[int]
    word_ids: list[int | None]


def encode_words(
    tokenizer: Tokenizer,
    words: Sequence[str],
    word_labels: Sequence[int],
    max_length: int,
    align_labels: AlignLabels = align_labels,
) -> EncodedWords:
    """`[CLS] words [SEP]` with aligned labels; tokens beyond `max_length` are cut off.

    Every word is tokenized on its own, so that what the tokenizer would part at a hyphen remains one word.

    Raises:
        ValueError: for no words, not as many labels as words, and `max_length` below 3.
    """
    if not words:
        raise ValueError("there are no words to encode")
    if len(words) != len(word_labels):
        raise ValueError(f"{len(words)} words but {len(word_labels)} labels: {' '.join(words)!r}")
    ids = special_ids(tokenizer)
    room = _room(max_length, specials=2, least=1)
    encoding = tokenizer.encode(list(words), is_pretokenized=True, add_special_tokens=False)
    word_ids: list[int | None] = [None, *encoding.word_ids[:room], None]
    labels = align_labels(word_labels, word_ids)
    if not isinstance(labels, list) or len(labels) != len(word_ids):
        raise wrong("align_labels", labels, f"a list of {len(word_ids)} labels, one a token")
    return EncodedWords([ids.cls, *encoding.ids[:room], ids.sep], labels, word_ids)


@dataclass(frozen=True)
class EncodedSpan:
    """A question and (a window of) its passage: `[CLS] question [SEP] passage [SEP]`.

    start, end: tokens where the answer begins and ends, both inclusive; None where the window does not hold it.
    allowed: for each token whether it belongs to the passage: an answer lies nowhere else.
    offsets: for each token where it begins and ends in the passage, in characters; (0, 0) outside the passage.
    example: the number of the example that it is a window of.
    """

    input_ids: list[int]
    token_type_ids: list[int]
    start: int | None
    end: int | None
    allowed: list[bool]
    offsets: list[tuple[int, int]]
    example: int = 0

    def characters(self, start: int, end: int) -> tuple[int, int]:
        """Where tokens `start` to `end`, both inclusive, stand in the passage: first character, end exclusive.

        Raises:
            ValueError: for tokens outside the passage, and a start after the end.
        """
        last = len(self.allowed)
        if not (0 <= start <= end < last and self.allowed[start] and self.allowed[end]):
            raise ValueError(f"tokens {start} to {end} of {last} are no span of the passage")
        return self.offsets[start][0], self.offsets[end][1]


@dataclass(frozen=True)
class EncodedSpans:
    """Windows to learn from, and how many examples were left out because no window holds their whole answer."""

    windows: tuple[EncodedSpan, ...]
    left_out: int


def span_windows(tokenizer: Tokenizer, question: str, passage: str, max_length: int, stride: int) -> list[EncodedSpan]:
    """Lay windows over a passage, each behind the question; one window where the passage fits.

    Args:
        tokenizer: see the module.
        question: never cut.
        passage: any length.
        max_length: of a whole window, in tokens, the question and special tokens included.
        stride: by how many tokens of the passage a window begins after the one before. Less than a window's length
            makes them overlap, so that an answer on the border of one lies inside another.

    Returns:
        windows without an answer: `start` and `end` are None.

    Raises:
        ValueError: for an empty text, and where the question leaves fewer than `stride` tokens to the passage.
    """
    ids = special_ids(tokenizer)
    asked = _tokens(tokenizer, question, "the question")
    encoding: Encoding = tokenizer.encode(passage, add_special_tokens=False)
    if not encoding.ids:
        raise ValueError(f"the passage {passage!r} has no tokens")
    room = max_length - len(asked) - 3
    if stride < 1 or (room < stride and room < len(encoding.ids)):
        raise ValueError(
            f"stride is {stride}; it has to be at least 1 and at most the {max(room, 0)} tokens that a question of "
            f"{len(asked)} tokens leaves to the passage when max_length is {max_length}"
        )
    windows: list[EncodedSpan] = []
    before = len(asked) + 2
    for first in range(0, len(encoding.ids), stride):
        tokens, offsets = encoding.ids[first : first + room], encoding.offsets[first : first + room]
        windows.append(
            EncodedSpan(
                [ids.cls, *asked, ids.sep, *tokens, ids.sep],
                [0] * before + [1] * (len(tokens) + 1),
                None,
                None,
                [False] * before + [True] * len(tokens) + [False],
                [(0, 0)] * before + offsets + [(0, 0)],
            )
        )
        if first + room >= len(encoding.ids):
            break
    return windows


def encode_spans(
    tokenizer: Tokenizer, examples: Iterable[SpanExample], max_length: int, stride: int | None = None
) -> EncodedSpans:
    """Examples as windows that hold their whole answer, for training.

    Of an example whose passage is cut, every window that holds the answer comes; one whose answer lies in no window
    whole is left out and counted.

    Args:
        tokenizer: see the module.
        examples: questions with passages and answers.
        max_length: of a window, in tokens, the question and special tokens included.
        stride: see `span_windows`; half of `max_length`, or less where the question needs the room, if None.

    Raises:
        ValueError: as `span_windows`.
    """
    windows: list[EncodedSpan] = []
    left_out = 0
    for number, example in enumerate(examples):
        room = max_length - len(_tokens(tokenizer, example.question, "the question")) - 3
        step = max(1, min(max_length // 2, room)) if stride is None else stride
        held = [
            found
            for window in span_windows(tokenizer, example.question, example.passage, max_length, step)
            if (found := with_answer(window, example, number)) is not None
        ]
        windows += held
        left_out += not held
    return EncodedSpans(tuple(windows), left_out)


def with_answer(window: EncodedSpan, example: SpanExample, number: int = 0) -> EncodedSpan | None:
    """The window with the tokens of the answer, or None where it does not hold all of it.

    An answer that begins or ends inside a token takes the whole token.
    """
    # White space at an answer's border belongs to no token.
    answer_start = example.answer_end - len(example.answer.lstrip())
    answer_end = example.answer_start + len(example.answer.rstrip())
    covering = [
        token
        for token, (first, end) in enumerate(window.offsets)
        if window.allowed[token] and first < answer_end and answer_start < end
    ]
    if not covering:
        return None
    start, end = covering[0], covering[-1]
    first, last = window.characters(start, end)
    # Where the window cuts the answer, tokens are missing at its border: the covered text is too short.
    if first > answer_start or last < answer_end:
        return None
    return EncodedSpan(window.input_ids, window.token_type_ids, start, end, window.allowed, window.offsets, number)


def _tokens(tokenizer: Tokenizer, text: str, what: str) -> list[int]:
    tokens: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    if not tokens:
        raise ValueError(f"{what} {text!r} has no tokens; it needs at least one word")
    return tokens


def _room(max_length: int, specials: int, least: int) -> int:
    if max_length < specials + least:
        raise ValueError(f"max_length is {max_length}; {specials} special tokens and text need {specials + least}")
    return max_length - specials
