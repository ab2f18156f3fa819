"""A whole fine-tuning, from a checkpoint and labelled examples to scores: what is put together for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from bertkit.data.tokenizer import load_tokenizer
from bertkit.finetuning.labelled import MODEL_FOR_FAMILY, FineTunedModel, LabelledRows, labelled_rows
from bertkit.finetuning.loop import FinetuningSettings, epoch_losses
from bertkit.finetuning.pieces import LIBRARY_PIECES, FinetuningPieces
from bertkit.finetuning.readings import Reading
from bertkit.finetuning.scoring import score_task
from bertkit.model.bert import BertForTokenClassification
from bertkit.model.config import BertConfig
from bertkit.model.folder import CONFIG_FILE, TOKENIZER_FILE, read_config
from bertkit.model.pretrained import build, load_encoder
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
    reading: Reading | None = None
    """How the head is made to answer, where the task's answer is of another shape than its outputs."""

    def losses(self) -> list[float]:
        """Train to the end, and return each epoch's mean loss; `finetune_task` does it a step at a time."""
        return epoch_losses(self.model, self.rows, self.settings, self.pieces)

    def score(self, examples: Sequence[Example], pieces: FinetuningPieces | None = None) -> dict[str, float]:
        """Judge the model by examples, as `score_task`.

        Other `pieces` than those that it learned with change its inputs, as `unmarked` those of pairs, or how its
        outputs are read.
        """
        pieces = self.pieces if pieces is None else pieces
        if self.reading is None:
            return score_task(self.model, self.tokenizer, examples, pieces=pieces)
        assert isinstance(self.model, BertForTokenClassification)  # what every reading reads
        return self.reading.score(self.model, self.tokenizer, examples, pieces)


def set_up(
    checkpoint: str | Path,
    task: Task[Any],
    settings: FinetuningSettings,
    pieces: FinetuningPieces = LIBRARY_PIECES,
    reading: Reading | None = None,
    from_scratch: bool = False,
) -> TaskLearning:
    """Put the encoder of a checkpoint under a fresh head for a task, and number the task's labels.

    The head is that of the task's family, or, with a `reading`, one that is made to answer in its place.

    Args:
        checkpoint: folder of any model with a BERT encoder.
        task: its training examples are what the model will learn from.
        settings: hyperparameters.
        pieces: what it is built from, for example one's own.
        reading: where the answers are put for a head of another shape, and how it is read.
        from_scratch: whether the encoder starts from random weights too: only its shape and its tokenizer are the
            checkpoint's, whose weights are not even read.

    Raises:
        ValueError: naming the file that is damaged, or the example that cannot be encoded.
    """
    kind: type[FineTunedModel] = MODEL_FOR_FAMILY[task.family] if reading is None else BertForTokenClassification
    parts = pieces.parts(task.family) if reading is None else reading.parts(pieces)
    labels = task.labels if reading is None or reading.labels is None else reading.labels
    model, tokenizer, fresh = (
        random_model(checkpoint, kind, labels, generator(settings.seed, "weights"), **parts)
        if from_scratch
        else load_encoder(checkpoint, kind, labels, generator(settings.seed, "head"), **parts)
    )
    longest = model.config.max_position_embeddings
    rows = labelled_rows(
        tokenizer, task.train, task.labels, longest, pieces.align_labels, pieces.pad_batch, pieces.pack_pair
    )
    if reading is not None:
        rows = reading.rows(rows)
    return TaskLearning(model, tokenizer, fresh, rows, settings, pieces, reading)


def random_model(
    checkpoint: str | Path,
    kind: type[FineTunedModel],
    labels: Sequence[str],
    generator: torch.Generator,
    **parts: Any,
) -> tuple[FineTunedModel, Tokenizer, list[str]]:
    """As `load_encoder`, but nothing of the checkpoint except its shape and its tokenizer: all weights are fresh."""
    path = Path(checkpoint)
    read_config(path)  # says what is wrong with it
    model = build(kind, BertConfig.from_json(path / CONFIG_FILE), labels, generator, **parts).eval()
    return model, load_tokenizer(path / TOKENIZER_FILE), [*model.state_dict()]
