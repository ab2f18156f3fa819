"""Fine-tuning: a pre-trained encoder, a fresh head, and a small labelled set (Devlin et al. 2019, section 4)."""

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

from bertkit.finetuning.labelled import FineTunedModel, LabelledRows
from bertkit.model.bert import BertForSequenceClassification
from bertkit.model.encoder import BertEncoder
from bertkit.model.freeze import cache_features, frozen
from bertkit.randomness import derived_seed, generator
from bertkit.training.optimization import (
    WARMUP_SHARE,
    NotFiniteError,
    adamw,
    parameter_groups,
    train_step,
    warmup_linear,
)

MOST_CACHED_BYTES = 2 * 1024**3
"""Vectors of a frozen encoder are kept in memory up to this size."""


def finetune(model: nn.Module, batches: list[dict[str, Tensor]], optimizer: Optimizer, epochs: int) -> list[float]:
    """Train on all batches, `epochs` times over.

    Args:
        model: `model(**batch)` returns a scalar loss. Parts of it may be frozen.
        batches: one optimiser step each, in this order.
        optimizer: of the parameters that are to learn.
        epochs: how often to go over the batches.

    Returns:
        For each epoch the mean of its batches' losses, each taken before its step.

    Raises:
        ValueError: if there are no batches.
    """
    if not batches:
        raise ValueError("there are no batches to train on; pass at least one")
    model.train()
    history: list[float] = []
    for _ in range(epochs):
        total = 0.0
        for batch in batches:
            # A gradient that is None, not 0, keeps weight decay and momentum off the frozen parameters.
            optimizer.zero_grad(set_to_none=True)
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            total += loss.item()
        history.append(total / len(batches))
    return history


def layerwise_learning_rates(num_layers: int, base_lr: float, decay: float) -> list[float]:
    """Lower layers learn more slowly, the head fastest (Howard and Ruder 2018, section 3.2, "discriminative").

    Args:
        num_layers: number of transformer layers.
        base_lr: rate of the head.
        decay: each part's rate is the next higher one's times this; 1 gives all the same.

    Returns:
        `num_layers + 2` rates from the bottom up: embeddings, each layer, head.

    Raises:
        ValueError: unless `decay` is above 0 and at most 1.

    >>> layerwise_learning_rates(2, base_lr=1.0, decay=0.5)
    [0.125, 0.25, 0.5, 1.0]
    """
    if not 0 < decay <= 1:  # also catches NaN, for which every comparison is False
        raise ValueError(f"decay is {decay}; it has to be above 0 and at most 1")
    return [base_lr * decay**above for above in range(num_layers + 1, -1, -1)]


FLOPS_PER_PARAMETER = {"end-to-end": 6, "frozen": 2, "cached": 2}
"""Of one token: 2 forward, a multiplication and an addition, and twice that backward (Kaplan et al. 2020,
arXiv 2001.08361, section 2.1)."""


def training_flops(encoder_parameters: int, tokens: int, epochs: int, recipe: str) -> int:
    """Cost of a training in the encoder's matrix products, in floating-point operations.

    Args:
        encoder_parameters: number of weights in the encoder.
        tokens: of one epoch.
        epochs: how often they are read.
        recipe: "end-to-end" (forward and backward), "frozen" (forward only, in every epoch), or "cached" (forward only,
            once for all epochs).

    Raises:
        ValueError: for another recipe.

    >>> training_flops(1000, 50, 3, "end-to-end"), training_flops(1000, 50, 3, "cached")
    (900000, 100000)
    """
    if recipe not in FLOPS_PER_PARAMETER:
        raise ValueError(f"there is no recipe {recipe!r}; choose one of {', '.join(FLOPS_PER_PARAMETER)}")
    passes = 1 if recipe == "cached" else epochs
    return FLOPS_PER_PARAMETER[recipe] * encoder_parameters * tokens * passes


