# MISTAKE: Training mode multiplies each feature by uniform noise of the mean one instead of dropping it.
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
            hidden = hidden * (1 + self.p * (2 * torch.rand_like(hidden) - 1))
        return self.classifier(hidden)
