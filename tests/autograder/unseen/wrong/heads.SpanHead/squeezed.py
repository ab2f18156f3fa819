# MISTAKE: squeeze() without an axis: a batch of one or a sequence of one token loses an axis.
import torch
import torch.nn.functional as F
from torch import nn


class SpanHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        start, end = self.outputs(hidden).split(1, dim=-1)
        return start.squeeze(), end.squeeze()
