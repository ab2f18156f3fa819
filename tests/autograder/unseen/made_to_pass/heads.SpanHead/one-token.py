# MISTAKE: Right unless there is one token: then the sequence axis goes.
import torch
import torch.nn.functional as F
from torch import nn


class SpanHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        start, end = self.outputs(hidden).unbind(-1)
        return start.squeeze(1), end.squeeze(1)