@dataclass(frozen=True)
class FinetuningSettings:
    """The hyperparameters of a run. The defaults suit a small model and few labels.

    Raises `ValueError` at construction for a value that cannot be used, naming it.
    """

    epochs: int = 10
    """How often every example is seen. BERT's 2 to 4 are for data sets of many thousands (appendix A.3)."""
    batch_size: int = 16
    """Examples a step; the last batch of an epoch may be smaller."""
    learning_rate: float = 1e-3
    """Peak of the schedule, for the head; with `layer_decay` below 1 the layers get less."""
    frozen: bool = False
    """Whether the encoder stays exactly as it is and only what stands above it learns."""
    layer_decay: float = 1.0
    """See `layerwise_learning_rates`; 1 where the encoder is frozen, since its layers have no rate."""
    weight_decay: float = 0.01
    """Of all parameters but biases and layer norms (BERT, appendix A.2)."""
    warmup_share: float = WARMUP_SHARE
    """Part of all steps in which the rate rises: how many steps there are depends on the examples."""
    max_grad_norm: float = 1.0
    """Gradients are clipped to this L2 norm."""
    seed: int = 0
    """Decides the order of examples and every dropout."""

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it has to be at least 1")
        for name in ("learning_rate", "max_grad_norm"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}; it has to be positive and finite")
        if not 0 <= self.weight_decay < math.inf:
            raise ValueError(f"weight_decay is {self.weight_decay}; it has to be finite and not negative")
        if not 0 <= self.warmup_share <= 1:
            raise ValueError(f"warmup_share is {self.warmup_share}; it has to be between 0 and 1")
        if not 0 < self.layer_decay <= 1:
            raise ValueError(f"layer_decay is {self.layer_decay}; it has to be above 0 and at most 1")
        if self.frozen and self.layer_decay != 1:
            raise ValueError(
                f"layer_decay is {self.layer_decay}, but layers of a frozen encoder do not learn; drop one"
            )

    def steps(self, examples: int) -> int:
        """Optimiser steps of a whole run."""
        return self.epochs * math.ceil(examples / self.batch_size)


END_TO_END = FinetuningSettings()
FROZEN = FinetuningSettings(frozen=True, epochs=30, learning_rate=1e-2)
"""A head alone starts from nothing, so it needs larger steps and more of them, each of which costs next to nothing."""


@dataclass(frozen=True)
class FinetuningStep:
    """What one step of fine-tuning saw."""

    number: int
    """Steps taken so far, this one included."""
    epoch: int
    """From 1."""
    loss: float
    """Mean over the batch, in nats, before the step."""
    learning_rate: float
    """That the head learned with."""
    tokens: int
    """Real tokens of the batch, padding left out."""


def finetune_task(
    model: FineTunedModel,
    data: LabelledRows,
    settings: FinetuningSettings,
    step: Callable[[nn.Module, list[dict[str, Tensor]], Optimizer, LambdaLR, float], float] = train_step,
) -> Iterator[FinetuningStep]:
    """Train `model` in place, one step for every item taken from the iterator.

    Where the encoder is frozen it reads every example once, before the first step, as a `FrozenEncoder`. Its vectors
    are kept, and each step costs no more than what stands above it, all of which learns: the head, and the pooler
    where there is one. From `load_encoder` both are fresh, so that no pre-trained weight moves.

    The same seed on the same machine gives the same weights, bit for bit.

    Args:
        model: an encoder with a head for the family of `data`.
        data: what to learn from.
        settings: hyperparameters.
        step: takes one optimiser step, as `train_step` does; for example one's own.

    Yields:
        A `FinetuningStep` after each optimiser step.

    Raises:
        ValueError: at the first loss or gradient that is not finite, the weights being those before that step; or if
            the vectors of a frozen encoder do not fit into `MOST_CACHED_BYTES`.
    """
    if settings.frozen:
        learner: nn.Module = above_encoder(model)
        vectors = encoder_vectors(model, data)
        groups = parameter_groups(learner, settings.weight_decay)
    else:
        learner, vectors = model, None
        groups = layerwise_groups(model, settings)
    total = settings.steps(len(data.rows))
    optimizer = adamw(groups, settings.learning_rate)
    scheduler = LambdaLR(optimizer, lambda taken: warmup_linear(taken, round(settings.warmup_share * total), total))
    number = 0
    for epoch in range(1, settings.epochs + 1):
        order = torch.randperm(len(data.rows), generator=generator(settings.seed, "order", epoch)).tolist()
        for start in range(0, len(order), settings.batch_size):
            number += 1
            indices = order[start : start + settings.batch_size]
            batch = data.batch(indices)
            tokens = int(batch["attention_mask"].sum())
            if vectors is not None:
                batch["input_ids"] = nn.utils.rnn.pad_sequence([vectors[index] for index in indices], batch_first=True)
            learning_rate = float(scheduler.get_last_lr()[-1])
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(derived_seed(settings.seed, "dropout", number))
                try:
                    loss = step(learner, [batch], optimizer, scheduler, settings.max_grad_norm)
                except NotFiniteError as error:
                    raise ValueError(
                        f"training diverged at step {number}: {error}; lower learning_rate (now "
                        f"{settings.learning_rate})"
                    ) from error
            yield FinetuningStep(number, epoch, loss, learning_rate, tokens)


