# MISTAKE: Drops entries of the weight matrix instead of features of the tokens.
import torch
import torch.nn.functional as F
from torch import nn


class TokenClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.p = dropout
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        weight = F.dropout(self.classifier.weight, self.p, self.training)
        return F.linear(hidden, weight, self.classifier.bias)
