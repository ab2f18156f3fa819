"""Scores against a literal loop over positions and pairs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from bertkit.data.batches import TokenizedExamples
from bertkit.data.corpus import PreparedCorpus, prepare_stories
from bertkit.data.reading import Negatives, Reader
from bertkit.evaluation.pretraining import Scores, evaluate, masked, score, score_pairs
from bertkit.model.bert import BertForMaskedLM, BertForPreTraining
from bertkit.model.config import BertConfig
from bertkit.objectives.mlm import MaskedLanguageModelling


@dataclass(frozen=True)
class Judged:
    """A model, and what it is judged by."""

    model: nn.Module
    examples: TokenizedExamples
    objective: MaskedLanguageModelling


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> PreparedCorpus:
    return prepare_stories(tmp_path_factory.mktemp("stories") / "corpus", 20, ["bedtime"], 200)


@pytest.fixture(params=["random", "none"])
def judged(request: pytest.FixtureRequest, stories: PreparedCorpus) -> Judged:
    """A model of pairs, or of single texts, with dropout and with weights that have opinions."""
    negatives: Negatives = request.param
    reader = Reader(stories.validation, stories.ids, 24, negatives=negatives)
    config = BertConfig(stories.vocab_size, 16, 1, 2, 32, 24, hidden_dropout_prob=0.5, initializer_range=0.5)
    kind = BertForMaskedLM if negatives == "none" else BertForPreTraining
    return Judged(
        kind(config, torch.Generator().manual_seed(3)),
        reader.in_memory(reader.first_examples(50, 0)),
        MaskedLanguageModelling(stories.ids.mask, stories.vocab_size),
    )


def surprise(logits: Sequence[float], truth: int) -> float:
    """−log of the softmax, in nats."""
    top = max(logits)
    return top + math.log(sum(math.exp(each - top) for each in logits)) - logits[truth]


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def literal_scores(judged: Judged, seed: int, batch_size: int) -> Scores:
    """The same figures, one position and one pair at a time."""
    losses, hits, pair_losses, pair_hits = [], [], [], []
    judged.model.eval()
    for shown, labels, is_next in masked(judged.examples, judged.objective, seed, batch_size):
        with torch.no_grad():
            output = judged.model(**shown)
        logits, pair_logits = output if isinstance(output, tuple) else (output, None)
        for row, row_labels in zip(logits.tolist(), labels.tolist(), strict=True):
            for scores, label in zip(row, row_labels, strict=True):
                if label != -100:
                    losses.append(surprise(scores, label))
                    hits.append(scores.index(max(scores)) == label)
        if pair_logits is not None:
            for scores, follows in zip(pair_logits.tolist(), is_next.tolist(), strict=True):
                pair_losses.append(surprise(scores, 0 if follows else 1))
                pair_hits.append((scores[0] >= scores[1]) == follows)
    if not pair_losses:
        return Scores(mean(losses), mean(hits))
    return Scores(mean(losses), mean(hits), mean(pair_losses), mean(pair_hits))


def assert_close(one: Scores, other: Scores) -> None:
    for name, value in vars(one).items():
        assert value == (
            None if getattr(other, name) is None else pytest.approx(getattr(other, name), rel=1e-5, abs=1e-6)
        ), name


@pytest.mark.parametrize("batch_size", [1, 7, 64])
def test_scores_are_those_of_a_loop(batch_size: int, judged: Judged) -> None:
    found = score(judged.model, judged.examples, judged.objective, 5, batch_size)
    assert_close(found, literal_scores(judged, 5, batch_size))
    assert found.mlm_loss > 0
    assert (found.nsp_loss is None) == isinstance(judged.model, BertForMaskedLM)


def test_masks_never_change(judged: Judged) -> None:
    first, same, other = (score(judged.model, judged.examples, judged.objective, seed) for seed in (0, 0, 1))
    assert first == same
    assert first.mlm_loss != other.mlm_loss
    assert first.nsp_loss == same.nsp_loss


def test_every_example_is_judged_once(judged: Judged) -> None:
    shown = list(masked(judged.examples, judged.objective, batch_size=7))
    seen = []
    for arguments, labels, _ in shown:
        clean = torch.where(labels == -100, arguments["input_ids"], labels)
        lengths = arguments["attention_mask"].sum(dim=1).tolist()
        seen += [row[:length] for row, length in zip(clean.tolist(), lengths, strict=True)]
    assert seen == judged.examples.sequences


@pytest.mark.parametrize("training", [True, False])
def test_mode_and_weights_stay_as_they_were(training: bool, judged: Judged, weights_of: Any) -> None:
    before = weights_of(judged.model.train(training))
    state = torch.get_rng_state()
    score(judged.model, judged.examples, judged.objective)
    assert judged.model.training is training
    assert torch.equal(weights_of(judged.model), before)
    assert all(parameter.grad is None for parameter in judged.model.parameters())
    assert torch.equal(torch.get_rng_state(), state)


class Knowing(nn.Module):
    """Says what it is told to, with much confidence."""

    def __init__(self, answers: list[tuple[Tensor, Tensor | None]], vocab_size: int) -> None:
        super().__init__()
        self.answers, self.vocab_size = answers, vocab_size

    def forward(self, **shown: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        labels, is_next = self.answers.pop(0)
        logits = 50.0 * nn.functional.one_hot(labels.clamp(min=0), self.vocab_size)
        return logits if is_next is None else (logits, 50.0 * nn.functional.one_hot((~is_next).long(), 2))


@pytest.mark.parametrize(("right", "accuracy"), [(True, 1.0), (False, 0.0)])
def test_who_knows_all_or_nothing(right: bool, accuracy: float, judged: Judged) -> None:
    size = judged.objective.vocab_size
    answers = [
        (labels if right else (labels + 1) % size, is_next if right or is_next is None else ~is_next)
        for _, labels, is_next in masked(judged.examples, judged.objective)
    ]
    found = score(Knowing(answers, size), judged.examples, judged.objective)
    expected = 0.0 if right else 50.0
    pairs = () if judged.examples.is_next is None else (expected, accuracy)
    assert_close(found, Scores(expected, accuracy, *pairs))


def test_without_a_selected_position_it_says_so(judged: Judged) -> None:
    nothing = MaskedLanguageModelling(4, judged.objective.vocab_size, probability=0.0)
    with pytest.raises(ValueError, match="no position was selected for prediction; pass more text"):
        score(judged.model.train(), judged.examples, nothing)
    assert judged.model.training


def test_evaluate_is_the_masked_half(judged: Judged) -> None:
    scores = score(judged.model, judged.examples, judged.objective, 2, 9)
    assert evaluate(judged.model, judged.examples, judged.objective, 2, 9) == (scores.mlm_loss, scores.mlm_accuracy)


def test_pairs_are_scored_with_nothing_hidden(stories: PreparedCorpus) -> None:
    reader = Reader(stories.validation, stories.ids, 24)
    config = BertConfig(stories.vocab_size, 16, 1, 2, 32, 24, hidden_dropout_prob=0.5, initializer_range=0.5)
    model = BertForPreTraining(config, torch.Generator().manual_seed(3))
    examples = reader.in_memory(reader.first_examples(50, 0))
    losses, right = [], []
    model.eval()
    for row in range(len(examples.sequences)):
        batch = examples.batch([row])
        _, logits = model(batch.input_ids, batch.attention_mask, batch.token_type_ids)
        assert batch.is_next is not None
        truth = 0 if bool(batch.is_next) else 1
        losses.append(surprise(logits[0].tolist(), truth))
        right.append(int(logits[0].argmax()) == truth)
    model.train()
    loss, accuracy = score_pairs(model, examples, batch_size=7)
    assert model.training
    assert loss == pytest.approx(mean(losses), rel=1e-5)
    assert accuracy == mean(right)


def test_single_texts_are_not_scored_as_pairs(stories: PreparedCorpus) -> None:
    reader = Reader(stories.validation, stories.ids, 24, negatives="none")
    config = BertConfig(stories.vocab_size, 16, 1, 2, 32, 24)
    with pytest.raises(ValueError, match="these are single texts"):
        score_pairs(BertForPreTraining(config), reader.in_memory(reader.first_examples(3, 0)))
