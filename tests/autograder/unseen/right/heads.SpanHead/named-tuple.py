# RIGHT: returns a named tuple
from typing import NamedTuple

import torch
from torch import nn


class SpanLogits(NamedTuple):
    start: torch.Tensor
    end: torch.Tensor


class SpanHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        logits = self.outputs(hidden)
        return SpanLogits(start=logits[..., 0], end=logits[..., 1])
