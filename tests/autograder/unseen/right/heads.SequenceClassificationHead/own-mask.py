# RIGHT: dropout written by hand with a Bernoulli mask
import torch
from torch import nn


class SequenceClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.keep = 1.0 - dropout
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        first = hidden[:, 0, :]
        if self.training and self.keep < 1.0:
            kept = torch.rand_like(first) < self.keep
            first = torch.where(kept, first / max(self.keep, 1e-12), torch.zeros_like(first))
        return self.classifier(first)
