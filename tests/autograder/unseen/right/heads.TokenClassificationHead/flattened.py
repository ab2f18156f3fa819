# RIGHT: positions and rows flattened into one axis, then apart again
import torch
import torch.nn.functional as F
from torch import nn


class TokenClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.p = dropout
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        b, t, h = hidden.shape
        flat = F.dropout(hidden.reshape(b * t, h), self.p, self.training)
        return torch.addmm(self.classifier.bias, flat, self.classifier.weight.t()).reshape(b, t, -1)
