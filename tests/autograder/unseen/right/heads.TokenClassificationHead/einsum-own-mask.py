# RIGHT: einsum, and a dropout mask drawn by hand
import torch
import torch.nn.functional as F
from torch import nn


class TokenClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.p = dropout
        self.classifier = nn.Linear(hidden_size, num_labels)

    def _drop(self, x):
        if not self.training or self.p == 0:
            return x
        if self.p == 1:
            return x * 0
        noise = torch.empty_like(x).bernoulli_(1 - self.p)
        return x * noise / (1 - self.p)

    def forward(self, hidden):
        return torch.einsum("bth,lh->btl", self._drop(hidden), self.classifier.weight) + self.classifier.bias
