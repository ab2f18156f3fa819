# MISTAKE: Adds normal noise in training instead of dropping features.
import torch
import torch.nn.functional as F
from torch import nn


class SequenceClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.p = dropout
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        first = hidden[:, 0]
        if self.training and self.p > 0:
            first = first + torch.randn_like(first) * first.abs() * (self.p / (1 - self.p + 1e-9)) ** 0.5
        return self.classifier(first)
