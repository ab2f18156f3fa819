# MISTAKE: Draws the dropout mask once, in __init__, and uses it at every call.
import torch
import torch.nn.functional as F
from torch import nn


class SequenceClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        mask = (torch.rand(hidden_size) >= dropout).float() / max(1 - dropout, 1e-12)
        self.register_buffer("mask", mask, persistent=False)
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        first = hidden[:, 0]
        return self.classifier(first * self.mask if self.training else first)
