"""What trainings cost, in seconds, tokens and floating-point operations: this course's, and BERT's from its paper."""

import json
from dataclasses import dataclass

from bertkit.finetuning.finetune import training_flops
from bertkit.model.config import BertConfig
from bertkit.model.pretrained import shipped


@dataclass(frozen=True)
class Cost:
    """Of one training."""

    seconds: float | None
    """From start to end on the machine in `on`; None where nobody wrote it down."""
    tokens: float
    """Read, those read again included."""
    flops: float
    """In the matrix products of the encoder's layers, forward and backward."""
    on: str = ""
    """The machine, without which seconds say little, such as "16 TPU chips"."""


def layer_parameters(config: BertConfig) -> int:
    """Weights in the matrices of all layers: query, key, value and output of attention, both of the feed-forward part.

    Embeddings are not among them, since they are looked up and not multiplied.

    >>> layer_parameters(BertConfig(vocab_size=30522))  # BERT base, of whose 110 million weights the others are tables
    84934656
    """
    hidden, inner = config.hidden_size, config.intermediate_size
    return config.num_hidden_layers * (4 * hidden**2 + 2 * hidden * inner)


def pretraining_cost(config: BertConfig, tokens: int, seconds: float, on: str = "") -> Cost:
    """Cost of training a model of this shape on so many tokens, all told: six operations a weight and token.

    >>> pretraining_cost(BertConfig(vocab_size=30522), tokens=1000, seconds=1.0).flops
    509607936000
    """
    return Cost(seconds, tokens, training_flops(layer_parameters(config), tokens, 1, "end-to-end"), on)


def cost_of_bert_base() -> Cost:
    """Of the released BERT base (Devlin et al. 2019, appendix A.2).

    A million steps of 256 sequences, 90 % of them with 128 tokens and 10 % with 512, padding included, on 16 TPU chips
    for four days.
    """
    steps, sequences = 1_000_000, 256
    tokens = sequences * (steps * 9 // 10 * 128 + steps // 10 * 512)
    return pretraining_cost(BertConfig(vocab_size=30_522), tokens, seconds=4 * 24 * 3600, on="16 TPU chips")


def cost_of_the_shipped_checkpoint() -> Cost:
    """Of the checkpoint that comes with the course.

    Its log has the tokens of every hundredth step, which stand for a hundred each; its card the time, of one processor,
    measured while it was made.
    """
    minutes, every, layers_of_stages = 83, 100, (2, 3, 3)
    config = BertConfig.from_json(shipped() / "config.json")
    log = (shipped() / "training_log.jsonl").read_text(encoding="utf-8")
    logged = [line for line in map(json.loads, log.splitlines()) if "tokens" in line]
    tokens, flops, stage = 0, 0.0, -1
    for line in logged:
        stage += line["step"] == every  # steps are counted from 1 again in every stage
        seen = every * line["tokens"]
        tokens += seen
        weights = layer_parameters(config) * layers_of_stages[stage] // config.num_hidden_layers
        flops += training_flops(weights, seen, 1, "end-to-end")
    return Cost(minutes * 60, tokens, flops)
