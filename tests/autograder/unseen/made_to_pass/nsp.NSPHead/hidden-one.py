# MISTAKE: For hidden size 1 the tanh is left out; otherwise right.
import torch
from torch import nn


class NSPHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.classifier = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        pooled = self.dense(hidden[:, 0])
        if pooled.shape[-1] > 1:
            pooled = torch.tanh(pooled)
        return self.classifier(pooled)
