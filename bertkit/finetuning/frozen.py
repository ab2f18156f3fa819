"""What a frozen encoder says, computed once, and the model above it, which learns from that."""

import copy

from torch import Tensor, nn

from bertkit.data.checks import check_tensor, wrong
from bertkit.finetuning.labelled import FineTunedModel, LabelledRows
from bertkit.finetuning.pieces import LIBRARY_PIECES, FinetuningPieces
from bertkit.model.bert import BertForSequenceClassification
from bertkit.model.freeze import frozen

MOST_CACHED_BYTES = 2 * 1024**3
"""Vectors of a frozen encoder are kept in memory up to this size."""

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
"""What of a batch is the question; the rest are its answers."""


class KnownVectors(nn.Module):
    """Stands in the place of an encoder and hands through what the encoder said before."""

    def forward(self, vectors: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Returns `vectors`. Shape: (B, T, H)"""
        return vectors


def above_encoder(model: FineTunedModel) -> FineTunedModel:
    """The same model, its head shared, that takes the encoder's vectors (B, T, H) in place of `input_ids`.

    `model` itself is left alone, so that it can be saved at any time.
    """
    shallow = copy.copy(model)
    shallow._modules = {**model._modules, "bert": KnownVectors()}
    return shallow


def encoder_vectors(
    model: FineTunedModel, data: LabelledRows, batch_size: int = 64, pieces: FinetuningPieces = LIBRARY_PIECES
) -> list[Tensor]:
    """What the encoder says to every row, dropout off: all that the head reads.

    Args:
        model: can learn afterwards what it could before.
        data: the rows.
        batch_size: rows at a time.
        pieces: what freezes the encoder, and what keeps its vectors at `[CLS]`.

    Returns:
        For each row the vectors of its tokens, or only that at `[CLS]` where the head reads no other.
            Shape: (T, H) or (1, H) each
    """
    only_first = isinstance(model, BertForSequenceClassification)
    positions = sum(1 if only_first else len(row.input_ids) for row in data.rows)
    size = 4 * positions * model.config.hidden_size
    if size > MOST_CACHED_BYTES:
        raise ValueError(
            f"the frozen encoder's vectors of {len(data.rows):,} examples take {size / 1024**3:.1f} GiB, more than "
            f"{MOST_CACHED_BYTES / 1024**3:.0f}; use fewer examples, or train end to end"
        )
    questions = [{name: batch[name] for name in INPUTS} for batch in data.in_order(batch_size)]
    with frozen(model.bert, pieces.frozen_encoder) as encoder:
        if only_first:
            features = pieces.cache_features(encoder, questions)
            check_vectors("cache_features", features, (len(data.rows), model.config.hidden_size))
            return list(features[:, None])
        vectors: list[Tensor] = []
        for question in questions:
            hidden = encoder(**question)
            check_vectors("FrozenEncoder", hidden, (*question["input_ids"].shape, model.config.hidden_size))
            lengths = question["attention_mask"].sum(dim=1).tolist()
            vectors += [row[:length].clone() for row, length in zip(hidden, lengths, strict=True)]
        return vectors


def check_vectors(piece: str, vectors: Tensor, shape: tuple[int, ...]) -> None:
    """Raise `ValueError`, naming `piece`, unless these are vectors of the right shape, without a gradient."""
    check_tensor(piece, vectors, shape)
    if vectors.requires_grad:
        raise wrong(piece, vectors, "without a gradient, or the encoder would learn; see torch.no_grad")
