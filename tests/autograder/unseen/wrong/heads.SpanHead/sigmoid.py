# MISTAKE: Returns sigmoids instead of logits.
import torch
import torch.nn.functional as F
from torch import nn


class SpanHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        return torch.sigmoid(self.outputs(hidden)).unbind(-1)
