"""Start and end together, alone and by tags, where what the model says is known."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

import bertkit.inference.span_choice
from bertkit.evaluation.metrics import exact_match
from bertkit.finetuning.scoring import score_task
from bertkit.inference.span_choice import inside_runs, span_scores
from bertkit.model.bert import BertForTokenClassification
from bertkit.model.tags_as_spans import OUTSIDE_INSIDE, TagsAsSpans
from bertkit.tasks.examples import SpanExample, Task

EXAMPLE = SpanExample("what is it ?", "the red ball is here .", 4, 12)


@pytest.fixture
def tagger(task_model: Any) -> Any:
    return task_model(Task("inside", "token", OUTSIDE_INSIDE, (), ()))


@pytest.fixture
def saying(monkeypatch: pytest.MonkeyPatch, task_tokenizer: Any) -> Callable[..., None]:
    """Lets every model say certain numbers at the tokens of the passage, and 50 everywhere else."""

    def says(*rows: list[float]) -> None:
        def run(model: Any, tokenizer: Any, inputs: Any, pad_batch: Any) -> Any:
            length = max(len(one.input_ids) for one in inputs)
            outputs = torch.full((len(rows), len(inputs), length), 50.0)
            for place, one in enumerate(inputs):
                first = one.token_type_ids.index(1)
                for output, row in zip(outputs, rows, strict=True):
                    output[place, first : first + len(row)] = torch.tensor(row)
            return outputs.permute(1, 2, 0) if isinstance(model, BertForTokenClassification) else tuple(outputs)

        monkeypatch.setattr(bertkit.inference.span_choice, "run", run)

    return says


def test_start_and_end_alone_may_be_no_span(
    small_task: Any, task_model: Any, task_tokenizer: Any, saying: Callable[..., None]
) -> None:
    model = task_model(small_task("span"))
    # the red ball is here .
    saying([0.0, 2.0, 0.0, 5.0, 0.0, 0.0], [0.0, 1.0, 4.0, 0.0, 0.0, 0.0])
    (scores,) = span_scores(model, task_tokenizer, [EXAMPLE])
    first = scores.window.allowed.index(True)
    assert scores.alone() == (first + 3, first + 2)  # whatever stands outside the passage, however high
    assert scores.text(*scores.alone()) == ""
    assert scores.together() == (first + 1, first + 2)
    assert scores.text(*scores.together()) == EXAMPLE.answer
    assert scores.text(*scores.together(longest=1)) == "is"
    assert scores.start.shape == scores.end.shape == (len(scores.window.input_ids),)


def test_a_choice_of_one_s_own(small_task: Any, task_model: Any, task_tokenizer: Any) -> None:
    (scores,) = span_scores(task_model(small_task("span")), task_tokenizer, [EXAMPLE])
    seen: list[Any] = []

    def own(start: Any, end: Any, allowed: Any, longest: int) -> tuple[int, int]:
        seen.append((start.shape, end.shape, allowed.tolist(), longest))
        return 7, 7

    assert scores.together(5, own) == (7, 7)
    length = len(scores.window.allowed)
    assert seen == [((length,), (length,), scores.window.allowed, 5)]


@pytest.mark.parametrize(
    ("inside", "runs"),
    [
        ([-1.0, 1.0, 2.0, -1.0, -1.0, -1.0], ["red ball"]),
        ([-1.0] * 6, []),
        ([1.0, 1.0, -1.0, 1.0, -1.0, 1.0], ["the red", "is", "."]),
    ],
    ids=["one", "none", "several"],
)
def test_runs_of_tags(
    tagger: Any, task_tokenizer: Any, saying: Callable[..., None], inside: list[float], runs: list[str]
) -> None:
    saying([0.0] * 6, inside)
    assert inside_runs(tagger, task_tokenizer, [EXAMPLE, EXAMPLE]) == [runs, runs]


def test_the_sum_of_a_span_s_logits_is_that_of_its_tokens(tagger: Any, task_tokenizer: Any) -> None:
    (scores,) = span_scores(TagsAsSpans(tagger), task_tokenizer, [EXAMPLE])
    ids = torch.tensor([scores.window.input_ids])
    with torch.no_grad():
        logits = tagger.eval()(ids, None, torch.tensor([scores.window.token_type_ids]))[0].log_softmax(dim=-1)
    outside, inside = logits.unbind(dim=-1)
    for start in range(len(logits)):
        for end in range(start, len(logits)):
            expected = float((inside - outside)[start : end + 1].sum())
            assert float(scores.start[start] + scores.end[end]) == pytest.approx(expected, abs=1e-4)


def test_taggers_are_scored_by_the_likeliest_run(tagger: Any, small_task: Any, task_tokenizer: Any) -> None:
    examples = small_task("span").test
    found = span_scores(TagsAsSpans(tagger), task_tokenizer, examples)
    right = [exact_match(each.text(*each.together()), one.answer) for each, one in zip(found, examples, strict=True)]
    assert 0 < sum(right) < len(right)
    score = score_task(TagsAsSpans(tagger), task_tokenizer, examples)
    assert score["exact_match"] == pytest.approx(sum(right) / len(right))
    with pytest.raises(ValueError, match="a TagsAsSpans answers span tasks, not a TokenExample"):
        score_task(TagsAsSpans(tagger), task_tokenizer, small_task("token").test)


def test_only_inside_and_outside(task_model: Any) -> None:
    with pytest.raises(ValueError, match="labels are O, B-TOY; they have to be outside, inside"):
        TagsAsSpans(task_model(Task("tags", "token", ("O", "B-TOY"), (), ())))


def test_what_is_too_long_to_be_read_at_once(tagger: Any, task_tokenizer: Any) -> None:
    long = SpanExample("what ?", "the moon " * 20, 4, 8)
    with pytest.raises(ValueError, match=r"the passage 'the moon .* is read in \d windows"):
        inside_runs(tagger, task_tokenizer, [EXAMPLE, long])
    with pytest.raises(ValueError, match="no examples to ask about"):
        inside_runs(tagger, task_tokenizer, [])
