"""Statements 1 to 3: what a model that sees the answer learns, how it leaks, and what the right side decides."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from bertkit.claims.claim import Claim, Figures, Record
from bertkit.data.corpus import Corpus, story_corpus
from bertkit.evaluation.floors import causal_floor
from bertkit.evaluation.influence import influence, visible_targets
from bertkit.evaluation.metrics import unigram_entropy
from bertkit.evaluation.pretraining import evaluate
from bertkit.evaluation.right_context import (
    kept_whole,
    named_from_both_sides,
    named_from_the_left,
    unseen_words_in_context,
)
from bertkit.model.attention import causal_mask
from bertkit.model.bert import SIZES, BertForMaskedLM, BertForPreTraining
from bertkit.model.encoder import BertEncoder, initialize_weights
from bertkit.model.pretrained import load_pretrained, shipped
from bertkit.randomness import generator
from bertkit.training.next_token import NextTokenPrediction
from bertkit.training.pretrain import PretrainingSettings, pretrain

TOPICS = ("snow",)
LENGTH = 9


def snow_stories(seed: int, small: bool) -> Corpus:
    """Stories of one topic, none of their examples cut."""
    return story_corpus(300 if small else 4000, TOPICS, max_length=64, seed=seed)


def everything(seq_len: int) -> Tensor:
    """A mask that hides nothing."""
    return torch.ones(seq_len, seq_len, dtype=torch.bool)


def all_but_the_next(seq_len: int) -> Tensor:
    """A mask that hides from each position the next one alone."""
    mask = ~torch.eye(seq_len, dtype=torch.bool).roll(1, dims=1)
    mask[-1] = True
    return mask


def trained(corpus: Corpus, objective: NextTokenPrediction, seed: int, small: bool) -> BertForMaskedLM:
    """A small model that was asked for the next token."""
    settings = PretrainingSettings(
        steps=20 if small else 400, batch_size=32, learning_rate=1e-2, warmup_steps=10 if small else 50, seed=seed
    )
    model = BertForMaskedLM(SIZES["nano"].config(corpus.vocab_size), generator(seed, "weights"))
    for _ in pretrain(model, corpus.training, objective, settings):
        pass
    return model


def reading_off(seed: int, small: bool) -> Figures:
    """Statement 1, and the control that must fail."""
    corpus = snow_stories(seed, small)
    honest, seeing = NextTokenPrediction(causal_mask), NextTokenPrediction(everything)
    causal, bidirectional = (trained(corpus, each, seed, small) for each in (honest, seeing))
    limit = causal_floor(corpus, examples=5 if small else 200)
    rows = {
        "causal": evaluate(causal, corpus.validation, honest),
        "bidirectional": evaluate(bidirectional, corpus.validation, seeing),
        "bidirectional, future hidden": evaluate(bidirectional, corpus.validation, honest),
        "exact limit from the left": (limit.loss, limit.expected_accuracy),
    }
    figures = {row: {"loss": loss, "right": right} for row, (loss, right) in rows.items()}
    counted = unigram_entropy(sequence[1:-1] for sequence in corpus.training.sequences)
    return {**figures, "has counted words": {"loss": counted}}


def leaking(seed: int, small: bool) -> Figures:
    """Statement 2: how many of the positions that have a target depend on it, by the derivative."""
    config = SIZES["nano"].config(50)
    encoder = BertEncoder(config).double()
    initialize_weights(encoder, config.initializer_range, generator(seed, "weights"))
    start = torch.randn(LENGTH, config.hidden_size, generator=generator(seed, "input"), dtype=torch.float64)
    figures: dict[str, dict[str, float]] = {}
    for name, mask in (
        ("causal", causal_mask(LENGTH)),
        ("bidirectional", everything(LENGTH)),
        ("all but the next word", all_but_the_next(LENGTH)),
    ):
        figures[name] = {}
        for layers in (1, 2):

            def stack(x: Tensor, mask: Tensor = mask, layers: int = layers) -> Tensor:
                hidden = x[None]
                for layer in encoder.layers[:layers]:
                    hidden = layer(hidden, mask)
                return hidden[0]

            seen = visible_targets(influence(stack, start))
            figures[name][f"{layers} layer{'s' * (layers > 1)}"] = float(seen.sum()) / (LENGTH - 1)
    return figures


def deciding(seed: int, small: bool) -> Figures:
    """Statement 3: at words that only the right side decides, and at all others."""
    corpus = snow_stories(seed, small)
    causal = trained(corpus, NextTokenPrediction(causal_mask), seed, small)
    masked, tokenizer = load_pretrained(shipped(), BertForPreTraining)
    places = unseen_words_in_context(TOPICS, stories=4 if small else 120, seed=7_000_033 + seed)
    places = kept_whole(kept_whole(places, tokenizer), corpus.tokenizer)
    figures: dict[str, dict[str, float]] = {}
    for column, needed in (("decided by the right", True), ("all other words", False)):
        some = [place for place in places if place.needs_the_right is needed]
        right: dict[str, Sequence[float]] = {
            "exact limit, left side": [place.from_left for place in some],
            "causal model": named_from_the_left(causal, corpus.tokenizer, some),
            "masked language model": named_from_both_sides(masked, tokenizer, some),
            "exact limit, both sides": [place.from_both for place in some],
        }
        for row, values in right.items():
            figures.setdefault(row, {})[column] = sum(values) / len(values)
    return figures


def always(record: Record, holds: Callable[[Figures], bool]) -> bool:
    """Whether something holds in every run."""
    return all(holds(run.figures) for run in record.runs.values())


STATEMENT_1 = Claim(
    number="1",
    says="With bidirectional attention, next-token prediction is reading, not learning.",
    design="The same two-layer model on stories of one topic, 400 steps of 32, asked for the next token with and "
    "without the causal mask; then the future is hidden from the one that could see it. Judged on stories never read.",
    columns={"loss": "nats", "right": "%"},
    measure=reading_off,
    criteria={
        "bidirectional: above 99 % right": lambda record: always(record, lambda f: f["bidirectional"]["right"] > 0.99),
        "bidirectional: loss below the exact limit": lambda record: always(
            record, lambda f: f["bidirectional"]["loss"] < f["exact limit from the left"]["loss"]
        ),
        "with the future hidden it is right less often than the causal model": lambda record: always(
            record, lambda f: f["bidirectional, future hidden"]["right"] < f["causal"]["right"]
        ),
    },
)
STATEMENT_2 = Claim(
    number="2",
    says="Hiding only the target is not enough when layers stack: a neighbour relays it.",
    design="Derivatives of each output of one and of two fresh layers by each input, 9 positions, float64; the share "
    "of the 8 positions with a target whose output depends on it. No threshold: exactly zero, or not.",
    columns={"1 layer": "%", "2 layers": "%"},
    measure=leaking,
    criteria={
        "causal: nobody, at any depth": lambda record: always(record, lambda f: set(f["causal"].values()) == {0.0}),
        "all but the next word: nobody with one layer, everybody with two": lambda record: always(
            record, lambda f: f["all but the next word"] == {"1 layer": 0.0, "2 layers": 1.0}
        ),
    },
)
STATEMENT_3 = Claim(
    number="3",
    says="Some words only their right context decides.",
    design="Words of unseen stories at which the exact reader of both sides is at least 90 % sure and that of the left "
    "at most 50 %, and all other words. The causal model is that of statement 1, the masked one the shipped "
    "checkpoint.",
    columns={"decided by the right": "%", "all other words": "%"},
    measure=deciding,
    of_shipped=True,
    criteria={
        "there, the masked model closes at least 80 % of the gap between the two limits": lambda record: always(
            record,
            lambda f: (
                (
                    f["masked language model"]["decided by the right"]
                    - f["exact limit, left side"]["decided by the right"]
                )
                >= 0.8
                * (
                    f["exact limit, both sides"]["decided by the right"]
                    - f["exact limit, left side"]["decided by the right"]
                )
            ),
        ),
        "there, the masked model stands above the limit of the left side": lambda record: always(
            record,
            lambda f: (
                f["masked language model"]["decided by the right"] > f["exact limit, left side"]["decided by the right"]
            ),
        ),
    },
)
