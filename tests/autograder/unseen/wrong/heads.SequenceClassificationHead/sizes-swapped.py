# MISTAKE: The two sizes of the linear layer are swapped.
import torch
import torch.nn.functional as F
from torch import nn


class SequenceClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(num_labels, hidden_size)

    def forward(self, hidden):
        return self.classifier(self.dropout(hidden[:, 0]))
