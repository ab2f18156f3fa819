"""What the statements on fine-tuning share: one run of so many steps, its score and what it cost."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bertkit.finetuning.costs import layer_parameters
from bertkit.finetuning.finetune import training_flops
from bertkit.finetuning.grid import own_measure
from bertkit.finetuning.learning import TaskLearning, set_up
from bertkit.finetuning.loop import END_TO_END, FROZEN, FinetuningSettings, finetune_task
from bertkit.model.freeze import FrozenEncoder
from bertkit.tasks.examples import Example, Task

REGIMES: dict[str, FinetuningSettings] = {
    "from scratch": replace(END_TO_END, learning_rate=3e-4),
    "frozen": FROZEN,
    "end to end": END_TO_END,
}
"""By the name of what learns: all from random weights, what stands above a pre-trained encoder, that and the encoder.
A head alone needs larger steps, and has the library's rate for it. At that for the whole encoder random weights of the
shipped shape do not learn in 100 steps what they learn at a third of it: see `label_efficiency`."""


@dataclass(frozen=True)
class Tuned:
    """A model that has learned a task, and what that took."""

    learning: TaskLearning
    seconds: float
    """Of processor time, in training: where vectors are kept, the making of them is part of it."""
    tokens: int
    """Real tokens that the encoder read, those read again included."""
    flops: int
    """In the matrix products of the encoder's layers, as `training_flops`."""

    def score(self, examples: Sequence[Example]) -> float:
        """By the task's own measure, from 0 to 1."""
        scores = self.learning.score(examples)
        return scores[own_measure(scores)]


def tuned(
    checkpoint: Path,
    task: Task[Any],
    settings: FinetuningSettings,
    steps: int,
    seed: int,
    from_scratch: bool = False,
    cached: bool = True,
) -> Tuned:
    """Fine-tune for so many steps and count the cost.

    Args:
        checkpoint: folder of a model with a BERT encoder.
        task: what is learned, with the head of its family.
        settings: all but `max_steps` and `seed`.
        steps: of the optimiser.
        seed: decides the weights that are fresh and the order.
        from_scratch: whether the encoder starts from random weights too.
        cached: whether a frozen encoder's vectors are kept; else it reads every batch again, as any encoder does.
    """
    learning = set_up(checkpoint, task, replace(settings, max_steps=steps, seed=seed), from_scratch=from_scratch)
    frozen, kept = settings.frozen, settings.frozen and cached
    if frozen and not kept:
        learning.model.add_module("bert", FrozenEncoder(learning.model.bert))
        learning = replace(learning, settings=replace(learning.settings, frozen=False))
    begun = time.process_time()
    read = sum(step.tokens for step in finetune_task(learning.model, learning.rows, learning.settings))
    seconds = time.process_time() - begun
    weights = layer_parameters(learning.model.config)
    if kept:
        read = sum(len(row.input_ids) for row in learning.rows.rows)
        flops = training_flops(weights, read, 1, "cached")
    else:
        flops = training_flops(weights, read, 1, "frozen" if frozen else "end-to-end")
    return Tuned(learning, seconds, read, flops)
