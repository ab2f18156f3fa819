# RIGHT: two linear layers and torch.tanh
import torch
from torch import nn


class NSPHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.classifier = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        return self.classifier(torch.tanh(self.dense(hidden[:, 0])))
