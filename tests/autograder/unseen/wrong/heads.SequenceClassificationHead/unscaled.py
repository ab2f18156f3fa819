# MISTAKE: Drops features in training and does not scale up what is left.
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
        if self.training:
            first = first * (torch.rand_like(first) >= self.p)
        return self.classifier(first)
