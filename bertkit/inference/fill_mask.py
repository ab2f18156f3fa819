"""Asking a trained model what stands behind `[MASK]`."""

from dataclasses import dataclass

import torch
from tokenizers import Tokenizer

from bertkit.data.tokenizer import special_ids
from bertkit.model.bert import BertForMaskedLM, BertForPreTraining
from bertkit.model.freeze import evaluation_mode


@dataclass(frozen=True)
class Guess:
    """One token that may stand behind a mask."""

    token: str
    probability: float


@torch.no_grad()
def fill_mask(
    model: BertForMaskedLM | BertForPreTraining, tokenizer: Tokenizer, text: str, top_k: int = 5
) -> list[list[Guess]]:
    """The likeliest tokens at every `[MASK]` of `text`.

    Args:
        model: in evaluation mode for the duration of the call.
        tokenizer: the model's own.
        text: with at least one `[MASK]`.
        top_k: guesses a mask.

    Returns:
        For each mask, from left to right, `top_k` guesses, the likeliest first.

    Raises:
        ValueError: if `text` has no `[MASK]`, is too long for the model, or `top_k` is less than 1.
    """
    if top_k < 1:
        raise ValueError(f"top_k is {top_k}; it has to be at least 1")
    mask_id = special_ids(tokenizer).mask
    input_ids = torch.tensor([tokenizer.encode(text).ids])
    places = (input_ids[0] == mask_id).nonzero().flatten()
    if not len(places):
        raise ValueError(f"{text!r} has no [MASK]; put one in place of the word to guess, brackets included")
    with evaluation_mode(model):
        output = model(input_ids)
        logits = output[0] if isinstance(output, tuple) else output
        probabilities = logits[0, places].softmax(dim=-1)
    best = probabilities.topk(min(top_k, probabilities.shape[-1]))
    return [
        [
            Guess(str(tokenizer.id_to_token(token)), probability)
            for token, probability in zip(tokens, shares, strict=True)
        ]
        for tokens, shares in zip(best.indices.tolist(), best.values.tolist(), strict=True)
    ]
