"""The pieces of a pre-training, each of which can be one's own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from bertkit.data.batches import PackPair, PadBatch
from bertkit.data.reading import SamplePairs
from bertkit.evaluation.metrics import masked_accuracy
from bertkit.evaluation.pretraining import MaskedAccuracy
from bertkit.model.attention import Attention
from bertkit.model.bert import Loss
from bertkit.model.heads import MLMHead, NSPHead
from bertkit.objectives.mlm import Corrupt, corrupt, mlm_labels, mlm_loss, select_positions
from bertkit.objectives.nsp import nsp_loss
from bertkit.training.optimization import (
    ParameterGroups,
    TrainStep,
    WarmupLinear,
    parameter_groups,
    train_step,
    warmup_linear,
)
from bertkit.training.state import load_checkpoint, save_checkpoint


@dataclass(frozen=True)
class PretrainingPieces:
    """What a pre-training is made of: functions and classes, the library's where no others are given.

    A piece of one's own has the signature, and the meaning, of the library's function or class of that name. It is
    called wherever a run has need of it; where it returns something of another shape or type, a `ValueError` names it.
    None stands for a way of the library's that is faster than a call for every row, or every pair.

    >>> from bertkit.objectives.nsp import sample_pairs
    >>> PretrainingPieces(sample_pairs=sample_pairs).mlm_loss is mlm_loss
    True
    """

    select_positions: Callable[[Tensor, Tensor, float, torch.Generator], Tensor] = select_positions
    corrupt: Corrupt = corrupt
    mlm_labels: Callable[[Tensor, Tensor], Tensor] = mlm_labels
    sample_pairs: SamplePairs | None = None
    """Of runs of sentences; see `Reader`."""
    pack_pair: PackPair | None = None
    pad_batch: PadBatch | None = None
    attention: Attention | None = None
    """Of every head of every layer; torch's fused kernel if None."""
    mlm_head: Callable[[int, nn.Embedding], nn.Module] = MLMHead
    nsp_head: Callable[[int], nn.Module] = NSPHead
    mlm_loss: Loss = mlm_loss
    """Of masked tokens: alone where there are no pairs, else as a part of the sum."""
    nsp_loss: Loss = nsp_loss
    pretraining_loss: Callable[[Tensor, Tensor, Tensor, Tensor], Tensor] | None = None
    """Of both; the sum of the two above if None. If it is given, these are called no more, but for `mlm_loss` where
    batches are cut into parts, whose labels have to be weighted."""
    parameter_groups: ParameterGroups = parameter_groups
    warmup_linear: WarmupLinear = warmup_linear
    train_step: TrainStep = train_step
    masked_accuracy: MaskedAccuracy = masked_accuracy
    save_checkpoint: Callable[[Path, nn.Module, Optimizer, LRScheduler, int], None] = save_checkpoint
    load_checkpoint: Callable[[Path, nn.Module, Optimizer, LRScheduler], int] = load_checkpoint


LIBRARY_PIECES = PretrainingPieces()
