# MISTAKE: Uses only the first 16 features of the hidden state.
import torch
import torch.nn.functional as F
from torch import nn


class SequenceClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        first = self.dropout(hidden[:, 0, :16])
        return F.linear(first, self.classifier.weight[:, :16], self.classifier.bias)
