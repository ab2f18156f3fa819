# MISTAKE: The comparison is the wrong way round: it keeps the share that should be dropped.
import torch
import torch.nn.functional as F
from torch import nn


class TokenClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.p = dropout
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        if self.training and self.p > 0:
            hidden = hidden * (torch.rand_like(hidden) < self.p) / self.p
        return self.classifier(hidden)
