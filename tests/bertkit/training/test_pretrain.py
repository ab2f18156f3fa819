"""The loop: what a seed repeats, that it learns, and what it leaves alone."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from bertkit.data.batches import TokenizedExamples
from bertkit.data.corpus import Corpus
from bertkit.data.labels import IGNORE_INDEX
from bertkit.evaluation.metrics import masked_accuracy, unigram_entropy
from bertkit.evaluation.pretraining import evaluate
from bertkit.model.bert import BertForMaskedLM
from bertkit.model.config import BertConfig
from bertkit.objectives.mlm import MaskedLanguageModelling, Recipe, corrupt_by
from bertkit.training.pretrain import PretrainingSettings, PretrainingStep, pretrain

STEPS = 6


def trained(
    model: nn.Module, corpus: Corpus, objective: MaskedLanguageModelling, **settings: Any
) -> tuple[nn.Module, list[PretrainingStep]]:
    chosen = PretrainingSettings(**{"steps": STEPS, "batch_size": 8, "warmup_steps": 2} | settings)
    return model, list(pretrain(model, corpus.training, objective, chosen))


def test_a_seed_repeats_every_bit(corpus: Corpus, objective: Any, model_for: Any, weights_of: Any) -> None:
    runs = []
    for _ in range(2):
        torch.manual_seed(random.randrange(1000))  # must not matter
        model, steps = trained(model_for(), corpus, objective, seed=5)
        runs.append((weights_of(model), steps))
    assert torch.equal(runs[0][0], runs[1][0])
    assert runs[0][1] == runs[1][1]


@pytest.mark.parametrize("changed", ["settings", "weights"])
def test_another_seed_gives_another_model(
    changed: str, corpus: Corpus, objective: Any, model_for: Any, weights_of: Any
) -> None:
    seeds = {"settings": [(0, 0), (0, 1)], "weights": [(0, 0), (1, 0)]}[changed]
    first, second = (
        weights_of(trained(model_for(weights), corpus, objective, seed=seed)[0]) for weights, seed in seeds
    )
    assert (first != second).float().mean() > 0.5


def test_dropout_is_seeded_too(corpus: Corpus, objective: Any, model_for: Any, weights_of: Any) -> None:
    with_dropout, without = (
        weights_of(trained(model_for(hidden_dropout_prob=share), corpus, objective)[0]) for share in (0.5, 0.0)
    )
    assert not torch.equal(with_dropout, without)


def test_global_randomness_is_left_alone(corpus: Corpus, objective: Any, model_for: Any) -> None:
    def states() -> tuple[Any, ...]:
        return torch.random.get_rng_state().tolist(), random.getstate(), repr(np.random.get_state())  # noqa: NPY002

    model = model_for()
    before = states()
    for _ in pretrain(model, corpus.training, objective, PretrainingSettings(steps=2, warmup_steps=0)):
        assert states() == before
    evaluate(model, corpus.validation, objective)
    assert states() == before


def test_steps_say_what_happened(corpus: Corpus, objective: Any, model_for: Any) -> None:
    _, steps = trained(model_for(), corpus, objective, learning_rate=0.01)
    assert [step.number for step in steps] == list(range(1, STEPS + 1))
    assert [step.learning_rate for step in steps] == pytest.approx([0, 0.005, 0.01, 0.0075, 0.005, 0.0025])
    batches = corpus.training.batches(8, seed=0)
    assert [step.tokens for step in steps] == [int(next(batches).attention_mask.sum()) for _ in steps]
    assert steps[0].loss != steps[1].loss


def test_nothing_moves_before_it_is_asked_for(corpus: Corpus, objective: Any, model_for: Any, weights_of: Any) -> None:
    model = model_for()
    before = weights_of(model)
    steps = pretrain(model, corpus.training, objective, PretrainingSettings(steps=2, warmup_steps=0))
    assert torch.equal(weights_of(model), before)
    next(steps)
    assert not torch.equal(weights_of(model), before)


def test_masks_are_new_every_time(corpus: Corpus, model_for: Any) -> None:
    seen: list[Tensor] = []

    def record(input_ids: Tensor, selected: Tensor) -> Tensor:
        seen.append(selected)
        return torch.where(selected, input_ids, IGNORE_INDEX)

    whole = len(corpus.training.sequences)
    objective = MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size, mlm_labels=record)
    trained(model_for(), corpus, objective, batch_size=whole, steps=3, warmup_steps=0)
    per_step = [int(selected.sum()) for selected in seen]
    assert len(set(per_step)) == 3  # a batch is the whole text, so equal masks would have equal counts


WORDS = 12
ECHO = [[2, 5 + word, 5 + WORDS, 5 + word, 3] for word in range(WORDS)] * 4
"""The second word repeats the first: ln 12 nats of surprise to who reads no context, none to who does."""


@pytest.mark.slow
def test_it_learns_to_read() -> None:

    vocab_size = 6 + WORDS
    examples = TokenizedExamples(ECHO, 0, (0, 2, 3))
    config = BertConfig(vocab_size, 32, 2, 2, 64, 8, initializer_range=0.18)
    model = BertForMaskedLM(config, torch.Generator().manual_seed(0))
    objective = MaskedLanguageModelling(4, vocab_size, corrupt=corrupt_by(Recipe(1.0, 0.0)))
    unigrams = unigram_entropy(sequence[1:-1] for sequence in ECHO)
    before, _ = evaluate(model, examples, objective)
    settings = PretrainingSettings(steps=250, batch_size=48, learning_rate=5e-3, warmup_steps=20)
    steps = list(pretrain(model, examples, objective, settings))
    loss, accuracy = evaluate(model, examples, objective)
    assert before > unigrams
    assert loss < 0.5 * unigrams
    assert accuracy > 0.8
    assert steps[-1].loss < unigrams < steps[0].loss


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, 100),
        ({"steps": 9}, 0),
        ({"steps": 15}, 1),
        ({"steps": 3000}, 300),
        ({"steps": 9, "warmup_steps": 4}, 4),
        ({"warmup_steps": 0}, 0),
    ],
)
def test_a_tenth_of_the_steps_is_warmup_if_nobody_says_otherwise(settings: dict[str, int], expected: int) -> None:
    assert PretrainingSettings(**settings).warmup == expected


def test_a_tenth_is_a_tenth_however_many_steps() -> None:
    assert all(PretrainingSettings(steps=steps).warmup == steps // 10 for steps in range(1, 20_000))


def test_the_schedule_rises_for_so_many_steps(corpus: Corpus, objective: Any, model_for: Any) -> None:
    settings = PretrainingSettings(steps=30, batch_size=4, learning_rate=0.3)
    rates = [step.learning_rate for step in pretrain(model_for(), corpus.training, objective, settings)]
    assert rates[:4] == pytest.approx([0, 0.1, 0.2, 0.3])
    assert max(rates) == rates[3]


class Broken(nn.Module):
    """A model whose loss is not finite from some call on."""

    def __init__(self, bad: float, calls: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(2))
        self.bad, self.calls = bad, calls

    def forward(self, **batch: Tensor) -> Tensor:
        self.calls -= 1
        return self.weight.sum() * (self.bad if self.calls < 0 else 1.0)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_divergence_is_named_and_ruins_nothing(bad: float, corpus: Corpus, objective: Any, weights_of: Any) -> None:
    model = Broken(bad, calls=3)
    steps = pretrain(model, corpus.training, objective, PretrainingSettings(steps=9, warmup_steps=1))
    for _ in range(3):
        next(steps)
    before = weights_of(model)
    with pytest.raises(ValueError, match=rf"step 4: the loss is {bad}.*learning_rate \(now 0.002\)"):
        next(steps)
    assert torch.equal(weights_of(model), before)
    assert before.isfinite().all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"steps": 0}, "steps is 0"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"learning_rate": 0.0}, "learning_rate is 0.0"),
        ({"learning_rate": float("nan")}, "learning_rate is nan"),
        ({"learning_rate": float("inf")}, "learning_rate is inf"),
        ({"warmup_steps": -1}, "warmup_steps is -1"),
        ({"steps": 10, "warmup_steps": 11}, "warmup_steps is 11"),
    ],
)
def test_bad_settings_are_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PretrainingSettings(**settings)


@pytest.mark.parametrize("training", [True, False])
def test_evaluate_repeats_and_restores_the_mode(
    training: bool, corpus: Corpus, objective: Any, model_for: Callable[..., BertForMaskedLM]
) -> None:
    model = model_for(hidden_dropout_prob=0.5).train(training)
    results = [evaluate(model, corpus.validation, objective, seed) for seed in (0, 0, 1)]
    assert results[0] == results[1] != results[2]
    assert model.training is training


def test_evaluate_restores_the_mode_after_an_error(corpus: Corpus, objective: Any) -> None:
    model = nn.Linear(1, 1).train()
    with pytest.raises(TypeError):  # it knows no input_ids
        evaluate(model, corpus.validation, objective)
    assert model.training


def test_evaluate_is_a_mean_over_positions_not_over_batches(corpus: Corpus, objective: Any, model_for: Any) -> None:
    model = model_for().eval()
    loss_sum, right, total = 0.0, 0, 0

    def record(input_ids: Tensor, selected: Tensor) -> Tensor:
        labels.append(torch.where(selected, input_ids, IGNORE_INDEX))
        return labels[-1]

    labels: list[Tensor] = []
    recording = MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size, mlm_labels=record)
    inputs: list[dict[str, Tensor]] = []
    model.register_forward_pre_hook(lambda module, args, kwargs: inputs.append(kwargs), with_kwargs=True)
    loss, accuracy = evaluate(model, corpus.training, recording, batch_size=7)
    assert len(inputs) == -(-len(corpus.training.sequences) // 7)
    for batch, answer in zip(inputs.copy(), labels, strict=True):
        logits = model(**batch)
        loss_sum += float(nn.functional.cross_entropy(logits.transpose(1, 2), answer, reduction="sum").detach())
        correct, counted = masked_accuracy(logits, answer)
        right, total = right + correct, total + counted
    assert loss == pytest.approx(loss_sum / total, rel=1e-5)
    assert accuracy == pytest.approx(right / total)


def test_evaluate_without_a_selected_position_says_so(corpus: Corpus, model_for: Any) -> None:
    nothing = MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size, probability=0.0)
    with pytest.raises(ValueError, match="no position was selected"):
        evaluate(model_for(), corpus.validation, nothing)
