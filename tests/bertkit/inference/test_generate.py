"""A story goes on one token at a time, by the model's own probabilities."""

from typing import Any

import pytest
import torch

from bertkit.data.corpus import Corpus, story_corpus
from bertkit.inference.generate import generate
from bertkit.model.attention import causal_mask
from bertkit.model.bert import BertForMaskedLM
from bertkit.model.config import BertConfig


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return story_corpus(30, ("snow",), vocab_size=400, max_length=64)


@pytest.fixture(scope="module")
def model(corpus: Corpus) -> BertForMaskedLM:
    config = BertConfig(corpus.vocab_size, 16, 1, 2, 32, 24, hidden_dropout_prob=0.5, initializer_range=0.5)
    return BertForMaskedLM(config, torch.Generator().manual_seed(0))


def test_each_token_is_the_likeliest_after_those_before_it(corpus: Corpus, model: BertForMaskedLM) -> None:
    model.train()
    text = generate(model, corpus.tokenizer, "they ran", length=6)
    assert model.training
    model.eval()
    tokens = corpus.tokenizer.encode("they ran").ids[:-1]
    for _ in range(6):
        with torch.no_grad():
            logits = model(torch.tensor([tokens]), causal_mask(len(tokens))[None])[0, -1]
        order = logits.argsort(descending=True).tolist()
        likeliest = next(token for token in order if token > 4 or token == corpus.ids.sep)
        if likeliest == corpus.ids.sep:
            break
        tokens.append(likeliest)
    assert text == corpus.tokenizer.decode(tokens[1:])
    assert text.startswith("they ran")


def test_a_seed_draws_the_same_story_again(corpus: Corpus, model: BertForMaskedLM) -> None:
    first, again, other = (generate(model, corpus.tokenizer, "they ran", 15, seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert not {"[PAD]", "[UNK]", "[CLS]", "[MASK]"} & set(first.split())


def test_it_ends_where_the_model_ends(corpus: Corpus, model: BertForMaskedLM) -> None:
    text = generate(model, corpus.tokenizer, "they ran", length=1000, seed=0)
    assert len(corpus.tokenizer.encode(text, add_special_tokens=False).ids) <= 23


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"beginning": "  "}, "the beginning is '  '; pass at least one word"),
        ({"beginning": "they " * 24}, "the beginning has 24 tokens, and the model 23 places"),
        ({"beginning": "they", "length": 0}, "length is 0"),
    ],
)
def test_what_cannot_be_gone_on_from_is_named(
    corpus: Corpus, model: BertForMaskedLM, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        generate(model, corpus.tokenizer, **arguments)
