"""Next-token prediction: the objective of left-to-right models (Radford et al. 2018, section 3.1)."""

import torch
from torch import Tensor

from bertkit.data.labels import IGNORE_INDEX


def next_token_labels(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    """Say what each position has to predict: the token after it.

    Args:
        input_ids: token ids, padded on the right. Shape: (B, T), int64
        attention_mask: True at real tokens. Shape: (B, T), bool

    Returns:
        At position t the id at t + 1; -100 at the last real token of a row and at padding. Shape: (B, T), int64

    >>> ids, real = torch.tensor([[2, 17, 3, 0]]), torch.tensor([[True, True, True, False]])
    >>> next_token_labels(ids, real)
    tensor([[  17,    3, -100, -100]])
    """
    labels = torch.full_like(input_ids, IGNORE_INDEX)
    labels[:, :-1] = torch.where(attention_mask[:, 1:], input_ids[:, 1:], IGNORE_INDEX)
    return labels
