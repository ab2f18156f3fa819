# MISTAKE: Gives the first answer again whenever the shape is the same.
import torch
import torch.nn.functional as F
from torch import nn


class SpanHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)
        self.answers = {}

    def forward(self, hidden):
        key = (tuple(hidden.shape), hidden.dtype)
        if key not in self.answers:
            self.answers[key] = tuple(self.outputs(hidden).unbind(-1))
        return self.answers[key]
