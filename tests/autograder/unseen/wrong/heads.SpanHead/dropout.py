# MISTAKE: Has a dropout of its own, so that it is random in training mode.
import torch
import torch.nn.functional as F
from torch import nn


class SpanHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.dropout = nn.Dropout(0.1)
        self.outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        return self.outputs(self.dropout(hidden)).unbind(-1)
