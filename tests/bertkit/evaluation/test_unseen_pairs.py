"""Pairs that nobody has read: what each kind is, what the best possible reader knows of it, and who is asked."""

import math
from pathlib import Path

import pytest
import torch
from scipy.stats import norm

from bertkit.data.corpus import PreparedCorpus, prepare_stories
from bertkit.data.reading import Negatives
from bertkit.evaluation.pretraining import score_pairs
from bertkit.evaluation.unseen_pairs import (
    UnseenPairs,
    best_threshold,
    cls_vectors,
    says_follows,
    share_right,
    unseen_pairs,
    words_in_common,
)
from bertkit.model.bert import BertForPreTraining
from bertkit.model.config import BertConfig
from bertkit.notebook import judged_pairs
from bertkit.story_world import STORYBOOK, StoryWorld

TOPICS = ("snow", "workshop")
COUNT = 120


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> PreparedCorpus:
    return prepare_stories(tmp_path_factory.mktemp("stories") / "corpus", 300, TOPICS, vocab_size=900)


@pytest.fixture(scope="module")
def pairs(corpus: PreparedCorpus) -> dict[str, UnseenPairs]:
    asked: dict[str, tuple[Negatives, int | None]] = {
        "random": ("random", None),
        "same topic": ("same topic", 1),
        "swapped": ("swapped", 2),
        "same place, 1": ("parallel", 1),
        "same place, 3": ("parallel", 3),
    }
    return {kind: unseen_pairs(corpus, *each, count=COUNT) for kind, each in asked.items()}


@pytest.fixture(scope="module")
def model(corpus: PreparedCorpus) -> BertForPreTraining:
    """Untrained, with opinions and with dropout."""
    config = BertConfig(corpus.vocab_size, 16, 1, 2, 32, 128, hidden_dropout_prob=0.5, initializer_range=0.5)
    return BertForPreTraining(config, torch.Generator().manual_seed(0))


def sentences_of(text: str, told: set[str]) -> int:
    """How many sentences of stories a text is, by trying all ends."""
    words = text.split(" ")
    for end in range(1, len(words) + 1):
        if " ".join(words[:end]) in told:
            return 1 + (sentences_of(" ".join(words[end:]), told) if end < len(words) else 0)
    raise AssertionError(text)


def test_sides_have_as_many_sentences_as_were_asked_for(corpus: PreparedCorpus, pairs: dict[str, UnseenPairs]) -> None:
    from bertkit.evaluation.unseen_pairs import UNSEEN_SEED

    world = StoryWorld(STORYBOOK.about(*TOPICS))
    told = {
        corpus.tokenizer.decode(corpus.tokenizer.encode(sentence).ids)
        for story in world.stories(UNSEEN_SEED, 9 * COUNT)
        for sentence in story.sentences
    }
    for kind, sentences in (("same topic", 1), ("swapped", 2), ("same place, 3", 3)):
        assert {sentences_of(side, told) for text in pairs[kind].texts for side in text} == {sentences}
    assert {sentences_of(side, told) for text in pairs["random"].texts for side in text} == {1, 2, 3}


def test_real_and_other_seconds_are_there_and_the_first_topic_is_known(pairs: dict[str, UnseenPairs]) -> None:
    for kind, some in pairs.items():
        assert len(some.texts) == len(some.follows) == len(some.limits) == len(some.topics) == COUNT
        assert 0.25 < sum(some.follows) / COUNT < 0.75, kind
    assert set(pairs["random"].topics) == set(TOPICS)
    for (first, _), topic in zip(pairs["random"].texts, pairs["random"].topics, strict=True):
        assert not ("snow" in first.split() and topic == "workshop")
    assert all(", the " in scene for scene in pairs["same place, 1"].topics)


def test_the_limit_is_calibrated_and_grows_with_what_there_is_to_read(pairs: dict[str, UnseenPairs]) -> None:
    """Observed accuracy of the best possible reader: its expected one, up to the deviation of that many coins."""
    for kind, some in pairs.items():
        deviation = math.sqrt(sum(each * (1 - each) for each in some.limits)) / COUNT
        # A twin of the real second, word for word, is even: it counts one half here, and in the limit.
        assert abs(share_right(some.limits, some.follows) - some.limit) <= norm.isf(1e-6) * deviation + 1e-3, kind
        loss = -sum(math.log(p if f else 1 - p) for p, f in zip(some.limits, some.follows, strict=True)) / COUNT
        assert some.limit_loss == pytest.approx(loss, abs=0.15)
    assert pairs["swapped"].limit > 0.99
    assert pairs["random"].limit > 0.9
    assert 0.55 < pairs["same place, 1"].limit < pairs["same place, 3"].limit - 0.1


def test_a_model_is_asked_as_it_is_scored_and_left_in_its_mode(
    model: BertForPreTraining, pairs: dict[str, UnseenPairs]
) -> None:
    some = pairs["random"]
    model.train()
    said = says_follows(model, some.examples)
    assert model.training
    assert says_follows(model, some.examples) == said  # without dropout
    assert share_right(said, some.follows) == pytest.approx(score_pairs(model, some.examples)[1])
    vectors = cls_vectors(model, some.examples)
    assert vectors.shape == (COUNT, 16)
    assert not vectors.requires_grad


def test_words_in_common_and_their_best_threshold(pairs: dict[str, UnseenPairs]) -> None:
    some = pairs["same place, 3"]
    counts = words_in_common(some.examples)
    special = set(some.examples.special_token_ids)
    assert some.examples.second_starts is not None
    for row, start, count in zip(some.examples.sequences, some.examples.second_starts, counts, strict=True):
        assert count == len({each for each in row[:start] if each in row[start:] and each not in special})
    least = best_threshold(counts, some.follows)
    best = share_right([float(count >= least) for count in counts], some.follows)
    assert best == max(share_right([float(c >= each) for c in counts], some.follows) for each in range(200))
    assert best_threshold([3, 1], [True, False]) in (2, 3)
    assert best_threshold([3, 1], [False, False]) == 4  # never


def test_pairs_are_shown_with_all_judges(
    corpus: PreparedCorpus, model: BertForPreTraining, pairs: dict[str, UnseenPairs]
) -> None:
    some = pairs["swapped"]
    said = says_follows(model, some.examples)
    shown = judged_pairs(some, corpus.tokenizer, {"your model": said}, count=5)
    assert len(shown) == 5
    for number, pair in enumerate(shown):
        assert (pair.first, pair.second) == some.texts[number]
        assert pair.is_next == some.follows[number]
        assert list(pair.verdicts) == ["your model", "exact limit"]
        assert pair.verdicts["your model"] == said[number]
        assert pair.tokens[0] == "[CLS]"
        assert [token for token in pair.tokens if token == "[SEP]"] == ["[SEP]"] * 2
        assert pair.segments.count(0) == pair.tokens.index("[SEP]") + 1
    with pytest.raises(ValueError, match=r"120 pairs, but verdicts \{'rule': 1\}"):
        judged_pairs(some, corpus.tokenizer, {"rule": [0.5]})


def test_what_cannot_be_made_or_counted_is_refused(corpus: PreparedCorpus, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="negatives is 'none'"):
        unseen_pairs(corpus, "none")
    with pytest.raises(ValueError, match="ask for fewer than 3"):
        unseen_pairs(corpus, "swapped", sentences=6, count=3)
    with pytest.raises(ValueError, match="no pairs is not defined"):
        share_right([], [])
    with pytest.raises(ValueError, match="2 predictions but 1 right answers"):
        share_right([0.1, 0.2], [True])
