# MISTAKE: What is kept in training is not divided by 1 - dropout.
import torch
import torch.nn.functional as F
from torch import nn


class TokenClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.p = dropout
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        if self.training:
            hidden = hidden.masked_fill(torch.rand_like(hidden) < self.p, 0.0)
        return self.classifier(hidden)
