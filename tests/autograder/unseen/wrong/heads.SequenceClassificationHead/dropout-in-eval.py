# MISTAKE: Drops in evaluation mode and not in training mode.
import torch
import torch.nn.functional as F
from torch import nn


class SequenceClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.p = dropout
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        return self.classifier(F.dropout(hidden[:, 0], self.p, training=not self.training))
