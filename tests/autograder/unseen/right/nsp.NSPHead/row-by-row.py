# RIGHT: one row at a time, stacked
import torch
from torch import nn


class NSPHead(nn.Module):
    def __init__(self, hidden_size):
        nn.Module.__init__(self)
        self.add_module("dense", nn.Linear(hidden_size, hidden_size))
        self.add_module("classifier", nn.Linear(hidden_size, 2))

    def _one(self, vector):
        return self.classifier(self.dense(vector).tanh())

    def forward(self, hidden):
        return torch.stack([self._one(sequence[0]) for sequence in hidden])
