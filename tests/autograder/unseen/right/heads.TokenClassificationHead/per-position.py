# RIGHT: a loop over positions, each with a dropout call of its own
import torch
from torch import nn


class TokenClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        return torch.stack([self.classifier(self.dropout(h)) for h in hidden.unbind(1)], dim=1)
