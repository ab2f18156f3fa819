# MISTAKE: Reshapes (B, T, 2) to (B, 2, T) instead of transposing: starts and ends are mixed.
import torch
import torch.nn.functional as F
from torch import nn


class SpanHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        b, t, _ = hidden.shape
        logits = self.outputs(hidden).reshape(b, 2, t)
        return logits[:, 0], logits[:, 1]
