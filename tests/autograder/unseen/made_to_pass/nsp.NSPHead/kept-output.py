# MISTAKE: The output is kept by shape: the second call with the same shape gets the first answer.
import torch
from torch import nn


class NSPHead(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.classifier = nn.Linear(hidden_size, 2)
        self.kept = {}

    def forward(self, hidden):
        if hidden.shape not in self.kept:
            self.kept[hidden.shape] = self.classifier(torch.tanh(self.dense(hidden[:, 0])))
        return self.kept[hidden.shape]
