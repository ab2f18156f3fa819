"""The pre-training loop: read, hide, predict, step (BERT, appendix A.2)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.lr_scheduler import LambdaLR

from bertkit.data.batches import Batch
from bertkit.data.labels import IGNORE_INDEX
from bertkit.objectives.mlm import MaskedLanguageModelling
from bertkit.randomness import derived_seed, generator
from bertkit.training.optimization import (
    WARMUP_SHARE,
    NotFiniteError,
    adamw,
    parameter_groups,
    train_step,
    warmup_linear,
)
from bertkit.training.precision import PRECISIONS, Autocast
from bertkit.training.processes import mean_over_processes, place_among_processes
from bertkit.training.state import load_checkpoint, save_checkpoint


class BatchSource(Protocol):
    """Where clean batches come from: `TokenizedExamples` in memory, or a `Reader` of text on disk."""

    def batches(self, batch_size: int, seed: int, skip: int = 0) -> Iterator[Batch]:
        """Endless batches that `seed` decides, from number `skip` on."""
        ...


@dataclass(frozen=True)
class PretrainingSettings:
    """The hyperparameters of a run. The defaults suit a small model on two cores."""

    steps: int = 1000
    """Optimiser steps."""
    batch_size: int = 32
    """Examples a step, over all processes together."""
    learning_rate: float = 2e-3
    """Peak of the schedule."""
    warmup_steps: int | None = None
    """Steps until the peak; a tenth of all steps if None. See `warmup`."""
    weight_decay: float = 0.01
    """Of all parameters but biases and layer norms (BERT, appendix A.2)."""
    max_grad_norm: float = 1.0
    """Gradients are clipped to this L2 norm."""
    accumulation: int = 1
    """Parts into which each process cuts its share of a batch, to hold only one in memory at a time."""
    precision: str = "float32"
    """Of the matrix products: float32, or bfloat16 with weights, norms and losses in float32 (torch's autocast)."""
    seed: int = 0
    """Decides the order of examples, every mask and every dropout."""

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "accumulation"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it has to be at least 1")
        if not 0 < self.learning_rate < math.inf:
            raise ValueError(f"learning_rate is {self.learning_rate}; it has to be positive and finite")
        if not 0 <= self.warmup <= self.steps:
            raise ValueError(f"warmup_steps is {self.warmup_steps}; it has to be between 0 and steps, {self.steps}")
        if self.precision not in PRECISIONS:
            raise ValueError(f"precision is {self.precision!r}; choose one of {', '.join(PRECISIONS)}")

    @property
    def warmup(self) -> int:
        """Steps until the peak, as a number."""
        return int(WARMUP_SHARE * self.steps) if self.warmup_steps is None else self.warmup_steps


@dataclass(frozen=True)
class PretrainingStep:
    """What one step of training saw."""

    number: int
    """Steps taken so far, this one included."""
    loss: float
    """Mean over the predicted positions of the batch, in nats, before the step; with pairs, plus their mean loss."""
    learning_rate: float
    """That this step used."""
    tokens: int
    """Real tokens of the batch, padding left out."""


class Training:
    """All that a run changes, and so all that a restart needs; randomness follows from seed and step."""

    def __init__(self, model: nn.Module, settings: PretrainingSettings) -> None:
        self.model = model
        self.optimizer = adamw(parameter_groups(model, settings.weight_decay), settings.learning_rate)
        self.scheduler = LambdaLR(self.optimizer, lambda step: warmup_linear(step, settings.warmup, settings.steps))
        self.step = 0

    def save(self, path: Path) -> None:
        """Write it all to one file, atomically."""
        save_checkpoint(path, self.model, self.optimizer, self.scheduler, self.step)

    def load(self, path: Path) -> None:
        """Take it all from such a file; raises `ValueError` where it is damaged or of another model."""
        self.step = load_checkpoint(path, self.model, self.optimizer, self.scheduler)


def pretrain(
    model: nn.Module,
    source: BatchSource,
    objective: MaskedLanguageModelling,
    settings: PretrainingSettings,
    training: Training | None = None,
) -> Iterator[PretrainingStep]:
    """Train `model` in place, one step for every item taken from the iterator.

    Masks are drawn anew whenever an example comes round again (RoBERTa's dynamic masking, arXiv 1907.11692, section
    4.1). The same seed on the same machine gives the same weights, bit for bit, also when the run is saved and goes on
    later. Under `torchrun` every process makes the same batch and learns from its share of it, so that several
    processes give, but for rounding, the weights that one gives (without dropout).

    Args:
        model: `model(input_ids=…, attention_mask=…, labels=…)` returns a scalar loss; with pairs it is called with
            `token_type_ids` and `is_next` too, and with parts of a batch with `label_weight`.
        source: what to read.
        objective: turns a clean batch into corrupted ids and labels.
        settings: hyperparameters.
        training: where to go on, of this model and these settings; the start if None.

    Yields:
        A `PretrainingStep` after each optimiser step; `training` is then ready to be saved.

    Raises:
        ValueError: at the first loss or gradient that is not finite; the weights are those before that step.
    """
    training = training or Training(model, settings)
    rank, processes = place_among_processes()
    learner = share_gradients(Autocast(model) if settings.precision == "bfloat16" else model)
    batches = source.batches(settings.batch_size, settings.seed, training.step)
    for number, batch in zip(range(training.step + 1, settings.steps + 1), batches, strict=False):
        corrupted, labels = objective(
            batch.input_ids, batch.special_tokens_mask, generator(settings.seed, "masking", number)
        )
        training.step = number
        if batch.is_next is None and not (labels != IGNORE_INDEX).any():
            continue  # a rare small batch in which nothing was selected has nothing to teach
        parts = cut(batch, corrupted, labels, processes * settings.accumulation)
        learning_rate = float(training.scheduler.get_last_lr()[0])
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(derived_seed(settings.seed, "dropout", number, *([rank] if rank else [])))
            try:
                loss = train_step(
                    learner, parts[rank::processes], training.optimizer, training.scheduler, settings.max_grad_norm
                )
            except NotFiniteError as error:
                raise ValueError(
                    f"training diverged at step {number}: {error}; lower learning_rate (now "
                    f"{settings.learning_rate}) or lengthen warmup_steps (now {settings.warmup})"
                ) from error
        yield PretrainingStep(number, mean_over_processes(loss), learning_rate, int(batch.attention_mask.sum()))


def cut(batch: Batch, corrupted: Tensor, labels: Tensor, parts: int) -> list[dict[str, Tensor | float]]:
    """A batch as arguments of the model, in `parts` of equally many rows, each no longer than its longest row.

    The mean of their losses is the loss of the whole batch: each is weighted by its share of the labels.

    Raises:
        ValueError: where the rows cannot be shared out equally.
    """
    rows = len(corrupted)
    if rows % parts:
        raise ValueError(
            f"a batch of {rows} examples cannot be cut into {parts} equal parts; choose a batch_size that is a "
            "multiple of processes times accumulation"
        )
    question: dict[str, Tensor] = {"input_ids": corrupted, "attention_mask": batch.attention_mask, "labels": labels}
    if batch.token_type_ids is not None and batch.is_next is not None:
        question |= {"token_type_ids": batch.token_type_ids, "is_next": batch.is_next}
    if parts == 1:
        return [dict(question)]
    labelled = labels != IGNORE_INDEX
    total = max(1, int(labelled.sum()))
    found: list[dict[str, Tensor | float]] = []
    for part in range(parts):
        length = int(batch.attention_mask[part::parts].sum(dim=1).max())
        # Neighbours in a batch are of similar length, so every part takes each so-many-th row.
        mine = {
            name: tensor[part::parts, :length] if tensor.dim() > 1 else tensor[part::parts]
            for name, tensor in question.items()
        }
        found.append({**mine, "label_weight": int(labelled[part::parts].sum()) * parts / total})
    return found


def share_gradients(model: nn.Module) -> nn.Module:
    """The model, or where there are several processes, one whose gradients are the mean of theirs."""
    return DistributedDataParallel(model) if distributed.is_initialized() else model
