"""Guesses while a model learns: kept at steps ever further apart, true to the model, and never in its way."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from bertkit.data.corpus import Corpus
from bertkit.inference.fill_mask import Guess, fill_mask
from bertkit.model.bert import BertForMaskedLM
from bertkit.notebook import LiveFillMask, live_fill_mask, theme

BEAR = "this teddy [MASK] is so cute ."


@pytest.fixture
def model(model_for: Callable[..., BertForMaskedLM]) -> BertForMaskedLM:
    """A model of its own for every test, with dropout."""
    return model_for(hidden_dropout_prob=0.5, initializer_range=0.5)


def sure_of(model: BertForMaskedLM, corpus: Corpus, word: str) -> None:
    """Have the model expect this word everywhere."""
    with torch.no_grad():
        model.mlm.decoder.bias[corpus.tokenizer.token_to_id(word)] += 100


@pytest.mark.parametrize(
    ("last", "kept"),
    [(1, [0, 1]), (3, [0, 1, 2, 3]), (8, [0, 1, 2, 4, 8]), (800, [0, *(2**power for power in range(10)), 800])],
)
def test_rows_are_ever_further_apart_and_the_last_is_now(
    last: int, kept: list[int], model: BertForMaskedLM, corpus: Corpus
) -> None:
    seen = LiveFillMask(model, corpus.tokenizer, [BEAR])
    seen.look()
    for step in range(1, last + 1):
        seen.look(step)
        if step % 7 == 0:
            seen.look(step, now=True)
            assert seen.rows[-1].step == step
    seen.look(last, now=True)
    assert [row.step for row in seen.rows] == kept
    assert f"now: step {last}" in seen.to_text()
    assert seen.to_text().count("now") == 1


def test_a_training_that_goes_on_later_is_kept_from_there_on(model: BertForMaskedLM, corpus: Corpus) -> None:
    seen = LiveFillMask(model, corpus.tokenizer, [BEAR])
    seen.look()
    for step in range(501, 1100):
        seen.look(step)
    assert [row.step for row in seen.rows] == [0, 501, 1002]


def test_a_row_that_is_not_of_this_step_is_not_called_now(model: BertForMaskedLM, corpus: Corpus) -> None:
    seen = LiveFillMask(model, corpus.tokenizer, [BEAR])
    for step in range(7):
        seen.look(step)
    assert re.findall(r"^ +([^`\n]*)  `", seen.to_text(), re.MULTILINE) == ["start", "step 1", "step 2", "step 4"]


def test_an_interrupt_while_it_asks_loses_no_row(model: BertForMaskedLM, corpus: Corpus, monkeypatch: Any) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    seen = LiveFillMask(model, corpus.tokenizer, [BEAR])
    seen.look()
    seen.look(1)
    seen.look(1.5, now=True)
    monkeypatch.setattr(live_fill_mask, "fill_mask", interrupted)
    with pytest.raises(KeyboardInterrupt):
        seen.look(2)
    assert [row.step for row in seen.rows] == [0, 1, 1.5]


def test_it_says_what_the_model_says(model: BertForMaskedLM, corpus: Corpus) -> None:
    sentences = [BEAR, "the [MASK] ."]
    seen = LiveFillMask(model, corpus.tokenizer, sentences, top_k=2)
    seen.look()
    sure_of(model, corpus, "bear")
    seen.look(1)
    for place, sentence in enumerate(sentences):
        (now,) = fill_mask(model, corpus.tokenizer, sentence, 2)
        assert seen.rows[1].guesses[place] == now
        assert seen.rows[0].guesses[place] != now
    assert "The 2 likeliest words" in seen.to_text()


def test_looking_changes_nothing(
    model: BertForMaskedLM, corpus: Corpus, weights_of: Callable[[nn.Module], Tensor]
) -> None:
    model.train()
    before, random = weights_of(model), torch.get_rng_state()
    LiveFillMask(model, corpus.tokenizer, [BEAR]).look()
    assert torch.equal(weights_of(model), before)
    assert torch.equal(torch.get_rng_state(), random)
    assert all(part.training for part in model.modules())
    assert all(parameter.requires_grad and parameter.grad is None for parameter in model.parameters())


def test_the_right_word_has_a_mark_and_a_colour_and_the_others_have_neither(
    model: BertForMaskedLM, corpus: Corpus
) -> None:
    sure_of(model, corpus, "bear")
    seen = LiveFillMask(model, corpus.tokenizer, {BEAR: "Bear", "the [MASK] .": "the"})
    seen.look()
    first, second = (line for line in seen.to_text().splitlines() if "start" in line)
    assert first.startswith(f"    start  {theme.RIGHT.mark} `bear` 100 % · `")
    assert first.count(theme.RIGHT.mark) == 1
    assert "`bear` 100 %" in second
    assert theme.RIGHT.mark not in second
    cells = re.findall("<td style[^>]*>(.*?)</td>", str(seen.to_html()))
    assert [cell.count(theme.RIGHT.colour) for cell in cells] == [1, 0]
    assert f"{theme.RIGHT.mark} <code>bear</code> 100 %" in cells[0]
    assert "<0.1 %" in first
    assert "&lt;0.1 %" in cells[0]


def test_the_table_has_a_column_a_sentence_and_a_row_a_step(model: BertForMaskedLM, corpus: Corpus) -> None:
    seen = LiveFillMask(model, corpus.tokenizer, [BEAR, "<b> [MASK]"])
    seen.look()
    seen.look(1)
    html = seen._repr_html_()
    assert re.findall('<th scope="col"[^>]*>(.*?)</th>', html) == [BEAR, "&lt;b&gt; [MASK]"]
    assert re.findall('<th scope="row"[^>]*>(.*?)</th>', html) == ["start", "now: step 1"]
    assert html.count("<td style") == 4
    assert "var(--jp" not in html.replace("var(--jp-ui-font", "")
    assert repr(seen) == seen.to_text()


def test_tokens_are_shown_as_they_are(model: BertForMaskedLM, corpus: Corpus, monkeypatch: Any) -> None:
    monkeypatch.setattr(live_fill_mask, "fill_mask", lambda *_: [[Guess("<i>", 0.5), Guess(",", 0.0044)]])
    seen = LiveFillMask(model, corpus.tokenizer, [BEAR])
    seen.look()
    assert "<code>&lt;i&gt;</code> 50 %" in seen._repr_html_()
    assert "`<i>` 50 % · `,` 0.4 %" in seen.to_text()


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ([], "sentences must be one or more in a list or a mapping, got"),
        (BEAR, "sentences must be one or more in a list or a mapping, got 'this teddy"),
        (["no mask"], r"'no mask' has 0 \[MASK\]; write one, and a second sentence for a second one"),
        (["[MASK] or [MASK]"], r"has 2 \[MASK\]"),
        ({BEAR: "zzyzx"}, "the right word 'zzyzx' is no single token of the vocabulary"),
        ({BEAR: "bear cub"}, "the right word 'bear cub' is no single token"),
        ({BEAR: "☃"}, "the right word '☃' is no single token"),
        ({BEAR: ""}, "the right word '' is no single token"),
    ],
)
def test_bad_sentences_are_named_before_any_training(
    sentences: Any, message: str, model: BertForMaskedLM, corpus: Corpus
) -> None:
    with pytest.raises(ValueError, match=message):
        LiveFillMask(model, corpus.tokenizer, sentences)
