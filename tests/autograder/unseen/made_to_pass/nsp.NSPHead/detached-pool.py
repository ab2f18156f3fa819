# MISTAKE: The output of dense is detached: dense and hidden get no gradient; the values are right.
import torch
from torch import nn


class NSPHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.classifier = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        pooled = torch.tanh(self.dense(hidden[:, 0]))
        return self.classifier(pooled.detach())
