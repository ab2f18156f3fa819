# MISTAKE: One dropout mask is shared by all rows of the batch.
import torch
import torch.nn.functional as F
from torch import nn


class TokenClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.p = dropout
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        ones = torch.ones_like(hidden[:1])
        return self.classifier(hidden * F.dropout(ones, self.p, self.training))
