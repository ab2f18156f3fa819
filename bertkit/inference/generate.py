"""Going on from a beginning, token by token: what a model with a causal mask can do (Radford et al. 2018)."""

import torch
from tokenizers import Tokenizer

from bertkit.data.tokenizer import special_ids
from bertkit.model.attention import causal_mask
from bertkit.model.bert import BertForMaskedLM
from bertkit.model.freeze import evaluation_mode


@torch.no_grad()
def generate(
    model: BertForMaskedLM, tokenizer: Tokenizer, beginning: str, length: int = 40, seed: int | None = None
) -> str:
    """Go on from a beginning: name the next token, put it behind, and ask again.

    Args:
        model: trained on next tokens with a causal mask; in evaluation mode for the duration of the call.
        tokenizer: the model's own.
        beginning: at least one word.
        length: most tokens to add; it ends earlier where the model says `[SEP]`, or has no more positions.
        seed: draws each token with the probability that the model gives it; the likeliest token each time if None.

    Returns:
        The beginning and what was added.

    Raises:
        ValueError: for an empty beginning, one that fills the model, or a length below 1.
    """
    ids = special_ids(tokenizer)
    begun = tokenizer.encode(beginning, add_special_tokens=False).ids
    room = model.config.max_position_embeddings - len(begun) - 1
    if not begun:
        raise ValueError(f"the beginning is {beginning!r}; pass at least one word to go on from")
    if room < 1:
        raise ValueError(f"the beginning has {len(begun)} tokens, and the model {room + len(begun)} places; shorten it")
    if length < 1:
        raise ValueError(f"length is {length}; it has to be at least 1")
    drawing = None if seed is None else torch.Generator().manual_seed(seed)
    tokens = [ids.cls, *begun]
    with evaluation_mode(model):
        for _ in range(min(length, room)):
            logits = model(torch.tensor([tokens]), causal_mask(len(tokens))[None])[0, -1]
            logits[[ids.pad, ids.unk, ids.cls, ids.mask]] = -torch.inf  # nothing that a text has
            following = logits.argmax() if drawing is None else logits.softmax(0).multinomial(1, generator=drawing)
            if int(following) == ids.sep:
                break
            tokens.append(int(following))
    return str(tokenizer.decode(tokens[1:]))
