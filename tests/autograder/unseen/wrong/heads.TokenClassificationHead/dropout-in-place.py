# MISTAKE: Dropout in place: in training the argument itself is changed.
import torch
import torch.nn.functional as F
from torch import nn


class TokenClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.dropout = nn.Dropout(dropout, inplace=True)
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        return self.classifier(self.dropout(hidden))
