# RIGHT: a classifier of its own, with weight and bias, on top of nn.Linear
import math

import torch
from torch import nn


class Affine(nn.Linear):
    """Starts with small weights, and multiplies by broadcasting."""

    def reset_parameters(self):
        nn.init.uniform_(self.weight, -1 / math.sqrt(self.in_features), 1 / math.sqrt(self.in_features))
        nn.init.zeros_(self.bias)

    def forward(self, x):
        return torch.einsum("bh,lh->bl", x, self.weight) + self.bias


class SequenceClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.classifier = Affine(hidden_size, num_labels)

    def forward(self, hidden):
        first, *_ = hidden.unbind(dim=1)
        return self.classifier(self.drop(first))
