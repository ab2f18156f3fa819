"""Curves, best pairs and longest span tell the same in every form, and a reading that is none is refused."""

import html
import itertools
import re
from typing import Any

import pytest
import torch

from bertkit.data.corpus import Corpus
from bertkit.model.bert import BertForQuestionAnswering
from bertkit.notebook import SpanReading, SpanViewer, span_readings, theme
from bertkit.tasks.examples import SpanExample

TOKENS = ["ruby", "lost", "the", "<bear>", "."]
START = torch.tensor([0.0, 0.0, 5.0, 3.0, -2.0])
END = torch.tensor([6.0, 0.0, 0.0, 5.0, -1.0])


def reading(**changed: Any) -> SpanReading:
    fields = {"question": "what <was> lost?", "tokens": TOKENS, "start_logits": START, "end_logits": END}
    return SpanReading(**(fields | {"answer": (2, 3)} | changed))


def shown(view: SpanViewer) -> str:
    """The static picture as plain text."""
    return html.unescape(re.sub(r"<[^>]*>", " ", view._repr_mimebundle_()["text/html"]))


@pytest.mark.parametrize("longest", [1, 2, 5, 9])
def test_the_best_spans_are_those_of_all_pairs(longest: int) -> None:
    drawing = torch.Generator().manual_seed(longest)
    one = reading(start_logits=torch.randn(5, generator=drawing), end_logits=torch.randn(5, generator=drawing))
    pairs = [pair for pair in itertools.product(range(5), repeat=2) if pair[0] <= pair[1] < pair[0] + longest]
    expected = sorted(pairs, key=lambda pair: -(one.start_logits[pair[0]] + one.end_logits[pair[1]]).item())
    found = one.together(longest, count=100)
    assert [span[:2] for span in found] == expected
    for start, end, probability in found:
        assert probability == pytest.approx(one.start[start] * one.end[end])
    assert one.together(longest) == found[:1]


def test_each_alone_need_be_no_span() -> None:
    assert reading().each_alone[:2] == (2, 0)
    view = SpanViewer([reading()])
    for told in (repr(view), shown(view), html.unescape(view.view.value)):
        assert "starts at token 3, ends at token 1: ✘ no span, it starts after its end" in told


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (END - torch.tensor([9.0, 0, 0, 0, 0]), "ends at token 4: the <bear> ✔"),
        (END.flip(0), "ends at token 5: the <bear> ."),
    ],
)
def test_a_span_of_each_alone_is_compared_with_the_answer(end: torch.Tensor, said: str) -> None:
    view = SpanViewer([reading(end_logits=end)])
    assert said in repr(view)
    assert said in shown(view)


def test_the_longest_span_can_be_changed() -> None:
    view = SpanViewer([reading()], longest=5)
    assert view.spans[0][:2] == (2, 3)
    view.longest.value = 1
    assert [span[:2] for span in view.spans] == [(3, 3), (0, 0), (2, 2)]
    for told in (repr(view), html.unescape(view.view.value)):
        assert "of at most 1 tokens" in told
        assert "tokens 4 to 4" in told
        assert "tokens 3 to 4," not in told.split("together")[1]


def test_questions_can_be_changed() -> None:
    view = SpanViewer([reading(), reading(question="who lost it?", answer=None)])
    assert "Question 1 of 2: what <was> lost?" in repr(view)
    view.question.value = 1
    for told in (repr(view), html.unescape(view.view.value)):
        assert "Question 2 of 2: who lost it?" in told
        assert "right answer: not known" in told
        assert "✔" not in told


def test_every_form_is_there_and_every_control_has_a_name() -> None:
    view = SpanViewer([reading()])
    bundle = view._repr_mimebundle_()
    assert bundle["text/plain"] == repr(view)
    assert not any(tag in bundle["text/html"] for tag in ("<style", "<script", "<svg", "<bear>", "<was>"))
    assert bundle[theme.WIDGET_VIEW]["model_id"]
    assert view.question.description
    assert view.longest.field.description
    assert bundle["text/html"].count('title="') == len(TOKENS)
    for start, end in zip(START.softmax(-1).tolist(), END.softmax(-1).tolist(), strict=True):
        assert f"starts {start:.1%}, ends {end:.1%}" in bundle["text/html"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"tokens": [], "start_logits": START[:0], "end_logits": END[:0], "answer": None}, "the passage has no tokens"),
        ({"start_logits": START[:4]}, r"start_logits has shape \(4,\) for 5 tokens"),
        ({"end_logits": END[None]}, r"end_logits has shape \(1, 5\) for 5 tokens"),
        ({"end_logits": END / 0}, "end_logits has values that are not finite"),
        ({"answer": (3, 2)}, r"\(3, 2\) is no span of 5 tokens"),
        ({"answer": (2, 5)}, r"\(2, 5\) is no span of 5 tokens"),
    ],
)
def test_a_reading_that_cannot_be_shown_is_named(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"question 'what <was> lost\\?': {message}"):
        reading(**changed)


def test_what_is_no_viewer_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one reading"):
        SpanViewer([])
    with pytest.raises(ValueError, match="longest span is 0"):
        SpanViewer([reading()], longest=0)
    with pytest.raises(ValueError, match="longest span is 0"):
        reading().together(0)


def test_a_model_s_readings_are_of_the_passage_alone(corpus: Corpus, small_config: Any) -> None:
    tokenizer = corpus.tokenizer
    config = small_config(vocab_size=corpus.vocab_size, max_position_embeddings=64, hidden_dropout_prob=0.5)
    model = BertForQuestionAnswering(config)
    passage = "ruby lost the bear ."
    bear = passage.index("bear"), passage.index("bear") + len("bear")
    examples = [
        SpanExample("what was lost ?", passage, *bear),
        SpanExample("where was the bear which ruby had lost ?", passage, *bear),
    ]
    model.train()
    found, other = span_readings(model, tokenizer, examples)
    assert model.training
    assert found.tokens == tokenizer.encode(passage, add_special_tokens=False).tokens
    assert (other.tokens, other.answer) == (found.tokens, found.answer)
    assert found.answer is not None
    assert found.text(*found.answer) == " ".join(tokenizer.encode("bear", add_special_tokens=False).tokens)
    assert span_readings(model, tokenizer, examples[:1])[0].start == found.start  # dropout is off
