"""Answers to raw text: where they stand in it, how sure they are, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer

from bertkit.finetuning.labelled import labelled_rows
from bertkit.finetuning.loop import END_TO_END, finetune_task
from bertkit.inference.predict import TaggedWord, answer, classify, marked, next_sentence, tag
from bertkit.model.bert import BertForPreTraining

LONG = "the moon " * 20
"""40 tokens; the models here read 32."""


@pytest.fixture(scope="module")
def learned(small_task: Any, task_model: Any, task_tokenizer: Any) -> Callable[[str], Any]:
    """A model that has learned a task, in training mode and with dropout: predictions must not use it."""
    models: dict[str, Any] = {}

    def model_of(family: Any) -> Any:
        if family not in models:
            task = small_task(family)
            model = task_model(task, hidden_dropout_prob=0.05)
            rows = labelled_rows(task_tokenizer, task.train, task.labels, 32)
            list(finetune_task(model, rows, replace(END_TO_END, epochs=12, learning_rate=3e-3)))
            models[family] = model
        assert models[family].training
        return models[family]

    return model_of


@pytest.fixture
def pretrained(task_model: Any, small_task: Any) -> BertForPreTraining:
    """A model with both heads of pre-training, and random weights."""
    config = task_model(small_task("sentence"), hidden_dropout_prob=0.5).config
    return BertForPreTraining(config, torch.Generator().manual_seed(0))


@pytest.mark.parametrize("word", ["nice", "lovely", "dull", "grim"])
def test_classify(learned: Any, task_tokenizer: Tokenizer, word: str) -> None:
    label = "good" if word in ("nice", "lovely") else "bad"
    for family, second in (("sentence", None), ("pair", f"The MOON and the tree is {word}.")):
        first = "The stone is here ." if second else f"The MOON and the tree is {word}."
        model = learned(family)
        found = classify(model, task_tokenizer, first, second)
        assert found[0].name == label
        assert found[0].probability > 0.5
        assert {one.name for one in found} == {"bad", "good"}
        assert sum(one.probability for one in found) == pytest.approx(1)
        assert classify(model, task_tokenizer, first, second) == found  # no dropout
        assert model.training


def test_classify_gives_the_models_own_probabilities(learned: Any, task_tokenizer: Tokenizer) -> None:
    model = learned("pair")
    encoding = task_tokenizer.encode("the moon", "is dull .")
    model.eval()
    logits = model(torch.tensor([encoding.ids]), token_type_ids=torch.tensor([encoding.type_ids]))[0]
    model.train()
    found = {one.name: one.probability for one in classify(model, task_tokenizer, "the moon", "is dull .")}
    assert [found[name] for name in model.labels] == pytest.approx(logits.softmax(dim=-1).tolist())


def test_tag(learned: Any, task_tokenizer: Tokenizer) -> None:
    text = "The moon  the TEDDY bear, the boat Lily!"
    words = tag(learned("token"), task_tokenizer, text)
    assert [word.word for word in words] == ["The", "moon", "the", "TEDDY", "bear", ",", "the", "boat", "Lily", "!"]
    assert [text[word.start : word.end] for word in words] == [word.word for word in words]
    tags = {word.word: word.tag for word in words}
    assert (tags["TEDDY"], tags["bear"], tags["Lily"], tags["moon"]) == ("B-TOY", "I-TOY", "B-PERSON", "O")
    assert all(0.25 < word.probability <= 1 for word in words)  # the likeliest of four
    assert marked(text, words) == "The moon  the [TEDDY bear TOY], the boat [Lily PERSON]!"


def test_tag_where_a_word_is_unknown(learned: Any, task_tokenizer: Tokenizer) -> None:
    words = tag(learned("token"), task_tokenizer, "the ☂ moon")
    assert [word.word for word in words] == ["the", "☂", "moon"]


def words_with(text: str, tags: str) -> list[TaggedWord]:
    """The words of a text, parted by spaces."""
    found, start = [], 0
    for word, one in zip(text.split(), tags.split(), strict=True):
        start = text.index(word, start)
        found.append(TaggedWord(word, one, 1.0, start, start + len(word)))
    return found


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("O O O", "a b  {c}"),
        ("B-X B-X I-X", "[a X] [b  {c} X]"),
        ("I-X O I-Y-Z", "[a X] b  [{c} Y-Z]"),
        ("DET NOUN O", "a/DET b/NOUN  {c}/O"),
    ],
)
def test_marked(tags: str, expected: str) -> None:
    assert marked("a b  {c}", words_with("a b  {c}", tags)) == expected


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        ("the moon , Red Ball , the boat .", "Red Ball"),
        ("kite , the boat .", "kite"),
        (f"{LONG}, red ball , {LONG}.", "red ball"),  # longer than the model, read in windows
        (f"kite , {LONG}.", "kite"),
        (f"{LONG}, the red ball", "red ball"),
        # 32 tokens less question and special ones leave room for 24: `red` would be the last of one window and `ball`
        # the first of the next, if windows did not overlap.
        (f"{'the moon ' * 11}, red ball , the boat .", "red ball"),
    ],
)
def test_answer(learned: Any, task_tokenizer: Tokenizer, passage: str, expected: str) -> None:
    found = answer(learned("span"), task_tokenizer, "what is the toy ?", passage)
    assert found.text == expected
    assert passage[found.start : found.end] == expected
    assert 0 < found.probability <= 1


def test_an_answer_no_longer_than_asked_for(learned: Any, task_tokenizer: Tokenizer) -> None:
    found = answer(learned("span"), task_tokenizer, "what is the toy ?", "the moon , red ball , the boat .", longest=1)
    assert len(found.text.split()) == 1
    with pytest.raises(ValueError, match="max_length 0"):
        answer(learned("span"), task_tokenizer, "what ?", "red ball", longest=0)


def test_next_sentence(pretrained: BertForPreTraining, task_tokenizer: Tokenizer) -> None:
    pretrained.train()
    one, other = ("the moon is nice .", "a boat is here ."), ("a boat is here .", "the moon is nice .")
    found = next_sentence(pretrained, task_tokenizer, *one)
    encoding = task_tokenizer.encode(*one)
    pretrained.eval()
    _, logits = pretrained(torch.tensor([encoding.ids]), token_type_ids=torch.tensor([encoding.type_ids]))
    assert found == pytest.approx(float(logits.detach()[0].softmax(dim=0)[0]))
    assert abs(next_sentence(pretrained, task_tokenizer, *other) - found) > 1e-4
    with torch.no_grad():
        pretrained.nsp.classifier.weight.zero_()
        pretrained.nsp.classifier.bias.copy_(torch.tensor([3.0, 0.0]))
    assert next_sentence(pretrained, task_tokenizer, *one) == pytest.approx(1 / (1 + 2.718281828**-3))


@pytest.mark.parametrize(
    ("family", "ask", "texts", "message"),
    [
        ("sentence", classify, [""], "the text is empty"),
        ("sentence", classify, [" \n"], "the text is empty"),
        ("sentence", classify, [LONG], "42 tokens are in the text, .* reads 32 at most: write less"),
        ("pair", classify, ["the moon", ""], "the second text is empty"),
        ("pair", classify, ["", "the moon"], "the first text is empty"),
        ("pair", classify, [LONG[:81], LONG[:81]], "39 tokens are in the first text and the second text"),
        ("token", tag, [" "], "the text is empty"),
        ("token", tag, [LONG], "42 tokens"),
        ("token", tag, ["\u200b"], "has no tokens"),
        ("span", answer, ["", "the moon"], "the question is empty"),
        ("span", answer, ["what ?", " "], "the passage is empty"),
        ("span", answer, [LONG, "the moon"], "the question has 40 tokens; this model reads 32 together"),
        ("pretraining", next_sentence, ["the moon", " "], "the second text is empty"),
        ("pretraining", next_sentence, [LONG, "the moon"], "45 tokens"),
    ],
)
def test_text_that_cannot_be_read(
    request: pytest.FixtureRequest,
    learned: Any,
    task_tokenizer: Tokenizer,
    family: str,
    ask: Any,
    texts: Any,
    message: str,
) -> None:
    model = request.getfixturevalue("pretrained") if family == "pretraining" else learned(family)
    with pytest.raises(ValueError, match=message):
        ask(model, task_tokenizer, *texts)
    assert model.training
