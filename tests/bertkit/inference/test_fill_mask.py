"""Guesses at masks: the model's own probabilities, the likeliest first."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from bertkit.data.corpus import Corpus
from bertkit.inference.fill_mask import fill_mask
from bertkit.model.bert import BertForMaskedLM, BertForPreTraining


@pytest.fixture(scope="module")
def model(model_for: Callable[..., BertForMaskedLM]) -> BertForMaskedLM:
    return model_for(hidden_dropout_prob=0.5, initializer_range=0.5)


def test_all_guesses_are_the_models_distribution(model: Any, corpus: Corpus) -> None:
    text = "the [MASK] bear was so [MASK] ."
    guesses = fill_mask(model, corpus.tokenizer, text, top_k=10**6)
    ids = torch.tensor([corpus.tokenizer.encode(text).ids])
    expected = model.eval()(ids)[0, ids[0] == corpus.ids.mask].softmax(-1).detach()
    assert expected.shape == (2, corpus.vocab_size)
    for found, distribution in zip(guesses, expected, strict=True):
        order = [guess.probability for guess in found]
        assert order == sorted(order, reverse=True)
        assert sum(order) == pytest.approx(1, abs=1e-5)
        for guess in found:
            assert guess.probability == distribution[corpus.tokenizer.token_to_id(guess.token)].item()


def test_a_model_with_both_heads_is_asked_at_its_head_for_words(model: Any, corpus: Corpus) -> None:
    both = BertForPreTraining(model.config)
    both.bert.load_state_dict(model.bert.state_dict())
    both.mlm.load_state_dict(model.mlm.state_dict())
    text = "the [MASK] bear was so [MASK] ."
    assert fill_mask(both, corpus.tokenizer, text) == fill_mask(model, corpus.tokenizer, text)


@pytest.mark.parametrize("top_k", [1, 3])
def test_the_first_guesses_are_the_likeliest(top_k: int, model: Any, corpus: Corpus) -> None:
    every, some = (fill_mask(model, corpus.tokenizer, "the [MASK] .", top_k=k) for k in (300, top_k))
    assert some == [every[0][:top_k]]


@pytest.mark.parametrize("training", [True, False])
def test_dropout_is_off_and_the_mode_comes_back(training: bool, model: Any, corpus: Corpus) -> None:
    model.train(training)
    first, second = (fill_mask(model, corpus.tokenizer, "a [MASK] .") for _ in range(2))
    assert first == second
    assert model.training is training


@pytest.mark.parametrize(
    ("text", "settings", "message"),
    [
        ("no mask here", {}, r"'no mask here' has no \[MASK\]"),
        ("", {}, r"has no \[MASK\]"),
        ("mask MASK [mask]", {}, r"has no \[MASK\]"),
        ("[MASK]", {"top_k": 0}, "top_k is 0"),
        ("the " * 40 + "[MASK]", {}, "43 tokens is longer than the 32 positions"),
    ],
)
def test_bad_questions_are_named(text: str, settings: Any, message: str, model: Any, corpus: Corpus) -> None:
    mode = model.training
    with pytest.raises(ValueError, match=message):
        fill_mask(model, corpus.tokenizer, text, **settings)
    assert model.training is mode
