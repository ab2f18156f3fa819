"""Questions put to a trained masked language model that its own loss does not answer."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from bertkit.data.batches import Batch, TokenizedExamples
from bertkit.evaluation.metrics import masked_accuracy
from bertkit.randomness import generator

BATCH_SIZE = 64


@dataclass(frozen=True)
class Reproduction:
    """What a model says at positions whose token it can see."""

    accuracy: float
    """Share of positions at which the likeliest token is the one that stands there."""
    confidence: float
    """Mean probability given to the token that stands there."""


@dataclass(frozen=True)
class Repair:
    """What a model says at a position where a wrong word was planted. Shares of the same positions."""

    repaired: float
    """The likeliest token is the original one."""
    copied: float
    """The likeliest token is the planted one."""
    positions: int
    """Number of positions: those at which the model knows the original when it sees `[MASK]` instead."""

    @property
    def other(self) -> float:
        """The likeliest token is neither."""
        return 1 - self.repaired - self.copied


@torch.no_grad()
def reproduction(model: nn.Module, examples: TokenizedExamples) -> Reproduction:
    """Show the model clean text, nothing masked, and ask what stands at every ordinary position.

    Args:
        model: returns logits (B, T, V) for `input_ids` and `attention_mask`; used in evaluation mode.
        examples: the text.
    """
    model.eval()
    correct, probability, total = 0, 0.0, 0
    for batch in examples.in_order(BATCH_SIZE):
        ordinary = ~batch.special_tokens_mask
        logits = model(input_ids=batch.input_ids, attention_mask=batch.attention_mask)[ordinary]
        there = batch.input_ids[ordinary]
        probability += float(logits.softmax(dim=-1).gather(1, there[:, None]).sum())
        right, count = masked_accuracy(logits, there)
        correct, total = correct + right, total + count
    return Reproduction(correct / total, probability / total)


@torch.no_grad()
def repair(model: nn.Module, examples: TokenizedExamples, mask_token_id: int, vocab_size: int, seed: int = 0) -> Repair:
    """Plant one wrong word in every example and ask what should stand there.

    Only positions count at which the model names the original when it sees `[MASK]` instead: there the context decides,
    and a model that trusts it can repair the text.

    Args:
        model: returns logits (B, T, V) for `input_ids` and `attention_mask`; used in evaluation mode.
        examples: clean text.
        mask_token_id: id of `[MASK]`; ids above it are ordinary tokens.
        vocab_size: V; wrong words are drawn uniformly from the ordinary tokens.
        seed: decides where words are planted, and which.

    Raises:
        ValueError: if the model knows none of the words.
    """
    model.eval()
    repaired = copied = known = 0
    for number, batch in enumerate(examples.in_order(BATCH_SIZE)):
        drawing = generator(seed, "planting", number)
        rows = torch.arange(len(batch.input_ids))
        draws = torch.rand(batch.input_ids.shape, generator=drawing)
        places = draws.masked_fill(batch.special_tokens_mask, 2).argmin(dim=1)
        original = batch.input_ids[rows, places]
        ordinary = vocab_size - mask_token_id - 1
        shift = torch.randint(1, ordinary, original.shape, generator=drawing)
        planted = (original - mask_token_id - 1 + shift) % ordinary + mask_token_id + 1

        def says(tokens: Tensor, batch: Batch = batch, rows: Tensor = rows, places: Tensor = places) -> Tensor:
            shown = batch.input_ids.clone()
            shown[rows, places] = tokens
            logits: Tensor = model(input_ids=shown, attention_mask=batch.attention_mask)
            return logits[rows, places].argmax(dim=-1)

        knows = says(torch.full_like(original, mask_token_id)) == original
        answer = says(planted)
        known += int(knows.sum())
        repaired += int((knows & (answer == original)).sum())
        copied += int((knows & (answer == planted)).sum())
    if not known:
        raise ValueError("the model knows none of the words behind [MASK]; train it longer before asking for repairs")
    return Repair(repaired / known, copied / known, known)
