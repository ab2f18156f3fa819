# RIGHT: a loop over the rows of the batch
import torch
from torch import nn


class SequenceClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        return torch.stack([self.classifier(self.dropout(row[0])) for row in hidden])
