"""Text to tokens and back: labels on first pieces, pairs cut evenly, answers found in windows."""

from __future__ import annotations

import random

import pytest
from tokenizers import Tokenizer

from bertkit.data.labels import IGNORE_INDEX
from bertkit.data.tokenizer import train_tokenizer
from bertkit.story_world import StoryWorld
from bertkit.tasks import STORY_TASKS, SpanExample
from bertkit.tasks.align import (
    align_labels,
    encode_pair,
    encode_sentence,
    encode_spans,
    encode_words,
    span_windows,
    with_answer,
)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """A small vocabulary, so that many words fall into pieces."""
    sentences = [s for story in StoryWorld().stories(0, 300) for s in story.sentences]
    return train_tokenizer(sentences, vocab_size=220)


def tokens(tokenizer: Tokenizer, ids: list[int]) -> list[str]:
    return [str(tokenizer.id_to_token(index)) for index in ids]


# Labels of words


@pytest.mark.parametrize(
    ("labels", "word_ids", "expected"),
    [
        ([5, 7], [None, 0, 1, 1, None], [-100, 5, 7, -100, -100]),
        ([], [None, None], [-100, -100]),
        ([], [], []),
        ([4], [0, 0, 0], [4, -100, -100]),
        ([1, 2, 3], [None, 1, 2, None], [-100, 2, 3, -100]),
        ([1, 2], [None, 0, None, 1], [-100, 1, -100, 2]),
        ([3, 3], [0, 1], [3, 3]),
    ],
)
def test_the_first_token_of_a_word_has_its_label(
    labels: list[int], word_ids: list[int | None], expected: list[int]
) -> None:
    assert align_labels(labels, word_ids) == expected


@pytest.mark.parametrize(("count", "word"), [(0, 0), (2, 2), (2, -1)])
def test_a_word_without_a_label_is_named(count: int, word: int) -> None:
    with pytest.raises(ValueError, match=f"word {word} has no label: .* {count} words"):
        align_labels([9] * count, [None, word])


def test_words_are_found_again_in_their_tokens(tokenizer: Tokenizer) -> None:
    words = ("grandpa", "mended", "the", "Well,Known", "kaleidoscope", ".")
    encoded = encode_words(tokenizer, words, range(6), 64)
    pieces = tokens(tokenizer, encoded.input_ids)
    assert (pieces[0], pieces[-1]) == ("[CLS]", "[SEP]")
    assert len(pieces) > 10
    for word in range(6):
        own = [piece for piece, index in zip(pieces, encoded.word_ids, strict=True) if index == word]
        assert "".join(piece.removeprefix("##") for piece in own) == words[word].lower()
    assert [label for label in encoded.labels if label != IGNORE_INDEX] == list(range(6))
    assert [index is None for index in encoded.word_ids] == [True, *[False] * (len(pieces) - 2), True]


def test_words_beyond_the_length_are_cut(tokenizer: Tokenizer) -> None:
    encoded = encode_words(tokenizer, ("the", "the", "the", "the"), (1, 2, 3, 4), 5)
    assert encoded.labels == [-100, 1, 2, 3, -100]
    assert len(encoded.input_ids) == 5


def test_words_need_words_and_labels(tokenizer: Tokenizer) -> None:
    with pytest.raises(ValueError, match="no words"):
        encode_words(tokenizer, (), (), 10)
    with pytest.raises(ValueError, match="2 words but 1 labels: 'the bear'"):
        encode_words(tokenizer, ("the", "bear"), (1,), 10)


# Sentences and pairs


def test_a_sentence_is_what_the_tokenizer_makes_of_it(tokenizer: Tokenizer) -> None:
    text = "This teddy bear is so cute ."
    assert encode_sentence(tokenizer, text, 64).input_ids == tokenizer.encode(text).ids
    short = encode_sentence(tokenizer, text, 4)
    assert short.input_ids[:3] == tokenizer.encode(text).ids[:3]
    assert tokens(tokenizer, short.input_ids)[3] == "[SEP]"
    assert short.token_type_ids == [0] * 4


