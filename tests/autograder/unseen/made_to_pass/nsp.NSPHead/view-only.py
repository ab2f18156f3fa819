# MISTAKE: view on hidden[:, 0] of the flattened tensor: crashes for a non-contiguous hidden.
import torch
from torch import nn


class NSPHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.classifier = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        b, t, h = hidden.shape
        first = hidden.view(b, t * h)[:, :h]
        return self.classifier(torch.tanh(self.dense(first)))
