# MISTAKE: A batch of one comes back as shape (2,).
import torch
from torch import nn


class NSPHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.classifier = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        pooled = hidden[:, 0].squeeze(0)
        return self.classifier(torch.tanh(self.dense(pooled)))
