"""The pre-training loop: read, hide, predict, step (BERT, appendix A.2)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from bertkit.data.batches import BatchSource as BatchSource  # records of statements know the text that has it here
from bertkit.data.checks import wrong
from bertkit.data.labels import IGNORE_INDEX
from bertkit.evaluation.pretraining import Objective
from bertkit.randomness import derived_seed, generator
from bertkit.training.optimization import WARMUP_SHARE, adamw, guarded, schedule
from bertkit.training.pieces import LIBRARY_PIECES, PretrainingPieces
from bertkit.training.precision import PRECISIONS, Autocast
from bertkit.training.processes import mean_over_processes, place_among_processes


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
    """All that a run changes, and so all that a restart needs; randomness follows from seed and step.

    Args:
        model: to be trained.
        settings: hyperparameters.
        pieces: groups, schedule, step, saving and loading, for example one's own.
    """

    def __init__(
        self, model: nn.Module, settings: PretrainingSettings, pieces: PretrainingPieces = LIBRARY_PIECES
    ) -> None:
        self.model, self.pieces = model, pieces
        self.optimizer = adamw(pieces.parameter_groups(model, settings.weight_decay), settings.learning_rate)
        self.scheduler = schedule(self.optimizer, pieces.warmup_linear, settings.warmup, settings.steps)
        self.step = 0

    def save(self, path: Path) -> None:
        """Write it all to one file, atomically. Raises `ValueError` where there is no file afterwards."""
        self.pieces.save_checkpoint(path, self.model, self.optimizer, self.scheduler, self.step)
        if not path.exists():
            raise ValueError(f"save_checkpoint left no file at {path}; it has to write what load_checkpoint reads")

    def load(self, path: Path) -> None:
        """Take it all from such a file; raises `ValueError` where it is damaged or of another model."""
        step = self.pieces.load_checkpoint(path, self.model, self.optimizer, self.scheduler)
        if isinstance(step, bool) or not isinstance(step, int) or step < 0:
            raise wrong("load_checkpoint", step, "the step that was saved, an int from 0 on")
        self.step = step


def pretrain(
    model: nn.Module,
    source: BatchSource,
    objective: Objective,
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
        objective: turns a clean batch into arguments of the model: corrupted ids, labels.
        settings: hyperparameters.
        training: where to go on, of this model and these settings, and with which pieces; the start, with those of
            the library, if None.

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
        question = objective.question(batch, generator(settings.seed, "masking", number))
        training.step = number
        if batch.is_next is None and not (question["labels"] != IGNORE_INDEX).any():
            continue  # a rare small batch in which nothing was selected has nothing to teach
        parts = cut(question, batch.attention_mask, processes * settings.accumulation)
        learning_rate = float(training.scheduler.get_last_lr()[0])
        step = partial(
            training.pieces.train_step,
            learner,
            parts[rank::processes],
            training.optimizer,
            training.scheduler,
            settings.max_grad_norm,
        )
        loss = guarded(
            step,
            number,
            derived_seed(settings.seed, "dropout", number, *([rank] if rank else [])),
            f"lower learning_rate (now {settings.learning_rate}) or lengthen warmup_steps (now {settings.warmup})",
        )
        yield PretrainingStep(number, mean_over_processes(loss), learning_rate, int(batch.attention_mask.sum()))


def cut(question: dict[str, Tensor], attention_mask: Tensor, parts: int) -> list[dict[str, Tensor | float]]:
    """Arguments of the model in `parts` of equally many rows, each no longer than its longest row.

    The mean of their losses is the loss of the whole batch: each is weighted by its share of the labels.

    Args:
        question: of a whole batch; what is not one number a row has one a token, or one for every two of them.
        attention_mask: True at real tokens. Shape: (B, T), bool
        parts: how many.

    Raises:
        ValueError: where the rows cannot be shared out equally.
    """
    labels = question["labels"]
    rows = len(labels)
    if rows % parts:
        raise ValueError(
            f"a batch of {rows} examples cannot be cut into {parts} equal parts; choose a batch_size that is a "
            "multiple of processes times accumulation"
        )
    if parts == 1:
        return [dict(question)]
    labelled = labels != IGNORE_INDEX
    total = max(1, int(labelled.sum()))
    found: list[dict[str, Tensor | float]] = []
    for part in range(parts):
        length = int(attention_mask[part::parts].sum(dim=1).max())
        # Neighbours in a batch are of similar length, so every part takes each so-many-th row.
        mine = {
            name: tensor[part::parts][(slice(None), *[slice(length)] * (tensor.dim() - 1))]
            for name, tensor in question.items()
        }
        found.append({**mine, "label_weight": int(labelled[part::parts].sum()) * parts / total})
    return found


def share_gradients(model: nn.Module) -> nn.Module:
    """The model, or where there are several processes, one whose gradients are the mean of theirs."""
    return DistributedDataParallel(model) if distributed.is_initialized() else model
