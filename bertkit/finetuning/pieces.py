"""The pieces of a fine-tuning, each of which can be one's own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from torch.optim import Optimizer

from bertkit.data.batches import PackPair, PadBatch, pad_batch
from bertkit.evaluation.metrics import entity_f1
from bertkit.finetuning.finetune import layerwise_learning_rates
from bertkit.inference.predict import BestSpan
from bertkit.model.attention import Attention
from bertkit.model.bert import Loss
from bertkit.model.freeze import FrozenEncoder, cache_features
from bertkit.model.heads import SequenceClassificationHead, SpanHead, TokenClassificationHead
from bertkit.objectives.mlm import mlm_loss
from bertkit.objectives.spans import best_span, span_loss
from bertkit.tasks.align import AlignLabels, align_labels
from bertkit.tasks.examples import Family
from bertkit.training.optimization import (
    ParameterGroups,
    TrainStep,
    WarmupLinear,
    parameter_groups,
    train_step,
    warmup_linear,
)

LabelHead = Callable[[int, int, float], nn.Module]
"""Builds a head from H, the number of labels and the share of dropout."""


@dataclass(frozen=True)
class FinetuningPieces:
    """What a fine-tuning is made of: functions and classes, the library's where no others are given.

    A piece of one's own has the signature, and the meaning, of the library's function or class of that name. It is
    called wherever a run has need of it; where it returns something of another shape or type, a `ValueError` names it.

    >>> FinetuningPieces(finetune=None).parts("span")["loss"] is span_loss
    True
    """

    align_labels: AlignLabels = align_labels
    pack_pair: PackPair | None = None
    """Of a pair of texts; None gives the same rows."""
    pad_batch: PadBatch = pad_batch
    attention: Attention | None = None
    """Of every head of every layer; torch's fused kernel if None."""
    sequence_head: LabelHead = SequenceClassificationHead
    token_head: LabelHead = TokenClassificationHead
    span_head: Callable[[int], nn.Module] = SpanHead
    mlm_loss: Loss = mlm_loss
    """Of one label a token: a mean over the tokens that have one."""
    span_loss: Callable[[Tensor, Tensor, Tensor, Tensor], Tensor] = span_loss
    frozen_encoder: Callable[[nn.Module], nn.Module] = FrozenEncoder
    cache_features: Callable[[nn.Module, list[dict[str, Tensor]]], Tensor] = cache_features
    """Of a frozen encoder under a head that reads `[CLS]` alone; the other heads read what it says to every token."""
    layerwise_learning_rates: Callable[[int, float, float], list[float]] = layerwise_learning_rates
    parameter_groups: ParameterGroups = parameter_groups
    warmup_linear: WarmupLinear = warmup_linear
    train_step: TrainStep = train_step
    finetune: Callable[[nn.Module, list[dict[str, Any]], Optimizer, int], list[float]] | None = None
    """A loop over all epochs, in place of steps with a schedule and clipped gradients, which there are if it is None.
    It meets the same batches in the same order in every epoch, at a learning rate that stays as it is."""
    best_span: BestSpan = best_span
    entity_f1: Callable[[Sequence[Sequence[str]], Sequence[Sequence[str]]], float] = entity_f1

    def parts(self, family: Family) -> dict[str, Any]:
        """What a model for tasks of this family is built with, by the names of its constructor."""
        match family:
            case "sentence" | "pair":
                return {"head": self.sequence_head, "attention": self.attention}
            case "token":
                return {"head": self.token_head, "loss": self.mlm_loss, "attention": self.attention}
            case "span":
                return {"head": self.span_head, "loss": self.span_loss, "attention": self.attention}


LIBRARY_PIECES = FinetuningPieces()
