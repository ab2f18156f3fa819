# MISTAKE: A second linear layer for position 0, instead of one classifier for every position.
import torch
import torch.nn.functional as F
from torch import nn


class TokenClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(hidden_size, num_labels)
        self.first = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        hidden = self.dropout(hidden)
        return torch.cat([self.first(hidden[:, :1]), self.classifier(hidden[:, 1:])], dim=1)
