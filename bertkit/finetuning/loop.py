"""Fine-tuning: a pre-trained encoder, a fresh head, and a small labelled set (Devlin et al. 2019, section 4)."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, islice

import torch
from torch import Tensor, nn
from torch.optim import AdamW

from bertkit.data.checks import check_number, wrong
from bertkit.finetuning.frozen import above_encoder, encoder_vectors
from bertkit.finetuning.labelled import FineTunedModel, LabelledRows
from bertkit.finetuning.pieces import LIBRARY_PIECES, FinetuningPieces
from bertkit.model.encoder import BertEncoder
from bertkit.randomness import derived_seed, generator
from bertkit.training.optimization import WARMUP_SHARE, adamw, guarded, schedule


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
    max_steps: int | None = None
    """If given, so many optimiser steps, however many epochs that takes: runs of equal steps can be compared whatever
    the number of examples."""

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", *(("max_steps",) if self.max_steps is not None else ())):
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
        if self.max_steps is not None:
            return self.max_steps
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


@dataclass(frozen=True)
class Learner:
    """What learns of a model, from what, and how its weights move."""

    model: nn.Module
    data: LabelledRows
    vectors: list[Tensor] | None
    """What the frozen encoder says to every row; None where it learns too."""
    optimizer: AdamW

    def batch(self, indices: Sequence[int]) -> dict[str, Tensor]:
        """The arguments of `model`, for these rows."""
        batch = self.data.batch(indices)
        if self.vectors is not None:
            rows = [self.vectors[index] for index in indices]
            batch["input_ids"] = nn.utils.rnn.pad_sequence(rows, batch_first=True)
        return batch


def learner_of(
    model: FineTunedModel, data: LabelledRows, settings: FinetuningSettings, pieces: FinetuningPieces
) -> Learner:
    """All of the model, or, where the encoder is frozen, what stands above it: head, and pooler where there is one.

    Raises:
        ValueError: if the vectors of a frozen encoder do not fit into `MOST_CACHED_BYTES`.
    """
    if settings.frozen:
        above = above_encoder(model)
        vectors = encoder_vectors(model, data, pieces=pieces)
        groups = pieces.parameter_groups(above, settings.weight_decay)
        return Learner(above, data, vectors, adamw(groups, settings.learning_rate))
    return Learner(model, data, None, adamw(layerwise_groups(model, settings, pieces), settings.learning_rate))


def in_batches(data: LabelledRows, settings: FinetuningSettings) -> Iterator[tuple[int, list[int]]]:
    """For every step of a run its epoch, from 1, and the numbers of its rows.

    An epoch has all rows, in an order that seed and epoch decide; `max_steps` may end the last one early.
    """

    def endless() -> Iterator[tuple[int, list[int]]]:
        for epoch in count(1):
            order = torch.randperm(len(data.rows), generator=generator(settings.seed, "order", epoch)).tolist()
            for start in range(0, len(order), settings.batch_size):
                yield epoch, order[start : start + settings.batch_size]

    return islice(endless(), settings.steps(len(data.rows)))


def finetune_task(
    model: FineTunedModel,
    data: LabelledRows,
    settings: FinetuningSettings,
    pieces: FinetuningPieces = LIBRARY_PIECES,
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
        pieces: what freezes and keeps, groups, schedule and step, for example one's own; not its `finetune`, which
            is a loop itself: see `epoch_losses`.

    Yields:
        A `FinetuningStep` after each optimiser step.

    Raises:
        ValueError: at the first loss or gradient that is not finite, the weights being those before that step; or if
            the vectors of a frozen encoder do not fit into `MOST_CACHED_BYTES`.
    """
    learner = learner_of(model, data, settings, pieces)
    total = settings.steps(len(data.rows))
    scheduler = schedule(learner.optimizer, pieces.warmup_linear, round(settings.warmup_share * total), total)
    for number, (epoch, indices) in enumerate(in_batches(data, settings), start=1):
        batch = learner.batch(indices)
        tokens = int(batch["attention_mask"].sum())
        learning_rate = float(scheduler.get_last_lr()[-1])
        step = partial(pieces.train_step, learner.model, [batch], learner.optimizer, scheduler, settings.max_grad_norm)
        remedy = f"lower learning_rate (now {settings.learning_rate})"
        loss = guarded(step, number, derived_seed(settings.seed, "dropout", number), remedy)
        yield FinetuningStep(number, epoch, loss, learning_rate, tokens)


def epoch_losses(
    model: FineTunedModel,
    data: LabelledRows,
    settings: FinetuningSettings,
    pieces: FinetuningPieces = LIBRARY_PIECES,
) -> list[float]:
    """Train `model` in place, by the loop that is given or else as `finetune_task`; return each epoch's mean loss.

    With `max_steps` a loop that is given meets all batches of the run as those of one epoch.

    Raises:
        ValueError: as `finetune_task`, or if a given loop returns no mean loss of every epoch.
    """
    if pieces.finetune is None:
        losses: dict[int, list[float]] = {}
        for step in finetune_task(model, data, settings, pieces):
            losses.setdefault(step.epoch, []).append(step.loss)
        return [sum(epoch) / len(epoch) for epoch in losses.values()]
    learner = learner_of(model, data, settings, pieces)
    batches = [learner.batch(indices) for _, indices in in_batches(data, replace(settings, epochs=1))]
    epochs = settings.epochs if settings.max_steps is None else 1
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derived_seed(settings.seed, "dropout"))
        history = pieces.finetune(learner.model, batches, learner.optimizer, epochs)
    if not isinstance(history, list) or len(history) != epochs:
        raise wrong("finetune", history, f"a list of {epochs} loss{'es' * (epochs > 1)}, one an epoch")
    for loss in history:
        check_number("finetune (of an epoch)", loss)
    return history


def layerwise_groups(
    model: FineTunedModel, settings: FinetuningSettings, pieces: FinetuningPieces = LIBRARY_PIECES
) -> list[dict[str, object]]:
    """Parameter groups with a learning rate for each height, each split by whether it decays; the head's come last.

    Raises:
        ValueError: if rates are to differ but the model has something other than a BERT encoder in its place.
    """
    if settings.layer_decay == 1:  # one rate for all, whatever stands in the encoder's place
        return pieces.parameter_groups(model, settings.weight_decay)
    encoder = model.bert
    if not isinstance(encoder, BertEncoder):
        raise ValueError(
            f"layer_decay is {settings.layer_decay}, but a {type(encoder).__name__} stands in the encoder's place and "
            "has no layers to tell apart; leave it at 1"
        )
    head = nn.ModuleList(part for name, part in model.named_children() if name != "bert")
    parts: list[nn.Module] = [encoder.embeddings, *encoder.layers, head]
    rates = pieces.layerwise_learning_rates(len(encoder.layers), settings.learning_rate, settings.layer_decay)
    if not isinstance(rates, list) or len(rates) != len(parts):
        raise wrong("layerwise_learning_rates", rates, f"a list of {len(parts)} rates, from the embeddings to the head")
    return [
        {**group, "lr": rate}
        for part, rate in zip(parts, rates, strict=True)
        for group in pieces.parameter_groups(part, settings.weight_decay)
    ]
