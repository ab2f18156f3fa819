# MISTAKE: Scales by 1 - dropout in evaluation on top of the scaling in training.
import torch
import torch.nn.functional as F
from torch import nn


class SequenceClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.p = dropout
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        first = F.dropout(hidden[:, 0], self.p, self.training)
        if not self.training:
            first = first * (1 - self.p)
        return self.classifier(first)