def test_a_pair_is_what_the_tokenizer_makes_of_it(tokenizer: Tokenizer) -> None:
    first, second = "the bear sat .", "it was the captain ."
    encoded, expected = encode_pair(tokenizer, first, second, 64), tokenizer.encode(first, second)
    assert encoded.input_ids == expected.ids
    assert encoded.token_type_ids == expected.type_ids


@pytest.mark.parametrize(
    ("first", "second", "max_length", "kept"),
    [
        (5, 3, 11, (5, 3)),
        (5, 3, 10, (4, 3)),
        (5, 3, 9, (3, 3)),
        (5, 3, 8, (3, 2)),
        (2, 6, 7, (2, 2)),
        (4, 4, 5, (1, 1)),
    ],
)
def test_the_longer_side_is_cut_first_and_the_second_in_a_tie(
    tokenizer: Tokenizer, first: int, second: int, max_length: int, kept: tuple[int, int]
) -> None:
    encoded = encode_pair(tokenizer, " ".join(["the"] * first), " ".join(["it"] * second), max_length)
    pieces = tokens(tokenizer, encoded.input_ids)
    assert (pieces.count("the"), pieces.count("it")) == kept
    assert encoded.token_type_ids == [0] * (kept[0] + 2) + [1] * (kept[1] + 1)


def test_empty_texts_and_no_room_are_named(tokenizer: Tokenizer) -> None:
    with pytest.raises(ValueError, match="the text '  ' has no tokens"):
        encode_sentence(tokenizer, "  ", 10)
    with pytest.raises(ValueError, match="the second text '' has no tokens"):
        encode_pair(tokenizer, "a", "", 10)
    with pytest.raises(ValueError, match=r"max_length is 4; .* need 5"):
        encode_pair(tokenizer, "a", "a", 4)
    with pytest.raises(ValueError, match="max_length is 2"):
        encode_sentence(tokenizer, "a", 2)


# Spans


def assert_answered(examples: tuple[SpanExample, ...], tokenizer: Tokenizer, max_length: int) -> int:
    """Every window gives back the words of its answer; returns how many there are."""
    encoded = encode_spans(tokenizer, examples, max_length)
    for window in encoded.windows:
        example = examples[window.example]
        assert len(window.input_ids) <= max_length
        lengths = {len(each) for each in (window.input_ids, window.token_type_ids, window.allowed, window.offsets)}
        assert lengths == {len(window.input_ids)}
        assert window.start is not None
        assert window.end is not None
        first, end = window.characters(window.start, window.end)
        assert example.passage[first:end] == example.answer
        assert (first, end) == (example.answer_start, example.answer_end)
        pieces = tokens(tokenizer, window.input_ids)
        assert all(window.allowed[window.start : window.end + 1])
        assert {pieces[i] for i, allowed in enumerate(window.allowed) if allowed}.isdisjoint({"[CLS]", "[SEP]"})
        assert [t for t, a in zip(window.token_type_ids, window.allowed, strict=True) if a] == [1] * sum(window.allowed)
    assert len({window.example for window in encoded.windows}) + encoded.left_out == len(examples)
    return len(encoded.windows)


def test_answers_come_back_from_their_tokens(tokenizer: Tokenizer) -> None:
    examples = STORY_TASKS["questions"](80, 1, 0).train
    assert assert_answered(examples, tokenizer, 200) == 80
    assert assert_answered(examples, tokenizer, 48) > 80  # overlapping windows hold some answers twice


def test_one_window_of_a_short_pair_is_the_whole_pair(tokenizer: Tokenizer) -> None:
    question, passage = "where was it ?", "it was in bed ."
    (window,) = span_windows(tokenizer, question, passage, 64, 8)
    assert window.input_ids == tokenizer.encode(question, passage).ids
    assert window.token_type_ids == tokenizer.encode(question, passage).type_ids
    assert (window.start, window.end) == (None, None)


