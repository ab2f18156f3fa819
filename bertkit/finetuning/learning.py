"""A whole fine-tuning, from a checkpoint and labelled examples to scores: what is put together for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from bertkit.finetuning.labelled import MODEL_FOR_FAMILY, FineTunedModel, LabelledRows, labelled_rows
from bertkit.finetuning.loop import FinetuningSettings, epoch_losses
from bertkit.finetuning.pieces import LIBRARY_PIECES, FinetuningPieces
from bertkit.finetuning.scoring import score_task
from bertkit.model.pretrained import load_encoder
from bertkit.randomness import generator
from bertkit.tasks.examples import Example, Task


@dataclass(frozen=True)
class TaskLearning:
    """A model, what it learns from, and how."""

    model: FineTunedModel
    tokenizer: Tokenizer
    fresh: list[str]
    """Names of the parameters that start from random weights."""
    rows: LabelledRows
    settings: FinetuningSettings
    pieces: FinetuningPieces

    def losses(self) -> list[float]:
        """Train to the end, and return each epoch's mean loss; `finetune_task` does it a step at a time."""
        return epoch_losses(self.model, self.rows, self.settings, self.pieces)

    def score(self, examples: Sequence[Example]) -> dict[str, float]:
        """Judge the model by examples, as `score_task`."""
        return score_task(self.model, self.tokenizer, examples, pieces=self.pieces)


def set_up(
    checkpoint: str | Path,
    task: Task[Any],
    settings: FinetuningSettings,
    pieces: FinetuningPieces = LIBRARY_PIECES,
) -> TaskLearning:
    """Put the encoder of a checkpoint under a fresh head for a task, and number the task's labels.

    Args:
        checkpoint: folder of any model with a BERT encoder.
        task: its training examples are what the model will learn from.
        settings: hyperparameters.
        pieces: what it is built from, for example one's own.

    Raises:
        ValueError: naming the file that is damaged, or the example that cannot be encoded.
    """
    model, tokenizer, fresh = load_encoder(
        checkpoint,
        MODEL_FOR_FAMILY[task.family],
        task.labels,
        generator(settings.seed, "head"),
        **pieces.parts(task.family),
    )
    longest = model.config.max_position_embeddings
    rows = labelled_rows(
        tokenizer, task.train, task.labels, longest, pieces.align_labels, pieces.pad_batch, pieces.pack_pair
    )
    return TaskLearning(model, tokenizer, fresh, rows, settings, pieces)
