# MISTAKE: In training it drops the first share of the features every time, never the others.
import torch
import torch.nn.functional as F
from torch import nn


class SequenceClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.p = dropout
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        first = hidden[:, 0]
        if self.training and 0 < self.p < 1:
            kept = torch.ones_like(first)
            kept[:, : round(self.p * first.size(-1))] = 0
            first = first * kept / (1 - self.p)
        return self.classifier(first)
