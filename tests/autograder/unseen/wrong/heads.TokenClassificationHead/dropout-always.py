# MISTAKE: Functional dropout with its default training=True: it drops in evaluation mode too.
import torch
import torch.nn.functional as F
from torch import nn


class TokenClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.p = dropout
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        return self.classifier(F.dropout(hidden, p=self.p))
