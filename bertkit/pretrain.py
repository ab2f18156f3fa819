"""The pre-training loop: a generator of steps, to be watched by whatever iterates over it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR

from bertkit.batches import Examples
from bertkit.labels import IGNORE_INDEX
from bertkit.objectives.mlm import MaskedLanguageModelling
from bertkit.optimization import NotFiniteError, parameter_groups, train_step, warmup_linear
from bertkit.randomness import derived_seed, generator


@dataclass(frozen=True)
class PretrainingSettings:
    """The hyperparameters of a run. The defaults suit a small model on two cores."""

    steps: int = 1000
    """Optimiser steps."""
    batch_size: int = 32
    """Examples a step."""
    learning_rate: float = 2e-3
    """Peak of the schedule."""
    warmup_steps: int = 100
    """Steps until the peak."""
    weight_decay: float = 0.01
    """Of all parameters but biases and layer norms (BERT, appendix A.2)."""
    max_grad_norm: float = 1.0
    """Gradients are clipped to this L2 norm."""
    seed: int = 0
    """Decides the order of examples, every mask and every dropout."""

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it has to be at least 1")
        if not 0 < self.learning_rate < math.inf:
            raise ValueError(f"learning_rate is {self.learning_rate}; it has to be positive and finite")
        if not 0 <= self.warmup_steps <= self.steps:
            raise ValueError(f"warmup_steps is {self.warmup_steps}; it has to be between 0 and steps, {self.steps}")


@dataclass(frozen=True)
class Step:
    """What one step of training saw."""

    number: int
    """Steps taken so far, this one included."""
    loss: float
    """Mean over the predicted positions of the batch, in nats, before the step."""
    learning_rate: float
    """That this step used."""
    tokens: int
    """Real tokens of the batch, padding left out."""


def pretrain(
    model: nn.Module, examples: Examples, objective: MaskedLanguageModelling, settings: PretrainingSettings
) -> Iterator[Step]:
    """Train `model` in place, one step for every item taken from the iterator.

    Masks are drawn anew whenever an example comes round again (RoBERTa's dynamic masking, arXiv 1907.11692, section
    4.1). The same seed on the same machine gives the same weights, bit for bit.

    Args:
        model: `model(input_ids=…, attention_mask=…, labels=…)` returns a scalar loss.
        examples: what to read.
        objective: turns a clean batch into corrupted ids and labels.
        settings: hyperparameters.

    Yields:
        A `Step` after each optimiser step.

    Raises:
        ValueError: at the first loss or gradient that is not finite; the weights are those before that step.
    """
    optimizer = AdamW(parameter_groups(model, settings.weight_decay), lr=settings.learning_rate, fused=True)
    scheduler = LambdaLR(optimizer, lambda step: warmup_linear(step, settings.warmup_steps, settings.steps))
    batches = examples.batches(settings.batch_size, settings.seed)
    for number, batch in zip(range(1, settings.steps + 1), batches, strict=False):
        corrupted, labels = objective(
            batch.input_ids, batch.special_tokens_mask, generator(settings.seed, "masking", number)
        )
        if not (labels != IGNORE_INDEX).any():
            continue  # a rare small batch in which nothing was selected has nothing to teach
        learning_rate = float(scheduler.get_last_lr()[0])
        question = {"input_ids": corrupted, "attention_mask": batch.attention_mask, "labels": labels}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(derived_seed(settings.seed, "dropout", number))
            try:
                loss = train_step(model, [question], optimizer, scheduler, settings.max_grad_norm)
            except NotFiniteError as error:
                raise ValueError(
                    f"training diverged at step {number}: {error}; lower learning_rate (now "
                    f"{settings.learning_rate}) or lengthen warmup_steps (now {settings.warmup_steps})"
                ) from error
        yield Step(number, loss, learning_rate, int(batch.attention_mask.sum()))


@torch.no_grad()
def evaluate(
    model: nn.Module,
    examples: Examples,
    objective: MaskedLanguageModelling,
    seed: int = 0,
    batch_size: int = 64,
) -> tuple[float, float]:
    """Loss and accuracy at masked positions, over all `examples` once, with masks that `seed` freezes.

    Returns:
        (mean loss in nats, share of right predictions), both over all predicted positions; the model's mode is left
        as it was.

    Raises:
        ValueError: if no position was selected.
    """
    was_training = model.training
    model.eval()
    loss_sum, correct, total = 0.0, 0, 0
    try:
        for start in range(0, len(examples.sequences), batch_size):
            batch = examples.batch(range(start, min(start + batch_size, len(examples.sequences))))
            corrupted, labels = objective(
                batch.input_ids, batch.special_tokens_mask, generator(seed, "evaluation", start)
            )
            labelled = labels != IGNORE_INDEX
            logits = model(input_ids=corrupted, attention_mask=batch.attention_mask)[labelled]
            loss_sum += float(nn.functional.cross_entropy(logits, labels[labelled], reduction="sum"))
            correct += int((logits.argmax(dim=-1) == labels[labelled]).sum())
            total += int(labelled.sum())
    finally:
        model.train(was_training)
    if not total:
        raise ValueError("no position was selected for prediction; pass more text or a higher probability")
    return loss_sum / total, correct / total
