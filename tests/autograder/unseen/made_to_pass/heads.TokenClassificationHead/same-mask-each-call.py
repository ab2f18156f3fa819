# MISTAKE: The mask comes from a generator seeded anew at each call, so that every training step drops the same features.
import torch
import torch.nn.functional as F
from torch import nn


class TokenClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.p = dropout
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        if self.training and 0 < self.p < 1:
            generator = torch.Generator().manual_seed(0)
            noise = torch.rand(hidden.shape, generator=generator)
            hidden = hidden * (noise >= self.p) / (1 - self.p)
        return self.classifier(hidden)
