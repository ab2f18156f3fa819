"""What trainings cost: the weights that are counted are the model's, and BERT's figures are those of its paper."""

from dataclasses import replace

import pytest

from bertkit.finetuning.costs import (
    cost_of_bert_base,
    cost_of_the_shipped_checkpoint,
    layer_parameters,
    pretraining_cost,
)
from bertkit.model.config import BertConfig
from bertkit.model.encoder import BertEncoder

CONFIG = BertConfig(50, hidden_size=12, num_hidden_layers=3, num_attention_heads=2, intermediate_size=20)


def test_the_weights_are_those_of_the_layers_matrices() -> None:
    matrices = [
        parameter.numel()
        for name, parameter in BertEncoder(CONFIG).named_parameters()
        if parameter.dim() == 2 and not name.startswith("embeddings")
    ]
    assert layer_parameters(CONFIG) == sum(matrices)
    assert layer_parameters(replace(CONFIG, num_hidden_layers=0)) == 0


def test_a_pretraining_costs_six_operations_a_weight_and_token() -> None:
    cost = pretraining_cost(CONFIG, tokens=70, seconds=1.5)
    assert (cost.seconds, cost.tokens) == (1.5, 70)
    assert cost.flops == 6 * layer_parameters(CONFIG) * 70


def test_bert_read_its_corpus_some_forty_times() -> None:
    cost = cost_of_bert_base()
    assert (cost.seconds, cost.on) == (4 * 86_400, "16 TPU chips")
    assert cost.flops == 6 * 12 * 12 * 768**2 * cost.tokens
    at_full_length = 256 * 512 * 1_000_000  # with which the paper counts "approximately 40 epochs"
    assert at_full_length / 3.3e9 == pytest.approx(40, rel=0.02)
    assert 0.3 < cost.tokens / at_full_length < 0.34  # nine in ten sequences are a quarter as long


def test_the_shipped_checkpoint_was_trained_in_three_stages() -> None:
    cost = cost_of_the_shipped_checkpoint()
    whole = 6 * 3 * 12 * 192**2 * cost.tokens
    assert 0.85 * whole < cost.flops < whole  # the first of its stages had two layers
    assert 1000 < cost.tokens / 28_000 < 3000  # real tokens of a batch of 32 pairs
