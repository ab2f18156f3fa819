# MISTAKE: For more than 8 positions a little of the last one is mixed in.
import torch
import torch.nn.functional as F
from torch import nn


class SequenceClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        first = hidden[:, 0]
        if hidden.size(1) > 8:
            first = first + 0.01 * hidden[:, -1]
        return self.classifier(self.dropout(first))
