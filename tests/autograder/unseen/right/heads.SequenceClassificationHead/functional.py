# RIGHT: functional dropout that follows self.training
import torch
import torch.nn.functional as F
from torch import nn


class SequenceClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.p = dropout
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        first = F.dropout(hidden.select(1, 0), p=self.p, training=self.training)
        return F.linear(first, self.classifier.weight, self.classifier.bias)
