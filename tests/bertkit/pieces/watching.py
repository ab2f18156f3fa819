"""Pieces that count their calls, and look whether their arguments are what the contract of their exercise says."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

Piece = Callable[..., Any]


def of(value: object, dtype: torch.dtype | None, *shape: int | None) -> bool:
    """A tensor of this type (any float if None) and shape, in which None is any size."""
    return (
        isinstance(value, Tensor)
        and (value.dtype == dtype if dtype else value.is_floating_point())
        and len(value.shape) == len(shape)
        and all(size is None or size == there for size, there in zip(shape, value.shape, strict=True))
    )


def ints(values: object) -> bool:
    return isinstance(values, list) and all(type(value) is int for value in values)


def lists_of_ints(values: object) -> bool:
    return isinstance(values, list) and bool(values) and all(ints(value) for value in values)


def mapping_of_tensors(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(each, Tensor | float) for each in value.values())


LONG, BOOL = torch.int64, torch.bool

ARGUMENTS: dict[str, Callable[..., bool]] = {
    "causal_mask": lambda length: type(length) is int and length >= 1,
    "attention": lambda query, key, value, mask: (
        all(of(each, None, *query.shape) for each in (query, key, value))
        and (mask is None or (mask.dtype == BOOL and mask.expand(*query.shape[:-1], query.shape[-2]) is not None))
    ),
    "next_token_labels": lambda ids, real: of(ids, LONG, None, None) and of(real, BOOL, *ids.shape),
    "select_positions": lambda ids, special, probability, drawing: (
        of(ids, LONG, None, None)
        and of(special, BOOL, *ids.shape)
        and special[:, 0].all()
        and probability == 0.15
        and isinstance(drawing, torch.Generator)
    ),
    "corrupt": lambda ids, selected, mask_id, vocab_size, drawing: (
        of(ids, LONG, None, None)
        and of(selected, BOOL, *ids.shape)
        and mask_id == 4
        and ids.max() < vocab_size
        and isinstance(drawing, torch.Generator)
    ),
    "mlm_labels": lambda ids, selected: of(ids, LONG, None, None) and of(selected, BOOL, *ids.shape),
    "mlm_head": lambda size, embeddings: isinstance(embeddings, nn.Embedding) and embeddings.embedding_dim == size,
    "mlm_loss": lambda logits, labels: of(labels, LONG, *logits.shape[:-1]) and logits.is_floating_point(),
    "sample_pairs": lambda documents, rng: (
        isinstance(documents, list)
        and all(isinstance(document, list) for document in documents)
        and isinstance(rng, random.Random)
    ),
    "pack_pair": lambda first, second, cls, sep, longest: (
        ints([*first, *second, cls, sep]) and bool(first) and bool(second) and (cls, sep) == (2, 3) and longest >= 5
    ),
    "nsp_head": lambda size: type(size) is int,
    "nsp_loss": lambda logits, is_next: of(logits, None, None, 2) and of(is_next, BOOL, len(logits)),
    "pretraining_loss": lambda mlm, labels, nsp, is_next: (
        of(labels, LONG, *mlm.shape[:-1]) and of(nsp, None, None, 2) and of(is_next, BOOL, len(nsp))
    ),
    "pad_batch": lambda sequences, pad: lists_of_ints(sequences) and pad in (0, -100),
    "warmup_linear": lambda step, warmup, total: 0 <= step <= total and 0 <= warmup <= total,
    "parameter_groups": lambda model, decay: isinstance(model, nn.Module) and decay == 0.01,
    "train_step": lambda model, batches, optimizer, scheduler, norm: (
        isinstance(model, nn.Module)
        and isinstance(batches, list)
        and all(mapping_of_tensors(batch) for batch in batches)
        and isinstance(optimizer, Optimizer)
        and isinstance(scheduler, LRScheduler)
        and norm == 1.0
    ),
    "masked_accuracy": lambda logits, labels: of(labels, LONG, *logits.shape[:-1]) and logits.is_floating_point(),
    "save_checkpoint": lambda path, model, optimizer, scheduler, step: (
        checkpointed(path, model, optimizer, scheduler) and type(step) is int
    ),
    "load_checkpoint": lambda path, model, optimizer, scheduler: checkpointed(path, model, optimizer, scheduler),
    "sequence_head": lambda size, labels, dropout: type(size) is int and labels == 2 and 0 <= dropout < 1,
    "token_head": lambda size, labels, dropout: type(size) is int and labels == 4 and 0 <= dropout < 1,
    "span_head": lambda size: type(size) is int,
    "align_labels": lambda labels, words: (
        ints(labels) and isinstance(words, list) and all(word is None or type(word) is int for word in words)
    ),
    "span_loss": lambda start_logits, end_logits, start, end: (
        of(start_logits, None, None, None)
        and of(end_logits, None, *start_logits.shape)
        and of(start, LONG, len(start_logits))
        and of(end, LONG, len(start_logits))
    ),
    "best_span": lambda start_logits, end_logits, allowed, longest: (
        of(start_logits, None, len(allowed))
        and of(end_logits, None, len(allowed))
        and of(allowed, BOOL, None)
        and longest == 30
    ),
    "frozen_encoder": lambda encoder: isinstance(encoder, nn.Module),
    "cache_features": lambda encoder, batches: (
        isinstance(encoder, nn.Module)
        and isinstance(batches, list)
        and all(batch.keys() == {"input_ids", "attention_mask", "token_type_ids"} for batch in batches)
    ),
    "layerwise_learning_rates": lambda layers, rate, decay: layers == 2 and rate > 0 and decay == 0.5,
    "finetune": lambda model, batches, optimizer, epochs: (
        isinstance(model, nn.Module)
        and isinstance(batches, list)
        and all(mapping_of_tensors(batch) for batch in batches)
        and isinstance(optimizer, Optimizer)
        and type(epochs) is int
    ),
    "entity_f1": lambda predicted, gold: (
        len(predicted) == len(gold) and all(isinstance(tag, str) for tags in [*predicted, *gold] for tag in tags)
    ),
}

HEADS: dict[str, Callable[[Tensor], bool]] = {
    "mlm_head": lambda hidden: hidden.is_floating_point() and hidden.dim() in (2, 3),
    **{
        name: lambda hidden: of(hidden, None, None, None, None)
        for name in ("nsp_head", "sequence_head", "token_head", "span_head")
    },
}
"""What the heads read: vectors, for all but the first one as a batch of sequences."""


def checkpointed(path: object, model: object, optimizer: object, scheduler: object) -> bool:
    return (
        isinstance(path, Path)
        and isinstance(model, nn.Module)
        and isinstance(optimizer, Optimizer)
        and isinstance(scheduler, LRScheduler)
    )


def watched(pieces: Mapping[str, Piece], calls: Counter[str]) -> dict[str, Any]:
    """The same pieces, each of which counts its calls by name; those of a head are counted as `NAME.forward` too."""
    return {name: watched_piece(name, piece, calls) for name, piece in pieces.items()}


def watched_piece(name: str, piece: Piece, calls: Counter[str]) -> Piece:
    @wraps(piece, updated=())
    def called(*arguments: Any) -> Any:
        calls[name] += 1
        assert ARGUMENTS[name](*arguments), f"{name} was called with {arguments}"
        found = piece(*arguments)
        if name in HEADS:
            found.register_forward_pre_hook(read)
        return found

    def read(module: nn.Module, arguments: tuple[Tensor]) -> None:
        calls[f"{name}.forward"] += 1
        assert HEADS[name](*arguments), f"{name} read a tensor of shape {arguments[0].shape}"

    return called
