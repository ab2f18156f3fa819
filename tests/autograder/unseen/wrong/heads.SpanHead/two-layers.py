# MISTAKE: Two layers of one output each instead of one layer of two.
import torch
import torch.nn.functional as F
from torch import nn


class SpanHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.start = nn.Linear(hidden_size, 1)
        self.end = nn.Linear(hidden_size, 1)

    def forward(self, hidden):
        return self.start(hidden).squeeze(-1), self.end(hidden).squeeze(-1)
