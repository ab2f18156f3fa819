# MISTAKE: In evaluation mode it gives the logits of the first batch again to every batch of the same shape.
import torch
import torch.nn.functional as F
from torch import nn


class SequenceClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(hidden_size, num_labels)
        self.known = {}

    def forward(self, hidden):
        if self.training:
            return self.classifier(self.dropout(hidden[:, 0]))
        if hidden.shape not in self.known:
            self.known[hidden.shape] = self.classifier(hidden[:, 0])
        return self.known[hidden.shape]
