# MISTAKE: The start reads the first half of the features only and the end the second half.
import torch
import torch.nn.functional as F
from torch import nn


class SpanHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        h = hidden.size(-1) // 2
        w, b = self.outputs.weight, self.outputs.bias
        return hidden[..., :h] @ w[0, :h] + b[0], hidden[..., h:] @ w[1, h:] + b[1]
