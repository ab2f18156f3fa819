"""Next-token prediction as a pre-training: a model that reads from left to right (Radford et al. 2018, section 3.1)."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from bertkit.data.batches import Batch
from bertkit.data.checks import check_tensor
from bertkit.model.attention import causal_mask
from bertkit.objectives.next_token import next_token_labels


@dataclass(frozen=True)
class NextTokenPrediction:
    """The objective as a function of a batch: each position sees what is before it, and has to say what comes next.

    It trains a `BertForMaskedLM`, whose head scores the vocabulary. Both steps are plain functions, so that either can
    be exchanged for one's own; with a `causal_mask` that hides nothing, it shows what a model learns that sees the
    answer.
    """

    causal_mask: Callable[[int], Tensor] = causal_mask
    next_token_labels: Callable[[Tensor, Tensor], Tensor] = next_token_labels

    def question(self, batch: Batch, generator: torch.Generator) -> dict[str, Tensor]:
        """A batch as a model is asked about it: its arguments, the right answers among them.

        Args:
            batch: single texts; nothing is hidden in them.
            generator: not used, since nothing is drawn.

        Returns:
            `input_ids`, an `attention_mask` of shape (B, T, T) that says what each position may attend to, and
            `labels`.
        """
        length = batch.input_ids.shape[1]
        mask = self.causal_mask(length)
        check_tensor("causal_mask", mask, (length, length), torch.bool)
        labels = self.next_token_labels(batch.input_ids, batch.attention_mask)
        check_tensor("next_token_labels", labels, batch.input_ids.shape, torch.int64)
        return {
            "input_ids": batch.input_ids,
            "attention_mask": mask & batch.attention_mask[:, None, :],
            "labels": labels,
        }
