# MISTAKE: The layer has no bias.
import torch
import torch.nn.functional as F
from torch import nn


class SpanHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2, bias=False)

    def forward(self, hidden):
        return self.outputs(hidden).unbind(-1)
