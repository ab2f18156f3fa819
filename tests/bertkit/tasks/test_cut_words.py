"""Words that a small vocabulary cuts: tags, entities and answers are still those of whole words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest
import torch
from tokenizers import Tokenizer
from torch import Tensor

import bertkit.finetuning.scoring
import bertkit.inference.predict
from bertkit.data.labels import IGNORE_INDEX
from bertkit.data.tokenizer import train_tokenizer
from bertkit.finetuning.labelled import MODEL_FOR_FAMILY
from bertkit.finetuning.scoring import score_task
from bertkit.model.config import BertConfig
from bertkit.model.pretrained import build
from bertkit.randomness import generator
from bertkit.story_world import StoryWorld
from bertkit.tasks import STORY_TASKS, Task
from bertkit.tasks.align import Encoded, encode_spans, encode_words

LENGTH = 128
TAGGED = pytest.mark.parametrize("name", ["entities", "pos"])


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """Of 500 pieces, where the stories have over 1,500 words."""
    sentences = [sentence for story in StoryWorld().stories(0, 300) for sentence in story.sentences]
    return train_tokenizer(sentences, vocab_size=500)


@cache
def task(name: str) -> Task:  # type: ignore[type-arg]  # of any family
    return STORY_TASKS[name](120, 40, 0)


def pieces(tokenizer: Tokenizer, word: str) -> int:
    return len(tokenizer.encode(word, add_special_tokens=False).ids)


def share_cut(tokenizer: Tokenizer, words: Sequence[str]) -> float:
    return sum(pieces(tokenizer, word) > 1 for word in words) / len(words)


def test_a_tenth_of_what_decides_is_cut(tokenizer: Tokenizer) -> None:
    """Otherwise these tests would show nothing."""
    tagged = [
        word
        for example in task("entities").train
        for word, tag in zip(example.words, example.tags, strict=True)
        if tag != "O"
    ]
    assert share_cut(tokenizer, tagged) > 0.1
    assert share_cut(tokenizer, [word for one in task("questions").train for word in one.answer.split()]) > 0.1


@TAGGED
def test_the_tags_of_all_words_are_found_again(tokenizer: Tokenizer, name: str) -> None:
    given = task(name)
    for example in (*given.train, *given.test_unseen):
        numbers = [given.labels.index(tag) for tag in example.tags]
        encoded = encode_words(tokenizer, example.words, numbers, LENGTH)
        assert [label for label in encoded.labels if label != IGNORE_INDEX] == numbers
        assert len(encoded.labels) == 2 + sum(pieces(tokenizer, word) for word in example.words)
        first = [encoded.word_ids.index(word) for word in range(len(example.words))]
        assert [encoded.labels[position] for position in first] == numbers


def test_answers_are_whole_words(tokenizer: Tokenizer) -> None:
    examples = task("questions").train
    encoded = encode_spans(tokenizer, examples, LENGTH)
    assert encoded.left_out == 0
    assert len(encoded.windows) == len(examples)
    cut = 0
    for window in encoded.windows:
        assert window.start is not None
        assert window.end is not None
        example = examples[window.example]
        assert window.characters(window.start, window.end) == (example.answer_start, example.answer_end)
        cut += window.end - window.start >= len(example.answer.split())
    assert cut > len(examples) / 10


def untrained(tokenizer: Tokenizer, given: Task) -> object:  # type: ignore[type-arg]
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=8, num_hidden_layers=1, num_attention_heads=1,
        intermediate_size=8, max_position_embeddings=LENGTH,
    )  # fmt: skip

    return build(MODEL_FOR_FAMILY[given.family], config, given.labels, generator(0, "weights"))


@TAGGED
def test_scores_count_words_and_entities(tokenizer: Tokenizer, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a model says at the first piece of a word counts, and nothing that it says at a further one."""
    given = task(name)
    other = len(given.labels) - 1

    def says(right: bool) -> dict[str, float]:
        """A model that is right at first pieces and wrong at all others, or the other way round."""
        waiting = [*given.test]

        def run(model: object, tokenizer: Tokenizer, inputs: Sequence[Encoded], pad_batch: object) -> Tensor:
            batch = [waiting.pop(0) for _ in inputs]
            longest = max(len(one.input_ids) for one in inputs)
            said = torch.full((len(batch), longest), other)
            for row, example in zip(said, batch, strict=True):
                word_ids = encode_words(tokenizer, example.words, [0] * len(example.words), LENGTH).word_ids
                for place, word in enumerate(word_ids):
                    if word is not None and (word != word_ids[place - 1]) is right:
                        row[place] = given.labels.index(example.tags[word])
            return torch.nn.functional.one_hot(said, len(given.labels))

        monkeypatch.setattr(bertkit.finetuning.scoring, "run", run)
        return score_task(untrained(tokenizer, given), tokenizer, given.test)  # type: ignore[arg-type]

    assert set(says(right=True).values()) == {1.0}
    assert max(says(right=False).values()) < 0.2


def test_scores_count_whole_answers(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that marks the pieces of an answer has given its words; one that stops a piece too early has not."""
    given = task("questions")

    def says(short: int) -> dict[str, float]:
        waiting = [*encode_spans(tokenizer, given.test, LENGTH).windows]

        def run(
            model: object, tokenizer: Tokenizer, inputs: Sequence[Encoded], pad_batch: object
        ) -> tuple[Tensor, ...]:
            logits = torch.zeros(2, len(inputs), LENGTH)
            for row in range(len(inputs)):
                window = waiting.pop(0)
                assert window.start is not None
                assert window.end is not None
                logits[0, row, window.start] = 9.0
                logits[1, row, max(window.start, window.end - short)] = 9.0
            return logits[0], logits[1]

        monkeypatch.setattr(bertkit.inference.predict, "run", run)
        return score_task(untrained(tokenizer, given), tokenizer, given.test)  # type: ignore[arg-type]

    assert set(says(short=0).values()) == {1.0}
    several = [window for window in encode_spans(tokenizer, given.test, LENGTH).windows if window.end != window.start]
    assert says(short=1)["exact_match"] == pytest.approx(1 - len(several) / len(given.test))
    assert several
