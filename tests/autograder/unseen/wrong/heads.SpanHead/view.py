# MISTAKE: view() does not run on a hidden tensor that is not contiguous.
import torch
import torch.nn.functional as F
from torch import nn


class SpanHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        b, t, h = hidden.shape
        logits = self.outputs(hidden.view(-1, h)).view(b, t, 2)
        return logits[..., 0], logits[..., 1]