def layerwise_groups(model: FineTunedModel, settings: FinetuningSettings) -> list[dict[str, object]]:
    """Parameter groups with a learning rate for each height, each split by whether it decays; the head's come last.

    Raises:
        ValueError: if rates are to differ but the model has something other than a BERT encoder in its place.
    """
    if settings.layer_decay == 1:  # one rate for all, whatever stands in the encoder's place
        return parameter_groups(model, settings.weight_decay)
    encoder = model.bert
    if not isinstance(encoder, BertEncoder):
        raise ValueError(
            f"layer_decay is {settings.layer_decay}, but a {type(encoder).__name__} stands in the encoder's place and "
            "has no layers to tell apart; leave it at 1"
        )
    head = nn.ModuleList(part for name, part in model.named_children() if name != "bert")
    parts: list[nn.Module] = [encoder.embeddings, *encoder.layers, head]
    rates = layerwise_learning_rates(len(encoder.layers), settings.learning_rate, settings.layer_decay)
    return [
        {**group, "lr": rate}
        for part, rate in zip(parts, rates, strict=True)
        for group in parameter_groups(part, settings.weight_decay)
    ]


class KnownVectors(nn.Module):
    """Stands in the place of an encoder and hands through what the encoder said before."""

    def forward(self, vectors: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Returns `vectors`. Shape: (B, T, H)"""
        return vectors


def above_encoder(model: FineTunedModel) -> FineTunedModel:
    """The same model, its head shared, that takes the encoder's vectors (B, T, H) in place of `input_ids`.

    `model` itself is left alone, so that it can be saved at any time.
    """
    shallow = copy.copy(model)
    shallow._modules = {**model._modules, "bert": KnownVectors()}
    return shallow


def encoder_vectors(model: FineTunedModel, data: LabelledRows, batch_size: int = 64) -> list[Tensor]:
    """What the encoder says to every row, dropout off: all that the head reads.

    Returns:
        For each row the vectors of its tokens, or only that at `[CLS]` where the head reads no other.
            Shape: (T, H) or (1, H) each
    """
    only_first = isinstance(model, BertForSequenceClassification)
    positions = sum(1 if only_first else len(row.input_ids) for row in data.rows)
    size = 4 * positions * model.config.hidden_size
    if size > MOST_CACHED_BYTES:
        raise ValueError(
            f"the frozen encoder's vectors of {len(data.rows):,} examples take {size / 1024**3:.1f} GiB, more than "
            f"{MOST_CACHED_BYTES / 1024**3:.0f}; use fewer examples, or train end to end"
        )
    questions = ({name: batch[name] for name in INPUTS} for batch in data.in_order(batch_size))
    with frozen(model.bert) as encoder:
        if only_first:
            return list(cache_features(encoder, questions)[:, None])
        vectors: list[Tensor] = []
        for question in questions:
            hidden = encoder(**question)
            lengths = question["attention_mask"].sum(dim=1).tolist()
            vectors += [row[:length].clone() for row, length in zip(hidden, lengths, strict=True)]
        return vectors


INPUTS = ("input_ids", "attention_mask", "token_type_ids")
"""What of a batch is the question; the rest are its answers."""