def test_windows_cover_the_passage_and_overlap(tokenizer: Tokenizer) -> None:
    passage = " ".join(["the bear sat in bed ."] * 12)
    whole = tokenizer.encode(passage, add_special_tokens=False)
    windows = span_windows(tokenizer, "who ?", passage, 24, 6)
    starts = [next(o for o, a in zip(w.offsets, w.allowed, strict=True) if a)[0] for w in windows]
    assert starts == [whole.offsets[i][0] for i in range(0, 6 * len(windows), 6)]
    covered = {o for w in windows for o, allowed in zip(w.offsets, w.allowed, strict=True) if allowed}
    assert covered == set(whole.offsets)
    assert all(len(w.input_ids) == 24 for w in windows[:-1])


def test_an_answer_longer_than_a_window_is_left_out_and_counted(tokenizer: Tokenizer) -> None:
    passage = "the bear sat in bed and looked at the moon ."
    examples = (SpanExample("who ?", passage, 4, 8), SpanExample("what ?", passage, 0, len(passage)))
    encoded = encode_spans(tokenizer, examples, 14)
    assert encoded.left_out == 1
    assert {window.example for window in encoded.windows} == {0}
    assert encode_spans(tokenizer, (), 14) == encode_spans(tokenizer, [], 20)


def test_half_an_answer_at_a_border_does_not_count(tokenizer: Tokenizer) -> None:
    passage = "the bear sat ."
    (window,) = span_windows(tokenizer, "who ?", passage, 64, 8)
    example = SpanExample("who ?", passage, 0, 8)
    found = with_answer(window, example)
    assert found is not None
    assert found.start == window.allowed.index(True)
    room = len(window.input_ids) - sum(window.allowed) + 1
    cut = span_windows(tokenizer, "who ?", passage, room, 1)
    assert len(cut) == sum(window.allowed)
    assert [with_answer(each, example) for each in cut] == [None] * len(cut)


def test_answers_are_found_in_text_with_capitals_accents_and_spaces(tokenizer: Tokenizer) -> None:
    passage = "  The  Bear sat in Bed\tat noon, naturally.  "
    for answer in ("Bear", "  Bear ", "in Bed", "noon", "naturally"):
        start = passage.index(answer)
        (window,) = encode_spans(tokenizer, [SpanExample("who ?", passage, start, start + len(answer))], 99).windows
        assert window.start is not None
        assert window.end is not None
        first, end = window.characters(window.start, window.end)
        assert passage[first:end] == answer.strip()


def test_a_random_span_survives_the_way_there_and_back(tokenizer: Tokenizer) -> None:
    rng = random.Random(0)
    passage = " ".join(StoryWorld().story(0, 1).sentences)
    words = [(m, m + len(w)) for w in set(passage.split(" ")) for m in [passage.index(w)]]
    for _ in range(50):
        (first, _), (_, last) = sorted(rng.sample(words, 2))
        example = SpanExample("who ?", passage, first, last)
        (window,) = encode_spans(tokenizer, [example], 10_000).windows
        assert window.start is not None
        assert window.end is not None
        start, end = window.characters(window.start, window.end)
        assert start <= first
        assert end >= last
        assert " " not in passage[start:first] + passage[last:end]


def test_no_span_outside_the_passage(tokenizer: Tokenizer) -> None:
    (window,) = span_windows(tokenizer, "who ?", "the bear sat .", 64, 8)
    first = window.allowed.index(True)
    for start, end in ((0, first), (first, len(window.allowed) - 1), (first + 1, first), (first, 99), (-2, -2)):
        with pytest.raises(ValueError, match=f"tokens {start} to {end} "):
            window.characters(start, end)


def test_bad_strides_and_empty_texts_are_named(tokenizer: Tokenizer) -> None:
    for stride in (0, -1, 50):
        with pytest.raises(ValueError, match=f"stride is {stride}"):
            span_windows(tokenizer, "who ?", "the bear sat . " * 9, 24, stride)
    with pytest.raises(ValueError, match="the question '' has no tokens"):
        span_windows(tokenizer, "", "the bear sat .", 24, 4)
    with pytest.raises(ValueError, match="the passage ' ' has no tokens"):
        span_windows(tokenizer, "who ?", " ", 24, 4)
    with pytest.raises(ValueError, match="max_length is 6"):
        encode_spans(tokenizer, [SpanExample("who was the captain ?", "the bear sat .", 0, 3)], 6)
