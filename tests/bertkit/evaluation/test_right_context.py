"""Words that the right decides: the exact readers, and models against a literal loop."""

import pytest
import torch
from tokenizers import Tokenizer

from bertkit.data.corpus import Corpus, story_corpus
from bertkit.evaluation.right_context import (
    BATCH_SIZE,
    WordInContext,
    kept_whole,
    named_from_both_sides,
    named_from_the_left,
    words_in_context,
)
from bertkit.model.attention import causal_mask
from bertkit.model.bert import BertForMaskedLM
from bertkit.model.config import BertConfig
from bertkit.story_world import STORYBOOK, StoryWorld
from bertkit.story_world.posterior import WindowReader, whole_stories


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return story_corpus(40, ("snow",), vocab_size=900, max_length=128)


@pytest.fixture(scope="module")
def places() -> list[WordInContext]:
    world = StoryWorld(STORYBOOK.about("snow"))
    texts = [" ".join(story.sentences).split(" ") for story in world.stories(5, 3)]
    return words_in_context(WindowReader(world, whole_stories(world)), texts)


@pytest.fixture(scope="module")
def model(corpus: Corpus) -> BertForMaskedLM:
    """Untrained, with opinions and with dropout."""
    config = BertConfig(corpus.vocab_size, 16, 1, 2, 32, 128, hidden_dropout_prob=0.5, initializer_range=0.5)
    return BertForMaskedLM(config, torch.Generator().manual_seed(0))


def test_every_word_is_looked_at_and_both_sides_know_more(places: list[WordInContext]) -> None:
    assert len(places) == sum(len(words) for words in {place.words for place in places})
    assert all(0 < place.from_left <= 1 + 1e-9 for place in places)
    assert all(0 < place.from_both <= 1 + 1e-9 for place in places)
    left, both = (
        sum(values) / len(places) for values in zip(*((p.from_left, p.from_both) for p in places), strict=True)
    )
    assert both > left + 0.05


def test_a_word_that_the_right_decides(places: list[WordInContext]) -> None:
    """`for the … they took a carrot`: the left leaves the snowman's nose, arms and hat open."""
    needing = [place for place in places if place.needs_the_right]
    assert 0.05 < len(needing) / len(places) < 0.4
    known = WordInContext(("a", "b"), 1, 0.5, 0.9)
    assert known.word == "b"
    assert known.needs_the_right
    assert not WordInContext(("a", "b"), 1, 0.51, 0.9).needs_the_right
    assert not WordInContext(("a", "b"), 1, 0.5, 0.89).needs_the_right


def literal(model: BertForMaskedLM, tokenizer: Tokenizer, place: WordInContext, both_sides: bool) -> bool:
    """One word, one call, no padding."""
    ids = tokenizer.encode(" ".join(place.words)).ids
    start = len(tokenizer.encode(" ".join(place.words[: place.position]), add_special_tokens=False).ids) + 1
    answer = ids[start]
    with torch.no_grad():
        if both_sides:
            shown = torch.tensor([[*ids[:start], tokenizer.token_to_id("[MASK]"), *ids[start + 1 :]]])
            return int(model(shown)[0, start].argmax()) == answer
        return int(model(torch.tensor([ids[:start]]), causal_mask(start)[None])[0, -1].argmax()) == answer


def test_models_are_asked_about_one_word_at_a_time(
    corpus: Corpus, model: BertForMaskedLM, places: list[WordInContext]
) -> None:
    whole = kept_whole(places, corpus.tokenizer)[: BATCH_SIZE + 20]
    model.train()
    named = {
        True: named_from_both_sides(model, corpus.tokenizer, whole),
        False: named_from_the_left(model, corpus.tokenizer, whole),
    }
    assert model.training
    model.eval()
    for both_sides, right in named.items():
        assert right == [literal(model, corpus.tokenizer, place, both_sides) for place in whole]


def test_a_word_that_the_tokenizer_cuts_is_refused(places: list[WordInContext], model: BertForMaskedLM) -> None:
    tokenizer = story_corpus(10, ("snow",), vocab_size=60, max_length=128).tokenizer
    cut = [place for place in places if place not in kept_whole(places, tokenizer)]
    assert cut
    for named in (named_from_both_sides, named_from_the_left):
        with pytest.raises(ValueError, match=f"the tokenizer cuts '{cut[0].word}' into"):
            named(model, tokenizer, cut)
